//! What names stand for while a plan is built.

use super::partial::Partial;
use crate::check::program::LocalId;
use crate::plan::Value;

/// What an expression stands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Inside {
    Pipeline,
    /// A task of a library: what it reads came by arguments.
    Task,
    Fn,
}

/// Names with their values, and with how the calls behind them ended.
pub(super) type Kept = Vec<(LocalId, Option<Partial>, Option<Partial>)>;

/// The values of the locals of one declaration.
#[derive(Debug)]
pub(super) struct Frame {
    values: Vec<Option<Partial>>,
    /// How the call behind a name ended.
    statuses: Vec<Option<Partial>>,
    pub(super) inside: Inside,
}

impl Frame {
    pub(super) fn new(locals: usize, inside: Inside) -> Self {
        Self { values: vec![None; locals], statuses: Vec::new(), inside }
    }

    pub(super) fn bind(&mut self, local: LocalId, value: Partial) {
        put(&mut self.values, local, value);
    }

    pub(super) fn bind_status(&mut self, local: LocalId, status: Partial) {
        put(&mut self.statuses, local, status);
    }

    /// A name without a value belongs to what was left out.
    pub(super) fn value(&self, local: LocalId) -> Partial {
        self.values.get(local.index()).cloned().flatten().unwrap_or_else(Partial::none)
    }

    pub(super) fn status(&self, local: LocalId) -> Partial {
        self.known_status(local).unwrap_or_else(|| {
            let skipped = Value::Case("skipped".to_owned());
            Partial::known(skipped, crate::plan::Ty::String)
        })
    }

    pub(super) fn known_status(&self, local: LocalId) -> Option<Partial> {
        self.statuses.get(local.index()).cloned().flatten()
    }

    /// What names stand for now.
    pub(super) fn keep(&self, locals: &[LocalId]) -> Kept {
        let of = |list: &Vec<Option<Partial>>, local: &LocalId| list.get(local.index()).cloned().flatten();
        locals.iter().map(|local| (*local, of(&self.values, local), of(&self.statuses, local))).collect()
    }

    /// Names stand again for what was kept.
    pub(super) fn restore(&mut self, kept: Kept) {
        for (local, value, status) in kept {
            self.forget(local);
            value.into_iter().for_each(|value| self.bind(local, value));
            status.into_iter().for_each(|status| self.bind_status(local, status));
        }
    }

    /// Enters `finally`, where results may be missing; gives what the names stood for before it.
    pub(super) fn enter_finally(&mut self) -> Vec<Option<Partial>> {
        let unsure = self.values.iter().map(|value| value.clone().map(Partial::unsure)).collect();
        std::mem::replace(&mut self.values, unsure)
    }

    pub(super) fn leave_finally(&mut self, values: Vec<Option<Partial>>) {
        self.values = values;
    }

    /// The name stands for nothing again: a new turn of a loop, or a block that is left out.
    pub(super) fn forget(&mut self, local: LocalId) {
        for list in [&mut self.values, &mut self.statuses] {
            if let Some(slot) = list.get_mut(local.index()) {
                *slot = None;
            }
        }
    }
}

fn put(list: &mut Vec<Option<Partial>>, local: LocalId, value: Partial) {
    if list.len() <= local.index() {
        list.resize(local.index() + 1, None);
    }
    list[local.index()] = Some(value);
}
