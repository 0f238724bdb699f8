//! Who comes before whom in the graph of a pipeline.

use rustc_hash::FxHashSet;

use crate::check::rules::graph::{Graph, NodeId};

/// How many edges one lint looks at: more than any program has that is written by hand. Behind that it is silent.
pub(super) const MOST_EDGES: usize = 2_000_000;

/// The longest way to each node from one that waits for nothing.
pub(super) fn depths(graph: &Graph<'_>) -> Vec<u32> {
    let count = graph.nodes.len();
    let mut waiting: Vec<usize> = (0..count).map(|node| graph.before(node).len()).collect();
    let mut behind: Vec<Vec<NodeId>> = vec![Vec::new(); count];
    for node in 0..count {
        graph.before(node).iter().for_each(|edge| behind[edge.from].push(node));
    }
    let mut depth = vec![0; count];
    let mut next: Vec<NodeId> = (0..count).filter(|node| waiting[*node] == 0).collect();
    while let Some(at) = next.pop() {
        for to in &behind[at] {
            depth[*to] = depth[*to].max(depth[at] + 1);
            waiting[*to] -= 1;
            if waiting[*to] == 0 {
                next.push(*to);
            }
        }
    }
    depth
}

/// Whether one node waits for the other, in whichever order; `None` when nothing is left to look with.
pub(super) fn ordered(graph: &Graph<'_>, depth: &[u32], pair: [NodeId; 2], left: &mut usize) -> Option<bool> {
    let [one, other] = pair;
    let (first, last) = if depth[one] <= depth[other] { (one, other) } else { (other, one) };
    let mut seen: FxHashSet<NodeId> = FxHashSet::default();
    let mut next = vec![last];
    while let Some(at) = next.pop() {
        for edge in graph.before(at) {
            *left = left.checked_sub(1)?;
            if edge.from == first {
                return Some(true);
            }
            if depth[edge.from] > depth[first] && seen.insert(edge.from) {
                next.push(edge.from);
            }
        }
    }
    Some(false)
}
