//! The graph of a plan: edges point from the earlier task to the later one; every list is in a fixed order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use rustc_hash::FxHashSet;

use super::{Edge, Phase, Plan, Require, Task, TaskId, Why};
use crate::source::{Span, offset};

impl Plan {
    /// A plan of no tasks.
    pub fn empty(name: &str, span: Span) -> Self {
        Self {
            name: name.to_owned(),
            doc: String::new(),
            span,
            source: String::new(),
            params: Vec::new(),
            bound: Vec::new(),
            workspaces: Vec::new(),
            requires: Vec::new(),
            outputs: Vec::new(),
            exclusive: None,
            options: Vec::new(),
            option_places: Vec::new(),
            given_options: Vec::new(),
            left_out: Vec::new(),
            turned_away: Vec::new(),
            artifacts: Vec::new(),
            goal: None,
            dag: DiGraph::new(),
        }
    }

    pub fn task(&self, id: TaskId) -> &Task {
        &self.dag[node(id)]
    }

    /// The tasks in the order of the source.
    pub fn tasks(&self) -> impl Iterator<Item = (TaskId, &Task)> {
        self.dag.node_indices().map(|at| (id(at), &*self.dag[at]))
    }

    /// In the order of their ids, to change them.
    pub fn tasks_mut(&mut self) -> impl Iterator<Item = &mut Task> {
        self.dag.node_weights_mut().map(Box::as_mut)
    }

    /// What is checked before the first task: between parameters, and by calls; the same check once.
    pub fn early(&self) -> Vec<&Require> {
        let of_tasks = self.tasks().flat_map(|(_, task)| &task.requires).filter(|one| one.early);
        let mut seen = FxHashSet::default();
        let is_new = |one: &&Require| seen.insert((one.span, format!("{:?}", one.cond.kind)));
        self.requires.iter().chain(of_tasks).filter(is_new).collect()
    }

