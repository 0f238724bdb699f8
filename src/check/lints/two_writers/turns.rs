//! What the turns of a loop write at the same time.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::check::program::{Expr, For, Kind, LocalId, Stmt};
use crate::check::rules::graph::{BlockKind, Graph};
use crate::check::rules::told::{Names, Scope};

use super::writers::Writer;

/// The loops of one pipeline.
pub(super) struct Turns<'r, 'p> {
    names: &'r Names<'p>,
    graph: &'r Graph<'p>,
    /// By the number of its block: what is bound in a loop.
    bound: RefCell<FxHashMap<usize, Bound>>,
}

type Bound = Rc<FxHashSet<LocalId>>;

impl<'r, 'p> Turns<'r, 'p> {
    pub(super) fn new(names: &'r Names<'p>, graph: &'r Graph<'p>) -> Self {
        Self { names, graph, bound: RefCell::default() }
    }

    /// The loop around it of which several turns write the place, and nothing keeps those apart.
    pub(super) fn at_once(&self, one: &Writer<'p>) -> Option<&'p For> {
        self.graph.chain(self.graph.nodes[one.node].block).find_map(|block| match self.graph.blocks[block].kind {
            BlockKind::For(each) => self.writes_again(one, each, block).then_some(each),
            BlockKind::Plain | BlockKind::When(..) => None,
        })
    }

    fn writes_again(&self, one: &Writer<'p>, each: &'p For, block: usize) -> bool {
        if each.filter.is_some() {
            return false;
        }
        let bound = self.bound(each, block);
        let apart = one.lock.as_ref().is_some_and(|lock| self.within(&lock.names, each, &bound).is_empty());
        let of_place = self.within(&one.names, each, &bound);
        let is_variable = |local: &LocalId| each.vars.iter().any(|(variable, _)| variable == local);
        if apart || !of_place.iter().all(is_variable) {
            return false;
        }
        let mut free = each.vars.iter().filter(|(local, _)| !of_place.contains(local));
        let Some((file, scope)) = &one.file else {
            return free.any(|(_, list)| self.is_several(list, false));
        };
        let free: Vec<LocalId> =
            free.filter(|(_, list)| self.is_several(list, true)).map(|(local, _)| *local).collect();
        let Some(content) = self.names.tell(&file.content, scope).filter(|_| !free.is_empty()) else { return false };
        let of_content = self.within(&content.names, each, &bound);
        of_content.iter().any(|local| free.contains(local) || !is_variable(local))
    }

    /// Those of the names that differ between the turns. An element of a list inside does when the list does.
    fn within(&self, names: &[LocalId], each: &For, bound: &Bound) -> Vec<LocalId> {
        let (mut found, mut next) = (Vec::new(), names.to_vec());
        let mut seen = FxHashSet::default();
        while let Some(local) = next.pop() {
            if !bound.contains(&local) || !seen.insert(local) {
                continue;
            }
            let inner = self.names.list(local).filter(|_| !each.vars.iter().any(|(variable, _)| *variable == local));
            match inner.map(|list| self.names.tell(list, &Scope::Pipeline)) {
                Some(Some(list)) => next.extend(list.names),
                Some(None) | None => found.push(local),
            }
        }
        found
    }

    fn bound(&self, each: &For, block: usize) -> Bound {
        if let Some(known) = self.bound.borrow().get(&block) {
            return Rc::clone(known);
        }
        let mut found = FxHashSet::default();
        bound_by(each, &mut found);
        let found = Rc::new(found);
        self.bound.borrow_mut().insert(block, Rc::clone(&found));
        found
    }

    /// Whether there are several turns: surely, or unless somebody gives a list of one.
    fn is_several(&self, list: &'p Expr, perhaps: bool) -> bool {
        let list = self.names.behind(list, &Scope::Pipeline).0;
        if let Kind::List(items) = &list.kind { items.len() > 1 } else { perhaps }
    }
}

fn bound_by(each: &For, found: &mut FxHashSet<LocalId>) {
    found.extend(each.vars.iter().map(|(local, _)| *local));
    bound_in(&each.body, found);
}

fn bound_in(body: &[Stmt], found: &mut FxHashSet<LocalId>) {
    for stmt in body {
        match stmt {
            Stmt::Bind { local, .. } | Stmt::Workspace { local, .. } => {
                found.insert(*local);
            }
            Stmt::Call(call) => found.extend(call.local),
            Stmt::When(when) => {
                bound_in(&when.then, found);
                bound_in(&when.otherwise, found);
                found.extend(when.exports.iter().map(|export| export.outer));
            }
            Stmt::For(inner) => {
                bound_by(inner, found);
                found.extend(inner.exports.iter().map(|(_, outer)| *outer));
            }
            Stmt::Inline { local, body, .. } => {
                found.insert(*local);
                bound_in(body, found);
            }
            Stmt::Stage { body, .. } | Stmt::Finally { body, .. } => bound_in(body, found),
            Stmt::Require { .. }
            | Stmt::Exclusive { .. }
            | Stmt::Defaults(_)
            | Stmt::Return(_)
            | Stmt::Target { .. } => {}
        }
    }
}
