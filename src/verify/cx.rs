//! What every rule is given: the texts, the documents that are known, and where findings go.

use rustc_hash::FxHashMap;

use super::bounds::Bounds;
use super::build::docs::Docs;
use super::refs::Ref;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics, did_you_mean};
use crate::source::{FileId, Span, offset};
use crate::yaml_read::Node;

/// The tasks, pipelines and step actions among the documents; `None` where several have one name.
#[derive(Default, Debug)]
pub(super) struct Known<'a> {
    pub(super) tasks: FxHashMap<&'a str, Option<&'a Node>>,
    pub(super) pipelines: FxHashMap<&'a str, Option<&'a Node>>,
    pub(super) actions: FxHashMap<&'a str, Option<&'a Node>>,
    /// What has to do with builds.
    pub(super) docs: Docs<'a>,
}

/// The one that has a name.
pub(super) fn one<'a>(all: &FxHashMap<&'a str, Option<&'a Node>>, name: &str) -> Option<&'a Node> {
    all.get(name).copied().flatten()
}

/// Variables that are looked for in vain through the whole of a scalar, before all others are taken for such.
const MOST_UNSEEN: usize = 20;

/// What every rule is given.
#[derive(Debug)]
pub(super) struct Cx<'a> {
    pub(super) texts: &'a FxHashMap<FileId, &'a str>,
    pub(super) known: &'a Known<'a>,
    pub(super) bounds: Bounds,
    /// The document is of a version whose fields are not all known here.
    pub(super) old: bool,
    /// What the document says and the cluster does not know is dropped, where others are refused.
    pub(super) drops: bool,
    pub(super) out: &'a mut Diagnostics,
}

impl Cx<'_> {
    pub(super) fn push(&mut self, found: Diagnostic) {
        self.out.push(found);
    }

    pub(super) fn source(&self, span: Span) -> &str {
        let text = self.texts.get(&span.file).copied().unwrap_or_default();
        text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Where `needle` stands for the `nth` time in the text of a scalar; the whole scalar where it is written otherwise.
    pub(super) fn within(&self, scalar: Span, needle: &str, nth: usize) -> Span {
        let at = self.source(scalar).match_indices(needle).nth(nth).map(|(at, _)| at);
        at.map_or(scalar, |at| {
            let start = scalar.start + offset(at);
            Span::new(scalar.file, start, start + offset(needle.len()))
        })
    }

    /// Where the variables of a scalar stand, in their order; the whole scalar for one that is written otherwise.
    pub(super) fn places(&self, scalar: Span, all: &[Ref<'_>]) -> Vec<Span> {
        let text = self.source(scalar);
        let mut from = 0;
        let mut left = MOST_UNSEEN;
        let mut place = |one: &Ref<'_>| {
            let found = text.get(from..).filter(|_| left > 0).and_then(|rest| rest.find(one.whole));
            let Some(at) = found else {
                left = left.saturating_sub(1);
                return scalar;
            };
            let start = from + at;
            // Another one may stand inside of it.
            from = start + 2;
            let at = scalar.start + offset(start);
            Span::new(scalar.file, at, at + offset(one.whole.len()))
        };
        all.iter().map(&mut place).collect()
    }

    /// One name stands for two things.
    pub(super) fn duplicate(&mut self, what: &str, name: &str, first: Span, again: Span, why: &str) {
        let found = Diagnostic::new(Code::P0647, again, format!("{what} `{name}` is there twice"));
        self.push(found.here("again here").label(first, "first here").help(why));
    }

    /// Reports the names that are given twice.
    pub(super) fn distinct(&mut self, what: &str, names: &[(&str, Span)], why: &str) {
        let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
        for (name, span) in names {
            match seen.get(name) {
                Some(first) => self.duplicate(what, name, *first, *span, why),
                None => {
                    seen.insert(name, *span);
                }
            }
        }
    }

    /// What is named is not there.
    pub(super) fn unknown<'n>(
        &mut self,
        at: Span,
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'n str>,
        why: &str,
    ) {
        let known: Vec<&str> = known.into_iter().collect();
        let mut found = Diagnostic::new(Code::P0649, at, format!("{what} `{name}` is not declared"));
        let near = did_you_mean(name, known.iter().copied());
        let hint = match (near, known.as_slice()) {
            (Some(near), _) => format!("did you mean `{near}`? "),
            (None, []) => String::new(),
            (None, all) if all.len() <= 8 => format!("there are: {}. ", listed(all)),
            (None, _) => String::new(),
        };
        if let Some(near) = near.filter(|_| self.source(at).matches(name).count() == 1) {
            let place = self.within(at, name, 0);
            found = found.fix(format!("write `{near}`"), place, near);
        }
        self.push(found.here("not known here").help(format!("{hint}{why}")));
    }
}

/// Names in backticks with commas between.
pub(super) fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// A finding with what stands beside its place and what to do.
pub(super) fn finding(
    code: Code,
    at: Span,
    message: impl Into<String>,
    here: &str,
    help: impl Into<String>,
) -> Diagnostic {
    Diagnostic::new(code, at, message).here(here).help(help)
}
