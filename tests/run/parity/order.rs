//! What came before what.

use std::collections::BTreeMap;

use pipec::contract::RunSpec;

use super::told::Told;

/// The task of a line of the trace: `B task/step`, and of a loop `B task-mark/step`.
pub(super) fn task_of(line: &str) -> &str {
    let words = line.split_once(' ').map_or("", |(_, rest)| rest);
    words.split(['/', '-', ' ']).next().unwrap_or_default()
}

/// Every edge of the plan: the end of one before the start of the other; `finally` behind all; and what has the same lock
/// never at the same time.
pub(super) fn check(told: &Told, spec: &RunSpec) -> Result<(), String> {
    let mut spans: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (at, line) in told.log.iter().enumerate() {
        spans.entry(task_of(line)).and_modify(|span| span.1 = at).or_insert((at, at));
    }
    let wrong =
        |before: &str, task: &str| format!("{}: `{task}` began before `{before}` ended: {:#?}", told.engine, told.log);
    for task in &spec.tasks {
        let Some((begin, _)) = spans.get(task.name.as_str()) else { continue };
        let earlier = spec.tasks.iter().filter(|other| task.finally && !other.finally).map(|other| &other.name);
        for before in task.after.iter().chain(earlier) {
            if spans.get(before.as_str()).is_some_and(|(_, end)| end > begin) {
                return Err(wrong(before, &task.name));
            }
        }
        let same = |other: &&pipec::contract::TaskSpec| task.lock.is_some() && other.lock == task.lock;
        for other in spec.tasks.iter().filter(same).filter(|other| other.turns.is_none() && other.name != task.name) {
            let overlap = |(start, end): &(usize, usize)| start < begin && begin < end;
            if spans.get(other.name.as_str()).is_some_and(overlap) {
                return Err(wrong(&other.name, &task.name));
            }
        }
    }
    Ok(())
}
