//! The turns of a loop that is known when compiling, as one task with a matrix, where that is asked for (`matrix: true`).
//!
//! The plan has a task for each turn. Those that one call of a task kept elsewhere made become one, with an `include` for
//! each turn, where nobody could tell: they differ in nothing but texts that are known, nobody reads what one of them
//! gives or how it ended, and what waits for one waits for all. All of them start at once, since they wait for the same.

use rustc_hash::{FxHashMap, FxHashSet};

use super::graph;
use super::inputs::{Given, Way};
use super::lower::{Lowered, Unit};
use super::reads;
use crate::plan::outside::What;
use crate::source::Span;

/// The most runs of one task that the engine starts, unless a cluster is told otherwise.
const MOST: usize = 256;

/// Makes one task of the turns of each call that can be one.
pub(super) fn apply(lowered: &mut Lowered<'_>) {
    if !lowered.options.matrix {
        return;
    }
    let mut groups = groups(lowered, &lowered.tasks);
    groups.extend(self::groups(lowered, &lowered.finally));
    let singled = singled(lowered, &groups);
    let mut of = FxHashMap::default();
    for (group, _) in groups.into_iter().zip(singled).filter(|(_, singled)| !singled) {
        let name = lowered.names.fresh(&group.call);
        of.extend(group.names.into_iter().map(|turn| (turn, name.clone())));
    }
    lowered.tasks = joined(std::mem::take(&mut lowered.tasks), &of);
    lowered.finally = joined(std::mem::take(&mut lowered.finally), &of);
}

/// The turns of one call.
struct Group {
    call: String,
    /// Of the tasks.
    names: Vec<String>,
}

/// The calls whose turns are alike, in the order of the first of each.
fn groups(lowered: &Lowered<'_>, units: &[Box<Unit<'_>>]) -> Vec<Group> {
    let mut order: Vec<Vec<&Unit<'_>>> = Vec::new();
    let mut at: FxHashMap<(Span, &[Span]), usize> = FxHashMap::default();
    for unit in units.iter().filter(|unit| unit.found.is_some()) {
        let Some(id) = unit.id else { continue };
        let task = lowered.plan.task(id);
        let place = *at.entry((task.span, &*task.within)).or_insert(order.len());
        if place == order.len() {
            order.push(Vec::new());
        }
        order[place].push(unit);
    }
    let most = usize::try_from(lowered.options.most_turns).unwrap_or(0).min(MOST);
    let fits = |turns: &&Vec<&Unit<'_>>| (2..=most).contains(&turns.len()) && are_alike(lowered, turns);
    order.iter().filter(fits).map(|turns| Group { call: call(lowered, turns[0]), names: names(turns) }).collect()
}

fn call(lowered: &Lowered<'_>, unit: &Unit<'_>) -> String {
    unit.id
        .map(|id| lowered.plan.task(id).provenance.call.clone())
        .filter(|call| !call.is_empty())
        .unwrap_or_else(|| unit.name.clone())
}

fn names(turns: &[&Unit<'_>]) -> Vec<String> {
    turns.iter().map(|unit| unit.name.clone()).collect()
}

/// Whether turns differ in known texts only, and each from all others.
fn are_alike(lowered: &Lowered<'_>, turns: &[&Unit<'_>]) -> bool {
    let first = turns[0];
    let mut seen = FxHashSet::default();
    let is_new =
        |unit: &Unit<'_>| seen.insert(unit.inputs.given.iter().map(|given| given.value.clone()).collect::<Vec<_>>());
    turns.iter().all(|unit| fits(lowered, unit) && is_like(lowered, first, unit)) && turns.iter().copied().all(is_new)
}

/// What a matrix can do: it has no order for a lock, and whether it goes on behind one turn that failed is not said.
fn fits(lowered: &Lowered<'_>, unit: &Unit<'_>) -> bool {
    let is_task = unit.found.as_ref().is_some_and(|found| found.source.what == What::Task && found.each.is_empty());
    let has_lock = unit.id.is_none_or(|id| lowered.plan.task(id).lock.is_some());
    is_task && !has_lock && !unit.goes_on
}

