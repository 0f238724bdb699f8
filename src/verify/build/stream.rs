//! A stream of images: its tags, and where they come from.

use rustc_hash::FxHashMap;

use super::image;
use super::words;
use crate::diag::code::Code;
use crate::source::Span;
use crate::verify::cx::{Cx, finding};
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

pub(super) fn check(root: &Node, cx: &mut Cx<'_>) {
    let Some(spec) = root.get("spec") else { return };
    if let Some((node, text)) = spec.get("dockerImageRepository").and_then(|node| Some((node, node.text()?))) {
        repository(node.span, text, cx);
    }
    let tags = spec.list("tags");
    let mut last: FxHashMap<&str, usize> = FxHashMap::default();
    for (at, tag) in tags.iter().enumerate() {
        let Some(name) = tag.text_of("name") else { continue };
        if let Some(first) = last.insert(name, at) {
            let (again, first) = (tag.key_span("name"), tags[first].key_span("name"));
            let help = "keep one of them: the API takes both, and the last one counts";
            let found = finding(Code::P0690, again, format!("the tag `{name}` is there twice"), "again here", help);
            cx.push(found.label(first, "first here"));
        }
    }
    // Of those before the last of a name nobody hears again.
    for (at, tag) in tags.iter().enumerate() {
        if tag.text_of("name").is_none_or(|name| last.get(name) == Some(&at)) {
            one(tag, cx);
        }
    }
}

fn refused(at: Span, message: String, help: &str, cx: &mut Cx<'_>) {
    cx.push(finding(Code::P0680, at, message, "refused", help));
}

fn repository(at: Span, text: &str, cx: &mut Cx<'_>) {
    let last = text.rsplit('/').next().unwrap_or(text);
    if text.is_empty() {
        return;
    }
    let has_tag = last.contains(':') && !is_registry(text);
    if !image::is_reference(text) {
        refused(
            at,
            format!("`{text}` is no repository of images"),
            "write `REGISTRY/NAME`, small letters and without `https://`",
            cx,
        );
    } else if text.contains('@') || has_tag {
        refused(
            at,
            format!("`{text}` is one image, and no repository"),
            "leave out the tag or the digest: all tags are meant",
            cx,
        );
    }
}

/// What is taken for a registry and nothing in it, so that what stands behind the colon is a port.
fn is_registry(text: &str) -> bool {
    let name = text.split([':', '@']).next().unwrap_or_default();
    !text.contains('/') && (name.contains('.') || name.starts_with("localhost"))
}

fn one(tag: &Node, cx: &mut Cx<'_>) {
    let is_scheduled = tag.get("importPolicy").is_some_and(|policy| policy.is_true("scheduled"));
    if let Some(from) = tag.get("from") {
        origin(from, is_scheduled, tag, cx);
    }
    if tag.get("name").is_none_or(|name| name.text() == Some("")) {
        let help = "add `name:`, the tag itself: nothing finds a tag without one";
        cx.push(finding(Code::P0690, tag.span, "a tag of a stream has no name", "which one?", help));
    }
    let word = |policy: &str, key: &str| {
        let node = tag.get(policy).and_then(|policy| policy.get(key))?;
        Some((node.span, node.text().filter(|text| !text.is_empty())?.to_owned()))
    };
    if let Some((at, text)) =
        word("referencePolicy", "type").filter(|(_, text)| !matches!(text.as_str(), "Source" | "Local"))
    {
        refused(at, format!("`{text}` is no policy of references"), "write `Source` or `Local`", cx);
    }
    let modes = |text: &str| matches!(text, "Legacy" | "PreserveOriginal");
    if let Some((at, text)) = word("importPolicy", "importMode").filter(|(_, text)| !modes(text)) {
        refused(
            at,
            format!("`{text}` is no mode of imports"),
            "write `Legacy`, one image, or `PreserveOriginal`, that of every architecture",
            cx,
        );
    }
}

fn origin(from: &Node, is_scheduled: bool, tag: &Node, cx: &mut Cx<'_>) {
    const KINDS: [&str; 3] = ["DockerImage", "ImageStreamTag", "ImageStreamImage"];
    let kind = match from.get("kind").map(Look::text) {
        Some(None) => return,
        Some(Some(kind)) => kind,
        None => "",
    };
    let name = from.get("name");
    let text = match name.map(Look::text) {
        Some(None) => return,
        Some(Some(text)) => text,
        None => "",
    };
    let at = name.map_or(from.span, |name| name.span);
    if text.is_empty() {
        refused(from.span, "a tag comes from an image without a name".to_owned(), "add `name:` under `from:`", cx);
    }
    if !KINDS.contains(&kind) {
        let at = from.get("kind").map_or(from.span, |kind| kind.span);
        let help = "write `kind: DockerImage`, `ImageStreamTag` or `ImageStreamImage` under `from:`";
        refused(at, format!("a tag comes from an image of kind `{kind}`"), help, cx);
    } else if kind == "DockerImage" {
        if !text.is_empty() && !image::is_reference(text) {
            let help = "write `REGISTRY/NAME:TAG` or `REGISTRY/NAME@sha256:…` with small letters in the name";
            refused(at, format!("`{text}` is no reference of an image"), help, cx);
        }
    } else {
        if is_scheduled {
            let at = tag.get("importPolicy").map_or(tag.span, |policy| policy.key_span("scheduled"));
            refused(
                at,
                "a tag of this cluster is asked for again and again".to_owned(),
                "leave `scheduled` out: only images of a registry are looked for",
                cx,
            );
        }
    }
    if kind == "ImageStreamTag" {
        let stream = text.split_once(':').map_or(text, |(name, _)| name);
        if !text.is_empty() && text.contains(':') && !words::is_stream(stream) {
            let help = "write `TAG` of this stream, or `STREAM:TAG`: the tag is taken, and never finds its image";
            cx.push(finding(
                Code::P0690,
                at,
                format!("`{stream}` is no name of a stream of images"),
                "finds nothing",
                help,
            ));
        }
    }
}
