//! The plainest slices, read by hand, since a run of pest costs as much as all else that is done with them: fields whose
//! values are strings, numbers, names, and lists and records of those; heads `task x -> (a: T)`; `after a, b`.
//!
//! `None` says nothing about a slice: the grammar then reads it. What is read here is what the grammar would have read
//! (`quick/tests.rs`), and nothing is refused here.

use super::ast::{Entry, Expr, ExprKind, Field, Key, Name, Output, Outputs, TypeExpr, TypeKind};
use super::lower::Signature;
use super::names::Case;
use super::number::number;
use super::parser::Parser;
use super::words::{is_reserved, is_word, skip_blanks, word_at};

#[cfg(test)]
mod tests;

/// Deeper brackets are left to the grammar.
const DEEPEST: usize = 8;

impl<'t> Parser<'t> {
    /// The field at `at`, where it ends, and from where on the next one may begin.
    pub(super) fn quick_field(&mut self, at: usize, limit: usize) -> Option<(Field, usize, usize)> {
        let word = self.quick_word(at)?;
        let colon = skip_blanks(self.text, at + word.len());
        if self.byte(colon) != Some(b':') {
            return None;
        }
        let found = self.out.len();
        let read = self.quick_value(skip_blanks(self.text, colon + 1), limit, 0);
        let read = read.filter(|(_, end)| !self.source.scan.reported(at, *end));
        let read = read.and_then(|(value, end)| Some((value, end, self.behind_field(at, end, limit)?)));
        let Some((value, end, behind)) = read else {
            self.out.truncate(found);
            return None;
        };
        Some((Field::Value { name: self.name_at(at, word), value }, end, behind))
    }

    /// From where on the next field may begin, if one that began at `start` ends at `end` and does not go on in the lines
    /// below.
    fn behind_field(&self, start: usize, end: usize, limit: usize) -> Option<usize> {
        let next = skip_blanks(self.text, end);
        if next >= limit {
            return Some(limit);
        }
        match self.text.as_bytes()[next] {
            b',' => Some(self.behind_doc(next + 1, limit)),
            b'\n' => {
                let below = self.skip_lines(next).min(limit);
                let solid = self.source.skip(below, limit);
                (solid >= limit || !self.source.goes_on(start, end, solid)).then_some(below)
            }
            _ => None,
        }
    }

    /// The value at `at`, of which `depth` others are made, and where it ends. What may follow is not looked at.
    fn quick_value(&mut self, at: usize, limit: usize, depth: usize) -> Option<(Expr, usize)> {
        if at >= limit || depth > DEEPEST {
            return None;
        }
        let depth = depth + 1;
        let (kind, end) = match self.text.as_bytes()[at] {
            b'"' => {
                let end = self.source.scan.string_end(at)?;
                if end > limit || self.source.scan.reported(at, end) {
                    return None;
                }
                (ExprKind::Text(self.string_at(at, end, depth)), end)
            }
            b'0'..=b'9' => {
                let end = self.quick_end(at)?;
                (number(&self.text[at..end]).ok()?, end)
            }
            b'.' => {
                let word = self.quick_word(at + 1)?;
                (ExprKind::Case(self.name_at(at + 1, word)), at + 1 + word.len())
            }
            b'{' => self.quick_record(at, limit, depth)?,
            b'[' => self.quick_list(at, limit, depth)?,
            _ => return self.quick_path(at),
        };
        Some((Expr { kind, span: self.span(at, end) }, end))
    }

    /// `a.b.c`, `true`
    fn quick_path(&mut self, at: usize) -> Option<(Expr, usize)> {
        let mut end = at + self.quick_word(at)?.len();
        let kind = match &self.text[at..end] {
            "true" => ExprKind::Bool(true),
            "false" => ExprKind::Bool(false),
            "none" => ExprKind::None,
            _ => {
                while self.byte(end) == Some(b'.') {
                    end += 1 + self.quick_word(end + 1)?.len();
                }
                return Some((self.dotted(at, &self.text[at..end])?, end));
            }
        };
        Some((Expr { kind, span: self.span(at, end) }, end))
    }

    fn quick_record(&mut self, open: usize, limit: usize, depth: usize) -> Option<(ExprKind, usize)> {
        let before = self.entries.len();
        let end = self.quick_entries(open, limit, depth);
        let entries = self.entries.split_off(before);
        Some((ExprKind::Record(entries), end?))
    }

    /// Reads the entries of a record; gives where it ends.
    fn quick_entries(&mut self, open: usize, limit: usize, depth: usize) -> Option<usize> {
        let mut at = self.skip_lines(open + 1);
        while self.byte(at)? != b'}' {
            let word = self.quick_word(at)?;
            let colon = skip_blanks(self.text, at + word.len());
            if self.byte(colon)? != b':' {
                return None;
            }
            let key = Key::Name(self.name_at(at, word));
            let (value, end) = self.quick_value(skip_blanks(self.text, colon + 1), limit, depth)?;
            self.entries.push(Entry { key, value });
            at = self.behind_separator(end, b'}')?;
        }
        Some(at + 1)
    }

