//! How long a run may take. Without an answer the engine takes an hour, which real builds exceed.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

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
    let longest = longest_path(&lowered.tasks);
    let all_limited = lowered.tasks.iter().all(|unit| unit.timeout.is_some());
    let computed = if all_limited { longest } else { longest.max(DAY) };
    let tasks = lowered.options.timeout.unwrap_or(computed);
    Timeouts { tasks, finally: finally(lowered) }
}

fn finally(lowered: &Lowered<'_>) -> Option<i64> {
    let longest = lowered.finally.iter().map(most).max()?;
    let all_limited = lowered.finally.iter().all(|unit| unit.timeout.is_some());
    Some(if all_limited { longest } else { longest.max(lowered.options.finally_timeout) })
}

/// All tries of a task, and a minute for the engine around each.
fn most(unit: &Unit) -> i64 {
    let one = unit.timeout.unwrap_or(0).saturating_add(MINUTE);
    one.saturating_mul(i64::from(unit.retries).saturating_add(1))
}

/// The tasks that a task waits for, by name.
pub(super) fn waits_for(unit: &Unit) -> impl Iterator<Item = &str> {
    let given = unit.inputs.given.iter().map(|given| given.value.as_str());
    let when = unit.when.iter().map(|(input, _, _)| input.as_str());
    let read = given.chain(when).filter_map(|value| value.strip_prefix("$(tasks.")?.split('.').next());
    read.chain(unit.run_after.iter().map(String::as_str))
}

fn longest_path(units: &[Unit]) -> i64 {
    let at: FxHashMap<&str, usize> = units.iter().enumerate().map(|(at, unit)| (unit.name.as_str(), at)).collect();
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); units.len()];
    let mut open = vec![0_usize; units.len()];
    for (to, unit) in units.iter().enumerate() {
        for from in waits_for(unit).filter_map(|name| at.get(name)) {
            next[*from].push(to);
            open[to] += 1;
        }
    }
    let mut start = vec![0_i64; units.len()];
    let mut ready: VecDeque<usize> = (0..units.len()).filter(|at| open[*at] == 0).collect();
    let mut longest = 0;
    while let Some(at) = ready.pop_front() {
        let end = start[at].saturating_add(most(&units[at]));
        longest = longest.max(end);
        for to in &next[at] {
            start[*to] = start[*to].max(end);
            open[*to] -= 1;
            if open[*to] == 0 {
                ready.push_back(*to);
            }
        }
    }
    longest
}