fn is_like(lowered: &Lowered<'_>, a: &Unit<'_>, b: &Unit<'_>) -> bool {
    let (Some(here), Some(there)) = (&a.found, &b.found) else { return false };
    let same_place = here.source.location == there.source.location
        && here.source.more == there.source.more
        && here.source.workspaces == there.source.workspaces
        && here.lists == there.lists;
    let same_inputs = a.inputs.given.len() == b.inputs.given.len()
        && a.inputs.given.iter().zip(&b.inputs.given).all(|(a, b)| a == b || may_differ(a, b));
    let same_frame = a.when == b.when
        && a.run_after == b.run_after
        && a.needs == b.needs
        && a.resources == b.resources
        && a.retries == b.retries
        && a.timeout == b.timeout;
    let same_options = lowered.options.task(a.id) == lowered.options.task(b.id);
    same_place && same_inputs && same_frame && same_options && a.inputs.secrets == b.inputs.secrets
}

fn may_differ(a: &Given, b: &Given) -> bool {
    // What the engine, or what reads the file before it, could take for a variable stays where it is known to be replaced.
    let is_known = |given: &Given| given.way == Way::Text && !given.value.contains(['$', '{']);
    a.name == b.name && is_known(a) && is_known(b)
}

/// For each group, whether somebody can tell one of its turns from the others.
fn singled(lowered: &Lowered<'_>, groups: &[Group]) -> Vec<bool> {
    let names =
        groups.iter().enumerate().flat_map(|(at, group)| group.names.iter().map(move |name| (name.as_str(), at)));
    let of: FxHashMap<&str, usize> = names.collect();
    let mut singled = vec![false; groups.len()];
    for unit in lowered.tasks.iter().chain(&lowered.finally) {
        graph::results_read(unit).filter_map(|read| of.get(read)).for_each(|at| singled[*at] = true);
        let mut waits: Vec<usize> =
            unit.run_after.iter().filter_map(|before| of.get(before.as_str()).copied()).collect();
        waits.sort_unstable();
        for some in waits.chunk_by(|a, b| a == b) {
            singled[some[0]] |= some.len() < groups[some[0]].names.len();
        }
    }
    let returned = lowered.plan.outputs.iter().flat_map(|output| reads::results(&output.value));
    let added = lowered.names.added().iter().map(|added| added.task);
    for task in returned.chain(added) {
        of.get(lowered.names.of(task)).into_iter().for_each(|at| singled[*at] = true);
    }
    singled
}

/// The units by their new names; the turns of a group stand where the first of them stood.
fn joined<'p>(units: Vec<Box<Unit<'p>>>, of: &FxHashMap<String, String>) -> Vec<Box<Unit<'p>>> {
    let mut out: Vec<Box<Unit<'p>>> = Vec::with_capacity(units.len());
    // Of each group, by its name, where it is among these: its place in the output, and its turns but the first.
    let mut at: FxHashMap<&str, usize> = FxHashMap::default();
    let mut groups: Vec<(usize, Vec<Box<Unit<'p>>>)> = Vec::new();
    for mut unit in units {
        let mut seen = FxHashSet::default();
        unit.run_after.iter_mut().for_each(|before| {
            of.get(before).into_iter().for_each(|new| before.clone_from(new));
        });
        unit.run_after.retain(|before| seen.insert(before.clone()));
        match of.get(&unit.name).map(|name| (name.as_str(), at.get(name.as_str()))) {
            None => out.push(unit),
            Some((_, Some(group))) => groups[*group].1.push(unit),
            Some((name, None)) => {
                at.insert(name, groups.len());
                groups.push((out.len(), Vec::new()));
                out.push(unit);
            }
        }
    }
    for (place, others) in groups {
        let name = of[&out[place].name].clone();
        join(&mut out[place], name, &others);
    }
    out
}

/// What the turns share stays; what they differ in is of each.
fn join(first: &mut Unit<'_>, name: String, others: &[Box<Unit<'_>>]) {
    let given = &first.inputs.given;
    let differs: Vec<bool> =
        (0..given.len()).map(|at| others.iter().any(|other| other.inputs.given[at].value != given[at].value)).collect();
    let own = |unit: &Unit<'_>| {
        let given = unit.inputs.given.iter().zip(&differs).filter(|(_, differs)| **differs);
        (unit.name.clone(), given.map(|(given, _)| (given.name.clone(), given.value.clone())).collect())
    };
    let turns: Vec<_> = std::iter::once(&*first).chain(others.iter().map(|unit| &**unit)).map(own).collect();
    let mut differs = differs.iter();
    first.inputs.given.retain(|_| differs.next() == Some(&false));
    first.name = name;
    if let Some(found) = &mut first.found {
        found.turns = turns;
    }
}
