//! A valid program as faults see it: its tokens, its parts, its expressions, and where something may be put in.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pipec::diag::Diagnostics;
use pipec::source::{FileId, Span};
use pipec::syntax::{ast, parse};

use super::tokens::{Token, tokens};
use super::walk;

/// A program without findings.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) text: String,
    pub(super) tokens: Vec<Token>,
    pub(super) units: Vec<Unit>,
    pub(super) slots: Vec<Slot>,
    pub(super) gaps: Vec<Gap>,
    pub(super) scripts: Vec<Script>,
    /// Names of types where they are used.
    pub(super) types: Vec<Range<usize>>,
    /// Modules, enums, tasks, pipelines and so on with a few facts about them.
    pub(super) items: Vec<ItemFact>,
    /// By unit: the words that a fault in it may take the meaning of.
    spoiled: Vec<BTreeSet<String>>,
}

/// A statement, field, parameter, case or item.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub(super) span: Range<usize>,
    pub(super) what: What,
    /// What its users know it by.
    pub(super) declares: Vec<String>,
    /// It is a part of what the users of the unit around it know.
    pub(super) outside: bool,
    pub(super) parent: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum What {
    Item(&'static str),
    Case,
    Param,
    RecordField,
    Output,
    Field,
    Step,
    Stmt(&'static str),
}

/// An expression and what its place asks of it.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) span: Range<usize>,
    pub(super) role: Role,
    pub(super) shape: Shape,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// A `bool` and nothing else.
    Condition,
    /// The type that is written beside it.
    Declared(String),
    /// Of a task, step, `defaults` or block of modifiers.
    Field(String),
    /// `~{…}` in a script that a shell reads.
    ScriptHole,
    TextHole,
    Arg,
    Bound,
    Other,
}

/// What an expression is, as far as a fault asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    Name(String),
    /// `a.b`: the span of the part.
    Part(Range<usize>, String),
    /// Whole call, with the place before `)` and the number of arguments.
    Call {
        callee: Range<usize>,
        close: usize,
        args: usize,
    },
    Case(Range<usize>),
    Text {
        block: bool,
        plain: bool,
    },
    Number,
    Match {
        arms: Vec<Range<usize>>,
    },
    Binary(Range<usize>),
    Not,
    Other,
}

/// A line end behind which a statement may stand.
#[derive(Clone, Debug)]
pub(super) struct Gap {
    pub(super) at: usize,
    pub(super) indent: String,
    pub(super) level: Level,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Level {
    /// Between items.
    File,
    Top,
    Stage,
    Inner,
    Finally,
    /// In a test, where other statements stand than in a pipeline.
    Test,
}

/// A block script that bash reads: where a line may be added to its end.
#[derive(Clone, Debug)]
pub(super) struct Script {
    /// The line end of its last line.
    pub(super) end: usize,
    pub(super) first: usize,
    pub(super) indent: String,
}

#[derive(Clone, Debug)]
pub(super) struct ItemFact {
    pub(super) kind: &'static str,
    pub(super) name: String,
    /// Names of parameters, cases or fields; of parameters, whether each must be given.
    pub(super) parts: Vec<(String, bool)>,
}

impl Source {
    pub(super) fn new(text: String) -> Self {
        let mut out = Diagnostics::default();
        let file = parse(FileId(0), &text, &mut out);
        assert!(out.is_empty(), "a valid program is read: {out:?}\n{text}");
        let tokens = tokens(&text);
        let mut source = Self {
            text,
            tokens,
            units: Vec::new(),
            slots: Vec::new(),
            gaps: Vec::new(),
            scripts: Vec::new(),
            types: Vec::new(),
            items: Vec::new(),
            spoiled: Vec::new(),
        };
        walk::file(&mut source, &file);
        source.spoiled = source.spoil();
        source
    }

    pub(super) fn unit(&mut self, span: Range<usize>, what: What, declares: &[&str], outside: bool) -> usize {
        let span = self.balanced(span);
        let parent = self.unit_of(&span);
        let declares = declares.iter().map(|name| (*name).to_owned()).collect();
        self.units.push(Unit { span, what, declares, outside, parent });
        self.units.len() - 1
    }

