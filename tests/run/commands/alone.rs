//! A run with nobody to talk to: no network, not even to itself.

use std::process::Command;

use super::{Place, Ran};

const PROGRAM: &str = r#"
pipeline build(word: string) -> string {
    task make -> string { image: "quay.io/a/make:1", run: "printf '<%s>' ~{word} > ~{out}" }
    task look { image: "quay.io/a/look:2", run: "echo \"got \"~{make}; cat /proc/net/dev | wc -l" } after make
    return make
}
"#;

/// Words in front of a command that take its network away, where that may be done.
const APART: [&str; 4] = ["unshare", "--user", "--map-root-user", "--net"];

fn may_be_apart() -> bool {
    Command::new(APART[0]).args(&APART[1..]).arg("true").output().is_ok_and(|done| done.status.success())
}

/// The runner, and the script that is emitted, do all that they do without a network: nothing is asked of anybody, nobody
/// is told. Where networks cannot be taken away, that they call nothing of the kind is what
/// `it::cli::logic::capability_4_1_what_is_emitted_calls_nobody` shows.
#[test]
fn capability_4_1_a_run_talks_to_nobody() {
    if !may_be_apart() {
        return;
    }
    let place = Place::new(PROGRAM);
    place.run(&["emit", "-t", "shell", "-o", "made", "ci.pipe"]).exits(0);
    let apart = |words: &[&str]| {
        // As a step sees it: two lines of heads, and the one device that every network has.
        let made = place.command(&[]);
        let mut command = Command::new(APART[0]);
        command.args(&APART[1..]).args(words).current_dir(place.path("."));
        command.envs(made.get_envs().filter_map(|(name, value)| Some((name, value?))));
        Ran::read(&command.output().unwrap()).exits(0)
    };
    let ran = apart(&[env!("CARGO_BIN_EXE_pipec"), "run", "-q", "ci.pipe", "--word", "a b"]);
    assert_eq!(ran.out, "look | got <a b>\nlook | 3\nvalue = <a b>\n", "{}", ran.err);
    for words in [&["status"][..], &["logs"], &["runs"]] {
        apart(&[&[env!("CARGO_BIN_EXE_pipec")], words].concat());
    }
    let script = std::fs::read_dir(place.path("made")).unwrap().next().unwrap().unwrap().path();
    let ran = apart(&["bash", script.to_str().unwrap(), "--word", "a b"]);
    assert!(ran.out.contains("look | got <a b>\nlook | 3\n"), "{}{}", ran.out, ran.err);
}
