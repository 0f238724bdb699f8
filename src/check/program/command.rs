//! Which of the commands that a program knows a written command is.

use super::{CommandDef, Program};
use crate::shell::Word;

impl Program {
    /// What the program says about a command; the longest of what fits.
    pub fn command(&self, words: &[Word]) -> Option<&CommandDef> {
        self.commands.iter().filter(|one| is_prefix(&one.words, words)).max_by_key(|one| one.words.len())
    }
}

/// Whether the words begin with those of a command; the program may be named with its directory, and an option of the
/// command may stand anywhere behind the words before it.
fn is_prefix(command: &[Box<str>], words: &[Word]) -> bool {
    let same = |at: usize| match &words[at] {
        Word::Plain(text) if at == 0 => text.rsplit('/').next() == Some(&*command[0]),
        Word::Plain(text) => *text == command[at],
        Word::Unknown => false,
    };
    let head = command.iter().take_while(|word| !word.starts_with('-')).count();
    let given = |option: &str, word: &Word| match word {
        Word::Plain(text) => text.strip_prefix(option).is_some_and(|rest| rest.is_empty() || rest.starts_with('=')),
        Word::Unknown => false,
    };
    head > 0
        && head <= words.len()
        && (0..head).all(same)
        && command[head..].iter().all(|option| words[head..].iter().any(|word| given(option, word)))
}
