//! The known commands of each task, read once a task.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::check::program::{CommandDef, Fields, Program, TaskDef};
use crate::source::Span;

use super::runs::{FirstWords, Run, runs};

/// Reads the scripts of tasks for commands of one kind.
#[derive(Debug)]
pub(in crate::check) struct Ran<'p> {
    program: &'p Program,
    wanted: FirstWords<'p>,
    seen: FxHashMap<Span, Rc<[Run<'p>]>>,
    none: Rc<[Run<'p>]>,
}

impl<'p> Ran<'p> {
    /// Commands that are not `wanted` are found beside those that are, or not at all.
    pub(in crate::check) fn new(program: &'p Program, wanted: impl Fn(&CommandDef) -> bool) -> Self {
        let words = program.commands.iter().filter(|one| wanted(one)).map(|one| &*one.words);
        Self { program, wanted: FirstWords::new(words), seen: FxHashMap::default(), none: Rc::from([]) }
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
        let found = match self.wanted.may_run_in(task, modifiers, defaults) {
            true => runs(self.program, &self.wanted, task, modifiers, defaults).runs.into(),
            false => Rc::clone(&self.none),
        };
        if alone {
            self.seen.insert(task.span, Rc::clone(&found));
        }
        found
    }
}
