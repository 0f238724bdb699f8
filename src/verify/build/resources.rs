//! What a build asks for: nothing of it is checked before its pod is made.

use super::words;
use crate::diag::code::Code;
use crate::source::Span;
use crate::verify::cx::{Cx, finding};
use crate::verify::scalars;
use crate::yaml_read::look::Look;
use crate::yaml_read::{Node, Yaml};

/// Resources that every node has.
const OWN: [&str; 4] = ["cpu", "memory", "ephemeral-storage", "storage"];

pub(super) fn check(spec: &Node, cx: &mut Cx<'_>) {
    let Some(resources) = spec.get("resources") else { return };
    for part in ["requests", "limits"] {
        for (key, node) in resources.get(part).map(Look::entries).unwrap_or_default() {
            named(&key.text, key.span, cx);
            amount(&key.text, node, cx);
        }
    }
    let limits = resources.get("limits");
    for (key, request) in resources.get("requests").map(Look::entries).unwrap_or_default() {
        let limit = limits.and_then(|limits| limits.get(&key.text));
        against(&key.text, request, limit, cx);
    }
}

fn fails(at: Span, message: String, help: &str, cx: &mut Cx<'_>) {
    cx.push(finding(Code::P0686, at, message, "taken, and no pod is made", help));
}

fn is_extended(name: &str) -> bool {
    !OWN.contains(&name) && !name.starts_with("hugepages-")
}

fn named(name: &str, at: Span, cx: &mut Cx<'_>) {
    let is_own = OWN.contains(&name) || name.starts_with("hugepages-");
    let is_device = words::is_qualified(name) && name.contains('/');
    if !is_own && !is_device {
        let near = crate::diag::did_you_mean(name, OWN);
        let hint = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        let help = format!("{hint}write `cpu`, `memory`, `ephemeral-storage`, or a device as `DOMAIN/NAME`");
        let found =
            finding(Code::P0686, at, format!("there is no resource `{name}`"), "taken, and no pod is made", help);
        cx.push(match near {
            Some(near) => found.fix(format!("write `{near}`"), at, near),
            None => found,
        });
    }
}

fn amount(name: &str, node: &Node, cx: &mut Cx<'_>) {
    let Some(thousandths) = quantity(node) else { return };
    if thousandths < 0 {
        return fails(
            node.span,
            format!("less than nothing is asked for of `{name}`"),
            "write an amount of 0 or more",
            cx,
        );
    }
    let is_device = is_extended(name) && name.contains('/');
    if is_device && thousandths % 1000 != 0 {
        fails(
            node.span,
            format!("a part of `{name}` is asked for"),
            "write a whole number: a device is given whole",
            cx,
        );
    }
}

fn against(name: &str, request: &Node, limit: Option<&Node>, cx: &mut Cx<'_>) {
    let asked = quantity(request);
    let most = limit.and_then(quantity);
    let is_device = is_extended(name) && name.contains('/');
    match (asked, most, limit) {
        (Some(asked), Some(most), Some(limit)) if asked > most || is_device && asked != most => {
            let (message, help) = if is_device {
                (
                    format!("`{name}` is asked for in another amount than its limit"),
                    "write the same amount in both: a device is not shared",
                )
            } else {
                (format!("more of `{name}` is asked for than its limit"), "raise the limit, or ask for less")
            };
            let found = finding(Code::P0686, request.span, message, "what is asked for", help);
            cx.push(found.label(limit.span, "the limit"));
        }
        (Some(_), _, None) if is_device => {
            let help = format!("add `{name}` under `limits:` too: what only is asked for of a device is refused");
            fails(request.span, format!("`{name}` has no limit"), &help, cx);
        }
        (_, _, _) => {}
    }
}

fn quantity(node: &Node) -> Option<i128> {
    match &node.value {
        Yaml::Int(value) => Some(i128::from(*value) * 1000),
        Yaml::Float(text) | Yaml::Text { text, .. } => scalars::quantity(text),
        Yaml::Null | Yaml::Bool(_) | Yaml::List(_) | Yaml::Map(_) => None,
    }
}
