//! How the command runs ShellCheck: when, what it does where there is none, and where it misbehaves.

use crate::cli::run::{BAD, GOOD, Place};
use crate::ran::Ran;

/// A program with one remark, SC2086 at 2:45.
const REMARK: &str = "pipeline p() {\n    task t { image: \"a/b:1\", run: \"set x; echo $1\" }\n}\n";

/// Runs with this folder as the only one on the PATH, and a cache of its own.
fn run(place: &Place, args: &[&str]) -> Ran {
    let (bin, cache) = (place.path("bin"), place.path("cache"));
    Ran::of(place.command().env("PATH", bin).env("XDG_CACHE_HOME", cache).args(args).output().unwrap())
}

fn fake(place: &Place, name: &str, script: &str) {
    place.put(name, format!("#!/bin/bash\n{script}\n"));
    place.shell(&format!("chmod +x {name}")).exits(0);
}

#[test]
fn a_remark_is_a_finding_that_does_not_fail_the_run() {
    let place = Place::with(&[("a.pipe", REMARK)]);
    let found = place.run(&["check", "--format", "concise"]).exits(0);
    let said = "a.pipe:2:48: note[P0561]: SC2086: Double quote to prevent globbing and word splitting.\n";
    assert_eq!(found.out, said);
    let json = place.run(&["check", "--format", "json"]).exits(0).json();
    let row = &json["diagnostics"][0];
    assert_eq!(row["range"]["end"]["column"], 50);
    assert_eq!(row["fixes"][0]["edits"][0]["text"], "\\\"");
    let help = row["help"].as_str().unwrap();
    assert!(help.contains("https://www.shellcheck.net/wiki/SC2086") && help.contains("# shellcheck disable=SC2086"));
    place.run(&["check", "--shellcheck", "never"]).exits(0).says("nothing found");
    place.run(&["check", "--no-cache", "--format=concise"]).exits(0).says("SC2086");
    place.run(&["check", "--shellcheck", ""]).exits(2).says("write `auto`, `never`");
}

#[test]
fn where_there_is_none_one_note_says_so() {
    let place =
        Place::with(&[("a.pipe", GOOD), ("b.pipe", REMARK), ("bad.pipe", BAD), ("none.pipe", "enum E { a, b }\n")]);
    let said = run(&place, &["check", "a.pipe", "b.pipe", "--format=concise"]).exits(0);
    assert_eq!(said.out, "note[P0562]: the scripts were not checked: there is no `shellcheck` on the PATH\n");
    assert!(run(&place, &["check", "a.pipe"]).exits(0).out.contains("--shellcheck never"));
    let quiet = [vec!["check", "a.pipe", "--shellcheck=never"], vec!["check", "none.pipe"]];
    quiet.iter().for_each(|args| drop(run(&place, args).exits(0).says("1 file checked, nothing found")));
    // What has errors has no scripts yet.
    assert!(!run(&place, &["check", "bad.pipe"]).exits(1).out.contains("P0562"));
    run(&place, &["check", "bad.pipe", "a.pipe"]).exits(1).says("P0562");
}

#[test]
fn one_that_was_asked_for_has_to_be_there() {
    let place = Place::with(&[("a.pipe", GOOD), ("plain", "")]);
    place.run(&["check", "--shellcheck", "./nowhere"]).exits(2).says("P0701").says("`./nowhere` cannot be run");
    place.run(&["check", "--shellcheck", "plain"]).exits(2).says("no executable file");
    fake(&place, "tools/mine", "if [ \"$1\" = --version ]; then echo 'version: 1'; else echo '{\"comments\":[]}'; fi");
    run(&place, &["check", "--shellcheck", "tools/mine"]).exits(0).says("nothing found");
}

