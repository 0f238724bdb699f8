//! Where a statement or a field ends: by its brackets and line ends, or, where brackets do not match, by its indentation.

use super::scan::{Scan, closer_of, opener_of};
use super::strings::{end_of_line, indent, skip_string};
use super::words::{begins_word, skip_blanks, word_at};

/// A text that has been scanned.
#[derive(Debug)]
pub(super) struct Text<'t> {
    pub text: &'t str,
    pub scan: Scan,
}

/// What is cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unit {
    Statement,
    /// A comma ends it.
    Field,
}

/// The end of a slice, and whether its brackets match.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    pub end: usize,
    pub sound: bool,
}

/// `{ … }`
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub open: usize,
    /// Of the `}`, or where it should stand.
    pub close: usize,
    pub closed: bool,
}

/// Why brackets do not match; one of the two is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Imbalance {
    pub opener: Option<usize>,
    pub closer: Option<usize>,
}

impl<'t> Text<'t> {
    pub(super) fn bytes(&self) -> &'t [u8] {
        self.text.as_bytes()
    }

    /// The offset of what is neither blank nor comment, at or after `at`. The text of `///` lines goes to `doc`.
    pub(super) fn skip_trivia(&self, at: usize, limit: usize, doc: &mut String) -> usize {
        let bytes = self.bytes();
        let mut i = at;
        while i < limit {
            match bytes[i] {
                b' ' | b'\t' | b'\n' | b'\r' => i += 1,
                b'/' if bytes.get(i + 1) == Some(&b'/') => {
                    let end = end_of_line(bytes, i);
                    push_doc(doc, &self.text[i..end]);
                    i = end;
                }
                _ => return i,
            }
        }
        limit
    }

    /// As [`Text::skip_trivia`], docs forgotten.
    pub(super) fn skip(&self, at: usize, limit: usize) -> usize {
        self.skip_trivia(at, limit, &mut String::new())
    }

    /// Where the unit that begins at `start` ends.
    pub(super) fn cut(&self, start: usize, limit: usize, unit: Unit, sound: bool) -> Cut {
        if sound {
            return Cut { end: self.lexical_end(start, limit, unit), sound };
        }
        let end = self.layout_end(start, limit);
        if self.imbalance(start, end).is_some() {
            Cut { end, sound: false }
        } else {
            Cut { end: self.lexical_end(start, end, unit), sound: true }
        }
    }

    /// By brackets and line ends; the brackets match.
    fn lexical_end(&self, start: usize, limit: usize, unit: Unit) -> usize {
        let bytes = self.bytes();
        let mut solid = start;
        let mut i = start;
        while i < limit {
            match bytes[i] {
                b'(' | b'[' | b'{' => {
                    i = self.scan.close_of(i).map_or(i, |close| close.min(limit - 1)) + 1;
                    solid = i;
                }
                b')' | b']' | b'}' if i > start => return solid,
                b'"' => {
                    i = skip_string(bytes, i).min(limit);
                    solid = i;
                }
                b',' if unit == Unit::Field => return solid,
                b'/' if bytes.get(i + 1) == Some(&b'/') => i = end_of_line(bytes, i),
                b'\n' if !self.continues(start, solid, i, limit) => return solid,
                b' ' | b'\t' | b'\r' | b'\n' => i += 1,
                _ => {
                    i += 1;
                    solid = i;
                }
            }
        }
        solid
    }

    /// Whether what ends at `solid` goes on in the lines after `line_end`.
    fn continues(&self, start: usize, solid: usize, line_end: usize, limit: usize) -> bool {
        let next = self.skip(line_end, limit);
        if next >= limit {
            return false;
        }
        self.leads(next) || wants_more(&self.text[start..solid]) && !self.begins_unit(next)
    }

    /// Whether what stands first on a line goes on with the line above.
    fn leads(&self, at: usize) -> bool {
        let rest = &self.bytes()[at..];
        match rest[0] {
            b'+' | b'*' | b'%' | b'=' | b'<' | b'>' | b'{' | b'/' => true,
            b'!' | b'?' | b'-' => matches!(rest.get(1), Some(b'=' | b'?' | b'>')),
            _ => {
                let word = word_at(self.text, at);
                let named = matches!(rest.get(word.len()), Some(b':' | b'(' | b'.'))
                    || rest.get(skip_blanks(self.text, at + word.len()) - at) == Some(&b'=');
                matches!(word, "after" | "then" | "else" | "and" | "or" | "in") && !named
            }
        }
    }

    /// Whether a line looks like the beginning of a statement or field: `name =`, `name:`, `when …`.
    pub(super) fn begins_unit(&self, at: usize) -> bool {
        let word = word_at(self.text, at);
        let behind = skip_blanks(self.text, at + word.len());
        let rest = &self.bytes()[behind.min(self.text.len())..];
        if word.is_empty() {
            return false;
        }
        match rest.first() {
            Some(b'=') => rest.get(1) != Some(&b'='),
            Some(b':') => true,
            Some(next) => {
                super::words::STATEMENTS.contains(&word)
                    && behind > at + word.len()
                    && (begins_word(*next) || *next == b'{')
            }
            None => false,
        }
    }

    /// The column of the first thing on the line of `at`.
    pub(super) fn margin(&self, at: usize) -> usize {
        indent(self.bytes(), self.line_start(at))
    }

    fn line_start(&self, at: usize) -> usize {
        self.bytes()[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1)
    }

    /// By indentation: up to the next line that stands no further right, unless it closes what is open.
    pub(super) fn layout_end(&self, start: usize, limit: usize) -> usize {
        let bytes = self.bytes();
        let margin = self.margin(start);
        let (mut i, mut solid, mut depth) = (start, start, 0_u32);
        while i < limit {
            match bytes[i] {
                b'\n' => {
                    let next = self.skip(i, limit);
                    if next >= limit || !self.belongs(next, margin, depth) {
                        return solid;
                    }
                    i = next;
                }
                b'"' => {
                    i = skip_string(bytes, i).min(limit);
                    solid = i;
                }
                b'/' if bytes.get(i + 1) == Some(&b'/') => i = end_of_line(bytes, i),
                b' ' | b'\t' | b'\r' => i += 1,
                byte => {
                    match byte {
                        b'(' | b'[' | b'{' => depth += 1,
                        b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    i += 1;
                    solid = i;
                }
            }
        }
        solid
    }

    /// Whether the line whose first thing is at `at` belongs to a unit above that stands at `margin`.
    fn belongs(&self, at: usize, margin: usize, depth: u32) -> bool {
        let column = at - self.line_start(at);
        let closes = depth > 0 && matches!(self.bytes()[at], b')' | b']' | b'}');
        column > margin || column == margin && (closes || self.leads(at))
    }

    /// The first thing in a range that keeps its brackets from matching.
    pub(super) fn imbalance(&self, start: usize, end: usize) -> Option<Imbalance> {
        let bytes = self.bytes();
        let mut stack: Vec<usize> = Vec::new();
        let mut i = start;
        while i < end {
            match bytes[i] {
                b'"' => {
                    i = skip_string(bytes, i);
                    continue;
                }
                b'/' if bytes.get(i + 1) == Some(&b'/') => {
                    i = end_of_line(bytes, i);
                    continue;
                }
                b'(' | b'[' | b'{' => stack.push(i),
                b')' | b']' | b'}' => match stack.pop() {
                    Some(open) if closer_of(bytes[open]) == bytes[i] => {}
                    opener => return Some(Imbalance { opener, closer: Some(i) }),
                },
                _ => {}
            }
            i += 1;
        }
        stack.pop().map(|open| Imbalance { opener: Some(open), closer: None })
    }

    /// The block that the head at `start` opens. A `match x { … }` in the head is none.
    pub(super) fn block(&self, start: usize, cut: Cut) -> Option<Block> {
        let open = self.block_open(start, cut)?;
        if cut.sound {
            let close = self.scan.close_of(open)?;
            return Some(Block { open, close, closed: true });
        }
        let margin = self.margin(start);
        let close = self.scan.close_of(open).filter(|close| *close < cut.end);
        if let Some(close) = close.filter(|close| self.margin(*close) == margin && self.alone_or_inline(open, *close)) {
            return Some(Block { open, close, closed: true });
        }
        let line = self.outdented(open, cut.end, margin);
        let closed = line < cut.end && self.bytes()[line] == b'}';
        Some(Block { open, close: line, closed })
    }

    fn block_open(&self, start: usize, cut: Cut) -> Option<usize> {
        let bytes = self.bytes();
        let (mut i, mut matches, mut depth) = (start, 0_u32, 0_u32);
        while i < cut.end {
            match bytes[i] {
                b'"' => {
                    i = skip_string(bytes, i);
                    continue;
                }
                b'/' if bytes.get(i + 1) == Some(&b'/') => {
                    i = end_of_line(bytes, i);
                    continue;
                }
                b'{' if depth == 0 && matches == 0 => return Some(i),
                // An open bracket in the head: what ends its line opens the block all the same.
                b'{' if !cut.sound && super::strings::rest_is_blank(self.text, i + 1) => return Some(i),
                b'{' if depth == 0 => {
                    matches -= 1;
                    depth += 1;
                }
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                byte if begins_word(byte) => {
                    let word = word_at(self.text, i);
                    matches += u32::from(word == "match" && depth == 0);
                    i += word.len().max(1);
                    continue;
                }
                _ => {}
            }
            i += 1;
        }
        None
    }

    fn alone_or_inline(&self, open: usize, close: usize) -> bool {
        let line = self.line_start(close);
        line <= open || self.text[line..close].trim_ascii().is_empty()
    }

    /// The first thing behind `open` that begins a line no further right than `margin`.
    fn outdented(&self, open: usize, end: usize, margin: usize) -> usize {
        let bytes = self.bytes();
        let mut i = open;
        while i < end {
            match bytes[i] {
                b'"' => i = skip_string(bytes, i),
                b'/' if bytes.get(i + 1) == Some(&b'/') => i = end_of_line(bytes, i),
                b'\n' => {
                    i = self.skip(i, end);
                    if i < end && i - self.line_start(i) <= margin {
                        return i;
                    }
                }
                _ => i += 1,
            }
        }
        end
    }

    /// What `close` closes, for a message.
    pub(super) fn opener_of(&self, close: usize) -> char {
        char::from(opener_of(self.bytes()[close]))
    }
}

/// Whether a text ends in something that needs more: an operator, a comma, `and`.
fn wants_more(text: &str) -> bool {
    let bytes = text.as_bytes();
    match bytes.last() {
        Some(b'+' | b'-' | b'*' | b'/' | b'%' | b'=' | b'<' | b'>' | b',' | b':') => true,
        Some(b'?') => bytes.ends_with(b"??"),
        Some(byte) if byte.is_ascii_lowercase() => {
            let word = bytes.iter().rposition(|byte| !super::words::is_word(*byte)).map_or(0, |before| before + 1);
            let dotted = word > 0 && bytes[word - 1] == b'.';
            matches!(&text[word..], "and" | "or" | "not" | "in" | "if" | "then" | "else" | "after") && !dotted
        }
        Some(_) | None => false,
    }
}

fn push_doc(doc: &mut String, line: &str) {
    let Some(text) = line.strip_prefix("///") else {
        return;
    };
    if !doc.is_empty() {
        doc.push('\n');
    }
    doc.push_str(text.strip_prefix(' ').unwrap_or(text).trim_end());
}

/// The text of one `///` line, added to a doc.
pub(super) fn add_doc(doc: &mut String, line: &str) {
    push_doc(doc, line);
}
