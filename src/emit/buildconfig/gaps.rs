//! What OpenShift builds cannot express, said at the source.

use std::sync::Arc;

use super::archive;
use super::carry::{self, Carry, Crossing, Thing};
use super::class::{Class, Classes};
use super::faults::{self, Fault};
use super::options::Options;
use super::segment::{Segment, positions, segments};
use super::{secrets, texts};
use crate::contract::Source;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::emit::spec::opened;
use crate::emit::{kube, outside, script};
use crate::plan::value::{cpu_text, size_text};
use crate::plan::{ExprKind, Fan, Param, PipelineOutput, Plan, Task, TaskId, Ty};
use crate::source::Span;

/// No container starts with less memory.
const LEAST_MEMORY: i64 = 6 << 20;

pub(super) fn report(plan: &Plan, out: &mut Diagnostics) {
    outside::no_extern_tasks(plan, "buildconfig", out);
    outside::no_services(plan, "buildconfig", out);
    script::gaps(plan, out);
    texts::report(plan, out);
    let options = Options::of(plan);
    let classes = Classes::new(plan);
    if let Some(span) = options.span {
        faults::of(plan, &classes).iter().for_each(|fault| out.push(option(span, fault)));
    }
    plan.params.iter().filter_map(parameter).for_each(|found| out.push(found));
    fans(plan, out);
    for (id, task) in plan.tasks() {
        network(task).into_iter().for_each(|found| out.push(found));
        requests(task, out);
        secrets::of_task(plan, id).iter().filter(|name| !kube::is_subdomain(name)).for_each(|name| {
            out.push(bad_secret(task, name));
        });
    }
    for class in classes.used() {
        images(plan, &classes, class, &options).into_iter().for_each(|found| out.push(found));
    }
    plan.outputs.iter().filter_map(|output| returned_place(plan, output)).for_each(|found| out.push(found));
    // Something else may be so wrong that no script can be made of it.
    if options.store.is_none() && !out.has_errors() {
        let segments = segments(plan);
        let carry = Carry::new(plan, &segments);
        carry.crossings.iter().for_each(|crossing| out.push(no_store(plan, &segments, crossing)));
    }
}

fn option(span: Span, fault: &Fault) -> Diagnostic {
    Diagnostic::new(Code::P0608, span, format!("`{}` cannot be the `{}` of a build", fault.value, fault.option))
        .here(format!("says `{}`", fault.option))
        .help(fault.help.clone())
}

/// The tasks of a build are those of its archive, so a loop over a list that only the run knows is one finding.
fn fans(plan: &Plan, out: &mut Diagnostics) {
    let mut seen: Vec<&Arc<Fan>> = Vec::new();
    for (_, task) in plan.tasks() {
        if let Some(fan) = task.fan.as_ref().filter(|fan| !seen.iter().any(|other| Arc::ptr_eq(other, fan))) {
            seen.push(fan);
            out.push(fanned(plan, task, fan));
        }
    }
}

fn fanned(plan: &Plan, task: &Task, fan: &Fan) -> Diagnostic {
    let (mut param, mut result) = (None, false);
    for part in fan.vars.iter().map(|var| &var.list).chain(&fan.filter) {
        part.walk(&mut |part| {
            if let ExprKind::Param(id) = part.kind {
                param = param.or(Some(id));
            }
            result |= matches!(part.kind, ExprKind::Result(..));
        });
    }
    let message =
        format!("OpenShift builds cannot run `{}` once for each element of a list that only the run knows", task.name);
    let finding = Diagnostic::new(Code::P0602, fan.span, message)
        .here("known only when running")
        .label(task.span, "would run once a turn");
    match param.filter(|_| !result).map(|id| &plan.params[id.index()]) {
        Some(param) => finding.label(param.span, format!("`{}` stays open until the run starts", param.name)).help(format!(
            "bind it: `-p {0}=a,b`, or declare it `const {0}: {1}`: then there is a task for each element",
            param.name, param.ty
        )),
        None => finding.help(
            "give the whole list to one task and loop in its script: the tasks of a build are fixed when its archive is made",
        ),
    }
}

/// A secret is mounted by name, and a workspace of somebody else cannot be mounted at all.
fn parameter(param: &Param) -> Option<Diagnostic> {
    match (opened(&param.ty), &param.default) {
        (Ty::Secret, None) => Some(secret_not_named(param)),
        (Ty::List(of), None) if *opened(of) == Ty::Secret => Some(secret_not_named(param)),
        (Ty::Workspace, _) => Some(foreign_workspace(param)),
        _ => None,
    }
}

