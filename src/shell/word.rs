//! Words: quotes, assignments, and the words of `a=( … )` and `[[ … ]]`.

use super::frame::{Around, Array, Close, Frame, Raw, Test, Word};
use super::input::HOLE;
use super::scanner::Scanner;
use super::{Context, FaultKind};

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
const DOUBLE_ENDS: [bool; 256] = table(b"\"\\$`\xff");

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
    fn subscript(&mut self, keyed: bool) {
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
    fn append(&mut self, length: usize) {
        let from = self.pos;
        self.pos += length;
        if self.word().is_some_and(|word| word.cooked && !word.unknown) {
            self.shared.scratch.extend_from_slice(&self.text[from..from + length]);
        }
    }

    /// From here on the text of the word differs from what is written.
    fn cook(&mut self, quoted: bool) {
        let to = self.pos;
        let Some(word) = self.word() else { return };
        word.quoted |= quoted;
        let start = word.start;
        if !word.unknown && !std::mem::replace(&mut word.cooked, true) {
            self.shared.scratch.clear();
            self.shared.scratch.extend_from_slice(&self.text[start..to]);
        }
    }

    fn set_unknown(&mut self) {
        if let Some(word) = self.word() {
            word.unknown = true;
        }
    }

    fn escape_in_word(&mut self) {
        self.cook(false);
        if self.continuation() {
            return;
        }
        self.cook(true);
        if self.peek(1) == HOLE {
            self.set_unknown();
            return self.escaped_hole();
        }
        self.pos += 1;
        self.append(1);
    }

    /// A backslash before a hole takes the meaning of what would stand there.
    pub(super) fn escaped_hole(&mut self) {
        let around = Around::new(Context::SingleQuoted, self.pos);
        self.pos += 1;
        self.hole(around);
    }

    fn quote_in_word(&mut self) {
        self.cook(true);
        let (from, to) = self.single_quote();
        if self.word().is_some_and(|word| word.unknown) {
            return;
        }
        self.shared.scratch.extend_from_slice(&self.text[from..to]);
        if self.shared.input.has_holes && self.text[from..to].contains(&HOLE) {
            self.set_unknown();
        }
    }

    /// Passes `'…'`; the range of what is inside.
    pub(super) fn single_quote(&mut self) -> (usize, usize) {
        let at = self.pos;
        let inside = &self.rest()[1..];
        let length = inside.iter().position(|byte| *byte == b'\'');
        let end = at + 1 + length.unwrap_or(inside.len());
        self.dead_holes(at + 1, end, Around::new(Context::SingleQuoted, at));
        match length {
            Some(_) => self.pos = end + 1,
            None => self.runs_to_the_end(FaultKind::OpenSingleQuote, at),
        }
        (at + 1, end)
    }

    fn ansi_in_word(&mut self) {
        self.cook(true);
        let from = self.pos + 2;
        self.ansi_quote();
        let inside = &self.text[from..self.pos.max(from + 1) - 1];
        if inside.iter().any(|byte| matches!(*byte, b'\\' | HOLE)) {
            self.set_unknown();
        } else if self.word().is_some_and(|word| !word.unknown) {
            self.shared.scratch.extend_from_slice(inside);
        }
    }

    /// Passes `$'…'`.
    pub(super) fn ansi_quote(&mut self) {
        let at = self.pos;
        let rest = self.rest();
        let mut end = 2;
        while end < rest.len() && rest[end] != b'\'' {
            end += if rest[end] == b'\\' && rest.get(end + 1).is_some_and(|next| *next != HOLE) { 2 } else { 1 };
        }
        let end = end.min(rest.len());
        let closed = end < rest.len();
        self.dead_holes(at, at + end, Around::new(Context::SingleQuoted, at));
        self.pos += end + 1;
        if !closed {
            self.runs_to_the_end(FaultKind::OpenSingleQuote, at);
        }
    }

    /// `"…"`; a frame is needed only where something is expanded.
    fn double_in_word(&mut self) {
        self.cook(true);
        let at = self.pos;
        let direct = self.word().is_none_or(|word| word.unknown);
        self.pos += 1;
        while !direct {
            let length = run(self.rest(), &DOUBLE_ENDS);
            self.append(length);
            match self.peek(0) {
                b'"' => {
                    self.pos += 1;
                    return;
                }
                b'\\' if self.peek(1) == b'\n' => self.pos += 2,
                b'\\' if self.pos + 1 < self.limit && self.peek(1) != HOLE => {
                    if matches!(self.peek(1), b'$' | b'`' | b'"' | b'\\') {
                        self.pos += 1;
                    } else {
                        self.append(1);
                    }
                    self.append(1);
                }
                b'$' if !self.expands() => self.append(1),
                _ => break,
            }
        }
        self.set_unknown();
        let around = Around::new(Context::DoubleQuoted, at);
        self.stack.push(Frame::Raw(Raw { close: Close::Double, at, around, single: false, depth: 0 }));
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

    /// Blanks, comments and line ends between words; false when a word or operator is next.
    fn between_words(&mut self) -> bool {
        match self.text[self.pos] {
            b' ' | b'\t' => self.pos += 1,
            b'\n' => {
                self.pos += 1;
                self.here_bodies();
            }
            b'#' => self.comment(),
            b'\\' => return self.continuation(),
            _ => return false,
        }
        true
    }

    pub(super) fn array_step(&mut self, array: Array) {
        if self.between_words() {
            return;
        }
        match self.text[self.pos] {
            b')' => {
                self.pos += 1;
                self.pop();
            }
            b';' | b'&' | b'|' | b'(' => self.pos += 1,
            b'<' | b'>' if self.peek(1) != b'(' => self.pos += 1,
            b'[' => {
                self.push_word(self.pos, false);
                self.subscript(array.keyed);
            }
            _ => self.push_word(self.pos, false),
        }
    }

    pub(super) fn test_step(&mut self, test: Test) {
        if self.between_words() {
            return;
        }
        match self.text[self.pos] {
            b'(' | b'|' if test.regex => self.push_test_word(test),
            b';' | b'&' | b'|' | b'(' | b')' => self.pos += 1,
            b'<' | b'>' if self.peek(1) != b'(' => self.pos += 1,
            _ => self.push_test_word(test),
        }
    }

    fn push_test_word(&mut self, test: Test) {
        self.push_word(self.pos, false);
        if let Some(word) = self.word() {
            word.regex = test.regex;
        }
    }

    /// Both sides of `-eq` and its like are evaluated, and what is evaluated may run commands.
    fn test_word(&mut self, mut test: Test, word: &Done) {
        let operator = !word.quoted
            && self.known(word).is_some_and(|text| matches!(text, b"-eq" | b"-ne" | b"-lt" | b"-le" | b"-gt" | b"-ge"));
        let regex = self.is_bare(word, b"=~");
        let ends = self.is_bare(word, b"]]");
        let holes = self.shared.direct.split_off(word.direct);
        let all = (holes.first().copied().unwrap_or(0), holes.last().map_or(0, |last| last + 1));
        let evaluated = if operator { test.last } else { all };
        if operator || test.arithmetic {
            (evaluated.0..evaluated.1).for_each(|hole| self.read_as(hole, "[[ -eq ]]"));
        }
        if ends {
            return self.pop();
        }
        test = Test { last: all, arithmetic: operator, regex, ..test };
        if let Some(frame) = self.stack.last_mut() {
            *frame = Frame::Test(test);
        }
    }
}