    /// The number of tasks.
    pub fn len(&self) -> usize {
        self.dag.node_count()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The task of this name.
    pub fn find(&self, name: &str) -> Option<TaskId> {
        self.tasks().find(|(_, task)| task.name == name).map(|(id, _)| id)
    }

    /// Makes room for so many more tasks at once: room that grows is new memory each time.
    pub(super) fn expect_tasks(&mut self, count: usize) {
        self.dag.reserve_exact_nodes(count);
    }

    /// As [`Plan::expect_tasks`], for edges.
    pub(super) fn expect_edges(&mut self, count: usize) {
        self.dag.reserve_exact_edges(count);
    }

    pub fn add_task(&mut self, task: Task) -> TaskId {
        id(self.dag.add_node(Box::new(task)))
    }

    /// `from` ends before `to` starts; a second reason joins the first.
    pub fn add_edge(&mut self, from: TaskId, to: TaskId, why: Why) {
        let known = self.dag.edges_directed(node(to), Direction::Incoming).find(|edge| edge.source() == node(from));
        match known.map(|edge| edge.id()) {
            Some(edge) => {
                let list = &mut self.dag[edge].why;
                if !list.contains(&why) {
                    list.push(why);
                }
            }
            None => self.join(from, to, vec![why]),
        }
    }

    /// As [`Plan::add_edge`], for two tasks that have no edge yet: takes constant time.
    pub(super) fn join(&mut self, from: TaskId, to: TaskId, why: Vec<Why>) {
        self.dag.add_edge(node(from), node(to), Edge { why });
    }

    /// What a task waits for directly, ascending.
    pub fn dependencies(&self, task: TaskId) -> impl Iterator<Item = (TaskId, &Edge)> {
        self.neighbours(task, Direction::Incoming)
    }

    /// What waits directly for a task, ascending.
    pub fn dependents(&self, task: TaskId) -> impl Iterator<Item = (TaskId, &Edge)> {
        self.neighbours(task, Direction::Outgoing)
    }

    fn neighbours(&self, task: TaskId, direction: Direction) -> impl Iterator<Item = (TaskId, &Edge)> {
        let edges = self.dag.edges_directed(node(task), direction);
        let mut list: Vec<_> = edges.map(|edge| (id(other_end(&edge, direction)), edge.weight())).collect();
        list.sort_by_key(|(at, _)| *at);
        list.into_iter()
    }

    /// Every task behind all that it waits for, ties by the order of the source; those of `finally` last.
    pub fn order(&self) -> Vec<TaskId> {
        let mut waits: Vec<usize> = self.dag.node_indices().map(|at| self.in_degree(at)).collect();
        let mut ready: BinaryHeap<_> =
            self.dag.node_indices().filter(|at| waits[at.index()] == 0).map(|at| self.rank(at)).collect();
        let mut order = Vec::with_capacity(self.len());
        while let Some(Reverse((_, at))) = ready.pop() {
            order.push(at);
            for next in self.dag.neighbors(node(at)) {
                waits[next.index()] -= 1;
                if waits[next.index()] == 0 {
                    ready.push(self.rank(next));
                }
            }
        }
        order
    }

    fn in_degree(&self, at: NodeIndex) -> usize {
        self.dag.neighbors_directed(at, Direction::Incoming).count()
    }

    fn rank(&self, at: NodeIndex) -> Reverse<(bool, TaskId)> {
        Reverse((self.dag[at].phase == Phase::Finally, id(at)))
    }

    /// The tasks that may run together: each in the first wave that is behind all that it waits for, ascending.
    pub fn waves(&self) -> Vec<Vec<TaskId>> {
        let mut level = vec![0; self.len()];
        let mut waves: Vec<Vec<TaskId>> = Vec::new();
        let mut main = 0;
        for task in self.order() {
            let before = self.dag.neighbors_directed(node(task), Direction::Incoming);
            let first = before.map(|at| level[at.index()] + 1).max().unwrap_or(0);
            let at = match self.task(task).phase {
                Phase::Main => first,
                Phase::Finally => first.max(main),
            };
            level[task.index()] = at;
            waves.resize_with(waves.len().max(at + 1), Vec::new);
            waves[at].push(task);
            if self.task(task).phase == Phase::Main {
                main = waves.len();
            }
        }
        waves.iter_mut().for_each(|wave| wave.sort_unstable());
        waves
    }

    /// For each task the direct dependencies that the others do not imply already, ascending.
    ///
    /// Ancestors are sets of bits, made for [`BLOCK`] tasks at a time, so that memory grows with the number of tasks
    /// and not with its square.
    pub fn needed_after(&self) -> Vec<Vec<TaskId>> {
        let order = self.order();
        let mut position = vec![0; self.len()];
        order.iter().enumerate().for_each(|(at, task)| position[task.index()] = at);
        let waits = |task: &TaskId| {
            let before = self.dag.neighbors_directed(node(*task), Direction::Incoming);
            before.map(|at| position[at.index()]).collect::<Vec<_>>()
        };
        let waits: Vec<Vec<usize>> = order.iter().map(waits).collect();
        let implied = implied(&waits);
        let mut needed = vec![Vec::new(); self.len()];
        for (at, task) in order.iter().enumerate() {
            let kept = waits[at].iter().zip(&implied[at]).filter(|(_, implied)| !**implied);
            needed[task.index()] = kept.map(|(before, _)| order[*before]).collect();
            needed[task.index()].sort_unstable();
        }
        needed
    }
}

const WORDS: usize = 16;
/// How many tasks the sets of one round can hold.
const BLOCK: usize = WORDS * 64;

type Bits = [u64; WORDS];

/// For each edge of `waits` (positions in a topological order) whether another path implies it.
fn implied(waits: &[Vec<usize>]) -> Vec<Vec<bool>> {
    let mut implied: Vec<Vec<bool>> = waits.iter().map(|before| vec![false; before.len()]).collect();
    let mut ancestors: Vec<Bits> = vec![[0; WORDS]; waits.len()];
    let doubtful = doubtful(waits);
    for start in (0..waits.len()).step_by(BLOCK).filter(|start| doubtful[start / BLOCK]) {
        // What comes before the block has no ancestor in it.
        for at in start..waits.len() {
            let mut set = [0; WORDS];
            for before in waits[at].iter().filter(|before| **before >= start) {
                set.iter_mut().zip(&ancestors[*before]).for_each(|(word, other)| *word |= other);
            }
            let reached = set;
            for (edge, before) in waits[at].iter().enumerate() {
                let Some(bit) = before.checked_sub(start).filter(|bit| *bit < BLOCK) else { continue };
                implied[at][edge] = reached[bit / 64] >> (bit % 64) & 1 == 1;
                set[bit / 64] |= 1 << (bit % 64);
            }
            ancestors[at] = set;
        }
    }
    implied
}

/// For each block whether an edge that starts in it can be implied: only where a task waits for another one that has a
/// longer path behind it. In a graph of layers there is none.
fn doubtful(waits: &[Vec<usize>]) -> Vec<bool> {
    let mut level = vec![0_usize; waits.len()];
    let mut doubtful = vec![false; waits.len().div_ceil(BLOCK)];
    for (at, before) in waits.iter().enumerate() {
        let Some(last) = before.iter().map(|before| level[*before]).max() else { continue };
        level[at] = last + 1;
        for before in before.iter().filter(|before| level[**before] < last) {
            doubtful[before / BLOCK] = true;
        }
    }
    doubtful
}

fn node(id: TaskId) -> NodeIndex {
    NodeIndex::new(id.index())
}

fn id(node: NodeIndex) -> TaskId {
    TaskId(offset(node.index()))
}

fn other_end<E: EdgeRef<NodeId = NodeIndex>>(edge: &E, direction: Direction) -> NodeIndex {
    match direction {
        Direction::Incoming => edge.source(),
        Direction::Outgoing => edge.target(),
    }
}
