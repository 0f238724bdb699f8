//! The formats that machines read: each is read here by somebody else than who wrote it.

mod any;
mod github;
mod junit;
mod sarif;
mod schema;
mod validator;

use super::run::{BAD, GOOD, Place};

/// Findings of several kinds: with a fix, with further places, in a module, in a file whose name needs escapes.
pub(super) fn many() -> Place {
    Place::with(&[
        ("bad.pipe", BAD),
        ("good.pipe", GOOD),
        ("odd/a b,c:100%é.pipe", TWICE),
        ("user.pipe", &format!("use shared\n{GOOD}")),
        ("shared.pipe", "const x: int = \"1\"\n"),
    ])
}

/// A finding with two places, P0202.
pub(super) const TWICE: &str = "\
pipeline greet() {
    task hello { image: \"quay.io/f/f:1\", run: \"true\" }
    task hello { image: \"quay.io/f/f:1\", run: \"true\" }
}
";

#[test]
fn a_clean_run_is_a_whole_document_in_every_format() {
    let place = Place::with(&[("good.pipe", GOOD)]);
    let said = |format: &str| place.run(&["check", "--format", format]).exits(0);
    for format in ["concise", "github"] {
        assert_eq!(said(format).out, "", "{format}");
    }
    for format in ["concise", "github", "json", "sarif", "junit"] {
        assert_eq!(said(format).err, "", "{format}");
    }
    assert_eq!(said("sarif").json()["runs"][0]["results"], serde_json::json!([]));
    assert!(said("junit").out.contains("name=\"check\""));
}

#[test]
fn plan_and_emit_report_in_the_same_formats_beside_their_output() {
    let place = Place::with(&[("bad.pipe", BAD), ("good.pipe", GOOD)]);
    let checked = place.run(&["check", "bad.pipe", "--format", "sarif"]).exits(1).out;
    for command in [&["plan", "bad.pipe"][..], &["emit", "-t", "shell", "bad.pipe"]] {
        let ran = place.run(&[command, &["--message-format", "sarif"]].concat()).exits(1);
        assert_eq!((&*ran.out, &*ran.err), ("", &*checked));
    }
    let clean = place.run(&["plan", "good.pipe", "--format", "json", "--message-format", "json"]).exits(0);
    assert_eq!(clean.err, "{\n  \"diagnostics\": []\n}\n");
    assert!(clean.json()["tasks"].is_array());
    let emitted = place.run(&["emit", "-t", "buildconfig", "good.pipe", "--message-format", "concise"]).exits(0);
    assert_eq!(emitted.err, "", "no remark among the findings");
}

#[test]
fn what_happens_behind_the_program_is_reported_in_the_format_too() {
    let place = Place::with(&[("good.pipe", GOOD), ("file", "")]);
    let emit = |more: &[&str]| place.run(&[&["emit", "good.pipe", "--message-format", "json"], more].concat());
    let code = |ran: crate::ran::Ran| {
        let report: serde_json::Value =
            serde_json::from_str(&ran.err).unwrap_or_else(|error| panic!("{error}: {}", ran.err));
        (ran.code, report["diagnostics"][0]["code"].as_str().map(str::to_owned))
    };
    assert_eq!(code(emit(&["-t", "nothing"])), (2, Some("P0601".to_owned())));
    assert_eq!(code(emit(&["-t", "shell", "-o", "file"])), (2, Some("P0703".to_owned())));
    assert_eq!(code(emit(&["-t", "shell", "-o", "out", "--check"])), (1, Some("P0704".to_owned())));
    assert_eq!(code(emit(&["-t", "shell", "-o", "out", "-p", "count=x"])), (1, Some("P0502".to_owned())));
}

#[test]
fn quiet_is_findings_only() {
    let place = Place::with(&[("bad.pipe", BAD), ("good.pipe", GOOD)]);
    let loud = place.run(&["check", "bad.pipe"]).exits(1);
    let quiet = place.run(&["check", "-q", "bad.pipe"]).exits(1);
    assert_eq!((&*quiet.out, &*quiet.err), (&*loud.out, ""));
    assert!(!quiet.out.is_empty());
    for command in
        [&["check", "good.pipe", "--quiet"][..], &["--quiet", "emit", "-t", "tekton", "-o", "out", "good.pipe"]]
    {
        let ran = place.run(command).exits(0);
        assert_eq!((&*ran.out, &*ran.err), ("", ""), "{command:?}");
    }
    assert!(!place.names("out").is_empty());
}
