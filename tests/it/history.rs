//! Bugs that real pipelines had, one file each in `tests/history`: what has the bug is refused, what is put right passes.

mod case;
mod found;
mod ran;
mod table;

use std::fs;

use case::{Case, Program, STATUS};
use found::Seen;

/// The kinds of bugs, by what went wrong.
const CLASSES: &[&str] = &["ARG", "BOOL", "ENUM", "FLOW", "LIST", "NAME", "NULL", "ORDER", "QUOTE", "TYPE"];

/// What is emitted where a case does not say for which targets alone.
const TARGETS: &str = "shell, tekton, buildconfig";

#[test]
fn what_has_the_bug_is_refused_at_the_marked_place_and_nowhere_else() {
    all_of(|case| case.refused.iter().filter_map(refused).collect());
}

#[test]
fn what_is_put_right_has_no_findings_and_is_emitted() {
    all_of(|case| case.accepted.iter().flat_map(|program| accepted(case, program)).collect());
}

#[test]
fn every_case_tells_all_of_it() {
    all_of(|case| {
        let mut wrong = Vec::new();
        ["repository", "date", "cost"].into_iter().for_each(|key| assert!(!case.must(key).is_empty()));
        if !CLASSES.contains(&case.must("class")) {
            wrong.push(format!("no class {}", case.must("class")));
        }
        // What cannot be written shows what happens instead.
        let shows = |program: &Program| !program.runs.is_empty() || !program.emitted.is_empty();
        if case.refused.is_empty() && (case.get("instead").is_none() || !case.accepted.iter().any(shows)) {
            wrong.push("nothing is refused, and nothing shown".to_owned());
        }
        if case.accepted.is_empty() || case.refused.iter().any(|program| program.marks.is_empty()) {
            wrong.push("a program is missing, or a mark".to_owned());
        }
        wrong
    });
}

#[test]
fn there_are_enough_of_them() {
    assert!(done().len() >= 50);
}

#[test]
fn the_table_is_up_to_date() {
    let path = case::folder().join("README.md");
    let table = table::table(&case::all());
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(&path, &table).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), table, "INSTA_UPDATE=always writes it anew");
}

fn done() -> Vec<Case> {
    case::all().into_iter().filter(|case| case.get(STATUS).is_none()).collect()
}

/// Looks at every case, and fails once with all that is wrong.
#[track_caller]
fn all_of(look: impl Fn(&Case) -> Vec<String>) {
    let cases = done();
    let of = |case: &Case| look(case).into_iter().map(|said| format!("{}: {said}", case.name)).collect::<Vec<_>>();
    let wrong: Vec<String> = cases.iter().flat_map(of).collect();
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn refused(program: &Program) -> Option<String> {
    let seen = Seen::of(program, &[]);
    let mut marks = program.marks.clone();
    marks.sort();
    (seen.marks() != marks).then(|| format!("marked {marks:#?}\nfound {:#?}\n{:#?}", seen.marks(), seen.said()))
}

fn accepted(case: &Case, program: &Program) -> Vec<String> {
    let targets: Vec<&str> = case.get("targets").unwrap_or(TARGETS).split(", ").collect();
    let seen = Seen::of(program, &targets);
    let mut wrong = seen.said();
    wrong.extend(seen.failed.iter().cloned());
    let emitted = |name: &str| seen.emitted.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| text);
    for (target, lines) in &program.emitted {
        if !stand_together(emitted(target), lines) {
            wrong.push(format!("what {target} gets has not, in a row:\n{lines}"));
        }
    }
    if wrong.is_empty() {
        wrong.extend(program.runs.iter().filter_map(|run| ran::wrong(program, emitted("shell"), run)));
    }
    wrong
}

/// Whether the lines stand in a text one below the other, wherever they begin.
fn stand_together(text: &str, lines: &str) -> bool {
    let lines: Vec<&str> = lines.lines().map(str::trim).collect();
    let text: Vec<&str> = text.lines().map(str::trim).collect();
    text.windows(lines.len()).any(|window| window == lines)
}
