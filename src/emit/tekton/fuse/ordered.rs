//! The order of `finally`. The engine starts all of it at once, so the tasks that wait for each other, or must not
//! overlap, are the steps of one pod.
//!
//! There each runs however those before it have ended, as in every other target: a result of one that did not succeed is
//! the empty text, and the whole fails, at its end, when one of them has failed. A condition that the engine cannot
//! decide is decided by a step of the pod.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::budget::Size;
use super::links::{is_seen, variables};
use super::merge::{Group, merge};
use super::moved::Moved;
use super::pod::Mode;
use crate::emit::tekton::finally_gaps::proves_success;
use crate::emit::tekton::gate::Gate;
use crate::emit::tekton::lower::{Lowered, Unit, VERDICT};
use crate::emit::tekton::reads;
use crate::plan::{Phase, Plan, Task, TaskId};

/// Tasks of `finally` that would have to share a pod, and why they cannot.
#[derive(Debug)]
pub(in crate::emit::tekton) struct Apart {
    pub(in crate::emit::tekton) tasks: Vec<TaskId>,
    /// Behind `since`.
    pub(in crate::emit::tekton) why: String,
}

/// Puts together what has to be; what cannot be is noted.
pub(super) fn fuse(lowered: &mut Lowered<'_>) {
    let groups = groups(lowered);
    if groups.is_empty() {
        return;
    }
    let mut moved = std::mem::take(&mut lowered.moved);
    let mut units: FxHashMap<TaskId, Box<Unit<'_>>> =
        std::mem::take(&mut lowered.finally).into_iter().filter_map(|unit| Some((unit.id?, unit))).collect();
    let mut firsts: BTreeMap<TaskId, Box<Unit<'_>>> = BTreeMap::new();
    for tasks in groups {
        if let Some(why) = hindrance(lowered, &units, &tasks) {
            lowered.apart.push(Apart { tasks, why });
            continue;
        }
        let members: Vec<Box<Unit<'_>>> = tasks.iter().filter_map(|task| units.remove(task)).collect();
        let first = tasks.iter().min().copied().expect("a group has tasks");
        firsts.insert(first, Box::new(one(lowered, members, &mut moved)));
    }
    let order: Vec<TaskId> = lowered.plan.tasks().map(|(id, _)| id).collect();
    lowered.finally = order.into_iter().filter_map(|id| firsts.remove(&id).or_else(|| units.remove(&id))).collect();
    lowered.moved = moved;
}

fn one<'p>(lowered: &mut Lowered<'p>, members: Vec<Box<Unit<'p>>>, moved: &mut Moved) -> Unit<'p> {
    let mode = if members.len() > 1 { Mode::Ordered } else { Mode::Chain };
    let read: FxHashSet<String> = members.iter().flat_map(|unit| variables(unit)).map(str::to_owned).collect();
    let keeps = |task: &str, result: &str| {
        let is_verdict = mode == Mode::Ordered && result == VERDICT;
        is_seen(result) && !is_verdict && !read.contains(&[task, ".results.", result].concat())
    };
    merge(lowered, Group { mode, keeps: &keeps, members }, moved)
}

/// The tasks that belong together, each list in an order that respects every edge: those that wait for each other or
/// have one lock, and those with a decision of their own.
fn groups(lowered: &Lowered<'_>) -> Vec<Vec<TaskId>> {
    let plan = lowered.plan;
    let mut sets = Sets::default();
    let mut locks: BTreeMap<&str, TaskId> = BTreeMap::new();
    for (id, task) in plan.tasks().filter(|(_, task)| task.phase == Phase::Finally) {
        for (before, _) in plan.dependencies(id).filter(|(before, _)| plan.task(*before).phase == Phase::Finally) {
            sets.join(before, id);
        }
        if let Some(other) = task.lock.as_deref().and_then(|lock| locks.insert(lock, id)) {
            sets.join(other, id);
        }
        if lowered.gates[id.index()] == Gate::Inside {
            sets.join(id, id);
        }
    }
    if sets.parent.is_empty() {
        return Vec::new();
    }
    let mut groups: BTreeMap<TaskId, Vec<TaskId>> = BTreeMap::new();
    for id in plan.order() {
        if sets.parent.contains_key(&id) {
            groups.entry(sets.root(id)).or_default().push(id);
        }
    }
    groups.into_values().collect()
}

