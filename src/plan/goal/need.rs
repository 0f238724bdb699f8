//! Which tasks are needed: the closure of what is asked for, and of it the least part.

use std::collections::BinaryHeap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::makes;
use super::reads::{is_as_sure, read_by};
use crate::plan::{Phase, Plan, Task, TaskId};

/// The tasks that are needed so far, each with the reason.
pub(super) struct Need<'p> {
    plan: &'p Plan,
    /// Where each task stands in the order of the plan.
    position: Vec<usize>,
    reasons: FxHashMap<TaskId, String>,
    asked: FxHashSet<TaskId>,
    /// Who cannot be without whom, but for reading: only one of several may make what is required.
    bound: FxHashMap<TaskId, Vec<TaskId>>,
}

impl<'p> Need<'p> {
    pub(super) fn new(plan: &'p Plan) -> Self {
        let mut position = vec![0; plan.len()];
        plan.order().into_iter().enumerate().for_each(|(at, task)| position[task.index()] = at);
        let (reasons, asked, bound) = (FxHashMap::default(), FxHashSet::default(), FxHashMap::default());
        Self { plan, position, reasons, asked, bound }
    }

    pub(super) fn ask_for(&mut self, task: TaskId, why: String) {
        self.asked.insert(task);
        self.add(task, why);
    }

    /// Adds a task with all that it reads.
    fn add(&mut self, task: TaskId, why: String) {
        let mut open = vec![(task, why)];
        while let Some((task, why)) = open.pop() {
            if self.reasons.contains_key(&task) {
                continue;
            }
            self.reasons.insert(task, why);
            let name = &self.plan.task(task).name;
            for before in read_by(self.plan, task) {
                open.push((before, format!("`{name}` reads what it gives")));
            }
        }
    }

    /// Adds whoever makes what is required.
    pub(super) fn close(&mut self) {
        let mut open: Vec<TaskId> = self.reasons.keys().copied().collect();
        while !open.is_empty() {
            // What is later may need what is earlier, and then that is there already when it is asked.
            open.sort_unstable_by_key(|task| self.position[task.index()]);
            let known: FxHashSet<TaskId> = self.reasons.keys().copied().collect();
            for task in open {
                self.require(task);
            }
            open = self.reasons.keys().copied().filter(|task| !known.contains(task)).collect();
        }
    }

    fn require(&mut self, task: TaskId) {
        let missing = self.missing(task);
        if missing.is_empty() {
            return;
        }
        let ancestors = self.ancestors(task);
        for artifact in missing {
            let (sure, maybe) = self.who_makes(artifact, task, &ancestors);
            if sure.iter().any(|one| self.reasons.contains_key(one)) {
                continue;
            }
            let why = format!("makes {artifact}, which `{}` requires", self.plan.task(task).name);
            if let Some(latest) = sure.first() {
                self.add(*latest, why);
                continue;
            }
            for one in maybe {
                self.bound.entry(task).or_default().push(one);
                self.add(one, why.clone());
            }
        }
    }

