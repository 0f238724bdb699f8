//! How long a run may take. Without an answer the engine takes an hour, which real builds exceed.

use super::graph::Graph;
use super::lower::{Lowered, Unit};

/// All in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Timeouts {
    pub(super) tasks: i64,
    /// Absent when there is no `finally`.
    pub(super) finally: Option<i64>,
}

impl Timeouts {
    /// The engine refuses a pipeline that has less than both parts together.
    pub(super) fn pipeline(self) -> i64 {
        self.tasks.saturating_add(self.finally.unwrap_or(0))
    }
}

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

pub(super) fn of(lowered: &Lowered<'_>) -> Timeouts {
    let longest = longest_path(lowered);
    let all_limited = lowered.tasks.iter().all(|unit| limit(lowered, unit).is_some());
    let computed = if all_limited { longest } else { longest.max(DAY) };
    let tasks = lowered.options.timeout.unwrap_or(computed);
    Timeouts { tasks, finally: finally(lowered) }
}

fn finally(lowered: &Lowered<'_>) -> Option<i64> {
    let longest = lowered.finally.iter().map(|unit| most(lowered, unit)).max()?;
    let all_limited = lowered.finally.iter().all(|unit| limit(lowered, unit).is_some());
    Some(if all_limited { longest } else { longest.max(lowered.options.finally_timeout) })
}

/// How long one try may take: both the task and the run may say so, and the engine looks at both.
pub(super) fn limit(lowered: &Lowered<'_>, unit: &Unit<'_>) -> Option<i64> {
    unit.timeout.max(lowered.options.task(unit.id).and_then(|said| said.timeout))
}

/// All tries of a task, and a minute for the engine around each.
fn most(lowered: &Lowered<'_>, unit: &Unit<'_>) -> i64 {
    let one = limit(lowered, unit).unwrap_or(0).saturating_add(MINUTE);
    one.saturating_mul(i64::from(unit.retries).saturating_add(1))
}

fn longest_path(lowered: &Lowered<'_>) -> i64 {
    let units = &lowered.tasks;
    let graph = Graph::of(units);
    let mut end = vec![0_i64; units.len()];
    for at in &graph.order {
        let start = graph.before[*at].iter().map(|before| end[*before]).max().unwrap_or(0);
        end[*at] = start.saturating_add(most(lowered, &units[*at]));
    }
    end.into_iter().max().unwrap_or(0)
}
