//! Tasks of the body that follow each other with nothing beside them.
//!
//! The next one of a chain waits for the last, and for nothing that the first does not wait for; and whoever else waits
//! for the last waits for the next as well. So nobody waits longer than before.

use rustc_hash::FxHashSet;

use super::links::Links;
use super::merge::{Group, merge};
use super::moved::Moved;
use super::pod::Mode;
use super::rules::{Chain, Rules};
use crate::emit::tekton::graph::Graph;
use crate::emit::tekton::lower::{Lowered, Unit};

/// A task with more dependents is no part of a chain: it would take long to see that all of them wait for one.
const MOST_DEPENDENTS: usize = 8;

pub(super) fn fuse(lowered: &mut Lowered<'_>) {
    let links = Links::of(lowered);
    let chains = find(lowered, &links);
    if chains.is_empty() {
        return;
    }
    let mut moved = Moved::default();
    let mut units: Vec<Option<Box<Unit<'_>>>> = std::mem::take(&mut lowered.tasks).into_iter().map(Some).collect();
    for chain in chains {
        let keeps = |task: &str, result: &str| links.stays(task, result, &chain.set);
        let members = chain.members.iter().filter_map(|at| units[*at].take()).collect();
        let whole = merge(lowered, Group { mode: Mode::Chain, keeps: &keeps, members }, &mut moved);
        // What the first waits for stands before it, and what waits for the last stands behind that.
        units[chain.members[0]] = Some(Box::new(whole));
    }
    lowered.tasks = units.into_iter().flatten().collect();
    lowered.tasks.iter_mut().chain(&mut lowered.finally).for_each(|unit| moved.tell(unit));
    lowered.moved = moved;
}

/// The chains of two tasks or more.
fn find(lowered: &Lowered<'_>, links: &Links) -> Vec<Chain> {
    let graph = Graph::of(&lowered.tasks);
    let rules = Rules::new(lowered, links);
    let before: Vec<FxHashSet<usize>> = graph.before.iter().map(|list| list.iter().copied().collect()).collect();
    let mut behind: Vec<Vec<usize>> = vec![Vec::new(); before.len()];
    for at in &graph.order {
        for earlier in &graph.before[*at] {
            // One may stand there twice.
            if behind[*earlier].last() != Some(at) {
                behind[*earlier].push(*at);
            }
        }
    }
    let may_share: Vec<bool> = (0..before.len()).map(|at| rules.may_share(at)).collect();
    let mut seen = vec![false; before.len()];
    let mut chains = Vec::new();
    for first in graph.order.iter().copied().filter(|at| may_share[*at]) {
        if std::mem::replace(&mut seen[first], true) {
            continue;
        }
        let mut chain = rules.start(first);
        let mut last = first;
        while let Some(next) = next(&before, &behind[last], &chain)
            && !seen[next]
            && may_share[next]
            && rules.may_join(&chain, next)
        {
            rules.join(&mut chain, next);
            seen[next] = true;
            last = next;
        }
        rules.shorten(&mut chain).into_iter().for_each(|at| seen[at] = false);
        if chain.members.len() > 1 {
            chains.push(chain);
        }
    }
    chains
}

/// The task that may follow those of the chain, by what waits for what.
fn next(before: &[FxHashSet<usize>], behind: &[usize], chain: &Chain) -> Option<usize> {
    let (next, others) = behind.split_first()?;
    let few = others.len() < MOST_DEPENDENTS;
    let all_wait = few && others.iter().all(|other| before[*other].contains(next));
    let outside = &before[chain.members[0]];
    let waits_for_known = before[*next].iter().all(|one| chain.set.contains(one) || outside.contains(one));
    (all_wait && waits_for_known).then_some(*next)
}