    /// With the brackets around an expression, whose tree begins inside of them.
    fn balanced(&self, span: Range<usize>) -> Range<usize> {
        let mut stack: Vec<&Token> = Vec::new();
        let mut open = 0_usize;
        for token in self.inside(&span) {
            if token.opens() {
                stack.push(token);
            } else if token.closes() && stack.pop().is_none() {
                open += 1;
            }
        }
        let (mut start, mut end) = (span.start, span.end);
        let before = self.tokens.partition_point(|token| token.span.start < span.start);
        for token in self.tokens[..before].iter().rev().take(open) {
            start = token.span.start;
        }
        let behind = self.tokens.partition_point(|token| token.span.start < span.end);
        let missing = stack.len();
        for token in self.tokens[behind..].iter().take(missing) {
            end = token.span.end;
        }
        start..end
    }

    /// The innermost unit around a range.
    pub(super) fn unit_of(&self, range: &Range<usize>) -> Option<usize> {
        let around = |unit: &Unit| unit.span.start <= range.start && range.end <= unit.span.end;
        let found = (0..self.units.len()).filter(|at| around(&self.units[*at]));
        found.min_by_key(|at| (self.units[*at].span.len(), usize::MAX - at))
    }

    pub(super) fn slice(&self, range: &Range<usize>) -> &str {
        &self.text[range.clone()]
    }

    /// The tokens of a range.
    pub(super) fn inside(&self, range: &Range<usize>) -> &[Token] {
        let first = self.tokens.partition_point(|token| token.span.start < range.start);
        let last = self.tokens.partition_point(|token| token.span.start < range.end);
        &self.tokens[first..last.max(first)]
    }

    pub(super) fn newline(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    pub(super) fn item(&self, kind: &str) -> impl Iterator<Item = &ItemFact> {
        self.items.iter().filter(move |item| item.kind == kind)
    }

    /// The words whose meaning a fault in a unit may take.
    pub(super) fn spoiled(&self, unit: Option<usize>) -> Option<&BTreeSet<String>> {
        unit.map(|unit| &self.spoiled[unit])
    }

    /// The words of a unit that are not in a unit inside of it.
    fn own_words(&self, unit: usize) -> BTreeSet<String> {
        let span = self.units[unit].span.clone();
        let mut text = self.text[span.clone()].as_bytes().to_vec();
        for (at, inner) in self.units.iter().enumerate() {
            let nested = at != unit && inner.parent == Some(unit) && span.contains(&inner.span.start);
            if nested && inner.span.end <= span.end {
                text[inner.span.start - span.start..inner.span.end - span.start].fill(b' ');
            }
        }
        words(&String::from_utf8_lossy(&text))
    }

    fn names_of(&self, unit: usize) -> Vec<String> {
        let mut names = self.units[unit].declares.clone();
        let mut at = unit;
        while let (true, Some(parent)) = (self.units[at].outside, self.units[at].parent) {
            names.extend(self.units[parent].declares.clone());
            at = parent;
        }
        names
    }

    /// What is lost with each unit: its names, and those of all that speaks of them.
    fn spoil(&self) -> Vec<BTreeSet<String>> {
        let names: Vec<_> = (0..self.units.len()).map(|at| self.names_of(at)).collect();
        let mut readers: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for at in (0..self.units.len()).filter(|at| !names[*at].is_empty()) {
            for word in self.own_words(at) {
                readers.entry(word).or_default().push(at);
            }
        }
        let lost = |unit: usize| {
            let mut lost: BTreeSet<String> = BTreeSet::new();
            let mut next = names[unit].clone();
            if matches!(self.units[unit].what, What::Stmt("require" | "when" | "for" | "bind")) {
                // What it says of a value may be needed to open that.
                lost.extend(self.own_words(unit).into_iter().map(|word| format!("!proof {word}")));
            }
            while let Some(name) = next.pop() {
                if lost.insert(name.clone()) {
                    let readers = readers.get(&name).into_iter().flatten();
                    next.extend(readers.flat_map(|reader| names[*reader].clone()));
                }
            }
            lost
        };
        (0..self.units.len()).map(lost).collect()
    }
}

/// Every word of a text, also those of strings.
pub(super) fn words(text: &str) -> BTreeSet<String> {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    text.split(|character| !is_word(character)).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

pub(super) fn range(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

/// From one name to the end of another place.
pub(super) fn from(name: &ast::Name, end: Span) -> Range<usize> {
    name.span.start as usize..end.end as usize
}
