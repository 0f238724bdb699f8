//! The graph that the engine sees: who waits for whom by results and by `runAfter`.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use super::lower::Unit;

/// By index into the units it was made of.
#[derive(Debug)]
pub(super) struct Graph {
    /// What each task waits for directly.
    pub(super) before: Vec<Vec<usize>>,
    /// Every task behind all that it waits for.
    pub(super) order: Vec<usize>,
}

impl Graph {
    pub(super) fn of(units: &[Box<Unit<'_>>]) -> Self {
        let at: FxHashMap<&str, usize> = units.iter().enumerate().map(|(at, unit)| (unit.name.as_str(), at)).collect();
        let before = |unit: &Unit<'_>| {
            let mut before = Vec::new();
            waits_for(unit).for_each(|name| before.extend(at.get(name)));
            before
        };
        let before: Vec<Vec<usize>> = units.iter().map(|unit| before(unit)).collect();
        let order = order(&before);
        Self { before, order }
    }
}

/// The tasks that a task waits for, by name; one may stand there twice.
fn waits_for<'u>(unit: &'u Unit<'_>) -> impl Iterator<Item = &'u str> {
    results_read(unit).chain(unit.run_after.iter().map(String::as_str))
}

/// The tasks whose results a task reads, by name: the engine makes edges of these.
pub(super) fn results_read<'u>(unit: &'u Unit<'_>) -> impl Iterator<Item = &'u str> {
    let given = unit.inputs.given.iter().map(|given| given.value.as_str());
    let when = unit.when.iter().map(|(input, _, _)| input.as_str());
    let lists = unit.found.iter().flat_map(|found| found.elements());
    // A text may be put together from several.
    let texts = given.chain(when).chain(lists);
    let variables = texts.flat_map(|value| value.split('$').skip(1));
    variables.filter_map(|rest| rest.strip_prefix("(tasks.")?.split('.').next())
}

fn order(before: &[Vec<usize>]) -> Vec<usize> {
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); before.len()];
    let mut open: Vec<usize> = before.iter().map(Vec::len).collect();
    for (to, list) in before.iter().enumerate() {
        list.iter().for_each(|from| next[*from].push(to));
    }
    let mut ready: VecDeque<usize> = (0..before.len()).filter(|at| open[*at] == 0).collect();
    let mut order = Vec::with_capacity(before.len());
    while let Some(at) = ready.pop_front() {
        order.push(at);
        for to in &next[at] {
            open[*to] -= 1;
            if open[*to] == 0 {
                ready.push_back(*to);
            }
        }
    }
    order
}

/// Takes every `runAfter` away that the other edges imply: locks and decisions add edges that the plan does not have.
pub(super) fn drop_implied(units: &mut [Box<Unit<'_>>]) {
    let graph = Graph::of(units);
    let mut position = vec![0; units.len()];
    graph.order.iter().enumerate().for_each(|(place, at)| position[*at] = place);
    let at: FxHashMap<String, usize> = units.iter().enumerate().map(|(at, unit)| (unit.name.clone(), at)).collect();
    for (unit, before) in units.iter_mut().zip(&graph.before) {
        // An implied edge implies nothing that the others do not, so all can be judged by the whole graph.
        unit.run_after.retain(|name| {
            let target = at[name];
            let others = before.iter().copied().filter(|other| *other != target);
            !reaches(&graph, &position, others.collect(), target)
        });
    }
}

fn reaches(graph: &Graph, position: &[usize], mut open: Vec<usize>, target: usize) -> bool {
    let mut seen = FxHashSet::default();
    while let Some(one) = open.pop() {
        if one == target {
            return true;
        }
        // What stands before the target in the order cannot wait for it.
        if position[one] > position[target] && seen.insert(one) {
            open.extend(&graph.before[one]);
        }
    }
    false
}
