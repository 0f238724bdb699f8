//! What a matrix cannot do of a loop whose turns only a run knows.

use super::lower::Lowered;
use super::native::{self, Obstacle};
use super::reads;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::{Expr, Fan, Phase, Task, TaskId};
use crate::source::Span;

pub(super) fn report(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    if let Some(span) = lowered.options.span.filter(|_| lowered.options.most_turns < 1) {
        out.push(no_turns(span));
    }
    for (id, task) in lowered.plan.tasks() {
        let Some(fan) = &task.fan else { continue };
        let native = native::is_native(task);
        if task.phase == Phase::Finally && !native {
            out.push(in_finally(task, fan));
        }
        if let Some(obstacle) = native::obstacle(lowered.plan, task, fan).filter(|_| native) {
            out.push(kept_elsewhere(task, fan, &obstacle));
        } else if native && is_read(lowered, id) && !native::keeps_order(lowered.names.pipeline(), lowered.names.of(id))
        {
            out.push(too_long_for_order(task, fan));
        }
        if let Some(lock) = &task.lock {
            out.push(locked(task, fan, lock));
        }
    }
}

fn no_turns(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0608, span, "`most_turns` is less than 1")
        .here("no loop could ever run")
        .help("write the `default-max-matrix-combinations-count` of the cluster, or leave it out for 256")
}

/// What finds the turns would have to run before, and `finally` has no order; before it, it may never start.
fn in_finally(task: &Task, fan: &Fan) -> Diagnostic {
    Diagnostic::new(Code::P0602, fan.span, format!("tekton cannot run `{}` in `finally` for a list that only the run knows", task.name))
        .here("known only when running")
        .label(task.span, "in `finally`, where nothing can be counted before")
        .help("give the whole list to one task and loop in its script, or declare the list `const`: then there is a task for each element")
}

/// All runs of a matrix start at once.
fn locked(task: &Task, fan: &Fan, lock: &str) -> Diagnostic {
    Diagnostic::new(Code::P0602, task.span, format!("tekton cannot keep the turns of `{}` apart", task.name))
        .here(format!("has the lock `{lock}`"))
        .label(fan.span, "all turns start at once")
        .help("give the whole list to one task and loop in its script, or declare the list `const`: then the tasks run one after the other")
}

/// The matrix of a task of somebody else is over the lists themselves, whose elements it is given as they are.
fn kept_elsewhere(task: &Task, fan: &Fan, obstacle: &Obstacle) -> Diagnostic {
    let why = match obstacle {
        Obstacle::Filter => "the loop leaves some turns out".to_owned(),
        Obstacle::TurnCondition => "a condition leaves some turns out".to_owned(),
        Obstacle::List(name) => format!("the list of `{name}` is put together only when running"),
        Obstacle::Reworked(name) => format!("`{name}` is not just an element of a list"),
        Obstacle::NotOnce(name) => format!("`{name}` is not handed over once"),
    };
    Diagnostic::new(
        Code::P0602,
        task.span,
        format!("tekton cannot run `{}` once for each element of a list that only the run knows", task.name),
    )
    .here(format!("an `extern task`, and {why}"))
    .label(fan.span, "known only when running")
    .help("hand each variable of the loop over once and as it is, without an `if`; or declare the list `const`: then there is a task for each element; or give the whole list to the task")
}

/// Runs whose names are too long are called by a sum over them, which has no order.
fn too_long_for_order(task: &Task, fan: &Fan) -> Diagnostic {
    let message = format!("tekton would give the outputs of `{}` in no order", task.name);
    Diagnostic::new(Code::P0212, task.span, message)
        .here("its name and that of the pipeline are too long together")
        .label(fan.span, "what all turns give is read as one list")
        .help("give one of them a shorter name: both, with the number of the run and of the turn, have 63 signs")
}

fn is_read(lowered: &Lowered<'_>, id: TaskId) -> bool {
    let reads = |expr: &Expr| reads::results(expr).contains(&id);
    let by_tasks = lowered.plan.dependents(id).any(|(next, _)| reads::exprs(lowered.plan.task(next)).any(reads));
    by_tasks || lowered.plan.outputs.iter().any(|output| reads(&output.value))
}