/// Everything but an answer is one warning, and all else is checked.
#[test]
fn one_that_misbehaves_is_one_warning() {
    let version = "[ \"$1\" != --version ] || { echo 'version: 1'; exit 0; }";
    let cases = [
        ("exit 3", "ended with exit status: 3"),
        ("echo trouble >&2; exit 2", "ended with exit status: 2: trouble"),
        ("kill -9 $$", "ended with signal: 9"),
        ("", "does not say its version"),
        ("echo version", "does not say its version"),
        (&format!("{version}; echo oops >&2; exit 4"), "ended with exit status: 4: oops"),
        (&format!("{version}; kill -SEGV $$"), "ended with signal: 11"),
        (version, "said something that is not its JSON"),
        (&format!("{version}; echo '{{\"comments\": 1}}'"), "said something that is not its JSON"),
        (&format!("{version}; head -c 100000 /dev/urandom"), "said something that is not its JSON"),
        (&format!("{version}; echo '{{\"comments\":[{}]}}'", comment("elsewhere", "1", "info")), "not its JSON"),
        (&format!("{version}; echo '{{\"comments\":[{}]}}'", comment("0", "1", "fatal")), "not its JSON"),
        (&format!("{version}; echo '{{\"comments\":[{}]}}'", comment("0", "-1", "info")), "not its JSON"),
    ];
    for (script, words) in cases {
        let place = Place::with(&[("a.pipe", GOOD), ("b.pipe", REMARK), ("bad.pipe", BAD)]);
        fake(&place, "bin/shellcheck", &format!("PATH=/usr/bin:/bin\n{script}"));
        let said = run(&place, &["check", "--format=concise"]).exits(1).says(words).says("P0204");
        assert_eq!(
            said.out.matches("warning[P0563]: scripts were not checked: `shellcheck` ").count(),
            1,
            "{}",
            said.out
        );
        assert_eq!(said.out.lines().count(), 2, "{}", said.out);
        // It is asked again.
        run(&place, &["check", "--format=concise"]).exits(1).says(words);
    }
}

fn comment(file: &str, line: &str, level: &str) -> String {
    let place = format!("\"line\":{line},\"endLine\":{line},\"column\":1,\"endColumn\":2");
    format!("{{\"file\":\"{file}\",{place},\"level\":\"{level}\",\"code\":1,\"message\":\"m\",\"fix\":null}}")
}

#[test]
fn places_that_do_not_exist_are_no_trouble() {
    let version = "[ \"$1\" != --version ] || { echo 'version: 1'; exit 0; }";
    for (line, wanted) in [("4000000000", 1), ("0", 0), ("1", 0), ("2", 0), ("3", 1)] {
        let place = Place::with(&[("b.pipe", REMARK)]);
        let said = comment("0", line, "info");
        fake(&place, "bin/shellcheck", &format!("{version}; echo '{{\"comments\":[{said}]}}'"));
        let ran = run(&place, &["check", "--format=concise"]).exits(0);
        assert_eq!(ran.out.matches("P0561").count(), wanted, "line {line}: {}", ran.out);
    }
}

#[test]
fn nothing_is_left_behind_and_options_of_the_machine_do_not_count() {
    let place = Place::with(&[("a.pipe", REMARK), (".shellcheckrc", "disable=all\n"), ("tmp/keep", "")]);
    let mut command = place.command();
    command.env("TMPDIR", place.path("tmp")).env("SHELLCHECK_OPTS", "-e SC2086").args(["check", "--no-cache"]);
    Ran::of(command.output().unwrap()).exits(0).says("SC2086");
    assert_eq!(place.names("tmp"), ["keep"]);
    let mut command = place.command();
    command.env("TMPDIR", place.path("nowhere")).args(["check", "--no-cache", "--format=concise"]);
    Ran::of(command.output().unwrap()).exits(0).says("P0563").says("got no files");
}

#[test]
fn one_process_reads_a_few_scripts_and_no_process_too_many() {
    let count = |scripts: usize| {
        let place = Place::new();
        let task = |at: usize| format!("    task t{at} {{ image: \"a/b:1\", run: \"echo {at}\" }}\n");
        place.put("a.pipe", format!("pipeline p() {{\n{}}}\n", (0..scripts).map(task).collect::<String>()));
        let log = place.path("log").display().to_string();
        fake(
            &place,
            "bin/shellcheck",
            &format!(
                "echo $# >> {log}\n[ \"$1\" != --version ] || {{ echo 'version: 1'; exit 0; }}\necho '{{\"comments\":[]}}'"
            ),
        );
        run(&place, &["check"]).exits(0).says("nothing found");
        let mut counts: Vec<usize> =
            place.read("log").lines().skip(1).map(|count| count.parse::<usize>().unwrap() - 4).collect();
        counts.sort_unstable();
        counts
    };
    assert_eq!(count(5), [5]);
    let many = count(1100);
    assert_eq!(many.iter().sum::<usize>(), 1100);
    assert!(many.len() >= 5 && many.iter().all(|share| *share <= 250), "{many:?}");
}
