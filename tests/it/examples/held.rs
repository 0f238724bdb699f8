//! What every example is held to, whatever is bound: scripts that a linter has nothing to say about, manifests that all readers
//! read alike.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use pipec::emit::Bundle;
use serde_json::Value;
use tempfile::TempDir;

use super::builds::well_formed;
use crate::verify::assert_clean;

/// What a target makes of several pipelines, as files.
pub(crate) struct Written {
    folder: TempDir,
    paths: Vec<String>,
}

impl Written {
    /// Each below a folder of its own, by its name.
    pub(crate) fn new(bundles: impl IntoIterator<Item = (String, Bundle)>) -> Self {
        let mut written = Self { folder: TempDir::new().unwrap(), paths: Vec::new() };
        bundles.into_iter().for_each(|(name, bundle)| written.put(&name, &bundle));
        written
    }

    fn put(&mut self, name: &str, bundle: &Bundle) {
        if bundle.files.iter().any(|file| file.path == "pipelinerun.yaml") {
            assert_clean(&bundle.files.iter().map(|file| file.text.as_str()).collect::<Vec<_>>());
        }
        if bundle.files.iter().any(|file| file.path == "rbac.yaml") {
            let manifests = bundle.files.iter().filter(|file| file.path.ends_with(".yaml"));
            assert_clean(&manifests.map(|file| file.text.as_str()).collect::<Vec<_>>());
        }
        for file in &bundle.files {
            let path = self.folder.path().join(name).join(&file.path);
            assert!(!path.exists(), "{} twice", path.display());
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &file.text).unwrap();
            self.paths.push(path.to_str().unwrap().to_owned());
        }
    }

    /// Insists that the linter is silent about all scripts; how many there are.
    pub(crate) fn assert_silent(&self) -> usize {
        let scripts: Vec<&String> = self.paths.iter().filter(|path| path.ends_with(".sh")).collect();
        let done = Command::new("shellcheck").args(["-S", "style"]).args(&scripts).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
        scripts.len()
    }

    /// The documents, after readers of both versions of YAML agreed.
    pub(crate) fn documents(&self) -> Value {
        let count = self.paths.iter().filter(|path| path.ends_with(".yaml")).count();
        let old = documents(self.folder.path(), "1.1");
        assert_eq!(old, documents(self.folder.path(), "1.2"));
        assert_eq!(old.as_object().unwrap().len(), count);
        old
    }
}

/// The documents of every file, by path.
fn documents(folder: &Path, version: &str) -> Value {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/examples/documents.py");
    let done = Command::new("python3").arg(program).arg(version).arg(folder).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap()
}

fn kinds<'a>(files: &'a Value, kind: &str) -> Vec<&'a Value> {
    let documents = files.as_object().unwrap().values().flat_map(|file| file.as_array().unwrap());
    documents.filter(|one| one["kind"] == kind).collect()
}

/// Insists that all builds have the shape that the API knows; how many there are.
pub(crate) fn well_formed_builds(files: &Value) -> usize {
    let builds = kinds(files, "BuildConfig");
    let wrong: BTreeSet<String> = builds.iter().flat_map(|build| well_formed(build)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    builds.len()
}

/// Insists that all values, defaults and environments are texts or lists of texts; how many runs and values there are.
pub(crate) fn texts_only(files: &Value) -> (usize, usize) {
    let runs = kinds(files, "PipelineRun");
    let all = [runs.clone(), kinds(files, "Pipeline"), kinds(files, "Task")].concat();
    (runs.len(), all.iter().map(|document| texts_below(document, &document["metadata"]["name"])).sum())
}

/// Insists that values, defaults and environments below a document are texts or lists of texts; how many there are.
fn texts_below(value: &Value, place: &Value) -> usize {
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
