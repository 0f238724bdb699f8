//! SARIF against the schema of the standard, against our own reading of its words, and used: its fixes mend.

use serde_json::{Value, json};

use super::many;
use super::{schema, validator};
use crate::cli::run::{BAD, Place};

fn log(place: &Place, paths: &[&str]) -> Value {
    place.run(&[&["check", "--format", "sarif"], paths].concat()).json()
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().unwrap()
}

#[test]
fn findings_of_every_kind() {
    let mut log = log(&many(), &[]);
    let driver = &mut log["runs"][0]["tool"]["driver"];
    // The version and the pages change without anything here.
    driver["version"] = json!("0");
    driver["semanticVersion"] = json!("0");
    for rule in driver["rules"].as_array_mut().unwrap() {
        let page = pipec::diag::code::Code::find(rule["id"].as_str().unwrap()).unwrap().page();
        assert_eq!(rule["help"], json!({ "text": page, "markdown": page }));
        assert!(page.replace('\n', " ").contains(rule["fullDescription"]["text"].as_str().unwrap()));
        rule["help"] = json!("the page");
        rule["fullDescription"] = json!("of the page");
    }
    insta::assert_snapshot!(format!("{log:#}"));
}

/// Every page of every code is a rule, so each of them is once in what is validated.
#[test]
fn the_standard_has_nothing_against_any_output() {
    let mut logs = vec![log(&many(), &[]), log(&many(), &["good.pipe"]), log(&Place::new(), &["none.pipe"])];
    for code in pipec::diag::code::CODES {
        if let Some(program) = refused(code.page()) {
            let place = Place::with(&[("page.pipe", &program)]);
            logs.push(log(&place, &["page.pipe"]));
        }
    }
    assert!(logs.iter().map(|log| results(log).len()).sum::<usize>() > 50);
    for log in &logs {
        assert_eq!(validator::faults(log), Vec::<String>::new(), "{log:#}");
    }
    assert_eq!(schema::faults(&logs).concat(), Vec::<String>::new());
}

fn refused(page: &str) -> Option<String> {
    let below = page.split_once("## Refused")?.1;
    let block = below.split_once("```pipe")?.1.split_once('\n')?.1;
    Some(block.split_once("```")?.0.to_owned())
}

/// A wrong output fails: each of these is one step from a right one.
#[test]
fn the_validators_see_what_is_wrong() {
    let whole = log(&many(), &[]);
    let result = |member: &str| format!("/runs/0/results/0/{member}");
    let at = |path: &str| result(&format!("locations/0/physicalLocation/{path}"));
    let both = [
        ("/version".to_owned(), json!("2.0")),
        ("/runs/0/columnKind".to_owned(), json!("bytes")),
        ("/runs/0/tool/driver/name".to_owned(), json!(7)),
        (result("level"), json!("fatal")),
        (result("message"), json!({})),
        (result("ruleIndex"), json!("0")),
        (result("extra"), json!(1)),
        (at("region/startLine"), json!(0)),
        (at("region/endColumn"), json!(-1)),
        (result("fixes/0/artifactChanges"), json!([])),
        (result("fixes/0/artifactChanges/0/replacements/0/deletedRegion"), Value::Null),
        (result("partialFingerprints"), json!({ "a": 1 })),
    ];
    let ours = [
        (result("ruleIndex"), json!(0)),
        (result("ruleIndex"), json!(99)),
        (result("ruleId"), json!("P9999")),
        (result("message/text"), json!("{0} is missing")),
        (result("message/text"), json!("see [there](7)")),
        (result("locations"), json!([])),
        (at("region/endLine"), json!(1)),
        (at("region/endColumn"), json!(54)),
        (at("artifactLocation/uri"), json!("a b.pipe")),
        (at("artifactLocation/uri"), json!("a%2.pipe")),
        (at("artifactLocation/uri"), json!("/tmp/a.pipe")),
        (at("artifactLocation/uriBaseId"), json!("NOWHERE")),
    ];
    let with = |(path, value): &(String, Value)| {
        let mut log = whole.clone();
        let (parent, member) = path.rsplit_once('/').unwrap();
        log.pointer_mut(parent).unwrap_or_else(|| panic!("{path}")).as_object_mut().unwrap()[member] = value.clone();
        log
    };
    let mut wrong = Vec::new();
    for mutation in both.iter().chain(&ours) {
        let log = match with_new_member(&whole, mutation) {
            Some(log) => log,
            None => with(mutation),
        };
        assert!(!validator::faults(&log).is_empty(), "{mutation:?} is not seen");
        wrong.push(log);
    }
    let said = schema::faults(&wrong[..both.len()]);
    for (mutation, faults) in both.iter().zip(said) {
        assert!(!faults.is_empty(), "the schema takes {mutation:?}");
    }
}

fn with_new_member(whole: &Value, (path, value): &(String, Value)) -> Option<Value> {
    let (parent, member) = path.rsplit_once('/').unwrap();
    whole.pointer(path).is_none().then(|| {
        let mut log = whole.clone();
        log.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(member.to_owned(), value.clone());
        log
    })
}

