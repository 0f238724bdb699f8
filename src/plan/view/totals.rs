//! What a run asks for altogether: machines and time.

use crate::plan::{Needs, Phase, Plan, Task, TaskId};

/// What tasks ask for together.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Total {
    /// Thousandths of a core.
    pub(super) cpu: i64,
    /// Bytes.
    pub(super) memory: i64,
    /// Bytes.
    pub(super) disk: i64,
    /// How many tasks need KVM.
    pub(super) kvm: u32,
    pub(super) tasks: u32,
}

impl Total {
    pub(super) fn plus(self, task: &Task) -> Self {
        let asked = |one: fn(&Needs) -> Option<i64>| {
            let all = std::iter::once(&task.needs).chain(task.services.iter().map(|service| &service.needs));
            all.filter_map(one).fold(0_i64, i64::saturating_add)
        };
        Self {
            cpu: self.cpu.saturating_add(asked(|needs| needs.cpu)),
            memory: self.memory.saturating_add(asked(|needs| needs.memory)),
            disk: self.disk.saturating_add(asked(|needs| needs.disk)),
            kvm: self.kvm + u32::from(task.needs.kvm),
            tasks: self.tasks + 1,
        }
    }

    fn max(self, other: Self) -> Self {
        Self {
            cpu: self.cpu.max(other.cpu),
            memory: self.memory.max(other.memory),
            disk: self.disk.max(other.disk),
            kvm: self.kvm.max(other.kvm),
            tasks: self.tasks.max(other.tasks),
        }
    }
}

/// The most of each that one wave asks for.
pub(super) fn peak(plan: &Plan) -> Total {
    let waves = plan.waves();
    let totals = waves.iter().map(|wave| wave.iter().fold(Total::default(), |total, id| total.plus(plan.task(*id))));
    totals.fold(Total::default(), Total::max)
}

/// What all tasks ask for.
pub(super) fn sum(plan: &Plan) -> Total {
    plan.tasks().fold(Total::default(), |total, (_, task)| total.plus(task))
}

/// The longest chain of tasks by their timeouts, every try counted; the tasks without a timeout count as nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Critical {
    /// Milliseconds.
    pub(super) length: i64,
    pub(super) chain: Vec<TaskId>,
    /// The tasks of the chain that have no timeout.
    pub(super) unbounded: Vec<TaskId>,
}

/// Milliseconds of all tries with their delays.
pub(super) fn longest(task: &Task) -> i64 {
    let tries = i64::from(task.retries);
    let runs = task.timeout.unwrap_or(0).saturating_mul(tries + 1);
    runs.saturating_add(task.retry_delay.unwrap_or(0).saturating_mul(tries))
}

pub(super) fn critical(plan: &Plan) -> Critical {
    let mut ends: Vec<(i64, usize)> = vec![(0, 0); plan.len()];
    let mut before: Vec<Option<TaskId>> = vec![None; plan.len()];
    let later = |a: TaskId, b: TaskId, ends: &[(i64, usize)]| ends[a.index()] >= ends[b.index()];
    let mut last_of_main: Option<TaskId> = None;
    let mut last: Option<TaskId> = None;
    for id in plan.order() {
        let task = plan.task(id);
        let mut longest_before: Option<TaskId> = if task.phase == Phase::Finally { last_of_main } else { None };
        for (from, _) in plan.dependencies(id) {
            if longest_before.is_none_or(|other| !later(other, from, &ends)) {
                longest_before = Some(from);
            }
        }
        let (time, count) = longest_before.map_or((0, 0), |from| ends[from.index()]);
        // Of two chains of one length the one of more tasks says more.
        ends[id.index()] = (time.saturating_add(longest(task)), count + 1);
        before[id.index()] = longest_before;
        if last.is_none_or(|other| !later(other, id, &ends)) {
            last = Some(id);
        }
        if task.phase == Phase::Main {
            last_of_main = last;
        }
    }
    let mut chain: Vec<TaskId> = std::iter::successors(last, |id| before[id.index()]).collect();
    chain.reverse();
    let unbounded = chain.iter().copied().filter(|id| plan.task(*id).timeout.is_none()).collect();
    Critical { length: last.map_or(0, |id| ends[id.index()].0), chain, unbounded }
}
