//! Who reads of whom, and who runs whenever another does.

use rustc_hash::FxHashSet;

use crate::plan::{Edge, Expr, ExprKind, Op, Phase, Plan, Task, TaskId, Turn, Verdict, Why};

/// The tasks whose outputs a task reads, or by which it decides whether it runs; ascending.
pub(super) fn read_by(plan: &Plan, task: TaskId) -> Vec<TaskId> {
    let data = plan.dependencies(task).filter(|(_, edge)| is_data(edge)).map(|(id, _)| id);
    let mut found: Vec<TaskId> = data.collect();
    if plan.task(task).phase == Phase::Finally {
        // No edge leads to `finally`.
        plan.task(task).clone().each_expr(&mut |expr| expr.walk(&mut |part| found.extend(output_of(part))));
        found.sort_unstable();
        found.dedup();
    }
    found
}

fn is_data(edge: &Edge) -> bool {
    edge.why.iter().any(|why| match why {
        Why::Output(..) | Why::Condition(_) => true,
        Why::After(_) | Why::Stage(..) => false,
    })
}

/// The task whose output is read; that of a status need not run.
fn output_of(part: &Expr) -> Option<TaskId> {
    if let ExprKind::Result(task, _) | ExprKind::Artifact { task, .. } | ExprKind::Turn(Turn::Output(task, _)) =
        part.kind
    {
        return Some(task);
    }
    None
}

/// Whether a task reads, through others or not, of one that is wanted.
pub(super) fn reads(plan: &Plan, task: TaskId, wanted: impl Fn(TaskId) -> bool) -> bool {
    let mut seen = FxHashSet::default();
    let mut open = vec![task];
    while let Some(at) = open.pop() {
        for before in read_by(plan, at).into_iter().filter(|before| seen.insert(*before)) {
            if wanted(before) {
                return true;
            }
            open.push(before);
        }
    }
    false
}

/// Whether one runs whenever the other does.
pub(super) fn is_as_sure(plan: &Plan, one: TaskId, other: TaskId) -> bool {
    let (one, other) = (plan.task(one), plan.task(other));
    let known = parts_of(other);
    let turns = match (&one.fan, &other.fan) {
        (None, _) => true,
        (Some(one), Some(other)) => std::sync::Arc::ptr_eq(one, other),
        (Some(_), None) => false,
    };
    turns && !one.skips_itself() && parts_of(one).iter().all(|part| known.contains(part))
}

/// The conditions of a task that all have to hold.
fn parts_of(task: &Task) -> Vec<&Expr> {
    let mut found = Vec::new();
    let mut open: Vec<&Expr> = task.condition.iter().chain(task.turn_condition.as_deref()).collect();
    while let Some(one) = open.pop() {
        if let ExprKind::Binary(Op::And, a, b) = &one.kind {
            open.extend([&**a, &**b]);
        } else {
            found.push(one);
        }
    }
    found
}

impl Task {
    /// One of its exit codes means that it was skipped.
    pub(super) fn skips_itself(&self) -> bool {
        self.on_exit.iter().any(|(_, verdict)| *verdict == Verdict::Skip)
    }
}
