//! Which of the commands that a program knows a written command is.

use super::{CommandDef, Program};
use crate::shell::Word;

impl Program {
    /// What the program says about a command whose words are known, those that are not standing for anything.
    pub fn command(&self, words: &[Word]) -> Option<&CommandDef> {
        self.tree.read(&self.commands, &[], words)?.command.map(|at| &self.commands[at])
    }
}
