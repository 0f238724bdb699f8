//! `--dry-run`: what would run, when, and on which conditions.

use std::collections::BTreeMap;

use crate::cli::runs::columns;
use crate::cli::stores::spoken;
use crate::contract::{RunSpec, TaskSpec};
use crate::diag::render;
use crate::query::run::{KnownOut, Row};

/// `out`: tasks that are in no plan for what was given, with the reasons; `decided`: the conditions that are known now.
pub(super) fn table(
    spec: &RunSpec,
    (rows, out): (&[Row], &[KnownOut]),
    selected: Option<&[bool]>,
    decided: &[Option<bool>],
) -> String {
    let takes_part = |at: usize| selected.is_none_or(|selected| selected[at]);
    let places: BTreeMap<&str, usize> = spec.tasks.iter().enumerate().map(|(at, task)| (&*task.name, at)).collect();
    let mut table = vec![["WAVE", "TASK", "WHAT"].map(str::to_owned)];
    for row in rows {
        if let Some(at) = places.get(&*row.name).copied().filter(|at| takes_part(*at)) {
            let wave = row.wave.map_or_else(|| "last".to_owned(), |wave| wave.to_string());
            table.push([wave, row.name.clone(), what(&spec.tasks[at], row, decided[at])]);
        }
    }
    // Who names tasks asks for no others.
    for KnownOut { name, why } in out.iter().filter(|_| selected.is_none()) {
        table.push(["-".to_owned(), name.clone(), format!("skipped, since this is not so: {why}")]);
    }
    render::printable(&columns(&table))
}

fn what(task: &TaskSpec, row: &Row, decided: Option<bool>) -> String {
    let condition = row.condition.replace('\n', " ");
    let mut text = match (&task.condition, decided) {
        (None, _) => "runs".to_owned(),
        (Some(_), None) => format!("runs if {condition}"),
        (Some(_), Some(true)) => format!("runs, since this is so: {condition}"),
        (Some(_), Some(false)) => return format!("skipped, since this is not so: {condition}"),
    };
    let names = |names: &[String]| names.join(" ");
    if !task.after.is_empty() {
        text += &format!("; after {}", names(&task.after));
    }
    if task.turns.is_some() {
        text += "; once a turn of its loop";
    }
    if let Some(timeout) = task.timeout.and_then(|timeout| u64::try_from(timeout).ok()) {
        text += &format!("; at most {}", spoken(timeout));
    }
    if task.retries > 0 {
        text += &format!("; tried up to {} times", u64::from(task.retries) + 1);
    }
    if let Some(lock) = &task.lock {
        text += &format!("; lock `{lock}`");
    }
    for service in &task.services {
        text += &format!("; with the service `{}`", service.name);
    }
    text
}