/// Disjoint sets of tasks.
#[derive(Default, Debug)]
struct Sets {
    parent: FxHashMap<TaskId, TaskId>,
}

impl Sets {
    fn root(&mut self, task: TaskId) -> TaskId {
        let mut at = task;
        loop {
            let up = *self.parent.entry(at).or_insert(at);
            if up == at {
                break;
            }
            at = up;
        }
        self.parent.insert(task, at);
        at
    }

    fn join(&mut self, a: TaskId, b: TaskId) {
        let (a, b) = (self.root(a), self.root(b));
        // The least is the root, so that the groups come in the order of the source.
        self.parent.insert(a.max(b), a.min(b));
    }
}

/// Why the tasks cannot share a pod.
fn hindrance(lowered: &Lowered<'_>, units: &FxHashMap<TaskId, Box<Unit<'_>>>, tasks: &[TaskId]) -> Option<String> {
    let plan = lowered.plan;
    let all = || tasks.iter().map(|id| plan.task(*id));
    if let Some(task) = all().find(|task| task.source.is_some()) {
        return Some(format!("`{}` is kept elsewhere", task.name));
    }
    if let Some(task) = all().find(|task| task.steps.iter().any(|step| step.uses.is_some())) {
        return Some(format!("a step of `{}` is kept elsewhere", task.name));
    }
    if let Some(task) = all().find(|task| task.fan.is_some()) {
        return Some(format!("`{}` runs once for each element of a list", task.name));
    }
    let [first, others @ ..] = tasks else { return None };
    if others.is_empty() {
        return None;
    }
    all().find_map(alone).or_else(|| places(lowered, tasks)).or_else(|| missing(plan, tasks)).or_else(|| {
        let sizes = tasks.iter().filter_map(|id| units.get(id)).map(|unit| Size::of(unit));
        let fits = sizes.fold(Size::default(), Size::and).fits_as_scripts();
        (!fits).then(|| format!("the scripts of `{}` and the others are too long for one pod", plan.task(*first).name))
    })
}

/// Why a task cannot have others beside it.
fn alone(task: &Task) -> Option<String> {
    if task.retries > 0 {
        return Some(format!("`{}` has retries, and a pod is tried again as a whole", task.name));
    }
    (!task.services.is_empty())
        .then(|| format!("`{}` has services, which would run beside all steps of the pod", task.name))
}

/// Why no pod is in all the places that the tasks need.
fn places(lowered: &Lowered<'_>, tasks: &[TaskId]) -> Option<String> {
    let plan = lowered.plan;
    let first = plan.task(tasks[0]);
    let mut known: Option<(&Task, _)> = None;
    for task in tasks.iter().map(|id| plan.task(*id)) {
        if task.needs.arch != first.needs.arch {
            return Some(format!("`{}` and `{}` need different architectures", first.name, task.name));
        }
        let Some(workspace) = task.workspaces.first().filter(|_| !lowered.options.several_volumes) else { continue };
        match known {
            Some((other, place)) if place != *workspace => {
                return Some(format!("`{}` and `{}` use different workspaces", other.name, task.name));
            }
            Some(_) => {}
            None => known = Some((task, *workspace)),
        }
    }
    None
}

/// What the engine leaves out, it leaves out as a whole.
fn missing(plan: &Plan, tasks: &[TaskId]) -> Option<String> {
    for task in tasks.iter().map(|id| plan.task(*id)) {
        let read = reads::exprs(task).flat_map(reads::results).filter(|read| plan.task(*read).phase == Phase::Main);
        for read in read {
            let proves =
                |other: &&Task| other.condition.as_ref().is_some_and(|condition| proves_success(condition, read));
            // That it has to prove it itself is said elsewhere.
            let others = tasks.iter().map(|id| plan.task(*id)).filter(|_| proves(&task));
            if let Some(other) = others.into_iter().find(|other| !proves(other)) {
                let (name, other) = (&plan.task(read).name, &other.name);
                return Some(format!(
                    "`{}` reads an output of `{name}`, and `{other}` runs also without it",
                    task.name
                ));
            }
        }
    }
    None
}
