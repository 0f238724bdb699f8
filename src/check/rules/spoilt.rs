//! What one call requires, another has not spoilt before it; and nothing is spoilt that had first to be saved.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::check::program::Attr;
use crate::check::program::{ArtifactId, Call, Callee, CommandDef, Expr, Kind, LocalId, Type};
use crate::diag::Diagnostics;
use crate::source::Span;

use super::graph::NodeId;
use super::homes::Homes;
use super::made::{Spoil, artifacts_in};
use super::order::Order;
use super::reach::{AT_ONCE, Bits, Sides, Sorted, each};
use super::runs::Run;
use super::{spoilt_words, walk};

pub(super) fn check(order: &Order<'_, '_>, out: &mut Diagnostics) {
    let nodes = 0..order.graph.nodes.len();
    let spoils = |node: &NodeId| order.made(*node).is_some_and(|made| !made.spoils.is_empty());
    let spoilers: Vec<NodeId> = nodes.filter(spoils).collect();
    if spoilers.is_empty() {
        return;
    }
    let Some(sorted) = Sorted::new(&order.graph) else { return };
    let mut check = Check::new(order, &sorted);
    check.in_scripts(&spoilers, out);
    check.lost_work(out);
    let mut lasting: BTreeMap<ArtifactId, Vec<NodeId>> = BTreeMap::new();
    for node in spoilers {
        for spoil in check.spoils(node).iter().filter(|spoil| spoil.lasting) {
            lasting.entry(spoil.artifact).or_default().push(node);
        }
    }
    for (artifact, nodes) in lasting {
        nodes.chunks(AT_ONCE).for_each(|some| check.between(artifact, some, out));
    }
}

/// One thing that is spoilt, by whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spoiling<'r, 'p> {
    pub(super) node: NodeId,
    pub(super) artifact: ArtifactId,
    pub(super) run: &'r Run<'p>,
}

struct Check<'r, 'o, 'p> {
    order: &'r Order<'o, 'p>,
    sorted: &'r Sorted<'r, 'p>,
    /// By node: what it requires that it does not make itself.
    wants: Vec<Vec<ArtifactId>>,
    /// By node: the workspace that it works in.
    homes: Vec<Option<LocalId>>,
    /// What has to be made before the pipeline runs, since it is given to it.
    from_outside: Vec<ArtifactId>,
    /// What is lost is said where it is lost; who needs it then is not told as well.
    lost: FxHashSet<(NodeId, ArtifactId)>,
    /// Of the same text, in whichever calls, one is enough.
    said: FxHashSet<(Span, ArtifactId)>,
}

/// Whether what is spoilt was saved before.
enum Saved {
    Yes,
    /// This call has made it, and nothing has saved it since.
    No(NodeId),
    /// Nothing that comes before makes it.
    NotMade,
}

impl<'r, 'o, 'p> Check<'r, 'o, 'p> {
    fn new(order: &'r Order<'o, 'p>, sorted: &'r Sorted<'r, 'p>) -> Self {
        let count = order.graph.nodes.len();
        let mut from_outside = Vec::new();
        order.pipeline.params.iter().for_each(|param| artifacts_in(order.program, &param.ty, &mut from_outside));
        Self {
            order,
            sorted,
            wants: (0..count).map(|node| wants(order, node)).collect(),
            homes: homes(order),
            from_outside,
            lost: FxHashSet::default(),
            said: FxHashSet::default(),
        }
    }

