//! A `.wharf-ci.yml` becomes a program with the same stages, steps, variables and conditions.

mod findings;
mod order;
mod random;
mod runs;
mod variables;

use std::fs;
use std::path::{Path, PathBuf};

use pipec::diag::{Severity, report};
use pipec::plan::Plan;
use pipec::query::import::{Import, Options};
use pipec::query::{self, Analysis, Request};

use super::import::Texts;

const STRICT: Options<'_> = Options { name: "ci", lenient: false };

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/wharf")
}

/// One of each kind of thing that a file may say, by name; `wrong` says what it may not.
const KINDS: [&str; 13] = [
    "anchors",
    "built_ins",
    "container",
    "docker",
    "environments",
    "helm",
    "helm_package",
    "inputs",
    "kubectl",
    "nuget_package",
    "runs_if",
    "stages",
    "variables",
];

fn fixture(name: &str) -> String {
    fs::read_to_string(folder().join(format!("{name}.yml"))).unwrap()
}

/// Imports a text that lies beside the files that the fixtures name.
fn import(text: &str) -> Import {
    import_with(&[(".wharf-ci.yml", text)], STRICT)
}

fn import_with(files: &[(&str, &str)], options: Options<'_>) -> Import {
    let deploy = ["service.yaml", "values.yaml", "prod.yaml"];
    let beside: Vec<(String, String)> = deploy
        .iter()
        .map(|name| (format!("deploy/{name}"), fs::read_to_string(folder().join("deploy").join(name)).unwrap()))
        .collect();
    let beside = beside.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let texts: Vec<(&str, &str)> = files.iter().copied().chain(beside).collect();
    let paths: Vec<String> = files.iter().map(|(name, _)| (*name).to_owned()).collect();
    Import::wharf(&Texts::of(&texts), &paths, options)
}

/// `.wharf-ci.yml:3:5: error[P0782]: …`, a line each.
fn said(import: &Import) -> String {
    import.diagnostics.iter().map(|found| report::line(&import.sources, found) + "\n").collect()
}

/// The program of what has to be importable.
fn imported(text: &str) -> String {
    let import = import(text);
    let Some(imported) = &import.imported else { panic!("{}", said(&import)) };
    assert_eq!(imported.params, "");
    imported.program.clone()
}

/// The plan of a program with values; nothing is found in it but what no rule can read.
fn planned(program: &str, values: &[(&str, &str)]) -> (Analysis, Plan) {
    let files = Texts::of(&[("ci.pipe", program)]);
    let mut analysis = Analysis::open(&files, "ci.pipe");
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let plan = analysis.plan(&files, &Request { values, ..Request::default() });
    let said = analysis.diagnostics.iter().filter(|found| found.severity > Severity::Note);
    let found: Vec<String> = said.map(|found| report::line(&analysis.sources, found)).collect();
    assert!(found.is_empty(), "{found:#?}\n{program}");
    (analysis, plan.expect("there was no finding"))
}

/// Values without which an image is not known.
fn needed(name: &str) -> &'static [(&'static str, &'static str)] {
    if name == "built_ins" { &[("reg_url", "registry.example.com"), ("git_safebranch", "main")] } else { &[] }
}

#[test]
fn capability_3_1_each_kind_of_file_becomes_the_program_beside_it() {
    let mut names: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_string_lossy().strip_suffix(".yml").map(str::to_owned))
        .collect();
    names.sort();
    assert_eq!(names.iter().filter(|name| *name != "wrong").collect::<Vec<_>>(), KINDS.iter().collect::<Vec<_>>());
    for name in names {
        let import = import(&fixture(&name));
        let made = import.imported.as_ref().map_or_else(String::new, |one| one.program.clone());
        let whole = format!("{}---\n{made}", said(&import));
        insta::with_settings!({ snapshot_path => "../import/wharf", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name, whole);
        });
    }
}

#[test]
fn capability_3_1_each_program_is_in_the_layout_and_sound_and_every_engine_takes_it() {
    for name in KINDS {
        let program = imported(&fixture(name));
        let files = Texts::of(&[("ci.pipe", &program)]);
        let layout = query::layout::Layout::open(&files, "ci.pipe");
        assert_eq!(layout.after.as_deref(), Some(&*program), "{name}");
        for target in ["shell", "tekton"] {
            let (mut analysis, plan) = planned(&program, needed(name));
            let bundle = analysis.emit(&plan, query::target(target).unwrap());
            let bundle = bundle.unwrap_or_else(|| panic!("{name} {target}: {:#?}", analysis.diagnostics));
            if target == "tekton" {
                // A run is told its workspace by whoever starts it.
                let files = bundle.files.iter().filter(|file| !file.text.contains("kind: PipelineRun"));
                let texts: Vec<&str> = files.map(|file| file.text.as_str()).collect();
                assert!(!texts.is_empty());
                super::verify::assert_clean(&texts);
            }
        }
    }
}
