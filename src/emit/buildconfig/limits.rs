//! What a class asks of its machine: the most that any of its builds needs at once, and for how long.

use super::class::Class;
use super::options::Options;
use super::segment::Segment;
use crate::plan::{Needs, Plan, Task, TaskId};

/// The largest sums over the tasks of one wave of one segment that run at once.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Limits {
    /// Thousandths of a core.
    pub(super) cpu: i64,
    /// Bytes.
    pub(super) memory: i64,
    /// Bytes, the workspaces included.
    pub(super) disk: i64,
    /// Seconds that any segment may take, every retry included.
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
    let mut levels: Vec<Vec<TaskId>> = Vec::new();
    let mut level = vec![None; plan.len()];
    let mut ends = vec![0; plan.len()];
    let (mut longest, mut total) = (0_i64, 0_i64);
    for task in &segment.tasks {
        let before: Vec<TaskId> = plan.dependencies(*task).map(|(before, _)| before).collect();
        let inside = || before.iter().filter(|before| level[before.index()].is_some());
        let at = inside().filter_map(|before| level[before.index()]).map(|at: usize| at + 1).max().unwrap_or(0);
        let start: i64 = inside().map(|before| ends[before.index()]).max().unwrap_or(0);
        level[task.index()] = Some(at);
        let time = worst_case(plan.task(*task), options);
        ends[task.index()] = start.saturating_add(time);
        total = total.saturating_add(time);
        longest = longest.max(ends[task.index()]);
        levels.resize_with(levels.len().max(at + 1), Vec::new);
        levels[at].push(*task);
    }
    let most = |need: fn(&Needs) -> Option<i64>| {
        levels.iter().map(|level| largest(plan, level, options.at_once, need)).max().unwrap_or(0)
    };
    Limits {
        cpu: most(|needs| needs.cpu),
        memory: most(|needs| needs.memory),
        disk: most(|needs| needs.disk) + workspaces(plan, segment),
        deadline: seconds(bound(longest, total, options.at_once)),
    }
}

/// No schedule of so many at once takes longer: the longest chain, and the rest shared out (Graham's bound).
fn bound(longest: i64, total: i64, at_once: usize) -> i64 {
    longest.saturating_add((total - longest) / i64::try_from(at_once).unwrap_or(i64::MAX))
}

/// What the tasks that ask for most need together, as many as run at once.
fn largest(plan: &Plan, level: &[TaskId], at_once: usize, need: fn(&Needs) -> Option<i64>) -> i64 {
    let mut needs: Vec<i64> = level.iter().filter_map(|task| need(&plan.task(*task).needs)).collect();
    needs.sort_unstable_by_key(|need| std::cmp::Reverse(*need));
    needs.iter().take(at_once).sum()
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
