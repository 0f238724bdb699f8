//! Options of a target on the command line: `--level` and `--min-version`.

use super::run::{GOOD, Place};

/// What needs 0.62, and is beta.
const NEWER: &str = "\
pipeline build(level: string = \"low\") {
    target tekton { min_version: \"1.0\", level: .beta }
    task lint { image: \"quay.io/f/f:1\", on_failure: .go_on, run: \"echo ~{level}\" }
}
";

/// What is alpha.
const CEL: &str = "\
enum Kind { fast, full }
pipeline build(kind: Kind = .fast, count: int = 0) {
    target tekton { cel: true }
    when kind == .full or count > 3 { task t { image: \"quay.io/f/f:1\", run: \"true\" } }
}
";

fn emit<'a>(options: &[&'a str]) -> Vec<&'a str> {
    [&["emit", "-t", "tekton", "--message-format", "json", "ci.pipe"], options].concat()
}

#[test]
fn what_is_too_new_for_the_command_is_refused() {
    let place = Place::with(&[("ci.pipe", NEWER)]);
    place.run(&emit(&[])).exits(0);
    for version in ["0.62", "1.0", "1.15"] {
        place.run(&emit(&["--min-version", version])).exits(0);
    }
    let ran = place.run(&emit(&["--min-version", "0.61"])).exits(1).says("P0611");
    let ran = ran.says("needs Tekton 0.62 or newer, and `--min-version` says that it runs on 0.61");
    let ran = ran.says("give `--min-version 0.62` when every cluster has that");
    assert_eq!(ran.out, "");
    assert!(
        !ran.err.contains("the oldest that has to do"),
        "the option of the program is not what says it: {}",
        ran.err
    );
}

/// One without a block of options, or with one that says nothing of it, is held to it too.
#[test]
fn a_program_that_says_nothing_is_held_to_it() {
    for block in ["", "target tekton { namespace: \"ci\" }"] {
        let place =
            Place::with(&[("ci.pipe", &NEWER.replace("target tekton { min_version: \"1.0\", level: .beta }", block))]);
        place.run(&emit(&["--min-version=0.56"])).exits(1).says("P0611").says("`--min-version`");
        place.run(&emit(&["--level=stable"])).exits(1).says("P0612").says("`--level` allows what is stable");
        place.run(&emit(&[])).exits(0);
    }
}

#[test]
fn what_is_less_settled_than_the_command_allows_is_refused() {
    let place = Place::with(&[("ci.pipe", NEWER)]);
    let ran = place.run(&emit(&["--level", "stable"])).exits(1).says("P0612");
    ran.says("is beta in Tekton, and `--level` allows what is stable").says("give `--level beta`");
    for level in ["beta", "alpha"] {
        place.run(&emit(&["--level", level])).exits(0);
    }
}

/// The command also allows more than the program does, and then says what the cluster has to be told.
#[test]
fn alpha_may_be_allowed_by_the_command() {
    let place = Place::with(&[("ci.pipe", CEL)]);
    place.run(&emit(&[])).exits(1).says("P0612").says("write `level: .alpha` beside it");
    let less = place.run(&emit(&["--level", "beta"])).exits(1).says("P0612");
    less.says("`--level` does not allow that").says("give `--level alpha`");
    let ran = place.run(&emit(&["--level", "alpha"])).exits(0).says("P0613");
    assert!(ran.out.contains("cel:"), "{}", ran.out);
    assert!(ran.says("kubectl patch configmap feature-flags").out.contains("enable-cel-in-whenexpression"));
}

#[test]
fn what_is_written_says_how_to_make_it_again() {
    let place = Place::with(&[("ci.pipe", NEWER)]);
    let options = ["--min-version", "0.62", "--level", "alpha", "-o", "out"];
    place.run(&emit(&options)).exits(0);
    let again = "pipec emit --target tekton --level alpha --min-version 0.62 ci.pipe build\n";
    for name in place.names("out") {
        assert!(place.read(&format!("out/{name}")).contains(again), "{name}");
    }
    place.run(&emit(&[&options[..], &["--check"]].concat())).exits(0);
    place.run(&emit(&["-o", "out", "--check"])).exits(1).says("out of date");
    let line: Vec<&str> = again.split_whitespace().skip(1).chain(["-o", "out", "--check"]).collect();
    place.run(&line).exits(0);
}

#[test]
fn a_flag_has_a_target_and_a_form() {
    let place = Place::with(&[("ci.pipe", NEWER), ("good.pipe", GOOD)]);
    for bad in ["0.55", "v0.62", "0.62.1", "new"] {
        let ran = place.run(&emit(&["--min-version", bad])).exits(1).says("P0608");
        ran.says(&format!("`{bad}` is no version that `--min-version` can be"));
    }
    place.run(&emit(&["--min-version", ""])).exits(2).says("P0706");
    place.run(&emit(&["--level", "gamma"])).exits(2).says("P0706").says("gamma");
    for target in ["shell", "buildconfig"] {
        let ran = place.run(&["emit", "-t", target, "--level", "beta", "good.pipe"]).exits(2);
        let ran = ran.says(&format!("the target `{target}` has no `--level`")).says("it is of `tekton`");
        assert_eq!(ran.out, "");
        place.run(&["emit", "-t", target, "--min-version", "0.62", "good.pipe"]).exits(2).says("P0706");
    }
    // A misspelled one is no parameter either.
    place.run(&emit(&["--min-versoin", "0.62"])).exits(2).says("did you mean `--min-version`?");
}

/// An option of the command wins over a parameter of that name, which `-p` still gives.
#[test]
fn a_parameter_of_that_name_is_given_otherwise() {
    let place = Place::with(&[("ci.pipe", NEWER)]);
    let ran = place.run(&emit(&["--level", "beta", "-p", "level=high"])).exits(0);
    assert!(ran.out.contains("--level beta ci.pipe build -p 'level=high'"), "{}", ran.out);
}
