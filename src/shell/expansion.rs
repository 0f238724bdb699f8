//! Expansions, and the raw text in which only expansions and quotes count.

use super::frame::{Around, Close, Closer, Frame, List, Raw};
use super::input::{HOLE, Origin};
use super::scanner::Scanner;
use super::word::{name_length, run, table};
use super::{Context, FaultKind};

const QUOTED_ENDS: [bool; 256] = table(b"\"\\$`\xff");
const HERE_ENDS: [bool; 256] = table(b"\\$`\xff");
const RAW_ENDS: [bool; 256] = table(b"\"'\\$`()[]}\xff");

impl Scanner<'_, '_, '_> {
    pub(super) fn raw_step(&mut self, raw: Raw) {
        let ends = match raw.close {
            Close::Operator => return self.operator(raw),
            Close::Double => &QUOTED_ENDS,
            Close::Here { .. } => &HERE_ENDS,
            Close::Apostrophe | Close::Brace | Close::Parens | Close::Bracket => &RAW_ENDS,
        };
        self.pos += run(self.rest(), ends);
        if self.pos >= self.limit {
            return;
        }
        match (self.text[self.pos], raw.close) {
            (HOLE, _) => self.hole(raw.around),
            (b'\\', _) if self.peek(1) == HOLE => self.escaped_hole(),
            (b'\\', _) => self.pos = (self.pos + 2).min(self.limit),
            (b'`', _) => self.backticks(raw.around.context == Context::DoubleQuoted),
            (b'$', _) if self.peek(1) == b'\'' && raw.single => self.ansi_quote(),
            (b'$', _) if self.expands() => self.dollar(raw.around),
            (b'"', Close::Double) | (b'\'', Close::Apostrophe) | (b'}', Close::Brace) => self.close_raw(1),
            (b'"', Close::Brace | Close::Parens | Close::Bracket) => self.inner_double(raw),
            (b'\'', _) if raw.single => {
                self.single_quote();
            }
            (b'\'', Close::Brace) => self.push_raw(Raw { close: Close::Apostrophe, at: self.pos, ..raw }, 1),
            (b'(', Close::Parens) | (b'[', Close::Bracket) => self.deepen(raw.depth + 1),
            (b')', Close::Parens) if raw.depth == 0 && self.peek(1) == b')' => self.close_raw(2),
            (b']', Close::Bracket) if raw.depth == 0 => self.close_raw(1),
            (b')', Close::Parens) | (b']', Close::Bracket) => self.deepen(raw.depth.saturating_sub(1)),
            _ => self.pos += 1,
        }
    }

    fn deepen(&mut self, to: usize) {
        self.pos += 1;
        if let Some(Frame::Raw(raw)) = self.stack.last_mut() {
            raw.depth = to;
        }
    }

    fn close_raw(&mut self, length: usize) {
        self.pos += length;
        self.pop();
    }

    fn push_raw(&mut self, raw: Raw, length: usize) {
        self.pos += length;
        self.stack.push(Frame::Raw(raw));
    }

    fn inner_double(&mut self, raw: Raw) {
        let arithmetic = raw.around.context == Context::Arithmetic;
        let around = if arithmetic { raw.around } else { Around::new(Context::DoubleQuoted, self.pos) };
        self.push_raw(Raw { close: Close::Double, at: self.pos, around, single: false, depth: 0 }, 1);
    }

    /// The `$` at the current byte begins an expansion.
    pub(super) fn expands(&self) -> bool {
        let next = self.peek(1);
        next.is_ascii_alphanumeric() || matches!(next, b'(' | b'{' | b'[' | b'_' | HOLE) || is_special(next)
    }

    /// Passes `$…`, which is known to be an expansion.
    pub(super) fn dollar(&mut self, around: Around) {
        let at = self.pos;
        let arithmetic = Around::new(Context::Arithmetic, at);
        match self.peek(1) {
            b'(' if self.peek(2) == b'(' && self.is_arithmetic(at + 1) => {
                self.push_raw(Raw { close: Close::Parens, at, around: arithmetic, single: true, depth: 0 }, 3);
            }
            b'(' => self.substitution(2),
            b'[' => self.push_raw(Raw { close: Close::Bracket, at, around: arithmetic, single: true, depth: 0 }, 2),
            b'{' => self.parameter(around),
            HOLE => {
                self.pos += 1;
                self.name_hole(around, "$");
            }
            _ => self.pos += 1 + name_length(&self.rest()[1..]).max(1),
        }
    }

    /// `$(`, `<(`, `>(`
    pub(super) fn substitution(&mut self, length: usize) {
        let list = List::new(Closer::Substitution, self.pos, self.pending.len());
        self.stack.push(Frame::List(list));
        self.pos += length;
    }

    /// `${` and its name; what follows the name is read as raw text.
    fn parameter(&mut self, around: Around) {
        let at = self.pos;
        self.pos += 2;
        let prefixed = |next: u8| next.is_ascii_alphanumeric() || matches!(next, b'_' | b'@' | b'*' | HOLE);
        if matches!(self.peek(0), b'!' | b'#') && (prefixed(self.peek(1)) || self.length_of_special()) {
            self.pos += 1;
        }
        let from = self.pos;
        let next = self.peek(0);
        if next == HOLE {
            self.name_hole(around, "${}");
        } else if next.is_ascii_digit() {
            self.pos += self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        } else if is_special(next) {
            self.pos += 1;
        } else {
            self.pos += name_length(self.rest());
        }
        let keyed = self.shared.keyed.contains(&self.text[from..self.pos]);
        self.stack.push(Frame::Raw(Raw { close: Close::Operator, at, around, single: around.is_bare(), depth: 0 }));
        if self.peek(0) == b'[' {
            let at = self.pos;
            let around = if keyed { Around::WORD } else { Around::new(Context::Arithmetic, at) };
            self.push_raw(Raw { close: Close::Bracket, at, around, single: true, depth: 0 }, 1);
        }
    }

    /// `${##}` and `${#?}`
    fn length_of_special(&self) -> bool {
        self.peek(0) == b'#' && is_special(self.peek(1)) && self.peek(2) == b'}'
    }

    /// What stands behind the name in `${x…}`.
    fn operator(&mut self, raw: Raw) {
        let bare = raw.around.is_bare();
        let arithmetic = raw.around.context == Context::Arithmetic;
        let word = (raw.around, bare);
        let pattern = (if arithmetic { raw.around } else { Around::WORD }, true);
        let (length, (around, single)) = match (self.peek(0), self.peek(1)) {
            (b':', b'-' | b'=' | b'?' | b'+') => (2, word),
            (b':', _) => (1, (Around::new(Context::Arithmetic, raw.at), true)),
            (b'-' | b'=' | b'?' | b'+', _) => (1, word),
            (b'#' | b'%' | b'/' | b'^' | b',' | b'@', _) => (1, pattern),
            _ => (0, word),
        };
        self.pos += length;
        if let Some(frame) = self.stack.last_mut() {
            *frame = Frame::Raw(Raw { close: Close::Brace, around, single, ..raw });
        }
    }

    /// Passes `` `…` ``, the first unescaped one ends it; inside, some backslashes are taken off first.
    pub(super) fn backticks(&mut self, in_double: bool) {
        let at = self.pos;
        let inside = &self.rest()[1..];
        let mut end = 0;
        let mut escaped = false;
        while end < inside.len() && inside[end] != b'`' {
            let skips = inside[end] == b'\\';
            escaped |= skips;
            end += 1 + usize::from(skips);
        }
        let closed = end < inside.len();
        let inside = &inside[..end.min(inside.len())];
        self.pos = at + 2 + inside.len();
        let from = at + 1;
        if escaped {
            let (text, points) = self.without_backslashes(inside, from, in_double);
            self.region(&text, Origin::Map(points), at);
        } else {
            self.region(inside, Origin::Offset(self.source(from)), at);
        }
        if !closed {
            self.runs_to_the_end(FaultKind::OpenBacktick, at);
        }
    }

    fn without_backslashes(&self, inside: &[u8], from: usize, in_double: bool) -> (Vec<u8>, Vec<(usize, usize)>) {
        let mut text = Vec::with_capacity(inside.len());
        let mut points = vec![(0, self.source(from))];
        let mut at = 0;
        while at < inside.len() {
            let next = inside.get(at + 1).copied().unwrap_or(0);
            let drops = matches!(next, b'\\' | b'`' | b'$') || (in_double && next == b'"');
            if inside[at] != b'\\' {
                text.push(inside[at]);
                at += 1;
                continue;
            }
            if !drops {
                text.push(inside[at]);
            }
            points.push((text.len(), self.source(from + at + 1)));
            text.extend(inside.get(at + 1));
            // Backticks that are never closed may end in a backslash.
            at = (at + 2).min(inside.len());
            points.push((text.len(), self.source(from + at)));
        }
        (text, points)
    }

    /// Whether `((` at this place is arithmetic: bash looks whether the inner parenthesis is closed by `))`.
    pub(super) fn is_arithmetic(&mut self, open: usize) -> bool {
        if let Some(known) = self.parens.get(&open) {
            return *known;
        }
        let mut parens: Vec<usize> = Vec::new();
        let mut at = open;
        let end = self.limit.min(open + self.shared.budget);
        while at < end {
            match self.text[at] {
                b'(' => parens.push(at),
                b')' => {
                    let inner = parens.pop();
                    let outer = parens.last().copied();
                    if let (Some(inner), Some(outer)) = (inner, outer)
                        && outer + 1 == inner
                    {
                        self.parens.insert(outer, at + 1 < self.limit && self.text[at + 1] == b')');
                    }
                    if parens.is_empty() {
                        break;
                    }
                }
                b'\\' => at += 1,
                quote @ (b'\'' | b'"' | b'`') => at = self.behind_quote(at, end, quote),
                _ => {}
            }
            at += 1;
        }
        self.shared.budget -= at.min(end) - open;
        for pair in parens.windows(2).filter(|pair| pair[0] + 1 == pair[1]) {
            self.parens.entry(pair[0]).or_insert(true);
        }
        *self.parens.entry(open).or_insert(true)
    }

    /// The place of the closing quote.
    fn behind_quote(&self, from: usize, end: usize, quote: u8) -> usize {
        let mut at = from + 1;
        while at < end && self.text[at] != quote {
            at += 1 + usize::from(self.text[at] == b'\\' && quote != b'\'');
        }
        at
    }
}

/// Parameters of one character that is no letter or digit.
fn is_special(byte: u8) -> bool {
    matches!(byte, b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!')
}
