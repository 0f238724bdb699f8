//! What an artifact requires is made before it: by a task that comes first, or earlier in the same script.

use std::collections::VecDeque;

use rustc_hash::FxHashSet;

use crate::check::program::{
    ArtifactId, Attr, Call, CommandDef, Expr, Fields, Kind, LocalId, Op, PipelineDef, Program, Type,
};
use crate::check::proof::Facts;
use crate::diag::Diagnostics;
use crate::source::Span;

use super::doubts;
use super::graph::{BlockKind, Graph, NodeId};
use super::homes::Homes;
use super::made::{Made, MadeId, Reader, artifacts_in, task_of};
use super::{apart, ended, requirement, spoilt, walk};

/// Checks each call that makes something with requirements, or runs what the library knows; programs without such
/// artifacts and commands cost nothing.
pub(super) fn run(program: &Program, out: &mut Diagnostics) {
    let says_something = |one: &CommandDef| {
        !one.requires.is_empty()
            || !one.invalidates.is_empty()
            || one.facts.lock.is_some()
            || one.facts.ended_by.is_some()
    };
    let artifacts = program.artifacts.iter().any(|artifact| !artifact.requires.is_empty());
    if !artifacts && !program.commands.iter().any(says_something) {
        return;
    }
    let mut reader = Reader::new(program);
    let before = out.len();
    for pipeline in &program.pipelines {
        check(program, pipeline, &mut reader, out);
    }
    // A call in a pipeline that others call is looked at in each of them, and its mistake is one.
    let mut said = FxHashSet::default();
    out.revise_from(before, |one| said.insert((one.code, one.span(), one.message.clone())).then_some(one));
}

fn check<'p>(program: &'p Program, pipeline: &'p PipelineDef, reader: &mut Reader<'p>, out: &mut Diagnostics) {
    let mut of_calls = Vec::new();
    walk::calls(&pipeline.body, &mut |call, defaults| of_calls.push((reader.made(call, defaults), defaults)));
    let silent = |made: &Made<'_>| made.demands.is_empty() && made.runs.is_empty();
    if of_calls.iter().all(|(made, _)| silent(reader.get(*made))) {
        return;
    }
    let graph = Graph::new(pipeline);
    let mut of_calls = of_calls.into_iter();
    let made = (0..graph.nodes.len()).map(|node| graph.call(node).and_then(|_| of_calls.next())).collect();
    let order = Order { program, pipeline, graph, made, reader };
    for node in 0..order.graph.nodes.len() {
        order.node(node, out);
    }
    spoilt::check(&order, out);
    apart::check(&order, out);
    ended::check(&order, out);
}

/// Who gets so many findings hears of the order when they are mended.
const MANY_DOUBTS: usize = 1000;

/// One pipeline and what its calls make.
pub(super) struct Order<'o, 'p> {
    pub(super) program: &'p Program,
    pub(super) pipeline: &'p PipelineDef,
    pub(super) graph: Graph<'p>,
    /// By node, with the `defaults` that hold for it; gates make nothing.
    made: Vec<Option<(MadeId, Option<&'p Fields>)>>,
    reader: &'o Reader<'p>,
}

impl<'p> Order<'_, 'p> {
    fn node(&self, node: NodeId, out: &mut Diagnostics) {
        let Some(made) = self.made(node) else {
            return;
        };
        if made.demands.is_empty() && made.spoilt.is_empty() {
            return;
        }
        let given = self.given(node);
        // What is in a workspace that is given from outside is not known.
        let outside = self.pipeline.params.iter().any(|param| param.ty == Type::Workspace);
        // Of what nobody has made it is nothing new that it was spoilt.
        let spoilt = || made.spoilt.iter().filter(|one| !made.spoils[one.spoil].made_here).map(|one| &one.demand);
        let all = || made.demands.iter().chain(spoilt());
        let demands = || all().filter(|demand| demand.artifact.is_some() || !outside);
        let mut wanted: Vec<_> = demands().flat_map(|demand| &demand.missing).copied().collect();
        wanted.retain(|artifact| !given.contains(artifact));
        let missing = self.not_made_before(node, wanted);
        if !missing.is_empty() && !self.may_be_made(node) {
            let demands = demands().filter(|demand| demand.missing.iter().any(|one| missing.contains(one)));
            out.push(requirement::not_made(self, node, &demands.collect::<Vec<_>>(), &missing));
        }
    }

