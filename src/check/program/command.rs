//! A command of a script, and which of those that the program knows it is.

use super::facts::Facts;
use super::{CommandDef, Program};
use crate::shell::Word;
use crate::source::Span;

/// One simple command of a script.
#[derive(Debug)]
pub struct Written {
    pub words: Box<[Word]>,
    /// One a word.
    pub spans: Box<[Span]>,
    pub span: Span,
    /// It runs on another machine than its task.
    pub elsewhere: bool,
}

impl CommandDef {
    /// Its line says nothing, and its block only what holds beside what is said without its flags.
    pub fn only_adds(&self) -> bool {
        let artifacts = [&self.makes, &self.requires, &self.invalidates];
        let Facts { lock, exits, ended_by, needs, .. } = &*self.facts;
        let adds = lock.is_some() || !exits.is_empty() || ended_by.is_some();
        let machine = needs.kvm || needs.span.is_some() || !needs.memory_each.is_empty();
        adds && !machine && artifacts.into_iter().all(Vec::is_empty)
    }
}

impl Program {
    /// What the program says a command makes whose words are known, those that are not standing for anything: by the
    /// command as such, or by those that its operands name.
    pub fn makers(&self, words: &[Word]) -> impl Iterator<Item = &CommandDef> {
        let read = self.tree.read(&self.commands, &[], words);
        let found = read.map(|read| match read.chosen.is_empty() {
            true => read.command.into_iter().collect(),
            false => read.chosen,
        });
        found.unwrap_or_default().into_iter().map(|at| &self.commands[at])
    }
}
