//! The state of one parse, and the file.

use std::cell::Cell;

use rustc_hash::FxHashSet;

use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{FileId, Span, offset};

use super::ast;
use super::explain;
use super::grammar::{self, Inner, Rule};
use super::names::WrongCase;
use super::scan::{Fault, FaultKind, Scan};
use super::slice::{Cut, Text};
use super::strings::skip_string;

/// Reads one file; the parts of the parser are spread over the modules of this room.
pub(super) struct Parser<'t> {
    pub id: FileId,
    pub text: &'t str,
    pub source: Text<'t>,
    /// The offset of the slice that is being lowered; pest counts from it.
    pub base: usize,
    pub out: &'t mut Diagnostics,
    /// How many blocks are open.
    pub depth: usize,
    /// A `{` was forgotten and reported: its `}` is not.
    pub closer_is_known: bool,
    /// A block was not closed and reported: an `else` that follows is its.
    pub else_is_known: bool,
    /// Where text could not be read that may declare something.
    pub lost: Vec<(usize, usize)>,
    /// Where blanks stand for characters that were reported, ascending.
    pub bad: Vec<usize>,
    /// Declarations in the wrong case.
    pub wrong: Vec<WrongCase>,
    /// On a second parse: the names whose places are wanted, and the places.
    pub watch: FxHashSet<Box<str>>,
    pub seen: Vec<ast::Name>,
    /// Taken up again and again, so that cooking a string allocates only its result.
    pub cooked: String,
    pub map: Vec<(u32, u32)>,
    /// Likewise, the fields of a block, the parts of the strings and the entries of the records that are open: a list that
    /// grows has more places than it needs, and there are thousands of them.
    pub fields: Vec<ast::Field>,
    pub parts: Vec<ast::Part>,
    pub entries: Vec<ast::Entry>,
    /// How many mends were looked for.
    pub mends: Cell<usize>,
}

pub(super) fn parse(id: FileId, text: &str, out: &mut Diagnostics) -> ast::File {
    parse_clean(id, text, Vec::new(), out)
}

/// `bad`: where characters stood that were reported.
fn parse_clean(id: FileId, text: &str, bad: Vec<usize>, out: &mut Diagnostics) -> ast::File {
    let scan = Scan::of(text);
    let mut parser = Parser::new(id, text, &scan, out);
    parser.bad = bad;
    if let Some((clean, bad)) = without_bad_characters(text, &scan) {
        for fault in scan.faults.iter().filter(|fault| matches!(fault.kind, FaultKind::Character(_))) {
            let said = explain::fault(&parser, fault);
            parser.out.push(said);
        }
        return parse_clean(id, &clean, bad, out);
    }
    for fault in &scan.faults {
        let said = explain::fault(&parser, fault);
        parser.out.push(said);
    }
    let file = parser.file();
    let wrong = std::mem::take(&mut parser.wrong);
    let comments = scan.comments.iter().map(|(start, end)| Span::new(id, offset(*start), offset(*end))).collect();
    let file = ast::File { comments, ..file };
    if !wrong.is_empty() {
        super::names::report(id, text, &wrong, out);
    }
    file
}

/// The tree of the string that begins at `start`.
pub(super) fn string(id: FileId, text: &str, start: usize) -> ast::Text {
    // What is wrong with it was said when the text was parsed.
    let mut out = Diagnostics::default();
    let end = skip_string(text.as_bytes(), start);
    Parser::new(id, text, &Scan::default(), &mut out).string_at(start, end, 0)
}

impl<'t> Parser<'t> {
    pub(super) fn new(id: FileId, text: &'t str, scan: &'t Scan, out: &'t mut Diagnostics) -> Self {
        Self {
            id,
            text,
            source: Text { text, scan },
            base: 0,
            out,
            depth: 0,
            closer_is_known: false,
            else_is_known: false,
            bad: Vec::new(),
            lost: Vec::new(),
            wrong: Vec::new(),
            watch: FxHashSet::default(),
            seen: Vec::new(),
            cooked: String::new(),
            map: Vec::new(),
            fields: Vec::new(),
            parts: Vec::new(),
            entries: Vec::new(),
            mends: Cell::new(0),
        }
    }

    pub(super) fn file(&mut self) -> ast::File {
        let mut items = Vec::new();
        for piece in &self.source.scan.pieces {
            self.piece(*piece, &mut items);
        }
        ast::File { id: self.id, doc: file_doc(self.text), items, lost: self.lost_words(), comments: Vec::new() }
    }

