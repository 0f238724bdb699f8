//! Imported programs that run: which stages do, by how those before them ended.
#![allow(clippy::disallowed_methods, reason = "these tests run scripts on this machine")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use pipec::query;
use tempfile::TempDir;

use super::{imported, planned};

/// What the steps of a program say when it runs as a shell script, one word each; and whether it succeeded. The step
/// `fails` fails.
fn ran(text: &str, fails: &str) -> (Vec<String>, bool) {
    let (mut analysis, plan) = planned(&imported(text), &[]);
    let bundle = analysis.emit(&plan, query::target("shell").unwrap()).unwrap();
    let dir = TempDir::new().unwrap();
    let place = |name: &str| dir.path().join(name);
    fs::create_dir(place("source")).unwrap();
    fs::write(place("ci.sh"), &bundle.files[0].text).unwrap();
    fs::write(place("source/step"), "#!/bin/sh\necho \"$1\" >> ../said\nif [ \"$1\" = \"$FAILS\" ]; then exit 3; fi\n")
        .unwrap();
    fs::set_permissions(place("source/step"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = Command::new("bash");
    command.args(["ci.sh", "-j", "1", "--work", "work", "--source", "source"]).current_dir(dir.path());
    let done = command.env("FAILS", fails).env("PIPEC_LOCK_DIR", place("locks")).output().unwrap();
    let told = fs::read_to_string(place("said")).unwrap_or_default();
    assert!(!told.is_empty(), "{}", String::from_utf8_lossy(&done.stderr));
    (told.lines().map(str::to_owned).collect(), done.status.success())
}

/// The stages of the fixture, in which each step says its name.
fn by_name() -> String {
    let stages: [(&str, &str, &[&str]); 7] = [
        ("prepare", "success", &["clean"]),
        ("measure", "always", &["sizes"]),
        ("build", "success", &["first", "second"]),
        ("rescue", "fail", &["roll-back"]),
        ("publish", "success", &["upload"]),
        ("clean-up", "always", &["remove"]),
        ("alarm", "fail", &["page"]),
    ];
    let mut text = String::new();
    for (stage, when, steps) in stages {
        text += &format!("{stage}:\n  runs-if: {when}\n");
        for step in steps {
            let fields = format!("{{image: 'docker.io/library/alpine:3.20.3', cmds: ['./step {step}']}}");
            text += &format!("  {step}: {{container: {fields}}}\n");
        }
    }
    text
}

#[test]
fn capability_3_1_stages_run_by_how_those_before_them_ended() {
    let text = by_name();
    let (told, good) = ran(&text, "nothing");
    assert_eq!((told.join(" ").as_str(), good), ("clean sizes first second upload remove", true));
    // What runs always and was not reached, runs then; what runs behind a failure only does.
    let (told, good) = ran(&text, "clean");
    assert_eq!((told.join(" ").as_str(), good), ("clean sizes roll-back remove page", false));
    let (told, good) = ran(&text, "sizes");
    assert_eq!((told.join(" ").as_str(), good), ("clean sizes roll-back remove page", false));
    let (told, good) = ran(&text, "first");
    assert_eq!((told.join(" ").as_str(), good), ("clean sizes first roll-back remove page", false));
    let (told, good) = ran(&text, "upload");
    assert_eq!((told.join(" ").as_str(), good), ("clean sizes first second upload remove page", false));
}

/// Wharf took the code of the last command only.
#[test]
fn capability_3_1_a_command_that_fails_ends_its_step() {
    let text = "a:\n  b:\n    container: {image: 'docker.io/library/alpine:3.20.3', cmds: ['./step one', 'false', './step two']}\n";
    let (told, good) = ran(text, "nothing");
    assert_eq!((told.join(" ").as_str(), good), ("one", false));
}
