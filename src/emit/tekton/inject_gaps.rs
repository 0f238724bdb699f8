//! What is asked of the tool in front of commands, and cannot be.

use super::inject::{Inject, Way};
use super::inject_files::ACCESS_MODE;
use super::lower::Lowered;
use super::shape::Style;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::emit::kube;

pub(super) fn report(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    let inject = &lowered.options.inject;
    let wrong = |path: &str, message: String, here: &str| match lowered.options.place(path) {
        Some(span) => Diagnostic::new(Code::P0616, span, message).here(here),
        None => Diagnostic::global(Code::P0616, message),
    };
    if inject.access_modes != [ACCESS_MODE] {
        let modes = inject.access_modes.join("`, `");
        out.push(wrong("tools_access_modes", format!("tools cannot lie in a volume of `{modes}`"), "not only `ReadOnlyMany`").help(
            "write `[\"ReadOnlyMany\"]`, or leave it out: any number of pods on any node read the volume, and none may change what others run",
        ));
    }
    if inject.way == Way::Off {
        return;
    }
    let Some(image) = &inject.image else {
        out.push(wrong("inject", "nothing says where the tool comes from".to_owned(), "brings a tool").help(
            "write `tools_image: \"registry/pipec-tools:0.1.0@sha256:…\"`: an image that has `pipec-entrypoint` at `/pipec-entrypoint`, and nothing else",
        ));
        return;
    };
    if inject.way == Way::Pvc {
        if inject.digest().is_none() {
            out.push(wrong("tools_image", format!("`{image}` has no digest to name its volume for"), "may be another tool tomorrow").help(
                "run `pipec lock`, or write the digest: `…@sha256:…`; a volume whose tool changes under running pods breaks them, so another tool is another volume",
            ));
        }
        volume(lowered, inject, &wrong, out);
    }
}

fn volume(
    lowered: &Lowered<'_>,
    inject: &Inject,
    wrong: &dyn Fn(&str, String, &str) -> Diagnostic,
    out: &mut Diagnostics,
) {
    let style = lowered.options.shape.style;
    if matches!(style, Style::Bundle | Style::Catalog) {
        out.push(
            wrong("inject", "what is handed to others cannot count on a volume".to_owned(), "is in a volume")
                .help("write `inject: .step`, which needs nothing of the cluster"),
        );
    }
    if !kube::is_subdomain(&inject.claim) {
        out.push(
            wrong("tools_claim", format!("`{}` cannot be the name of a claim", inject.claim), "not such a name").help(
                "write lower-case letters, digits and `-`: the version and the digest of the tool come behind it",
            ),
        );
    }
}
