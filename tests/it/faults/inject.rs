//! Faults chosen, put in, and looked for among the findings.

use std::ops::Range;

use pipec::diag::Diagnostic;

use super::kinds::{Kind, Site};
use super::source::Source;

/// A fault that was chosen.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) kind: &'static Kind,
    pub(super) site: Site,
}

/// A program with all that can be done to it.
#[derive(Debug)]
pub(super) struct Patient {
    pub(super) source: Source,
    /// Kinds that have places here.
    sites: Vec<(&'static Kind, Vec<Site>)>,
}

impl Patient {
    pub(super) fn new(text: String) -> Self {
        let source = Source::new(text);
        let sites = super::kinds::all().map(|kind| (kind, (kind.sites)(&source)));
        let sites = sites.filter(|(_, sites)| !sites.is_empty()).collect();
        Self { source, sites }
    }

    pub(super) fn kinds(&self) -> impl Iterator<Item = (&'static Kind, usize)> {
        self.sites.iter().map(|(kind, sites)| (*kind, sites.len()))
    }

    /// Every place of every kind.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'static Kind, &Site)> {
        self.sites.iter().flat_map(|(kind, sites)| sites.iter().map(|site| (*kind, site)))
    }

    /// One fault for each pair of dice that gives one which is independent of those before.
    pub(super) fn choose(&self, dice: &[(usize, usize)]) -> Vec<Fault> {
        let mut chosen: Vec<Fault> = Vec::new();
        for (kind, place) in dice {
            let (kind, sites) = &self.sites[kind % self.sites.len()];
            // The next place that is independent, beginning with the one that was drawn.
            let free = (0..sites.len().min(40))
                .map(|more| &sites[(place + more) % sites.len()])
                .find(|site| chosen.iter().all(|other| independent(&self.source, &other.site, site)));
            chosen.extend(free.map(|site| Fault { kind, site: site.clone() }));
        }
        chosen.sort_by_key(|fault| (fault.site.edits[0].0.start, fault.site.edits[0].0.end));
        chosen
    }
}

/// Whether neither fault is in what the other changes, or needs what the other takes the meaning of.
fn independent(source: &Source, one: &Site, other: &Site) -> bool {
    let same_unit = one.unit.is_some() && one.unit == other.unit;
    let doubted = |one: &Site, other: &Site| {
        let on_line =
            |at: &Range<usize>| one.doubt.as_ref().is_some_and(|line| at.start <= line.end && line.start <= at.end);
        other.edits.iter().any(|(at, _)| on_line(at)) && other.unit.is_some()
    };
    let overlap = one.edits.iter().any(|(a, _)| other.edits.iter().any(|(b, _)| a.start <= b.end && b.start <= a.end));
    let doubted = doubted(one, other) || doubted(other, one);
    let together = one.once_a_line.is_some() && one.once_a_line == other.once_a_line;
    !together
        && !make_up(source, one, other)
        && !same_unit
        && !doubted
        && !overlap
        && !hides(source, one, other)
        && !hides(source, other, one)
}

/// Whether one fault makes up for the other: of a bracket that is taken out and one of the other direction that is taken
/// out too, or put in, nothing is left but brackets that match. Inside one item only, but for braces, since a task without
/// its end goes on in the next; and a string without its end takes the brackets of its line along.
fn make_up(source: &Source, one: &Site, other: &Site) -> bool {
    let item = |site: &Site| {
        let mut at = site.unit?;
        while let Some(parent) = source.units[at].parent {
            at = parent;
        }
        Some(at)
    };
    let same_item = item(one).is_some() && item(one) == item(other);
    if one.doubt.is_none() || other.doubt.is_none() {
        return false;
    }
    let (one, other) = (balance(source, one), balance(source, other));
    (0..3).any(|mark| (same_item || mark == 2) && one[mark] * other[mark] < 0)
}

/// By kind of bracket: how many more are open behind the fault than before it was there.
fn balance(source: &Source, site: &Site) -> [i64; 3] {
    let count = |text: &str| {
        ["()", "[]", "{}"].map(|pair| {
            let number = |mark: usize| text.matches(&pair[mark..=mark]).count();
            i64::try_from(number(0)).unwrap_or(0) - i64::try_from(number(1)).unwrap_or(0)
        })
    };
    let (at, with) = &site.edits[0];
    let (taken, put) = (source.slice(at), with.as_str());
    if taken == "\"" {
        let rest = source.text[at.end..].lines().next().unwrap_or_default();
        return count(rest).map(|count| -count);
    }
    let (taken, put) = (count(taken), count(put));
    [0, 1, 2].map(|mark| put[mark] - taken[mark])
}

fn hides(source: &Source, one: &Site, other: &Site) -> bool {
    let Some(spoiled) = source.spoiled(one.unit) else { return false };
    other.needs.iter().any(|word| spoiled.contains(word))
}

/// The program with the faults in it.
pub(super) fn broken(source: &Source, faults: &[Fault]) -> String {
    let mut text = source.text.clone();
    for (at, with) in edits(faults).into_iter().rev() {
        text.replace_range(at, with);
    }
    text
}

fn edits(faults: &[Fault]) -> Vec<(Range<usize>, &str)> {
    let all = faults.iter().flat_map(|fault| &fault.site.edits);
    let mut edits: Vec<_> = all.map(|(at, with)| (at.clone(), with.as_str())).collect();
    edits.sort_by_key(|(at, _)| (at.start, at.end));
    edits
}

/// Where the home of a fault is in the program with all of them.
pub(super) fn home(faults: &[Fault], fault: &Fault) -> Range<usize> {
    let moved = |place: usize, behind: bool| {
        let mut moved = place;
        for (at, with) in edits(faults) {
            // What is put in right at the end of a home is in it, if it is the fault's own.
            if at.end < place || at.end == place && (behind || at.start < place) {
                moved = moved + with.len() - at.len();
            } else if at.start < place {
                moved = moved - (place - at.start) + with.len();
            }
        }
        moved
    };
    moved(fault.site.home.start, false)..moved(fault.site.home.end, true)
}

/// The faults that no finding of their own speaks of: each fault takes one finding, and no two the same.
pub(super) fn missed(text: &str, faults: &[Fault], found: &[Diagnostic]) -> Vec<usize> {
    let speaks: Vec<Vec<usize>> = faults
        .iter()
        .map(|fault| {
            let home = home(faults, fault);
            (0..found.len()).filter(|at| speaks_of(text, &found[*at], fault, &home)).collect()
        })
        .collect();
    let mut taken: Vec<Option<usize>> = vec![None; found.len()];
    (0..faults.len()).filter(|fault| !assign(*fault, &speaks, &mut taken, &mut vec![false; found.len()])).collect()
}

fn speaks_of(text: &str, one: &Diagnostic, fault: &Fault, home: &Range<usize>) -> bool {
    // What is missing at the end of a line may be said at the beginning of the next.
    let rest = &text[home.end..];
    let end = home.end + rest.len() - rest.trim_start().len();
    fault.kind.codes.contains(&one.code.id())
        && one.labels.iter().any(|label| label.span.start as usize <= end && home.start <= label.span.end as usize)
}

/// Finds a finding for a fault, and others for those that had it.
fn assign(fault: usize, speaks: &[Vec<usize>], taken: &mut [Option<usize>], seen: &mut [bool]) -> bool {
    for at in &speaks[fault] {
        if std::mem::replace(&mut seen[*at], true) {
            continue;
        }
        if taken[*at].is_none_or(|other| assign(other, speaks, taken, seen)) {
            taken[*at] = Some(fault);
            return true;
        }
    }
    false
}
