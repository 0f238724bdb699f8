//! Tasks that run several times: what differs from turn to turn, and how many turns there are.

use super::cx::{Cx, finding};
use crate::diag::code::Code;
use crate::yaml_read::Node;
use crate::yaml_read::look::{Look, find, named};

/// As many as a cluster takes, unless it is set otherwise.
const TURNS: usize = 256;

/// Checks the matrix of a pipeline task.
pub(super) fn check(call: &Node, cx: &mut Cx<'_>) {
    let Some(matrix) = call.get("matrix") else { return };
    names(call, matrix, cx);
    includes(matrix, cx);
    let turns = listed(matrix, cx).map(|turns| turns.saturating_add(added(matrix)));
    if let Some(turns) = turns.filter(|turns| *turns > TURNS) {
        let message = format!("a matrix has {turns} turns, and {TURNS} are the most");
        let help = "split it, or let each turn do more: the pipeline is refused";
        cx.push(finding(Code::P0654, matrix.span, message, "too many", help));
    }
}

fn names(call: &Node, matrix: &Node, cx: &mut Cx<'_>) {
    let plain = named(call.list("params"), "name");
    let own = named(matrix.list("params"), "name");
    cx.distinct("in the matrix the param", &own, "keep one: the pipeline is refused");
    let mut all = own;
    for include in matrix.list("include") {
        let names = named(include.list("params"), "name");
        cx.distinct("in `include` the param", &names, "keep one: the pipeline is refused");
        all.extend(names);
    }
    for (name, span) in all {
        if let Some((_, first)) = plain.iter().find(|(other, _)| *other == name) {
            let help = "give it in `params` or in the matrix: the pipeline is refused";
            cx.duplicate("the param", name, *first, span, help);
        }
    }
}

fn includes(matrix: &Node, cx: &mut Cx<'_>) {
    for include in matrix.list("include").iter().flat_map(|one| one.list("params")) {
        let list = include.get("value").filter(|value| value.text().is_none());
        if let Some(value) = list.filter(|value| !value.items().is_empty() || !value.entries().is_empty()) {
            let help = "write one text: a list belongs under `matrix.params`";
            cx.push(finding(Code::P0643, value.span, "a param of `include` is no text", "no text", help));
        }
    }
}

/// How many turns the lists make; `None` where that is known only when running.
fn listed(matrix: &Node, cx: &mut Cx<'_>) -> Option<usize> {
    let params = matrix.list("params");
    let mut turns = usize::from(!params.is_empty());
    let mut is_open = false;
    for value in params.iter().filter_map(|one| one.get("value")) {
        if let Some(text) = value.text() {
            if !text.ends_with("[*])") {
                let help = "write a list, or `$(params.x[*])` for a whole array";
                cx.push(finding(Code::P0643, value.span, "a matrix is given a text", "no list", help));
            }
            is_open = true;
        }
        // What stands for a whole array may be any number.
        is_open |= value.items().iter().any(|item| item.text().is_some_and(|text| text.ends_with("[*])")));
        turns = turns.saturating_mul(value.items().len().max(1));
    }
    (!is_open).then_some(turns)
}

/// The turns that `include` adds: all where there is no list, else one for each value that its list does not have, up to
/// the first that it has.
fn added(matrix: &Node) -> usize {
    let (params, include) = (matrix.list("params"), matrix.list("include"));
    if params.is_empty() {
        return include.len();
    }
    let has = |given: &Node| {
        let list = find(params, given.text_of("name")?)?.list("value");
        Some(list.iter().any(|item| item.text() == given.text_of("value")))
    };
    let fresh = |one: &Node| one.list("params").iter().filter_map(has).take_while(|has| !has).count();
    include.iter().map(fresh).sum()
}
