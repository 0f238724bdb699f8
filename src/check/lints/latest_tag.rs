//! An image with the tag `latest`.

use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};

use super::LintInput;
use super::images::Version;

pub(super) fn run(input: &LintInput<'_>, out: &mut Diagnostics) {
    for (span, _) in input.loose_images().iter().filter(|(_, version)| *version == Version::Latest) {
        out.push(
            Diagnostic::new(Code::P0552, *span, "`latest` is another image whenever somebody pushes one")
                .here("the tag moves")
                .help(
                    "write the version that is meant, or better the digest: `…@sha256:…`; otherwise a run breaks by what \
                     somebody else released, with nothing changed here",
                ),
        );
    }
}
