//! Where a statement or a field ends: by its brackets and line ends, or, where brackets do not match, by its indentation.

use super::scan::{Scan, closer_of, opener_of};
use super::strings::{end_of_line, indent, skip_string};
use super::words::{self, begins_word, skip_blanks, word_at};

/// Words that go on with what stands on the line above.
const LEADERS: &[&str] = &["after", "then", "and", "or", "in", "else"];

const LONGEST_LINE: usize = 4096;

/// A text that has been scanned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text<'t> {
    pub text: &'t str,
    pub scan: &'t Scan,
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
    /// Of the `{`, or where it should stand.
    pub open: usize,
    pub opened: bool,
    /// Of the `}`, or where it should stand.
    pub close: usize,
    pub closed: bool,
}

impl Block {
    /// Where its inside begins.
    pub(super) fn inner(self) -> usize {
        self.open + usize::from(self.opened)
    }
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
            i += bytes[i..limit].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
            if i >= limit || !bytes[i..].starts_with(b"//") {
                return i;
            }
            let end = end_of_line(bytes, i);
            push_doc(doc, &self.text[i..end]);
            i = end;
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
        if !self.agrees(start, end) {
            return Cut { end, sound: false };
        }
        let line = Cut { end: self.lexical_end(start, end, unit), sound: true };
        let headless = line.end < end && self.wants_block(start) && self.block_open(start, line).is_none();
        if headless { Cut { end, sound: false } } else { line }
    }

    fn wants_block(&self, start: usize) -> bool {
        words::BLOCKS.contains(&word_at(self.text, start))
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
                b',' if unit == Unit::Field && !self.before_message(start, i, limit) => return solid,
                b'/' if bytes.get(i + 1) == Some(&b'/') => i = end_of_line(bytes, i),
                b'\n' => match self.continues(start, solid, i, limit) {
                    Some(next) => i = next,
                    None => return solid,
                },
                b' ' | b'\t' | b'\r' => i += 1,
                _ => {
                    i += 1;
                    solid = i;
                }
            }
        }
        solid
    }

    /// Whether a comma stands before the message of a `require`, which is no field: those have names.
    fn before_message(&self, start: usize, comma: usize, limit: usize) -> bool {
        let behind = start + word_at(self.text, start).len();
        let next = self.skip(comma + 1, limit);
        behind > start
            && self.bytes().get(skip_blanks(self.text, behind)) != Some(&b':')
            && next < limit
            && self.bytes()[next] == b'"'
    }

    /// Where what ends at `solid` goes on in the lines after `line_end`, if it does.
    pub(super) fn continues(&self, start: usize, solid: usize, line_end: usize, limit: usize) -> Option<usize> {
        let next = self.skip(line_end, limit);
        (next < limit && self.goes_on(start, solid, next)).then_some(next)
    }

    /// Whether what stands first on a line belongs to what began at `start` and ends so far at `solid`.
    pub(super) fn goes_on(&self, start: usize, solid: usize, next: usize) -> bool {
        self.leads(next, solid) || wants_more(&self.text[start..solid]) && !self.begins_unit(next)
    }

    /// Whether what stands first on a line goes on with what ends at `solid` above.
    fn leads(&self, at: usize, solid: usize) -> bool {
        let rest = &self.bytes()[at..];
        match rest[0] {
            b'+' | b'*' | b'%' | b'=' | b'<' | b'>' | b'{' | b'/' => true,
            b'!' | b'?' | b'-' => matches!(rest.get(1), Some(b'=' | b'?' | b'>')),
            _ => {
                let word = word_at(self.text, at);
                if !LEADERS.contains(&word) {
                    return false;
                }
                let named = matches!(rest.get(word.len()), Some(b':' | b'(' | b'.'))
                    || rest.get(skip_blanks(self.text, at + word.len()) - at) == Some(&b'=');
                let next = skip_blanks(self.text, at + word.len());
                // That of a `when`, not of an `if`.
                let of_block = self.bytes().get(next) == Some(&b'{') || word_at(self.text, next) == "when";
                !named && (word != "else" || !of_block || self.text[..solid].ends_with('}'))
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
                let follows = behind > at + word.len() && (begins_word(*next) || matches!(*next, b'{' | b'"'));
                // No operator stands between two words, so they are no part of an expression.
                let two_words = begins_word(*next) && !joins(word) && !joins(word_at(self.text, behind));
                // Nor are words that no value has.
                let reserved = words::is_reserved(word);
                let begins = words::STATEMENTS.contains(&word) && (follows || reserved);
                begins || follows && two_words
            }
            None => false,
        }
    }

    /// Where the line of `at` ends.
    pub(super) fn line_end(&self, at: usize) -> usize {
        end_of_line(self.bytes(), at)
    }

    /// The column of the first thing on the line of `at`.
    pub(super) fn margin(&self, at: usize) -> usize {
        indent(self.bytes(), self.line_start(at))
    }

    /// Where the line of `at` begins; a line of many thousand bytes is taken to begin in its middle, so that a file on one
    /// line is not searched over and over.
    pub(super) fn line_start(&self, at: usize) -> usize {
        let from = at.saturating_sub(LONGEST_LINE);
        self.bytes()[from..at].iter().rposition(|byte| *byte == b'\n').map_or(from, |newline| from + newline + 1)
    }

    /// Whether the brackets between two places match, and agree with the indentation.
    pub(super) fn agrees(&self, start: usize, end: usize) -> bool {
        self.imbalance(start, end).is_none() && !self.misaligned(start, end)
    }

    /// Whether a bracket between two places closes at another margin than it opened, or what is inside stands no further
    /// right than its line.
    pub(super) fn misaligned(&self, start: usize, end: usize) -> bool {
        self.scan.pairs(start, end).iter().any(|(open, close)| {
            let (open, close) = (*open as usize, (*close as usize).min(end));
            let (line, margin) = (self.line_start(close), self.margin(open));
            let alone = line > open && self.text[line..close].trim_ascii().is_empty();
            alone && (close - line != margin || self.outdented(open, close, margin) < close)
        })
    }

    /// By brackets and line ends, and over the lines below that stand further right.
    pub(super) fn lines_end(&self, start: usize, limit: usize) -> usize {
        let margin = self.margin(start);
        let mut end = self.lexical_end(start, limit, Unit::Statement);
        loop {
            let next = self.skip(end, limit);
            if next >= limit || next - self.line_start(next) <= margin {
                return end;
            }
            end = self.lexical_end(next, limit, Unit::Statement).max(next + 1);
        }
    }

    /// By indentation: up to the next line that stands no further right, unless it closes what is open.
    pub(super) fn layout_end(&self, start: usize, limit: usize) -> usize {
        let bytes = self.bytes();
        let margin = self.margin(start);
        let (mut i, mut solid, mut depth) = (start, start, 0_u32);
        // A block goes up to the first closing bracket at its margin, whatever the brackets in between say.
        let mut awaits_closer = self.wants_block(start);
        let mut may_close = false;
        while i < limit {
            match bytes[i] {
                b'\n' => {
                    let next = self.skip(i, limit);
                    if next >= limit || !self.belongs(next, solid, margin, depth > 0 || awaits_closer || may_close) {
                        return solid;
                    }
                    // What an opening bracket was forgotten before is closed once, at the margin of the unit.
                    may_close = next - self.line_start(next) > margin;
                    awaits_closer &= next - self.line_start(next) > margin || bytes[next] != b'}';
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

    /// Whether the line whose first thing is at `at` belongs to a unit that stands at `margin` and ends so far at `solid`.
    fn belongs(&self, at: usize, solid: usize, margin: usize, open: bool) -> bool {
        let column = at - self.line_start(at);
        let closes = open && matches!(self.bytes()[at], b')' | b']' | b'}');
        column > margin || column == margin && (closes || self.leads(at, solid))
    }

    /// The first thing in a range that keeps its brackets from matching.
    pub(super) fn imbalance(&self, start: usize, end: usize) -> Option<Imbalance> {
        let bytes = self.bytes();
        let mut stack: Vec<usize> = Vec::new();
        let mut pairs: Vec<(usize, usize)> = Vec::new();
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
                    Some(open) if closer_of(bytes[open]) == bytes[i] => {
                        if let Some(opener) = self.is_open_inside(open, i, &stack) {
                            return Some(Imbalance { opener: Some(opener), closer: None });
                        }
                        pairs.push((open, i));
                    }
                    None => return Some(Imbalance { opener: None, closer: Some(self.one_too_many(i, &pairs)) }),
                    opener => return Some(Imbalance { opener, closer: Some(i) }),
                },
                _ => {}
            }
            i += 1;
        }
        stack.pop().map(|open| Imbalance { opener: Some(open), closer: None })
    }

    /// Whether what closes `open` by its kind stands alone below the line of another that is still open: then that was
    /// meant, and `open` is never closed.
    fn is_open_inside(&self, open: usize, close: usize, stack: &[usize]) -> Option<usize> {
        let column = self.alone(open, close)?;
        let meant = |outer: &usize| self.bytes()[*outer] == self.bytes()[open] && self.margin(*outer) == column;
        (self.margin(open) != column && stack.iter().any(meant)).then_some(open)
    }

    /// Of what closes nothing and one before it that closed what this was meant to close, the one before.
    fn one_too_many(&self, close: usize, pairs: &[(usize, usize)]) -> usize {
        let early = |(open, other): &&(usize, usize)| {
            self.bytes()[*other] == self.bytes()[close]
                && self.alone(*open, close) == Some(self.margin(*open))
                && self.line_start(*other) > *open
                && self.alone(*open, *other).is_none()
        };
        pairs.iter().find(early).map_or(close, |(_, other)| *other)
    }

    /// The column of a closing bracket that is the first thing on a line below the one that opened.
    fn alone(&self, open: usize, close: usize) -> Option<usize> {
        let line = self.line_start(close);
        (line > open && self.text[line..close].trim_ascii().is_empty()).then_some(close - line)
    }

    /// The block that the head at `start` opens. A `match x { … }` in the head is none.
    pub(super) fn block(&self, start: usize, cut: Cut) -> Option<Block> {
        let Some(open) = self.block_open(start, cut) else {
            return self.headless(start, cut);
        };
        let block = Block { open, opened: true, close: cut.end, closed: true };
        if cut.sound {
            return Some(Block { close: self.scan.close_of(open)?, ..block });
        }
        let margin = self.margin(start);
        let close = self.scan.close_of(open).filter(|close| *close < cut.end);
        if let Some(close) = close.filter(|close| self.margin(*close) == margin && self.alone_or_inline(open, *close)) {
            return Some(Block { close, ..block });
        }
        let close = self.outdented(open, cut.end, margin);
        Some(Block { close, closed: close < cut.end && self.bytes()[close] == b'}', ..block })
    }

    /// A block whose `{` was forgotten: the lines that stand further right.
    pub(super) fn headless(&self, start: usize, cut: Cut) -> Option<Block> {
        let mut open = self.lexical_end(start, cut.end, Unit::Statement);
        if let Some(list) = self.list_goes_on(start, open, cut) {
            open = self.lexical_end(list, cut.end, Unit::Statement);
        }
        let missing = !cut.sound && self.text[open..cut.end].contains('\n') && self.wants_block(start);
        let close = self.outdented(open, cut.end, self.margin(start));
        missing.then_some(Block { open, opened: false, close, closed: true })
    }

    fn block_open(&self, start: usize, cut: Cut) -> Option<usize> {
        let bytes = self.bytes();
        let (mut i, mut matches) = (start, 0_u32);
        let mut open: Vec<u8> = Vec::new();
        while i < cut.end {
            let depth = open.len();
            match bytes[i] {
                b'"' => {
                    let end = skip_string(bytes, i);
                    let open = !cut.sound && end == end_of_line(bytes, i) && self.scan.reported(i, end);
                    if open && self.list_goes_on(start, end, cut).is_none() {
                        // What opens the block stands in it.
                        return None;
                    }
                    i = end;
                    continue;
                }
                b'/' if bytes.get(i + 1) == Some(&b'/') => {
                    i = end_of_line(bytes, i);
                    continue;
                }
                b'\n' if depth == 0 => {
                    let solid = start + self.text[start..i].trim_ascii_end().len();
                    i = match self.continues(start, solid, i, cut.end) {
                        Some(next) => next,
                        None => self.list_goes_on(start, i, cut)?,
                    };
                    continue;
                }
                b'{' if depth == 0 && matches == 0 => return Some(i),
                // An open bracket in the head: what ends its line opens the block all the same.
                b'{' if !cut.sound && matches == 0 && self.opens_block(start, i) => {
                    return Some(i);
                }
                b'{' if matches > 0 => {
                    matches -= 1;
                    open.push(b'{');
                }
                byte @ (b'(' | b'[' | b'{') => open.push(byte),
                // What closes nothing that is open here is one too many.
                byte @ (b')' | b']' | b'}') => {
                    if let Some(found) = open.iter().rposition(|mark| *mark == opener_of(byte)) {
                        open.truncate(found);
                    }
                }
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

    /// Whether a brace inside an open bracket opens a block all the same: it ends its line, or no value can stand there.
    fn opens_block(&self, start: usize, open: usize) -> bool {
        let before = self.text[start..open].trim_end_matches([' ', '\t']).bytes().last();
        let behind_value = before.is_some_and(|byte| words::is_word(byte) || matches!(byte, b')' | b']' | b'"'));
        behind_value || super::strings::rest_is_blank(self.text, open + 1)
    }

    /// A list of parameters that was closed too early: the lines below stand further right, up to its `)`.
    fn list_goes_on(&self, start: usize, at: usize, cut: Cut) -> Option<usize> {
        let end = self.outdented(at, cut.end, self.margin(start));
        let listed = !cut.sound && end < cut.end && matches!(self.bytes()[end], b')' | b']');
        listed.then_some(end)
    }

    fn alone_or_inline(&self, open: usize, close: usize) -> bool {
        let line = self.line_start(close);
        line <= open || self.text[line..close].trim_ascii().is_empty()
    }

    /// The first thing behind `open` that begins a line no further right than `margin`.
    pub(super) fn outdented(&self, open: usize, end: usize, margin: usize) -> usize {
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

/// Whether a word stands beside another in an expression.
fn joins(word: &str) -> bool {
    matches!(word, "and" | "or" | "not" | "in" | "if" | "then" | "else" | "after" | "match")
}

/// Whether a text ends in something that needs more: an operator, a comma, `and`.
fn wants_more(text: &str) -> bool {
    let bytes = text.as_bytes();
    match bytes.last() {
        Some(b'+' | b'-' | b'*' | b'/' | b'%' | b'=' | b'<' | b'>' | b',' | b':') => true,
        Some(b'?') => bytes.ends_with(b"??"),
        Some(byte) if byte.is_ascii_lowercase() => {
            let word = bytes.iter().rposition(|byte| !words::is_word(*byte)).map_or(0, |before| before + 1);
            let dotted = word > 0 && bytes[word - 1] == b'.';
            matches!(&text[word..], "and" | "or" | "not" | "in" | "if" | "then" | "else" | "after") && !dotted
        }
        Some(_) | None => false,
    }
}

fn push_doc(doc: &mut String, line: &str) {
    if let Some(text) = line.strip_prefix("///") {
        add_doc(doc, text);
    }
}

/// What follows `///` on one line, added to a doc.
pub(super) fn add_doc(doc: &mut String, text: &str) {
    if !doc.is_empty() {
        doc.push('\n');
    }
    doc.push_str(text.strip_prefix(' ').unwrap_or(text).trim_end());
}
