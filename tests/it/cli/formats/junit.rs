//! JUnit, read by the XML parser of Python, and counted.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::many;
use crate::cli::run::{GOOD, Place};

/// Each document of an array as a tree: the tag, the attributes, the text, what is below.
const READ: &str = r"
import json, sys
import xml.etree.ElementTree as tree
def show(one):
    return {'tag': one.tag, 'is': dict(one.attrib), 'text': (one.text or '').strip(), 'has': [show(below) for below in one]}
print(json.dumps([show(tree.fromstring(one)) for one in json.load(sys.stdin)]))
";

/// The documents as Python understands them; it refuses what is not well-formed.
pub(super) fn read(documents: &[String]) -> Vec<Value> {
    let streams = |command: &mut Command| command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut python = streams(Command::new("python3").args(["-c", READ])).expect("this test needs `python3`");
    python.stdin.take().unwrap().write_all(&serde_json::to_vec(documents).unwrap()).unwrap();
    let out = python.wait_with_output().unwrap();
    assert!(out.status.success(), "not well-formed: {documents:?}");
    serde_json::from_slice(&out.stdout).unwrap()
}

/// What readers of JUnit rely on: numbers that are true, names that are there once.
pub(super) fn faults(root: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let mut expect = |holds: bool, what: String| faults.extend((!holds).then_some(what));
    let below = |one: &Value| one["has"].as_array().unwrap().clone();
    let number = |one: &Value, name: &str| one["is"][name].as_str().and_then(|text| text.parse::<usize>().ok());
    expect(root["tag"] == "testsuites", "the root".to_owned());
    let (mut tests, mut failures) = (0, 0);
    for suite in below(root) {
        let cases = below(&suite);
        let failed = cases.iter().filter(|case| below(case).iter().any(|one| one["tag"] == "failure")).count();
        expect(suite["tag"] == "testsuite" && suite["is"]["name"].is_string(), format!("a suite: {suite}"));
        expect(number(&suite, "tests") == Some(cases.len()) && !cases.is_empty(), format!("tests of {suite}"));
        expect(number(&suite, "failures") == Some(failed), format!("failures of {suite}"));
        let mut names: Vec<&str> = cases.iter().filter_map(|case| case["is"]["name"].as_str()).collect();
        names.sort_unstable();
        names.dedup();
        expect(names.len() == cases.len(), format!("a name is there twice, or not at all: {suite}"));
        for case in &cases {
            let known = |one: &Value| one["tag"] == "failure" || one["tag"] == "system-out";
            expect(case["tag"] == "testcase" && case["is"]["classname"] == suite["is"]["name"], format!("{case}"));
            expect(below(case).len() <= 1 && below(case).iter().all(known), format!("below {case}"));
        }
        tests += cases.len();
        failures += failed;
    }
    expect(number(root, "tests") == Some(tests), "tests of all".to_owned());
    expect(number(root, "failures") == Some(failures), "failures of all".to_owned());
    faults
}

fn checked(place: &Place, paths: &[&str]) -> Value {
    let ran = place.run(&[&["check", "--format", "junit"], paths].concat());
    let root = read(&[ran.out]).remove(0);
    assert_eq!(faults(&root), Vec::<String>::new());
    root
}

#[test]
fn test_results() {
    let ran = many().run(&["check", "--format", "junit"]).exits(1);
    assert_eq!(ran.err, "");
    insta::assert_snapshot!(ran.out);
    assert_eq!(faults(&read(&[ran.out])[0]), Vec::<String>::new());
}

#[test]
fn a_file_is_a_suite_and_a_clean_one_has_passed() {
    let place = Place::with(&[("good.pipe", GOOD), ("also.pipe", GOOD)]);
    let root = checked(&place, &[]);
    let suites: Vec<&Value> = root["has"].as_array().unwrap().iter().collect();
    assert_eq!(suites.iter().map(|suite| &suite["is"]["name"]).collect::<Vec<_>>(), ["also.pipe", "good.pipe"]);
    for suite in suites {
        assert_eq!(suite["has"][0]["has"], json!([]), "passed");
    }
}

#[test]
fn a_file_that_cannot_be_read_has_not_passed() {
    let root = checked(&Place::with(&[("good.pipe", GOOD)]), &["good.pipe", "none.pipe"]);
    let suites = root["has"].as_array().unwrap();
    assert_eq!(suites.len(), 2, "{root}");
    assert_eq!(suites[1]["is"]["name"], "pipec");
    assert_eq!(suites[1]["has"][0]["has"][0]["is"]["type"], "P0701");
}

#[test]
fn the_same_mistake_twice_is_two_cases() {
    let tasks: String =
        (0..3).map(|at| format!("    task t{at} {{ image: \"a/b:1\", run: \"true\", x: 1 }}\n")).collect();
    let root = checked(&Place::with(&[("a.pipe", &format!("pipeline p() {{\n{tasks}}}\n"))]), &[]);
    let names: Vec<&str> =
        root["has"][0]["has"].as_array().unwrap().iter().map(|case| case["is"]["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 3);
    assert!(names[1].ends_with(" (2)") && names[2].ends_with(" (3)"), "{names:?}");
}
