//! Segments: runs of tasks of one class, each one build. The driver starts them one after the other.

use std::collections::{BTreeMap, BTreeSet};

use super::class::{Class, Classes};
use crate::plan::{Phase, Plan, TaskId};

/// One build.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Segment {
    pub(super) class: Class,
    pub(super) phase: Phase,
    /// In an order that respects every edge.
    pub(super) tasks: Vec<TaskId>,
}

/// The tasks in as few changes of class as going on with the same class as long as it can gives; `finally` last.
pub(super) fn segments(plan: &Plan) -> Vec<Segment> {
    let mut segments = Vec::new();
    let classes = Classes::new(plan);
    for phase in [Phase::Main, Phase::Finally] {
        Cutter::new(plan, &classes, phase).run(&mut segments);
    }
    segments
}

/// Which segment each task is in.
pub(super) fn positions(plan: &Plan, segments: &[Segment]) -> Vec<usize> {
    let mut positions = vec![0; plan.len()];
    for (at, segment) in segments.iter().enumerate() {
        segment.tasks.iter().for_each(|task| positions[task.index()] = at);
    }
    positions
}

/// The build that ends the main phase: what the pipeline returns is known there.
pub(super) fn last_of_main(segments: &[Segment]) -> Option<usize> {
    let main = segments.iter().rposition(|segment| segment.phase == Phase::Main);
    main.or(segments.len().checked_sub(1))
}

/// Kahn's algorithm with one queue a class.
struct Cutter<'a> {
    plan: &'a Plan,
    classes: &'a Classes,
    phase: Phase,
    waits: Vec<usize>,
    ready: BTreeMap<Class, BTreeSet<TaskId>>,
}

impl<'a> Cutter<'a> {
    fn new(plan: &'a Plan, classes: &'a Classes, phase: Phase) -> Self {
        let of_phase = |task: TaskId| plan.task(task).phase == phase;
        let waits = |(task, _)| plan.dependencies(task).filter(|(before, _)| of_phase(*before)).count();
        let waits = plan.tasks().map(waits).collect();
        let mut cutter = Self { plan, classes, phase, waits, ready: BTreeMap::new() };
        for (task, _) in plan.tasks().filter(|(task, _)| of_phase(*task)) {
            cutter.enter_when_ready(task);
        }
        cutter
    }

    fn run(&mut self, segments: &mut Vec<Segment>) {
        while let Some(first) = self.ready.values().filter_map(BTreeSet::first).min().copied() {
            let class = self.classes.of(first);
            let mut tasks = Vec::new();
            while let Some(task) = self.ready.get_mut(&class).and_then(BTreeSet::pop_first) {
                tasks.push(task);
                self.release(task);
            }
            segments.push(Segment { class, phase: self.phase, tasks });
        }
    }

    fn release(&mut self, done: TaskId) {
        for (next, _) in self.plan.dependents(done) {
            if self.plan.task(next).phase == self.phase {
                self.waits[next.index()] -= 1;
                self.enter_when_ready(next);
            }
        }
    }

    fn enter_when_ready(&mut self, task: TaskId) {
        if self.waits[task.index()] == 0 {
            self.ready.entry(self.classes.of(task)).or_default().insert(task);
        }
    }
}
