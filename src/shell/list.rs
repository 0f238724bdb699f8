//! Lists of commands: operators, reserved words, simple commands.

use super::frame::{Around, Close, Closer, Frame, List, Raw, Redirect, State, Test};
use super::input::HOLE;
use super::scanner::{Link, Scanner};
use super::word::{self, Done, Text};
use super::{Command, Context, FaultKind, Word};

/// Commands whose arguments may be assignments.
const DECLARATIONS: &[&[u8]] = &[b"declare", b"typeset", b"local", b"export", b"readonly"];

impl List {
    /// A command or compound command has ended, the next may follow.
    pub(super) fn start_again(&mut self) {
        self.state = State::Start;
        self.function_next = false;
    }
}

impl Scanner<'_, '_, '_> {
    pub(super) fn list_step(&mut self) {
        let byte = self.text[self.pos];
        match byte {
            b' ' | b'\t' => self.pos += 1,
            b'\n' => self.newline(),
            b'#' => self.comment(),
            b'\\' if self.continuation() => {}
            b'&' if self.peek(1) == b'>' => self.redirection(),
            b'&' | b'|' | b';' => self.separator(byte),
            b'(' => self.open_paren(),
            b')' => self.close_paren(),
            b'<' | b'>' if self.peek(1) != b'(' => self.redirection(),
            _ => self.begin_word(),
        }
    }

    pub(super) fn comment(&mut self) {
        let from = self.pos;
        let rest = self.rest();
        self.pos += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        self.dead_holes(from, self.pos, Around::new(Context::Comment, from));
    }

    /// A backslash that joins two lines.
    pub(super) fn continuation(&mut self) -> bool {
        let left = self.limit - self.pos;
        if left > 1 && self.peek(1) != b'\n' {
            return false;
        }
        if left <= 2 {
            self.fault(FaultKind::TrailingBackslash, self.pos);
        }
        self.pos += left.min(2);
        true
    }

    fn newline(&mut self) {
        self.end_command();
        if let Some(list) = self.list() {
            list.state = match list.state {
                State::Start | State::Prefix | State::Args | State::ForWords => State::Start,
                State::ForName
                | State::ForIn
                | State::CaseWord
                | State::CaseIn
                | State::CasePattern
                | State::CaseMore
                | State::FunctionName => list.state,
            };
        }
        self.pos += 1;
        self.here_bodies();
    }

    fn separator(&mut self, byte: u8) {
        let next = self.peek(1);
        let end_of_case = byte == b';' && (next == b';' || next == b'&');
        let long = end_of_case || next == byte || (byte == b'|' && next == b'&');
        self.pos += 1 + usize::from(long);
        if end_of_case && next == b';' && self.peek(0) == b'&' {
            self.pos += 1;
        }
        self.end_command();
        if let Some(list) = self.list() {
            list.state = match list.state {
                State::CasePattern | State::CaseMore | State::CaseIn | State::CaseWord => list.state,
                State::Start
                | State::Prefix
                | State::Args
                | State::ForName
                | State::ForIn
                | State::ForWords
                | State::FunctionName => match list.closer {
                    Closer::Esac if end_of_case => State::CasePattern,
                    Closer::End
                    | Closer::Subshell
                    | Closer::Substitution
                    | Closer::Brace
                    | Closer::Fi
                    | Closer::Done
                    | Closer::Esac => State::Start,
                },
            };
        }
    }

    fn open_paren(&mut self) {
        let Some(list) = self.list().copied() else { return };
        let empty = self.empty_parens();
        match (list.state, empty) {
            (State::CasePattern, _) => self.pos += 1,
            (State::Args, Some(behind)) if self.is_function_head(list.command) => {
                self.function_head(list.command);
                self.pos = behind;
            }
            (State::Start, Some(behind)) if list.function_next => self.pos = behind,
            (State::Start | State::ForName, _) if self.peek(1) == b'(' && self.is_arithmetic(self.pos) => {
                let around = Around::new(Context::Arithmetic, self.pos);
                self.stack.push(Frame::Raw(Raw { close: Close::Parens, at: self.pos, around, single: true, depth: 0 }));
                self.pos += 2;
            }
            _ => {
                self.push_list(Closer::Subshell, self.pos, State::Start);
                self.pos += 1;
            }
        }
    }

    /// The place behind `( )`.
    fn empty_parens(&self) -> Option<usize> {
        let inside = self.rest().get(1..)?;
        let blanks = inside.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        (inside.get(blanks) == Some(&b')')).then_some(self.pos + blanks + 2)
    }

    fn is_function_head(&self, command: Option<usize>) -> bool {
        command.and_then(|at| self.shared.scan.commands.get(at)).is_some_and(|command| command.words.len() == 1)
    }

    /// `f()`: what looked like a command is the name of a function.
    fn function_head(&mut self, command: Option<usize>) {
        if command.is_some_and(|at| at + 1 == self.shared.scan.commands.len()) {
            self.shared.scan.commands.pop();
        }
        while let Some(link) = self.shared.links.pop_if(|link| Some(link.command) == command) {
            self.read_as(link.hole, "function");
        }
        if let Some(list) = self.list() {
            list.command = None;
            list.state = State::Start;
            list.function_next = true;
        }
    }

    fn close_paren(&mut self) {
        self.pos += 1;
        let Some(list) = self.list() else { return };
        match (list.closer, list.state) {
            (Closer::Esac, State::CasePattern | State::CaseMore) => list.state = State::Start,
            (Closer::Subshell | Closer::Substitution, _) => self.close_list(),
            _ => {
                self.end_command();
                if let Some(list) = self.list() {
                    list.state = State::Start;
                }
            }
        }
    }

    pub(super) fn push_list(&mut self, closer: Closer, at: usize, state: State) {
        let (pending, function) = match self.list() {
            Some(list) => (list.pending, std::mem::take(&mut list.function_next)),
            None => (self.pending.len(), false),
        };
        self.shared.functions += usize::from(function);
        self.stack.push(Frame::List(List { state, function, ..List::new(closer, at, pending) }));
    }

    pub(super) fn close_list(&mut self) {
        self.end_command();
        if self.list().is_some_and(|list| list.function) {
            self.shared.functions -= 1;
        }
        self.pop();
    }

    /// The simple command has all its words.
    pub(super) fn end_command(&mut self) {
        let Some(list) = self.list() else { return };
        list.redirect = Redirect::None;
        list.timed = false;
        let command = list.command.take();
        if std::mem::take(&mut list.declares)
            && let Some(command) = command
        {
            self.remember_keyed(command);
        }
    }

    /// `declare -A names`: their subscripts are texts.
    fn remember_keyed(&mut self, command: usize) {
        if !self.declares_keyed(Some(command)) {
            return;
        }
        let shared = &mut *self.shared;
        let words = shared.scan.commands.get(command).map_or(&[] as &[Word], |command| &command.words);
        for word in words.iter().skip(1) {
            let Word::Plain(text) = word else { continue };
            let name = text.split('=').next().unwrap_or_default();
            shared.keyed.insert(name.as_bytes().into());
        }
    }

    pub(super) fn declares_keyed(&self, command: Option<usize>) -> bool {
        let command = command.and_then(|at| self.shared.scan.commands.get(at));
        command.is_some_and(|command| {
            let option = |word: &Word| matches!(word, Word::Plain(text) if text.starts_with('-') && text.contains('A'));
            command.words.iter().skip(1).any(option)
        })
    }

    fn redirection(&mut self) {
        let here = self.text[self.pos] == b'<' && self.peek(1) == b'<';
        if here && self.peek(2) != b'<' {
            self.here_document();
        } else {
            let length = match self.rest() {
                [b'&', b'>', b'>', ..] | [b'<', b'<', b'<', ..] => 3,
                [b'&', ..] | [b'>', b'>' | b'&' | b'|', ..] | [b'<', b'&' | b'>', ..] => 2,
                _ => 1,
            };
            self.pos += length;
            if let Some(list) = self.list() {
                list.redirect = if here { Redirect::HereString } else { Redirect::Target };
            }
        }
        if let Some(list) = self.list()
            && list.state == State::Start
        {
            list.state = State::Prefix;
        }
    }

    /// Words of plain bytes, which most are, are read without a frame.
    fn begin_word(&mut self) {
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
        list.state = match list.state {
            State::ForIn if in_word => State::ForWords,
            State::ForIn if do_word => State::Start,
            State::CaseIn if in_word => State::CasePattern,
            State::CasePattern if esac => return self.close_list(),
            State::CasePattern => State::CaseMore,
            same => same,
        };
    }

    fn command_word(&mut self, word: Done) {
        let behind_prefix = self.list().is_some_and(|list| list.state == State::Prefix);
        if word.assignment {
            return self.then(word.direct, State::Prefix);
        }
        let at = self.place(word.start);
        let index = self.shared.scan.commands.len();
        self.shared.scan.commands.push(Command { words: Vec::new(), at });
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
        let text = match self.known(&word) {
            Some(text) => Word::Plain(String::from_utf8_lossy(text).into()),
            None => Word::Unknown,
        };
        let Some(command) = self.shared.scan.commands.get_mut(index) else { return };
        command.words.push(text);
        let at = command.words.len() - 1;
        self.link(word.direct, Some(index), Some(at));
    }

    /// Remembers which word the holes from `direct` on are part of.
    pub(super) fn link(&mut self, direct: usize, command: Option<usize>, word: Option<usize>) {
        let shared = &mut *self.shared;
        let holes = shared.direct.drain(direct..);
        if let Some(command) = command {
            shared.links.extend(holes.map(|hole| Link { hole, command, word }));
        }
    }

    pub(super) fn mark_whole(&mut self, word: &Done) {
        if self.pos - word.start == 1
            && self.text.get(word.start) == Some(&HOLE)
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
        let (closer, timed) = (list.closer, list.timed);
        if word.quoted || word.assignment {
            return false;
        }
        let Some(text) = self.known(word) else { return false };
        // Not above ten bytes, and most commands are told apart by their first.
        match text {
            b"if" => self.push_list(Closer::Fi, word.start, State::Start),
            b"while" | b"until" => self.push_list(Closer::Done, word.start, State::Start),
            b"for" | b"select" => self.push_list(Closer::Done, word.start, State::ForName),
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