    fn spoils(&self, node: NodeId) -> &'r [Spoil] {
        self.order.made(node).map_or(&[], |made| &made.spoils)
    }

    fn spoiling(&self, node: NodeId, spoil: &Spoil) -> Option<Spoiling<'r, 'p>> {
        let run = self.order.made(node)?.runs.get(spoil.run)?;
        Some(Spoiling { node, artifact: spoil.artifact, run })
    }

    // ---- In one script ----

    fn in_scripts(&mut self, spoilers: &[NodeId], out: &mut Diagnostics) {
        for node in spoilers.iter().copied() {
            let Some(made) = self.order.made(node) else { continue };
            for spoilt in &made.spoilt {
                let spoil = &made.spoils[spoilt.spoil];
                let Some(by) = self.spoiling(node, spoil) else { continue };
                if !matches!(self.saved(by, spoil), Saved::NotMade) && !by.run.command.unless.is_empty() {
                    continue;
                }
                let (report, place) = spoilt_words::in_script(self.order, &by, &spoilt.demand);
                if self.said.insert((place, spoil.artifact)) {
                    out.push(report);
                }
            }
        }
    }

    // ---- What is lost ----

    /// In the order in which it is lost: of what is gone already, nobody is told again.
    fn lost_work(&mut self, out: &mut Diagnostics) {
        for node in self.sorted.order.clone() {
            for spoil in self.spoils(node) {
                let Some(by) = self.spoiling(node, spoil).filter(|by| !by.run.command.unless.is_empty()) else {
                    continue;
                };
                let Saved::No(maker) = self.saved(by, spoil) else { continue };
                let before = self.lost.iter().any(|(other, artifact)| {
                    *artifact == spoil.artifact && *other != node && self.order.waits_for(node, *other)
                });
                self.lost.insert((node, spoil.artifact));
                if !before && self.said.insert((by.run.written, spoil.artifact)) {
                    out.push(spoilt_words::lost(self.order, &by, maker));
                }
            }
        }
    }

    /// Whether every call that has made it is followed by one that has saved it.
    fn saved(&self, by: Spoiling<'_, 'p>, spoil: &Spoil) -> Saved {
        let command = by.run.command;
        if spoil.made_here {
            return Saved::No(by.node);
        }
        let before = self.ancestors(by.node);
        let makers: Vec<NodeId> = before.iter().copied().filter(|node| self.order.makes(*node, by.artifact)).collect();
        let saves = |node: &&NodeId| {
            let makes = command.unless.iter().any(|one| self.order.makes(**node, *one));
            makes && self.order.not_sure(**node, by.node).is_none()
        };
        let savers: Vec<NodeId> = before.iter().filter(saves).copied().collect();
        let is_saved = |maker: NodeId| {
            savers.iter().any(|saver| match *saver == maker {
                true => self.saves_its_own(maker, by.artifact, command),
                false => self.order.waits_for(*saver, maker),
            })
        };
        match makers.iter().copied().find(|maker| !is_saved(*maker) && self.may_meet(*maker, by.node)) {
            Some(maker) => Saved::No(maker),
            None if makers.is_empty() && savers.is_empty() => Saved::NotMade,
            None => Saved::Yes,
        }
    }

    /// A task that makes something and saves it behind that.
    fn saves_its_own(&self, node: NodeId, artifact: ArtifactId, command: &CommandDef) -> bool {
        let Some(made) = self.order.made(node) else { return false };
        let last = |one: ArtifactId| made.makes.iter().rposition(|other| *other == one);
        let open = |one: ArtifactId| !made.by_command.contains(&one);
        command.unless.iter().any(|saver| last(*saver) >= last(artifact) && last(*saver).is_some() || open(*saver))
    }

    fn ancestors(&self, node: NodeId) -> Vec<NodeId> {
        let mut seen = FxHashSet::default();
        let mut found = vec![node];
        let mut at = 0;
        while let Some(node) = found.get(at).copied() {
            at += 1;
            let fresh = self.order.graph.before(node).iter().map(|edge| edge.from).filter(|from| seen.insert(*from));
            found.extend(fresh);
        }
        found.remove(0);
        found
    }

    /// Whether there are runs with both, and they may work in one workspace.
    fn may_meet(&self, one: NodeId, other: NodeId) -> bool {
        let apart = matches!((self.homes[one], self.homes[other]), (Some(a), Some(b)) if a != b);
        !apart && self.order.together(one, other)
    }

    // ---- Between who makes and who needs ----

    fn between(&mut self, artifact: ArtifactId, spoilers: &[NodeId], out: &mut Diagnostics) {
        let order = self.order;
        let Sides { before, behind, own } = self.sorted.sides(spoilers);
        let makes = |node: NodeId| order.makes(node, artifact);
        let if_makes = |node: NodeId, bits: Bits| if makes(node) { bits } else { 0 };
        // It is there before they spoil it.
        let there = self.sorted.carried(|node| if_makes(node, behind[node] | own[node]));
        // It is made again when they have spoilt it.
        let again = self.sorted.carried(|node| if_makes(node, before[node]));
        let made = self.sorted.carried(|node| if_makes(node, Bits::MAX));
        let outside = if self.from_outside.contains(&artifact) { Bits::MAX } else { 0 };
        for node in 0..order.graph.nodes.len() {
            if !self.wants[node].contains(&artifact) {
                continue;
            }
            let possible = !own[node] & !behind[node] & !again[node];
            let sure = possible & (there[node] | outside);
            let perhaps = possible & made[node] & !there[node];
            let mut candidates = each(sure).map(|at| (at, true)).chain(each(perhaps).map(|at| (at, false)));
            let found = candidates.find_map(|(at, sure)| {
                let spoiler = *spoilers.get(at)?;
                let by = self.spoiler_for(artifact, spoiler, node, sure)?;
                Some((by, before[node] & (1 << at) != 0))
            });
            if let Some((by, first)) = found {
                let (report, place) = spoilt_words::between(order, &by, node, first);
                if self.said.insert((place, artifact)) {
                    out.push(report);
                }
            }
        }
    }

    /// When it is only known that nothing keeps them apart, it has to be known that they meet.
    fn spoiler_for(&self, artifact: ArtifactId, spoiler: NodeId, node: NodeId, sure: bool) -> Option<Spoiling<'r, 'p>> {
        let same_home = self.homes[spoiler].is_some() && self.homes[spoiler] == self.homes[node];
        let phase = |node: NodeId| self.order.graph.nodes[node].in_finally;
        if self.lost.contains(&(spoiler, artifact)) || !self.may_meet(spoiler, node) {
            return None;
        }
        if !sure && (!same_home || phase(spoiler) != phase(node)) {
            return None;
        }
        let spoil = self.spoils(spoiler).iter().rfind(|spoil| spoil.artifact == artifact && spoil.lasting)?;
        let by = self.spoiling(spoiler, spoil)?;
        let spared = !by.run.command.unless.is_empty() && matches!(self.saved(by, spoil), Saved::Yes);
        (!spared).then_some(by)
    }
}

