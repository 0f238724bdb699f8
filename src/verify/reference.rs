//! References to tasks, pipelines and step actions: by a name, or by a resolver and what it asks for.

use super::bounds::Level;
use super::build::words;
use super::cx::{Cx, finding};
use super::since::is_address;
use super::{resolver, step};
use crate::diag::code::Code;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// A reference to a `kind` of document says what it means.
pub(super) fn check(reference: &Node, kind: &'static str, cx: &mut Cx<'_>) {
    let there = |key: &str| reference.get(key).filter(|one| one.text() != Some(""));
    let (name, resolved) = (there("name"), there("resolver").is_some());
    let custom = there("apiVersion").is_some();
    match name {
        None if !resolved && !custom => {
            let help = "write `name:`, or `resolver:` with `params:`";
            cx.push(finding(Code::P0644, reference.span, "a reference names nothing", "no name", help));
        }
        // An address is of a level of its own, and stands beside the resolver that reads it.
        Some(name) if resolved && name.text().is_some_and(is_address) => {}
        Some(_) if resolved => step::both(reference.key_span("name"), "name", "resolver", cx),
        Some(name) if !custom => form(name, cx),
        Some(_) | None => {}
    }
    if let (false, Some(params)) = (resolved, reference.get("params")) {
        let help = "add `resolver:`; params of the task itself belong beside the reference";
        let message = "a reference has `params` without `resolver`";
        cx.push(finding(Code::P0645, params.span, message, "of no use here", help));
    }
    resolver::check(reference, kind, cx);
}

/// The name of an object of the cluster; an address is one of another level, and asks for a resolver.
fn form(name: &Node, cx: &mut Cx<'_>) {
    let text = name.text().unwrap_or_default();
    if text.contains("{{") || words::is_qualified(text) {
        return;
    }
    if is_address(text) && cx.bounds.level < Level::Alpha {
        return;
    }
    if is_address(text) {
        let help = "write `resolver:` and its `params:` in its place: by itself, an address is no name";
        let message = format!("`{text}` is an address without a resolver");
        return cx.push(finding(Code::P0646, name.span, message, "no name", help));
    }
    let message = match text.len() > 63 {
        true => format!("the name of a reference has {} letters, and 63 are the most", text.len()),
        false => format!("`{text}` is no name of what is referred to"),
    };
    let help = "write the name that the document has: the reference is refused";
    cx.push(finding(Code::P0646, name.span, message, "not in this form", help));
}
