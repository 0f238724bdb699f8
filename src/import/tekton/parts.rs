//! The parts that pipelines and tasks share: parameters, workspaces, results.

use super::cx::{Cx, doc};
use super::findings;
use super::model::{Given, Param, Space, Yield};
use super::names::Names;
use super::slots::Fact;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// The parameters that a pipeline or task declares.
pub(super) fn params(spec: &Node, names: &mut Names, cx: &mut Cx<'_, '_>, remarks: &mut Vec<String>) -> Vec<Param> {
    let mut found: Vec<Param> = Vec::new();
    for node in spec.list("params") {
        let Some(name) = cx.at_of(node, "name") else { continue };
        if let Some(first) = found.iter().find(|one| one.theirs == name.text) {
            cx.push(
                findings::not_said(name.span, format!("two parameters are called `{}`", name.text), "leave one out")
                    .label(first.span, "the first one"),
            );
            continue;
        }
        cx.rest(node, &["name", "type", "description", "default", "properties", "enum"], "a parameter", remarks);
        let slot = cx.slots.add(&name.text);
        let default = node.entries().iter().find(|(key, _)| key.text == "default").map(|(_, value)| value);
        let default = default.and_then(|value| cx.given(value));
        let keys: Vec<String> =
            node.get("properties").into_iter().flat_map(Look::entries).map(|(key, _)| key.text.clone()).collect();
        match (node.text_of("type"), &default) {
            (Some("array"), _) | (None, Some(Given::List(..))) => cx.slots.say(slot, Fact::List),
            (Some("object"), _) | (None, Some(Given::Object(..))) => {
                let of_default = match &default {
                    Some(Given::Object(entries, _)) => entries.iter().map(|(key, _)| key.clone()).collect(),
                    Some(Given::Text(_) | Given::List(..)) | None => Vec::new(),
                };
                cx.slots.say(slot, Fact::Object(if keys.is_empty() { of_default } else { keys }));
            }
            (_, Some(Given::Text(at))) => cx.slots.say(slot, Fact::Word(at.text.clone())),
            (_, _) => {}
        }
        let only = node.list("enum").iter().filter_map(|one| cx.at(one)).map(|at| at.text).collect();
        // What it is called is settled when all names are known that are worth more.
        let ours = names.claim(&name.text, "the");
        if default.as_ref().is_some_and(|value| value.texts().iter().any(|at| at.text.contains("$(params."))) {
            let help = "give the value at the call, or put the two together where they are read";
            cx.cannot(
                remarks,
                findings::not_said(
                    name.span,
                    format!("the default of `{}` is made of another parameter", name.text),
                    help,
                ),
            );
        }
        found.push(Param { theirs: name.text, ours, doc: doc(node), slot, default, only, span: name.span });
    }
    found
}

/// The workspaces that a pipeline or task declares.
pub(super) fn spaces(spec: &Node, names: &mut Names, cx: &mut Cx<'_, '_>, remarks: &mut Vec<String>) -> Vec<Space> {
    let mut found = Vec::new();
    for node in spec.list("workspaces") {
        let Some(name) = cx.at_of(node, "name") else { continue };
        cx.rest(node, &["name", "description", "optional", "mountPath", "readOnly"], "a workspace", remarks);
        for (key, why) in [
            ("mountPath", "scripts ask for the place of a workspace; one that names the path itself does not find it"),
            ("readOnly", "nobody keeps a task from writing there"),
        ] {
            if node.has(key) {
                cx.push(findings::left_out(node.key_span(key), &format!("`{key}` of `{}`", name.text), why));
            }
        }
        let ours = names.claim(&name.text, "place");
        let (doc, optional) = (doc(node), node.is_true("optional"));
        found.push(Space { theirs: name.text, ours, doc, optional, span: name.span });
    }
    found
}

/// The results of a task or pipeline.
pub(super) fn results(spec: &Node, names: &mut Names, cx: &mut Cx<'_, '_>, remarks: &mut Vec<String>) -> Vec<Yield> {
    let mut found: Vec<Yield> = Vec::new();
    for node in spec.list("results") {
        let Some(name) = cx.at_of(node, "name") else { continue };
        cx.rest(node, &["name", "type", "description", "value", "properties"], "a result", remarks);
        if found.iter().any(|one| one.theirs == name.text) {
            cx.push(findings::not_said(name.span, format!("two results are called `{}`", name.text), "leave one out"));
            continue;
        }
        let is_list = node.text_of("type") == Some("array");
        let ours = names.claim(&name.text, "result");
        found.push(Yield { theirs: name.text, ours, doc: doc(node), is_list });
    }
    found
}
