//! `pipec check`: which files, which formats, which order.

use serde_json::{Value, json};

use super::run::{BAD, GOOD, Place};

#[test]
fn nothing_found_is_0_findings_are_1_trouble_is_2() {
    let place = Place::with(&[("good.pipe", GOOD), ("bad.pipe", BAD)]);
    let clean = place.run(&["check", "good.pipe"]).exits(0);
    assert_eq!((&*clean.out, &*clean.err), ("", "1 file checked, nothing found\n"));
    place.run(&["check", "bad.pipe"]).exits(1).says("error[P0204]").says("1 file checked, 1 error;");
    place.run(&["check", "none.pipe"]).exits(2).says("`none.pipe` cannot be read: there is no such file");
    place.run(&["check", "none.pipe", "bad.pipe"]).exits(2).says("P0204").says("2 files checked, 2 errors");
    place.run(&["check"]).exits(1).says("2 files checked, 1 error");
}

#[test]
fn folders_are_searched_and_named_files_are_taken_whatever_their_name() {
    let place = Place::with(&[("a/x.pipe", BAD), ("a/b/y.pipe", BAD), ("a/z.txt", BAD), ("c.pipe", GOOD)]);
    let found = place.run(&["check", "a", "c.pipe", "--format", "concise"]).exits(1);
    assert_eq!(places(&found.out), ["a/b/y.pipe:2:55", "a/x.pipe:2:55"]);
    assert_eq!(places(&place.run(&["check", "a/z.txt", "--format=concise"]).exits(1).out), ["a/z.txt:2:55"]);
    let twice = place.run(&["check", "a", "a/x.pipe", "a/x.pipe", "--format=concise"]).exits(1);
    assert_eq!(places(&twice.out), ["a/b/y.pipe:2:55", "a/x.pipe:2:55"]);
    place.run(&["check", "./a"]).says("2 files checked").exits(1);
}

fn places(concise: &str) -> Vec<&str> {
    concise.lines().map(|line| line.split(": ").next().unwrap()).collect()
}

#[test]
fn ignored_files_are_left_out_unless_they_are_named() {
    let place =
        Place::with(&[("a.pipe", GOOD), ("build/b.pipe", BAD), (".gitignore", "build/\n"), (".hidden/c.pipe", BAD)]);
    place.shell("git init -q .").exits(0);
    place.run(&["check"]).exits(0).says("1 file checked");
    place.run(&["check", "build/b.pipe"]).exits(1).says("P0204");
}

#[test]
fn a_folder_without_programs_says_so() {
    let place = Place::with(&[("a.txt", "")]);
    place.run(&["check"]).exits(2).says("P0702").says("no `.pipe` file below .");
    assert_eq!(place.run(&["check", "--format", "json"]).exits(2).json()["diagnostics"][0]["code"], "P0702");
}

#[test]
fn many_files_are_reported_in_their_order() {
    let place = Place::new();
    (0..60).for_each(|at| place.put(&format!("f{at:03}.pipe"), BAD));
    let first = place.run(&["check", "--format", "concise"]).exits(1).out;
    let expected: Vec<String> = (0..60).map(|at| format!("f{at:03}.pipe:2:55")).collect();
    assert_eq!(places(&first), expected);
    for _ in 0..5 {
        assert_eq!(place.run(&["check", "--format", "concise"]).out, first);
    }
}

#[test]
fn a_module_that_two_files_use_is_reported_once() {
    let user = format!("use shared\n{GOOD}");
    let place = Place::with(&[("a.pipe", &user), ("b.pipe", &user), ("shared.pipe", "const x: int = \"1\"\n")]);
    let found = place.run(&["check", "--format", "concise"]).exits(1);
    assert_eq!(places(&found.out), ["shared.pipe:1:16"]);
}

