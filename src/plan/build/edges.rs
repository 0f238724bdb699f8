//! Why tasks wait: what was noted while they were made becomes the edges of the plan.

use std::ops::Range;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::Builder;
use super::report::cycle;
use crate::check::program::{After, LocalId};
use crate::plan::{Expr, ExprKind, Phase, Plan, TaskId, Turn, Why};
use crate::source::Span;

/// A call that was seen: a task of the plan, or one that is left out but still hands its order on.
#[derive(Debug)]
pub(super) struct Node<'a> {
    pub(super) task: Option<TaskId>,
    /// What it reads of others, in the order of the source.
    pub(super) reads: Vec<(TaskId, Why)>,
    pub(super) after: &'a [After],
    /// The turns of the loops around it.
    pub(super) turns: Rc<[(Span, u32)]>,
}

/// The stages that end before what comes next, as ranges of nodes.
pub(super) type Stages = Vec<Range<usize>>;

/// All calls in order, and the stages.
#[derive(Debug)]
pub(super) struct Graph<'a> {
    nodes: Vec<Node<'a>>,
    /// The nodes that a local stands for.
    of_local: Vec<Vec<usize>>,
    /// By a name for calls that are bound inside blocks, outside of these: their names inside.
    aliases: FxHashMap<LocalId, Vec<LocalId>>,
    /// The stage before, and the stage behind it.
    pairs: Vec<(Range<usize>, Range<usize>)>,
    last: Stages,
}

impl<'a> Graph<'a> {
    pub(super) fn new(locals: usize) -> Self {
        Self {
            // Most names are of calls: a list that grows leaves what it had before.
            nodes: Vec::with_capacity(locals),
            of_local: vec![Vec::new(); locals],
            aliases: FxHashMap::default(),
            pairs: Vec::new(),
            last: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn add(&mut self, local: Option<LocalId>, node: Node<'a>) {
        if let Some(list) = local.and_then(|local| self.of_local.get_mut(local.index())) {
            list.push(self.nodes.len());
        }
        self.nodes.push(node);
    }

    pub(super) fn alias(&mut self, outer: LocalId, inner: LocalId) {
        let known = self.aliases.entry(outer).or_default();
        if !known.contains(&inner) {
            known.push(inner);
        }
    }

    pub(super) fn stages(&self) -> Stages {
        self.last.clone()
    }

    /// Puts another set of stages in place, and gives the one before.
    pub(super) fn swap_stages(&mut self, stages: Stages) -> Stages {
        std::mem::replace(&mut self.last, stages)
    }

    /// What comes next waits for the stages of both ways.
    pub(super) fn merge_stages(&mut self, others: Stages) {
        for other in others {
            if !self.last.contains(&other) {
                self.last.push(other);
            }
        }
    }

    /// Inside a stage the stages begin anew.
    pub(super) fn enter_stage(&mut self) -> Stages {
        std::mem::take(&mut self.last)
    }

    pub(super) fn leave_stage(&mut self, before: Stages, start: usize) {
        let own = start..self.nodes.len();
        if own.is_empty() {
            self.last = before;
            return;
        }
        self.pairs.extend(before.into_iter().map(|before| (before, own.clone())));
        self.last = vec![own];
    }

    fn calls(&self, local: LocalId) -> Vec<usize> {
        let own = self.of_local.get(local.index()).cloned().unwrap_or_default();
        let inner = self.aliases.get(&local).into_iter().flatten().flat_map(|inner| self.calls(*inner));
        own.into_iter().chain(inner).collect()
    }

    /// What `node` waits for by `after`: in the loops that both stand in, only what stands in the same turn.
    fn after(&self, node: &Node<'_>) -> Vec<(usize, Why)> {
        let mut found = Vec::new();
        for after in node.after {
            for local in &after.calls {
                let calls = self.calls(*local).into_iter();
                let same = calls.filter(|call| same_turn(&node.turns, &self.nodes[*call].turns));
                found.extend(same.map(|call| (call, Why::After(after.span))));
            }
        }
        found
    }
}

fn same_turn(a: &[(Span, u32)], b: &[(Span, u32)]) -> bool {
    a.iter().zip(b).take_while(|(a, b)| a.0 == b.0).all(|(a, b)| a.1 == b.1)
}

/// The task that one part of an expression reads, and why that is an edge.
pub(super) fn read_of(part: &Expr) -> Option<(TaskId, Option<u32>)> {
    match &part.kind {
        ExprKind::Result(task, output) | ExprKind::Artifact { task, output, .. } => Some((*task, Some(*output))),
        ExprKind::Status(task) => Some((*task, None)),
        ExprKind::Turn(Turn::Output(task, output)) => Some((*task, Some(*output))),
        ExprKind::Known(_)
        | ExprKind::Param(_)
        | ExprKind::Place { .. }
        | ExprKind::Out(_)
        | ExprKind::StepResult(..)
        | ExprKind::Outcome
        | ExprKind::Turn(Turn::Element(..) | Turn::Number | Turn::Lost(_))
        | ExprKind::Concat(_)
        | ExprKind::Not(_)
        | ExprKind::Negate(_)
        | ExprKind::Binary(..)
        | ExprKind::IsNone(_)
        | ExprKind::Coalesce(..)
        | ExprKind::If(..)
        | ExprKind::List(_)
        | ExprKind::Flag(..)
        | ExprKind::Len(_)
        | ExprKind::Join(..)
        | ExprKind::Append(..)
        | ExprKind::Convert(_) => None,
    }
}

impl Builder<'_> {
    /// Makes the edges; a circle is reported.
    pub(super) fn connect(&mut self) {
        let mut waits = direct(&mut self.graph, self.plan.len());
        for (before, behind) in &self.graph.pairs {
            join_stages(&mut waits, before, behind);
        }
        let mut real = Real { graph: &self.graph, waits: &waits, known: vec![None; self.graph.len()] };
        let mut edges: Vec<(TaskId, TaskId, Why)> = Vec::with_capacity(waits.iter().map(Vec::len).sum());
        for (at, node) in self.graph.nodes.iter().enumerate() {
            let Some(task) = node.task else { continue };
            for (before, why) in &waits[at] {
                match self.graph.nodes[*before].task {
                    Some(from) => edges.push((task, from, why.clone())),
                    None => edges.extend(real.tasks(*before).iter().map(|from| (task, *from, why.clone()))),
                }
            }
        }
        // Stable: the reasons for one edge stay in the order of the source.
        edges.sort_by_key(|(to, from, _)| (*to, *from));
        self.plan.expect_edges(edges.len());
        for same in edges.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            add(&mut self.plan, same);
        }
        self.no_circle();
    }

