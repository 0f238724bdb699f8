//! `--dry-run`: what would run, when, and on which conditions.

use crate::cli::runs::columns;
use crate::cli::stores::spoken;
use crate::contract::{RunSpec, TaskSpec};
use crate::diag::render;
use crate::query::run::Row;

pub(super) fn table(spec: &RunSpec, rows: &[Row], selected: Option<&[bool]>) -> String {
    let takes_part = |at: usize| selected.is_none_or(|selected| selected[at]);
    let mut table = vec![["WAVE", "TASK", "WHAT"].map(str::to_owned)];
    for row in rows {
        let at = spec.tasks.iter().position(|task| task.name == row.name);
        if let Some(at) = at.filter(|at| takes_part(*at)) {
            let wave = row.wave.map_or_else(|| "last".to_owned(), |wave| wave.to_string());
            table.push([wave, row.name.clone(), what(&spec.tasks[at], row)]);
        }
    }
    render::printable(&columns(&table))
}

fn what(task: &TaskSpec, row: &Row) -> String {
    let mut text = match &task.condition {
        None => "runs".to_owned(),
        Some(_) => format!("runs if {}", row.condition.replace('\n', " ")),
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
