//! A volume of a build: one source, and where it is mounted.

use super::{path, words};
use crate::diag::code::Code;
use crate::source::Span;
use crate::verify::cx::{Cx, finding};
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// The sources, and what `type` calls them.
const SOURCES: [(&str, &str); 3] = [("secret", "Secret"), ("configMap", "ConfigMap"), ("csi", "CSI")];

pub(super) fn check(volume: &Node, cx: &mut Cx<'_>) {
    name(volume, cx);
    source(volume, cx);
    if volume.list("mounts").is_empty() {
        refused(
            volume.span,
            "a volume is mounted nowhere".to_owned(),
            "add `mounts:` with `- destinationPath: /PATH`",
            cx,
        );
    }
    volume.list("mounts").iter().for_each(|mount| place(mount, cx));
}

fn refused(at: Span, message: String, help: &str, cx: &mut Cx<'_>) {
    cx.push(finding(Code::P0679, at, message, "refused", help));
}

fn name(volume: &Node, cx: &mut Cx<'_>) {
    match volume.get("name").map(|name| (name.span, name.text())) {
        Some((_, None)) => {}
        None | Some((_, Some(""))) => refused(volume.span, "a volume has no name".to_owned(), "add `name:`", cx),
        Some((at, Some(name))) if !words::is_label(name) => {
            let help = "write at most 63 small letters, digits and `-`, with a letter or digit first and last";
            refused(at, format!("`{name}` is no name of a volume"), help, cx);
        }
        Some((_, Some(_))) => {}
    }
}

fn source(volume: &Node, cx: &mut Cx<'_>) {
    let source = volume.get("source");
    let given: Vec<_> = SOURCES.iter().filter(|(key, _)| source.is_some_and(|source| source.has(key))).collect();
    let kind = source.and_then(|source| source.get("type"));
    let at = source.map_or(volume.span, |_| volume.key_span("source"));
    match given.as_slice() {
        [] => refused(
            at,
            "a volume has no source".to_owned(),
            "write `secret:`, `configMap:` or `csi:` under `source:`, with its `type:`",
            cx,
        ),
        [(key, is)] => match kind.map(|kind| (kind.span, kind.text())) {
            Some((_, None)) => {}
            Some((at, Some(text))) if text != *is && !text.is_empty() => {
                let found = finding(
                    Code::P0679,
                    at,
                    format!("`type: {text}` stands beside `{key}:`"),
                    "refused",
                    format!("write `{is}`: the type is that of the source"),
                );
                cx.push(found.fix(format!("write `{is}`"), at, *is));
            }
            Some((_, Some(text))) if !text.is_empty() => {}
            None | Some(_) => refused(
                at,
                "the source of a volume has no type".to_owned(),
                &format!("add `type: {is}`: it has to be said"),
                cx,
            ),
        },
        several => {
            let help = format!(
                "make a volume of each: {} stand together",
                several.iter().map(|(key, _)| format!("`{key}:`")).collect::<Vec<_>>().join(" and ")
            );
            refused(at, "a volume has more than one source".to_owned(), &help, cx);
        }
    }
    for (key, part) in [("secret", "secretName"), ("configMap", "name"), ("csi", "driver")] {
        let Some(one) = source.and_then(|source| source.get(key)) else { continue };
        named(one, key, part, cx);
    }
}

/// The Secret, the ConfigMap or the driver.
fn named(one: &Node, key: &str, part: &str, cx: &mut Cx<'_>) {
    let right = |text: &str| match key {
        "csi" => text.len() <= 63 && words::is_subdomain(&text.to_ascii_lowercase()),
        _ => words::is_subdomain(text),
    };
    match one.get(part).map(|node| (node.span, node.text())) {
        Some((_, None)) => {}
        None | Some((_, Some(""))) => {
            refused(one.span, format!("`{key}:` of a volume names nothing"), &format!("add `{part}:`"), cx);
        }
        Some((at, Some(text))) if !right(text) => {
            let help = "write small letters, digits, `-` and `.`, with a letter or digit first and last";
            refused(at, format!("`{text}` cannot be the `{part}` of a volume"), help, cx);
        }
        Some((_, Some(_))) => {}
    }
}

fn place(mount: &Node, cx: &mut Cx<'_>) {
    const HELP: &str = "write a path from `/`, without `:`";
    match mount.get("destinationPath").map(|node| (node.span, node.text())) {
        Some((_, None)) => {}
        None | Some((_, Some(""))) => {
            refused(mount.span, "a mount has no path".to_owned(), "add `destinationPath: /PATH`", cx)
        }
        Some((at, Some(text))) if text.contains(':') || !text.starts_with('/') || path::leaves(text) => {
            refused(at, format!("`{text}` is no path of a mount"), HELP, cx);
        }
        Some((_, Some(_))) => {}
    }
}
