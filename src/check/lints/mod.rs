//! What is probably not meant, in a program without errors: one lint, one file, one row.

mod unused_import;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diag::Diagnostics;
use crate::diag::code::Code;
use crate::source::Span;
use crate::syntax::ast;

use super::program::Program;

/// What a lint may look at.
#[derive(Debug)]
pub(super) struct LintInput<'a> {
    /// The file that is checked; what it uses is checked for itself.
    pub(super) root: &'a ast::File,
    /// Every file in reach, by the span of the `use` that names it.
    pub(super) imports: &'a FxHashMap<Span, &'a ast::File>,
    /// Of the names that the root brings in by `use`, those that it uses, by their places.
    pub(super) named: &'a FxHashSet<Span>,
    pub(super) program: &'a Program,
}

/// A lint reports its own code and no other.
type Lint = fn(&LintInput<'_>, &mut Diagnostics);

/// In the order of their codes.
const LINTS: &[(Code, Lint)] = &[(Code::P0254, unused_import::run)];

/// Runs every lint.
pub(super) fn run(input: &LintInput<'_>, out: &mut Diagnostics) {
    for (_, lint) in LINTS {
        lint(input, out);
    }
}

/// The code of every lint.
pub(super) fn codes() -> Vec<Code> {
    LINTS.iter().map(|(code, _)| *code).collect()
}

#[cfg(test)]
mod tests {
    use super::LINTS;

    #[test]
    fn lints_are_sorted_and_named_once() {
        assert!(LINTS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(LINTS.iter().all(|(code, _)| code.is_lint()));
    }
}
