//! The known commands of each task, read once a task.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::check::program::{CommandDef, Fields, Program, TaskDef};
use crate::source::Span;

use super::runs::{Run, Wanted, may_run, runs};

/// Reads the scripts of tasks for commands of one kind.
#[derive(Debug)]
pub(in crate::check) struct Ran<'p> {
    program: &'p Program,
    wanted: Wanted<'p>,
    seen: FxHashMap<Span, Rc<[Run<'p>]>>,
    none: Rc<[Run<'p>]>,
}

impl<'p> Ran<'p> {
    pub(in crate::check) fn new(program: &'p Program, wanted: impl Fn(&CommandDef) -> bool) -> Self {
        let wanted = Wanted::commands(program, wanted);
        Self { program, wanted, seen: FxHashMap::default(), none: Rc::from([]) }
    }

    /// No command of the program is of that kind.
    pub(in crate::check) fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    pub(in crate::check) fn get(
        &mut self,
        task: &'p TaskDef,
        modifiers: &'p Fields,
        defaults: Option<&'p Fields>,
    ) -> Rc<[Run<'p>]> {
        let changes = |fields: &Fields| fields.before.is_some() || fields.cleanup.is_some() || fields.shell.is_some();
        let alone = !std::iter::once(modifiers).chain(defaults).any(changes);
        if let Some(known) = self.seen.get(&task.span).filter(|_| alone) {
            return Rc::clone(known);
        }
        let found = match !self.is_empty() && may_run(task, modifiers, defaults) {
            true => runs(self.program, &self.wanted, task, modifiers, defaults).runs.into(),
            false => Rc::clone(&self.none),
        };
        if alone {
            self.seen.insert(task.span, Rc::clone(&found));
        }
        found
    }
}