/// What a call requires of others: what it is passed, and what its commands and outputs require.
fn wants(order: &Order<'_, '_>, node: NodeId) -> Vec<ArtifactId> {
    let mut wants = Vec::new();
    if let Some(made) = order.made(node) {
        wants.extend(made.demands.iter().flat_map(|demand| &demand.missing).copied());
    }
    if let Some(call) = order.graph.call(node) {
        passed(order, call, &mut |artifact, _| wants.push(artifact));
    }
    wants
}

/// The artifacts that a call is given, and where.
pub(super) fn passed<'p>(order: &Order<'_, 'p>, call: &'p Call, see: &mut dyn FnMut(ArtifactId, Span)) {
    let mut of = |expr: &Expr| {
        let mut found = Vec::new();
        artifacts_in(order.program, &expr.ty, &mut found);
        found.into_iter().for_each(|artifact| see(artifact, expr.span));
    };
    match &call.callee {
        Callee::Task(_) => call.args.iter().flatten().for_each(of),
        Callee::InPlace(_) => walk::call_parts(call, &mut |part| read(part, &mut of)),
    }
}

/// The artifacts that an expression reads; of those of which only the workspace is asked, nothing is needed.
fn read(expr: &Expr, see: &mut dyn FnMut(&Expr)) {
    match (&expr.kind, &expr.ty) {
        (Kind::Attr(_, Attr::Workspace), _) => {}
        (Kind::Local(_) | Kind::Output(..), Type::Artifact(_)) => see(expr),
        _ => expr.parts(&mut |part| read(part, see)),
    }
}

fn homes(order: &Order<'_, '_>) -> Vec<Option<LocalId>> {
    let homes = Homes::new(order.pipeline);
    (0..order.graph.nodes.len()).map(|node| order.home(&homes, node)).collect()
}
