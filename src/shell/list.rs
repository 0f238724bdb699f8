//! Lists of commands: operators, reserved words, simple commands.

use super::frame::{Around, Close, Closer, Frame, List, Raw, Redirect, State};
use super::scanner::Scanner;
use super::{Context, FaultKind};

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
        command.and_then(|at| self.shared.commands.begun.get(at)).is_some_and(|command| command.words == 1)
    }

    /// `f()`: what looked like a command is the name of a function.
    fn function_head(&mut self, command: Option<usize>) {
        if command.is_some_and(|at| at + 1 == self.shared.commands.begun.len()) {
            self.shared.commands.begun.pop();
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
        for text in shared.commands.arguments(shared.input, command) {
            let name = text.split('=').next().unwrap_or_default();
            shared.keyed.insert(name.as_bytes().into());
        }
    }

    pub(super) fn declares_keyed(&self, command: Option<usize>) -> bool {
        command.and_then(|at| self.shared.commands.begun.get(at)).is_some_and(|command| command.keyed)
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
}
