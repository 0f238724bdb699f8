//! A plan for the machine where it was compiled.

use super::{shell, spec};
use crate::contract::RunSpec;
use crate::diag::Diagnostics;
use crate::plan::{Plan, Value};
use crate::source::Sources;

/// What runs, with what holds when nobody says otherwise.
#[derive(Debug)]
pub struct Ready {
    pub spec: RunSpec,
    /// How many tasks run at once, where the program says it.
    pub jobs: Option<i64>,
    /// Milliseconds between TERM and KILL.
    pub grace: i64,
    /// What was bound, in text form.
    pub given: Vec<(String, Vec<String>)>,
}

/// What this machine is told to run; what it cannot run is reported.
pub fn ready(plan: &Plan, sources: &Sources, out: &mut Diagnostics) -> Option<Ready> {
    let before = out.len();
    shell::gaps(plan, out);
    if out.iter().skip(before).any(|found| found.severity == crate::diag::Severity::Error) {
        return None;
    }
    let (jobs, grace) = shell::defaults(plan);
    let mut given = Vec::new();
    plan.bound.iter().for_each(|(name, value)| texts(name, value, &mut given));
    Some(Ready { spec: spec::whole(plan, sources, 1), jobs, grace, given })
}

fn texts(name: &str, value: &Value, out: &mut Vec<(String, Vec<String>)>) {
    match value {
        Value::Record(fields) => {
            fields.iter().for_each(|(field, value)| texts(&format!("{name}.{field}"), value, out));
        }
        Value::List(list) if list.iter().all(|one| one.text().is_some()) => {
            out.push((name.to_owned(), list.iter().filter_map(Value::text).collect()));
        }
        Value::List(list) => {
            list.iter().enumerate().for_each(|(at, value)| texts(&format!("{name}[{at}]"), value, out));
        }
        Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Text(_)
        | Value::Case(_)
        | Value::Duration(_)
        | Value::Size(_)
        | Value::Cpu(_)
        | Value::Secret(_)
        | Value::Workspace(_) => out.push((name.to_owned(), value.text().into_iter().collect())),
    }
}
