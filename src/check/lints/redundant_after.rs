//! `after x` where the call waits for `x` anyway.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::check::program::{After, PipelineDef, Stmt};
use crate::check::rules::graph::{BlockKind, Edge, Graph, NodeId, What, Why};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::Span;
use crate::syntax::ast::{self, Item, Name};

use super::{LintInput, names, own, ways};

pub(super) fn run(input: &LintInput<'_>, out: &mut Diagnostics) {
    let clauses = clauses(input.root);
    if clauses.is_empty() {
        return;
    }
    let mut waits = Waits { known: FxHashMap::default(), left: ways::MOST_EDGES };
    for pipeline in &input.program.pipelines {
        if has_after(pipeline) {
            waits.pipeline(pipeline);
        }
    }
    for clause in &clauses {
        clause.report(&waits.known, out);
    }
}

fn has_after(pipeline: &PipelineDef) -> bool {
    let mut found = false;
    own::stmts(&pipeline.body, &mut |stmt| match stmt {
        Stmt::Call(call) => found |= !call.after.is_empty(),
        Stmt::Inline { .. } => found = true,
        Stmt::Bind { .. }
        | Stmt::When(_)
        | Stmt::For(_)
        | Stmt::Stage { .. }
        | Stmt::Finally { .. }
        | Stmt::Require { .. }
        | Stmt::Exclusive { .. }
        | Stmt::Workspace { .. }
        | Stmt::Defaults(_)
        | Stmt::Return(_)
        | Stmt::Target { .. } => {}
    });
    found
}

/// Why a name behind `after` says nothing new: a place, what it says, and a second one where it goes by way of another.
#[derive(Clone, Debug)]
struct Reason {
    labels: Vec<(Span, String)>,
}

struct Waits {
    /// By the place of the name: why every call that has it waits anyway, or that one does not.
    known: FxHashMap<Span, Option<Reason>>,
    left: usize,
}

impl Waits {
    fn pipeline(&mut self, pipeline: &PipelineDef) {
        let graph = Graph::new(pipeline);
        let mut of_local: FxHashMap<_, NodeId> = FxHashMap::default();
        for node in 0..graph.nodes.len() {
            of_local.extend(graph.call(node).and_then(|call| call.local).map(|local| (local, node)));
        }
        let depth = ways::depths(&graph);
        for node in 0..graph.nodes.len() {
            let Some(call) = graph.call(node) else { continue };
            for (at, after) in call.after.iter().enumerate() {
                if matches!(self.known.get(&after.span), Some(None)) {
                    continue;
                }
                let earlier = &call.after[..at];
                let mut search = Search { graph: &graph, depth: &depth, node, after, earlier, left: &mut self.left };
                let targets = after.calls.iter().filter_map(|local| of_local.get(local)).copied();
                let reason = search.all(targets);
                self.known.insert(after.span, reason);
            }
        }
    }
}

/// Looks for a way from one call to what a name behind its `after` stands for.
struct Search<'s, 'p> {
    graph: &'s Graph<'p>,
    depth: &'s [u32],
    node: NodeId,
    after: &'s After,
    /// The names before it: of two that say the same the second is too much.
    earlier: &'s [After],
    left: &'s mut usize,
}

impl Search<'_, '_> {
    /// Why the call waits for every one of them, in the words for the first.
    fn all(&mut self, targets: impl Iterator<Item = NodeId>) -> Option<Reason> {
        let mut first = None;
        for target in targets {
            let reason = self.one(target)?;
            first.get_or_insert(reason);
        }
        first
    }

    fn one(&mut self, target: NodeId) -> Option<Reason> {
        let mut seen: FxHashSet<NodeId> = FxHashSet::default();
        let mut next: Vec<(NodeId, Option<Edge>)> = vec![(self.node, None)];
        while let Some((at, first)) = next.pop() {
            for edge in self.graph.before(at) {
                *self.left = self.left.checked_sub(1)?;
                if !self.counts(at, edge, target) {
                    continue;
                }
                let first = first.unwrap_or(*edge);
                if edge.from == target {
                    return Some(self.reason(first, *edge));
                }
                let higher = self.depth[edge.from] > self.depth[target];
                if higher && self.always_there(edge.from) && seen.insert(edge.from) {
                    next.push((edge.from, Some(first)));
                }
            }
        }
        None
    }

    /// Whether an edge holds without the name that is asked about.
    fn counts(&self, at: NodeId, edge: &Edge, target: NodeId) -> bool {
        let own = |span: Span| span == self.after.span;
        let same =
            |span: Span| at == self.node && edge.from == target && !self.earlier.iter().any(|one| one.span == span);
        match edge.why {
            Why::After(span) => !own(span) && !same(span),
            Why::Reads(_) | Why::Decides(_) | Why::Gate => edge.sure,
        }
    }

    /// Whether a node is there whenever the call is: it stands in no block that the call does not stand in.
    fn always_there(&self, node: NodeId) -> bool {
        let around: Vec<_> = self.graph.chain(self.graph.nodes[self.node].block).collect();
        self.graph.chain(self.graph.nodes[node].block).take_while(|block| !around.contains(block)).all(|block| {
            match self.graph.blocks[block].kind {
                BlockKind::Plain => true,
                BlockKind::When(..) | BlockKind::For(_) => false,
            }
        })
    }

