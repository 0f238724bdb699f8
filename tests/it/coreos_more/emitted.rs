//! What the targets make of these pipelines: held to the same as other examples.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::rows::Row;
use crate::examples::builds::well_formed;
use crate::examples::emitted::{documents, kinds, texts_below};

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

/// Every row for a target, below a folder of its own; the paths of the files.
fn write(folder: &Path, target: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (at, row) in rows(target).iter().enumerate() {
        for file in row.emitted(target).files {
            let path = folder.join(format!("{at}-{}", row.pipeline)).join(&file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &file.text).unwrap();
            paths.push(path.to_str().unwrap().to_owned());
        }
    }
    paths
}

#[test]
fn scripts_are_silent_under_the_linter() {
    let folder = TempDir::new().unwrap();
    let mut paths = write(folder.path(), "shell");
    assert_eq!(paths.len(), rows("shell").len());
    // What only another machine or product tells apart has the same scripts: reading them again takes minutes.
    let again = |row: &Row| row.values.iter().any(|one| [("force", "true"), ("product", "ootpa")].contains(one));
    let mut rows = rows("shell").into_iter();
    paths.retain(|_| rows.next().is_some_and(|row| !again(&row)));
    paths.extend(write(folder.path(), "buildconfig").into_iter().filter(|path| path.ends_with(".sh")));
    let done = Command::new("shellcheck").args(["-S", "style"]).args(&paths).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
}

fn read(target: &str) -> Value {
    let folder = TempDir::new().unwrap();
    let count = write(folder.path(), target).iter().filter(|path| path.ends_with(".yaml")).count();
    let old = documents(folder.path(), "1.1");
    assert_eq!(old, documents(folder.path(), "1.2"), "{target}");
    assert_eq!(old.as_object().unwrap().len(), count);
    old
}

#[test]
fn every_parameter_is_text() {
    let files = read("tekton");
    let runs = kinds(&files, "PipelineRun");
    assert_eq!(runs.len(), rows("tekton").len());
    let all = [runs, kinds(&files, "Pipeline"), kinds(&files, "Task")].concat();
    let params: usize = all.iter().map(|document| texts_below(document, &document["metadata"]["name"])).sum();
    assert!(params > 1000, "{params}");
}

#[test]
fn every_build_is_well_formed() {
    let files = read("buildconfig");
    let builds = kinds(&files, "BuildConfig");
    assert!(builds.len() > rows("buildconfig").len(), "{}", builds.len());
    let wrong: BTreeSet<String> = builds.iter().flat_map(|build| well_formed(build)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
