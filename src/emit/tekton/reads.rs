//! What scripts and expressions read.

use crate::contract::{ListSource, Source};
use crate::emit::script::Rendered;
use crate::plan::{Expr, ExprKind, Script, Task, TaskId, Turn};

/// The tasks whose results a script reads, by name; one may be there twice.
pub(super) fn tasks(rendered: &Rendered) -> impl Iterator<Item = &str> {
    let single = sources(rendered).filter_map(|source| {
        let Source::Result { task, .. } = source else { return None };
        Some(task.as_str())
    });
    single.chain(rendered.args.iter().filter_map(|list| {
        let (ListSource::Gathered { task, .. } | ListSource::Result { task, .. }) = list else { return None };
        Some(task.as_str())
    }))
}

/// What decides whether, and how often, a task runs.
pub(super) fn conditions(task: &Task) -> impl Iterator<Item = &Expr> {
    let fan = task.fan.iter().flat_map(|fan| fan.vars.iter().map(|var| &var.list).chain(&fan.filter));
    task.condition.iter().chain(task.turn_condition.as_deref()).chain(fan)
}

/// Everything that a script reads.
fn sources(rendered: &Rendered) -> impl Iterator<Item = &Source> {
    let env = rendered.env.iter().map(|(_, source)| source).chain(&rendered.workdir);
    env.chain(rendered.args.iter().flat_map(|list| match list {
        ListSource::Each(sources) => sources.as_slice(),
        ListSource::Literal(_) | ListSource::Param(_) | ListSource::Gathered { .. } | ListSource::Result { .. } => &[],
    }))
}

/// The tasks whose results an expression reads, each once.
pub(super) fn results(expr: &Expr) -> Vec<TaskId> {
    let mut read = Vec::new();
    expr.walk(&mut |part| {
        if let ExprKind::Result(task, _) | ExprKind::Turn(Turn::Output(task, _)) = part.kind
            && !read.contains(&task)
        {
            read.push(task);
        }
    });
    read
}

/// The tasks whose status an expression reads.
pub(super) fn statuses(expr: &Expr) -> Vec<TaskId> {
    let mut read = Vec::new();
    expr.walk(&mut |part| {
        if let ExprKind::Status(task) = part.kind {
            read.push(task);
        }
    });
    read
}

/// Every expression of a task, each as it is written.
pub(super) fn exprs(task: &Task) -> impl Iterator<Item = &Expr> {
    let scripts =
        task.steps.iter().map(|step| &step.script).chain(task.before.as_deref()).chain(task.cleanup.as_deref());
    let steps = task.steps.iter().flat_map(|step| step.env.iter().map(|env| &env.value).chain(step.workdir.as_deref()));
    let files = task.files.iter().map(|file| &file.content);
    conditions(task).chain(scripts.flat_map(script_exprs)).chain(steps).chain(files).chain(beside(task))
}

/// What containers of somebody else are given: the task or step that is kept elsewhere, and services.
pub(super) fn beside(task: &Task) -> impl Iterator<Item = &Expr> {
    let handed = task.source.iter().flat_map(|source| source.params.iter().map(|handed| &handed.value));
    let used = task.steps.iter().filter_map(|step| step.uses.as_deref());
    let used = used.flat_map(|source| source.params.iter().map(|handed| &handed.value));
    handed.chain(used).chain(task.services.iter().flat_map(|service| service.env.iter().map(|env| &env.value)))
}

fn script_exprs(script: &Script) -> impl Iterator<Item = &Expr> {
    script.slots.iter().map(|slot| &slot.value)
}
