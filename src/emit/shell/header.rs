//! The first comment of what is emitted: what made it, from what, and how to make it again; no time, no host.

use super::quote::{word, words};
use crate::plan::{Plan, Value};

/// Comment lines, each with its end.
pub(super) fn write(plan: &Plan, out: &mut String) {
    out.push_str(&format!(
        "# Pipeline `{}`, made by pipec from {}. Do not edit: change the program and make this again with\n#     {}\n",
        plan.name,
        word(&plan.source),
        again(plan)
    ));
}

fn again(plan: &Plan) -> String {
    let bound = plan.bound.iter().flat_map(|(name, value)| texts(value).into_iter().map(move |text| (name, text)));
    let bound: String = bound.map(|(name, text)| words(["-p", &format!("{name}={text}")])).collect();
    format!("pipec emit --target shell --pipeline {}{bound} {}", plan.name, word(&plan.source))
}

/// As `-p` takes them: a list is given element by element.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::List(list) => list.iter().flat_map(texts).collect(),
        Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Text(_)
        | Value::Case(_)
        | Value::Duration(_)
        | Value::Size(_)
        | Value::Cpu(_)
        | Value::Secret(_) => value.text().into_iter().collect(),
        Value::Workspace(_) | Value::Record(_) => Vec::new(),
    }
}
