//! What a command starts is ended on every path: `ended_by "words"` of the library.

use rustc_hash::FxHashSet;

use crate::check::program::{Expr, Kind, Op};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::Span;

use super::graph::{BlockKind, NodeId};
use super::order::Order;
use super::runs::{Ender, Part, Run};

pub(super) fn check(order: &Order<'_, '_>, out: &mut Diagnostics) {
    if order.program.commands.iter().all(|command| command.facts.ended_by.is_none()) {
        return;
    }
    let mut said: FxHashSet<Span> = FxHashSet::default();
    for node in 0..order.graph.nodes.len() {
        let Some(made) = order.made(node) else { continue };
        for run in made.runs.iter().filter(|run| run.part == Part::Body) {
            let Some((words, declared)) = run.ended_by() else { continue };
            if in_task(&made.enders, run, words) || in_finally(order, node, words) {
                continue;
            }
            let place = order.place(node, run.written);
            if said.insert(place) {
                out.push(report(order, node, run, &Ending { words, declared, place }));
            }
        }
    }
}

/// Whether the task itself ends it, also when it fails.
fn in_task(enders: &[Ender<'_>], run: &Run<'_>, words: &[Box<str>]) -> bool {
    enders.iter().filter(|ender| ender.words == words).any(|ender| match ender.part {
        Part::Cleanup => true,
        Part::Trap => ender.script == run.script,
        Part::Body => false,
    })
}

fn in_finally(order: &Order<'_, '_>, node: NodeId, words: &[Box<str>]) -> bool {
    !order.graph.nodes[node].in_finally && enders(order, words).any(|(other, _)| always(order, other, node).is_ok())
}

/// The calls that run it, and where it is written.
fn enders<'r>(order: &'r Order<'_, '_>, words: &'r [Box<str>]) -> impl Iterator<Item = (NodeId, Span)> {
    (0..order.graph.nodes.len()).filter_map(move |node| {
        let ender = order.made(node)?.enders.iter().find(|ender| ender.words == words)?;
        Some((node, ender.written))
    })
}

/// Whether what ends it runs whenever it was started; else why not.
fn always(order: &Order<'_, '_>, ender: NodeId, starter: NodeId) -> Result<(), Option<Span>> {
    if !order.graph.nodes[ender].in_finally {
        return Err(None);
    }
    match order.not_sure(ender, starter) {
        None => Ok(()),
        Some(BlockKind::Plain) => Ok(()),
        Some(BlockKind::When(when, truth)) if truth && order.asks_only_for(&when.cond, starter) => Ok(()),
        Some(BlockKind::When(when, _)) => Err(Some(when.cond.span)),
        Some(BlockKind::For(each)) => {
            let list = each.vars.first().map(|(_, list)| list);
            let same = each.filter.is_none() && list.is_some_and(|list| in_same_list(order, starter, list));
            if same { Ok(()) } else { Err(Some(list.map_or(each.span, |list| list.span))) }
        }
    }
}

/// Whether the call is in a `for` of the same list.
fn in_same_list(order: &Order<'_, '_>, node: NodeId, list: &Expr) -> bool {
    let graph = &order.graph;
    graph.chain(graph.nodes[node].block).any(|block| match graph.blocks[block].kind {
        BlockKind::For(each) => each.vars.len() == 1 && each.vars.iter().any(|(_, other)| is_same(other, list)),
        BlockKind::Plain | BlockKind::When(..) => false,
    })
}

fn is_same(one: &Expr, other: &Expr) -> bool {
    match (&one.kind, &other.kind) {
        (Kind::Local(one), Kind::Local(other)) => one == other,
        (Kind::Const(one), Kind::Const(other)) => one == other,
        _ => false,
    }
}

/// The value of `x` in `x != none`.
pub(super) fn asked_for(cond: &Expr) -> Option<&Expr> {
    let Kind::Binary(Op::Unequal, left, right) = &cond.kind else { return None };
    match (&left.kind, &right.kind) {
        (_, Kind::None) => Some(left),
        (Kind::None, _) => Some(right),
        _ => None,
    }
}

/// What has to run afterwards, where that is said, and where the report stands.
struct Ending<'p> {
    words: &'p [Box<str>],
    declared: Span,
    place: Span,
}

fn report(order: &Order<'_, '_>, node: NodeId, run: &Run<'_>, ending: &Ending<'_>) -> Diagnostic {
    let call = order.graph.call(node).expect("a gate runs nothing");
    let (me, words, ender) = (&call.name, run.name(), ending.words.join(" "));
    let mut report = Diagnostic::new(
        Code::P0424,
        ending.place,
        format!("`{me}` runs `{words}`, and nothing is sure to run `{ender}` after it"),
    )
    .here(format!("has to be ended by `{ender}`"))
    .label(ending.declared, "it is said here what ends it");
    for (other, written) in enders(order, ending.words).take(3) {
        let why = match always(order, other, node) {
            Ok(()) => continue,
            Err(_) if other == node => "this runs only where everything before it has succeeded".to_owned(),
            Err(None) => "this runs only where everything that it waits for has succeeded".to_owned(),
            Err(Some(cond)) => {
                report = report.label(cond, "this may be otherwise when it was started");
                "this does not run in every run in which it was started".to_owned()
            }
        };
        report = report.label(order.place(other, written), why);
    }
    report.help(format!(
        "put `{ender}` into `cleanup` of the task, or into a task of `finally`: only these run when something fails, \
         and what is not ended goes on, and costs, behind the run"
    ))
}
