//! `pipec test`: what it prints, and how it ends.

use std::path::PathBuf;
use std::process::{Command, Output};

const GOOD: &str = "pipeline p() { task a { image: \"a/b:1\", retries: 2, run: \"true\" } }\ntest \"a is tried again\" { plan = p()\nassert plan.a.retries == 2 }\n";
const BAD: &str = "pipeline p() { task a { image: \"a/b:1\", retries: 2, run: \"true\" } }\ntest \"a & b\" {\n    plan = p()\n    assert plan.a.retries == 3\n}\ntest \"fine\" { p() }\n";
const BROKEN: &str = "pipeline p() { task a { image: 3, run: \"true\" } }\ntest \"x\" { p() }\n";
const NONE: &str = "pipeline p() { task a { image: \"a/b:1\", run: \"true\" } }\n";

/// Code, standard output, standard error.
fn run(files: &[(&str, &str)], args: &[&str]) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(name, text)| std::fs::write(folder.path().join(name), text).unwrap());
    let mut command = Command::new(env!("CARGO_BIN_EXE_pipec"));
    command.current_dir(folder.path()).env("COLUMNS", "100").arg("test").args(args);
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (status.code().unwrap_or(-1), text(stdout), text(stderr))
}

#[test]
fn tests_that_pass_are_named() {
    let (code, out, err) = run(&[("a.pipe", GOOD)], &[]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out, "a.pipe\n  ok      a is tried again\n1 test in 1 file: all passed\n");
}

#[test]
fn a_failure_is_shown_with_its_source() {
    let (code, out, _) = run(&[("a.pipe", GOOD), ("b.pipe", BAD), ("c.pipe", NONE)], &[]);
    assert_eq!(code, 1);
    insta::assert_snapshot!(out);
}

#[test]
fn a_file_with_errors_is_reported_and_the_others_are_tested() {
    let (code, out, _) = run(&[("a.pipe", GOOD), ("b.pipe", BROKEN)], &[]);
    assert_eq!(code, 1);
    assert!(out.contains("P0301") && out.contains("ok      a is tried again"), "{out}");
    assert!(out.ends_with("1 test in 1 file: all passed; 1 file with errors not run\n"), "{out}");
}

#[test]
fn a_filter_chooses_by_name() {
    let (code, out, _) = run(&[("b.pipe", BAD)], &["--filter", "fin"]);
    assert_eq!((code, out.as_str()), (0, "b.pipe\n  ok      fine\n1 test in 1 file: all passed\n"));
    let (code, out, _) = run(&[("b.pipe", BAD)], &["--filter", "nothing"]);
    assert!(code == 2 && out.contains("P0713") && out.contains("no tests found"), "{code} {out}");
}

/// A folder need not have tests; a path that is named is meant to.
#[test]
fn nothing_found_is_an_error_where_something_was_named() {
    let (code, out, _) = run(&[("c.pipe", NONE)], &[]);
    assert_eq!((code, out.as_str()), (0, "no tests found\n"));
    let (code, out, _) = run(&[("c.pipe", NONE)], &["c.pipe"]);
    assert!(code == 2 && out.contains("there is no test in c.pipe"), "{code} {out}");
    let (code, out, _) = run(&[], &[]);
    assert!(code == 2 && out.contains("P0702"), "{code} {out}");
    let (code, out, _) = run(&[], &["absent.pipe"]);
    assert!(code == 2 && out.contains("P0701") && !out.contains("P0713"), "{code} {out}");
}

#[test]
fn json_has_every_test_with_its_findings() {
    let (code, out, _) = run(&[("a.pipe", BAD), ("b.pipe", BROKEN)], &["--format", "json"]);
    assert_eq!(code, 1);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["summary"], serde_json::json!({ "tests": 2, "passed": 1, "failed": 1 }));
    assert_eq!(json["diagnostics"][0]["code"], "P0301");
    let (bad, fine) = (&json["tests"][0], &json["tests"][1]);
    assert_eq!((&bad["name"], &bad["file"], &bad["passed"]), (&"a & b".into(), &"a.pipe".into(), &false.into()));
    assert_eq!((&bad["line"], &bad["column"]), (&2.into(), &6.into()));
    let found = &bad["diagnostics"][0];
    assert_eq!((&found["code"], &found["name"]), (&"P0711".into(), &"assertion-failed".into()));
    assert_eq!(found["range"]["start"], serde_json::json!({ "line": 4, "column": 12 }));
    let texts: Vec<&str> =
        found["labels"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["left: `2`", "right: `3`"]);
    assert_eq!((&fine["passed"], &fine["diagnostics"]), (&true.into(), &serde_json::json!([])));
    assert!(fine["milliseconds"].is_u64());
}

/// Read by another reader of XML, since a text that looks right may be none.
#[test]
fn junit_is_xml_with_the_failures() {
    let (code, out, _) = run(&[("a.pipe", BAD), ("b.pipe", BROKEN)], &["--format", "junit"]);
    assert_eq!(code, 1);
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("report.xml");
    std::fs::write(&path, out).unwrap();
    let script = "import sys, xml.etree.ElementTree as e\n\
        r = e.parse(sys.argv[1]).getroot()\n\
        print(r.attrib['tests'], r.attrib['failures'], r.attrib['errors'])\n\
        for c in r.iter('testcase'):\n    print(c.attrib['name'], '|', ' '.join(x.tag + ': ' + x.text for x in c))\n";
    let read = Command::new("python3").arg("-c").arg(script).arg(&path).output().unwrap();
    let text = String::from_utf8(read.stdout).unwrap();
    assert_eq!(
        text,
        "3 1 1\n\
         check | error: b.pipe:1:32: error[P0301]: `image` takes an `image`, and this is an `int`\n\
         a & b | failure: a.pipe:4:12: error[P0711]: the assertion does not hold\n\
         fine | \n"
    );
}

/// The tests of the library and of the examples pass.
#[test]
fn the_tests_of_the_examples_pass() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pipec"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).arg("test");
    let paths = ["examples/fcos.pipe", "examples/image.pipe", "examples/wharf.pipe", "stdlib/prelude.pipe"];
    let Output { status, stdout, .. } = command.args(paths).output().unwrap();
    let out = String::from_utf8(stdout).unwrap();
    assert!(status.success(), "{out}");
    assert!(out.contains("all passed") && out.matches("  ok  ").count() >= 15, "{out}");
}
