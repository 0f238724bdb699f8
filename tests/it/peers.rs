//! `tests/peers/ten.pipe` has ten mistakes that a day brings; files beside it have the same for other tools. Each of
//! ours is reported in one run, with a code, a page and what to write, and nothing is reported besides.

use std::fs;
use std::path::Path;

use crate::cli::run::Place;

/// Line and code of each mistake, in the order of the file, and what is said in its help.
const MISTAKES: &[(u64, &str, &str)] = &[
    (7, "P0204", "did you mean `timeout`?"),
    (8, "P0506", "close the quote"),
    (12, "P0201", "did you mean `who`?"),
    (13, "P0301", ""),
    (14, "P0207", "copies"),
    (15, "P0209", "did you mean `formal`?"),
    (16, "P0302", "compare it"),
    (17, "P0201", "did you mean `fourth`?"),
    (19, "P0402", ""),
    (21, "P0202", ""),
];

#[test]
fn ten_mistakes_are_ten_reports() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/ten.pipe")).unwrap();
    let place = Place::with(&[("ten.pipe", &text)]);
    let said = place.run(&["check", "ten.pipe", "--format", "json"]).exits(1).json();
    let found = said["diagnostics"].as_array().expect("a list");
    let places: Vec<(u64, &str)> = found
        .iter()
        .map(|one| (one["range"]["start"]["line"].as_u64().unwrap(), one["code"].as_str().unwrap()))
        .collect();
    assert_eq!(places, MISTAKES.iter().map(|(line, code, _)| (*line, *code)).collect::<Vec<_>>());
    let some = |what: &dyn Fn(&serde_json::Value) -> bool| found.iter().filter(|one| what(one)).count();
    // What the table of README.md beside the file says.
    assert_eq!(some(&|one| one["help"].as_str().is_some_and(|help| help.contains("did you mean"))), 4);
    assert_eq!(some(&|one| one["fixes"].as_array().is_some_and(|fixes| !fixes.is_empty())), 5);
    for (one, (line, code, help)) in found.iter().zip(MISTAKES) {
        let said = one["help"].as_str().unwrap_or_default();
        assert!(said.contains(help), "line {line}: {said}");
        place.run(&["explain", code]).exits(0).says("## Accepted");
    }
}
