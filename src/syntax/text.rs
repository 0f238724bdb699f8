//! Strings: escapes, dedenting, and the values in them.

use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::offset;

use super::ast::{Expr, ExprKind, Literal, Part, Text};
use super::grammar::{self, Node, Rule};
use super::parser::Parser;
use super::strings::{Flaws, before_mark, hole_end, indent, is_block};
use super::words::{begins_word, is_reserved, is_word};

impl Parser<'_> {
    /// The tree of a string token.
    pub(super) fn string(&mut self, node: &Node<'_>, depth: usize) -> Text {
        let place = node.as_span();
        self.string_at(self.base + place.start(), self.base + place.end(), depth)
    }

    /// The tree of the string between two places.
    pub(super) fn string_at(&mut self, start: usize, end: usize, depth: usize) -> Text {
        let block = is_block(self.text.as_bytes(), start);
        let before = self.parts.len();
        if block {
            self.block(start + 3, end - 3, depth);
        } else {
            self.run(start + 1, end - 1, false, depth);
            self.flush();
        }
        Text { parts: self.parts.split_off(before), block, span: self.span(start, end) }
    }

    /// The lines of a block, dedented. A first line that is blank and a last line that holds the end are no part of it.
    fn block(&mut self, start: usize, end: usize, depth: usize) {
        let bytes = self.text.as_bytes();
        let Some(first) = bytes[start..end].iter().position(|byte| *byte == b'\n').map(|more| start + more) else {
            self.run(start, end, true, depth);
            return self.flush();
        };
        let last = bytes[..end].iter().rposition(|byte| *byte == b'\n').expect("there is a first line end") + 1;
        let closes_alone = last + indent(bytes, last) == end;
        let margin = self.block_margin(first + 1, end, closes_alone.then_some(last));
        if !bytes[start..first].trim_ascii().is_empty() {
            self.run(start, line_end(bytes, first), true, depth);
            self.mark(first);
            self.cooked.push('\n');
        }
        let stop = if closes_alone { last } else { end + 1 };
        let mut line = first + 1;
        while line < stop {
            let newline = line + before_mark(&bytes[line..end], *b"\n");
            let text_end = line_end(bytes, newline).max(line);
            // A line that stands further left was reported.
            let from = (line + margin.min(indent(bytes, line))).min(text_end);
            self.mark(from);
            self.run(from, text_end, true, depth);
            line = newline + 1;
            if line < stop {
                self.mark(newline);
                self.cooked.push('\n');
            }
        }
        self.flush();
    }

    /// How many blanks all lines begin with. Lines left of the end of the block are reported.
    fn block_margin(&mut self, start: usize, end: usize, closing: Option<usize>) -> usize {
        let text = self.text;
        let bytes = text.as_bytes();
        let floor = closing.map_or("", |last| &text[last..end]);
        let mut common: Option<&str> = None;
        let mut first = true;
        let mut line = start;
        while line < closing.unwrap_or(end) {
            let newline = line + before_mark(&bytes[line..end], *b"\n");
            let blanks = &text[line..line + indent(bytes, line)];
            if line + blanks.len() < line_end(bytes, newline) {
                if !blanks.starts_with(floor) {
                    if std::mem::take(&mut first) {
                        self.report_outdented(line, blanks.len(), newline, floor, closing);
                    }
                    line = newline + 1;
                    continue;
                }
                common = Some(common.map_or(blanks, |other| shared(other, blanks)));
            }
            line = newline + 1;
        }
        common.map_or(0, str::len)
    }

    fn report_outdented(&mut self, line: usize, blanks: usize, newline: usize, floor: &str, closing: Option<usize>) {
        let bytes = self.text.as_bytes();
        let place = self.span(line + blanks, line_end(bytes, newline));
        let ends = closing.map_or(newline, |last| last + floor.len());
        let said = Diagnostic::new(Code::P0110, place, "this line stands left of the end of its block string")
            .here("begins further left")
            .label(self.span(ends, ends + 3), "the block ends at this column")
            .help("indent every line at least as far as the closing `\"\"\"`, with the same blanks: what all lines share is taken away")
            .fix("indent the line", self.span(line, line + blanks), floor);
        self.report(said);
    }

    /// Cooks the source from `start` to `end` into the open literal and the parts.
    fn run(&mut self, start: usize, end: usize, raw: bool, depth: usize) {
        let text = self.text;
        let bytes = text.as_bytes();
        let mut i = start;
        while i < end {
            let stop = i + before_mark(&bytes[i..end], *b"\\~\r");
            if stop > i {
                self.mark(i);
                self.cooked.push_str(&text[i..stop]);
            }
            i = stop;
            if i == end {
                break;
            }
            self.mark(i);
            let rest = &bytes[i..end];
            if rest.starts_with(b"~{") {
                self.flush();
                let close = hole_end(bytes, i, 1, &mut Flaws::new()).0.min(end);
                let value = self.value(i + 2, close - 1, depth);
                self.parts.push(Part::Value(Box::new(value), self.span(i, close)));
                i = close;
            } else if rest[0] == b'\\' {
                i += if raw { self.raw_escape(rest) } else { self.escape(i, end) };
            } else {
                self.cooked.push(char::from(rest[0]));
                i += 1;
            }
        }
    }

    /// Only `\~{` and `\"""` are escapes in a block.
    fn raw_escape(&mut self, rest: &[u8]) -> usize {
        let (cooked, taken) = match rest {
            [_, b'~', b'{', ..] => ("~{", 3),
            [_, b'"', b'"', b'"', ..] => ("\"\"\"", 4),
            _ => ("\\", 1),
        };
        self.cooked.push_str(cooked);
        taken
    }

    /// The escape at `at`; gives its length.
    fn escape(&mut self, at: usize, end: usize) -> usize {
        let rest = &self.text[at..end];
        let mut characters = rest.chars().skip(1);
        let cooked = match characters.next() {
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('0') => '\0',
            Some(same @ ('"' | '\\')) => same,
            Some('~') if rest[2..].starts_with('{') => '~',
            Some('u') => return self.unicode_escape(at, rest),
            other => {
                let length = 1 + other.map_or(0, char::len_utf8);
                self.report_escape(at, length, &rest[..length]);
                return length;
            }
        };
        self.cooked.push(cooked);
        2
    }

    fn unicode_escape(&mut self, at: usize, rest: &str) -> usize {
        let inside = rest.strip_prefix("\\u{").and_then(|more| more.split_once('}')).map(|(hex, _)| hex);
        let Some(hex) = inside else {
            self.report_escape(at, 2, "\\u");
            return 2;
        };
        let length = hex.len() + 4;
        let plain = !hex.is_empty() && hex.len() <= 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        match u32::from_str_radix(hex, 16).ok().and_then(char::from_u32).filter(|_| plain) {
            Some(character) => self.cooked.push(character),
            None => self.report_escape(at, length, &rest[..length]),
        }
        length
    }

    fn report_escape(&mut self, at: usize, length: usize, escape: &str) {
        let said = Diagnostic::new(Code::P0106, self.span(at, at + length), format!("there is no escape `{escape}`"))
            .here("not an escape")
            .help(
                "the escapes are `\\n` `\\t` `\\r` `\\\"` `\\\\` `\\0` `\\u{2713}` and `\\~{`; a backslash is `\\\\`, and in a \
                 block string `\"\"\"` it stands for itself",
            )
            .fix("write a backslash", self.span(at, at + 1), "\\\\");
        self.report(said);
    }

    /// From here on the cooked text stands at `source`.
    fn mark(&mut self, source: usize) {
        let (cooked, source) = (offset(self.cooked.len()), offset(source));
        match self.map.last_mut() {
            Some((from, at)) if *at + (cooked - *from) == source => {}
            Some((from, at)) if *from == cooked => *at = source,
            _ => self.map.push((cooked, source)),
        }
    }

    /// Ends the open literal.
    fn flush(&mut self) {
        if !self.cooked.is_empty() {
            let literal = Literal { text: self.cooked.as_str().into(), map: self.map.as_slice().into() };
            self.parts.push(Part::Literal(literal));
        }
        self.cooked.clear();
        self.map.clear();
    }

    /// The expression between `~{` and `}`.
    fn value(&mut self, start: usize, end: usize, depth: usize) -> Expr {
        let text = self.text;
        let inside = &text[start..end];
        if let Some(path) = self.dotted(start, inside) {
            return path;
        }
        let blank = inside.len() - inside.trim_ascii_start().len();
        let slice = inside.trim_ascii();
        if slice.is_empty() {
            self.report(empty_value(self.span(start - 2, end + 1)));
            return Expr { kind: ExprKind::Broken, span: self.span(start, end) };
        }
        let outer = std::mem::replace(&mut self.base, start + blank);
        let (cooked, map) = (std::mem::take(&mut self.cooked), std::mem::take(&mut self.map));
        let value = match grammar::read(Rule::one_expr, slice) {
            Some(mut inner) => self.expr(inner.need(Rule::expr), depth + 1),
            None => {
                let said = super::explain::refused(self, Rule::one_expr, self.base, self.base + slice.len());
                self.report(said);
                Expr { kind: ExprKind::Broken, span: self.span(start, end) }
            }
        };
        (self.cooked, self.map) = (cooked, map);
        self.base = outer;
        value
    }

    /// `a.b.c` without blanks, which most values are: read by hand, since a run of pest costs as much as a statement.
    pub(super) fn dotted(&mut self, start: usize, inside: &str) -> Option<Expr> {
        let parts = || inside.as_bytes().split(|byte| *byte == b'.');
        let is_name = |part: &[u8]| {
            part.first().is_some_and(|first| begins_word(*first)) && part.iter().all(|byte| is_word(*byte))
        };
        if inside.len() > 256 || !inside.is_ascii() || !parts().all(is_name) {
            return None;
        }
        let mut end = parts().next()?.len();
        if is_reserved(&inside[..end]) {
            return None;
        }
        let name = self.name_at(start, &inside[..end]);
        let mut value = Expr { span: name.span, kind: ExprKind::Name(name) };
        for part in parts().skip(1) {
            let at = end + 1;
            end = at + part.len();
            let name = self.name_at(start + at, &inside[at..end]);
            value = Expr { span: value.span.to(name.span), kind: ExprKind::Field(Box::new(value), name) };
        }
        Some(value)
    }
}

/// `end` without the carriage return before a line end.
fn line_end(bytes: &[u8], end: usize) -> usize {
    if end > 0 && bytes.get(end) == Some(&b'\n') && bytes[end - 1] == b'\r' { end - 1 } else { end }
}

/// What two texts begin with together.
fn shared<'a>(one: &'a str, other: &str) -> &'a str {
    let length = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    &one[..length]
}

fn empty_value(span: crate::source::Span) -> Diagnostic {
    Diagnostic::new(Code::P0101, span, "`~{}` has no value in it")
        .here("an expression is expected inside")
        .help("write the value between the braces, or `\\~{}` for the characters themselves")
}
