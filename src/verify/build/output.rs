//! Where a build goes.

use rustc_hash::FxHashMap;

use super::image::Role;
use super::{image, source, spec, words};
use crate::diag::code::Code;
use crate::source::Span;
use crate::verify::cx::{Cx, finding};
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

pub(super) fn check(spec: &Node, cx: &mut Cx<'_>) {
    let Some(output) = spec.get("output") else { return };
    if let Some(to) = output.get("to") {
        image::check(to, Role::Output, cx);
    }
    source::secret_name(output, "pushSecret", cx);
    labels(output, cx);
}

fn labels(output: &Node, cx: &mut Cx<'_>) {
    let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
    for one in output.list("imageLabels") {
        match one.get("name").map(|name| (name.span, name.text())) {
            Some((_, None)) => {}
            None | Some((_, Some(""))) => {
                spec::value(one.span, "a label of an image has no name".to_owned(), "add `name:`", cx)
            }
            Some((at, Some(name))) if !words::is_qualified(name) => {
                let help = "write letters, digits, `-`, `_` and `.`, behind `DOMAIN/` or alone";
                spec::value(at, format!("`{name}` is no name of a label"), help, cx);
            }
            Some((at, Some(name))) => {
                if let Some(first) = seen.insert(name, at) {
                    let help = "keep one of them: the API refuses the document";
                    let found =
                        finding(Code::P0677, at, format!("the label `{name}` is there twice"), "again here", help);
                    cx.push(found.label(first, "first here"));
                }
            }
        }
    }
}

/// What a build makes, where it is said.
pub(super) fn to(spec: &Node) -> Option<&Node> {
    spec.get("output").and_then(|output| output.get("to"))
}
