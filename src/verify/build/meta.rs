//! Names, labels and annotations of an object.

use super::{dropped, words};
use crate::diag::code::Code;
use crate::source::Span;
use crate::verify::cx::{Cx, finding};
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// What all annotations of an object may have together.
const ANNOTATIONS: usize = 256 << 10;

/// What a label holds, into which the name of a build is copied.
const LABEL: usize = 63;

pub(super) fn check(kind: &str, root: &Node, cx: &mut Cx<'_>) {
    let Some(meta) = root.get("metadata") else { return no_name(root.key_span("metadata"), cx) };
    let prefix = meta.get("generateName").filter(|prefix| prefix.text() != Some(""));
    let name = meta.get("name").filter(|name| name.text() != Some(""));
    if name.is_none() && prefix.is_none() {
        no_name(root.key_span("metadata"), cx);
    }
    prefix.into_iter().for_each(|prefix| named(kind, prefix, true, cx));
    name.into_iter().for_each(|name| named(kind, name, false, cx));
    texts(meta, cx);
}

/// The namespace, the labels and the annotations of any object.
pub(in crate::verify) fn texts(meta: &Node, cx: &mut Cx<'_>) {
    if let Some(namespace) = meta.get("namespace") {
        let text = namespace.text().filter(|text| !text.is_empty() && !is_template(text) && !words::is_label(text));
        if let Some(text) = text {
            wrong(namespace.span, format!("`{text}` is no name of a namespace"), FORM, cx);
        }
    }
    labels(meta, cx);
    annotations(meta, cx);
}

/// What a template puts in is not known.
fn is_template(text: &str) -> bool {
    text.contains("{{")
}

const FORM: &str =
    "write small letters, digits and `-`, with a letter or digit first and last: the API refuses the document";

fn no_name(at: Span, cx: &mut Cx<'_>) {
    let help = "add `metadata:` with `name:` in it: the API refuses the document";
    cx.push(finding(Code::P0644, at, "the document has no name", "neither `name` nor `generateName`", help));
}

/// A name, or what it begins with: that may end with a `-`.
fn named(kind: &str, node: &Node, is_prefix: bool, cx: &mut Cx<'_>) {
    let Some(text) = node.text() else { return };
    let whole = match text.strip_suffix('-').filter(|_| is_prefix && kind != "ImageStream") {
        Some(before) if !before.is_empty() => {
            let kept = before.char_indices().next_back().map_or("", |(at, _)| &before[..at]);
            format!("{kept}a")
        }
        Some(_) => text.to_owned(),
        None => text.to_owned(),
    };
    let right = match kind {
        "ImageStream" => words::is_stream(&whole),
        "Role" | "RoleBinding" => words::is_segment(&whole),
        _ => words::is_subdomain(&whole),
    };
    if !right {
        return wrong(node.span, format!("`{text}` is no name of a `{kind}`"), FORM, cx);
    }
    if kind == "BuildConfig" && whole.len() > LABEL {
        let message = format!("the name has {} letters, and labels of its builds hold {LABEL}", whole.len());
        let help = "shorten it: two of them that begin alike cannot be told apart by their labels";
        dropped::part(node.span, message, help, cx);
    }
}

fn labels(meta: &Node, cx: &mut Cx<'_>) {
    for (key, value) in meta.get("labels").map(Look::entries).unwrap_or_default() {
        if !is_template(&key.text) && !words::is_qualified(&key.text) {
            wrong(key.span, format!("`{}` is no name of a label", key.text), KEY, cx);
        }
        if let Some(text) = value.text().filter(|text| !is_template(text) && !words::is_label_value(text)) {
            let help = "write at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit first and last; longer texts are annotations";
            wrong(value.span, format!("`{text}` is no value of a label"), help, cx);
        }
    }
}

const KEY: &str = "write letters, digits, `-`, `_` and `.`, at most 63 and with a letter or digit first and last, behind `DOMAIN/` or alone";

fn annotations(meta: &Node, cx: &mut Cx<'_>) {
    let Some(all) = meta.get("annotations") else { return };
    let mut size = 0;
    for (key, value) in all.entries() {
        size += key.text.len() + value.text().map_or(0, str::len);
        if !is_template(&key.text) && !words::is_qualified(&key.text.to_ascii_lowercase()) {
            wrong(key.span, format!("`{}` is no name of an annotation", key.text), KEY, cx);
        }
    }
    if size > ANNOTATIONS {
        let help = "keep long texts in a ConfigMap: the API refuses the document";
        wrong(all.span, format!("annotations have {size} bytes, and {ANNOTATIONS} are the most"), help, cx);
    }
}

fn wrong(at: Span, message: String, help: &str, cx: &mut Cx<'_>) {
    cx.push(finding(Code::P0646, at, message, "not in this form", help));
}
