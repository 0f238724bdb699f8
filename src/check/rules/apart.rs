//! Commands that disturb each other are not run at the same time in one workspace: `locks "name"` of the library.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::check::program::{Expr, For, Kind, LocalId, Program};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics, Edit};
use crate::source::Span;

use super::graph::{BlockKind, NodeId};
use super::homes::{Homes, written};
use super::order::Order;
use super::reach::{AT_ONCE, Sorted, each};
use super::runs::Run;

pub(super) fn check(order: &Order<'_, '_>, out: &mut Diagnostics) {
    let mut by_lock: BTreeMap<&str, Vec<User<'_, '_>>> = BTreeMap::new();
    let mut homes = None;
    for node in 0..order.graph.nodes.len() {
        let Some(made) = order.made(node) else { continue };
        let mut seen = Vec::new();
        for run in &made.runs {
            let Some((name, _)) = run.lock().filter(|(name, _)| !seen.contains(name)) else { continue };
            seen.push(name);
            let homes = homes.get_or_insert_with(|| Homes::new(order.pipeline));
            if let Some(home) = order.home(homes, node) {
                by_lock.entry(name).or_default().push(User { node, run, home, lock: Lock::of(order, node) });
            }
        }
    }
    if by_lock.is_empty() {
        return;
    }
    let Some(sorted) = Sorted::new(&order.graph) else { return };
    let mut apart = Apart { order, said: FxHashSet::default() };
    for (name, users) in by_lock {
        users.iter().for_each(|one| apart.turns(name, one, out));
        if users.iter().all(|one| one.lock == users[0].lock && one.lock != Lock::None) {
            continue;
        }
        for some in users.chunks(AT_ONCE) {
            apart.pairs(name, some, &users, &sorted, out);
        }
    }
}

/// A call that runs a command with the lock.
#[derive(Clone, Copy, Debug)]
struct User<'r, 'p> {
    node: NodeId,
    run: &'r Run<'p>,
    home: LocalId,
    lock: Lock<'p>,
}

/// The `lock` of a task.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Lock<'p> {
    None,
    Known(&'p str),
    /// Its text depends on values.
    Open,
}

impl<'p> Lock<'p> {
    fn of(order: &Order<'_, 'p>, node: NodeId) -> Self {
        let lock = order.layers(node).find_map(|fields| fields.lock.as_deref());
        lock.map_or(Self::None, |lock| text(order.program, lock).map_or(Self::Open, Self::Known))
    }

    /// Whether tasks with these may run at the same time for all that is known.
    fn keeps_apart(self, other: Self) -> bool {
        match (self, other) {
            (Self::None, _) | (_, Self::None) => false,
            (Self::Known(one), Self::Known(other)) => one == other,
            (Self::Open, _) | (_, Self::Open) => true,
        }
    }
}

fn text<'p>(program: &'p Program, lock: &'p Expr) -> Option<&'p str> {
    let Kind::Const(id) = lock.kind else { return written(lock) };
    text(program, &program.consts[id.index()].value)
}

struct Apart<'r, 'o, 'p> {
    order: &'r Order<'o, 'p>,
    /// One report for each place.
    said: FxHashSet<Span>,
}

impl<'p> Apart<'_, '_, 'p> {
    fn pairs(
        &mut self,
        name: &str,
        some: &[User<'_, 'p>],
        all: &[User<'_, 'p>],
        sorted: &Sorted<'_, 'p>,
        out: &mut Diagnostics,
    ) {
        let nodes: Vec<NodeId> = some.iter().map(|user| user.node).collect();
        let sides = sorted.sides(&nodes);
        for one in all {
            let at_once = !(sides.before[one.node] | sides.behind[one.node] | sides.own[one.node]);
            let others = each(at_once).map_while(|at| some.get(at)).filter(|other| other.node < one.node);
            let rival = others.into_iter().find(|other| {
                other.home == one.home
                    && !one.lock.keeps_apart(other.lock)
                    && self.order.together(one.node, other.node)
                    && self.order.graph.nodes[one.node].in_finally == self.order.graph.nodes[other.node].in_finally
            });
            if let Some(rival) = rival {
                let place = self.order.place(one.node, one.run.written);
                if self.said.insert(place) {
                    out.push(self.two(name, rival, one, place));
                }
            }
        }
    }