#[test]
fn what_has_no_place_says_that_the_run_was_not_whole() {
    let place = Place::with(&[("bad.pipe", BAD)]);
    let log = log(&place, &["bad.pipe", "none.pipe"]);
    let run = &log["runs"][0]["invocations"][0];
    assert_eq!(run["executionSuccessful"], false);
    let note = &run["toolExecutionNotifications"][0];
    assert_eq!(note["associatedRule"]["id"], "P0701");
    assert!(note["message"]["text"].as_str().unwrap().contains("`none.pipe` cannot be read"));
    assert_eq!(results(&log).len(), 1);
}

fn fingerprints(text: &str) -> Vec<String> {
    let place = Place::with(&[("a.pipe", text)]);
    let log = log(&place, &["a.pipe"]);
    results(&log).iter().map(|one| one["partialFingerprints"]["codeAndLine/v1"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_fingerprint_stays_when_lines_move_and_differs_between_findings() {
    let before = fingerprints(BAD);
    assert_eq!(before.len(), 1);
    assert_eq!(fingerprints(&format!("// more\n\n{BAD}")), before);
    assert_eq!(fingerprints(&BAD.replace("    task", "\t  task")), before, "indentation");
    assert_ne!(fingerprints(&BAD.replace("hello", "hullo")), before);
    let task = |name: &str| {
        format!("    task {name} {{\n        image: \"a/b:1\", run: \"true\"\n        timeot: 1s\n    }}\n")
    };
    let twice = fingerprints(&format!("pipeline p() {{\n{}{}}}\n", task("a"), task("b")));
    assert_eq!(twice.len(), 2);
    let hash = |fingerprint: &str| fingerprint.split(':').next().unwrap().to_owned();
    assert_eq!(hash(&twice[0]), hash(&twice[1]), "the lines are the same");
    assert!(twice[0].ends_with(":1") && twice[1].ends_with(":2"), "{twice:?}");
}

/// As an editor would: by the URI, lines, and columns in characters, with the mark of the byte order left out.
fn mended(log: &Value, text: &str) -> String {
    let change = &results(log)[0]["fixes"][0]["artifactChanges"][0];
    let replacement = &change["replacements"][0];
    let place = |line: &str, column: &str| {
        let region = &replacement["deletedRegion"];
        let number = |name: &str| usize::try_from(region[name].as_u64().unwrap()).unwrap();
        let (line, column) = (number(line), number(column));
        let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let mark = usize::from(line == 1 && text.starts_with('\u{feff}'));
        start + text[start..].chars().take(column - 1 + mark).map(char::len_utf8).sum::<usize>()
    };
    let (start, end) = (place("startLine", "startColumn"), place("endLine", "endColumn"));
    format!("{}{}{}", &text[..start], replacement["insertedContent"]["text"].as_str().unwrap_or(""), &text[end..])
}

#[test]
fn fixes_mend_whatever_the_characters_before_them() {
    let bad = BAD.replace("{\n", "{ ").replace("\n}", " }");
    let before = ["", "\u{feff}", "// é\r\n", "\u{feff}// €\n\n"];
    for (before, run) in before.iter().flat_map(|before| [(before, "true"), (before, "echo äöü€𝄞 e\u{301}")]) {
        let text = format!("{before}{}", bad.replace("true", run));
        let place = Place::with(&[("a.pipe", &text)]);
        let log = log(&place, &["a.pipe"]);
        assert_eq!(validator::faults(&log), Vec::<String>::new());
        place.put("a.pipe", mended(&log, &text));
        place.run(&["check", "a.pipe"]).exits(0);
    }
}

#[test]
fn every_path_is_an_address() {
    let place = Place::with(&[("bad.pipe", BAD), ("a/ü %20?#.pipe", BAD), ("a:b.pipe", BAD)]);
    let uri = |path: &str| {
        let log = log(&place, &[path]);
        let artifact = &results(&log)[0]["locations"][0]["physicalLocation"]["artifactLocation"];
        (artifact["uri"].as_str().unwrap().to_owned(), artifact["uriBaseId"].as_str().map(str::to_owned))
    };
    let root = || Some("%SRCROOT%".to_owned());
    assert_eq!(uri("bad.pipe"), ("bad.pipe".to_owned(), root()));
    assert_eq!(uri("./bad.pipe"), ("bad.pipe".to_owned(), root()));
    assert_eq!(uri("a/ü %20?#.pipe"), ("a/%C3%BC%20%2520%3F%23.pipe".to_owned(), root()));
    assert_eq!(uri("a:b.pipe"), ("a%3Ab.pipe".to_owned(), root()));
    let absolute = place.path("bad.pipe").to_string_lossy().into_owned();
    assert_eq!(uri(&absolute), (format!("file://{absolute}"), None));
    let read = place.feed(&["check", "--format", "sarif", "-"], BAD).json();
    let artifact = &results(&read)[0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(artifact["description"]["text"], "standard input");
}
