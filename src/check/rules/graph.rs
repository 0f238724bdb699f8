//! The calls of one pipeline and what each of them waits for.

use std::ops::Range;

use crate::check::program::{Call, Expr, Fields, For, Kind, LocalId, Op, PipelineDef, Stmt, When};
use crate::source::Span;

use super::walk;

/// Index into [`Graph::nodes`].
pub(in crate::check) type NodeId = usize;
/// Index into [`Graph::blocks`].
type BlockId = usize;

#[derive(Debug)]
pub(in crate::check) struct Graph<'p> {
    /// The calls in the order of the text, and the gates before stages and `finally`.
    pub(in crate::check) nodes: Vec<Node<'p>>,
    pub(in crate::check) blocks: Vec<Block<'p>>,
    /// The conditions between parameters.
    pub(in crate::check) requires: Vec<&'p Expr>,
    pub(in crate::check) defaults: Option<&'p Fields>,
    /// By local: the call that its value comes from, where that is one.
    makers: Vec<Option<NodeId>>,
    /// `after` in the body that names a task of `finally`: who waits, for whom, where. They are no edges.
    pub(in crate::check) misplaced: Vec<(NodeId, NodeId, Span)>,
    /// Grouped by `to`, in the order of `starts`.
    edges: Vec<Edge>,
    /// Where the edges of each node begin, and the end of all.
    starts: Vec<usize>,
}

#[derive(Debug)]
pub(in crate::check) struct Node<'p> {
    pub(in crate::check) what: What<'p>,
    pub(in crate::check) block: BlockId,
    pub(in crate::check) in_finally: bool,
}

#[derive(Debug)]
pub(in crate::check) enum What<'p> {
    Call(&'p Call),
    /// All of one stage is over, and the next may begin.
    Stage {
        over: &'p str,
        next: &'p str,
    },
    /// All of the body is over.
    Finally,
}

/// A body inside another.
#[derive(Debug)]
pub(in crate::check) struct Block<'p> {
    pub(in crate::check) parent: Option<BlockId>,
    pub(in crate::check) kind: BlockKind<'p>,
    /// The calls that decide whether it runs, and where they are named.
    decided_by: Vec<Read>,
}

/// What an expression reads of a call, and where.
#[derive(Clone, Copy, Debug)]
struct Read {
    from: NodeId,
    span: Span,
    /// Also when all that can be known before the run is known: it stands in no branch that may be left out.
    sure: bool,
}

/// A call that a name comes from, and whether surely.
#[derive(Clone, Copy, Debug)]
struct Source {
    node: NodeId,
    sure: bool,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::check) enum BlockKind<'p> {
    /// The pipeline, a stage or `finally`: it always runs.
    Plain,
    /// The branch for a condition that is true, or false.
    When(&'p When, bool),
    For(&'p For),
}

/// `from` ends before `to` starts.
#[derive(Clone, Copy, Debug)]
pub(in crate::check) struct Edge {
    pub(in crate::check) from: NodeId,
    pub(in crate::check) to: NodeId,
    pub(in crate::check) why: Why,
    /// It is there for all values of the parameters.
    pub(in crate::check) sure: bool,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::check) enum Why {
    /// It reads what the other makes, here.
    Reads(Span),
    /// Whether it runs is decided by the other, here.
    Decides(Span),
    After(Span),
    /// From or to a gate.
    Gate,
}

impl<'p> Graph<'p> {
    pub(in crate::check) fn new(pipeline: &'p PipelineDef) -> Self {
        let mut builder = Builder::new(pipeline.locals.len());
        builder.body(&pipeline.body, 0, None);
        builder.finish()
    }

    /// The edges to a node.
    pub(in crate::check) fn before(&self, node: NodeId) -> &[Edge] {
        &self.edges[self.starts[node]..self.starts[node + 1]]
    }

    pub(in crate::check) fn call(&self, node: NodeId) -> Option<&'p Call> {
        match self.nodes[node].what {
            What::Call(call) => Some(call),
            What::Stage { .. } | What::Finally => None,
        }
    }

    /// The one call that the value of a name comes from.
    pub(in crate::check) fn maker(&self, local: LocalId) -> Option<NodeId> {
        self.makers.get(local.index()).copied().flatten()
    }

    /// A block and those it lies in, the innermost first.
    pub(in crate::check) fn chain(&self, block: BlockId) -> impl Iterator<Item = BlockId> {
        std::iter::successors(Some(block), |at| self.blocks[*at].parent)
    }
}

struct Builder<'p> {
    graph: Graph<'p>,
    /// By local: the calls that its value comes from, as a range of `sources`.
    of_local: Vec<Range<usize>>,
    sources: Vec<Source>,
    /// `after`, which may name what is not numbered yet.
    after: Vec<(NodeId, LocalId, Span)>,
    in_finally: bool,
}

