//! How the condition of each task is kept: by the engine's `when`, or by a task that runs and leaves its outputs empty.
//!
//! A task that `when` leaves out has no results, and whoever reads one is left out with it, and so is everything behind
//! that. So `when` serves only where nobody reads the results, or where all who do, and all behind them, are left out
//! by the same condition; or where whoever reads them can stand in the pipeline a second time, without them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::condition::{self, When};
use super::names::Names;
use super::split::Splits;
use crate::plan::{Expr, ExprKind, Phase, Plan, TaskId, Ty};

/// How a condition is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Gate {
    Always,
    When(Vec<When>),
    /// By a decision task, the index of its condition; left out when it is `false`.
    Decided(usize),
    /// The task runs, and skips its scripts: by a `bool` parameter and whether it has to be true.
    GuardedByParam(String, bool),
    /// The task runs, and skips its scripts: by a decision task.
    Guarded(usize),
    /// In `finally`, where nothing can run before: a step of the task decides, and the others are skipped.
    Inside,
}

/// The gates of all tasks, and the conditions that a small task has to decide, each with the task it serves first.
#[derive(Default, Debug)]
pub(super) struct Gates<'p> {
    pub(super) of: Vec<Gate>,
    pub(super) decisions: Vec<(&'p Expr, TaskId)>,
    index: FxHashMap<String, usize>,
}

/// Who reads the results of each task: other tasks by their scripts or conditions, or somebody outside the graph.
#[derive(Debug)]
pub(super) struct Readers {
    pub(super) tasks: Vec<Vec<TaskId>>,
    pub(super) outside: Vec<bool>,
}

/// `behind` are, for each task, the tasks that wait for it, locks included.
///
/// With `cel`, expressions of these names may stand in a `when`.
pub(super) fn gates<'p>(
    plan: &'p Plan,
    readers: &Readers,
    behind: &[Vec<TaskId>],
    splits: &Splits,
    cel: Option<&Names>,
) -> Gates<'p> {
    let inside = Inside::new(plan, readers, behind);
    let mut gates = Gates::default();
    for (id, task) in plan.tasks() {
        let gate = match &task.condition {
            None => Gate::Always,
            Some(condition) if task.phase == Phase::Finally => in_finally(plan, condition),
            Some(condition) if inside.may_vanish(id) => gates.left_out(plan, id, condition, cel),
            Some(condition) if splits.leave_out(id) => gates.asked_once(plan, id, condition),
            Some(condition) => gates.guarded(plan, id, condition),
        };
        gates.of.push(gate);
    }
    gates
}

impl<'p> Gates<'p> {
    fn left_out(&mut self, plan: &Plan, task: TaskId, condition: &'p Expr, cel: Option<&Names>) -> Gate {
        // `finally` runs also when the parameters were found to be wrong, and then an expression could be anything.
        let cel = cel.filter(|_| plan.task(task).phase == Phase::Main);
        match condition::lower(plan, condition, cel) {
            Some(list) if list.is_empty() => Gate::Always,
            Some(list) => Gate::When(list),
            None => Gate::Decided(self.decision(task, condition)),
        }
    }

    /// By one question, which can be asked the other way round too.
    fn asked_once(&mut self, plan: &Plan, task: TaskId, condition: &'p Expr) -> Gate {
        match condition::lower(plan, condition, None).as_deref() {
            Some([]) => Gate::Always,
            Some([one]) => Gate::When(vec![one.clone()]),
            Some([_, _, ..]) | None => Gate::Decided(self.decision(task, condition)),
        }
    }

    fn guarded(&mut self, plan: &Plan, task: TaskId, condition: &'p Expr) -> Gate {
        match flag(plan, condition, true) {
            Some((name, holds)) => Gate::GuardedByParam(name, holds),
            None => Gate::Guarded(self.decision(task, condition)),
        }
    }

    fn decision(&mut self, task: TaskId, condition: &'p Expr) -> usize {
        *self.index.entry(key(condition)).or_insert_with(|| {
            self.decisions.push((condition, task));
            self.decisions.len() - 1
        })
    }
}

/// What reads the results of such a task runs in the same pod, and knows what is missing.
fn in_finally(plan: &Plan, condition: &Expr) -> Gate {
    match condition::lower(plan, condition, None) {
        Some(list) if list.is_empty() => Gate::Always,
        Some(list) => Gate::When(list),
        None => Gate::Inside,
    }
}

/// A parameter that is the condition, or its opposite.
fn flag(plan: &Plan, condition: &Expr, holds: bool) -> Option<(String, bool)> {
    if let ExprKind::Not(inner) = &condition.kind {
        return flag(plan, inner, !holds);
    }
    let ExprKind::Param(id) = condition.kind else { return None };
    (condition.ty == Ty::Bool).then(|| (plan.params[id.index()].name.clone(), holds))
}

/// Equal for equal conditions.
fn key(condition: &Expr) -> String {
    format!("{:?}", condition.kind)
}

/// Which tasks are left out together.
struct Inside<'a> {
    readers: &'a Readers,
    behind: &'a [Vec<TaskId>],
    /// The numbers of the parts of each task's condition.
    parts: Vec<FxHashSet<usize>>,
    is_finally: Vec<bool>,
}

impl<'a> Inside<'a> {
    fn new(plan: &Plan, readers: &'a Readers, behind: &'a [Vec<TaskId>]) -> Self {
        let mut numbers: FxHashMap<String, usize> = FxHashMap::default();
        let mut number = |part: &Expr| {
            let next = numbers.len();
            *numbers.entry(key(part)).or_insert(next)
        };
        let mut parts = Vec::with_capacity(plan.len());
        for (_, task) in plan.tasks() {
            let list = task.condition.iter().flat_map(condition::conjuncts);
            parts.push(list.map(&mut number).collect());
        }
        let is_finally = plan.tasks().map(|(_, task)| task.phase == Phase::Finally).collect();
        Self { readers, behind, parts, is_finally }
    }

    /// Nobody misses the results of the task when its condition is false.
    fn may_vanish(&self, task: TaskId) -> bool {
        if self.readers.outside[task.index()] {
            return false;
        }
        let mut seen = FxHashSet::default();
        let mut open: Vec<TaskId> = self.readers.tasks[task.index()].clone();
        while let Some(one) = open.pop() {
            if !seen.insert(one) {
                continue;
            }
            let implied = self.parts[task.index()].is_subset(&self.parts[one.index()]);
            if !implied || self.is_finally[one.index()] || self.readers.outside[one.index()] {
                return false;
            }
            open.extend(self.behind[one.index()].iter().filter(|next| !self.is_finally[next.index()]));
        }
        true
    }
}
