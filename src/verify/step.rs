//! The rules of one step, sidecar or step template.

use super::cx::{Cx, finding};
use super::params::{self, Place};
use super::scope::{At, Scope, texts};
use super::task::{clean, declared_results, is_reserved, typed_properties};
use super::{calls, hygiene, reference, scalars, when};
use crate::diag::code::Code;
use crate::source::Span;
use crate::yaml_read::look::{Look, named};
use crate::yaml_read::{Node, Yaml};

/// What a step that refers to a step action may not have itself.
const OF_ACTIONS: [&str; 8] = ["image", "command", "args", "script", "workingDir", "env", "volumeMounts", "results"];

/// Checks a step of a task.
pub(super) fn step(node: &Node, spec: &Node, scope: &Scope<'_>, cx: &mut Cx<'_>) {
    if !matches!(node.value, Yaml::Map(_)) {
        return;
    }
    let template = spec.get("stepTemplate");
    if let Some(name) = node.get("name") {
        step_name(name, cx);
    }
    match node.get("ref") {
        Some(referred) => {
            for (key, _) in node.entries().iter().filter(|(key, _)| OF_ACTIONS.contains(&key.text.as_str())) {
                let message = format!("a step with `ref` has `{}`", key.text);
                cx.push(finding(
                    Code::P0645,
                    key.span,
                    message,
                    "belongs to the step action",
                    "leave it out: the step action says it",
                ));
            }
            calls::step(node, referred, scope, cx);
            reference::check(referred, "stepaction", cx);
        }
        None => {
            if !has_image(node) && !template.is_some_and(has_image) {
                let at = node.entries().first().map_or(node.span, |(key, _)| key.span);
                cx.push(finding(
                    Code::P0644,
                    at,
                    "a step has no image",
                    "in this step",
                    "add `image:`, or `ref:` to a step action",
                ));
            }
            if let Some(params) = node.get("params") {
                cx.push(finding(
                    Code::P0645,
                    params.span,
                    "a step has `params` without `ref`",
                    "belongs to `ref`",
                    "declare them on the task; only a step action takes params",
                ));
            }
        }
    }
    if node.text_of("script").is_some_and(|script| !script.is_empty()) {
        if node.has("command") {
            both(node.key_span("script"), "script", "command", cx);
        } else if template.is_some_and(|one| one.has("command")) {
            let help = "leave one out: the step template brings the command, and the task is refused";
            cx.push(finding(
                Code::P0645,
                node.key_span("script"),
                "a step has a script, and its template a command",
                "both would run",
                help,
            ));
        }
    }
    if let (Some(results), None) = (node.get("results"), node.get("name")) {
        let help = "give the step a name: `$(steps.NAME.results.RESULT)` is the only way to read them";
        cx.push(finding(Code::P0667, results.span, "a step without a name has results", "read by nothing", help));
    }
    declared_results(node.list("results"), cx);
    typed_properties(node.list("results"), cx);
    when::check(node.list("when"), &|one| params::is_tame(one, &scope.params), cx);
    container(node, scope, Some(node), cx);
}

/// An empty one is none.
pub(super) fn has_image(node: &Node) -> bool {
    node.get("image").is_some_and(|image| image.text() != Some(""))
}

fn step_name(node: &Node, cx: &mut Cx<'_>) {
    let Some(name) = node.text().filter(|name| !name.is_empty()) else { return };
    label(name, node.span, "step", cx);
}

/// A name that must be a label of at most 63 letters.
pub(super) fn label(name: &str, span: Span, what: &str, cx: &mut Cx<'_>) {
    if !scalars::is_label(name) && !name.contains("{{") {
        let found = finding(
            Code::P0646,
            span,
            format!("`{name}` is no name of a {what}"),
            "not in this form",
            "small letters, digits and `-`, with a letter or digit first and last",
        );
        let mended: String = name
            .to_ascii_lowercase()
            .chars()
            .map(|one| if matches!(one, '_' | '.' | ' ') { '-' } else { one })
            .collect();
        cx.push(if scalars::is_label(&mended) { found.fix(format!("write `{mended}`"), span, mended) } else { found });
    }
    if name.len() > 63 {
        let message = format!("the name of a {what} has {} letters", name.len());
        cx.push(finding(Code::P0646, span, message, "too long", "63 is the most"));
    }
}

pub(super) fn both(at: Span, one: &str, other: &str, cx: &mut Cx<'_>) {
    let message = format!("`{one}` and `{other}` stand together");
    cx.push(finding(
        Code::P0645,
        at,
        message,
        "they exclude each other",
        "keep one; arguments of a script go into `args`",
    ));
}

