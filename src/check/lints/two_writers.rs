//! Two tasks that may run at the same time and write one place of a workspace.

mod turns;
mod words;
mod writers;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::check::program::{Expr, Kind, Type};
use crate::check::proof::Facts;
use crate::check::rules::graph::{BlockKind, Graph, NodeId};
use crate::check::rules::homes::Homes;
use crate::check::rules::made::Reader;
use crate::check::rules::places::Places;
use crate::check::rules::told::Names;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::Span;

use super::{LintInput, ways};
use turns::Turns;
use words::Words;
use writers::{What, Writer, has_writers, writers};

pub(super) fn run(input: &LintInput<'_>, out: &mut Diagnostics) {
    let mut reader = Reader::new(input.program);
    let mut reported = FxHashSet::default();
    let mut left = ways::MOST_EDGES;
    for pipeline in input.program.pipelines.iter().filter(|pipeline| has_writers(input.program, pipeline)) {
        let names = Names::new(input.program, pipeline);
        let places = Places { program: input.program, names, homes: Homes::new(pipeline) };
        let writers = writers(&places, pipeline, &mut reader);
        if writers.is_empty() {
            continue;
        }
        let graph = Graph::new(pipeline);
        let depth = ways::depths(&graph);
        let words = Words { input, pipeline };
        let pairs = Pairs {
            input,
            graph: &graph,
            depth: &depth,
            words,
            turns: Turns::new(&places.names, &graph),
            places: &places,
        };
        let nodes: Vec<NodeId> = (0..graph.nodes.len()).filter(|node| graph.call(*node).is_some()).collect();
        for (what, list) in writers {
            let mut list: Vec<Writer<'_>> =
                list.into_iter().map(|one| Writer { node: nodes[one.node], ..one }).collect();
            list.sort_by_key(|one| (depth[one.node], one.node));
            pairs.report(&what, &list, &mut left, &mut |report: Diagnostic| {
                let places: Vec<Span> = report.labels.iter().map(|label| label.span).collect();
                if reported.insert(places) {
                    out.push(report);
                }
            });
        }
    }
}

struct Pairs<'r, 'a, 'p> {
    input: &'r LintInput<'a>,
    graph: &'r Graph<'p>,
    depth: &'r [u32],
    words: Words<'r, 'a>,
    turns: Turns<'r, 'p>,
    places: &'r Places<'p>,
}

/// How many writers before one it is held against; they are sorted, so that the nearest are the likeliest.
const NEAREST: usize = 4;

impl<'p> Pairs<'_, '_, 'p> {
    fn report(&self, what: &What, list: &[Writer<'p>], left: &mut usize, out: &mut dyn FnMut(Diagnostic)) {
        let before = Before::new(self.places, list);
        for (at, one) in list.iter().enumerate() {
            if let Some(each) = self.turns.at_once(one) {
                self.words.say(out, self.words.one_in_turns(what, one, each));
            }
            let rival = before.of(at).map(|other| &list[other]).find(|other| self.at_once(other, one, left));
            if let Some(other) = rival {
                self.words.say(out, self.words.two(what, other, one));
            }
        }
    }

    /// Whether nothing keeps them apart.
    fn at_once(&self, one: &Writer<'_>, other: &Writer<'_>, left: &mut usize) -> bool {
        let apart = one.lock.as_ref().zip(other.lock.as_ref()).is_some_and(|(a, b)| a.words == b.words);
        one.node != other.node
            && !apart
            && ways::ordered(self.graph, self.depth, [one.node, other.node], left) == Some(false)
            && self.together(one.node, other.node)
    }

    /// Whether there are runs with both.
    fn together(&self, one: NodeId, other: NodeId) -> bool {
        let mut facts = Facts::default();
        self.graph.requires.iter().for_each(|cond| facts.assume(cond, true));
        for node in [one, other] {
            for block in self.graph.chain(self.graph.nodes[node].block) {
                match self.graph.blocks[block].kind {
                    BlockKind::When(when, truth) => facts.assume(&when.cond, truth),
                    BlockKind::Plain | BlockKind::For(_) => {}
                }
            }
        }
        let never = Expr { kind: Kind::Bool(false), ty: Type::Bool, span: self.input.root_start() };
        !facts.holds(&never, true)
    }
}

/// Which writers of a list one is held against: those before it that write something else.
struct Before {
    /// By writer: the same number for the same bytes.
    group: Vec<usize>,
    /// By writer: the nearest before it of another group.
    other: Vec<Option<usize>>,
}

impl Before {
    fn new(places: &Places<'_>, list: &[Writer<'_>]) -> Self {
        let mut known: FxHashMap<String, usize> = FxHashMap::default();
        // Of what is written once nobody asks what it is.
        let contents = |at: usize| if list.len() > 1 { list[at].content(places) } else { None };
        let group = |at: usize| contents(at).map_or(at, |told| *known.entry(told).or_insert(at));
        let group: Vec<usize> = (0..list.len()).map(group).collect();
        let mut other: Vec<Option<usize>> = Vec::with_capacity(list.len());
        for at in 0..list.len() {
            let before = at.checked_sub(1);
            other.push(before.and_then(|before| if group[before] == group[at] { other[before] } else { Some(before) }));
        }
        Self { group, other }
    }

    /// The nearest first.
    fn of(&self, at: usize) -> impl Iterator<Item = usize> {
        let next = move |found: &usize| {
            let before = found.checked_sub(1)?;
            if self.group[before] == self.group[at] { self.other[before] } else { Some(before) }
        };
        std::iter::successors(self.other[at], next).take(NEAREST)
    }
}
