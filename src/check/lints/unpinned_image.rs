//! An image without tag and digest.

use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};

use super::LintInput;
use super::images::Version;

pub(super) fn run(input: &LintInput<'_>, out: &mut Diagnostics) {
    for (span, _) in input.loose_images().iter().filter(|(_, version)| *version == Version::Nothing) {
        out.push(
            Diagnostic::new(Code::P0551, *span, "this image has neither a tag nor a digest")
                .here("a registry takes it for `latest`")
                .help(
                    "write the tag, or better the digest: `…:41`, `…@sha256:…`; otherwise a run of today and one of \
                     tomorrow are different programs, and an old commit cannot be built again",
                ),
        );
    }
}
