//! What the engine's `finally` cannot do: wait, decide, and read what may be missing.

use std::collections::BTreeMap;

use super::condition;
use super::gate::Gate;
use super::lower::Lowered;
use super::reads;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::{Edge, Expr, ExprKind, Op, Phase, Plan, Task, TaskId, Value, Verdict, Why};
use crate::source::Span;

pub(super) fn report(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    let plan = lowered.plan;
    let mut locks: BTreeMap<&str, &Task> = BTreeMap::new();
    for (id, task) in plan.tasks().filter(|(_, task)| task.phase == Phase::Finally) {
        for (before, edge) in plan.dependencies(id) {
            if plan.task(before).phase == Phase::Finally {
                out.push(ordered(task, plan.task(before), edge));
            }
        }
        if let Some(lock) = &task.lock
            && let Some(other) = locks.insert(lock, task)
        {
            out.push(locked(task, other, lock));
        }
        condition_gap(plan, task, out);
        inputs(lowered, id, task, out);
    }
}

fn ordered(task: &Task, before: &Task, edge: &Edge) -> Diagnostic {
    let message =
        format!("tekton cannot run `{}` behind `{}`: all of `finally` starts at once", task.name, before.name);
    let place = edge.why.iter().find_map(why_span).unwrap_or(task.span);
    Diagnostic::new(Code::P0602, place, message)
        .here("waits for it")
        .label(before.span, "also in `finally`")
        .help("make one task of the two, with a `step` for each: steps run one after the other")
}

fn why_span(why: &Why) -> Option<Span> {
    match why {
        Why::Output(_, span) | Why::Condition(span) | Why::After(span) => Some(*span),
        Why::Stage(..) => None,
    }
}

fn locked(task: &Task, other: &Task, lock: &str) -> Diagnostic {
    Diagnostic::new(Code::P0602, task.span, format!("tekton cannot keep `{}` and `{}` apart", task.name, other.name))
        .here(format!("has the lock `{lock}`"))
        .label(other.span, "has it too, and starts at the same time")
        .help("all of `finally` starts at once: make one task of the two, with a `step` for each")
}

fn condition_gap(plan: &Plan, task: &Task, out: &mut Diagnostics) {
    let Some(condition) = &task.condition else { return };
    if condition::lower(plan, condition, false).is_none() {
        let message = format!("tekton cannot decide in `finally` whether `{}` runs", task.name);
        let help = "there, compare `outcome`, a `status` (not with `.cancelled`) or a parameter with known values, joined by `and`; \
                    or let the task run always and test it in its script";
        out.push(Diagnostic::new(Code::P0602, task.span, message).here("has a condition of another form").help(help));
    }
}

/// What a task of `finally` reads has to be there whenever it runs: the engine leaves it out otherwise, and says nothing.
fn inputs(lowered: &Lowered<'_>, id: TaskId, task: &Task, out: &mut Diagnostics) {
    let plan = lowered.plan;
    let read = reads::exprs(task).flat_map(reads::results);
    let mut results: Vec<TaskId> = read.filter(|read| plan.task(*read).phase == Phase::Main).collect();
    results.sort_unstable();
    results.dedup();
    for read in results {
        if !task.condition.as_ref().is_some_and(|condition| proves_success(condition, read)) {
            out.push(missing_result(plan, id, task, read));
        }
    }
    let mut statuses: Vec<TaskId> = reads::exprs(task).flat_map(reads::statuses).collect();
    statuses.sort_unstable();
    statuses.dedup();
    for read in statuses.into_iter().filter(|read| hides_skip(lowered, *read)) {
        out.push(hidden_skip(task, plan.task(read)));
    }
}

fn missing_result(plan: &Plan, id: TaskId, task: &Task, read: TaskId) -> Diagnostic {
    let other = plan.task(read);
    let edge = plan.dependencies(id).find(|(before, _)| *before == read);
    let place = edge.and_then(|(_, edge)| edge.why.iter().find_map(why_span)).unwrap_or(task.span);
    let message = format!("tekton leaves `{}` out when `{}` has not run", task.name, other.name);
    Diagnostic::new(Code::P0602, place, message)
        .here("reads its output")
        .label(other.span, "may fail, or never start")
        .help(format!(
            "put the task under `when {0}.status == .succeeded`, or write the value to a file in the workspace and read that: \
             a task of `finally` whose input is missing vanishes without a word",
            other.name
        ))
}

fn hidden_skip(task: &Task, other: &Task) -> Diagnostic {
    let message = format!("tekton cannot tell `{}` whether `{}` was skipped", task.name, other.name);
    Diagnostic::new(Code::P0602, task.span, message)
        .here("reads its status")
        .label(other.span, "skips itself while it runs, since its outputs are read or by `on_exit`")
        .help("read an output that the task writes, or the `outcome` of the whole run, instead of the status")
}

/// The task runs for the engine, though it is skipped for the program.
fn hides_skip(lowered: &Lowered<'_>, task: TaskId) -> bool {
    let by_exit = lowered.plan.task(task).on_exit.iter().any(|(_, verdict)| *verdict == Verdict::Skip);
    by_exit || matches!(lowered.gates[task.index()], Gate::Guarded(_) | Gate::GuardedByParam(..))
}

/// The condition holds only when the task, or everything, succeeded.
fn proves_success(condition: &Expr, task: TaskId) -> bool {
    condition::conjuncts(condition).iter().any(|part| {
        let ExprKind::Binary(Op::Equal, a, b) = &part.kind else { return false };
        let (asked, value) = if b.value().is_some() { (a, b.value()) } else { (b, a.value()) };
        let succeeded = value == Some(&Value::Case("succeeded".to_owned()));
        succeeded
            && (matches!(asked.kind, ExprKind::Status(other) if other == task)
                || matches!(asked.kind, ExprKind::Outcome))
    })
}
