//! What a class asks of its machine: the most that any of its builds needs at once, and for how long.

use rustc_hash::FxHashMap;

use super::class::Class;
use super::options::Options;
use super::segment::Segment;
use crate::plan::{Needs, Plan, Task, TaskId, WorkspaceId};

/// The largest sums over the tasks of one wave of one segment that run at once. What would need more waits: the runner
/// starts a task only when what it asks for is free.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Limits {
    /// Thousandths of a core.
    pub(super) cpu: i64,
    /// Bytes.
    pub(super) memory: i64,
    /// Bytes, the workspaces included.
    pub(super) disk: i64,
    /// Bytes that tasks share, without the workspaces.
    pub(super) tasks_disk: i64,
    /// Seconds that any segment may take, every retry included.
    pub(super) deadline: i64,
}

/// Seconds for what is around the tasks: the image is pulled, workspaces are carried.
const ALLOWANCE: i64 = 60 * 60;

/// The deadline of a pod has 32 bits.
const LONGEST: i64 = i32::MAX as i64;

pub(super) fn of(plan: &Plan, class: Class, segments: &[Segment], options: &Options) -> Limits {
    let own = segments.iter().filter(|segment| segment.class == class);
    own.map(|segment| of_segment(plan, segment, options)).fold(Limits::default(), |most, one| Limits {
        cpu: most.cpu.max(one.cpu),
        memory: most.memory.max(one.memory),
        disk: most.disk.max(one.disk),
        tasks_disk: most.tasks_disk.max(one.tasks_disk),
        deadline: most.deadline.max(one.deadline),
    })
}

fn of_segment(plan: &Plan, segment: &Segment, options: &Options) -> Limits {
    let waves = waves(plan, segment);
    let most = |need: fn(&Needs) -> Option<i64>| {
        waves.iter().map(|wave| largest(plan, wave, options.at_once, need)).max().unwrap_or(0)
    };
    let disk = most(|needs| needs.disk);
    Limits {
        cpu: most(|needs| needs.cpu),
        memory: most(|needs| needs.memory),
        disk: disk.saturating_add(workspaces(plan, segment)),
        tasks_disk: disk,
        deadline: deadline(plan, segment, options),
    }
}

/// The tasks of a segment, each in the first wave behind all of the segment that it waits for.
fn waves(plan: &Plan, segment: &Segment) -> Vec<Vec<TaskId>> {
    let mut level: FxHashMap<TaskId, usize> = FxHashMap::default();
    let mut waves: Vec<Vec<TaskId>> = Vec::new();
    for task in &segment.tasks {
        let before = plan.dependencies(*task).filter_map(|(before, _)| level.get(&before));
        let at = before.map(|at| at + 1).max().unwrap_or(0);
        level.insert(*task, at);
        waves.resize_with(waves.len().max(at + 1), Vec::new);
        waves[at].push(*task);
    }
    waves
}

/// As if all ran one after the other: locks and amounts may force that, and a deadline must never end what goes well.
/// Each task has its own timeout in the build; this is for a build that hangs.
fn deadline(plan: &Plan, segment: &Segment, options: &Options) -> i64 {
    let times = segment.tasks.iter().map(|task| worst_case(plan.task(*task), options));
    let milliseconds = times.fold(0_i64, i64::saturating_add);
    (milliseconds / 1000).saturating_add(1 + ALLOWANCE).min(LONGEST)
}

/// What the tasks that ask for most need together, as many as run at once.
fn largest(plan: &Plan, wave: &[TaskId], at_once: usize, need: fn(&Needs) -> Option<i64>) -> i64 {
    let mut needs: Vec<i64> = wave.iter().filter_map(|task| need(&plan.task(*task).needs)).collect();
    needs.sort_unstable_by_key(|need| std::cmp::Reverse(*need));
    needs.into_iter().take(at_once).fold(0, i64::saturating_add)
}

fn workspaces(plan: &Plan, segment: &Segment) -> i64 {
    let mut used: Vec<WorkspaceId> =
        segment.tasks.iter().flat_map(|task| &plan.task(*task).workspaces).copied().collect();
    used.sort_unstable();
    used.dedup();
    used.iter().filter_map(|id| plan.workspaces[id.index()].size).fold(0, i64::saturating_add)
}

/// Milliseconds: every try to its timeout, and the pauses between.
fn worst_case(task: &Task, options: &Options) -> i64 {
    let once = task.timeout.unwrap_or(options.deadline);
    let again = i64::from(task.retries).saturating_mul(once.saturating_add(task.retry_delay.unwrap_or(0)));
    once.saturating_add(again)
}