    fn no_circle(&mut self) {
        let order = self.plan.order();
        if order.len() == self.plan.len() {
            return;
        }
        let ordered = |task: TaskId| order.contains(&task);
        let Some((mut at, _)) = self.plan.tasks().find(|(task, _)| !ordered(*task)) else { return };
        let mut seen = vec![at];
        while let Some((before, _)) = self.plan.dependencies(at).find(|(before, _)| !ordered(*before)) {
            if let Some(start) = seen.iter().position(|one| *one == before) {
                seen.drain(..start);
                break;
            }
            seen.push(before);
            at = before;
        }
        seen.reverse();
        let names: Vec<&str> =
            seen.iter().chain(seen.first()).map(|task| self.plan.task(*task).name.as_str()).collect();
        let finding = cycle(&names, self.plan.task(seen[0]).span);
        self.report(finding);
    }
}

type Waits = Vec<Vec<(usize, Why)>>;

/// What each node waits for by data, conditions and `after`.
fn direct(graph: &mut Graph<'_>, tasks: usize) -> Waits {
    let mut node_of = vec![0; tasks];
    for (at, node) in graph.nodes.iter().enumerate() {
        if let Some(task) = node.task {
            node_of[task.index()] = at;
        }
    }
    let mut all = Vec::with_capacity(graph.nodes.len());
    for at in 0..graph.nodes.len() {
        let reads = std::mem::take(&mut graph.nodes[at].reads);
        let mut waits: Vec<_> = reads.into_iter().map(|(task, why)| (node_of[task.index()], why)).collect();
        waits.extend(graph.after(&graph.nodes[at]));
        all.push(waits);
    }
    all
}

/// The last tasks of a stage come before the first of the next.
fn join_stages(waits: &mut Waits, before: &Range<usize>, behind: &Range<usize>) {
    let mut has_dependent = vec![false; before.len()];
    for at in before.clone() {
        for (other, _) in waits[at].iter().filter(|(other, _)| before.contains(other)) {
            has_dependent[other - before.start] = true;
        }
    }
    let last: Vec<usize> = before.clone().filter(|at| !has_dependent[at - before.start]).collect();
    let first: Vec<usize> =
        behind.clone().filter(|at| waits[*at].iter().all(|(other, _)| !behind.contains(other))).collect();
    for at in first {
        // The names are filled in when the real tasks are known.
        waits[at].extend(last.iter().map(|last| (*last, Why::Stage(Box::default()))));
    }
}

/// The tasks of the plan that a node stands for: itself, or what a call that is left out waited for.
struct Real<'a> {
    graph: &'a Graph<'a>,
    waits: &'a Waits,
    known: Vec<Option<Rc<[TaskId]>>>,
}

impl Real<'_> {
    fn tasks(&mut self, at: usize) -> Rc<[TaskId]> {
        if let Some(known) = &self.known[at] {
            return known.clone();
        }
        let tasks: Vec<TaskId> = match self.graph.nodes[at].task {
            Some(task) => vec![task],
            None => {
                // A circle of calls that are left out ends here.
                self.known[at] = Some(Rc::from([]));
                let waits = self.waits;
                let mut tasks: Vec<TaskId> =
                    waits[at].iter().flat_map(|(before, _)| self.tasks(*before).to_vec()).collect();
                tasks.sort_unstable();
                tasks.dedup();
                tasks
            }
        };
        let tasks: Rc<[TaskId]> = Rc::from(tasks);
        self.known[at] = Some(tasks.clone());
        tasks
    }
}

/// Adds one edge with all its reasons. What leads from the body to `finally` is said by the phase.
fn add(plan: &mut Plan, same: &[(TaskId, TaskId, Why)]) {
    let (to, from) = (same[0].0, same[0].1);
    if plan.task(from).phase == Phase::Main && plan.task(to).phase == Phase::Finally {
        return;
    }
    let mut reasons: Vec<Why> = Vec::with_capacity(same.len());
    for (_, _, why) in same {
        let why = match why {
            Why::Stage(..) => {
                let stage = |task: TaskId| plan.task(task).stage.clone().unwrap_or_default();
                Why::Stage(Box::new((stage(from), stage(to))))
            }
            Why::Output(..) | Why::Condition(_) | Why::After(_) => why.clone(),
        };
        if !reasons.contains(&why) {
            reasons.push(why);
        }
    }
    plan.join(from, to, reasons);
}
