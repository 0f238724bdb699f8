//! The sweep over findings and comments against looking at each pair.

use proptest::prelude::*;

use super::{Allow, Allows};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{FileId, Span};

fn allow(code: Code, (start, end): (u32, u32), at: u32) -> Allow {
    let file = FileId(0);
    Allow { code, covers: Span::new(file, start, end), comment: 0, name: Span::new(file, at, at), used: false }
}

fn found(places: &[(Code, u32)]) -> Diagnostics {
    let mut found = Diagnostics::default();
    places.iter().for_each(|(code, at)| found.push(Diagnostic::new(*code, Span::new(FileId(0), *at, at + 1), "x")));
    found
}

/// Nested or apart, as units are: halves of halves.
fn place() -> impl Strategy<Value = (u32, u32)> {
    (0_u32..4, 0_u32..8).prop_map(|(depth, which)| {
        let length = 64 >> depth;
        let start = which % (1 << depth) * length;
        (start, start + length)
    })
}

fn code() -> impl Strategy<Value = Code> {
    prop_oneof![Just(Code::P0254), Just(Code::P0723), Just(Code::P0201)]
}

proptest! {
    #[test]
    fn what_is_covered_is_dropped_and_nothing_else(
        allows in prop::collection::vec((code(), place()), 0..12),
        places in prop::collection::vec((code(), 0_u32..64), 0..24),
    ) {
        let mut list: Vec<Allow> = Vec::new();
        for (at, (code, place)) in allows.iter().filter(|(code, _)| code.is_lint()).enumerate() {
            list.push(allow(*code, *place, u32::try_from(at).unwrap()));
        }
        list.sort_by_key(Allow::order);
        let mut allows = Allows { comments: Vec::new(), list };
        let mut left = found(&places);
        allows.apply(&mut left);
        let covers = |one: &Allow, code: Code, at: u32| one.code == code && one.covers.start <= at && at < one.covers.end;
        let expected: Vec<(Code, u32)> = places
            .iter()
            .copied()
            .filter(|(code, at)| !code.is_lint() || !allows.list.iter().any(|one| covers(one, *code, *at)))
            .collect();
        let left: Vec<(Code, u32)> = left.iter().map(|one| (one.code, one.span().unwrap().start)).collect();
        prop_assert_eq!(left, expected);
        for one in &allows.list {
            let any = places.iter().any(|(code, at)| covers(one, *code, *at));
            prop_assert!(any || !one.used, "{one:?} allows nothing and counts as used");
        }
        for (code, at) in places.iter().filter(|(code, _)| code.is_lint()) {
            let mut around = allows.list.iter().filter(|one| covers(one, *code, *at)).peekable();
            let innermost = around.peek().is_some();
            prop_assert!(!innermost || around.any(|one| one.used), "nobody allowed {code:?} at {at}");
        }
    }
}
