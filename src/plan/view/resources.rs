//! What a run holds and for how long: each task its own machine, against one machine for all.

use super::totals::{Total, critical, peak};
use crate::plan::{Phase, Plan, Task, TaskId};

/// Upper bounds: every task runs, for the whole of its timeout, in every try.
pub(super) struct Resources {
    /// Each task holds what it needs, while it runs.
    pub(super) split: Held,
    /// One machine holds the most that is needed at once, from the first task to the last.
    pub(super) single: Held,
    /// Of the one machine: bytes.
    pub(super) size: i64,
    /// The most that one task needs: bytes.
    pub(super) largest: i64,
    /// Of the one machine: milliseconds.
    pub(super) time: i64,
    /// The tasks without a timeout: what they hold is not in the numbers.
    pub(super) unbounded: Vec<TaskId>,
    /// The tasks with a timeout that do not say how much memory they need.
    pub(super) unstated: Vec<TaskId>,
    /// The tasks that run once for each turn of a loop whose length a run decides; they count as one turn.
    pub(super) per_turn: Vec<TaskId>,
}

/// Something that is held, times how long.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
pub(super) struct Held {
    /// Byte milliseconds.
    pub(super) memory: i128,
    /// Milliseconds of a machine with KVM.
    pub(super) kvm: i128,
}

impl Held {
    pub(super) fn gib_hours(self) -> f64 {
        hours(self.memory) / f64::from(1_u32 << 30)
    }

    pub(super) fn kvm_hours(self) -> f64 {
        hours(self.kvm)
    }
}

/// Of a count of milliseconds.
#[expect(clippy::cast_precision_loss, reason = "it is shown with one or two digits")]
fn hours(milliseconds: i128) -> f64 {
    milliseconds as f64 / 3_600_000.0
}

pub(super) fn resources(plan: &Plan) -> Resources {
    let mut split = Held::default();
    let mut largest = 0;
    let (mut unbounded, mut unstated, mut per_turn) = (Vec::new(), Vec::new(), Vec::new());
    for (id, task) in plan.tasks() {
        let asked = Total::default().plus(task);
        largest = largest.max(asked.memory);
        if task.fan.is_some() {
            per_turn.push(id);
        }
        if task.timeout.is_none() {
            unbounded.push(id);
            continue;
        }
        if asked.memory == 0 {
            unstated.push(id);
        }
        let time = i128::from(running(task));
        split.memory += time * i128::from(asked.memory);
        split.kvm += time * i128::from(asked.kvm);
    }
    let (most, time) = (peak(plan), critical(plan).length);
    let kvm = if most.kvm > 0 { i128::from(time) } else { 0 };
    let single = Held { memory: i128::from(time) * i128::from(most.memory), kvm };
    Resources { split, single, size: most.memory, largest, time, unbounded, unstated, per_turn }
}

/// Milliseconds of all tries; between them nothing is held.
fn running(task: &Task) -> i64 {
    task.timeout.unwrap_or(0).saturating_mul(i64::from(task.retries) + 1)
}

/// How many tasks of the body there are, for whoever asks whether there is a difference at all.
pub(super) fn is_one_task(plan: &Plan) -> bool {
    plan.tasks().filter(|(_, task)| task.phase == Phase::Main).count() <= 1
}
