//! Values below each other: the entries of consecutive lines.

use super::WIDTH;
use super::printer::{Place, Printer};

/// Entries on lines that follow each other.
#[derive(Default, Debug)]
pub(super) struct Run(Vec<Line>);

#[derive(Clone, Copy, Debug)]
struct Line {
    /// Where it may be widened.
    place: Place,
    /// The column where it ends, without the comment behind it.
    end: usize,
    /// With that.
    whole: usize,
}

impl Line {
    /// Whether it has no room for so many blanks more; a comment that had none before asks for nothing.
    fn is_too_long(&self, more: usize) -> bool {
        self.end + more > WIDTH || self.whole <= WIDTH && self.whole + more > WIDTH
    }
}

impl Run {
    pub(super) fn push(&mut self, place: Place, end: usize, whole: usize) {
        self.0.push(Line { place, end, whole });
    }
}

impl Printer<'_> {
    /// Ends a run: widens its entries to the longest, unless a line would become too long.
    pub(super) fn align(&mut self, run: &mut Run) {
        let entries = std::mem::take(&mut run.0);
        let widest = entries.iter().map(|line| line.place.column).max().unwrap_or(0);
        let too_long = entries.iter().any(|line| line.is_too_long(widest - line.place.column));
        let Some(Line { place: first, .. }) = entries.first().filter(|_| entries.len() > 1 && !too_long) else {
            return;
        };
        let tail = self.out.split_off(first.at);
        let mut from = first.at;
        for Line { place, .. } in &entries {
            self.out.push_str(&tail[from - first.at..place.at - first.at]);
            self.out.extend(std::iter::repeat_n(' ', widest - place.column));
            from = place.at;
        }
        self.out.push_str(&tail[from - first.at..]);
    }
}
