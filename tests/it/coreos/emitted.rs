//! What the targets make of the pipelines of Fedora CoreOS: held to the same as other examples.

use super::plans::{Values, path, values};
use crate::examples::held::{Written, texts_only, well_formed_builds};
use crate::examples::programs::emitted;

/// Pipelines with what is bound: nothing that need not be, and much.
fn rows() -> Vec<(&'static str, String, Values)> {
    let least = |name: &str| match name {
        "build_arch" => vec![("builder_key", "key")],
        "release" => vec![("aws_build_upload", "aws")],
        _ => Vec::new(),
    };
    let mut rows: Vec<_> = ["build", "build_arch", "release", "kola_upgrade"]
        .into_iter()
        .map(|name| (name, format!("{name}-open"), least(name)))
        .collect();
    for (name, stream, arch) in [
        ("build", "stable", "x86_64"),
        ("build", "testing-devel", "s390x"),
        ("build", "rawhide", "aarch64"),
        ("build_arch", "stable", "aarch64"),
        ("build_arch", "branched", "s390x"),
        ("release", "stable", ""),
        ("kola_upgrade", "next", "x86_64"),
    ] {
        rows.push((name, format!("{name}-{stream}-{arch}"), values(name, stream, arch, &[])));
    }
    rows
}

fn written(target: &str) -> Written {
    Written::new(rows().into_iter().map(|(name, row, values)| (row, emitted(&path(name), target, &values))))
}

#[test]
fn scripts_are_silent_under_the_linter() {
    assert_eq!(written("shell").assert_silent(), rows().len());
    assert!(written("buildconfig").assert_silent() > 0);
}

#[test]
fn every_parameter_is_text() {
    let (runs, values) = texts_only(&written("tekton").documents());
    assert_eq!(runs, rows().len());
    assert!(values > 1000, "{values}");
}

#[test]
fn every_build_is_well_formed() {
    let builds = well_formed_builds(&written("buildconfig").documents());
    assert!(builds > rows().len(), "{builds}");
}