impl<'p> Builder<'p> {
    fn new(locals: usize) -> Self {
        let root = Block { parent: None, kind: BlockKind::Plain, decided_by: Vec::new() };
        let graph = Graph {
            nodes: Vec::new(),
            blocks: vec![root],
            requires: Vec::new(),
            defaults: None,
            makers: Vec::new(),
            misplaced: Vec::new(),
            edges: Vec::new(),
            starts: Vec::new(),
        };
        Self { graph, of_local: vec![0..0; locals], sources: Vec::new(), after: Vec::new(), in_finally: false }
    }

    /// Every call of a body waits for `gate`.
    fn body(&mut self, body: &'p [Stmt], block: BlockId, gate: Option<NodeId>) {
        let mut stage: Option<(&'p str, Range<NodeId>, Option<NodeId>)> = None;
        for stmt in body {
            match stmt {
                Stmt::Call(call) => self.call(call, block, gate),
                Stmt::Bind { local, value } => self.bind(*local, value),
                Stmt::When(when) => self.when(when, block, gate),
                Stmt::For(each) => self.each(each, block, gate),
                Stmt::Inline { local, body, .. } => {
                    self.body(body, block, gate);
                    self.give(*local, body);
                }
                Stmt::Stage { name, body, .. } => {
                    let gate = stage.map_or(gate, |(over, calls, before)| {
                        Some(self.gate(What::Stage { over, next: name }, block, calls.chain(before)))
                    });
                    let first = self.graph.nodes.len();
                    self.body(body, block, gate);
                    stage = Some((name, first..self.graph.nodes.len(), gate));
                }
                Stmt::Finally { body, .. } => {
                    // What it waits for is known at the end.
                    let gate = self.gate(What::Finally, block, std::iter::empty());
                    let outer = std::mem::replace(&mut self.in_finally, true);
                    self.body(body, block, Some(gate));
                    self.in_finally = outer;
                }
                Stmt::Require { cond, .. } => self.graph.requires.push(cond),
                Stmt::Defaults(fields) => self.graph.defaults = Some(fields),
                Stmt::Exclusive { .. } | Stmt::Workspace { .. } | Stmt::Return(_) | Stmt::Target { .. } => {}
            }
        }
    }

    fn node(&mut self, what: What<'p>, block: BlockId) -> NodeId {
        self.graph.nodes.push(Node { what, block, in_finally: self.in_finally });
        self.graph.nodes.len() - 1
    }

    fn edge(&mut self, from: NodeId, to: NodeId, why: Why) {
        self.graph.edges.push(Edge { from, to, why, sure: true });
    }

    fn gate(&mut self, what: What<'p>, block: BlockId, waits_for: impl Iterator<Item = NodeId>) -> NodeId {
        let gate = self.node(what, block);
        waits_for.for_each(|node| self.edge(node, gate, Why::Gate));
        gate
    }

    fn call(&mut self, call: &'p Call, block: BlockId, gate: Option<NodeId>) {
        let node = self.node(What::Call(call), block);
        let (of_local, sources, edges) = (&self.of_local, &self.sources, &mut self.graph.edges);
        walk::call_parts(call, &mut |part| {
            each_part(part, true, &mut |expr, sure| {
                let why = Why::Reads(expr.span);
                let read = |from: &Source| Edge { from: from.node, to: node, why, sure: sure && from.sure };
                edges.extend(made_of(of_local, sources, expr).iter().map(read));
            });
        });
        let mut within = Some(block);
        while let Some(block) = within {
            let block = &self.graph.blocks[block];
            let decided =
                |read: &Read| Edge { from: read.from, to: node, why: Why::Decides(read.span), sure: read.sure };
            self.graph.edges.extend(block.decided_by.iter().map(decided));
            within = block.parent;
        }
        if let Some(gate) = gate {
            self.edge(gate, node, Why::Gate);
        }
        let names = call.after.iter().flat_map(|one| one.calls.iter().map(|local| (node, *local, one.span)));
        self.after.extend(names);
        if let Some(local) = call.local {
            self.stand_for(local, &[Source { node, sure: true }]);
        }
    }

    /// The name stands for values that come from these calls.
    fn stand_for(&mut self, local: LocalId, nodes: &[Source]) {
        let start = self.sources.len();
        self.sources.extend_from_slice(nodes);
        if let Some(range) = self.of_local.get_mut(local.index()) {
            *range = start..self.sources.len();
        }
    }

    /// The calls that an expression reads, each with the place.
    fn reads(&self, expr: &'p Expr) -> Vec<Read> {
        let mut found = Vec::new();
        each_part(expr, true, &mut |one, sure| {
            let read = |from: &Source| Read { from: from.node, span: one.span, sure: sure && from.sure };
            found.extend(made_of(&self.of_local, &self.sources, one).iter().map(read));
        });
        found
    }

    fn bind(&mut self, local: LocalId, value: &'p Expr) {
        let nodes: Vec<_> = self.reads(value).into_iter().map(Source::of).collect();
        self.stand_for(local, &nodes);
    }

    /// What a pipeline returns comes from some of its tasks only.
    fn give(&mut self, local: LocalId, body: &'p [Stmt]) {
        let returned = body.iter().filter_map(|stmt| if let Stmt::Return(values) = stmt { Some(values) } else { None });
        let nodes: Vec<_> = returned.flatten().flat_map(|value| self.reads(value)).map(Source::of).collect();
        self.stand_for(local, &nodes);
    }

    fn export(&mut self, outer: LocalId, inner: &[LocalId]) {
        let ranges = inner.iter().filter_map(|local| self.of_local.get(local.index()).cloned());
        let nodes: Vec<_> = ranges.flat_map(|range| self.sources[range].to_vec()).collect();
        self.stand_for(outer, &nodes);
    }

    fn block(&mut self, parent: BlockId, kind: BlockKind<'p>, decided_by: Vec<Read>) -> BlockId {
        self.graph.blocks.push(Block { parent: Some(parent), kind, decided_by });
        self.graph.blocks.len() - 1
    }

    fn when(&mut self, when: &'p When, block: BlockId, gate: Option<NodeId>) {
        let decided_by = self.reads(&when.cond);
        for (body, truth) in [(&when.then, true), (&when.otherwise, false)] {
            let inner = self.block(block, BlockKind::When(when, truth), decided_by.clone());
            self.body(body, inner, gate);
        }
        for export in &when.exports {
            let inner: Vec<_> = export.then.into_iter().chain(export.otherwise).collect();
            self.export(export.outer, &inner);
        }
    }

    fn each(&mut self, each: &'p For, block: BlockId, gate: Option<NodeId>) {
        let mut decided_by = Vec::new();
        for (local, list) in &each.vars {
            self.bind(*local, list);
            decided_by.extend(self.reads(list));
        }
        decided_by.extend(each.filter.iter().flat_map(|filter| self.reads(filter)));
        let inner = self.block(block, BlockKind::For(each), decided_by);
        self.body(&each.body, inner, gate);
        for (inner, outer) in &each.exports {
            self.export(*outer, &[*inner]);
        }
    }

    fn finish(mut self) -> Graph<'p> {
        let sources = std::mem::take(&mut self.sources);
        let lone = |range: &Range<usize>| if let [one] = &sources[range.clone()] { Some(one.node) } else { None };
        self.graph.makers = self.of_local.iter().map(lone).collect();
        for (node, local, span) in std::mem::take(&mut self.after) {
            let range = self.of_local.get(local.index()).cloned().unwrap_or_default();
            for from in sources[range].iter().map(|source| source.node) {
                let nodes = &self.graph.nodes;
                if nodes[from].in_finally && !nodes[node].in_finally {
                    self.graph.misplaced.push((node, from, span));
                } else {
                    self.edge(from, node, Why::After(span));
                }
            }
        }
        self.close_finally();
        self.group();
        self.graph
    }

