//! Variables of a build.

use rustc_hash::FxHashMap;

use super::strategy::Strategies;
use super::words;
use crate::diag::code::Code;
use crate::source::Span;
use crate::verify::cx::{Cx, finding};
use crate::verify::hygiene;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

pub(super) fn check(all: &Strategies<'_>, cx: &mut Cx<'_>) {
    for (key, strategy) in all.given() {
        variables(strategy.list("env"), cx);
        hygiene::container(strategy, cx);
        if matches!(key, "dockerStrategy" | "sourceStrategy") {
            strategy.list("env").iter().for_each(|one| of_image(one, cx));
        }
        let args = strategy.list("buildArgs");
        distinct(args, "argument", cx);
        args.iter().for_each(|one| argument(one, cx));
    }
}

fn variables(list: &[Node], cx: &mut Cx<'_>) {
    for one in list {
        match one.get("name").map(|name| (name.span, name.text())) {
            Some((_, None)) => {}
            None | Some((_, Some(""))) => {
                refused(one.span, "a variable has no name".to_owned(), "add `name:`: the API refuses the document", cx);
            }
            Some((at, Some(name))) if !words::is_variable(name) => {
                let help = "write letters, digits, `_`, `-` and `.`, no digit first and no `..`";
                refused(at, format!("`{name}` is no name of a variable"), help, cx);
            }
            Some((at, Some("BUILD_PRIVILEGED"))) => privileged(one, at, cx),
            Some((_, Some(_))) => {}
        }
        if let Some(from) = one.get("valueFrom") {
            if from.has("resourceFieldRef") {
                let help = "write the amount as `value:`: builds have no `resourceFieldRef`";
                let at = from.key_span("resourceFieldRef");
                refused(at, "a variable asks for a resource of its container".to_owned(), help, cx);
            }
            source(one, from, cx);
        }
    }
    distinct(list, "variable", cx);
}

fn refused(at: Span, message: String, help: &str, cx: &mut Cx<'_>) {
    cx.push(finding(Code::P0676, at, message, "refused", help));
}

fn lost(at: Span, message: String, help: &str, cx: &mut Cx<'_>) {
    cx.push(finding(Code::P0687, at, message, "taken, and without effect", help));
}

/// A value and a source, or a source that names nothing: the API takes it, and no pod is made with it.
fn source(one: &Node, from: &Node, cx: &mut Cx<'_>) {
    if one.text_of("value").is_some_and(|value| !value.is_empty()) {
        let help = "keep `value:`, or `valueFrom:`: the build is taken, and its pod is refused";
        let found =
            finding(Code::P0687, one.key_span("valueFrom"), "a variable has a value and a source", "the source", help);
        return cx.push(found.label(one.key_span("value"), "the value"));
    }
    for key in ["secretKeyRef", "configMapKeyRef"] {
        let Some(reference) = from.get(key) else { continue };
        let missing = |part: &str| reference.get(part).is_none_or(|node| node.text() == Some(""));
        if let Some(part) = ["name", "key"].into_iter().find(|part| missing(part)) {
            let help = format!("add `{part}:` under `{key}:`: the build is taken, and its pod is refused");
            lost(from.key_span(key), format!("a variable is taken from a key, and has no `{part}`"), &help, cx);
        }
    }
    if from.entries().is_empty() {
        let help = "name one under `valueFrom:`: `secretKeyRef`, `configMapKeyRef` or `fieldRef`";
        lost(one.key_span("valueFrom"), "a variable has a source that names nothing".to_owned(), help, cx);
    }
}

/// What is no bool leaves the build privileged.
fn privileged(one: &Node, at: Span, cx: &mut Cx<'_>) {
    const BOOLS: [&str; 12] = ["1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False"];
    let value = one.get("value").map(|value| (value.span, value.text()));
    let (at, message) = match value {
        Some((_, None)) => return,
        Some((at, Some(text))) if !BOOLS.contains(&text) => {
            (at, format!("`{text}` is no bool, so the build stays privileged"))
        }
        Some(_) => return,
        None => (at, "without a value of its own, the build stays privileged".to_owned()),
    };
    lost(at, message, "write `value: \"false\"` for a build without privileges: it is read from the text itself", cx);
}

fn distinct(list: &[Node], what: &str, cx: &mut Cx<'_>) {
    let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
    for node in list.iter().filter_map(|one| one.get("name")) {
        let Some(name) = node.text().filter(|name| !name.is_empty()) else { continue };
        if let Some(first) = seen.insert(name, node.span) {
            let help = "keep one of them: the API takes both, and the last one counts";
            let found =
                finding(Code::P0687, node.span, format!("the {what} `{name}` is there twice"), "again here", help);
            cx.push(found.label(first, "first here"));
        }
    }
}

/// Variables of builds from a Dockerfile or a builder image are those of the image that is made.
fn of_image(one: &Node, cx: &mut Cx<'_>) {
    let Some((at, name)) = one.get("name").and_then(|node| Some((node.span, node.text()?))) else { return };
    if one.get("valueFrom").is_some_and(|from| from.has("secretKeyRef")) {
        let help = "mount it: `volumes:` of the strategy, or `secrets:` of the source; whoever has the image has its variables";
        return image(at, format!("the secret of `{name}` becomes a variable of the image"), help, cx);
    }
    const SEEN: [&str; 4] = ["BUILD_LOGLEVEL", "GIT_SSL_NO_VERIFY", "GIT_LFS_SKIP_SMUDGE", "BUILD_PRIVILEGED"];
    let speaks = ["GIT_", "BUILD_", "BUILDAH_", "STORAGE_"].iter().any(|start| name.starts_with(start));
    if speaks && !SEEN.contains(&name) {
        let help = "leave it out: the builder sees `BUILD_LOGLEVEL`, `GIT_SSL_NO_VERIFY`, `GIT_LFS_SKIP_SMUDGE`, `LANG` and the proxies only, and the image gets the rest";
        image(at, format!("the builder does not see `{name}`"), help, cx);
    }
}

/// Arguments stand in the history of the image.
fn argument(one: &Node, cx: &mut Cx<'_>) {
    let Some((at, name)) = one.get("name").and_then(|node| Some((node.span, node.text()?))) else {
        return lost(
            one.span,
            "an argument has no name".to_owned(),
            "add `name:`, as the Dockerfile has it behind `ARG`",
            cx,
        );
    };
    if !words::is_variable(name) || name.contains(['-', '.']) {
        let help = "write letters, digits and `_`, no digit first: no `ARG` of a Dockerfile has this name";
        lost(at, format!("`{name}` is no name of an argument"), help, cx);
    } else if one.get("valueFrom").is_some_and(|from| from.has("secretKeyRef")) {
        let help = "mount it under `volumes:` and read the file in `RUN`; arguments stand in the history of the image";
        image(at, format!("the secret of `{name}` is kept in the image"), help, cx);
    }
}

fn image(at: Span, message: String, help: &str, cx: &mut Cx<'_>) {
    cx.push(finding(Code::P0693, at, message, "goes into the image", help));
}
