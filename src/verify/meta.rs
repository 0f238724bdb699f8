//! Name, namespace, labels and annotations of a manifest.

use super::cx::{Cx, finding};
use super::{build, scalars};
use crate::diag::code::Code;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// Checks the metadata of a document.
pub(super) fn check(root: &Node, cx: &mut Cx<'_>) {
    let Some(meta) = root.get("metadata") else {
        if root.entries().iter().any(|(key, _)| key.text == "metadata") {
            no_name(root, cx);
        }
        return;
    };
    build::meta::texts(meta, cx);
    let there = |key: &str| meta.get(key).filter(|name| name.text() != Some(""));
    match there("name").or_else(|| there("generateName")) {
        Some(node) => name(node, there("name").is_none(), cx),
        None => no_name(root, cx),
    }
}

fn no_name(root: &Node, cx: &mut Cx<'_>) {
    let help = "add `name:`; a run may have `generateName:`";
    let at = root.key_span("metadata");
    cx.push(finding(Code::P0644, at, "the document has no name", "neither `name` nor `generateName`", help));
}

fn name(node: &Node, generated: bool, cx: &mut Cx<'_>) {
    let text = node.text().unwrap_or_default();
    if text.contains("{{") || text.is_empty() {
        return;
    }
    let whole = if generated { format!("{text}x") } else { text.to_owned() };
    if !scalars::is_subdomain(&whole) {
        let help = "small letters, digits, `-` and `.`, with a letter or digit first and last";
        cx.push(finding(Code::P0646, node.span, format!("`{text}` is no name of an object"), "not in this form", help));
    }
    // What is generated is cut to what fits.
    if text.len() > 63 && !generated {
        let message = format!("the name of an object has {} letters", text.len());
        cx.push(finding(Code::P0646, node.span, message, "too long", "63 is the most"));
    }
}
