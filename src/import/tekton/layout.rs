//! In which order the tasks of a pipeline are written, under which conditions, and what of their order needs saying.

use std::collections::BTreeSet;

use super::condition::Cond;
use super::cx::Cx;
use super::findings;
use super::model::Pipeline;
use crate::diag::Diagnostic;

/// Tasks that stand together under one condition.
#[derive(Debug)]
pub(super) struct Block {
    /// All of them have to hold; none is always.
    pub(super) conds: Vec<Cond>,
    pub(super) calls: Vec<usize>,
}

/// The order of the tasks.
#[derive(Debug)]
pub(super) struct Layout {
    /// Those before `finally`, then those in it.
    pub(super) blocks: Vec<Block>,
    pub(super) last: Vec<Block>,
    /// For each task, its block; those of `finally` count on.
    pub(super) block_of: Vec<usize>,
    /// For each task, whom it waits for beside those whose results it reads.
    pub(super) after: Vec<BTreeSet<usize>>,
    /// For each task, all conditions under which it runs.
    pub(super) conds: Vec<Vec<Cond>>,
}

/// The layout; `None` where tasks wait for each other in a circle, which is reported.
pub(super) fn settle(pipeline: &Pipeline<'_>, cx: &mut Cx<'_, '_>) -> Option<Layout> {
    let before: Vec<BTreeSet<usize>> = (0..pipeline.calls.len()).map(|at| before(pipeline, at)).collect();
    let Some(order) = sorted(&before) else {
        cx.push(circle(pipeline, &before));
        return None;
    };
    let conds = conditions(pipeline, &order, cx);
    let after = needed(pipeline, &order, cx);
    let main = |at: &usize| !pipeline.calls[*at].in_finally;
    let blocks = grouped(&before, &conds, &(0..pipeline.calls.len()).filter(main).collect());
    let last = grouped(&before, &conds, &(0..pipeline.calls.len()).filter(|at| !main(at)).collect());
    let mut block_of = vec![0; pipeline.calls.len()];
    for (number, block) in blocks.iter().chain(&last).enumerate() {
        block.calls.iter().for_each(|call| block_of[*call] = number);
    }
    Some(Layout { blocks, last, block_of, after, conds })
}

/// Whom a task is written behind.
fn before(pipeline: &Pipeline<'_>, at: usize) -> BTreeSet<usize> {
    let call = &pipeline.calls[at];
    call.reads
        .iter()
        .chain(&call.after)
        .chain(&call.asks)
        .copied()
        .filter(|other| *other != at || !call.in_finally)
        .collect()
}

/// Each behind what it waits for, else as they are written.
fn sorted(before: &[BTreeSet<usize>]) -> Option<Vec<usize>> {
    let mut waiting = before.to_vec();
    let mut readers: Vec<Vec<usize>> = vec![Vec::new(); before.len()];
    for (at, waits) in waiting.iter().enumerate() {
        waits.iter().for_each(|other| readers[*other].push(at));
    }
    let mut ready: BTreeSet<usize> = (0..before.len()).filter(|at| waiting[*at].is_empty()).collect();
    let mut order = Vec::with_capacity(before.len());
    while let Some(at) = ready.pop_first() {
        order.push(at);
        for &reader in &readers[at] {
            waiting[reader].remove(&at);
            if waiting[reader].is_empty() {
                ready.insert(reader);
            }
        }
    }
    (order.len() == before.len()).then_some(order)
}

fn circle(pipeline: &Pipeline<'_>, before: &[BTreeSet<usize>]) -> Diagnostic {
    let mut inside: BTreeSet<usize> = (0..before.len()).collect();
    loop {
        let count = inside.len();
        let kept = |at: &usize| {
            let is_read = inside.iter().any(|other| before[*other].contains(at));
            is_read && before[*at].iter().any(|other| inside.contains(other))
        };
        inside = inside.iter().copied().filter(|at| kept(at)).collect();
        if inside.len() == count {
            break;
        }
    }
    let names: Vec<&str> = inside.iter().map(|at| pipeline.calls[*at].theirs).collect();
    let first = inside.first().map_or(pipeline.span, |at| pipeline.calls[*at].span);
    let found = findings::circle(first, &names);
    inside.iter().skip(1).take(4).fold(found, |found, at| found.label(pipeline.calls[*at].span, "waits too"))
}