    /// In words: the first edge of the way, and the last where that is another.
    fn reason(&self, first: Edge, last: Edge) -> Reason {
        let mut labels = Vec::new();
        for (edge, is_first) in [(first, true), (last, false)] {
            if !is_first && (edge.from, edge.to) == (first.from, first.to) {
                continue;
            }
            labels.extend(self.words(edge, is_first));
        }
        Reason { labels }
    }

    fn words(&self, edge: Edge, is_first: bool) -> Option<(Span, String)> {
        let name = |node: NodeId| match &self.graph.nodes[node].what {
            What::Call(call) => format!("`{}`", call.name),
            What::Stage { over, .. } => format!("the stage `{over}`"),
            What::Finally => "the body".to_owned(),
        };
        let from = name(edge.from);
        match edge.why {
            Why::Reads(span) if is_first => Some((span, format!("to read this is to wait for {from}"))),
            Why::Reads(span) => Some((span, format!("this reads what {from} makes"))),
            Why::Decides(span) => Some((span, format!("whether it runs is known when {from} has ended"))),
            Why::After(span) => Some((span, format!("this waits for {from}"))),
            Why::Gate => {
                // What a gate waits for is said by what stands in front of it.
                let (gate, call) =
                    if self.graph.call(edge.from).is_some() { (edge.to, edge.from) } else { (edge.from, edge.to) };
                let span = self.graph.call(call)?.span;
                match &self.graph.nodes[gate].what {
                    What::Stage { over, next } if call == edge.from => {
                        Some((span, format!("the stage `{over}` is over before `{next}` begins")))
                    }
                    What::Finally if call == edge.from => {
                        Some((span, "`finally` runs when all of this is over".to_owned()))
                    }
                    What::Call(_) | What::Stage { .. } | What::Finally => None,
                }
            }
        }
    }
}

/// What stands behind one `after`.
struct Clause<'a> {
    names: &'a [Name],
    /// Empty, behind what the clause follows.
    start: Span,
}

/// Every `after` of the file, in its pipelines.
fn clauses(file: &ast::File) -> Vec<Clause<'_>> {
    let mut found = Vec::new();
    for item in &file.items {
        let Item::Pipeline(pipeline) = item else { continue };
        names::stmts(&pipeline.body, &mut |stmt| {
            let (names, start) = match stmt {
                ast::Stmt::Bind { value, modifiers, .. } | ast::Stmt::Call { value, modifiers, .. } => {
                    (&modifiers.after, modifiers.block.unwrap_or(value.span))
                }
                ast::Stmt::Task { task, after } => (after, task.span),
                ast::Stmt::BindWhen { .. }
                | ast::Stmt::When(_)
                | ast::Stmt::For(_)
                | ast::Stmt::Stage { .. }
                | ast::Stmt::Finally { .. }
                | ast::Stmt::Require { .. }
                | ast::Stmt::Exclusive { .. }
                | ast::Stmt::Workspace { .. }
                | ast::Stmt::Defaults { .. }
                | ast::Stmt::Return { .. }
                | ast::Stmt::Target { .. }
                | ast::Stmt::Assert { .. }
                | ast::Stmt::Expect { .. }
                | ast::Stmt::Broken(_) => return,
            };
            if !names.is_empty() {
                found.push(Clause { names, start: start.after() });
            }
        });
    }
    found
}

impl Clause<'_> {
    fn report(&self, known: &FxHashMap<Span, Option<Reason>>, out: &mut Diagnostics) {
        let reason = |name: &Name| known.get(&name.span).and_then(|reason| reason.as_ref());
        let (Some(first), Some(last)) = (self.names.first(), self.names.last()) else { return };
        if self.names.iter().all(|name| reason(name).is_some()) {
            let reasons = self.names.iter().filter_map(reason);
            let whole = first.span.to(last.span);
            let gap = self.start.to(last.span);
            let names: Vec<&str> = self.names.iter().map(|name| &*name.text).collect();
            out.push(redundant(whole, &names, reasons).fix("leave out the `after`", gap, ""));
            return;
        }
        for (at, name) in self.names.iter().enumerate() {
            let Some(reason) = reason(name) else { continue };
            // With the comma before it, or behind it where it is the first.
            let gap = match at.checked_sub(1) {
                Some(before) => self.names[before].span.after().to(name.span),
                None => name.span.to(self.names[1].span.before()),
            };
            let report = redundant(name.span, &[&name.text], std::iter::once(reason));
            out.push(report.fix(format!("leave out `{}`", name.text), gap, ""));
        }
    }
}

fn redundant<'r>(span: Span, names: &[&str], reasons: impl Iterator<Item = &'r Reason>) -> Diagnostic {
    let shown = names.join("`, `");
    let mut report = Diagnostic::new(Code::P0411, span, format!("`after {}` changes nothing", names.join(", ")))
        .here(format!("it waits for `{shown}` without this"));
    for (span, text) in reasons.flat_map(|reason| &reason.labels) {
        report = report.label(*span, text.clone());
    }
    report.help(
        "leave it out: using an output is the dependency, and stages come one after the other; `after` is for order that \
         nothing else says, and who finds one looks for that",
    )
}
