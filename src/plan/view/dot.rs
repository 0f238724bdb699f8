//! The plan for Graphviz.

use std::fmt::Write;

use super::words::{condition, fan_words};
use crate::plan::{Edge, Phase, Plan, Task, TaskId, Why};

pub(super) fn render(plan: &Plan) -> String {
    let mut text = format!("digraph \"{}\" {{\n", escaped(&plan.name));
    text.push_str("  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n");
    for (at, (title, tasks)) in groups(plan).into_iter().enumerate() {
        match title {
            None => tasks.iter().for_each(|id| node(plan, *id, "  ", &mut text)),
            Some(title) => {
                let _ = writeln!(text, "  subgraph cluster_{at} {{\n    label=\"{}\";", escaped(&title));
                tasks.iter().for_each(|id| node(plan, *id, "    ", &mut text));
                text.push_str("  }\n");
            }
        }
    }
    for (id, _) in plan.tasks() {
        for (from, edge) in plan.dependencies(id) {
            let style = if carries_data(edge) { "" } else { " [style=dashed]" };
            let _ = writeln!(text, "  t{} -> t{}{style};", from.0, id.0);
        }
    }
    text.push_str("}\n");
    text
}

fn node(plan: &Plan, id: TaskId, indent: &str, text: &mut String) {
    let task = plan.task(id);
    let mut label = escaped(&task.name);
    for line in beside(task) {
        let _ = write!(label, "\\n{}", escaped(&line));
    }
    if task.condition.is_some() {
        let _ = write!(label, "\\nwhen {}", escaped(&condition(plan, id)));
    }
    if let Some(fan) = &task.fan {
        let _ = write!(label, "\\nfor {}", escaped(&fan_words(plan, fan)));
    }
    let style = if task.condition.is_some() { ", style=\"rounded,dashed\"" } else { "" };
    let _ = writeln!(text, "{indent}t{} [label=\"{label}\"{style}];", id.0);
}

/// What a task has beside its scripts.
pub(super) fn beside(task: &Task) -> impl Iterator<Item = String> {
    let source = task.source.iter().map(|source| format!("from {}", source.short()));
    source.chain(task.services.iter().map(|service| format!("with {}", service.name)))
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// Whether more than the order joins the two.
pub(super) fn carries_data(edge: &Edge) -> bool {
    edge.why.iter().any(|why| match why {
        Why::Output(..) | Why::Condition(_) => true,
        Why::After(_) | Why::Stage(..) => false,
    })
}

/// The tasks of each stage and of `finally`, in the order of the source.
pub(super) fn groups(plan: &Plan) -> Vec<(Option<String>, Vec<TaskId>)> {
    let mut groups: Vec<(Option<String>, Vec<TaskId>)> = Vec::new();
    for (id, task) in plan.tasks() {
        let title = match (task.phase, &task.stage) {
            (Phase::Finally, _) => Some("finally".to_owned()),
            (Phase::Main, Some(stage)) => Some(format!("stage {stage}")),
            (Phase::Main, None) => None,
        };
        match groups.iter_mut().find(|(other, _)| *other == title) {
            Some((_, tasks)) => tasks.push(id),
            None => groups.push((title, vec![id])),
        }
    }
    groups
}
