//! Builds of OpenShift: cases of our own, `=== KIND CODE [rules] VERDICT: what it is`. The verdict is what the validator of the
//! API server said of the same document when it was run over it (release-4.13, 2026-11-21): `ok`, `no`, or `-` where it was not asked,
//! since what is wrong lies between documents, or it cannot read the kind.

use std::collections::BTreeSet;

use pipec::diag::{Diagnostic, Severity};
use pipec::source::Sources;

use super::{folder, found};

/// One case of the files in tests/verify/builds.
struct Case {
    title: String,
    /// `-` where nothing is found.
    code: String,
    rules: Vec<String>,
    verdict: String,
    text: String,
}

fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for (path, text) in folder("builds") {
        for case in text.split("=== ").filter(|case| !case.is_empty()) {
            let (title, body) = case.split_once('\n').expect("a title");
            let (head, _) = title.split_once(": ").expect("a title has `: ` before what it is");
            let words: Vec<&str> = head.split(' ').collect();
            let rules = words.iter().find_map(|word| word.strip_prefix('[')?.strip_suffix(']')).unwrap_or_default();
            all.push(Case {
                title: format!("{}: {title}", path.file_name().unwrap().to_str().unwrap()),
                code: words[1].to_owned(),
                rules: rules.split(',').filter(|one| !one.is_empty()).map(str::to_owned).collect(),
                verdict: (*words.last().unwrap()).to_owned(),
                text: whole(words[0], body),
            });
        }
    }
    all
}

/// What stands around a case of its kind. What goes with builds is checked beside one only.
fn whole(kind: &str, body: &str) -> String {
    let head = |kind: &str, group: &str| {
        let inner: String = body.lines().map(|line| format!("  {line}\n")).collect();
        format!("apiVersion: {group}.openshift.io/v1\nkind: {kind}\nmetadata:\n  name: x\nspec:\n{inner}")
    };
    match kind {
        "bc" => head("BuildConfig", "build"),
        "build" => head("Build", "build"),
        "stream" => head("ImageStream", "image"),
        "beside" => {
            format!("{body}---\n{}", "apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata: {name: x}\n")
        }
        "raw" => body.to_owned(),
        other => panic!("no kind of case: {other}"),
    }
}

fn lines(text: &str, found: &[Diagnostic]) -> Vec<String> {
    let mut sources = Sources::default();
    sources.add("manifest.yaml", text);
    found.iter().map(|one| pipec::diag::report::line(&sources, one)).collect()
}

#[test]
fn each_rule_of_builds_finds_what_is_given_and_nothing_in_what_is_right() {
    let all = cases();
    let mut wrong = Vec::new();
    for case in &all {
        let found = found(&case.text);
        let right = match case.code.as_str() {
            "-" => found.is_empty(),
            code => !found.is_empty() && found.iter().all(|one| one.code.id() == code),
        };
        let told = found.iter().all(|one| {
            let label = one.labels.first().is_some_and(|label| !label.text.is_empty());
            let starts = one.message.starts_with(|first: char| first.is_lowercase() || first == '`');
            one.help.is_some() && label && starts
        });
        if !right || !told {
            wrong.push(format!("{}\n{:#?}", case.title, lines(&case.text, &found)));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
}

/// An error is what the API server refuses, and nothing else is one.
#[test]
fn an_error_is_what_the_api_server_refuses() {
    let all = cases();
    let (mut asked, mut refused, mut wrong) = (0, 0, Vec::new());
    for case in all.iter().filter(|case| case.verdict != "-") {
        let found = found(&case.text);
        let is_error = found.iter().any(|one| one.severity == Severity::Error);
        asked += 1;
        refused += usize::from(case.verdict == "no");
        if is_error != (case.verdict == "no") {
            wrong.push(format!("{}\n{:#?}", case.title, lines(&case.text, &found)));
        }
    }
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(asked >= 190 && refused >= 115, "{asked} {refused}");
}

/// The 26 rules that are enforced and the 14 that are not, each shown by a case that is found.
#[test]
fn every_rule_of_builds_has_its_case() {
    let all = cases();
    let shown: BTreeSet<&str> =
        all.iter().filter(|case| case.code != "-").flat_map(|case| &case.rules).map(String::as_str).collect();
    let numbers: Vec<String> = (1..=26).map(|number| number.to_string()).collect();
    let letters: Vec<String> = ('a'..='n').map(String::from).collect();
    let lost: Vec<_> = numbers.iter().chain(&letters).filter(|rule| !shown.contains(rule.as_str())).collect();
    // What is long is written by a test of its own, and a strategy that no cluster runs is a finding beside its rules.
    assert_eq!(lost, ["10", "24"], "no case shows them");
}

fn spec(text: &str) -> Vec<String> {
    let found = found(&whole("bc", text));
    found.iter().map(|one| one.code.id().to_owned()).collect()
}

/// Rule 10: sizes, to the byte.
#[test]
fn texts_in_a_build_have_a_largest_size() {
    let dockerfile = |size: usize| {
        let text = format!("FROM a{}", "x".repeat(size - 6));
        spec(&format!("source: {{dockerfile: {text}}}\nstrategy: {{dockerStrategy: {{}}}}\n"))
    };
    assert_eq!(dockerfile(60_000), Vec::<String>::new());
    assert_eq!(dockerfile(60_001), ["P0677"]);
    let jenkins = |size: usize| {
        let text = "x".repeat(size);
        spec(&format!("strategy: {{jenkinsPipelineStrategy: {{jenkinsfile: {text}}}}}\n"))
    };
    assert_eq!(jenkins(100_000), ["P0696"]);
    assert_eq!(jenkins(100_001), ["P0696", "P0677"]);
}

/// Rule 24: a Jenkinsfile is in the text, or in a repository.
#[test]
fn a_jenkinsfile_is_somewhere_and_once() {
    let git = "source: {git: {uri: \"https://x.example/y\"}}\n";
    let with = |before: &str, strategy: &str| {
        let mut all = spec(&format!("{before}strategy: {{jenkinsPipelineStrategy: {{{strategy}}}}}\n"));
        all.retain(|code| code != "P0696");
        all
    };
    assert_eq!(with(git, ""), Vec::<String>::new());
    assert_eq!(with("", ""), ["P0671"]);
    assert_eq!(with("", "jenkinsfile: a"), Vec::<String>::new());
    assert_eq!(with(git, "jenkinsfile: a, jenkinsfilePath: b"), ["P0678"]);
    assert_eq!(with(git, "jenkinsfilePath: ../b"), ["P0672"]);
}

/// A fix removes the finding.
#[test]
fn every_fix_of_a_build_mends_it() {
    let mut count = 0;
    for case in cases() {
        let all = found(&case.text);
        for fix in all.iter().flat_map(|one| &one.fixes) {
            let mut mended = case.text.clone();
            let mut edits = fix.edits.clone();
            edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
            edits
                .iter()
                .for_each(|edit| mended.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text));
            let left = found(&mended);
            assert!(left.len() < all.len(), "{}: {}\n{:#?}", case.title, fix.title, lines(&mended, &left));
            count += 1;
        }
    }
    assert!(count >= 15, "{count}");
}

/// What goes with builds may be anything where no build is.
#[test]
fn objects_without_a_build_are_passed_over() {
    for text in ["apiVersion: v1\nkind: ConfigMap\nmetadata: {name: A_B}\n", "apiVersion: v1\nkind: Secret\n"] {
        assert_eq!(found(text), Vec::new(), "{text}");
    }
}
