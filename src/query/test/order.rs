//! `assert a after b`: whether one task waits for another, by whatever path.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::part::{Turn, because, name_of};
use super::{Run, report};
use crate::check::suite::TaskSet;
use crate::diag::Diagnostic;
use crate::plan::{Phase, Plan, TaskId};
use crate::source::Span;

impl Run<'_, '_> {
    /// What is wrong with a claim of order; nothing when it holds.
    pub(super) fn ordered(
        &self,
        negated: bool,
        (later, earlier): (&[TaskSet], &[TaskSet]),
        span: Span,
    ) -> Option<Diagnostic> {
        let (plan, _) = self.turns_of(later.first()?)?;
        let planned = self.planned(plan)?;
        let sides = (self.tasks_of(later)?, self.tasks_of(earlier)?);
        let (later, earlier) = match sides {
            (Ok(later), Ok(earlier)) => (later, earlier),
            (Err(absent), _) | (_, Err(absent)) => return Some(report::no_order(&absent)),
        };
        let plan = planned.plan();
        let paths = later.iter().map(|task| (*task, paths_from(plan, *task)));
        let pairs = paths.flat_map(|(task, paths)| {
            let pair = |other: &TaskId| (task, *other, path(plan, &paths, task, *other));
            earlier.iter().map(pair).collect::<Vec<_>>()
        });
        let (kept, broken): (Vec<Pair>, Vec<Pair>) = pairs.partition(|(_, _, path)| path.is_some());
        match (negated, broken.first()) {
            (false, None) | (true, Some(_)) => None,
            (false, Some((later, earlier, _))) => Some(out_of_order(plan, span, *later, *earlier, broken.len())),
            (true, None) => {
                let (later, earlier, path) = kept.first()?;
                Some(report::in_order(plan, span, (*later, *earlier), path.as_deref().unwrap_or_default()))
            }
        }
    }

    /// The tasks of one side; an error with the name that stands for none, and the condition that is false.
    fn tasks_of(&self, sets: &[TaskSet]) -> Option<Result<Vec<TaskId>, Absent>> {
        let mut tasks = Vec::new();
        for set in sets {
            let (_, turns) = self.turns_of(set)?;
            let here = turns.iter().filter_map(|turn| if let Turn::Task(id) = turn { Some(*id) } else { None });
            let before = tasks.len();
            tasks.extend(here);
            if tasks.len() == before {
                return Some(Err(Absent { name: name_of(set), span: set.span, because: because(&turns) }));
            }
        }
        Some(Ok(tasks))
    }
}

/// A name of a plan that stands for no task of it.
pub(super) struct Absent {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) because: Option<Span>,
}

/// The later task, the earlier one, and the tasks from the later back to the earlier, when it waits for that.
type Pair = (TaskId, TaskId, Option<Vec<TaskId>>);

/// For every task that `start` waits for, the next one on a shortest way back to `start`.
fn paths_from(plan: &Plan, start: TaskId) -> FxHashMap<TaskId, TaskId> {
    let mut towards = FxHashMap::default();
    let mut todo = VecDeque::from([start]);
    while let Some(at) = todo.pop_front() {
        for (before, _) in plan.dependencies(at) {
            if before != start && !towards.contains_key(&before) {
                towards.insert(before, at);
                todo.push_back(before);
            }
        }
    }
    towards
}

/// From the earlier task to the later one; two tasks alone when the phases say it.
fn path(plan: &Plan, towards: &FxHashMap<TaskId, TaskId>, later: TaskId, earlier: TaskId) -> Option<Vec<TaskId>> {
    if towards.contains_key(&earlier) {
        let steps = std::iter::successors(Some(earlier), |at| towards.get(at).copied());
        return Some(steps.collect());
    }
    let phases = (plan.task(later).phase, plan.task(earlier).phase);
    (phases == (Phase::Finally, Phase::Main)).then(|| vec![earlier, later])
}

fn out_of_order(plan: &Plan, span: Span, later: TaskId, earlier: TaskId, pairs: usize) -> Diagnostic {
    let back = path(plan, &paths_from(plan, earlier), earlier, later);
    report::out_of_order(plan, span, (later, earlier), back.as_deref(), pairs)
}
