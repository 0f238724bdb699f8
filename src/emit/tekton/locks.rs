//! Tasks with the same lock run one after the other: the engine has no locks, so an order is chosen, that of the plan.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::plan::{Phase, Plan, TaskId};

/// For each task the ones that it has to wait for because of a lock, and for no other reason.
pub(super) fn edges(plan: &Plan) -> Vec<Vec<TaskId>> {
    let mut edges = vec![Vec::new(); plan.len()];
    if plan.tasks().all(|(_, task)| task.lock.is_none()) {
        return edges;
    }
    let mut last: BTreeMap<&str, TaskId> = BTreeMap::new();
    for id in plan.order() {
        let task = plan.task(id);
        let Some(lock) = task.lock.as_deref().filter(|_| task.phase == Phase::Main) else { continue };
        if let Some(before) = last.insert(lock, id)
            && !waits_for(plan, &edges, id, before)
        {
            edges[id.index()].push(before);
        }
    }
    edges
}

fn waits_for(plan: &Plan, locks: &[Vec<TaskId>], task: TaskId, other: TaskId) -> bool {
    let mut seen = FxHashSet::default();
    let mut open = vec![task];
    while let Some(one) = open.pop() {
        if one == other {
            return true;
        }
        if seen.insert(one) {
            open.extend(plan.dependencies(one).map(|(before, _)| before));
            open.extend(&locks[one.index()]);
        }
    }
    false
}
