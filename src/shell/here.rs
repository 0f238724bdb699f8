//! Here-documents: their delimiters, and their bodies behind the next line end.

use super::frame::{Around, Close, Frame, Raw};
use super::input::HOLE;
use super::scanner::Scanner;
use super::{Context, FaultKind, HereDocument};

/// Here-documents in substitutions in here-documents are searched for their ends again and again.
const DEEPEST_BODIES: usize = 64;

/// A here-document whose body has not come yet.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    at: usize,
    delimiter: (usize, usize),
    /// The delimiter without its quotes.
    text: Vec<u8>,
    quoted: bool,
    /// `<<-`: tabs at the start of its lines do not count.
    strip: bool,
    command: Option<usize>,
    /// It stands before the command that reads it.
    early: bool,
}

/// Where a body ends, and where what follows its closing line begins.
struct End {
    body: usize,
    resume: usize,
}

impl Scanner<'_, '_, '_> {
    /// Passes `<<EOF`.
    pub(super) fn here_document(&mut self) {
        let at = self.pos;
        self.pos += 2;
        let strip = self.peek(0) == b'-';
        self.pos += usize::from(strip);
        self.pos += self.rest().iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let from = self.pos;
        let (text, quoted) = self.delimiter(at);
        if self.pos > from {
            let command = self.list().and_then(|list| list.command);
            let delimiter = (from, self.pos);
            self.pending.push(Pending { at, delimiter, text, quoted, strip, command, early: command.is_none() });
        }
    }

    /// The delimiter without quotes, and whether it had some.
    fn delimiter(&mut self, at: usize) -> (Vec<u8>, bool) {
        let mut text = Vec::new();
        let mut quoted = false;
        while self.pos < self.limit {
            let byte = self.text[self.pos];
            match byte {
                b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => break,
                b'$' if matches!(self.peek(1), b'\'' | b'"') => self.pos += 1,
                b'\'' => {
                    let (from, to) = self.single_quote();
                    text.extend_from_slice(&self.text[from..to]);
                    quoted = true;
                }
                b'"' => {
                    self.double_delimiter(&mut text);
                    quoted = true;
                }
                b'\\' if self.pos + 1 >= self.limit => break,
                b'\\' if self.peek(1) == HOLE => {
                    quoted = true;
                    self.pos += 1;
                }
                b'\\' => {
                    quoted |= self.peek(1) != b'\n';
                    text.extend(Some(self.peek(1)).filter(|byte| *byte != b'\n'));
                    self.pos += 2;
                }
                HOLE => {
                    self.hole(Around::new(Context::SingleQuoted, at));
                    text.push(byte);
                }
                _ => {
                    self.pos += 1;
                    text.push(byte);
                }
            }
        }
        (text, quoted)
    }

    fn double_delimiter(&mut self, text: &mut Vec<u8>) {
        let at = self.pos;
        self.pos += 1;
        loop {
            match self.peek(0) {
                _ if self.pos >= self.limit => return self.runs_to_the_end(FaultKind::OpenDoubleQuote, at),
                b'"' => break,
                b'\\' if matches!(self.peek(1), b'"' | b'\\' | b'$' | b'`') => {
                    text.push(self.peek(1));
                    self.pos += 2;
                }
                HOLE => self.hole(Around::new(Context::SingleQuoted, at)),
                byte => {
                    text.push(byte);
                    self.pos += 1;
                }
            }
        }
        self.pos += 1;
    }

    /// `<<EOF cat`: the command has come.
    pub(super) fn adopt_here_documents(&mut self, base: usize, command: usize) {
        for pending in self.pending.iter_mut().skip(base).filter(|pending| pending.early) {
            pending.command.get_or_insert(command);
        }
    }

    /// Reads the bodies that wait, behind a line end.
    pub(super) fn here_bodies(&mut self) {
        let list = self.stack.iter().rev().find_map(|frame| match frame {
            Frame::List(list) => Some(list.pending),
            Frame::Word(_) | Frame::Raw(_) | Frame::Array(_) | Frame::Test(_) => None,
        });
        let base = list.unwrap_or(0).min(self.pending.len());
        if base < self.pending.len() {
            // The first is taken from the end.
            self.pending[base..].reverse();
            self.next_body(base);
        }
    }

    fn next_body(&mut self, base: usize) {
        while self.pending.len() > base
            && let Some(pending) = self.pending.pop()
        {
            let from = self.pos;
            let Some(end) = self.body_end(&pending) else {
                self.pending.truncate(base);
                self.fault(FaultKind::OpenHereDocument, pending.at);
                let end = End { body: self.limit, resume: self.limit };
                self.body(&pending, from, &end, base);
                return;
            };
            if self.body(&pending, from, &end, base) {
                return;
            }
        }
    }

    /// Notes a body; true when it was entered, false when it was passed.
    fn body(&mut self, pending: &Pending, from: usize, end: &End, base: usize) -> bool {
        let (at, body) = (self.place(pending.at), (self.place(from), self.place(end.body)));
        let delimiter = (self.place(pending.delimiter.0), self.place(pending.delimiter.1));
        let reader = pending.command.and_then(|at| self.shared.commands.begun.get(at));
        let reader = reader.map(|command| self.shared.input.place(command.at));
        self.shared.scan.here_documents.push(HereDocument { at, delimiter, body, quoted: pending.quoted, reader });
        let deep = self.bodies >= DEEPEST_BODIES;
        if pending.quoted || deep {
            let context = if pending.quoted { Context::QuotedHereDocument } else { Context::HereDocument };
            self.dead_holes(from, end.body, Around::new(context, pending.at));
            self.closing_line(end.body, end.resume, pending.at);
            if deep {
                self.fault(FaultKind::TooDeep, pending.at);
            }
            self.pos = end.resume;
            return false;
        }
        let direct = self.shared.direct.len();
        let close = Close::Here {
            resume: end.resume,
            outer: self.limit,
            base,
            left: self.pending.len(),
            direct,
            command: pending.command,
        };
        let around = Around::new(Context::HereDocument, pending.at);
        self.stack.push(Frame::Raw(Raw { close, at: pending.at, around, single: false, depth: 0 }));
        self.limit = end.body;
        self.bodies += 1;
        true
    }

    /// The body has been read: back to what stands behind it.
    pub(super) fn close_here(&mut self) {
        let Some(Frame::Raw(raw)) = self.stack.pop() else { return };
        let Close::Here { resume, outer, base, left, direct, command } = raw.close else { return };
        self.link(direct, command, None);
        self.closing_line(self.limit, resume, raw.at);
        self.limit = outer;
        self.pos = resume;
        self.bodies -= 1;
        self.pending.truncate(left);
        self.next_body(base);
    }

    /// A value in the delimiter stands in the closing line as well.
    fn closing_line(&mut self, from: usize, to: usize, at: usize) {
        self.dead_holes(from, to, Around::new(Context::SingleQuoted, at));
    }

    /// Looks for the closing line.
    fn body_end(&self, pending: &Pending) -> Option<End> {
        let mut line = self.pos;
        let mut joined = false;
        while line < self.limit {
            let rest = &self.text[line..self.limit];
            let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            let tabs = if pending.strip { rest.iter().take_while(|byte| **byte == b'\t').count() } else { 0 };
            if !joined && rest.get(tabs..length) == Some(&pending.text[..]) {
                return Some(End { body: line, resume: (line + length + 1).min(self.limit) });
            }
            let backslashes = rest[..length].iter().rev().take_while(|byte| **byte == b'\\').count();
            joined = !pending.quoted && backslashes % 2 == 1;
            line += length + 1;
        }
        None
    }

    /// A here-document at the end of the text has no body at all.
    pub(super) fn unread_here_document(&mut self) {
        if let Some(at) = self.pending.first().map(|pending| pending.at) {
            self.pending.clear();
            self.fault(FaultKind::OpenHereDocument, at);
        }
    }
}