    fn close_finally(&mut self) {
        let is_gate = |node: &Node<'_>| matches!(node.what, What::Finally);
        let gates: Vec<_> = (0..self.graph.nodes.len()).filter(|at| is_gate(&self.graph.nodes[*at])).collect();
        for gate in gates {
            for node in 0..self.graph.nodes.len() {
                if !self.graph.nodes[node].in_finally && !is_gate(&self.graph.nodes[node]) {
                    self.edge(node, gate, Why::Gate);
                }
            }
        }
    }

    /// Puts the edges of each node together, in the order in which they were found.
    fn group(&mut self) {
        let graph = &mut self.graph;
        graph.edges.sort_by_key(|edge| edge.to);
        graph.starts = vec![0; graph.nodes.len() + 1];
        for edge in &graph.edges {
            graph.starts[edge.to + 1] += 1;
        }
        for at in 1..graph.starts.len() {
            graph.starts[at] += graph.starts[at - 1];
        }
    }
}

impl Source {
    fn of(read: Read) -> Self {
        Self { node: read.from, sure: read.sure }
    }
}

/// The calls that a name comes from.
fn made_of<'s>(of_local: &[Range<usize>], sources: &'s [Source], expr: &Expr) -> &'s [Source] {
    if let Kind::Local(local) = &expr.kind {
        return of_local.get(local.index()).map_or(&[], |range| &sources[range.clone()]);
    }
    &[]
}

/// The expression and every one in it, each with whether it counts for all values of the parameters.
fn each_part<'p>(expr: &'p Expr, sure: bool, visit: &mut dyn FnMut(&'p Expr, bool)) {
    visit(expr, sure);
    let first_only = matches!(expr.kind, Kind::If(..) | Kind::Match(_) | Kind::Coalesce(..));
    let none = matches!(expr.kind, Kind::Binary(Op::And | Op::Or, ..) | Kind::Fn(..));
    let mut first = true;
    expr.parts(&mut |part| {
        let counts = !none && (!first_only || first);
        first = false;
        each_part(part, sure && counts, visit);
    });
}