    fn two(&self, name: &str, first: &User<'_, 'p>, second: &User<'_, 'p>, place: Span) -> Diagnostic {
        let graph = &self.order.graph;
        let calls = [first, second].map(|user| graph.call(user.node).expect("a gate runs nothing"));
        let [a, b] = calls.map(|call| &call.name);
        let [words_a, words_b] = [first, second].map(|user| user.run.name());
        let report = Diagnostic::new(
            Code::P0423,
            place,
            format!("`{b}` and `{a}` may run at the same time, and both work on `{name}` in one workspace"),
        )
        .here(format!("`{b}` runs `{words_b}`"))
        .label(self.order.place(first.node, first.run.written), format!("`{a}` runs `{words_a}`"));
        let report = declared(report, name, [first.run, second.run]);
        let locks = [first, second].map(|user| user.lock);
        let say = match locks {
            [Lock::Known(text), _] | [_, Lock::Known(text)] => format!("`lock: \"{text}\"` in both"),
            [Lock::None | Lock::Open, Lock::None | Lock::Open] => format!("`lock: \"{name}\"` in both"),
        };
        let report = report.help(format!(
            "write {say}, or say with `after` which comes first, or give each a workspace: two at once disturb each other"
        ));
        let can_wait = calls[0].local.is_some() && self.order.not_sure(first.node, second.node).is_none();
        if !can_wait || calls[0].span.file != calls[1].span.file {
            return report;
        }
        let edit = match calls[1].after.last() {
            Some(last) => Edit { span: last.span.after(), text: format!(", {a}") },
            None => Edit { span: calls[1].end, text: format!(" after {a}") },
        };
        report.fix_all(format!("let `{b}` wait for `{a}`"), vec![edit])
    }

    /// A `for` of which the turns run at the same time.
    fn turns(&mut self, name: &str, one: &User<'_, 'p>, out: &mut Diagnostics) {
        let order = self.order;
        let Some(each) = several(order, one).filter(|_| one.lock == Lock::None) else { return };
        let call = order.graph.call(one.node).expect("a gate runs nothing");
        let place = order.place(one.node, one.run.written);
        if !self.said.insert(place) {
            return;
        }
        let list = each.vars.first().map_or(each.span, |(_, list)| list.span);
        let report = Diagnostic::new(
            Code::P0423,
            place,
            format!("every turn of the `for` works on `{name}` in one workspace, and they may run at the same time"),
        )
        .here(format!("`{}` runs `{}` once for each element", call.name, one.run.name()))
        .label(list, "the turns of this list wait for nothing between them");
        out.push(declared(report, name, [one.run, one.run]).help(format!(
            "write `lock: \"{name}\"` in the task, or give each turn a workspace of its own: two at once disturb each other"
        )));
    }
}

/// The `for` around a call that is sure to have several turns.
fn several<'p>(order: &Order<'_, 'p>, one: &User<'_, 'p>) -> Option<&'p For> {
    let graph = &order.graph;
    graph.chain(graph.nodes[one.node].block).find_map(|block| match graph.blocks[block].kind {
        BlockKind::For(each) => {
            let several = each.vars.iter().any(|(_, list)| is_several(order.program, list));
            (several && each.filter.is_none()).then_some(each)
        }
        BlockKind::Plain | BlockKind::When(..) => None,
    })
}

/// Where the library says it, each place once.
fn declared(mut report: Diagnostic, name: &str, runs: [&Run<'_>; 2]) -> Diagnostic {
    let mut places: Vec<Span> = runs.iter().filter_map(|run| run.lock()).map(|(_, span)| span).collect();
    places.dedup();
    for place in places {
        report = report.label(place, format!("who runs this locks `{name}`"));
    }
    report
}

fn is_several(program: &Program, list: &Expr) -> bool {
    if let Kind::Const(id) = &list.kind {
        return is_several(program, &program.consts[id.index()].value);
    }
    matches!(&list.kind, Kind::List(items) if items.len() > 1)
}
