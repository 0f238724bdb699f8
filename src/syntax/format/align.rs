//! Values below each other: the entries of consecutive lines.

use super::WIDTH;
use super::printer::{Place, Printer};

/// Entries on lines that follow each other: where each may be widened, and the column where its line ends.
#[derive(Default, Debug)]
pub(super) struct Run(Vec<(Place, usize)>);

impl Run {
    pub(super) fn push(&mut self, place: Place, end: usize) {
        self.0.push((place, end));
    }
}

impl Printer<'_> {
    /// Ends a run: widens its entries to the longest, unless a line would become too long.
    pub(super) fn align(&mut self, run: &mut Run) {
        let entries = std::mem::take(&mut run.0);
        let widest = entries.iter().map(|(place, _)| place.column).max().unwrap_or(0);
        let too_long = entries.iter().any(|(place, end)| end + widest - place.column > WIDTH);
        let Some((first, _)) = entries.first().filter(|_| entries.len() > 1 && !too_long) else { return };
        let tail = self.out.split_off(first.at);
        let mut from = first.at;
        for (place, _) in &entries {
            self.out.push_str(&tail[from - first.at..place.at - first.at]);
            self.out.extend(std::iter::repeat_n(' ', widest - place.column));
            from = place.at;
        }
        self.out.push_str(&tail[from - first.at..]);
    }
}
