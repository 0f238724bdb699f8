//! Simple commands and reserved words: what each word of a list is.

use super::Word;
use super::begun::{Begun, Spelled};
use super::frame::{Closer, Frame, Redirect, State, Test};
use super::input::HOLE;
use super::scanner::{Link, Scanner};
use super::word::{self, Done, Text};

/// Commands whose arguments may be assignments.
const DECLARATIONS: &[&[u8]] = &[b"declare", b"typeset", b"local", b"export", b"readonly"];

impl Scanner<'_, '_, '_> {
    /// Words of plain bytes, which most are, are read without a frame.
    pub(super) fn begin_word(&mut self) {
        let Some(list) = self.list() else { return };
        let assignable = match list.state {
            State::Start | State::Prefix => list.redirect == Redirect::None,
            State::Args => list.declares && list.redirect == Redirect::None,
            State::ForName
            | State::ForIn
            | State::ForWords
            | State::CaseWord
            | State::CaseIn
            | State::CasePattern
            | State::CaseMore
            | State::FunctionName => false,
        };
        if assignable && self.begin_assignment() {
            return;
        }
        let start = self.pos;
        self.pos += word::plain_run(self.rest());
        let next = self.peek(0);
        let ends = match next {
            0 => self.pos >= self.limit,
            b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b')' => true,
            b'<' | b'>' => self.peek(1) != b'(',
            b'(' => !self.is_pattern_group(start),
            _ => false,
        };
        if !ends || self.pos == start {
            self.push_word(start, false);
        } else if !(matches!(next, b'<' | b'>') && word::is_descriptor(&self.text[start..self.pos])) {
            let direct = self.shared.direct.len();
            let text = Text::Slice(start, self.pos);
            self.list_word(Done { start, text, quoted: false, assignment: false, direct });
        }
    }

    /// `!(…)` at the start of a command is a negated subshell.
    fn is_pattern_group(&mut self, start: usize) -> bool {
        let run = &self.text[start..self.pos];
        let starts = self.list().is_some_and(|list| list.state == State::Start);
        matches!(run.last(), Some(b'?' | b'*' | b'+' | b'@' | b'!')) && !(starts && run == b"!")
    }

    /// What a finished word is in its list.
    pub(super) fn list_word(&mut self, word: Done) {
        let Some(list) = self.list() else { return };
        list.timed &= list.state == State::Start;
        if list.redirect != Redirect::None {
            let input = list.redirect == Redirect::HereString;
            list.redirect = Redirect::None;
            let command = list.command;
            return self.link(word.direct, command.filter(|_| input), None);
        }
        match list.state {
            State::Start => {
                if self.reserved(&word) {
                    self.shared.direct.truncate(word.direct);
                } else {
                    self.command_word(word);
                }
            }
            State::Prefix => self.command_word(word),
            State::Args => {
                let command = list.command;
                self.argument(word, command);
            }
            State::ForWords => {
                self.mark_whole(&word);
                self.shared.direct.truncate(word.direct);
            }
            State::CaseWord => self.then(word.direct, State::CaseIn),
            State::ForName => self.name(word.direct, "for", State::ForIn),
            State::FunctionName => {
                list.function_next = true;
                self.name(word.direct, "function", State::Start);
            }
            State::ForIn | State::CaseIn | State::CasePattern | State::CaseMore => self.header_word(&word),
        }
    }

    fn then(&mut self, direct: usize, state: State) {
        self.shared.direct.truncate(direct);
        if let Some(list) = self.list() {
            list.state = state;
        }
    }

    /// A word that has to be a name.
    fn name(&mut self, direct: usize, reader: &str, state: State) {
        for hole in self.shared.direct.split_off(direct) {
            self.read_as(hole, reader);
        }
        self.then(direct, state);
    }

    /// The words between `for x` or `case x` and the first command.
    fn header_word(&mut self, word: &Done) {
        let in_word = self.is_bare(word, b"in");
        let do_word = self.is_bare(word, b"do");
        let esac = self.is_bare(word, b"esac");
        self.shared.direct.truncate(word.direct);
        let Some(list) = self.list() else { return };
        match (list.state, in_word) {
            (State::ForIn, true) => list.state = State::ForWords,
            (State::ForIn, false) if do_word => list.state = State::Start,
            (State::CaseIn, true) => list.state = State::CasePattern,
            (State::CasePattern, _) if esac => self.close_list(),
            (State::CasePattern, _) => list.state = State::CaseMore,
            _ => {}
        }
    }

    fn command_word(&mut self, word: Done) {
        let behind_prefix = self.list().is_some_and(|list| list.state == State::Prefix);
        if word.assignment {
            return self.then(word.direct, State::Prefix);
        }
        let at = self.source(word.start);
        let index = self.shared.commands.begun.len();
        self.shared.commands.begun.push(Begun::new(at));
        let declares = self.known(&word).is_some_and(|text| DECLARATIONS.contains(&text));
        let Some(list) = self.list() else { return };
        list.command = Some(index);
        list.state = State::Args;
        list.declares = declares;
        list.function_next = false;
        let base = list.pending;
        if behind_prefix {
            self.adopt_here_documents(base, index);
        }
        self.argument(word, Some(index));
    }

    fn argument(&mut self, word: Done, command: Option<usize>) {
        self.mark_whole(&word);
        let Some(index) = command else { return self.shared.direct.truncate(word.direct) };
        let place = (self.source(word.start), self.source(self.pos));
        let text = self.spelled(&word);
        let is_keyed = self.known(&word).is_some_and(|text| text.first() == Some(&b'-') && text.contains(&b'A'));
        let Some(at) = self.shared.commands.add(index, place, text) else { return };
        self.shared.commands.begun[index].keyed |= is_keyed && at > 0;
        self.link(word.direct, Some(index), Some(at));
    }

    fn spelled(&self, word: &Done) -> Spelled {
        let written = &self.text[word.start..self.pos];
        match word.text {
            // Inside backticks some of what is written does not count.
            Text::Slice(from, to) if self.nest > 0 => Spelled::Other(Word::known(&self.text[from..to])),
            Text::Unknown if self.nest > 0 => Spelled::Other(Word::expanded(written, self.place(word.start).piece)),
            Text::Slice(..) => Spelled::Plain,
            Text::Scratch => Spelled::Other(Word::known(&self.shared.scratch)),
            Text::Unknown => Spelled::Expanded,
        }
    }

    /// Remembers which word the holes from `direct` on are part of.
    pub(super) fn link(&mut self, direct: usize, command: Option<usize>, word: Option<usize>) {
        let shared = &mut *self.shared;
        if shared.direct.len() <= direct {
            return;
        }
        let holes = shared.direct.drain(direct..);
        if let Some(command) = command {
            shared.links.extend(holes.map(|hole| Link { hole, command, word }));
        }
    }

    /// The word is one interpolation.
    fn is_whole(&self, word: &Done) -> bool {
        self.pos - word.start == 1 && self.text.get(word.start) == Some(&HOLE)
    }

    pub(super) fn mark_whole(&mut self, word: &Done) {
        if self.is_whole(word)
            && let Some(hole) = self.shared.scan.holes.last_mut()
        {
            hole.whole = true;
        }
    }

    /// The text of a word that holds no expansion.
    pub(super) fn known(&self, word: &Done) -> Option<&[u8]> {
        match word.text {
            Text::Slice(from, to) => Some(&self.text[from..to]),
            Text::Scratch => Some(&self.shared.scratch),
            Text::Unknown => None,
        }
    }

    pub(super) fn is_bare(&self, word: &Done, text: &[u8]) -> bool {
        !word.quoted && self.known(word) == Some(text)
    }

    /// Takes a reserved word; false when it is none.
    fn reserved(&mut self, word: &Done) -> bool {
        let Some(list) = self.list() else { return false };
        let (closer, timed, head) = (list.closer, list.timed, std::mem::take(&mut list.head));
        if word.quoted || word.assignment {
            return false;
        }
        let Some(text) = self.known(word) else { return false };
        // Not above ten bytes, and most commands are told apart by their first.
        match text {
            b"if" => self.push_list(Closer::Fi, word.start, State::Start),
            b"while" | b"until" => self.push_list(Closer::Done, word.start, State::Start),
            b"for" | b"select" => {
                self.push_list(Closer::Done, word.start, State::ForName);
                self.set_head();
            }
            b"{" if head => {
                if let Some(list) = self.list() {
                    list.closer = Closer::Brace;
                }
            }
            b"case" => self.push_list(Closer::Esac, word.start, State::CaseWord),
            b"{" => self.push_list(Closer::Brace, word.start, State::Start),
            b"[[" => self.push_test(word.start),
            b"function" => self.then(word.direct, State::FunctionName),
            b"then" | b"else" | b"elif" | b"do" | b"!" | b"coproc" => {}
            b"time" => {
                if let Some(list) = self.list() {
                    list.timed = true;
                }
            }
            b"-p" if timed => {}
            b"fi" => self.close_if(closer == Closer::Fi),
            b"done" => self.close_if(closer == Closer::Done),
            b"esac" => self.close_if(closer == Closer::Esac),
            b"}" => self.close_if(closer == Closer::Brace),
            _ => return false,
        }
        true
    }

    fn set_head(&mut self) {
        if let Some(list) = self.list() {
            list.head = true;
        }
    }

    fn close_if(&mut self, fits: bool) {
        if fits {
            self.close_list();
        }
    }

    fn push_test(&mut self, at: usize) {
        let test = Test { at, last: (0, 0), arithmetic: false, regex: false };
        self.stack.push(Frame::Test(test));
    }
}
