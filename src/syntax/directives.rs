//! Comments that speak to the compiler, `// pipec: …`, and which part of the file each of them is about.

use super::ast::File;
use super::strings::end_of_line;
use super::units::units;
use crate::source::{Span, offset};

/// One comment that begins with `pipec:`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Directive {
    /// From its slashes to the end of the line.
    pub span: Span,
    /// What stands behind `pipec:`.
    pub words: Span,
    pub place: Place,
    /// The part of the file that it is about.
    pub covers: Span,
}

/// Where a comment stands, which says what it is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// On a line of its own: about the item, statement or field below it.
    Above,
    /// At the end of a line: about what begins on that line.
    Behind,
    /// `//!`: about the whole file.
    File,
    /// `///`: about nothing, since it is for people.
    Doc,
}

/// What every such comment begins with.
pub const MARK: &str = "pipec:";

/// In the order of the text. A file without the mark costs one search.
pub fn directives(file: &File, text: &str) -> Vec<Directive> {
    if !text.contains(MARK) {
        return Vec::new();
    }
    let read = |(at, comment): (usize, &Span)| Some((at, read(file, text, *comment)?));
    let mut found: Vec<(usize, Directive)> = file.comments.iter().enumerate().filter_map(read).collect();
    if found.is_empty() {
        return Vec::new();
    }
    let (around, units) = (Around::new(text, &file.comments), units(file, text));
    for (at, one) in &mut found {
        let (start, end) = covered(*at, one, &around, &units);
        one.covers = Span::new(file.id, offset(start), offset(end.max(start)));
    }
    found.into_iter().map(|(_, one)| one).collect()
}

/// What stands around each comment of a text, found in one pass: there may be as many as lines.
struct Around<'t> {
    text: &'t str,
    comments: &'t [Span],
    /// The end of what stands above each, blanks and comments left out.
    above: Vec<usize>,
    /// The beginning of what stands below each.
    below: Vec<usize>,
}

impl<'t> Around<'t> {
    fn new(text: &'t str, comments: &'t [Span]) -> Self {
        let (mut above, mut below) = (Vec::with_capacity(comments.len()), vec![text.len(); comments.len()]);
        for (at, comment) in comments.iter().enumerate() {
            let from = if at == 0 { 0 } else { comments[at - 1].end as usize };
            let solid = text[from..comment.start as usize].trim_end().len();
            above.push(if solid > 0 { from + solid } else { above.last().copied().unwrap_or(0) });
        }
        for (at, comment) in comments.iter().enumerate().rev() {
            let to = comments.get(at + 1).map_or(text.len(), |next| next.start as usize);
            let solid = text[comment.end as usize..to].trim_start().len();
            below[at] = if solid > 0 { to - solid } else { below.get(at + 1).copied().unwrap_or(text.len()) };
        }
        Self { text, comments, above, below }
    }

    /// The end without the blanks and comments that stand before it, which belong to what follows.
    fn last_solid(&self, start: usize, end: usize) -> usize {
        let end = start + self.text[start..end].trim_end().len();
        let last = self.comments.partition_point(|comment| (comment.start as usize) < end).checked_sub(1);
        last.filter(|last| self.comments[*last].end as usize >= end).map_or(end, |last| self.above[last].max(start))
    }
}

fn read(file: &File, text: &str, comment: Span) -> Option<Directive> {
    let (start, end) = (comment.start as usize, comment.end as usize);
    let said = text[start..end].trim_start_matches('/');
    let (slashes, said) = (end - start - said.len(), said.strip_prefix('!').unwrap_or(said).trim_start());
    let words = said.strip_prefix(MARK)?.trim();
    let line = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let place = match (slashes, text.as_bytes().get(start + 2)) {
        (2, Some(b'!')) => Place::File,
        (2, _) if text[line..start].trim_start_matches('\u{feff}').trim().is_empty() => Place::Above,
        (2, _) => Place::Behind,
        (_, _) => Place::Doc,
    };
    let from = end - said.len() + MARK.len();
    let from = from + (text[from..end].len() - text[from..end].trim_start().len());
    let span = |from: usize, to: usize| Span::new(file.id, offset(from), offset(to));
    let (words, whole) = (span(from, from + words.len()), span(start, start + text[start..end].trim_end().len()));
    Some(Directive { span: whole, words, place, covers: whole })
}

fn covered(at: usize, one: &Directive, around: &Around<'_>, units: &[(u32, u32)]) -> (usize, usize) {
    let text = around.text;
    let start = one.span.start as usize;
    match one.place {
        Place::File => (0, text.len()),
        Place::Doc => (start, start),
        Place::Above => {
            let below = around.below[at];
            let end = end_of_units(units, below, below + 1).unwrap_or_else(|| end_of_line(text.as_bytes(), below));
            (below, around.last_solid(below, end))
        }
        Place::Behind => {
            let line = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
            (line, around.last_solid(line, end_of_units(units, line, start).unwrap_or(start)))
        }
    }
}

/// The end of the longest unit that begins in the range.
fn end_of_units(units: &[(u32, u32)], from: usize, to: usize) -> Option<usize> {
    let first = units.partition_point(|unit| (unit.0 as usize) < from);
    let here = units[first..].iter().take_while(|unit| (unit.0 as usize) < to);
    here.map(|unit| unit.1 as usize).max()
}