    fn quick_list(&mut self, open: usize, limit: usize, depth: usize) -> Option<(ExprKind, usize)> {
        let mut values = Vec::with_capacity(2);
        let mut at = self.skip_lines(open + 1);
        while self.byte(at)? != b']' {
            let (value, end) = self.quick_value(at, limit, depth)?;
            values.push(value);
            at = self.behind_separator(end, b']')?;
        }
        Some((ExprKind::List(values), at + 1))
    }

    /// Behind one comma or line end and the blanks after it, or at the bracket that closes.
    fn behind_separator(&self, at: usize, close: u8) -> Option<usize> {
        let next = skip_blanks(self.text, at);
        match self.byte(next)? {
            b',' | b'\n' => Some(self.skip_lines(next + 1)),
            byte => (byte == close).then_some(next),
        }
    }

    /// `after a, b`, the whole slice.
    pub(super) fn quick_after(&mut self, at: usize, end: usize) -> Option<Vec<Name>> {
        let text = &self.text[..end];
        let mut places = Vec::with_capacity(1);
        let mut next = at + (word_at(text, at) == "after").then_some("after".len())?;
        loop {
            let start = skip_blanks(text, next);
            let word = self.quick_word(start).filter(|word| !is_reserved(word))?;
            if start + word.len() > end || start == next && self.byte(start - 1) != Some(b',') {
                return None;
            }
            places.push((start, word));
            next = skip_blanks(text, start + word.len());
            if next >= end {
                return Some(places.into_iter().map(|(start, word)| self.name_at(start, word)).collect());
            }
            if self.byte(next) != Some(b',') {
                return None;
            }
            next += 1;
        }
    }

    /// `word name` and `word name -> (name: Type, …)`, the whole slice.
    pub(super) fn quick_signature(&mut self, at: usize, end: usize) -> Option<Signature> {
        let start = at + word_at(self.text, at).len();
        let place = skip_blanks(self.text, start);
        let name = self.quick_word(place).filter(|word| place > start && place + word.len() <= end)?;
        let arrow = skip_blanks(self.text, place + name.len());
        let outputs = if arrow >= end { Vec::new() } else { self.output_words(arrow, end)? };
        let name = self.name_at(place, name);
        self.check_declared(&name);
        let none = arrow >= end;
        let outputs = outputs.into_iter().map(|words| self.quick_output(words)).collect();
        let outputs = if none { Outputs::None } else { Outputs::Named(outputs) };
        Some(Signature { name, params: Vec::new(), outputs })
    }

    /// The names and types of `-> (name: Type, …)`, with their places.
    fn output_words(&self, arrow: usize, end: usize) -> Option<Vec<[(usize, &'t str); 2]>> {
        if !self.text[arrow..end].starts_with("->") {
            return None;
        }
        let open = skip_blanks(self.text, arrow + "->".len());
        if self.byte(open)? != b'(' {
            return None;
        }
        let mut words = Vec::with_capacity(1);
        let mut at = skip_blanks(self.text, open + 1);
        while self.byte(at)? != b')' {
            let name = self.quick_word(at)?;
            let colon = skip_blanks(self.text, at + name.len());
            if self.byte(colon)? != b':' {
                return None;
            }
            let place = skip_blanks(self.text, colon + 1);
            let ty = self.quick_word(place)?;
            words.push([(at, name), (place, ty)]);
            at = skip_blanks(self.text, place + ty.len());
            if self.byte(at)? == b',' {
                at = skip_blanks(self.text, at + 1);
            } else if self.byte(at)? != b')' {
                return None;
            }
        }
        (at + 1 == end).then_some(words)
    }

    fn quick_output(&mut self, [(at, name), (place, ty)]: [(usize, &str); 2]) -> Output {
        let name = self.name_at(at, name);
        self.check_case(&name, Case::Snake);
        let ty = self.name_at(place, ty);
        let (span, of_type) = (name.span.to(ty.span), ty.span);
        let ty = TypeExpr { kind: TypeKind::Named(vec![ty]), span: of_type };
        Output { doc: String::new(), name: Some(name), ty, default: None, span }
    }

    /// The name at `at`, if it is of ASCII.
    fn quick_word(&self, at: usize) -> Option<&'t str> {
        let end = self.quick_end(at).filter(|end| *end > at)?;
        (!self.text.as_bytes()[at].is_ascii_digit()).then(|| &self.text[at..end])
    }

    /// Where the letters and digits at `at` end, if they are of ASCII.
    fn quick_end(&self, at: usize) -> Option<usize> {
        let rest = self.text.as_bytes().get(at..)?;
        let length = rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
        rest[..length].is_ascii().then_some(at + length)
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The offset of what is no blank and no line end.
    fn skip_lines(&self, at: usize) -> usize {
        let rest = self.text.as_bytes().iter().skip(at);
        at + rest.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n')).count()
    }
}
