//! The official JSON schema of SARIF, read by a validator that knows nothing of this program.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

/// Says of each document in an array what the schema has against it.
const VALIDATE: &str = r#"
import json, sys
from jsonschema import Draft7Validator
with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
Draft7Validator.check_schema(schema)
validator = Draft7Validator(schema)
print(json.dumps([[f"{error.json_path}: {error.message}"[:300] for error in validator.iter_errors(one)] for one in json.load(sys.stdin)]))
"#;

/// For each document what the schema has against it.
pub(super) fn faults(documents: &[Value]) -> Vec<Vec<String>> {
    let mut python = Command::new("python3")
        .args(["-c", VALIDATE])
        .arg(path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this test needs `python3` with jsonschema");
    let text = serde_json::to_vec(documents).unwrap();
    python.stdin.take().unwrap().write_all(&text).expect("python reads: is jsonschema installed?");
    let out = python.wait_with_output().unwrap();
    assert!(out.status.success(), "this test needs `python3` with jsonschema");
    serde_json::from_slice(&out.stdout).unwrap()
}

/// Cargo.toml names a crate that carries the schema, which is fetched and never built.
fn path() -> PathBuf {
    if let Some(path) = std::env::var_os("SARIF_SCHEMA") {
        return path.into();
    }
    let cargo = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo = cargo.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo"))).expect("a home");
    let registries = std::fs::read_dir(cargo.join("registry/src")).expect("crates are fetched");
    let crates =
        registries.flatten().filter_map(|registry| std::fs::read_dir(registry.path()).ok()).flatten().flatten();
    let carriers = crates.filter(|one| one.file_name().to_string_lossy().starts_with("serde-sarif-"));
    carriers
        .map(|carrier| carrier.path().join("src/schema.json"))
        .find(|path| path.is_file())
        .expect("the schema of SARIF is not here: run `cargo fetch`")
}
