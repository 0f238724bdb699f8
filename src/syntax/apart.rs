//! The statements of a long body, read in two parts, each on a thread of its own.
//!
//! Statements without a fault know nothing of each other. Where there is anything to report, nothing of this counts and
//! the body is read in one go: what is said of a fault may depend on what stands before it.

use super::ast::Stmt;
use super::parser::Parser;
use super::slice::{Text, Unit};
use crate::abreast;
use crate::diag::Diagnostics;
use crate::source::FileId;

/// A shorter body is read sooner than threads are started.
const LONG: usize = 1 << 17;

impl Parser<'_> {
    /// The statements between two places whose brackets match; `None` where a body is short or has a fault.
    pub(super) fn in_parts(&self, start: usize, limit: usize) -> Option<Vec<Stmt>> {
        let length = limit.saturating_sub(start);
        let is_plain = self.source.scan.faults.is_empty() && self.bad.is_empty() && self.watch.is_empty();
        let body = Body { id: self.id, source: self.source, depth: self.depth, start, limit };
        // The first part is longer: what the other thread keeps is memory that this one does not get back.
        let parts = is_plain && length >= LONG && abreast::is_two();
        parts.then(|| body.read(length / 8 * 5)).flatten()
    }
}

/// A body, and what each of its parts is read with.
#[derive(Clone, Copy)]
struct Body<'t> {
    id: FileId,
    source: Text<'t>,
    depth: usize,
    start: usize,
    limit: usize,
}

impl Body<'_> {
    /// The first part is at least so long.
    fn read(self, first: usize) -> Option<Vec<Stmt>> {
        let middle = self.middle(first);
        let (first, second) = abreast::both(|| self.part(self.start, middle), || self.part(middle, self.limit));
        let (mut body, mut second) = (first?, second?);
        body.reserve_exact(second.len());
        body.append(&mut second);
        Some(body)
    }

    /// The end of a statement beyond a length, behind the first outer bracket that closes there.
    fn middle(self, length: usize) -> usize {
        let from = self.start + length;
        let mut brackets = self.source.scan.pairs(self.start, self.limit).iter();
        let Some((_, close)) = brackets.find(|(_, close)| *close as usize >= from) else { return self.limit };
        // What a statement ends with does not depend on what it begins with.
        let behind = (*close as usize + 1).min(self.limit);
        self.source.cut(behind, self.limit, Unit::Statement, true).end
    }

    fn part(self, start: usize, end: usize) -> Option<Vec<Stmt>> {
        let mut out = Diagnostics::default();
        let mut parser = Parser::new(self.id, self.source.text, self.source.scan, &mut out);
        parser.depth = self.depth;
        let body = parser.statements(start, end, true);
        let is_plain = parser.lost.is_empty() && parser.wrong.is_empty() && !parser.closer_is_known;
        (is_plain && out.is_empty()).then_some(body)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::parser::Parser;
    use super::super::scan::Scan;
    use super::Body;
    use crate::diag::Diagnostics;
    use crate::source::FileId;

    const STATEMENTS: &[&str] = &[
        "task a { run: \"true\" }",
        "task b -> (c: string) {\n    // { of no bracket\n    run: \"\"\"\n      echo '}' > ~{out.c}\n    \"\"\"\n} after a",
        "x = y(1,\n    2)",
        "x = y(\"a // b\")\n    after z",
        "when a and\n  b {\n task t { run: \"x\" }\n} else {\n  c()\n}",
        "when a { b() }\n\nelse { c() }",
        "for one in list { task t { run: \"~{one}\" } }",
        "stage s {\n x = t()\n\n y = t()\n}",
        "finally { t() }",
        "require a, \"why\"",
        "defaults { image: \"a\" }",
        "workspace w { size: 1Gi }",
        "return x",
        "x = [\n 1,\n 2\n]",
        "// nothing",
        "/// Said of what follows.",
        "x = ",
        "Wrong = 1",
        "task Wrong { run: \"true\" }",
    ];

    fn programs() -> impl Strategy<Value = String> {
        let separator = prop::sample::select(&["\n", "\n\n", "\r\n", "  // said\n\n  "][..]);
        let statement = prop::sample::select(STATEMENTS);
        prop::collection::vec((statement, separator), 0..12)
            .prop_map(|list| list.iter().flat_map(|(statement, separator)| [*statement, *separator]).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// In parts or not: the same tree, and parts only where nothing is to be said.
        #[test]
        fn parts_are_the_whole(text in programs(), first in 0_usize..200) {
            let scan = Scan::of(&text);
            // What does not match is not read in parts.
            if !scan.faults.is_empty() || scan.pieces.iter().any(|piece| !piece.sound) {
                return Ok(());
            }
            let mut out = Diagnostics::default();
            let mut parser = Parser::new(FileId(0), &text, &scan, &mut out);
            let whole = parser.statements(0, text.len(), true);
            let is_plain = parser.wrong.is_empty() && parser.lost.is_empty();
            let body = Body { id: FileId(0), source: parser.source, depth: 0, start: 0, limit: text.len() };
            let in_parts = body.read(first).map(|body| format!("{body:?}"));
            let expected = (is_plain && out.is_empty()).then(|| format!("{whole:?}"));
            prop_assert_eq!(in_parts, expected);
        }
    }
}
