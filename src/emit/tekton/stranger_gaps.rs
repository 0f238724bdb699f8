//! What the engine cannot do for containers that run no script of ours: tasks that are kept elsewhere, and services.

use rustc_hash::FxHashMap;

use super::computed::{self, Computed};
use super::foreign::{self, Part};
use super::gate::Gate;
use super::lower::{Lowered, Unit};
use super::{escape, names, native};
use crate::contract::Source;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::emit::{kube, script};
use crate::plan::outside::{self, Handed, Location, Service};
use crate::plan::{Expr, ExprKind, Phase, Plan, Task, TaskId, record};
use crate::source::Span;

pub(super) fn report(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    let plan = lowered.plan;
    for (id, task) in plan.tasks() {
        if let Some(source) = &task.source {
            left_out(lowered, id, task, out);
            unusual_needs(task, out);
            names_there(task, source, out);
            let as_it_is = source.params.iter().filter(|handed| native::element(&handed.value).is_none());
            as_it_is.for_each(|handed| value(plan, task, handed, out));
        }
        task.services.iter().for_each(|one| service(plan, one, out));
    }
    let cannot = |one: &&Computed<'_>| !computed::can_be_computed(plan, &lowered.gates, one);
    lowered.computed.iter().filter(cannot).for_each(|one| out.push(not_computed(plan, one)));
    no_image_for_small_tasks(lowered, out);
    not_ours(lowered, out);
}

/// What the cluster has under a name that is emitted too would be overwritten by it.
fn not_ours(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    let units = || lowered.tasks.iter().chain(&lowered.finally);
    let here = |source: &'_ outside::Source| matches!(source.location, Location::Cluster { namespace: None, .. });
    if !units().any(|unit| unit.found.as_ref().is_some_and(|found| here(found.source))) {
        return;
    }
    let own = units().filter(|unit| unit.found.is_none()).map(|unit| (unit.object.as_str(), &**unit));
    let own: FxHashMap<&str, &Unit<'_>> = own.collect();
    for source in units().filter_map(|unit| Some(unit.found.as_ref()?.source)) {
        let Location::Cluster { name, namespace: None } = &source.location else { continue };
        if let Some(own) = own.get(name.as_str()) {
            let message = format!("`{name}` of the cluster has the name of a task that is emitted");
            out.push(
                Diagnostic::new(Code::P0212, source.span, message)
                    .here("kept in the namespace of the run")
                    .label(own.span, format!("becomes the task `{name}`, in its place"))
                    .help(
                        "give this task, or the pipeline, another name; or say in which `namespace` the other one is",
                    ),
            );
        }
    }
}

/// Only a script of ours can run and leave its outputs empty.
fn left_out(lowered: &Lowered<'_>, id: TaskId, task: &Task, out: &mut Diagnostics) {
    if let Gate::Guarded(_) | Gate::GuardedByParam(..) = lowered.gates[id.index()] {
        let message = format!("tekton cannot leave `{}` out and have its outputs read", task.name);
        out.push(
            Diagnostic::new(Code::P0602, task.span, message)
                .here("an `extern task` under a condition")
                .label(task.declared, "kept elsewhere, so that nobody writes empty outputs for it")
                .help("put everything that reads its outputs, and all that comes after it, under the same `when`; let only tasks of your own read them, as texts, of which nobody reads an output; return them as they are; or let the task run always: what reads an output of a task that was left out vanishes without a word"),
        );
    }
}

fn unusual_needs(task: &Task, out: &mut Diagnostics) {
    let asked = [(task.needs.kvm, "kvm"), (task.needs.privileged, "privileged")];
    for (_, need) in asked.into_iter().filter(|(asked, _)| *asked) {
        let message = format!("tekton cannot give `{need}` to `{}`, which is kept elsewhere", task.name);
        out.push(Diagnostic::new(Code::P0602, task.span, message).here(format!("needs `{need}: true`")).help(
            "leave the need out: the steps of that task say themselves what they run with; or write a task of your own",
        ));
    }
}

