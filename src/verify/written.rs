//! Results that nothing writes.

use super::cx::{Cx, finding};
use crate::diag::code::Code;
use crate::yaml_read::look::Look;
use crate::yaml_read::{Node, Yaml};

/// Reports every result of a task whose path no step mentions.
pub(super) fn check(spec: &Node, cx: &mut Cx<'_>) {
    let results = spec.list("results");
    if results.is_empty() || spec.list("steps").is_empty() {
        return;
    }
    let mut texts = Vec::new();
    for key in ["steps", "stepTemplate", "sidecars"] {
        spec.get(key).into_iter().for_each(|node| collect(node, &mut texts));
    }
    // Who names the folder may write any of them, and so may a command that comes as a param.
    let is_given = |line: &str| {
        line.trim().strip_prefix("$(params.").is_some_and(|rest| rest.ends_with(')') && !rest.contains(' '))
    };
    let scripts = spec.list("steps").iter().filter_map(|one| one.text_of("script"));
    if texts.iter().any(|text| text.contains("/tekton/results")) || scripts.flat_map(str::lines).any(is_given) {
        return;
    }
    // A name that a shell should put together is reported where it stands, and which one is meant is not known.
    if texts.iter().any(|text| is_computed(text)) {
        return;
    }
    for one in results.iter().filter(|one| !one.has("value")) {
        let Some(name) = one.get("name") else { continue };
        let text = name.text().unwrap_or_default();
        let forms =
            [format!("results.{text}.path"), format!("results[\"{text}\"].path"), format!("results['{text}'].path")];
        if !forms.iter().any(|form| texts.iter().any(|text| text.contains(form))) {
            let help = format!(
                "write it to `$(results.{text}.path)`, or leave it out: the task succeeds without it, and who reads it fails"
            );
            cx.push(finding(
                Code::P0661,
                name.span,
                format!("no step writes the result `{text}`"),
                "its path is nowhere",
                help,
            ));
        }
    }
}

fn is_computed(text: &str) -> bool {
    const START: &str = "$(results.";
    text.match_indices(START)
        .any(|(at, _)| text[at + START.len()..].split([')', '\n']).next().is_some_and(|one| one.contains('$')))
}

fn collect<'a>(node: &'a Node, out: &mut Vec<&'a str>) {
    match &node.value {
        Yaml::Text { text, .. } => out.push(text),
        Yaml::List(items) => items.iter().for_each(|item| collect(item, out)),
        Yaml::Map(entries) => entries.iter().for_each(|(_, value)| collect(value, out)),
        Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) => {}
    }
}
