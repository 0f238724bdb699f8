//! What Pipelines-as-Code starts a run for: annotations as a record.

use super::cx::Cx;
use super::findings;
use super::model::At;
use super::options::Options;
use crate::import::script::quoted;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// A part of a text of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part<'t> {
    /// With braces in it where they stand for nothing.
    Text(&'t str),
    /// What stands in `{{ … }}`.
    Variable(&'t str),
}

const PREFIX: &str = "pipelinesascode.tekton.dev/";

/// Whether Pipelines-as-Code starts the run.
pub(super) fn is_started(root: &Node) -> bool {
    annotations(root).iter().any(|(name, _)| is_one(name))
}

/// Whether an annotation is one of those that are an option.
pub(super) fn is_one(name: &str) -> bool {
    name.starts_with(PREFIX)
}

/// Whether Pipelines-as-Code may put something into a text.
pub(super) fn has_variables(text: &str) -> bool {
    text.contains("{{")
}

/// The parts of a text, in order; none is empty.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{") {
        let Some((name, behind)) = behind.split_once("}}").filter(|(name, _)| !name.trim().is_empty()) else { break };
        if !before.is_empty() {
            found.push(Part::Text(before));
        }
        found.push(Part::Variable(name.trim()));
        rest = behind;
    }
    if !rest.is_empty() {
        found.push(Part::Text(rest));
    }
    found
}

/// The variable that a text is, with nothing beside it.
pub(super) fn only(text: &str) -> Option<&str> {
    match parts(text).as_slice() {
        [Part::Variable(name)] => Some(name),
        _ => None,
    }
}

fn annotations(root: &Node) -> Vec<(&str, &Node)> {
    let list = root.get("metadata").and_then(|meta| meta.get("annotations")).into_iter().flat_map(Look::entries);
    list.map(|(key, value)| (key.text.as_str(), value)).collect()
}

/// `pac: { events: [.push], … }`
pub(super) fn option(root: &Node, options: &mut Options, cx: &mut Cx<'_, '_>) {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut tasks: Vec<String> = Vec::new();
    for (name, node) in annotations(root) {
        let Some(name) = name.strip_prefix(PREFIX) else { continue };
        let Some(at) = cx.at(node) else { continue };
        match name {
            "on-event" => {
                let cases: Vec<String> =
                    listed(&at.text).iter().map(|one| format!(".{}", one.replace('-', "_"))).collect();
                fields.push(("events".to_owned(), format!("[{}]", cases.join(", "))));
            }
            "on-target-branch" => fields.push(texts("branches", &at)),
            "on-path-change" => fields.push(texts("paths", &at)),
            "on-path-change-ignore" => fields.push(texts("ignore_paths", &at)),
            "on-label" => fields.push(texts("labels", &at)),
            "on-comment" => fields.push(("comment".to_owned(), quoted(&at.text))),
            "on-cel-expression" => fields.push(("cel".to_owned(), quoted(at.text.trim()))),
            "target-namespace" => fields.push(("target_namespace".to_owned(), quoted(&at.text))),
            "max-keep-runs" if is_number(&at.text) => fields.push(("max_keep_runs".to_owned(), at.text)),
            "cancel-in-progress" if matches!(at.text.as_str(), "true" | "false") => {
                fields.push(("cancel_in_progress".to_owned(), at.text));
            }
            _ if name == "task" || name.starts_with("task-") => tasks.extend(listed(&at.text)),
            _ => {
                let message = format!("`{PREFIX}{name}: {}` has no form in the program", at.text);
                let help = "`target tekton { pac: … }` has what starts a run, and what it fetches";
                cx.push(findings::not_said(at.span, message, help));
            }
        }
    }
    if !tasks.is_empty() {
        let tasks: Vec<String> = tasks.iter().map(|one| quoted(one)).collect();
        fields.push(("tasks".to_owned(), format!("[{}]", tasks.join(", "))));
    }
    options.record("pac", &fields);
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn texts(name: &str, at: &At) -> (String, String) {
    let list: Vec<String> = listed(&at.text).iter().map(|one| quoted(one)).collect();
    (name.to_owned(), format!("[{}]", list.join(", ")))
}

/// `[a, b]` or `a, b`; a comma that is meant is `&#44;`.
fn listed(text: &str) -> Vec<String> {
    let text = text.trim();
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let parts = inner.split(',').map(|one| one.trim().trim_matches(['"', '\'']).replace("&#44;", ","));
    parts.filter(|one| !one.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Part, listed, only, parts};

    #[test]
    fn texts_are_cut_at_their_variables() {
        let (text, variable) = (Part::Text, Part::Variable);
        assert_eq!(parts("a:{{revision}}-{{ x.y }}"), [text("a:"), variable("revision"), text("-"), variable("x.y")]);
        assert_eq!(parts("a {{ b"), [text("a {{ b")]);
        assert_eq!(parts("{{a}}{{ }}"), [variable("a"), text("{{ }}")]);
        assert_eq!((only("{{ a }}"), only("{{a}} "), only("")), (Some("a"), None, None));
    }

    #[test]
    fn lists_are_read_with_and_without_brackets() {
        assert_eq!(listed("[pull_request, push]"), ["pull_request", "push"]);
        assert_eq!(listed("main"), ["main"]);
        assert_eq!(listed("[\"a&#44;b\", refs/tags/*]"), ["a,b", "refs/tags/*"]);
        assert_eq!(listed("[]"), Vec::<String>::new());
    }
}
