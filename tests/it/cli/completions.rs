//! Completion, in the shells themselves.

use std::path::Path;
use std::process::Command;

use super::run::{GOOD, Place};
use crate::installed::installed;

/// What bash offers for a line: the function that it would call is called as it would call it.
const BASH: &str = r#"
source <("$pipec" completions bash) || exit 9
offer() {
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_TYPE=9 COMPREPLY=()
    local how
    how=$(complete -p pipec) || exit 9
    how=${how##*-F }
    "${how%% *}" pipec "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    printf '%s\n' "${COMPREPLY[@]}"
}
"#;

/// The words that are offered for the last one of `words`; options only where one is begun.
fn bash(place: &Place, words: &str) -> Vec<String> {
    let ran = place.shell(&format!("PATH=${{pipec%/*}}:$PATH\n{BASH}\noffer pipec {words}")).exits(0);
    assert_eq!(ran.err, "");
    let option = |word: &str| word.starts_with('-') && !words.contains(word.get(..3).unwrap_or_default());
    ran.out.lines().filter(|word| !option(word)).map(str::to_owned).collect()
}

fn place() -> Place {
    Place::with(&[("ci.pipe", GOOD), ("notes.txt", ""), ("lib/a.pipe", GOOD), ("job.yaml", "")])
}

#[test]
fn bash_loads_it() {
    let ran = place().shell("source <(\"$pipec\" completions bash); complete -p pipec").exits(0);
    assert!(ran.out.contains("-F _clap_complete_pipec pipec"), "{}", ran.out);
    place().shell("\"$pipec\" completions bash | shellcheck --shell=bash --severity=error -").exits(0);
}

#[test]
fn bash_offers_commands_and_options() {
    let place = place();
    assert_eq!(bash(&place, "ex"), ["explain"]);
    let all = bash(&place, "''");
    for command in ["check", "plan", "emit", "targets", "explain", "new", "doc", "completions", "man", "help"] {
        assert!(all.iter().any(|word| word == command), "{command} is not in {all:?}");
    }
    assert_eq!(bash(&place, "plan --par"), ["--param", "--params"]);
    assert_eq!(bash(&place, "plan ci.pipe --format ''"), ["text", "json", "dot", "mermaid"]);
    assert_eq!(bash(&place, "completions ''"), ["bash", "zsh", "fish"]);
    assert!(bash(&place, "man com").contains(&"completions".to_owned()));
}

#[test]
fn bash_offers_what_the_compiler_knows() {
    let place = place();
    assert_eq!(bash(&place, "emit --target ''"), ["shell", "buildconfig", "tekton"]);
    assert_eq!(bash(&place, "emit -t t"), ["tekton"]);
    assert_eq!(bash(&place, "explain P0401"), ["P0401"]);
    assert_eq!(bash(&place, "explain p04").first().map(String::as_str), Some("P0401"));
    assert_eq!(bash(&place, "explain requirement-n"), ["requirement-not-made"]);
    assert_eq!(bash(&place, "explain ''").len(), pipec::diag::code::CODES.len());
    assert_eq!(bash(&place, "doc std.prel"), ["std.prelude"]);
}

#[test]
fn bash_offers_programs_where_a_program_stands() {
    let place = place();
    for command in ["check", "plan", "emit -t shell", "doc"] {
        let all = bash(&place, &format!("{command} ''"));
        assert!(all.contains(&"ci.pipe".to_owned()) && all.contains(&"lib/".to_owned()), "{command}: {all:?}");
        assert!(!all.iter().any(|word| word.ends_with(".txt")), "{command}: {all:?}");
        assert_eq!(bash(&place, &format!("{command} lib/")), ["lib/a.pipe"], "{command}");
    }
    assert!(bash(&place, "plan ci.pipe --params ''").contains(&"job.yaml".to_owned()));
    assert_eq!(bash(&place, "emit -o ''").iter().filter(|word| *word != ".").collect::<Vec<_>>(), ["lib/"]);
}

#[test]
fn bash_offers_pipelines_and_parameters_of_the_program() {
    let place = place();
    assert_eq!(bash(&place, "plan ci.pipe ''"), ["greet"]);
    assert_eq!(bash(&place, "plan ci.pipe -p ''"), ["name=", "force=", "count="]);
    place.put("bad.pipe", "pipeline x(");
    assert_eq!(bash(&place, "plan bad.pipe -p ''"), [""], "nothing, and nothing is said");
}

#[test]
fn capability_3_14_bash_offers_environments_and_stages() {
    let place = place();
    place.put("pipec.toml", "[env]\nstage = \"a.yaml\"\nprod = \"b.yaml\"\n");
    place.put("staged.pipe", "pipeline p() {\n    stage build { task a { image: \"a/b:1\", run: \"true\" } }\n    stage deploy { task b { image: \"a/b:1\", run: \"true\" } }\n}\n");
    assert_eq!(bash(&place, "plan staged.pipe --env ''"), ["stage", "prod"]);
    assert_eq!(bash(&place, "plan staged.pipe --env p"), ["prod"]);
    assert_eq!(bash(&place, "run staged.pipe --stage ''"), ["build", "deploy"]);
}

#[test]
fn nothing_is_done_for_a_shell_that_does_not_exist() {
    let place = place();
    let mut command = place.command();
    let done = command.env("PIPEC_COMPLETE", "nosuch").args(["--", "pipec", "check", ""]).output().unwrap();
    assert_eq!((done.stdout.len(), done.stderr.len()), (0, 0));
    let plain = place.command().env("PIPEC_COMPLETE", "").arg("--version").output().unwrap();
    assert!(plain.stdout.starts_with(b"pipec "), "an empty name asks for nothing");
}

fn run(shell: &str, place: &Place, script: &str) -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_pipec")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new(shell);
    let done = command.current_dir(place.path("")).env("PATH", path).env("HOME", place.path("")).args(["-c", script]);
    let done = done.output().unwrap();
    assert_eq!(String::from_utf8_lossy(&done.stderr), "");
    assert!(done.status.success());
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn zsh_loads_it_and_offers() {
    if !installed(&["zsh", "--version"]) {
        return;
    }
    let place = place();
    // `_describe` is what it hands its words to: here it prints them.
    let offer = |words: &str| {
        let script = format!(
            "autoload -Uz compinit && compinit -u -D; source <(pipec completions zsh)\n\
             print -r -- ${{_comps[pipec]}}\n\
             _describe() {{ local name=${{@[-1]}}; print -rl -- ${{(P)name}} }}; compadd() {{ print -rl -- \"$@\" }}\n\
             words=({words}) CURRENT=$#words; ${{_comps[pipec]}}"
        );
        run("zsh", &place, &script)
    };
    let all = offer("pipec emit --target ''");
    assert!(all.starts_with("_clap_dynamic_completer_pipec"), "{all}");
    assert!(all.contains("tekton") && all.contains("shell"), "{all}");
    assert!(offer("pipec plan ''").contains("ci.pipe"));
    assert!(offer("pipec explain P040").contains("P0401"));
}

#[test]
fn fish_loads_it_and_offers() {
    if !installed(&["fish", "--version"]) {
        return;
    }
    let place = place();
    let offer = |line: &str| run("fish", &place, &format!("pipec completions fish | source; complete -C '{line}'"));
    assert!(offer("pipec emit --target t").starts_with("tekton\t"), "{}", offer("pipec emit --target t"));
    assert!(offer("pipec explain P0401").starts_with("P0401\t"));
    let programs = offer("pipec plan ");
    assert!(programs.contains("ci.pipe") && programs.contains("lib/") && !programs.contains("notes"), "{programs}");
    assert!(offer("pipec plan ci.pipe -p n").starts_with("name=\tstring"), "{}", offer("pipec plan ci.pipe -p n"));
}
