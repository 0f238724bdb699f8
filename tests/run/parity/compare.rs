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
pub(super) fn differences(case: &Case, first: &Told, other: &Told) -> Vec<String> {
    let mut found = Vec::new();
    let mut same = |what: &str, one: &dyn Debug, two: &dyn Debug| {
        let (one, two) = (format!("{one:?}"), format!("{two:?}"));
        if one != two {
            found.push(format!("{what}: {}: {one}\n    {}: {two}", first.engine, other.engine));
        }
    };
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
