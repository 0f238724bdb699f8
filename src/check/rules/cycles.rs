//! Tasks that wait for each other in a circle, and tasks that wait for `finally`.

use std::collections::VecDeque;

use crate::check::program::{Call, PipelineDef, Program, Stmt};
use crate::diag::Diagnostic;
use crate::diag::Diagnostics;
use crate::diag::code::Code;
use crate::source::Span;

use super::graph::{Edge, Graph, NodeId, What, Why};
use super::walk;

/// Only `after` can look ahead, so a pipeline without such an `after` has no circle.
pub(super) fn run(program: &Program, out: &mut Diagnostics) {
    for pipeline in program.pipelines.iter().filter(|pipeline| looks_ahead(pipeline)) {
        let graph = Graph::new(pipeline);
        for (node, other, span) in &graph.misplaced {
            out.push(waits_for_finally(&graph, *node, *other, *span));
        }
        for circle in circles(&graph) {
            out.push(report(&graph, &circle));
        }
    }
}

fn looks_ahead(pipeline: &PipelineDef) -> bool {
    let last = |stmt: &Stmt| if let Stmt::Finally { span, .. } = stmt { Some(*span) } else { None };
    let last: Vec<Span> = pipeline.body.iter().filter_map(last).collect();
    let mut bound = vec![false; pipeline.locals.len()];
    let mut ahead = false;
    walk::calls(&pipeline.body, &mut |call, _| {
        let waits_for = call.after.iter().flat_map(|one| &one.calls);
        ahead |= waits_for.filter_map(|local| bound.get(local.index())).any(|bound| !bound);
        // What `finally` binds is never bound before, for the body.
        if let Some(bound) = call.local.and_then(|local| bound.get_mut(local.index())) {
            *bound = !last.iter().any(|span| span.start <= call.span.start && call.span.end <= span.end);
        }
    });
    ahead
}

/// Circles without a common node, each as its edges: the second starts where the first ends.
fn circles(graph: &Graph<'_>) -> Vec<Vec<Edge>> {
    let mut left = vec![true; graph.nodes.len()];
    let mut found = Vec::new();
    trim(graph, &mut left);
    for start in 0..graph.nodes.len() {
        if !left[start] {
            continue;
        }
        if let Some(circle) = circle_through(graph, start, &left) {
            circle.iter().for_each(|edge| left[edge.from] = false);
            found.push(circle);
            trim(graph, &mut left);
        } else {
            left[start] = false;
        }
    }
    found
}

/// Takes away what waits for nothing that is left, again and again: it is in no circle.
fn trim(graph: &Graph<'_>, left: &mut [bool]) {
    let mut waits = vec![0_usize; left.len()];
    let mut behind = vec![Vec::new(); left.len()];
    for edge in (0..left.len()).filter(|node| left[*node]).flat_map(|node| graph.before(node)) {
        if left[edge.from] {
            waits[edge.to] += 1;
            behind[edge.from].push(edge.to);
        }
    }
    let mut free: Vec<NodeId> = (0..left.len()).filter(|node| left[*node] && waits[*node] == 0).collect();
    while let Some(node) = free.pop() {
        left[node] = false;
        for next in &behind[node] {
            waits[*next] -= 1;
            if waits[*next] == 0 {
                free.push(*next);
            }
        }
    }
}

/// The shortest way from a node back to itself, in the order in which the tasks would run.
fn circle_through(graph: &Graph<'_>, start: NodeId, left: &[bool]) -> Option<Vec<Edge>> {
    // By node: the edge over which it was reached, backward.
    let mut by: Vec<Option<Edge>> = vec![None; left.len()];
    let mut next = VecDeque::from([start]);
    while let Some(at) = next.pop_front() {
        for edge in graph.before(at).iter().filter(|edge| left[edge.from]) {
            if by[edge.from].is_some() {
                continue;
            }
            by[edge.from] = Some(*edge);
            if edge.from == start {
                return Some(follow(&by, start));
            }
            next.push_back(edge.from);
        }
    }
    None
}

fn follow(by: &[Option<Edge>], start: NodeId) -> Vec<Edge> {
    let mut circle = Vec::new();
    let mut at = start;
    while let Some(edge) = by[at] {
        circle.push(edge);
        at = edge.to;
        if at == start {
            break;
        }
    }
    circle
}

/// One step of a circle as people see it: a task waits for another. Gates are passed over.
struct Step<'p> {
    waits: &'p str,
    waits_for: &'p str,
    span: Span,
    why: String,
    /// An `after`, which can be taken out.
    is_after: bool,
    /// What to take out of the source for that.
    cut: Option<Span>,
}

/// How many tasks of a circle the message names; the labels name all.
const SHOWN: usize = 6;