fn requests(task: &Task, out: &mut Diagnostics) {
    let needs = &task.needs;
    if let Some(memory) = needs.memory.filter(|memory| *memory < LEAST_MEMORY) {
        out.push(too_little(task, "memory", &size_text(memory), "no container starts with less than `6Mi`"));
    }
    if let Some(cpu) = needs.cpu.filter(|cpu| *cpu <= 0) {
        out.push(too_little(
            task,
            "cpu",
            &cpu_text(cpu),
            "a limit of nothing is no limit: write `100m`, or leave it out",
        ));
    }
    if let Some(disk) = needs.disk.filter(|disk| *disk <= 0) {
        let why = "a build that may write nothing is evicted: write `1Gi`, or leave it out";
        out.push(too_little(task, "disk", &size_text(disk), why));
    }
}

fn too_little(task: &Task, field: &str, value: &str, why: &str) -> Diagnostic {
    Diagnostic::new(Code::P0608, task.span, format!("`{}` asks for `{value}` of {field}", task.name))
        .here(format!("needs `{field}: {value}`"))
        .help(why)
}

fn bad_secret(task: &Task, name: &str) -> Diagnostic {
    Diagnostic::new(Code::P0607, task.span, format!("`{name}` cannot be the name of a secret in a cluster"))
        .here("uses it")
        .help("write lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit: the name of a Secret, whose key `value` holds it")
}

/// A path says nothing once the build is gone.
fn returned_place(plan: &Plan, output: &PipelineOutput) -> Option<Diagnostic> {
    let rendered = script::value(plan, &output.value);
    let place = carry::sources(&rendered).any(|source| matches!(source, Source::Place { .. }));
    place.then(|| {
        Diagnostic::new(Code::P0602, output.span, "the pipeline returns a place in a build that is gone by then")
            .here("lies in a workspace")
            .help("let a task upload it, and return its address or version; what a pipeline returns is written to the log")
    })
}

fn secret_not_named(param: &Param) -> Diagnostic {
    let name = &param.name;
    Diagnostic::new(Code::P0607, param.span, format!("the secret of `{name}` has to be named when compiling"))
        .here("mounted by its name in the manifest")
        .help(format!("name the Secret: `-p {name}=NAME`; a build cannot be given a secret when it starts"))
}

fn foreign_workspace(param: &Param) -> Diagnostic {
    Diagnostic::new(Code::P0602, param.span, format!("the workspace `{}` cannot be given from outside", param.name))
        .here("a build with the custom strategy mounts no volume")
        .help("declare it in the pipeline: `workspace NAME { size: … }`; what is in it travels through the store")
}

fn network(task: &Task) -> Option<Diagnostic> {
    (!task.needs.network).then(|| {
        Diagnostic::new(Code::P0602, task.span, format!("`{}` cannot be cut off from the network", task.name))
            .here("asks for `network: false`")
            .help("a build always has the network of the cluster; write `target buildconfig { deny_egress: true }`, which closes the ways out of all builds, and drop `network: false`")
    })
}

/// A class is one container, so its steps share an image.
fn images(plan: &Plan, classes: &Classes, class: Class, options: &Options) -> Option<Diagnostic> {
    if options.builder.is_some() {
        return None;
    }
    let mut steps = tasks(plan, classes, class).flat_map(|(_, task)| &task.steps).filter(|step| step.uses.is_none());
    let first = steps.next()?;
    let other = steps.find(|step| step.image != first.image)?;
    let message = format!("the {} tasks are one build, and need two images", class.name());
    Some(
        Diagnostic::new(Code::P0602, other.image_span, message)
            .here(format!("`{}`", other.image))
            .label(first.image_span, format!("`{}`", first.image))
            .help("give one image that holds the tools of all: `target buildconfig { builder: \"…\" }`"),
    )
}

fn no_store(plan: &Plan, segments: &[Segment], crossing: &Crossing) -> Diagnostic {
    let from = plan.task(crossing.from);
    let what = match &crossing.what {
        Thing::Result(..) => "a result".to_owned(),
        Thing::Status(_) => "how a task ended".to_owned(),
        Thing::Workspace(id) => format!("workspace `{}`", plan.workspaces[id.index()].name),
    };
    let message = format!("{what} goes from `{}` to `{}`, which are two builds", from.name, crossing.to);
    let at = positions(plan, segments)[crossing.from.index()];
    Diagnostic::new(Code::P0606, crossing.to_span, message)
        .here(format!("runs in build {}", archive::name(crossing.at, &segments[crossing.at])))
        .label(from.span, format!("runs in build {}", archive::name(at, &segments[at])))
        .help("a build keeps nothing: name a place to carry it, `target buildconfig { store: \"s3://bucket/prefix\" }`")
}

fn tasks<'p>(plan: &'p Plan, classes: &Classes, class: Class) -> impl Iterator<Item = (TaskId, &'p Task)> {
    plan.tasks().filter(move |(id, _)| classes.of(*id) == class)
}
