//! Where engines have to agree, and where they differ on purpose.

use std::collections::BTreeMap;
use std::fmt::Debug;

use super::case::Case;
use super::told::{Task, Told};

/// What another engine than `pipec run` did else.
///
/// On purpose differ:
/// - `pipec run` knows what it is given before it plans: a task whose condition is false by then is not in its plan, where
///   the others skip it, or, when the run stops before they come to it, cancel it.
/// - Of a build only its log is left: it says how tasks ended and how often they were tried, and neither the exit codes of
///   their steps nor their outputs, which are seen where others read them and in what the pipeline returns.
/// - What the pipeline returns is said by the last build before `finally`, which fails afterwards if at all.
/// - A driver of builds starts all tasks of a class that it can, so with several classes the order is another one, within
///   what the plan says.
/// - Of tasks that run at the same time nobody knows which have ended when the run is cancelled: see [`cancelled`], and what
///   [`super::order::cancelled`] asks of each.
pub(super) fn differences(case: &Case, first: &Told, other: &Told) -> Vec<String> {
    if case.jobs > 1 && first.outcome == "cancelled" {
        return cancelled(first, other);
    }
    let mut found = Vec::new();
    let mut same =
        |what: &str, one: &dyn Debug, two: &dyn Debug| found.extend(other_than(first, other, what, one, two));
    same("exit code", &first.exit, &other.exit);
    same("outcome", &first.outcome, &other.outcome);
    if other.outputs.is_some() || first.exit == 0 {
        same("returned", &first.returned, &other.returned);
    }
    for (name, task) in &other.tasks {
        let known = first.tasks.get(name).cloned().unwrap_or_else(|| not_planned(task));
        same(&format!("task {name}"), &as_kept_by(&known, task), task);
    }
    let unknown: Vec<&String> = first.tasks.keys().filter(|name| !other.tasks.contains_key(*name)).collect();
    same("tasks that only one has", &unknown, &Vec::<String>::new());
    each(&first.inputs, &other.inputs, &mut |name, one, two| same(&format!("input {name}"), &one, &two));
    if let (Some(one), Some(two)) = (&first.outputs, &other.outputs) {
        each(one, two, &mut |name, one, two| same(&format!("output {name}"), &one, &two));
    }
    if case.jobs == 1 && !case.classes {
        same("order", &first.log, &other.log);
    } else {
        let sorted = |told: &Told| {
            let mut log = told.log.clone();
            log.sort();
            log
        };
        same("what ran", &sorted(first), &sorted(other));
    }
    found
}

/// The exit code, the outcome and the tasks are the same; and whatever has succeeded in both did the same there.
fn cancelled(first: &Told, other: &Told) -> Vec<String> {
    let mut found = Vec::new();
    let mut same =
        |what: &str, one: &dyn Debug, two: &dyn Debug| found.extend(other_than(first, other, what, one, two));
    same("exit code", &first.exit, &other.exit);
    same("outcome", &first.outcome, &other.outcome);
    let unknown: Vec<&String> = first.tasks.keys().filter(|name| !other.tasks.contains_key(*name)).collect();
    same("tasks that only one has", &unknown, &Vec::<String>::new());
    let succeeded = |told: &Told, name: &str| told.tasks.get(name).is_some_and(|task| task.state == "succeeded");
    let both = |name: &str| succeeded(first, name) && succeeded(other, name);
    for (name, task) in other.tasks.iter().filter(|(name, _)| both(name)) {
        same(&format!("task {name}"), &as_kept_by(&first.tasks[name], task), task);
    }
    // Tasks of `finally` are told how others have ended.
    let of_both = |files: &BTreeMap<String, Vec<u8>>| -> BTreeMap<String, Vec<u8>> {
        let of = |name: &&String| name.split(['.', '/', '-']).next().is_some_and(|task| both(task) && !is_last(task));
        files.iter().filter(|(name, _)| of(name)).map(|(name, bytes)| (name.clone(), bytes.clone())).collect()
    };
    each(&of_both(&first.inputs), &of_both(&other.inputs), &mut |name, one, two| {
        same(&format!("input {name}"), &one, &two);
    });
    if let (Some(one), Some(two)) = (&first.outputs, &other.outputs) {
        each(&of_both(one), &of_both(two), &mut |name, one, two| same(&format!("output {name}"), &one, &two));
    }
    found
}

/// What two engines say differently, if they do.
fn other_than(first: &Told, other: &Told, what: &str, one: &dyn Debug, two: &dyn Debug) -> Option<String> {
    let (one, two) = (format!("{one:?}"), format!("{two:?}"));
    (one != two).then(|| format!("{what}: {}: {one}\n    {}: {two}", first.engine, other.engine))
}

/// What the generator calls its tasks of `finally`.
fn is_last(task: &str) -> bool {
    task == "last" || task == "told"
}

fn not_planned(other: &Task) -> Task {
    Task::not_begun(if other.state == "cancelled" { "cancelled" } else { "skipped" })
}

/// Without what the other could not keep.
fn as_kept_by(task: &Task, other: &Task) -> Task {
    let steps = task.steps.clone().filter(|_| other.steps.is_some());
    Task { steps, attempts: task.attempts.filter(|_| other.attempts.is_some()), ..task.clone() }
}

/// Told what is compared, and what each of the two says of it.
type Same<'f> = &'f mut dyn FnMut(&str, Option<String>, Option<String>);

fn each(one: &BTreeMap<String, Vec<u8>>, two: &BTreeMap<String, Vec<u8>>, same: Same<'_>) {
    let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
    let names: std::collections::BTreeSet<&String> = one.keys().chain(two.keys()).collect();
    for name in names {
        same(name, one.get(name).map(text), two.get(name).map(text));
    }
}