/// Checks a sidecar.
pub(super) fn sidecar(node: &Node, scope: &Scope<'_>, cx: &mut Cx<'_>) {
    if !matches!(node.value, Yaml::Map(_)) {
        return;
    }
    if !has_image(node) {
        let at = node.entries().first().map_or(node.span, |(key, _)| key.span);
        cx.push(finding(Code::P0644, at, "a sidecar has no image", "in this sidecar", "add `image:`"));
    }
    if let Some(name) = node.get("name") {
        if name.text() == Some("tekton-log-results") {
            cx.push(finding(
                Code::P0646,
                name.span,
                "the name of a sidecar is reserved",
                "reserved",
                "choose another: the cluster puts a sidecar of this name into pods",
            ));
        }
        // The name of a sidecar may be made of params.
        if name.text().is_some_and(|text| !text.contains("$(")) {
            step_name(name, cx);
        }
    }
    if node.has("script") && node.has("command") {
        both(node.key_span("script"), "script", "command", cx);
    }
    container(node, scope, None, cx);
}

/// What steps, sidecars and step templates share.
pub(super) fn container(node: &Node, scope: &Scope<'_>, step: Option<&Node>, cx: &mut Cx<'_>) {
    texts(node, At { place: Place::Text, step, script: false, fixed: false }, scope, cx);
    cx.distinct("the variable", &named(node.list("env"), "name"), "keep one: the last counts, and nothing says so");
    for one in node.list("env") {
        if one.has("value") && one.has("valueFrom") {
            both(one.key_span("value"), "value", "valueFrom", cx);
        }
    }
    mounts(node.list("volumeMounts"), cx);
    if let Some(resources) = node.get("computeResources") {
        limits(resources, cx);
    }
    for (name, span) in named(node.list("workspaces"), "name") {
        if !scope.workspaces.contains(&name) && !scope.action {
            cx.unknown(
                span,
                "the workspace",
                name,
                scope.workspaces.iter().copied(),
                "declare it under `workspaces` of the task",
            );
        }
    }
    hygiene::container(node, cx);
}

fn mounts(list: &[Node], cx: &mut Cx<'_>) {
    let mut paths: Vec<(String, Span)> = Vec::new();
    for one in list {
        if let Some(name) = one.get("name").filter(|name| name.text().is_some_and(is_reserved)) {
            cx.push(finding(
                Code::P0655,
                name.span,
                "the name of a volume is reserved",
                "begins with `tekton-internal-`",
                "choose another name",
            ));
        }
        let Some(node) = one.get("mountPath") else { continue };
        let path = node.text().map(clean).unwrap_or_default();
        let inside = |folder: &str| path == folder || path.starts_with(&format!("{folder}/"));
        if inside("/tekton") && !inside("/tekton/home") {
            let help = "mount it somewhere else: the entrypoint, scripts and results are kept there; only `/tekton/home` is free";
            cx.push(finding(Code::P0655, node.span, format!("`{path}` is reserved"), "below `/tekton`", help));
        }
        if let Some((_, first)) = paths.iter().find(|(other, _)| *other == path && !path.contains("$(")) {
            let first = *first;
            cx.duplicate("the mount path", &path, first, node.span, "mount one somewhere else: the pod is refused");
        }
        paths.push((path, node.span));
    }
}

/// What is asked for is not more than what is allowed.
pub(super) fn limits(node: &Node, cx: &mut Cx<'_>) {
    let (Some(limits), Some(requests)) = (node.get("limits"), node.get("requests")) else { return };
    for (key, asked) in requests.entries() {
        let Some(limit) = limits.get(&key.text) else { continue };
        let amount = |node: &Node| match &node.value {
            Yaml::Int(value) => Some(i128::from(*value) * 1000),
            Yaml::Float(text) | Yaml::Text { text, .. } => scalars::quantity(text),
            Yaml::Null | Yaml::Bool(_) | Yaml::List(_) | Yaml::Map(_) => None,
        };
        if let (Some(most), Some(least)) = (amount(limit), amount(asked))
            && least > most
        {
            let message = format!("of `{}` more is requested than the limit allows", key.text);
            let found = finding(
                Code::P0648,
                asked.span,
                message,
                "more than the limit",
                "raise the limit or ask for less: the pod is refused when the task runs",
            );
            cx.push(found.label(limit.span, "the limit"));
        }
    }
}
