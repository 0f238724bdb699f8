//! Quotes.

use super::frame::{Around, Close, Frame, Raw};
use super::input::HOLE;
use super::scanner::Scanner;
use super::word::{run, table};
use super::{Context, FaultKind};

const DOUBLE_ENDS: [bool; 256] = table(b"\"\\$`\xff");

impl Scanner<'_, '_, '_> {
    pub(super) fn escape_in_word(&mut self) {
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

    pub(super) fn quote_in_word(&mut self) {
        self.cook(true);
        let (from, to) = self.single_quote();
        if self.word().is_some_and(|word| word.unknown) {
            return;
        }
        self.shared.scratch.extend_from_slice(&self.text[from..to]);
        if self.shared.input.holes > 0 && self.text[from..to].contains(&HOLE) {
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

    pub(super) fn ansi_in_word(&mut self) {
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
    pub(super) fn double_in_word(&mut self) {
        self.cook(true);
        let at = self.pos;
        let unknown = self.word().is_none_or(|word| word.unknown);
        self.pos += 1;
        if !unknown && self.plain_double() {
            return;
        }
        self.set_unknown();
        let around = Around::new(Context::DoubleQuoted, at);
        self.stack.push(Frame::Raw(Raw { close: Close::Double, at, around, single: false, depth: 0 }));
    }

    /// Takes the inside of `"…"` up to its end (true) or to the first expansion.
    fn plain_double(&mut self) -> bool {
        loop {
            let length = run(self.rest(), &DOUBLE_ENDS);
            self.append(length);
            match self.peek(0) {
                b'"' => {
                    self.pos += 1;
                    return true;
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
                _ => return false,
            }
        }
    }
}
