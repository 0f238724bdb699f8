//! What the targets make of the examples.

use super::held::{Written, texts_only, well_formed_builds};
use super::programs::emitted;

pub(crate) type Values = &'static [(&'static str, &'static str)];

/// Examples with the parameters that are bound.
pub(crate) const ROWS: [(&str, &str, Values); 7] = [
    ("fcos", "open", &[]),
    (
        "fcos",
        "stable",
        &[
            ("stream", "stable"),
            ("bucket", "fcos-builds/prod/streams"),
            ("aws_build_upload", "aws-builds"),
            ("aws_image_upload", "aws-images"),
            ("gcp_image_upload", "gcp-images"),
            ("slack", "slack"),
        ],
    ),
    ("fcos", "s390x", &[("arch", "s390x"), ("no_upload", "true"), ("additional_arches", "")]),
    ("wharf", "open", &[]),
    ("wharf", "prod", &[("environment", "prod"), ("cluster", "kubeconfig"), ("revision", "yes")]),
    ("image", "open", &[("push_auth", "registry")]),
    ("image", "hermetic", &[("push_auth", "registry"), ("hermetic", "true"), ("build_args", "A=010,B=~")]),
];

fn written(target: &str) -> Written {
    let emit = |name, values| emitted(&format!("examples/{name}.pipe"), target, values);
    Written::new(ROWS.map(|(name, row, values)| (format!("{name}-{row}"), emit(name, values))))
}

#[test]
fn scripts_are_silent_under_the_linter() {
    assert_eq!(written("shell").assert_silent(), ROWS.len());
    assert!(written("buildconfig").assert_silent() > 0);
}

#[test]
fn every_parameter_is_text() {
    let (runs, values) = texts_only(&written("tekton").documents());
    assert_eq!(runs, ROWS.len());
    assert!(values > 500, "{values}");
}

#[test]
fn every_build_is_well_formed() {
    // Three rows of fcos have machines and none; the others have one class.
    assert_eq!(well_formed_builds(&written("buildconfig").documents()), 3 * 2 + 4);
}
