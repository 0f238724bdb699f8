//! What we emit for Tekton, in the eyes of the linter that others use: nothing is found but what is listed here with its
//! reason. Without `npm`, or where it cannot install, the test says so and passes.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use pipec::emit::Bundle;
use serde_json::Value;

use crate::examples::emitted::{ROWS, Values};
use crate::examples::programs::emitted;

/// How a pipeline is laid out as files: another style is another line, with how it is emitted.
type Style = (&'static str, fn(&str, Values) -> Bundle);

const STYLES: [Style; 1] = [("files", |name, values| emitted(&format!("examples/{name}.pipe"), "tekton", values))];

/// Style, rule, what its messages say wherever it is broken, and why that is so: 383 times and 8 times today.
const ALLOWED: [(&str, &str, &str, &str); 2] = [
    ("files", "prefer-kebab-case", "_", "names of params are those of the program, which are written with `_`"),
    ("files", "no-latest-image", ":latest'", "examples/image.pipe asks for the tag `latest` of an image"),
];

const PACKAGE: &str = "@ibm/tekton-lint@1.1.0";

#[test]
fn the_linter_of_others_finds_nothing_in_what_is_emitted() {
    let Some(root) = installed() else { return };
    let folder = tempfile::TempDir::new().unwrap();
    let (mut globs, mut places) = (Vec::new(), Vec::new());
    for (style, emit) in STYLES {
        for (name, row, values) in ROWS {
            let place = folder.path().join(style).join(format!("{name}-{row}"));
            for file in emit(name, values).files {
                let path = place.join(&file.path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, file.text).unwrap();
            }
            globs.push(format!("{}/**/*.{{yaml,yml}}", place.display()));
            places.push(style);
        }
    }
    let said = run(&root, folder.path(), &globs);
    let mut counts: BTreeMap<(&str, &str), Vec<&Value>> = BTreeMap::new();
    for (style, found) in places.iter().zip(&said) {
        for one in found.as_array().unwrap() {
            counts.entry((style, one["rule"].as_str().unwrap())).or_default().push(one);
        }
    }
    let allowed = |style: &str, rule: &str| ALLOWED.iter().find(|(of, name, ..)| *of == style && *name == rule);
    for ((style, rule), found) in &counts {
        let says = allowed(style, rule).map(|(_, _, says, _)| *says);
        let wrong: Vec<_> = found.iter().filter(|one| says.is_none_or(|says| !name_in(one).contains(says))).collect();
        assert!(wrong.is_empty(), "{style}: {} times {rule}: {:#?}", wrong.len(), &wrong[..wrong.len().min(3)]);
    }
    for (style, rule, _, why) in ALLOWED {
        assert!(counts.contains_key(&(style, rule)), "{style}: {rule} is not broken any more, though {why}");
    }
}

/// The first name in quotes of a message, with the quote behind it.
fn name_in(found: &Value) -> &str {
    found["message"].as_str().unwrap().split_inclusive('\'').nth(1).unwrap_or_default()
}

/// The findings for each of the globs.
fn run(root: &Path, folder: &Path, globs: &[String]) -> Vec<Value> {
    let (program, out) =
        (concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/tekton_lint/run.mjs"), folder.join("found.json"));
    let done = Command::new("node")
        .args([Path::new(program), root, &out])
        .args(globs)
        .env("TL_CACHE_DIR", folder.join("cache"))
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&fs::read(out).unwrap()).unwrap()
}

/// The folder that the linter is installed in, once for all runs of the tests.
fn installed() -> Option<PathBuf> {
    let parent = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let root = parent.join(PACKAGE.replace(['@', '/'], "-"));
    if root.exists() {
        return Some(root);
    }
    let new = tempfile::TempDir::new_in(parent).unwrap();
    let quick = ["--fetch-retries=1", "--fetch-timeout=30000", "--no-audit", "--no-fund", "--ignore-scripts"];
    let done = Command::new("npm").arg("install").args(quick).arg("--prefix").arg(new.path()).arg(PACKAGE).output();
    let why = match done {
        Ok(done) if done.status.success() => {
            // Another run of the tests may have been first; then what it has installed is used.
            let moved = fs::rename(new.path(), &root);
            assert!(moved.is_ok() || root.exists(), "{moved:?}");
            return Some(root);
        }
        Ok(done) => String::from_utf8_lossy(&done.stderr).lines().last().unwrap_or_default().to_owned(),
        Err(error) => format!("npm: {error}"),
    };
    // Not by a macro: what those print is kept back for tests that pass.
    let _ = writeln!(std::io::stderr(), "tekton_lint: not run, since {PACKAGE} cannot be installed: {why}");
    None
}