    /// What the artifacts of a task require and neither it nor anything that it reads, or that reads for it, makes.
    fn missing(&self, task: TaskId) -> Vec<&'p str> {
        let mut missing = required(self.plan, self.plan.task(task));
        if missing.is_empty() {
            return missing;
        }
        let mut seen = FxHashSet::default();
        let mut open = std::collections::VecDeque::from([task]);
        while let Some(at) = open.pop_front() {
            for before in read_by(self.plan, at).into_iter().filter(|before| seen.insert(*before)) {
                if is_as_sure(self.plan, before, task) {
                    missing.retain(|artifact| !makes(self.plan.task(before), artifact));
                }
                open.push_back(before);
            }
            if missing.is_empty() {
                break;
            }
        }
        missing
    }

    /// All that a task waits for, the latest first.
    fn ancestors(&self, task: TaskId) -> Vec<TaskId> {
        let mut seen = FxHashSet::default();
        let mut heap = BinaryHeap::new();
        let mut found = Vec::new();
        let mut meet = |at: TaskId, heap: &mut BinaryHeap<(usize, TaskId)>| {
            if seen.insert(at) {
                heap.push((self.position[at.index()], at));
            }
        };
        if self.plan.task(task).phase == Phase::Finally {
            let main = self.plan.tasks().filter(|(_, other)| other.phase == Phase::Main);
            main.for_each(|(id, _)| meet(id, &mut heap));
        }
        self.plan.dependencies(task).for_each(|(id, _)| meet(id, &mut heap));
        while let Some((_, at)) = heap.pop() {
            found.push(at);
            self.plan.dependencies(at).for_each(|(id, _)| meet(id, &mut heap));
        }
        found
    }

    /// Those that make an artifact whenever the task that requires it runs, and the others, each the latest first.
    fn who_makes(&self, artifact: &str, task: TaskId, ancestors: &[TaskId]) -> (Vec<TaskId>, Vec<TaskId>) {
        let all = ancestors.iter().copied().filter(|one| makes(self.plan.task(*one), artifact));
        all.partition(|one| is_as_sure(self.plan, *one, task))
    }

    /// The reasons of those without which something would be missing.
    pub(super) fn least(mut self) -> FxHashMap<TaskId, String> {
        let mut kept: Vec<TaskId> = self.reasons.keys().copied().collect();
        kept.sort_unstable_by_key(|task| std::cmp::Reverse(self.position[task.index()]));
        let mut needs = Dependents::default();
        for task in &kept {
            let bound = self.bound.remove(task).unwrap_or_default();
            needs.hard.insert(*task, read_by(self.plan, *task).into_iter().chain(bound).collect());
            for artifact in self.missing(*task) {
                let (mut makers, _) = self.who_makes(artifact, *task, &self.ancestors(*task));
                makers.retain(|one| self.reasons.contains_key(one));
                needs.choices.push((*task, makers));
            }
        }
        let gone = needs.superfluous(&kept, &self.asked);
        self.reasons.retain(|task, _| !gone.contains(task));
        self.reasons
    }
}

/// Who is needed by whom.
#[derive(Default)]
struct Dependents {
    hard: FxHashMap<TaskId, Vec<TaskId>>,
    /// Who requires something, and those of whom one has to make it.
    choices: Vec<(TaskId, Vec<TaskId>)>,
}

impl Dependents {
    /// Those that can go one after the other, the latest first: nothing that is left needs them.
    fn superfluous(&self, latest_first: &[TaskId], asked: &FxHashSet<TaskId>) -> FxHashSet<TaskId> {
        let mut readers: FxHashMap<TaskId, usize> = FxHashMap::default();
        self.hard.values().flatten().for_each(|task| *readers.entry(*task).or_default() += 1);
        let mut chosen: FxHashMap<TaskId, Vec<usize>> = FxHashMap::default();
        for (at, (_, makers)) in self.choices.iter().enumerate() {
            makers.iter().for_each(|maker| chosen.entry(*maker).or_default().push(at));
        }
        let mut left: Vec<usize> = self.choices.iter().map(|(_, makers)| makers.len()).collect();
        let mut gone = FxHashSet::default();
        for task in latest_first {
            let of = chosen.get(task).map_or(&[][..], Vec::as_slice);
            let only = of.iter().any(|choice| left[*choice] == 1 && !gone.contains(&self.choices[*choice].0));
            if asked.contains(task) || readers.get(task).is_some_and(|count| *count > 0) || only {
                continue;
            }
            gone.insert(*task);
            of.iter().for_each(|choice| left[*choice] -= 1);
            for before in self.hard.get(task).into_iter().flatten() {
                readers.entry(*before).and_modify(|count| *count -= 1);
            }
        }
        gone
    }
}

/// What the artifacts that a task makes require, and it does not make itself; each once.
fn required<'p>(plan: &'p Plan, task: &Task) -> Vec<&'p str> {
    let mut found: Vec<&str> = Vec::new();
    for made in &task.provenance.makes {
        let kind = plan.artifacts.iter().find(|kind| kind.name == made.artifact);
        for required in kind.into_iter().flat_map(|kind| &kind.requires) {
            if !makes(task, required) && !found.contains(&&**required) {
                found.push(required);
            }
        }
    }
    found
}
