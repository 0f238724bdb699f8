//! What the targets make of the pipelines of Fedora CoreOS: held to the same as other examples.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::plans::{Values, path, values};
use crate::examples::builds::well_formed;
use crate::examples::emitted::{documents, kinds, texts_below};
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

/// Every row for a target, below a folder of its own; the paths of the files.
fn write(folder: &Path, target: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (name, row, values) in rows() {
        for file in emitted(&path(name), target, &values).files {
            let path = folder.join(&row).join(&file.path);
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
    assert_eq!(paths.len(), rows().len());
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
    assert_eq!(runs.len(), rows().len());
    let all = [runs, kinds(&files, "Pipeline"), kinds(&files, "Task")].concat();
    let params: usize = all.iter().map(|document| texts_below(document, &document["metadata"]["name"])).sum();
    assert!(params > 1000, "{params}");
}

#[test]
fn every_build_is_well_formed() {
    let files = read("buildconfig");
    let builds = kinds(&files, "BuildConfig");
    assert!(builds.len() > rows().len(), "{}", builds.len());
    let wrong: BTreeSet<String> = builds.iter().flat_map(|build| well_formed(build)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
