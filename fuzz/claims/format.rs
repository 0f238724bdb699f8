//! What holds of every text that is brought into the one layout.

use pipec::diag::Diagnostics;
use pipec::source::FileId;
use pipec::syntax::format::format;

/// What the tests of the layout ask: the same tree, the same comments, and a second time changes nothing.
#[allow(clippy::duplicate_mod, reason = "the fuzzer is a crate of its own, without the tests")]
#[allow(dead_code, reason = "they also read the programs of the repository")]
#[path = "../../tests/it/format/common.rs"]
mod common;

/// Brings the text into the one layout.
///
/// # Panics
/// When something does not hold.
pub(crate) fn hold(text: &str) {
    let mut out = Diagnostics::default();
    match format(FileId(0), text, &mut out) {
        Some(after) => common::holds("fuzz", text, &after),
        None => assert!(out.has_errors(), "it is refused without a reason: {text:?}"),
    }
}
