//! What a matrix cannot do of a loop whose turns only a run knows.

use super::lower::Lowered;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::{Fan, Phase, Task};
use crate::source::Span;

pub(super) fn report(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    if let Some(span) = lowered.options.span.filter(|_| lowered.options.most_turns < 1) {
        out.push(no_turns(span));
    }
    for (_, task) in lowered.plan.tasks() {
        let Some(fan) = &task.fan else { continue };
        if task.phase == Phase::Finally {
            out.push(in_finally(task, fan));
        }
        if task.source.is_some() {
            out.push(kept_elsewhere(task, fan));
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

/// A run of a matrix is given the whole list and its number: a body of ours picks the element.
fn kept_elsewhere(task: &Task, fan: &Fan) -> Diagnostic {
    Diagnostic::new(
        Code::P0602,
        task.span,
        format!("tekton cannot run `{}` once for each element of a list that only the run knows", task.name),
    )
    .here("an `extern task`, which is given its values as they are")
    .label(fan.span, "known only when running")
    .help("declare the list `const`: then there is a task for each element; or give the whole list to the task")
}
