//! What Tekton's own admission said of small documents of ours: `=== KIND CODES VERDICT [run] [--level L]: what it is`. The
//! verdict is `ok` or `no`; `run` says that what is taken fails, or means nothing, when it runs. README.md beside the cases says
//! how the verdicts were taken.

use std::fmt::Write as _;

use pipec::diag::{Diagnostic, Severity};
use pipec::source::Sources;

use super::rules::{self, whole};
use super::{bounds, folder, found_at};

/// One case of the files in tests/verify/admission.
struct Case {
    title: String,
    /// Those of its errors, with commas between; `-` where there is none.
    codes: String,
    refused: bool,
    /// It is taken, and comes to nothing.
    fails: bool,
    text: String,
    bounds: pipec::verify::bounds::Bounds,
}

fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for (path, text) in folder("admission").into_iter().filter(|(path, _)| !path.ends_with("recorded.txt")) {
        for case in text.split("=== ").filter(|case| !case.is_empty()) {
            let (title, body) = case.split_once('\n').expect("a title");
            let (head, _) = title.split_once(": ").expect("a title has `: ` before what it is");
            let (head, limits) =
                head.split_once(" --").map_or((head, String::new()), |(head, rest)| (head, format!("--{rest}")));
            let words: Vec<&str> = head.split(' ').collect();
            let (kind, codes, verdict) = (words[0], words[1], words[2]);
            assert!(matches!(verdict, "ok" | "no"), "{title}");
            assert!(matches!(words.get(3), None | Some(&"run")), "{title}");
            all.push(Case {
                title: format!("{}: {title}", path.file_name().unwrap().to_str().unwrap()),
                codes: codes.to_owned(),
                refused: verdict == "no",
                fails: words.len() > 3,
                text: whole(kind, body),
                bounds: bounds(&limits),
            });
        }
    }
    all
}

fn codes(found: &[Diagnostic]) -> String {
    let mut all: Vec<&str> =
        found.iter().filter(|one| one.severity == Severity::Error).map(|one| one.code.id()).collect();
    all.sort_unstable();
    all.dedup();
    if all.is_empty() { "-".to_owned() } else { all.join(",") }
}

fn lines(text: &str, found: &[Diagnostic]) -> String {
    let mut sources = Sources::default();
    sources.add("manifest.yaml", text);
    let mut out = String::new();
    found.iter().for_each(|one| writeln!(out, "    {}", pipec::diag::report::line(&sources, one)).unwrap());
    out
}

/// An error is what admission refuses, or what fails in every run.
#[test]
fn an_error_is_what_admission_refuses() {
    let all = cases();
    let mut wrong = Vec::new();
    for case in &all {
        let found = found_at(&[&case.text], case.bounds);
        let codes = codes(&found);
        let told = found.iter().all(|one| {
            let starts = one.message.starts_with(|first: char| first.is_lowercase() || first == '`');
            one.help.is_some() && one.labels.iter().all(|label| !label.text.is_empty()) && starts
        });
        let expected = case.refused || case.fails;
        if codes != case.codes || (codes != "-") != expected || (case.refused && case.fails) || !told {
            wrong.push(format!("{}\n{}", case.title, lines(&case.text, &found)));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
    let refused = all.iter().filter(|case| case.refused).count();
    assert!(all.len() >= 170 && refused >= 100, "{} {refused}", all.len());
}

/// The cases of the rules, which were asked in the same way: `ok`, `no`, `run` as above, or `-` where the version of the
/// case was not at hand, or a template stands in it.
#[test]
fn the_cases_of_the_rules_have_the_verdicts_that_were_recorded() {
    let (_, text) = folder("admission").into_iter().find(|(path, _)| path.ends_with("recorded.txt")).expect("verdicts");
    let recorded: Vec<(&str, &str)> = text.lines().filter_map(|line| line.split_once(' ')).collect();
    let all = rules::cases();
    let titles: Vec<&str> = all.iter().map(|case| case.title.as_str()).collect();
    assert_eq!(recorded.iter().map(|(_, title)| *title).collect::<Vec<_>>(), titles, "each case has its verdict");
    let mut wrong = Vec::new();
    for ((verdict, title), case) in recorded.iter().zip(&all) {
        let found = found_at(&[&case.text], case.bounds);
        let is_error = codes(&found) != "-";
        // What is taken and is an error all the same fails later; the case names the rule or the hole that says so.
        let right = match *verdict {
            "no" => is_error,
            "ok" => !is_error || !case.rules.is_empty(),
            "run" => is_error,
            "-" => true,
            other => panic!("no verdict: {other}"),
        };
        if !right {
            wrong.push(format!("{verdict} {title}\n{}", lines(&case.text, &found)));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
}
