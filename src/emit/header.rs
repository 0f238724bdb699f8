//! The first comment of what is emitted: what made it, from what, and how to make it again; no time, no host.

use super::quote::{word, words};
use crate::plan::{Plan, Value};

/// The comment's lines, without the marks that an engine's language puts before them.
pub(super) fn header(plan: &Plan, target: &str, about: &str) -> String {
    format!("{about}\n{}", made(plan, target))
}

/// What stands behind the first line: the same in every file.
pub(super) fn made(plan: &Plan, target: &str) -> String {
    format!(
        "Made by pipec from {}, pipeline {}. Do not edit: change the program and make this again with\n    {}\n",
        plan.source,
        plan.name,
        again(plan, target)
    )
}

fn again(plan: &Plan, target: &str) -> String {
    let bound: String = plan.bound.iter().filter_map(|(name, value)| binding(name, value)).collect();
    let unsaid = plan.bound.iter().any(|(name, value)| binding(name, value).is_none());
    let more = if unsaid { " --params FILE" } else { "" };
    let options: String = plan.given_options.iter().map(|(name, value)| option(name, value)).collect();
    format!("pipec emit --target {target}{options} {} {}{bound}{more}", word(&plan.source), plan.name)
}

/// As the command was given it: what it stands for is a scalar.
fn option(name: &str, value: &Value) -> String {
    format!(" --{} {}", name.replace('_', "-"), word(&value.text().unwrap_or_default()))
}

/// As `-p` takes it; a list as JSON. What no `-p` can say came from a parameter file.
fn binding(name: &str, value: &Value) -> Option<String> {
    let text = match value {
        Value::List(list) => {
            let texts: Vec<String> = list.iter().map(Value::text).collect::<Option<_>>()?;
            serde_json::to_string(&texts).ok()?
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
        | Value::Workspace(_)
        | Value::Record(_) => value.text()?,
    };
    Some(words(["-p", &format!("{name}={text}")]))
}
