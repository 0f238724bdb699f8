//! What the targets make of the examples: scripts that a linter has nothing to say about, manifests that all readers read alike.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::builds::well_formed;
use super::programs::emitted;

type Values = &'static [(&'static str, &'static str)];

/// Examples with the parameters that are bound.
const ROWS: [(&str, &str, Values); 7] = [
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

/// Every row for a target, below a folder of its own; the paths of the files.
fn write(folder: &Path, target: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (name, row, values) in ROWS {
        let bundle = emitted(&format!("examples/{name}.pipe"), target, values);
        for file in bundle.files {
            let path = folder.join(format!("{name}-{row}")).join(&file.path);
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
    assert_eq!(paths.len(), ROWS.len());
    paths.extend(write(folder.path(), "buildconfig").into_iter().filter(|path| path.ends_with(".sh")));
    let done = Command::new("shellcheck").args(["-S", "style"]).args(&paths).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
}

#[test]
fn readers_of_both_versions_read_the_same() {
    for target in ["tekton", "buildconfig"] {
        let folder = TempDir::new().unwrap();
        let paths = write(folder.path(), target);
        let count = paths.iter().filter(|path| path.ends_with(".yaml")).count();
        let old = documents(folder.path(), "1.1");
        assert_eq!(old, documents(folder.path(), "1.2"), "{target}");
        assert_eq!(old.as_object().unwrap().len(), count);
        assert!(count > ROWS.len());
        if target == "tekton" {
            every_parameter_is_text(&old);
        } else {
            every_build_is_well_formed(&old);
        }
    }
}

/// The documents of every file, by path.
pub(crate) fn documents(folder: &Path, version: &str) -> Value {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/examples/documents.py");
    let done = Command::new("python3").arg(program).arg(version).arg(folder).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap()
}

pub(crate) fn kinds<'a>(files: &'a Value, kind: &str) -> Vec<&'a Value> {
    let documents = files.as_object().unwrap().values().flat_map(|file| file.as_array().unwrap());
    documents.filter(|one| one["kind"] == kind).collect()
}

fn every_build_is_well_formed(files: &Value) {
    let builds = kinds(files, "BuildConfig");
    // Three rows of fcos have machines and none; the others have one class.
    assert_eq!(builds.len(), 3 * 2 + 4);
    let wrong: BTreeSet<String> = builds.iter().flat_map(|build| well_formed(build)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn every_parameter_is_text(files: &Value) {
    let runs = kinds(files, "PipelineRun");
    assert_eq!(runs.len(), ROWS.len());
    let mut params = 0;
    for document in [runs, kinds(files, "Pipeline"), kinds(files, "Task")].concat() {
        params += texts_below(document, &document["metadata"]["name"]);
    }
    assert!(params > 500, "{params}");
}

/// Insists that values, defaults and environments below a document are texts or lists of texts; how many there are.
pub(crate) fn texts_below(value: &Value, place: &Value) -> usize {
    match value {
        Value::Object(fields) => {
            let named = fields.iter().filter(|(key, inner)| {
                let text = matches!(key.as_str(), "value" | "default") && fields.contains_key("name");
                let good = |one: &Value| one.is_string();
                let holds = good(inner) || inner.as_array().is_some_and(|list| list.iter().all(good));
                assert!(!text || holds, "{place}: {value}");
                text
            });
            named.count() + fields.values().map(|inner| texts_below(inner, place)).sum::<usize>()
        }
        Value::Array(list) => list.iter().map(|inner| texts_below(inner, place)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}
