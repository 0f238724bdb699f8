//! Words: quotes, assignments, and the words of `a=( … )` and `[[ … ]]`.

use super::Context;
use super::frame::{Around, Array, Close, Frame, Raw, Word};
use super::input::HOLE;
use super::scanner::Scanner;

/// A word that has ended.
pub(super) struct Done {
    pub(super) start: usize,
    pub(super) text: Text,
    pub(super) quoted: bool,
    pub(super) assignment: bool,
    /// The holes from this one on are its own.
    pub(super) direct: usize,
}

/// Where the text of a word is.
pub(super) enum Text {
    Slice(usize, usize),
    Scratch,
    Unknown,
}

pub(super) const fn table(bytes: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
}

/// Bytes at which a plain run of a word ends.
const WORD_ENDS: [bool; 256] = table(b" \t\n;&|<>()'\"\\$`\xff");

pub(super) fn run(text: &[u8], ends: &[bool; 256]) -> usize {
    text.iter().position(|byte| ends[*byte as usize]).unwrap_or(text.len())
}

pub(super) fn plain_run(text: &[u8]) -> usize {
    run(text, &WORD_ENDS)
}

/// `2` and `{fd}`, when a redirection follows at once.
pub(super) fn is_descriptor(word: &[u8]) -> bool {
    match word {
        [b'{', name @ .., b'}'] => name_length(name) == name.len() && !name.is_empty(),
        digits => digits.iter().all(u8::is_ascii_digit),
    }
}

/// How many bytes of the text are a variable's name.
pub(super) fn name_length(text: &[u8]) -> usize {
    if text.first().is_none_or(u8::is_ascii_digit) {
        return 0;
    }
    text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
}

impl Scanner<'_, '_, '_> {
    pub(super) fn push_word(&mut self, start: usize, assignment: bool) {
        let direct = self.shared.direct.len();
        self.stack.push(Frame::Word(Word { assignment, ..Word::new(start, direct) }));
    }

    /// `a=`, `a+=` and `a[…` at the start of a word.
    pub(super) fn begin_assignment(&mut self) -> bool {
        let start = self.pos;
        let rest = self.rest();
        let length = name_length(rest);
        if length == 0 {
            return false;
        }
        let name = &rest[..length];
        match &rest[length..] {
            [b'=', ..] => self.assign(start, length + 1, name),
            [b'+', b'=', ..] => self.assign(start, length + 2, name),
            [b'[', ..] => {
                self.push_word(start, false);
                self.pos += length;
                let keyed = self.shared.keyed.contains(name);
                self.subscript(keyed);
            }
            _ => return false,
        }
        true
    }

    fn assign(&mut self, start: usize, length: usize, name: &[u8]) {
        let command = self.list().and_then(|list| list.command);
        let keyed = self.shared.keyed.contains(name) || self.declares_keyed(command);
        self.push_word(start, true);
        self.pos += length;
        if self.peek(0) == b'(' {
            self.stack.push(Frame::Array(Array { at: self.pos, keyed }));
            self.pos += 1;
        }
    }

    /// `[` of an array: arithmetic, unless its keys are texts.
    pub(super) fn subscript(&mut self, keyed: bool) {
        let at = self.pos;
        let around = if keyed { Around::WORD } else { Around::new(Context::Arithmetic, at) };
        if let Some(word) = self.word() {
            word.subscripted = true;
        }
        self.stack.push(Frame::Raw(Raw { close: Close::Bracket, at, around, single: true, depth: 0 }));
        self.pos += 1;
    }

    fn behind_subscript(&mut self) {
        let length = match self.rest() {
            [b'=', ..] => 1,
            [b'+', b'=', ..] => 2,
            _ => 0,
        };
        if let Some(word) = self.word() {
            word.subscripted = false;
            word.assignment |= length > 0;
        }
        self.pos += length;
    }

    pub(super) fn word_step(&mut self, word: Word) {
        if word.subscripted {
            return self.behind_subscript();
        }
        let length = plain_run(self.rest());
        self.append(length);
        if self.pos >= self.limit {
            return;
        }
        match self.text[self.pos] {
            HOLE => {
                self.set_unknown();
                self.hole(Around::WORD);
            }
            b'\'' => self.quote_in_word(),
            b'"' => self.double_in_word(),
            b'\\' => self.escape_in_word(),
            b'$' if self.peek(1) == b'"' => self.pos += 1,
            b'$' if self.peek(1) == b'\'' => self.ansi_in_word(),
            b'$' if self.expands() => {
                self.set_unknown();
                self.dollar(Around::WORD);
            }
            b'$' => self.append(1),
            b'`' => {
                self.set_unknown();
                self.backticks(false);
            }
            b'<' | b'>' if self.peek(1) == b'(' => {
                self.set_unknown();
                self.substitution(2);
            }
            other => self.metacharacter(word, other),
        }
    }

    fn metacharacter(&mut self, word: Word, byte: u8) {
        let before = self.text.get(self.pos.wrapping_sub(1)).copied().unwrap_or(0);
        let extended = self.pos > word.start && matches!(before, b'?' | b'*' | b'+' | b'@' | b'!');
        let opens = byte == b'(' && (word.depth > 0 || word.regex || extended);
        let closes = byte == b')' && word.depth > 0;
        if opens || closes || word.depth > 0 || (word.regex && byte == b'|') {
            if let Some(word) = self.word() {
                word.depth = word.depth + usize::from(opens) - usize::from(closes);
            }
            self.append(1);
        } else {
            self.end_word(word);
        }
    }

    /// Takes bytes as they are.
    pub(super) fn append(&mut self, length: usize) {
        let from = self.pos;
        self.pos += length;
        if self.word().is_some_and(|word| word.cooked && !word.unknown) {
            self.shared.scratch.extend_from_slice(&self.text[from..from + length]);
        }
    }

    /// From here on the text of the word differs from what is written.
    pub(super) fn cook(&mut self, quoted: bool) {
        let to = self.pos;
        let Some(word) = self.word() else { return };
        word.quoted |= quoted;
        let start = word.start;
        if !word.unknown && !std::mem::replace(&mut word.cooked, true) {
            self.shared.scratch.clear();
            self.shared.scratch.extend_from_slice(&self.text[start..to]);
        }
    }

    pub(super) fn set_unknown(&mut self) {
        if let Some(word) = self.word() {
            word.unknown = true;
        }
    }

    pub(super) fn end_word(&mut self, word: Word) {
        self.stack.pop();
        let text = match (word.unknown || word.subscripted, word.cooked) {
            (true, _) => Text::Unknown,
            (false, true) => Text::Scratch,
            (false, false) => Text::Slice(word.start, self.pos),
        };
        let done =
            Done { start: word.start, text, quoted: word.quoted, assignment: word.assignment, direct: word.direct };
        match self.stack.last().copied() {
            Some(Frame::List(_)) => self.list_word(done),
            Some(Frame::Test(test)) => self.test_word(test, &done),
            Some(Frame::Array(_) | Frame::Word(_) | Frame::Raw(_)) | None => {
                self.mark_whole(&done);
                // `a=( … )` is part of a word itself, but what stands in it is no code for that word's command.
                self.shared.direct.truncate(done.direct);
            }
        }
    }
}