/// Under which conditions each task runs. The cluster skips whoever reads a result of a task that its condition leaves
/// out, and then all that comes behind that one.
fn conditions(pipeline: &Pipeline<'_>, order: &[usize], cx: &mut Cx<'_, '_>) -> Vec<Vec<Cond>> {
    let mut needs: Vec<Vec<Cond>> = vec![Vec::new(); order.len()];
    let mut all: Vec<Vec<Cond>> = pipeline.calls.iter().map(|call| call.conds.clone()).collect();
    for &at in order {
        let call = &pipeline.calls[at];
        let mut need: Vec<Cond> = Vec::new();
        let mut add = |more: &[Cond]| {
            more.iter().for_each(|one| {
                if !need.contains(one) {
                    need.push(one.clone());
                }
            })
        };
        // What `finally` reads, it asks for the success of.
        for &other in call.reads.iter().filter(|_| !call.in_finally) {
            add(&pipeline.calls[other].conds);
            add(&needs[other]);
        }
        call.after.iter().for_each(|other| add(&needs[*other]));
        let more: Vec<Cond> = need.iter().filter(|one| !call.conds.contains(one)).cloned().collect();
        if !more.is_empty() {
            let has_one = |other: &&usize| all[**other].iter().any(|one| more.contains(one));
            let why: Vec<&str> = call
                .reads
                .iter()
                .chain(&call.after)
                .filter(has_one)
                .map(|other| pipeline.calls[*other].theirs)
                .collect();
            cx.push(findings::skipped_with(call.span, call.theirs, &why));
        }
        needs[at] = need;
        all[at].extend(more);
    }
    all
}

/// What no reading of results implies; how many entries are left out is said once.
fn needed(pipeline: &Pipeline<'_>, order: &[usize], cx: &mut Cx<'_, '_>) -> Vec<BTreeSet<usize>> {
    let words = order.len().div_ceil(64);
    let mut before: Vec<Vec<u64>> = vec![Vec::new(); order.len()];
    let mut after: Vec<BTreeSet<usize>> = pipeline.calls.iter().map(|call| call.after.clone()).collect();
    let mut left_out = 0;
    let mut first = None;
    for &at in order {
        let call = &pipeline.calls[at];
        let direct: BTreeSet<usize> = call.reads.iter().chain(&call.after).copied().collect();
        let mut set = vec![0_u64; words];
        for &other in &direct {
            set.iter_mut().zip(&before[other]).for_each(|(mine, theirs)| *mine |= theirs);
        }
        let implied = |one: &usize| set[one / 64] >> (one % 64) & 1 == 1;
        let count = after[at].len();
        after[at].retain(|one| !implied(one) && !call.reads.contains(one));
        left_out += count - after[at].len();
        if count > after[at].len() && first.is_none_or(|(known, _)| at < known) {
            first = Some((at, call.node));
        }
        direct.iter().for_each(|other| set[other / 64] |= 1 << (other % 64));
        before[at] = set;
    }
    if let Some((_, node)) = first {
        cx.push(findings::redundant_order(crate::yaml_read::look::Look::key_span(node, "runAfter"), left_out));
    }
    after
}

/// Neighbours under equal conditions stand together; a task may be written earlier for that.
fn grouped(before: &[BTreeSet<usize>], conds: &[Vec<Cond>], those: &BTreeSet<usize>) -> Vec<Block> {
    let key = |at: usize| conds[at].iter().cloned().collect::<BTreeSet<Cond>>();
    let mut left = those.clone();
    let mut blocks: Vec<Block> = Vec::new();
    let mut now: Option<BTreeSet<Cond>> = None;
    while !left.is_empty() {
        let is_ready = |at: &&usize| before[**at].iter().all(|other| !left.contains(other));
        let same = now.as_ref().filter(|now| !now.is_empty());
        let beside = same.and_then(|now| left.iter().filter(is_ready).find(|at| key(**at) == *now));
        let Some(&at) = beside.or_else(|| left.iter().find(is_ready)) else { break };
        left.remove(&at);
        let mine = key(at);
        match blocks.last_mut() {
            Some(block) if now.as_ref() == Some(&mine) => block.calls.push(at),
            Some(_) | None => blocks.push(Block { conds: conds[at].clone(), calls: vec![at] }),
        }
        now = Some(mine);
    }
    blocks
}
