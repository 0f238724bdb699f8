//! The table of the seeded faults: what `verify` says of each, and what others said when they were measured.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::{folder, found};

const HEAD: &str = "# Seeded faults

Each file is a Task, a Pipeline and a PipelineRun that are right but for one fault, which its first line names. The column of
`pipec verify` is held to by `tests/it/verify/table.rs`; `INSTA_UPDATE=always cargo test --test it verify::table` writes it
anew. The others were measured on 2026-11-21, and are not counted where they say the same of the manifest without the fault:

- `@ibm/tekton-lint` 1.1.0 from npm. As the files are, it stops at every one of them (`no-pipeline-task-cycle - Can't process
  release`), since they have an object param; so it was given them with a string in place of the object.
- `tekton-guard` 1.1.0 (597b530), whose checks are about security.
- `tektor` needs a newer Go than was at hand, and was not measured.

";

#[test]
fn the_table_says_what_verify_says() {
    let table = table();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verify/seeded/README.md");
    if std::env::var("INSTA_UPDATE").is_ok_and(|wish| wish == "always") {
        fs::write(&path, &table).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), table, "see the first lines of README.md for how to write it anew");
}

fn table() -> String {
    let peers = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verify/peers.txt")).unwrap();
    let said = |number: &str, tool: &str| {
        let start = format!("{number} {tool}: ");
        peers.lines().find_map(|line| line.strip_prefix(start.as_str())).map(str::to_owned)
    };
    let mut rows = String::new();
    let (mut all, mut ours, mut lint, mut guard) = (0, 0, 0, 0);
    for (path, text) in folder("seeded") {
        let number = &path.file_name().unwrap().to_str().unwrap()[..2];
        let what = text.lines().next().and_then(|line| line.strip_prefix("# fault: ")).expect("what is wrong");
        let (own, by_lint, by_guard) = (own(&text), said(number, "tekton-lint"), said(number, "tekton-guard"));
        all += 1;
        ours += usize::from(own.is_some());
        lint += usize::from(by_lint.is_some());
        guard += usize::from(by_guard.is_some());
        let cell = |one: Option<String>| one.unwrap_or_else(|| "-".to_owned());
        let _ = writeln!(rows, "| {number} | {what} | {} | {} | {} |", cell(own), cell(by_lint), cell(by_guard));
    }
    let sums = format!("| | **{all} faults** | **{ours}** | **{lint}** | **{guard}** |\n");
    let top = "| | fault | `pipec verify` | tekton-lint 1.1.0 | tekton-guard 1.1.0 |\n|---|---|---|---|---|\n";
    format!("{HEAD}{top}{rows}{sums}")
}

/// Code and line of each finding.
fn own(text: &str) -> Option<String> {
    let line = |start: u32| 1 + text[..start as usize].matches('\n').count();
    let all: Vec<String> =
        found(text).iter().map(|one| format!("{} at {}", one.code.id(), line(one.span().unwrap().start))).collect();
    (!all.is_empty()).then(|| all.join(", "))
}
