//! The tasks of the program and their order: no edge that another one implies, no value before it is made.

use std::collections::BTreeSet;

use super::task::Task;
use crate::source::Span;

/// One statement of the pipeline.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) form: Form,
    /// The nodes whose values it reads.
    pub(super) reads: Vec<usize>,
    /// The nodes that it waits for besides.
    pub(super) after: BTreeSet<usize>,
    /// What it was made of.
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum Form {
    /// A task of the library, as an expression.
    Call(String),
    Task(Task),
}

/// The order in which nodes are written, with as few `after` as say it all; `None` where they wait in a circle.
pub(super) fn settle(nodes: &mut [Node]) -> Option<Vec<usize>> {
    let order = sorted(nodes)?;
    let words = nodes.len().div_ceil(64);
    let mut before: Vec<Vec<u64>> = vec![Vec::new(); nodes.len()];
    for &node in &order {
        let direct: BTreeSet<usize> = nodes[node].reads.iter().chain(&nodes[node].after).copied().collect();
        let mut set = vec![0_u64; words];
        for &other in &direct {
            set.iter_mut().zip(&before[other]).for_each(|(mine, theirs)| *mine |= theirs);
        }
        let implied = |one: &usize| set[one / 64] >> (one % 64) & 1 == 1;
        let reads = nodes[node].reads.clone();
        nodes[node].after.retain(|one| !implied(one) && !reads.contains(one));
        direct.iter().for_each(|other| set[other / 64] |= 1 << (other % 64));
        before[node] = set;
    }
    Some(order)
}

/// Each behind what it waits for, else in the order in which they were made.
fn sorted(nodes: &[Node]) -> Option<Vec<usize>> {
    let mut waiting: Vec<BTreeSet<usize>> =
        nodes.iter().map(|node| node.reads.iter().chain(&node.after).copied().collect()).collect();
    let mut readers: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (node, waits) in waiting.iter().enumerate() {
        waits.iter().for_each(|other| readers[*other].push(node));
    }
    let mut ready: BTreeSet<usize> = (0..nodes.len()).filter(|node| waiting[*node].is_empty()).collect();
    let mut order = Vec::with_capacity(nodes.len());
    while let Some(node) = ready.pop_first() {
        order.push(node);
        for &reader in &readers[node] {
            waiting[reader].remove(&node);
            if waiting[reader].is_empty() {
                ready.insert(reader);
            }
        }
    }
    (order.len() == nodes.len()).then_some(order)
}
