//! Which of the commands that a program knows a written command is.

use super::{CommandDef, Program};
use crate::shell::Word;

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