pub(super) fn names_there(task: &Task, source: &outside::Source, out: &mut Diagnostics) {
    let start = |text: &str| text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let rest = |text: &str, more: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    let mut before = "";
    for handed in &source.params {
        // The parts of an object are referred to by dots, so its name has none.
        let (name, signs) = handed.key.map_or((&*handed.name, "_.-"), |dot| (&handed.name[..dot], "_-"));
        if (!start(name) || !rest(name, signs)) && std::mem::replace(&mut before, name) != name {
            out.push(bad_name(task, "parameter", name, source.span));
        }
    }
    // A name with a dot is legal there, but nothing can refer to it.
    let mut before = "";
    for (result, output) in source.results.iter().zip(&task.outputs).filter(|(one, _)| !one.is_empty()) {
        let field = record::parts(&output.name).and_then(|_| result.rsplit_once('.'));
        let result = field.map_or(&**result, |(name, _)| name);
        if std::mem::replace(&mut before, result) == result {
            continue;
        }
        if !result.ends_with(|c: char| c.is_ascii_alphanumeric()) || !rest(result, "_-") {
            out.push(bad_name(task, "result", result, source.span));
        }
    }
    for workspace in source.workspaces.iter().filter(|one| !rest(&one.name, "_.-")) {
        out.push(bad_name(task, "workspace", &workspace.name, source.span));
    }
    for one in &source.workspaces {
        if let Some(folder) = one.folder.as_deref().filter(|folder| escape::is_changed_on_the_way(folder)) {
            out.push(bad_folder(task, folder, one.span));
        }
    }
    name_there(task, source, out);
}

/// The names of a step as they are there: nothing of it is an object, and its results are read by their names alone.
pub(super) fn names_of_step(task: &Task, source: &outside::Source, out: &mut Diagnostics) {
    let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let starts = |text: &str| text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    for handed in source.params.iter().filter(|one| !starts(&one.name) || !plain(&one.name)) {
        out.push(bad_name(task, "parameter", &handed.name, source.span));
    }
    let ends = |text: &str| text.ends_with(|c: char| c.is_ascii_alphanumeric());
    for result in source.results.iter().filter(|one| !ends(one) || !plain(one)) {
        out.push(bad_name(task, "result", result, source.span));
    }
    name_there(task, source, out);
}

fn name_there(task: &Task, source: &outside::Source, out: &mut Diagnostics) {
    if let Location::Cluster { name, namespace } = &source.location {
        for (word, name) in
            std::iter::once((source.what.word(), name)).chain(namespace.iter().map(|one| ("namespace", one)))
        {
            if !kube::is_subdomain(name) {
                out.push(bad_name(task, word, name, source.span));
            }
        }
    }
}

/// A folder that the cluster would not find under this name.
fn bad_folder(task: &Task, folder: &str, span: Span) -> Diagnostic {
    let message = format!("tekton would change the folder `{folder}` that `{}` is given", task.name);
    Diagnostic::new(Code::P0608, span, message)
        .here("given here")
        .help("write a path without `$(` and `$$`: it is known when compiling")
}

fn bad_name(task: &Task, word: &str, name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0212, span, format!("tekton has no {word} called `{name}`"))
        .here(format!("kept there, for `{}`", task.name))
        .help("write the name as it stands in the YAML of that task: letters, digits, `-` and `_`")
}

fn value(plan: &Plan, task: &Task, handed: &Handed, out: &mut Diagnostics) {
    let parts = if script::is_list(&handed.value) {
        foreign::parts(plan, &handed.value)
    } else {
        Some(vec![Part::Text(&handed.value)])
    };
    let Some(parts) = parts else { return out.push(computed_list(task, handed)) };
    let (mut changed, mut place) = (false, false);
    for part in &parts {
        match part {
            Part::Known(text) => changed |= escape::is_changed_on_the_way(text),
            Part::Text(text) => match script::direct_name(plan, text) {
                Some(Source::Literal(text)) => changed |= escape::is_changed_on_the_way(&text),
                Some(source) => place |= matches!(source, Source::Place { .. }),
                None => place |= holds_place(text),
            },
            Part::Param(_) | Part::Turns(..) => {}
        }
    }
    if changed {
        out.push(changed_value(task, handed));
    }
    if place {
        out.push(place_outside(task, handed));
    }
}