fn report(graph: &Graph<'_>, circle: &[Edge]) -> Diagnostic {
    let mut steps = steps(graph, circle);
    // Data and stages only look back, so every circle has an `after` that looks ahead.
    if let Some(first) = steps.iter().position(|step| step.is_after) {
        steps.rotate_left(first);
    }
    let Some((first, rest)) = steps.split_first() else {
        unreachable!("a circle has an edge");
    };
    // The last step leads back to the first task.
    let between = &steps[..steps.len() - 1];
    let mut way: Vec<_> = between.iter().take(SHOWN).map(|step| format!("`{}`", step.waits_for)).collect();
    if between.len() > SHOWN {
        way.push(format!("{} more", between.len() - SHOWN));
    }
    let message = if rest.is_empty() {
        format!("`{}` waits for itself", first.waits)
    } else {
        format!("`{}` waits for itself, by way of {}", first.waits, way.join(", then "))
    };
    let mut report = Diagnostic::new(Code::P0402, first.span, message).here(first.why.clone());
    for step in rest {
        report = report.label(step.span, step.why.clone());
    }
    // Of several any may be the one that was not meant.
    let only = steps.iter().filter(|step| step.is_after).count() == 1;
    if let Some(cut) = first.cut.filter(|_| only) {
        report = report.fix(format!("take `{}` out of the `after`", first.waits_for), cut, "");
    }
    report.help(format!(
        "none of them can ever start; take `{}` out of the `after` of `{}`, or break the circle at another of these places",
        first.waits_for, first.waits
    ))
}

/// The steps of a circle, each waiting for the next.
fn steps<'p>(graph: &Graph<'p>, circle: &[Edge]) -> Vec<Step<'p>> {
    // Backward, so that each step begins where the one before it ends.
    let edges: Vec<_> = circle.iter().rev().collect();
    let from_task = edges.iter().position(|edge| graph.call(edge.to).is_some()).unwrap_or_default();
    let mut steps = Vec::new();
    let mut over_gates: Option<(NodeId, Vec<NodeId>)> = None;
    for at in 0..edges.len() {
        let edge = edges[(from_task + at) % edges.len()];
        let (to, mut gates) = over_gates.take().unwrap_or((edge.to, Vec::new()));
        if let What::Stage { .. } | What::Finally = graph.nodes[edge.from].what {
            gates.push(edge.from);
            over_gates = Some((to, gates));
        } else if let (Some(waits), Some(waits_for)) = (graph.call(to), graph.call(edge.from)) {
            let (span, why) = why(graph, edge, &gates, waits.span, &waits.name, &waits_for.name);
            let is_after = matches!(edge.why, Why::After(_));
            let cut = cut(waits, span);
            steps.push(Step { waits: &waits.name, waits_for: &waits_for.name, span, why, is_after, cut });
        }
    }
    steps
}

fn why(graph: &Graph<'_>, edge: &Edge, gates: &[NodeId], head: Span, waits: &str, other: &str) -> (Span, String) {
    let gate = |at: Option<&NodeId>| at.map(|gate| &graph.nodes[*gate].what);
    if let (Some(What::Stage { next, .. }), Some(What::Stage { over, .. })) = (gate(gates.first()), gate(gates.last()))
    {
        return (head, format!("`{waits}` is in stage `{next}`, which comes after stage `{over}`, with `{other}`"));
    }
    match edge.why {
        Why::Reads(span) => (span, format!("`{waits}` reads what `{other}` makes")),
        Why::Decides(span) => (span, format!("`{other}` decides whether `{waits}` runs")),
        Why::After(span) => (span, format!("`{waits}` waits for `{other}`")),
        Why::Gate => (head, format!("`{waits}` is in `finally`, which waits for `{other}`")),
    }
}

fn waits_for_finally(graph: &Graph<'_>, node: NodeId, other: NodeId, span: Span) -> Diagnostic {
    let name = |node| graph.call(node).map_or("", |call| &*call.name);
    let (waits, other_name) = (name(node), name(other));
    let report =
        Diagnostic::new(Code::P0404, span, format!("`{waits}` waits for `{other_name}`, which is in `finally`"))
            .here("`finally` begins when everything else is over")
            .help(format!("leave out `after {other_name}`, or put `{waits}` into `finally` too"));
    let report = match graph.call(node).and_then(|call| cut(call, span)) {
        Some(cut) => report.fix(format!("leave out `after {other_name}`"), cut, ""),
        None => report,
    };
    match graph.call(other) {
        Some(call) => report.label(call.span, format!("`{other_name}` is in `finally`")),
        None => report,
    }
}

/// The source without which a call does not wait for the name at `span`.
fn cut(call: &Call, span: Span) -> Option<Span> {
    call.after.iter().find(|after| after.span == span).and_then(|after| after.cut)
}
