//! The kinds of faults. Each knows where in a valid program it can stand, and which codes it may be reported by.

mod names;
mod order;
mod scripts;
mod syntax;
mod tokens;
mod types;

use std::ops::Range;

use super::source::{Gap, Level, Role, Shape, Slot, Source, words};

/// One kind of fault.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) codes: &'static [&'static str],
    pub(super) sites: fn(&Source) -> Vec<Site>,
}

/// One place where a fault of a kind may stand.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// In the order of the text.
    pub(super) edits: Vec<(Range<usize>, String)>,
    /// The statement, field, parameter, case or item that is wrong; where something is put in, an empty range.
    pub(super) home: Range<usize>,
    /// The unit that is spoiled, absent where something is put in.
    pub(super) unit: Option<usize>,
    /// Words whose meaning the report needs.
    pub(super) needs: Vec<String>,
    /// Of a bracket or quote that is missing or too many: what stands on its line is inside or outside of it, and nobody
    /// can say which.
    pub(super) doubt: Option<Range<usize>>,
    /// Of a character that means nothing: those of one line are reported together. Of a comma, colon or `=`: where
    /// the one is missing, the other tells that a new part begins.
    pub(super) once_a_line: Option<Range<usize>>,
}

/// Every kind, those of one stage after the other.
pub(super) fn all() -> impl Iterator<Item = &'static Kind> {
    [tokens::KINDS, syntax::KINDS, names::KINDS, types::KINDS, order::KINDS, scripts::KINDS].into_iter().flatten()
}

impl Site {
    /// A text in the place of another; the fault is in the innermost unit around it.
    fn replace(source: &Source, at: Range<usize>, text: impl Into<String>) -> Option<Self> {
        let unit = source.unit_of(&at)?;
        let home = source.units[unit].span.clone();
        Some(Self {
            edits: vec![(at, text.into())],
            home,
            unit: Some(unit),
            needs: Vec::new(),
            doubt: None,
            once_a_line: None,
        })
    }

    /// A statement or item behind another; `§` becomes a number that no other place has.
    fn put(source: &Source, gap: &Gap, text: &str) -> Self {
        let newline = source.newline();
        let text = text.replace('§', &gap.at.to_string());
        let lines: Vec<String> = text.lines().map(|line| format!("{newline}{}{line}", gap.indent)).collect();
        let text = if gap.level == Level::File { format!("{newline}{}", lines.concat()) } else { lines.concat() };
        Self {
            edits: vec![(gap.at..gap.at, text)],
            home: gap.at..gap.at,
            unit: None,
            needs: Vec::new(),
            doubt: None,
            once_a_line: None,
        }
    }

    /// A bracket or quote: the fault is in the outermost unit that begins on its line, and what else stands on the line is
    /// in doubt.
    fn of_line(mut self, source: &Source) -> Self {
        let Range { start: line, end } = self.line(source);
        while let Some(parent) = self.unit.and_then(|unit| source.units[unit].parent) {
            if source.units[parent].span.start < line {
                break;
            }
            self.unit = Some(parent);
            self.home = source.units[parent].span.clone();
        }
        self.home = self.home.start.min(line)..self.home.end.max(end);
        self.doubt = Some(line..end);
        self
    }

    /// The line of the first edit.
    fn line(&self, source: &Source) -> Range<usize> {
        let at = self.edits[0].0.start;
        let start = source.text[..at].rfind('\n').map_or(0, |at| at + 1);
        start..at + source.text[at..].find('\n').unwrap_or(source.text.len() - at)
    }

    fn once_a_line(mut self, source: &Source) -> Self {
        self.once_a_line = Some(self.line(source));
        self
    }

    fn needing(mut self, needs: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.needs.extend(needs.into_iter().map(Into::into));
        self
    }

    /// What the report says depends on the words of this text.
    fn needing_words(self, text: &str) -> Self {
        self.needing(words(text))
    }
}

/// A statement behind any other.
fn statement(source: &Source, text: &str) -> Vec<Site> {
    statement_at(source, |level| !matches!(level, Level::File | Level::Test), text)
}

fn statement_at(source: &Source, at: impl Fn(Level) -> bool, text: &str) -> Vec<Site> {
    source.gaps.iter().filter(|gap| at(gap.level)).map(|gap| Site::put(source, gap, text)).collect()
}

fn an_item(source: &Source, text: &str) -> Vec<Site> {
    statement_at(source, |level| level == Level::File, text)
}

/// Another expression in the place of those that pass the test.
fn in_slots(source: &Source, test: impl Fn(&Slot) -> bool, text: &str) -> Vec<Site> {
    let slots = source.slots.iter().filter(|slot| test(slot));
    slots.filter_map(|slot| Site::replace(source, slot.span.clone(), text)).collect()
}

fn in_role(source: &Source, role: &Role, text: &str) -> Vec<Site> {
    in_slots(source, |slot| slot.role == *role, text)
}

/// Another expression as the value of fields of this name.
fn in_field(source: &Source, field: &str, text: &str) -> Vec<Site> {
    in_role(source, &Role::Field(field.to_owned()), text)
}

/// Places of calls, right before their `)`.
fn calls(source: &Source) -> impl Iterator<Item = (&Slot, &Range<usize>, usize, usize)> {
    source.slots.iter().filter_map(|slot| {
        let Shape::Call { callee, close, args } = &slot.shape else { return None };
        (source.text.as_bytes()[*close] == b')').then_some((slot, callee, *close, *args))
    })
}