    /// Takes note of text that could not be read; gives its span.
    pub(super) fn lose(&mut self, start: usize, end: usize) -> Span {
        self.lost.push((start, end));
        self.span(start, end)
    }

    fn lost_words(&self) -> Vec<Box<str>> {
        let texts = self.lost.iter().map(|(start, end)| &self.text[*start..*end]);
        let words = texts.flat_map(|text| text.split(|one: char| !one.is_alphanumeric() && one != '_'));
        let mut words: Vec<Box<str>> = words.filter(|word| !word.is_empty()).map(Box::from).collect();
        words.sort_unstable();
        words.dedup();
        words
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.id, offset(start), offset(end.max(start)))
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.out.push(diagnostic);
    }

    /// Reads a slice as `rule`. When it does not match, says why, and shortens the cut if brackets swallowed what is below.
    pub(super) fn leaf(&mut self, rule: Rule, start: usize, cut: &mut Cut) -> Option<Inner<'t>> {
        if cut.sound {
            let reported = self.source.scan.reported(start, cut.end);
            self.base = start;
            let read = if reported { None } else { grammar::read(rule, &self.text[start..cut.end]) };
            if read.is_some() {
                return read;
            }
            let end = self.source.layout_end(start, cut.end);
            if end < cut.end && self.source.imbalance(start, end).is_some() {
                *cut = Cut { end, sound: false };
            }
        }
        if self.source.scan.reported(start, cut.end) {
            return None;
        }
        let said = match self.source.imbalance(start, cut.end) {
            Some(imbalance) => explain::imbalance(self, imbalance),
            None => explain::refused(self, rule, start, cut.end),
        };
        if !said.span().is_some_and(|span| self.follows_bad(span.start as usize)) {
            self.report(said);
        }
        None
    }

    /// Whether nothing but blanks stands between a character that was reported and `at`.
    fn follows_bad(&self, at: usize) -> bool {
        let before = self.bad.partition_point(|bad| *bad < at);
        before > 0 && self.text[self.bad[before - 1]..at].trim_matches(' ').is_empty()
    }

    /// As [`Parser::leaf`] of a slice that ends for sure.
    pub(super) fn head(&mut self, rule: Rule, start: usize, end: usize) -> Option<Inner<'t>> {
        let end = start + self.text[start..end].trim_ascii_end().len();
        let mut cut = Cut { end, sound: self.source.imbalance(start, end).is_none() };
        self.leaf(rule, start, &mut cut)
    }
}

/// The text with blanks for the characters that mean nothing, byte for byte; absent where there are none.
fn without_bad_characters(text: &str, scan: &Scan) -> Option<(String, Vec<usize>)> {
    let place = |fault: &Fault| matches!(fault.kind, FaultKind::Character(_)).then_some(fault.at as usize);
    let lines: Vec<usize> = scan.faults.iter().filter_map(place).collect();
    if lines.is_empty() {
        return None;
    }
    let mut clean = String::with_capacity(text.len());
    let mut bad = Vec::new();
    let mut lines = lines.into_iter().peekable();
    for line in text.split_inclusive('\n') {
        let end = clean.len() + line.len();
        if lines.next_if(|at| *at < end).is_none() {
            clean.push_str(line);
            continue;
        }
        while lines.next_if(|at| *at < end).is_some() {}
        let solid = line.strip_suffix('\n').unwrap_or(line);
        let solid = solid.strip_suffix('\r').unwrap_or(solid);
        for character in solid.chars() {
            let blank =
                character.is_control() && character != '\t' || character.is_whitespace() && !character.is_ascii();
            if blank {
                bad.push(clean.len());
                clean.extend(std::iter::repeat_n(' ', character.len_utf8()));
            } else {
                clean.push(character);
            }
        }
        clean.push_str(&line[solid.len()..]);
    }
    Some((clean, bad))
}

/// The `//!` lines.
fn file_doc(text: &str) -> String {
    let mut doc = String::new();
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.trim();
        if let Some(said) = line.strip_prefix("//!") {
            if said.trim_start().starts_with(super::directives::MARK) {
                continue;
            }
            if !doc.is_empty() {
                doc.push('\n');
            }
            doc.push_str(said.strip_prefix(' ').unwrap_or(said));
        } else if !line.is_empty() && !line.starts_with("//") {
            break;
        }
    }
    doc
}
