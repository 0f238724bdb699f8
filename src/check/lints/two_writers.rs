//! Two tasks that may run at the same time and write one place of a workspace.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::check::program::{Call, Expr, For, Kind, LocalId, PipelineDef, Program, Type};
use crate::check::proof::Facts;
use crate::check::rules::graph::{BlockKind, Graph, NodeId};
use crate::check::rules::homes::{Homes, written};
use crate::check::rules::made::{Reader, task_of};
use crate::check::rules::walk;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::Span;

use super::{LintInput, ways};

pub(super) fn run(input: &LintInput<'_>, out: &mut Diagnostics) {
    if input.program.artifacts.is_empty() {
        return;
    }
    let mut reader = Reader::new(input.program);
    let mut reported = FxHashSet::default();
    let mut left = ways::MOST_EDGES;
    for pipeline in &input.program.pipelines {
        let writers = writers(input.program, pipeline, &mut reader);
        if writers.is_empty() {
            continue;
        }
        let graph = Graph::new(pipeline);
        let depth = ways::depths(&graph);
        let pairs = Pairs { input, graph: &graph, depth: &depth };
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

/// What more than one task may write.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
enum What {
    /// A place below a workspace.
    Place(LocalId, String),
    /// What a command makes in a workspace, by the name of the artifact.
    Made(LocalId, Box<str>),
}

#[derive(Clone, Copy, Debug)]
struct Writer<'p> {
    /// The number of the call, then its node.
    node: NodeId,
    call: &'p Call,
    /// Where the place is said.
    place: Option<Span>,
    lock: Option<&'p str>,
}

/// Those of each place that has a chance to be written twice, in the order of the places.
fn writers<'p>(
    program: &'p Program,
    pipeline: &'p PipelineDef,
    reader: &mut Reader<'p>,
) -> Vec<(What, Vec<Writer<'p>>)> {
    let homes = Homes::new(pipeline);
    let mut found: FxHashMap<What, Vec<Writer<'p>>> = FxHashMap::default();
    let mut number = 0;
    walk::calls(&pipeline.body, &mut |call, defaults| {
        let task = task_of(program, call);
        let layers = || [Some(call.modifiers()), Some(&task.fields), defaults].into_iter().flatten();
        let lock = layers().find_map(|fields| fields.lock.as_deref()).and_then(written);
        let mut add = |what: What, place: Option<Span>| {
            found.entry(what).or_default().push(Writer { node: number, call, place, lock });
        };
        for output in task.outputs.iter().filter(|output| matches!(output.ty, Type::Artifact(_))) {
            if let Some((workspace, path)) = homes.of_output(program, call, output) {
                add(What::Place(workspace, path), Some(output.span));
            }
        }
        let made = reader.made(call, defaults);
        let runs = &reader.get(made).by_command;
        if !runs.is_empty()
            && let Some(workdir) = layers().find_map(|fields| fields.workdir.as_deref())
            && let Some((workspace, path)) = homes.of(program, call, workdir)
            && path.is_empty()
        {
            for artifact in runs {
                add(What::Made(workspace, program.artifacts[artifact.index()].name.clone()), None);
            }
        }
        number += 1;
    });
    let mut list: Vec<_> = found.into_iter().collect();
    list.sort_by(|a, b| a.0.cmp(&b.0));
    list
}

struct Pairs<'r, 'a, 'p> {
    input: &'r LintInput<'a>,
    graph: &'r Graph<'p>,
    depth: &'r [u32],
}

/// How many writers before one it is held against; they are sorted, so that the nearest are the likeliest.
const NEAREST: usize = 4;

impl Pairs<'_, '_, '_> {
    fn report(&self, what: &What, list: &[Writer<'_>], left: &mut usize, out: &mut dyn FnMut(Diagnostic)) {
        for (at, one) in list.iter().enumerate() {
            if let Some(each) = self.turns(one) {
                self.say(out, self.one_in_turns(what, one, each));
            }
            let before = &list[at.saturating_sub(NEAREST)..at];
            let rival = before.iter().rev().find(|other| self.at_once(other, one, left));
            if let Some(other) = rival {
                self.say(out, self.two(what, other, one));
            }
        }
    }

    /// Whether nothing keeps them apart.
    fn at_once(&self, one: &Writer<'_>, other: &Writer<'_>, left: &mut usize) -> bool {
        let apart = one.lock.is_some() && one.lock == other.lock;
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

    /// The `for` around it that is sure to have several turns.
    fn turns(&self, one: &Writer<'_>) -> Option<&For> {
        if one.lock.is_some() {
            return None;
        }
        self.graph.chain(self.graph.nodes[one.node].block).find_map(|block| match self.graph.blocks[block].kind {
            BlockKind::For(each) => {
                let several = each.vars.iter().any(|(_, list)| self.is_several(list));
                (several && each.filter.is_none()).then_some(each)
            }
            BlockKind::Plain | BlockKind::When(..) => None,
        })
    }

    fn is_several(&self, list: &Expr) -> bool {
        if let Kind::Const(id) = &list.kind {
            return self.is_several(&self.input.program.consts[id.index()].value);
        }
        matches!(&list.kind, Kind::List(items) if items.len() > 1)
    }

    /// What is said of a module has its place there.
    fn say(&self, out: &mut dyn FnMut(Diagnostic), mut report: Diagnostic) {
        let file = self.input.root.id;
        if let Some(own) = report.labels.iter().take(2).position(|label| label.span.file == file) {
            if own == 1 && report.labels[1].text.starts_with('`') {
                report.labels.swap(0, 1);
            }
            out(report);
        }
    }

    fn words(&self, what: &What) -> String {
        match what {
            What::Place(_, path) => format!("`{path}`"),
            What::Made(_, artifact) => format!("what stands for `{artifact}`"),
        }
    }

    fn two(&self, what: &What, one: &Writer<'_>, other: &Writer<'_>) -> Diagnostic {
        let (a, b) = (&one.call.name, &other.call.name);
        let words = self.words(what);
        let report = Diagnostic::new(
            Code::P0414,
            other.call.span,
            format!("`{b}` and `{a}` may run at the same time, and both write {words} in one workspace"),
        )
        .here(format!("`{b}` writes it"))
        .label(one.call.span, format!("`{a}` writes it too, and nothing says which comes first"));
        let report = match other.place {
            Some(place) => report.label(place, "the place is said here"),
            None => report,
        };
        report.help(
            "give each a place or a workspace of its own, or say with `after` which comes first: what is left is \
             otherwise from either of them, or half from each",
        )
    }

    fn one_in_turns(&self, what: &What, one: &Writer<'_>, each: &For) -> Diagnostic {
        let name = &one.call.name;
        let list = each.vars.first().map_or(each.span, |(_, list)| list.span);
        let report = Diagnostic::new(
            Code::P0414,
            one.call.span,
            format!(
                "every turn of the `for` writes {} in one workspace, and they may run at the same time",
                self.words(what)
            ),
        )
        .here(format!("`{name}` runs once for each element"))
        .label(list, "the turns of this list wait for nothing between them");
        let report = match one.place {
            Some(place) => report.label(place, "the place is the same in each"),
            None => report,
        };
        report.help("put what differs between the turns into the place, or give the task a `lock`")
    }
}
