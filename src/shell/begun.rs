//! Commands and words as the scanner meets them: where they stand. Their texts are made at the end, and only where
//! somebody asks for them.

use super::input::{HOLE, Input};
use super::{Command, Word, prefix};

/// A simple command that has begun.
#[derive(Debug)]
pub(super) struct Begun {
    /// Where in the input.
    pub(super) at: usize,
    /// How many words it has so far.
    pub(super) words: usize,
    first: Option<usize>,
    /// The last of them, which knows the one before it.
    last: Option<usize>,
    /// It has an option with an `A`, as `declare -A` has.
    pub(super) keyed: bool,
}

impl Begun {
    pub(super) fn new(at: usize) -> Self {
        Self { at, words: 0, first: None, last: None, keyed: false }
    }
}

/// A word of a command, by its bytes in the input.
#[derive(Debug)]
struct Written {
    from: usize,
    to: usize,
    text: Spelled,
    /// The word before it in its command.
    before: Option<usize>,
}

/// What a word says.
#[derive(Debug)]
pub(super) enum Spelled {
    /// What is written.
    Plain,
    /// It holds an expansion or an interpolation.
    Expanded,
    /// Something else than what is written.
    Other(Word),
}

/// The commands of a script, and the words of all of them.
#[derive(Debug)]
pub(super) struct Commands {
    pub(super) begun: Vec<Begun>,
    words: Vec<Written>,
}

impl Commands {
    pub(super) fn new() -> Self {
        // Scripts are short: most get by with these.
        Self { begun: Vec::with_capacity(4), words: Vec::with_capacity(16) }
    }

    /// Adds a word to a command; gives its number in it.
    pub(super) fn add(&mut self, command: usize, (from, to): (usize, usize), text: Spelled) -> Option<usize> {
        let begun = self.begun.get_mut(command)?;
        begun.first.get_or_insert(self.words.len());
        let before = begun.last.replace(self.words.len());
        self.words.push(Written { from, to, text, before });
        begun.words += 1;
        Some(begun.words - 1)
    }

    /// The words of a command, the last one first.
    fn backwards(&self, begun: &Begun) -> impl Iterator<Item = &Written> {
        let word = |at: usize| self.words.get(at);
        std::iter::successors(begun.last.and_then(word), move |one| one.before.and_then(word))
    }

    /// The texts of the known arguments of a command.
    pub(super) fn arguments(&self, input: &Input, command: usize) -> Vec<Box<str>> {
        let Some(begun) = self.begun.get(command) else { return Vec::new() };
        let behind_first = begun.words.saturating_sub(1);
        let words = self.backwards(begun).take(behind_first).map(|one| one.word(input));
        words.filter_map(|word| if let Word::Plain(text) = word { Some(text) } else { None }).collect()
    }

    /// The first word of a command.
    pub(super) fn first(&self, input: &Input, command: usize) -> Option<Word> {
        self.words.get(self.begun.get(command)?.first?).map(|one| one.word(input))
    }

    /// All commands with their words, in the order in which they began.
    pub(super) fn made(&self, input: &Input) -> Vec<Command> {
        self.begun.iter().map(|begun| self.command(input, begun)).collect()
    }

    fn command(&self, input: &Input, begun: &Begun) -> Command {
        let mut words = Vec::with_capacity(begun.words);
        let mut places = Vec::with_capacity(begun.words);
        for one in self.backwards(begun) {
            words.push(one.word(input));
            places.push((input.place(one.from), input.place(one.to)));
        }
        words.reverse();
        places.reverse();
        Command { words, places, at: input.place(begun.at), nested: false, elsewhere: false }
    }
}

impl Written {
    fn word(&self, input: &Input) -> Word {
        match &self.text {
            Spelled::Plain => Word::known(self.bytes(input)),
            Spelled::Expanded => Word::expanded(self.bytes(input), input.place(self.from).piece),
            Spelled::Other(word) => word.clone(),
        }
    }

    fn bytes<'i>(&self, input: &'i Input) -> &'i [u8] {
        &input.bytes[self.from..self.to]
    }
}

impl Word {
    /// One without an expansion.
    pub(super) fn known(text: &[u8]) -> Self {
        Self::Plain(String::from_utf8_lossy(text).into())
    }

    /// One that holds an expansion; `piece` is the one that it begins in.
    pub(super) fn expanded(text: &[u8], piece: usize) -> Self {
        if text == [HOLE] {
            return Self::Value(piece);
        }
        let (prefix, splits) = prefix::known_start(text);
        Self::Unknown { prefix: prefix.into(), splits }
    }
}
