//! Manifests become programs, and what is emitted from those has the same graph, conditions and wiring.

pub(crate) mod compare;
mod findings;
mod small;

use std::fs;
use std::path::Path;

use pipec::diag::{Severity, report};
use pipec::query::import::{Import, Manifests};
use pipec::query::{self, Analysis, Request};

use super::import::Texts;

const STRICT: Manifests<'_> = Manifests { name: None, lenient: false, unpinned: false };
const LENIENT: Manifests<'_> = Manifests { name: None, lenient: true, unpinned: false };

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/tekton")
}

fn fixture(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap()
}

fn fixtures() -> Vec<(String, String)> {
    let mut paths: Vec<_> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let yaml = paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    let name = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    yaml.map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

fn import(text: &str, options: Manifests<'_>) -> Import {
    Import::manifests(&Texts::of(&[("given.yaml", text)]), &["given.yaml".to_owned()], options)
}

/// `given.yaml:3:5: error[P0742]: …`, a line each.
fn said(import: &Import) -> String {
    import.diagnostics.iter().map(|found| report::line(&import.sources, found) + "\n").collect()
}

/// The program of what has to be importable.
fn imported(text: &str) -> String {
    let import = import(text, STRICT);
    let Some(imported) = &import.imported else { panic!("{}", said(&import)) };
    imported.program.clone()
}

/// All that is emitted from a program for its pipelines.
pub(crate) fn emitted(program: &str) -> Vec<String> {
    let files = Texts::of(&[("made.pipe", program)]);
    let names = Analysis::open(&files, "made.pipe").pipelines();
    let mut texts = Vec::new();
    for name in names {
        let mut analysis = Analysis::open(&files, "made.pipe");
        let plan = analysis.plan(&files, &Request { pipeline: Some(name), ..Request::default() });
        let bundle = plan.as_ref().and_then(|plan| analysis.emit(plan, query::target("tekton").unwrap()));
        let errors = analysis.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        let errors: Vec<String> = errors.map(|found| report::line(&analysis.sources, found)).collect();
        assert!(errors.is_empty(), "{errors:#?}\n{program}");
        texts.extend(bundle.unwrap().files.into_iter().map(|file| file.text));
    }
    texts
}

#[test]
fn each_example_becomes_the_program_beside_it() {
    for (name, text) in fixtures() {
        let strict = import(&text, STRICT);
        let import = if name == "wrong" { import(&text, LENIENT) } else { import(&text, STRICT) };
        let made = import.imported.as_ref().map_or_else(String::new, |one| one.program.clone());
        let whole = format!("{}---\n{made}", said(if name == "wrong" { &strict } else { &import }));
        insta::with_settings!({ snapshot_path => "../import/tekton", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name, whole);
        });
    }
}

#[test]
fn each_program_is_in_the_layout_and_sound() {
    let mut count = 0;
    for (name, text) in fixtures().into_iter().filter(|(name, _)| name != "wrong") {
        let program = imported(&text);
        let files = Texts::of(&[("made.pipe", &program)]);
        let layout = query::layout::Layout::open(&files, "made.pipe");
        assert_eq!(layout.after.as_deref(), Some(&*program), "{name}");
        let analysis = Analysis::open(&files, "made.pipe");
        let found = analysis.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        assert_eq!(found.count(), 0, "{name}");
        count += 1;
    }
    assert!(count >= 5);
}

#[test]
fn what_is_emitted_again_is_the_same() {
    for (name, text) in fixtures().into_iter().filter(|(name, _)| name != "wrong") {
        let texts = emitted(&imported(&text));
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (before, after) = (compare::graphs(&[&text]), compare::graphs(&texts));
        assert!(!before.is_empty(), "{name}");
        assert_eq!(compare::used(&[&text]), compare::used(&texts), "{name}");
        for (of, graph) in &before {
            let other = after.get(of).unwrap_or_else(|| panic!("{name}: no pipeline `{of}` among {:?}", after.keys()));
            compare::same(graph, other, &format!("{name}: {of}"));
        }
    }
}

/// All lines of both count, but for comments; fixtures in flow style count as in the usual one.
#[test]
fn programs_are_at_most_half_as_long() {
    for (name, as_it_is) in
        [("pac-push", true), ("pac-run", true), ("image", false), ("nightly", false), ("release", false)]
    {
        let text = fixture(&format!("{name}.yaml"));
        let program = imported(&text);
        let before = if as_it_is { solid(&text, "#") } else { compare::usual_lines(&text) };
        let after = solid(&program, "//! ");
        assert!(after * 2 <= before, "{name}: {after} of {before}");
    }
}

/// How many lines are no comments of the whole file.
fn solid(text: &str, comment: &str) -> usize {
    text.lines().filter(|line| !line.trim_start().starts_with(comment)).count()
}

/// Scripts are as long in both. Of what stands around them, two fifths are left.
#[test]
fn what_stands_around_scripts_is_at_most_two_fifths() {
    for name in ["image", "release"] {
        let text = fixture(&format!("{name}.yaml"));
        let program = imported(&text);
        let of_scripts: usize = compare::scripts(&text).iter().map(|script| script.lines().count()).sum();
        let before = compare::usual_lines(&text) - of_scripts;
        let after = solid(&program, "//! ") - lines_of_scripts(&program);
        assert!(after * 5 <= before * 2, "{name}: {after} of {before}");
    }
}

/// What stands between `"""`.
fn lines_of_scripts(program: &str) -> usize {
    let mut inside = false;
    let mut count = 0;
    for line in program.lines() {
        match (inside, line.trim_end().ends_with("\"\"\"")) {
            (true, true) => inside = false,
            (true, false) => count += 1,
            (false, ends) => inside = ends,
        }
    }
    count
}
