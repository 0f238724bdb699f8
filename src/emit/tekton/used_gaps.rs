//! What the engine cannot do for a step that is kept elsewhere, and for a task that has one: everything that a script of
//! ours would have to do there.

use super::foreign::{self, Part};
use super::gate::Gate;
use super::lower::Lowered;
use super::{defaults, escape, stranger_gaps};
use crate::contract::Source;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::emit::script;
use crate::plan::outside::Handed;
use crate::plan::{Expr, Plan, Step, Task, TaskId};

pub(super) fn report(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    for (id, task) in lowered.plan.tasks() {
        for (at, step) in task.steps.iter().enumerate() {
            let Some(source) = &step.uses else { continue };
            if let Some((here, help)) = obstacle(lowered, id, task, at == 0) {
                out.push(not_of_this_task(task, step, here, help));
            }
            stranger_gaps::names_of_step(task, source, out);
            source.params.iter().for_each(|handed| value(lowered.plan, step, handed, out));
        }
    }
}

/// What of the task only scripts of ours keep to, and what to do about it.
fn obstacle(lowered: &Lowered<'_>, id: TaskId, task: &Task, first: bool) -> Option<(&'static str, &'static str)> {
    let late = task.requires.iter().any(|one| !one.early);
    match lowered.gates[id.index()] {
        Gate::Guarded(_) | Gate::GuardedByParam(..) | Gate::Inside => {
            return Some((
                "is under a condition that its scripts look at",
                "put everything that reads its outputs, and all that comes after it, under the same `when`, or let the task run always: this step would run also when the condition is false",
            ));
        }
        Gate::Always | Gate::When(_) | Gate::Decided(_) => {}
    }
    if task.fan.is_some() {
        return Some((
            "is in a loop over what only a run knows",
            "bind the list with `-p`, or call a task of its own for the step: in a loop without any turn it would run once",
        ));
    }
    if !task.on_exit.is_empty() {
        return Some(("has `on_exit`", "put the step into a task of its own: its exit code is not looked at"));
    }
    if task.cleanup.is_some() {
        return Some((
            "has `cleanup`",
            "put the step into a task of its own: when it fails, nothing of this task runs",
        ));
    }
    if first && task.before.is_some() {
        return Some(("has `before`", "put a step with a `run` before it: `before` runs in the first script"));
    }
    (first && late).then_some((
        "has a `require` that is looked at when it runs",
        "put a step with a `run` before it: the requirement is looked at in the first script",
    ))
}

fn not_of_this_task(task: &Task, step: &Step, here: &str, help: &str) -> Diagnostic {
    let message = format!("tekton cannot run the step `{}` of another in `{}`", step.name, task.name);
    Diagnostic::new(Code::P0602, step.span, message)
        .here("kept elsewhere")
        .label(task.span, format!("this task {here}"))
        .help(help.to_owned())
}

fn value(plan: &Plan, step: &Step, handed: &Handed, out: &mut Diagnostics) {
    let parts = if script::is_list(&handed.value) {
        foreign::parts(plan, &handed.value)
    } else {
        Some(vec![Part::Text(&handed.value)])
    };
    let arrives = parts.is_some_and(|parts| parts.iter().all(|part| part_arrives(plan, part)));
    if !arrives {
        out.push(not_given(step, handed));
    }
}

fn part_arrives(plan: &Plan, part: &Part<'_>) -> bool {
    match part {
        Part::Known(text) => is_plain(text),
        Part::Text(text) => text_arrives(plan, text),
        Part::Param(name) => !defaults::needs_dollar(plan, name),
        Part::Turns(..) => false,
    }
}

fn text_arrives(plan: &Plan, text: &Expr) -> bool {
    let source = |source: &Source| match source {
        Source::Literal(text) => is_plain(text),
        Source::Param(name) => !defaults::needs_dollar(plan, name),
        Source::Result { .. } => true,
        Source::Place { path, .. } => is_plain(path),
        // The engine puts a result of a step into nothing but variables and arguments.
        Source::StepResult { .. } | Source::OutputFile(_) | Source::Status(_) | Source::Outcome => false,
        Source::SecretValue(_) | Source::SecretFile(_) => false,
    };
    script::direct_parts(plan, text).is_some_and(|sources| sources.iter().all(source))
}

/// Whether a text is the same when the engine, the kubelet and what fills templates have read it.
fn is_plain(text: &str) -> bool {
    !escape::is_changed_on_the_way(text) && !text.contains("{{")
}

fn not_given(step: &Step, handed: &Handed) -> Diagnostic {
    let message = format!("tekton cannot give `{}` to the step `{}`", handed.name, step.name);
    Diagnostic::new(Code::P0602, handed.span, message)
        .here("is put together when running, comes from a step, or holds `$(`, `$$` or `{{`")
        .help("hand over a text or a list that is known, a parameter, an output of an earlier task, a place in a workspace, or a text of these; let an earlier task write anything else to an output")
}
