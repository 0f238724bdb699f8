//! Conditions of pipeline tasks and steps.

use super::cel;
use super::cx::{Cx, finding};
use super::refs::Ref;
use crate::diag::code::Code;
use crate::yaml_read::look::Look;
use crate::yaml_read::{Node, Yaml};

/// Checks a list of conditions; `is_tame` says of a variable that its value cannot hold a quote.
pub(super) fn check(list: &[Node], is_tame: &dyn Fn(&Ref<'_>) -> bool, cx: &mut Cx<'_>) {
    for one in list.iter().filter(|one| matches!(one.value, Yaml::Map(_))) {
        match one.get("cel").filter(|cel| cel.text() != Some("")) {
            Some(cel) => {
                if one.has("input") || one.has("operator") || one.has("values") {
                    cx.push(finding(
                        Code::P0645,
                        cel.span,
                        "`cel` and `input` stand together",
                        "they exclude each other",
                        "keep one form of the condition",
                    ));
                }
                cel::check(cel, is_tame, cx);
            }
            None => parts(one, cx),
        }
    }
}

fn parts(one: &Node, cx: &mut Cx<'_>) {
    let at = one.entries().first().map_or(one.span, |(key, _)| key.span);
    for name in ["operator", "values"] {
        if one.get(name).is_none_or(|part| part.text() == Some("")) {
            let help = "a condition is `input`, `operator: in` or `notin`, and a list of `values`";
            cx.push(finding(Code::P0644, at, format!("a condition has no `{name}`"), "in this condition", help));
        }
    }
    if let Some(values) =
        one.get("values").filter(|values| matches!(&values.value, Yaml::List(items) if items.is_empty()))
    {
        cx.push(finding(
            Code::P0644,
            values.span,
            "a condition compares with no value",
            "an empty list",
            "write the values: an empty list is refused",
        ));
    }
}