#[test]
fn json_has_the_documented_keys_and_counts_characters_from_1() {
    let text = "pipeline p(x: string = \"äöü€𝄞\") {\n    task t { image: \"é/f:1\", /* */ run: \"true\" }\n}\n";
    let unicode = "const ok: [int] = [\n    len([\"ä\", \"€𝄞\"]), yy\n]\n";
    let place = Place::with(&[("a.pipe", unicode), ("b.pipe", text), ("bad.pipe", BAD)]);
    let found = place.run(&["check", "a.pipe", "bad.pipe", "--format", "json"]).exits(1).json();
    let rows = found["diagnostics"].as_array().unwrap();
    assert_eq!(keys(&found), ["diagnostics"]);
    for row in rows {
        let known = ["code", "name", "severity", "message", "file", "range", "labels", "help", "fixes"];
        assert_eq!(keys(row), known);
        assert_eq!(keys(&row["range"]), ["start", "end"]);
        assert_eq!(keys(&row["range"]["start"]), ["line", "column"]);
        row["labels"].as_array().unwrap().iter().for_each(|label| assert_eq!(keys(label), ["file", "range", "text"]));
        for fix in row["fixes"].as_array().unwrap() {
            assert_eq!(keys(fix), ["title", "edits"]);
            fix["edits"].as_array().unwrap().iter().for_each(|edit| assert_eq!(keys(edit), ["file", "range", "text"]));
        }
    }
    assert_eq!(rows[0]["message"], "there is no `yy` here");
    assert_eq!(rows[0]["range"], json!({"start": {"line": 2, "column": 23}, "end": {"line": 2, "column": 25}}));
    assert_eq!(rows[1]["code"], "P0204");
    assert_eq!(rows[1]["fixes"][0]["edits"][0]["text"], "timeout");
    let clean = Place::with(&[("good.pipe", GOOD)]).run(&["check", "--format", "json"]).exits(0);
    assert_eq!(clean.json(), json!({"diagnostics": []}));
    assert_eq!(clean.err, "");
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn concise_is_one_line_a_finding() {
    let place = Place::with(&[("bad.pipe", BAD)]);
    let found = place.run(&["check", "--format", "concise"]).exits(1);
    assert_eq!(found.out, "bad.pipe:2:55: error[P0204]: a task has no field `timeot`\n");
    assert_eq!(found.err, "");
}

#[test]
fn standard_input_is_a_file_too() {
    let place = Place::new();
    place.feed(&["check", "-"], BAD).exits(1).says("[-:2:55]");
    place.feed(&["check", "/dev/stdin"], GOOD).exits(0);
    place.feed(&["emit", "-t", "shell", "-"], GOOD).exits(0).says("#!/usr/bin/env bash");
    let place = Place::with(&[("good.pipe", GOOD)]);
    place.shell("$pipec plan good.pipe --params <(echo 'force: true')").exits(0).says("again");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let place = Place::new();
    (0..300).for_each(|at| place.put(&format!("f{at:03}.pipe"), BAD));
    let ran = place.shell("$pipec check --format concise | head -1; echo ${PIPESTATUS[0]}").exits(0);
    assert_eq!(ran.out, "f000.pipe:2:55: error[P0204]: a task has no field `timeot`\n1\n");
    place.shell("$pipec explain --list | true; exit ${PIPESTATUS[0]}").exits(0);
    place.shell("$pipec --help | true; exit ${PIPESTATUS[0]}").exits(0);
}

#[test]
fn a_full_disk_behind_standard_output_is_trouble() {
    let place = Place::with(&[("good.pipe", GOOD), ("bad.pipe", BAD)]);
    for line in ["check bad.pipe", "plan good.pipe", "emit -t shell good.pipe", "targets", "explain P0401"] {
        place.shell(&format!("$pipec {line} > /dev/full")).exits(2).says("P0703");
    }
}

#[test]
fn the_rest_of_many_findings_is_counted() {
    let tasks: String =
        (0..130).map(|at| format!("    task t{at} {{ image: \"a/b:1\", run: \"true\", x: 1 }}\n")).collect();
    let place = Place::with(&[("many.pipe", &format!("pipeline p() {{\n{tasks}}}\n"))]);
    let full = place.run(&["check"]).exits(1).says("… and 30 more").says("130 errors");
    assert_eq!(full.out.matches("error[P0204]").count(), 100);
    assert_eq!(place.run(&["check", "--format=concise"]).exits(1).out.lines().count(), 130);
    assert_eq!(place.run(&["check", "--format=json"]).exits(1).json()["diagnostics"].as_array().unwrap().len(), 130);
}

#[test]
fn a_report_fits_any_width() {
    let place = Place::with(&[("bad.pipe", BAD)]);
    for columns in ["0", "1", "5", "20", "21", "33", "999", "5000", "x", ""] {
        let ran = place.command().env("COLUMNS", columns).arg("check").output().unwrap();
        assert_eq!(ran.status.code(), Some(1), "{columns}");
    }
}