fn holds_place(value: &Expr) -> bool {
    let mut found = false;
    value.walk(&mut |part| {
        found |= matches!(part.kind, ExprKind::Artifact { .. } | ExprKind::Place { .. });
    });
    found
}

fn computed_list(task: &Task, handed: &Handed) -> Diagnostic {
    let message = format!("tekton cannot compute the list `{}` of `{}`", handed.name, task.name);
    Diagnostic::new(Code::P0602, handed.span, message).here("put together only when running").help(
        "bind the parameters that it is made of, or take a list as a parameter of the pipeline and hand it on as it is",
    )
}

pub(super) fn changed_value(task: &Task, handed: &Handed) -> Diagnostic {
    let message = format!("tekton would change `{}` of `{}`", handed.name, task.name);
    Diagnostic::new(Code::P0602, handed.span, message)
        .here("holds `$(` or `$$`")
        .help("hand over a text without them: Tekton and Kubernetes read variables there, and how often depends on what that task does with it")
}

fn place_outside(task: &Task, handed: &Handed) -> Diagnostic {
    let message = format!("tekton cannot tell `{}` a path in a workspace", task.name);
    Diagnostic::new(Code::P0602, handed.span, message)
        .here(format!("`{}` lies in a workspace", handed.name))
        .help("give the workspace as a parameter of type `workspace`, and the path in it as a `string`: the workspace lies elsewhere in that task")
}

fn not_computed(plan: &Plan, one: &Computed<'_>) -> Diagnostic {
    let task = plan.task(one.serves);
    let message = format!("tekton cannot compute what `{}` is given", task.name);
    let why = if task.phase == Phase::Finally {
        "all of `finally` starts at once, so nothing there can be computed for another task"
    } else {
        "the task runs also when its condition is false, and what computes the value does not"
    };
    Diagnostic::new(Code::P0602, task.span, message)
        .here("is given a value that is put together when running")
        .help(format!("let a task before it write the value to an output, and hand that over: {why}"))
}

fn service(plan: &Plan, one: &Service, out: &mut Diagnostics) {
    for env in &one.env {
        if computed::is_secret(&env.value) && script::direct(plan, &env.value).is_none() {
            out.push(chosen_secret(one, env.span, &env.name));
        }
    }
    if names::sidecar(&one.name) == "tekton-log-results" {
        let message = format!("tekton has a sidecar of its own called `{}`", names::sidecar(&one.name));
        out.push(
            Diagnostic::new(Code::P0212, one.span, message).here("the same name").help("give the service another name"),
        );
    }
    if one.run.as_deref().is_some_and(escape::cannot_be_escaped) {
        let message = "tekton would replace `$(credentials.path)` in the script";
        let help =
            "write `$( credentials.path)`, which is the same to a shell: Tekton puts a path there, and knows no escape";
        out.push(Diagnostic::new(Code::P0602, one.span, message).here("holds this text").help(help));
    }
}

fn chosen_secret(one: &Service, span: Span, variable: &str) -> Diagnostic {
    let message = format!("the secret in `{variable}` of the service `{}` is chosen when running", one.name);
    Diagnostic::new(Code::P0602, span, message)
        .here("not one secret")
        .help("bind what decides with `-p`, so that one secret is left: a container is given a secret by its name")
}

fn no_image_for_small_tasks(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    let mut all = lowered.tasks.iter().chain(&lowered.finally);
    if let Some(unit) = all.find(|unit| unit.steps.iter().any(|step| step.image.is_empty() && step.used.is_none())) {
        let message = format!("tekton has no image for `{}`, a small task that is added", unit.name);
        out.push(
            Diagnostic::new(Code::P0602, unit.span, message)
                .here("needs it, and no task of the pipeline has an image")
                .help("name one with a POSIX shell: `target tekton { helper_image: \"…\" }`"),
        );
    }
}
