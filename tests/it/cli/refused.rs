//! The mistakes that the language is there for, each with its whole report as a user reads it.

use std::fs;
use std::path::Path;

use super::run::Place;

/// The cases that need more than `check`.
const MORE: &[(&str, &[&str])] = &[
    ("yes_for_a_bool", &["plan", "yes_for_a_bool.pipe", "--params", "yes_for_a_bool.yaml"]),
    ("image_known_only_when_running", &["emit", "-t", "tekton", "image_known_only_when_running.pipe"]),
    ("memory_known_only_when_running", &["emit", "-t", "shell", "memory_known_only_when_running.pipe"]),
];

#[test]
fn each_says_what_where_why_and_what_to_write() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cli/refused");
    let mut cases: Vec<String> = Vec::new();
    let place = Place::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".pipe") || name.ends_with(".yaml") {
            place.put(&name, fs::read(folder.join(&name)).unwrap());
        }
        cases.extend(name.strip_suffix(".pipe").map(str::to_owned));
    }
    cases.sort();
    assert!(cases.len() >= 20);
    for case in cases {
        let file = format!("{case}.pipe");
        let check = ["check", &*file];
        let args = MORE.iter().find(|(name, _)| *name == case).map_or(&check[..], |(_, args)| args);
        let ran = place.run(args).exits(1);
        let report = if ran.out.is_empty() { ran.err } else { ran.out };
        let report = without_library(&report);
        assert!(report.contains("  help: "), "{case} offers nothing:\n{report}");
        insta::with_settings!({ snapshot_path => "refused", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(case, report);
        });
    }
}

/// Lines of the library move when it grows, so only the file is kept.
fn without_library(report: &str) -> String {
    let mut kept = String::new();
    let mut inside = false;
    for line in report.lines() {
        let file = line.split_once("╭─[std/").and_then(|(_, rest)| rest.split(':').next());
        inside |= file.is_some();
        kept.extend(file.map(|name| format!("    (lines of std/{name})\n")));
        if !inside {
            kept += &format!("{line}\n");
        }
        inside &= !line.trim_start().starts_with('╰');
    }
    kept
}
