//! What the targets make of these pipelines: held to the same as other examples.

use super::rows::Row;
use crate::examples::held::{Written, texts_only, well_formed_builds};

const COMMIT: (&str, &str) = ("revision", "0123456789012345678901234567890123456789");

/// Pipelines with what is bound: as little as may be, and much. A build of OpenShift is on one machine, so that for these an
/// image is built on one.
fn rows(target: &str) -> Vec<Row> {
    let all =
        ["cosa_ci", "prow", "rhcos", "docker_build", "cosa_image", "fcos_image", "treecompose", "cloud", "aws_test"];
    let mut rows: Vec<Row> = all.into_iter().map(Row::least).collect();
    for arch in ["aarch64", "ppc64le", "s390x"] {
        rows.push(Row::least("rhcos").with(&[("arch", arch), ("force", "true")]));
    }
    rows.push(Row::least("prow").with(&[("build", "scos-10"), ("suite", "metal")]));
    rows.push(Row::least("docker_build").with(&[("prefetch_input", "a \"b\" ~"), ("build_args", "A=010,B=~")]));
    rows.push(Row::least("cosa_image").with(&[("component", "kola-tang"), ("skip_checks", "false")]));
    rows.push(Row::least("fcos_image").with(&[COMMIT, ("stream", "branched"), ("skip_checks", "false")]));
    for pipeline in ["treecompose", "cloud", "aws_test"] {
        rows.push(Row::least(pipeline).with(&[("slack", "slack"), ("product", "ootpa")]));
    }
    if target != "buildconfig" {
        return rows;
    }
    let one = |row: &Row| match row.pipeline {
        "docker_build" | "cosa_image" | "fcos_image" => row.with(&[("build_platforms", "linux/arm64")]),
        _ => row.clone(),
    };
    rows.iter().map(one).collect()
}

fn written(target: &str, rows: &[Row]) -> Written {
    let emit = |(at, row): (usize, &Row)| (format!("{at}-{}", row.pipeline), row.emitted(target));
    Written::new(rows.iter().enumerate().map(emit))
}

#[test]
fn scripts_are_silent_under_the_linter() {
    // What only another machine or product tells apart has the same scripts: reading them again takes minutes.
    let again = |row: &Row| row.values.iter().any(|one| [("force", "true"), ("product", "ootpa")].contains(one));
    let mut once = rows("shell");
    once.retain(|row| !again(row));
    assert_eq!(written("shell", &once).assert_silent(), once.len());
    assert!(written("buildconfig", &rows("buildconfig")).assert_silent() > 0);
}

#[test]
fn every_parameter_is_text() {
    let rows = rows("tekton");
    let (runs, values) = texts_only(&written("tekton", &rows).documents());
    assert_eq!(runs, rows.len());
    assert!(values > 1000, "{values}");
}

#[test]
fn every_build_is_well_formed() {
    let rows = rows("buildconfig");
    let builds = well_formed_builds(&written("buildconfig", &rows).documents());
    assert!(builds > rows.len(), "{builds}");
}
