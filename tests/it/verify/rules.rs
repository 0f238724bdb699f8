//! Each rule, given and nearly given: cases of one manifest, `=== KIND CODE [rules] --bounds: what it is`, and the code
//! alone or nothing.

use std::collections::BTreeMap;

use pipec::source::Sources;

use super::numbers::{HOLES, RULES, UNSEEN};
use super::{bounds, folder, found_at};

/// One case of the files in tests/verify/rules.
pub(super) struct Case {
    pub(super) title: String,
    /// `-` where nothing is found.
    code: String,
    pub(super) rules: Vec<String>,
    pub(super) text: String,
    pub(super) bounds: pipec::verify::bounds::Bounds,
}

pub(super) fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for (path, text) in folder("rules") {
        for case in text.split("=== ").filter(|case| !case.is_empty()) {
            let (title, body) = case.split_once('\n').expect("a title");
            let (head, _) = title.split_once(": ").expect("a title has `: ` before what it is");
            let (kind, rest) = head.split_once(' ').expect("a kind");
            let (code, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            let (rules, limits) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')).unwrap_or(("", rest));
            all.push(Case {
                title: format!("{}: {title}", path.file_name().unwrap().to_str().unwrap()),
                code: code.to_owned(),
                rules: rules.split(',').filter(|one| !one.is_empty()).map(str::to_owned).collect(),
                text: whole(kind, body),
                bounds: bounds(limits),
            });
        }
    }
    all
}

/// What stands before a case of its kind.
pub(super) fn whole(kind: &str, body: &str) -> String {
    let head = |kind: &str, version: &str| {
        let inner: String = body.lines().map(|line| format!("  {line}\n")).collect();
        format!("apiVersion: tekton.dev/{version}\nkind: {kind}\nmetadata:\n  name: x\nspec:\n{inner}")
    };
    match kind {
        "task" => head("Task", "v1"),
        "action" => head("StepAction", "v1beta1"),
        "pipeline" => head("Pipeline", "v1"),
        "run" => head("PipelineRun", "v1"),
        "taskrun" => head("TaskRun", "v1"),
        "raw" => body.to_owned(),
        other => panic!("no kind of case: {other}"),
    }
}

#[test]
fn each_rule_finds_what_is_given_and_nothing_in_what_is_nearly_so() {
    let all = cases();
    let mut wrong = Vec::new();
    for case in &all {
        let found = found_at(&[&case.text], case.bounds);
        let right = match case.code.as_str() {
            "-" => found.is_empty(),
            code => !found.is_empty() && found.iter().all(|one| one.code.id() == code),
        };
        if !right {
            let mut sources = Sources::default();
            sources.add("manifest.yaml", case.text.as_str());
            let lines: Vec<_> = found.iter().map(|one| pipec::diag::report::line(&sources, one)).collect();
            wrong.push(format!("{}\n{lines:#?}", case.title));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
    assert!(all.len() > 300, "{}", all.len());
}

/// Every rule of admission and of the reconciler, and every hole between them, is shown by a case that is refused.
#[test]
fn every_rule_and_every_hole_has_its_case() {
    let mut shown: BTreeMap<String, usize> = BTreeMap::new();
    let all = cases();
    for case in all.iter().filter(|case| case.code != "-") {
        case.rules.iter().for_each(|rule| *shown.entry(rule.clone()).or_default() += 1);
    }
    let numbers = (1..=RULES.len()).map(|number| number.to_string());
    let names: Vec<String> = numbers.chain(HOLES.iter().map(|(name, _)| (*name).to_owned())).collect();
    let unseen = |name: &str| UNSEEN.iter().any(|(one, _)| one.to_string() == name);
    let lost: Vec<_> = names.iter().filter(|name| !shown.contains_key(*name) && !unseen(name)).collect();
    assert!(lost.is_empty(), "no case shows {lost:?}");
    let astray: Vec<_> = shown.keys().filter(|name| !names.contains(name)).collect();
    assert!(astray.is_empty(), "no rule is called {astray:?}");
    let seen: Vec<_> = UNSEEN.iter().filter(|(one, _)| shown.contains_key(&one.to_string())).collect();
    assert!(seen.is_empty(), "a case shows what is said to be unseen: {seen:?}");
    for case in all.iter().filter(|case| case.code == "-") {
        assert!(case.rules.is_empty(), "{}: a case of a rule finds something", case.title);
    }
}
