//! What a class asks of its machine: the most that any of its builds needs at once, and for how long.

use super::class::Class;
use super::options::Options;
use super::segment::Segment;
use crate::plan::{Plan, Task, TaskId};

/// The largest sums over the tasks of one wave of one segment.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Limits {
    /// Thousandths of a core.
    pub(super) cpu: i64,
    /// Bytes.
    pub(super) memory: i64,
    /// Bytes, the workspaces included.
    pub(super) disk: i64,
    /// Seconds that the longest chain of any segment may take, every retry included.
    pub(super) deadline: i64,
}

pub(super) fn of(plan: &Plan, class: Class, segments: &[Segment], options: &Options) -> Limits {
    let own = segments.iter().filter(|segment| segment.class == class);
    own.map(|segment| of_segment(plan, segment, options)).fold(Limits::default(), |most, one| Limits {
        cpu: most.cpu.max(one.cpu),
        memory: most.memory.max(one.memory),
        disk: most.disk.max(one.disk),
        deadline: most.deadline.max(one.deadline),
    })
}

fn of_segment(plan: &Plan, segment: &Segment, options: &Options) -> Limits {
    let mut levels: Vec<Limits> = Vec::new();
    let mut level = vec![None; plan.len()];
    let mut ends = vec![0; plan.len()];
    let mut longest = 0;
    for task in &segment.tasks {
        let before: Vec<TaskId> = plan.dependencies(*task).map(|(before, _)| before).collect();
        let inside = || before.iter().filter(|before| level[before.index()].is_some());
        let at = inside().filter_map(|before| level[before.index()]).map(|at: usize| at + 1).max().unwrap_or(0);
        let start = inside().map(|before| ends[before.index()]).max().unwrap_or(0);
        level[task.index()] = Some(at);
        ends[task.index()] = start + worst_case(plan.task(*task), options);
        longest = longest.max(ends[task.index()]);
        levels.resize(levels.len().max(at + 1), Limits::default());
        add(&mut levels[at], plan.task(*task));
    }
    let most = |field: fn(&Limits) -> i64| levels.iter().map(field).max().unwrap_or(0);
    Limits {
        cpu: most(|limits| limits.cpu),
        memory: most(|limits| limits.memory),
        disk: most(|limits| limits.disk) + workspaces(plan, segment),
        deadline: seconds(longest),
    }
}

fn add(sum: &mut Limits, task: &Task) {
    sum.cpu += task.needs.cpu.unwrap_or(0);
    sum.memory += task.needs.memory.unwrap_or(0);
    sum.disk += task.needs.disk.unwrap_or(0);
}

fn workspaces(plan: &Plan, segment: &Segment) -> i64 {
    let mut used: Vec<_> = segment.tasks.iter().flat_map(|task| &plan.task(*task).workspaces).collect();
    used.sort_unstable();
    used.dedup();
    used.iter().filter_map(|id| plan.workspaces[id.index()].size).sum()
}

/// Milliseconds: every try to its timeout, and the pauses between.
fn worst_case(task: &Task, options: &Options) -> i64 {
    let once = task.timeout.unwrap_or(options.deadline);
    let again = i64::from(task.retries).saturating_mul(once.saturating_add(task.retry_delay.unwrap_or(0)));
    once.saturating_add(again)
}

/// Rounded up, and never 0, which the API refuses.
fn seconds(milliseconds: i64) -> i64 {
    milliseconds.saturating_add(999).div_euclid(1000).max(1)
}
