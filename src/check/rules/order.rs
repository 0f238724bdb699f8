//! What an artifact requires is made before it: by a task that comes first, or earlier in the same script.

use std::collections::VecDeque;

use rustc_hash::FxHashSet;

use crate::check::program::{ArtifactId, Call, Expr, Kind, PipelineDef, Program, Type};
use crate::check::proof::Facts;
use crate::diag::{Diagnostic, Diagnostics};

use super::doubts;
use super::graph::{BlockKind, Graph, NodeId};
use super::made::{Made, MadeId, Reader, artifacts_in};
use super::requirement;
use super::walk;

/// Checks each call that makes something with requirements; programs without such artifacts cost nothing.
pub(super) fn run(program: &Program, out: &mut Diagnostics) {
    if program.artifacts.iter().all(|artifact| artifact.requires.is_empty()) {
        return;
    }
    let mut reader = Reader::new(program);
    // A call in a pipeline that others call is looked at in each of them, and its mistake is one.
    let mut said = FxHashSet::default();
    for pipeline in &program.pipelines {
        check(program, pipeline, &mut reader, &mut |call, report| {
            if said.insert(call.span) {
                out.push(report);
            }
        });
    }
}

/// What is called with a call and what is wrong with it.
type Say<'s> = &'s mut dyn FnMut(&Call, Diagnostic);

fn check<'p>(program: &'p Program, pipeline: &'p PipelineDef, reader: &mut Reader<'p>, say: Say<'_>) {
    let mut of_calls = Vec::new();
    walk::calls(&pipeline.body, &mut |call, defaults| of_calls.push(reader.made(call, defaults)));
    if of_calls.iter().all(|made| reader.get(*made).demands.is_empty()) {
        return;
    }
    let graph = Graph::new(pipeline);
    let mut of_calls = of_calls.into_iter();
    let made = (0..graph.nodes.len()).map(|node| graph.call(node).and_then(|_| of_calls.next())).collect();
    let order = Order { program, pipeline, graph, made, reader };
    for node in 0..order.graph.nodes.len() {
        order.node(node, say);
    }
}

/// Who gets so many findings hears of the order when they are mended.
const MANY_DOUBTS: usize = 1000;

/// One pipeline and what its calls make.
pub(super) struct Order<'o, 'p> {
    pub(super) program: &'p Program,
    pub(super) pipeline: &'p PipelineDef,
    pub(super) graph: Graph<'p>,
    /// By node; gates make nothing.
    made: Vec<Option<MadeId>>,
    reader: &'o Reader<'p>,
}

impl Order<'_, '_> {
    fn node(&self, node: NodeId, say: Say<'_>) {
        let (Some(made), Some(call)) = (self.made(node), self.graph.call(node)) else {
            return;
        };
        if made.demands.is_empty() {
            return;
        }
        let given = self.given(node);
        let mut wanted: Vec<_> = made.demands.iter().flat_map(|demand| &demand.missing).copied().collect();
        wanted.retain(|artifact| !given.contains(artifact));
        let missing = self.not_made_before(node, wanted);
        if !missing.is_empty() && !self.may_be_made(node) {
            let demands = made.demands.iter().filter(|demand| demand.missing.iter().any(|one| missing.contains(one)));
            say(call, requirement::not_made(self, node, &demands.collect::<Vec<_>>(), &missing));
        }
    }

    fn made(&self, node: NodeId) -> Option<&Made> {
        self.made[node].map(|id| self.reader.get(id))
    }

    pub(super) fn makes(&self, node: NodeId, artifact: ArtifactId) -> bool {
        self.made(node).is_some_and(|made| made.makes.contains(&artifact))
    }

    /// The artifacts that exist because they were passed.
    fn given(&self, node: NodeId) -> Vec<ArtifactId> {
        let mut given = Vec::new();
        let from_outside = self.pipeline.params.iter().map(|param| &param.ty);
        let passed = self.graph.call(node).into_iter().flat_map(|call| call.args.iter().flatten());
        let passed = passed.filter(|arg| !is_empty_list(arg)).map(|arg| &arg.ty);
        for ty in from_outside.chain(passed).filter(|ty| !matches!(ty, Type::Optional(_))) {
            artifacts_in(self.program, ty, &mut given);
        }
        given
    }