    pub(super) fn made(&self, node: NodeId) -> Option<&Made<'p>> {
        self.made[node].map(|(id, _)| self.reader.get(id))
    }

    /// The fields that speak of a call, the strongest first.
    pub(super) fn layers(&self, node: NodeId) -> impl Iterator<Item = &'p Fields> {
        let call = self.graph.call(node);
        let task = call.map(|call| &task_of(self.program, call).fields);
        let defaults = self.made[node].and_then(|(_, defaults)| defaults);
        [call.map(Call::modifiers), task, defaults].into_iter().flatten()
    }

    pub(super) fn makes(&self, node: NodeId, artifact: ArtifactId) -> bool {
        self.made(node).is_some_and(|made| made.makes.contains(&artifact))
    }

    pub(super) fn may_make(&self, node: NodeId, artifact: ArtifactId) -> bool {
        let perhaps = |made: &Made<'_>| made.perhaps.contains(&artifact);
        self.makes(node, artifact) || self.made(node).is_some_and(perhaps)
    }

    /// The artifacts that exist because they were passed.
    pub(super) fn given(&self, node: NodeId) -> Vec<ArtifactId> {
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
        let mut perhaps = Vec::new();
        while let Some(at) = next.pop_front() {
            if missing.is_empty() {
                break;
            }
            for edge in self.graph.before(at) {
                if seen.insert(edge.from) {
                    next.push_back(edge.from);
                    missing.retain(|one| !self.may_make(edge.from, *one) || !self.runs_with(edge.from, node));
                    perhaps
                        .extend(missing.iter().filter(|one| self.makes(edge.from, **one)).map(|one| (*one, edge.from)));
                }
            }
        }
        missing.retain(|one| {
            let makers: Vec<_> =
                perhaps.iter().filter(|(artifact, _)| artifact == one).map(|(_, maker)| *maker).collect();
            !self.either_runs(&makers, node)
        });
        missing
    }

    /// Whether one of the makers runs where a condition holds, and another where it does not.
    fn either_runs(&self, makers: &[NodeId], other: NodeId) -> bool {
        let last = self.graph.nodes[other].in_finally;
        let makers = || makers.iter().filter(|maker| self.graph.nodes[**maker].in_finally == last);
        makers().any(|maker| match self.not_sure(*maker, other) {
            Some(BlockKind::When(when, truth)) => {
                self.not_sure_where(*maker, other, Some((&when.cond, truth))).is_none()
                    && makers().any(|one| self.not_sure_where(*one, other, Some((&when.cond, !truth))).is_none())
            }
            Some(BlockKind::Plain | BlockKind::For(_)) | None => false,
        })
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
        self.not_sure_where(maker, other, None)
    }

    /// The same where a condition is so.
    fn not_sure_where(&self, maker: NodeId, other: NodeId, cond: Option<(&Expr, bool)>) -> Option<BlockKind<'_>> {
        let [maker, other] = [maker, other].map(|node| self.graph.nodes[node].block);
        let around: Vec<_> = self.graph.chain(other).collect();
        let mut apart = self.graph.chain(maker).filter(|block| !around.contains(block)).peekable();
        apart.peek()?;
        let facts_of_nothing = Facts::default();
        let mut facts = Facts::default();
        self.graph.requires.iter().for_each(|cond| facts.assume(cond, true));
        cond.into_iter().for_each(|(cond, truth)| facts.assume(cond, truth));
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

    /// Whether there are runs with both.
    pub(super) fn together(&self, one: NodeId, other: NodeId) -> bool {
        let [mine, theirs] = [one, other].map(|node| self.graph.nodes[node].block);
        if mine == theirs {
            return true;
        }
        let mut facts = Facts::default();
        self.graph.requires.iter().for_each(|cond| facts.assume(cond, true));
        for block in self.graph.chain(mine).chain(self.graph.chain(theirs)) {
            match self.graph.blocks[block].kind {
                BlockKind::When(when, truth) => facts.assume(&when.cond, truth),
                BlockKind::Plain | BlockKind::For(_) => {}
            }
        }
        let never = Expr { kind: Kind::Bool(false), ty: Type::Bool, span: self.pipeline.span };
        !facts.holds(&never, true)
    }

    /// The workspace that a call works in, when it can be told.
    pub(super) fn home(&self, homes: &Homes, node: NodeId) -> Option<LocalId> {
        let call = self.graph.call(node)?;
        let workdir = |node: NodeId| self.layers(node).find_map(|fields| fields.workdir.as_deref());
        let maker = |local: LocalId| {
            let node = self.graph.maker(local)?;
            Some((self.graph.call(node)?, workdir(node)))
        };
        homes.of_call(self.program, call, workdir(node), &maker)
    }

    /// Where a report about a script stands: in the script, or at the call when that is in another file.
    pub(super) fn place(&self, node: NodeId, written: Span) -> Span {
        let call = self.graph.call(node).map_or(written, |call| call.span);
        if call.file == written.file { written } else { call }
    }

    /// Whether a condition asks for nothing but that the call has given something.
    pub(super) fn asks_only_for(&self, cond: &Expr, node: NodeId) -> bool {
        let Some(value) = ended::asked_for(cond).or_else(|| self.asked_whether_done(cond, node)) else { return false };
        let of = if let Kind::Output(of, _) = &value.kind { of } else { value };
        matches!(of.kind, Kind::Local(local) if self.graph.maker(local) == Some(node))
    }

    /// `x` in `x.status == .succeeded`: that is so whenever the last command of the task has run.
    fn asked_whether_done<'e>(&self, cond: &'e Expr, node: NodeId) -> Option<&'e Expr> {
        let Kind::Binary(Op::Equal, left, right) = &cond.kind else { return None };
        let (Kind::Attr(of, Attr::Status), Kind::Case(_, 0)) = (&left.kind, &right.kind) else { return None };
        let mut starters = self.made(node)?.runs.iter().filter(|run| run.ended_by().is_some());
        starters.all(|run| run.is_last).then_some(of)
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
