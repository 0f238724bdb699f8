//! The words of `a=( … )` and `[[ … ]]`.

use super::frame::{Array, Frame, Test};
use super::scanner::Scanner;
use super::word::Done;

impl Scanner<'_, '_, '_> {
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
    pub(super) fn test_word(&mut self, mut test: Test, word: &Done) {
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