    /// Those, each once, that no task makes that comes first and runs whenever this one does. Looks at the nearest first.
    fn not_made_before(&self, node: NodeId, mut missing: Vec<ArtifactId>) -> Vec<ArtifactId> {
        missing.sort_unstable();
        missing.dedup();
        let mut seen = FxHashSet::default();
        let mut next = VecDeque::from([node]);
        while let Some(at) = next.pop_front() {
            if missing.is_empty() {
                break;
            }
            for edge in self.graph.before(at) {
                if seen.insert(edge.from) {
                    next.push_back(edge.from);
                    missing.retain(|one| !self.makes(edge.from, *one) || !self.runs_with(edge.from, node));
                }
            }
        }
        missing
    }

    /// Whether `first` waits for `second`, also by way of others.
    pub(super) fn waits_for(&self, first: NodeId, second: NodeId) -> bool {
        let mut seen = FxHashSet::default();
        let mut next = vec![first];
        while let Some(at) = next.pop() {
            for edge in self.graph.before(at) {
                if edge.from == second {
                    return true;
                }
                if seen.insert(edge.from) {
                    next.push(edge.from);
                }
            }
        }
        false
    }

    /// Whether the maker runs whenever the other does: their blocks are the same, or their conditions say so.
    pub(super) fn runs_with(&self, maker: NodeId, other: NodeId) -> bool {
        let [maker_last, other_last] = [maker, other].map(|node| self.graph.nodes[node].in_finally);
        // What is in the body may have failed when `finally` runs.
        maker_last == other_last && self.not_sure(maker, other).is_none()
    }

    /// Whether something that was reported may make what is missing, or say that it comes first.
    fn may_be_made(&self, node: NodeId) -> bool {
        let program = self.program;
        if program.doubts.len() > MANY_DOUBTS {
            return true;
        }
        let mut seen = FxHashSet::default();
        let mut next = vec![node];
        while let Some(at) = next.pop() {
            if self.graph.call(at).is_some_and(|call| doubts::of_call(program, call)) {
                return true;
            }
            next.extend(self.graph.before(at).iter().map(|edge| edge.from).filter(|from| seen.insert(*from)));
        }
        let earlier = |call| doubts::of_earlier_stages(program, self.pipeline, call);
        doubts::of_commands(program) || self.graph.call(node).is_some_and(earlier)
    }

    /// The block around the maker that may be left out when the other runs.
    pub(super) fn not_sure(&self, maker: NodeId, other: NodeId) -> Option<BlockKind<'_>> {
        let [maker, other] = [maker, other].map(|node| self.graph.nodes[node].block);
        let around: Vec<_> = self.graph.chain(other).collect();
        let mut apart = self.graph.chain(maker).filter(|block| !around.contains(block)).peekable();
        apart.peek()?;
        let facts_of_nothing = Facts::default();
        let mut facts = Facts::default();
        self.graph.requires.iter().for_each(|cond| facts.assume(cond, true));
        for block in &around {
            if let BlockKind::When(when, truth) = self.graph.blocks[*block].kind {
                facts.assume(&when.cond, truth);
            }
        }
        // A condition that was reported may have said anything.
        if facts.in_doubt() {
            return None;
        }
        let known = |expr: &Expr| !facts_of_nothing.is_vague(expr);
        apart.map(|block| self.graph.blocks[block].kind).find(|kind| match kind {
            BlockKind::Plain => false,
            BlockKind::When(when, truth) => known(&when.cond) && !facts.holds(&when.cond, *truth),
            BlockKind::For(each) => {
                each.filter.as_ref().is_some_and(known)
                    || each.vars.iter().any(|(_, list)| known(list) && !self.is_known_list(list))
            }
        })
    }

    /// A list that has elements in every run.
    fn is_known_list(&self, list: &Expr) -> bool {
        if let Kind::Const(id) = &list.kind {
            return self.is_known_list(&self.program.consts[id.index()].value);
        }
        matches!(&list.kind, Kind::List(elements) if !elements.is_empty())
    }
}

fn is_empty_list(arg: &Expr) -> bool {
    matches!(&arg.kind, Kind::List(elements) if elements.is_empty())
}
