//! The plan as a Mermaid flowchart.

use std::fmt::Write;

use super::dot::{beside, carries_data, groups};
use super::words::{condition, fan_words};
use crate::plan::{Plan, TaskId};

pub(super) fn render(plan: &Plan) -> String {
    let mut text = "flowchart LR\n".to_owned();
    for (at, (title, tasks)) in groups(plan).into_iter().enumerate() {
        match title {
            None => tasks.iter().for_each(|id| node(plan, *id, "  ", &mut text)),
            Some(title) => {
                let _ = writeln!(text, "  subgraph g{at}[\"{}\"]", escaped(&title));
                tasks.iter().for_each(|id| node(plan, *id, "    ", &mut text));
                text.push_str("  end\n");
            }
        }
    }
    for (id, _) in plan.tasks() {
        for (from, edge) in plan.dependencies(id) {
            let arrow = if carries_data(edge) { "-->" } else { "-.->" };
            let _ = writeln!(text, "  t{} {arrow} t{}", from.0, id.0);
        }
    }
    text
}

fn node(plan: &Plan, id: TaskId, indent: &str, text: &mut String) {
    let task = plan.task(id);
    let mut label = escaped(&task.name);
    for line in beside(task) {
        let _ = write!(label, "<br/>{}", escaped(&line));
    }
    if task.condition.is_some() {
        let _ = write!(label, "<br/>when {}", escaped(&condition(plan, id)));
    }
    if let Some(fan) = &task.fan {
        let _ = write!(label, "<br/>for {}", escaped(&fan_words(plan, fan)));
    }
    let _ = writeln!(text, "{indent}t{}[\"{label}\"]", id.0);
}

/// Mermaid reads entities by number, and everything else of HTML and Markdown as it stands.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\n' => escaped.push(' '),
            '_' | ' ' | '.' | ',' | '-' | '=' | '!' | '/' | ':' | '(' | ')' | '?' | '+' => escaped.push(sign),
            sign if sign.is_alphanumeric() => escaped.push(sign),
            sign => escaped.push_str(&format!("#{};", u32::from(sign))),
        }
    }
    escaped
}
