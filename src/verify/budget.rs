//! Limits that are met only when a run starts: the scripts of a task together, the turns of a matrix.

use super::cx::{Cx, finding};
use crate::diag::code::Code;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// All scripts of a task travel in one argument, which is shorter than this.
const SCRIPTS: usize = 131_072;

/// What stands around each script in it.
const AROUND: usize = 200;

const TURNS: usize = 256;

/// The scripts of a task, as they are carried into its pod.
pub(super) fn scripts(spec: &Node, cx: &mut Cx<'_>) {
    let all = spec.list("steps").iter().chain(spec.list("sidecars")).filter_map(|one| one.get("script"));
    let sized: Vec<(&Node, usize)> =
        all.filter_map(|node| Some((node, node.text()?.len().div_ceil(3) * 4 + AROUND))).collect();
    let sum: usize = sized.iter().map(|(_, size)| size).sum();
    if let Some((longest, size)) = sized.iter().max_by_key(|(_, size)| *size).filter(|_| sum >= SCRIPTS) {
        let message = format!("the scripts of a task have {sum} bytes as they are carried, and {SCRIPTS} are too many");
        let help =
            format!("put a part into the image or a ConfigMap: this one has {size} of them; the pod does not start");
        cx.push(finding(Code::P0654, longest.span, message, "the longest", help));
    }
}

/// The turns of a matrix.
pub(super) fn matrix(call: &Node, cx: &mut Cx<'_>) {
    let Some(matrix) = call.get("matrix") else { return };
    let params = matrix.list("params");
    let given = crate::yaml_read::look::named(params, "name");
    let plain = crate::yaml_read::look::named(call.list("params"), "name");
    cx.distinct("in the matrix the param", &given, "keep one: the pipeline is refused");
    for (name, span) in &given {
        if let Some((_, first)) = plain.iter().find(|(other, _)| other == name) {
            cx.duplicate(
                "the param",
                name,
                *first,
                *span,
                "give it in `params` or in the matrix: the pipeline is refused",
            );
        }
    }
    let mut turns = 1_usize;
    for one in params {
        let Some(value) = one.get("value") else { continue };
        if let Some(text) = value.text() {
            if !text.ends_with("[*])") {
                cx.push(finding(
                    Code::P0643,
                    value.span,
                    "a matrix is given a text",
                    "no list",
                    "write a list, or `$(params.x[*])` for a whole array",
                ));
            }
            return;
        }
        // What stands for a whole array may be any number.
        if value.items().iter().any(|item| item.text().is_some_and(|text| text.ends_with("[*])"))) {
            return;
        }
        turns = turns.saturating_mul(value.items().len().max(1));
    }
    for include in matrix.list("include").iter().flat_map(|one| one.list("params")) {
        if let Some(value) = include.get("value").filter(|value| value.text().is_none() && !value.items().is_empty()) {
            cx.push(finding(
                Code::P0643,
                value.span,
                "a param of `include` is a list",
                "no text",
                "write one text: a list belongs under `matrix.params`",
            ));
        }
    }
    if turns > TURNS {
        let message = format!("a matrix has {turns} turns, and {TURNS} are the most");
        cx.push(finding(
            Code::P0654,
            matrix.span,
            message,
            "too many",
            "split it, or let each turn do more: the pipeline is refused",
        ));
    }
}
