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

/// What a cancelled run owes whoever cancelled it, however far it had come: no task that did not begin left a trace, and
/// none that comes after a cancelled one has begun; what had begun was cleaned up, and `finally` ran. (That no process is
/// left is looked at wherever one runs.)
pub(super) fn cancelled(told: &Told, spec: &RunSpec) -> Vec<String> {
    let mut found = Vec::new();
    let lines = |task: &str| told.log.iter().filter(|line| task_of(line) == task).collect::<Vec<_>>();
    let state = |task: &str| told.tasks.get(task).map_or("", |task| task.state.as_str());
    for task in &spec.tasks {
        let (name, lines) = (task.name.as_str(), lines(&task.name));
        let count = |letter: &str| lines.iter().filter(|line| line.starts_with(letter)).count();
        if told.tasks.get(name).is_some_and(|task| task.attempts == Some(0)) && !lines.is_empty() {
            found.push(format!("{}: `{name}` did not begin, and left {lines:?}", told.engine));
        }
        if let Some(before) = task.after.iter().find(|before| state(before) == "cancelled" && !task.finally)
            && !(lines.is_empty() && ["cancelled", "skipped"].contains(&state(name)))
        {
            found.push(format!("{}: `{before}` was cancelled, and `{name}` ran: {lines:?}", told.engine));
        }
        if task.cleans_up && count("C ") < count("B ") {
            found.push(format!("{}: `{name}` was not cleaned up: {lines:?}", told.engine));
        }
        if task.finally && task.condition.is_none() && (count("B ") == 0 || state(name) == "cancelled") {
            found.push(format!("{}: `{name}` of `finally` did not run: {}", told.engine, state(name)));
        }
        if state(name) == "succeeded" && task.turns.is_none() && count("E ") == 0 {
            found.push(format!("{}: `{name}` succeeded, and did not come to its end: {lines:?}", told.engine));
        }
    }
    found
}
