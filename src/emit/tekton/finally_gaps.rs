//! What the engine's `finally` cannot do: wait, decide, and read what may be missing.

use std::collections::BTreeMap;

use super::condition;
use super::fuse::ordered::Apart;
use super::gate::Gate;
use super::lower::Lowered;
use super::reads;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::{Edge, Expr, ExprKind, Op, Phase, Plan, Task, TaskId, Value, Verdict, Why};
use crate::source::Span;

pub(super) fn report(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    let plan = lowered.plan;
    lowered.apart.iter().for_each(|apart| not_together(plan, apart, out));
    for (id, task) in plan.tasks().filter(|(_, task)| task.phase == Phase::Finally) {
        condition_gap(lowered, id, task, out);
        inputs(lowered, id, task, out);
    }
}

/// Tasks that have to share a pod, and cannot: neither do they have an order then.
fn not_together(plan: &Plan, apart: &Apart, out: &mut Diagnostics) {
    let mut locks: BTreeMap<&str, &Task> = BTreeMap::new();
    for (id, task) in apart.tasks.iter().map(|id| (*id, plan.task(*id))) {
        for (before, edge) in plan.dependencies(id) {
            if plan.task(before).phase == Phase::Finally {
                out.push(ordered(task, plan.task(before), edge, &apart.why));
            }
        }
        if let Some(lock) = &task.lock
            && let Some(other) = locks.insert(lock, task)
        {
            out.push(locked(task, other, lock, &apart.why));
        }
    }
}

fn ordered(task: &Task, before: &Task, edge: &Edge, why: &str) -> Diagnostic {
    let message =
        format!("tekton cannot run `{}` behind `{}`: all of `finally` starts at once", task.name, before.name);
    let place = edge.why.iter().find_map(why_span).unwrap_or(task.span);
    Diagnostic::new(Code::P0602, place, message)
        .here("waits for it")
        .label(before.span, "also in `finally`")
        .help(format!("what has an order there shares one pod, and these cannot: {why}; change that, or make one task of the two, with a `step` for each"))
}

fn why_span(why: &Why) -> Option<Span> {
    match why {
        Why::Output(_, span) | Why::Condition(span) | Why::After(span) => Some(*span),
        Why::Stage(..) => None,
    }
}

fn locked(task: &Task, other: &Task, lock: &str, why: &str) -> Diagnostic {
    Diagnostic::new(Code::P0602, task.span, format!("tekton cannot keep `{}` and `{}` apart", task.name, other.name))
        .here(format!("has the lock `{lock}`"))
        .label(other.span, "has it too, and starts at the same time")
        .help(format!("all of `finally` starts at once, so what shares a lock there shares one pod, and these cannot: {why}; change that, or make one task of the two, with a `step` for each"))
}

/// A step of the task decides what the engine cannot, but that needs a script of ours, and words for how a task ended.
fn condition_gap(lowered: &Lowered<'_>, id: TaskId, task: &Task, out: &mut Diagnostics) {
    let Some(condition) = task.condition.as_ref().filter(|_| lowered.gates[id.index()] == Gate::Inside) else { return };
    let apart = lowered.apart.iter().find(|apart| apart.tasks == [id]);
    let why = if asks_for_cancelled(condition) {
        "it has no word for a task that was cancelled"
    } else if let Some(apart) = apart {
        &apart.why
    } else {
        return;
    };
    let message = format!("tekton cannot decide in `finally` whether `{}` runs", task.name);
    let help = format!(
        "{why}: there, compare `outcome`, a `status` (not with `.cancelled`) or a parameter with known values, joined by `and`; \
                or let the task run always and test it in its script"
    );
    out.push(Diagnostic::new(Code::P0602, task.span, message).here("has a condition of another form").help(help));
}

/// A status is compared with `.cancelled`.
fn asks_for_cancelled(condition: &Expr) -> bool {
    let mut found = false;
    condition.walk(&mut |part| {
        let ExprKind::Binary(Op::Equal | Op::Unequal | Op::In, a, b) = &part.kind else { return };
        let status = [a, b].iter().any(|side| matches!(side.kind, ExprKind::Status(_)));
        found |= status && [a, b].iter().any(|side| side.value().is_some_and(holds_cancelled));
    });
    found
}

fn holds_cancelled(value: &Value) -> bool {
    match value {
        Value::Case(case) => case == "cancelled",
        Value::List(values) => values.iter().any(holds_cancelled),
        Value::None | Value::Bool(_) | Value::Int(_) | Value::Text(_) | Value::Duration(_) | Value::Size(_) => false,
        Value::Cpu(_) | Value::Secret(_) | Value::Workspace(_) | Value::Record(_) => false,
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
    // In one pod, what a task of `finally` did is known.
    let main = |read: &TaskId| plan.task(*read).phase == Phase::Main;
    for read in statuses.into_iter().filter(|read| main(read) && hides_skip(lowered, *read)) {
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
pub(super) fn proves_success(condition: &Expr, task: TaskId) -> bool {
    proves_own_success(condition, task)
        || succeeded(condition).iter().any(|asked| matches!(asked.kind, ExprKind::Outcome))
}

/// The condition holds only when the task itself succeeded, which one that was left out has not.
pub(super) fn proves_own_success(condition: &Expr, task: TaskId) -> bool {
    succeeded(condition).iter().any(|asked| matches!(asked.kind, ExprKind::Status(other) if other == task))
}

/// What has to be `.succeeded`.
fn succeeded(condition: &Expr) -> Vec<&Expr> {
    let mut found = Vec::new();
    for part in condition::conjuncts(condition) {
        let ExprKind::Binary(Op::Equal, a, b) = &part.kind else { continue };
        let (asked, value) = if b.value().is_some() { (a, b.value()) } else { (b, a.value()) };
        if value == Some(&Value::Case("succeeded".to_owned())) {
            found.push(&**asked);
        }
    }
    found
}
