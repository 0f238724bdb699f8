//! Params that take some words only: what is given to one must be among them.

use super::cx::{Cx, finding, listed};
use super::params::Param;
use super::refs::refs;
use crate::diag::code::Code;
use crate::diag::did_you_mean;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// Checks what is given to a param; `around` are the params of who gives it.
pub(super) fn given(param: &Param<'_>, value: &Node, around: &[Param<'_>], cx: &mut Cx<'_>) {
    let Some(text) = value.text().filter(|_| !param.choices.is_empty()) else { return };
    let found = refs(text);
    match found.as_slice() {
        [] if !text.contains("$(") && !text.contains("{{") => word(param, text, value, cx),
        [only] if only.whole == text && only.head() == "params" => {
            let other = around.iter().find(|one| Some(one.name) == only.name(1));
            other.into_iter().for_each(|other| subset(param, other, value, cx));
        }
        _ => {}
    }
}

fn word(param: &Param<'_>, text: &str, value: &Node, cx: &mut Cx<'_>) {
    // An empty text is passed over by the cluster.
    if text.is_empty() || param.choices.contains(&text) {
        return;
    }
    let near = did_you_mean(text, param.choices.iter().copied());
    let help = format!("it is one of {}: the run fails before it starts", listed(&param.choices));
    let message = format!("`{text}` is none of the choices of `{}`", param.name);
    let found = finding(Code::P0651, value.span, message, "not in `enum`", help).label(param.span, "declared here");
    cx.push(match near {
        Some(near) => found.fix(format!("write `{near}`"), value.span, near),
        None => found,
    });
}

/// What one may be, the other may be too.
fn subset(param: &Param<'_>, other: &Param<'_>, value: &Node, cx: &mut Cx<'_>) {
    let more: Vec<&str> = other.choices.iter().filter(|one| !param.choices.contains(one)).copied().collect();
    if !other.choices.is_empty() && more.is_empty() {
        return;
    }
    let what = if other.choices.is_empty() { "any text".to_owned() } else { listed(&more) };
    let message = format!("`{}` may be {what}, which `{}` does not take", other.name, param.name);
    let help = format!("give `{}` an `enum` of {}: the run fails before it starts", other.name, listed(&param.choices));
    let found = finding(Code::P0651, value.span, message, "not among the choices", help);
    cx.push(found.label(param.span, "declared here, with its choices"));
}
