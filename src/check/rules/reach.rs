//! Which of some calls come before and behind each call of a pipeline; 64 of them cost one walk through the graph.

use super::graph::{Graph, NodeId};

/// One bit for each of some calls.
pub(super) type Bits = u64;

/// The calls of a pipeline, each behind those that it waits for.
#[derive(Debug)]
pub(super) struct Sorted<'g, 'p> {
    graph: &'g Graph<'p>,
    pub(super) order: Vec<NodeId>,
}

/// The calls that are asked about, and where they stand.
#[derive(Debug)]
pub(super) struct Sides {
    /// By node: those that it waits for.
    pub(super) before: Vec<Bits>,
    /// By node: those that wait for it.
    pub(super) behind: Vec<Bits>,
    /// By node: itself.
    pub(super) own: Vec<Bits>,
}

impl<'g, 'p> Sorted<'g, 'p> {
    /// `None` when calls wait for each other in a circle.
    pub(super) fn new(graph: &'g Graph<'p>) -> Option<Self> {
        let count = graph.nodes.len();
        let mut waiting: Vec<usize> = (0..count).map(|node| graph.before(node).len()).collect();
        let mut behind: Vec<Vec<NodeId>> = vec![Vec::new(); count];
        for node in 0..count {
            graph.before(node).iter().for_each(|edge| behind[edge.from].push(node));
        }
        let mut order: Vec<NodeId> = (0..count).filter(|node| waiting[*node] == 0).collect();
        let mut at = 0;
        while let Some(node) = order.get(at).copied() {
            at += 1;
            for to in &behind[node] {
                waiting[*to] -= 1;
                if waiting[*to] == 0 {
                    order.push(*to);
                }
            }
        }
        (order.len() == count).then_some(Self { graph, order })
    }

    /// Where at most 64 calls stand.
    pub(super) fn sides(&self, some: &[NodeId]) -> Sides {
        let mut own = vec![0; self.order.len()];
        some.iter().enumerate().for_each(|(at, node)| own[*node] |= 1 << at);
        let before = self.carried(|node| own[node]);
        let mut behind = vec![0; self.order.len()];
        for node in self.order.iter().rev() {
            for edge in self.graph.before(*node) {
                behind[edge.from] |= behind[*node] | own[*node];
            }
        }
        Sides { before, behind, own }
    }

    /// By node: what all that it waits for gives.
    pub(super) fn carried(&self, give: impl Fn(NodeId) -> Bits) -> Vec<Bits> {
        let mut carried = vec![0; self.order.len()];
        for node in &self.order {
            for edge in self.graph.before(*node) {
                carried[*node] |= carried[edge.from] | give(edge.from);
            }
        }
        carried
    }
}

/// How many calls fit in [`Bits`].
pub(super) const AT_ONCE: usize = 64;

/// The numbers of the bits that are set.
pub(super) fn each(mut bits: Bits) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = bits.trailing_zeros();
        bits &= bits.wrapping_sub(1);
        (at < Bits::BITS).then_some(at as usize)
    })
}
