//! What ShellCheck says of scripts with values: what is true of them, and nothing about how we write them.

use super::{findings, with};

const PARAMETERS: &str = "s: string, p: path = \".\", n: int = 1, list: [string] = [], on: bool = true";

fn of(script: &str) -> Vec<String> {
    findings(&with(PARAMETERS, "env: { GOFLAGS: \"x\", lower: s }\n       ", script))
}

#[track_caller]
fn clean(script: &str) {
    assert_eq!(of(script), Vec::<String>::new(), "{script}");
}

#[track_caller]
fn says(script: &str, wanted: &[&str]) {
    let found = of(script);
    let short: Vec<&str> =
        found.iter().map(|line| line.split_inclusive("SC").nth(1).map_or("", |rest| &rest[..4])).collect();
    assert_eq!(short, wanted, "{script}\n{found:#?}");
}

#[test]
fn a_value_is_a_word_of_which_nothing_is_known() {
    clean("cd ~{s}\nmake ~{s} x-~{s} \"~{s}\" --a=~{s} ~{p}/bin");
    clean("[ ~{s} = x ]\n[ -n ~{s} ]\n[ ~{n} -gt 3 ]\n[[ ~{s} == ~{p} ]]\n[[ $HOME == ~{s}* ]]");
    clean("case ~{s} in a) ;; *) ;; esac");
    clean("if [ ~{s} = ~{s} ]; then :; fi");
    clean("x=~{s}\nexport y=~{s}\necho \"$x\" \"${x#~{s}}\"");
    clean("cat > ~{out.o} <<EOF\n~{s} ~{n} $HOME\nEOF");
    clean("printf '%s\\n' ~{s} ~{list}\nfind . -name ~{s}");
    clean("~{s} x\nf() { echo \"$1\" ~{s}; }\nf ~{s}");
    clean("(cd ~{p} && ls) | wc -l\nx=$(cat ~{p})\necho \"$x\" > ~{out.o}");
    clean("sudo -u ~{s} true\ntest -f ~{p}\nread -r a b < ~{p}\necho \"$a$b\"");
    clean("while read -r x; do echo \"$x\"; done < ~{p}\n! grep -q ~{s} ~{p}");
}

#[test]
fn quotes_beside_a_value_are_not_the_users() {
    clean("echo ~{s}foo\"bar\" \"a\"~{s}\"b\" ~{s}~{s} \"x\"~{s}y\"z\" \"~{s}\"x\"~{s}\"");
    says("echo \"a\"b\"c\"", &["2140"]);
}

#[test]
fn a_list_is_words() {
    clean("make ~{list}\nfor x in ~{list}; do echo \"$x\"; done\na=(~{list} ~{flag(\"--on\", on)})\necho \"${a[@]}\"");
    clean("f() { make ~{list}; }\nf");
    clean("set -- ~{list}\necho \"$@\" ~{flag(\"--s=\", list)}");
}

#[test]
fn an_int_in_arithmetic_is_a_number() {
    clean("x=$((~{n} * 2))\n((x < ~{n})) || echo \"${HOME:~{n}:2}\" $((x + ~{n}))");
    clean("a=(1 2)\necho \"${a[~{n}]}\" \"${a[~{n} + 1]}\"");
}

#[test]
fn names_of_the_environment_are_known_and_exported() {
    clean("echo \"$lower\"\nGOFLAGS=-x go build");
    clean("lower=x\nGOFLAGS=y\nmake");
    says("echo \"$unknown\"", &["2154"]);
    says("unused=x", &["2034"]);
}

#[test]
fn those_of_defaults_and_modifiers_and_steps_too() {
    let program = "\
task t(n: int) { image: \"a/b:1\", run: \"echo \\\"$by_call $unknown\\\" ~{n}\" }
pipeline p() {
    defaults { env: { by_default: \"x\" }, before: \"echo \\\"$by_default\\\"\" }
    t(1) { env: { by_call: \"x\" }, cleanup: \"echo \\\"$by_call\\\"\" }
    task own {
        image: \"a/b:1\"
        env: { of_task: \"1\" }
        step a { env: { of_step: \"2\" }, run: \"echo \\\"$by_default $of_task $of_step\\\"\" }
        step b { run: \"echo \\\"$of_step\\\"\" }
    }
}
";
    let wanted = [
        "1:56: warning[P0561]: SC2154: unknown is referenced but not assigned.",
        "9:31: warning[P0561]: SC2154: of_step is referenced but not assigned.",
    ];
    assert_eq!(findings(program), wanted);
}

#[test]
fn what_the_shell_is_told_before_the_script_counts() {
    clean("cd /somewhere\nrm x");
    let cd = |shell: &str| {
        format!("pipeline p() {{ task t {{ image: \"a/b:1\", shell: \"{shell}\", run: \"cd x\\nrm y\" }} }}\n")
    };
    assert_eq!(findings(&cd("bash")), Vec::<String>::new());
    assert_eq!(findings(&cd("sh")), Vec::<String>::new());
}

#[test]
fn what_is_wrong_with_a_value_is_said_of_it() {
    says("for x in ~{s}; do echo \"$x\"; done", &["2066"]);
    says("rm -rf ~{s}/*", &["2115"]);
    clean("rm -rf ~{p}/* ~{out.o}/x");
    says("cat ~{p} | grep ~{s}", &["2002"]);
    says("printf ~{s}", &["2059"]);
    says("sort ~{p} > ~{p}", &["2094", "2094"]);
    let said = findings(&with(PARAMETERS, "", "for x in ~{s}; do echo \"$x\"; done"));
    assert!(said[0].starts_with("5:22: warning[P0561]: SC2066: "), "{said:?}");
}

#[test]
fn sh_is_read_as_sh_and_other_languages_are_not_read() {
    let program = |shell: &str| {
        let script = "[[ a == $1 ]]";
        format!(
            "pipeline p() {{ task t {{ image: \"a/b:1\", shell: \"{shell}\", run: \"{script}\", cleanup: \"[[ $1 ]]\" }} }}\n"
        )
    };
    let codes = |program: &str| {
        let found = findings(program);
        found.iter().map(|line| line.split("SC").nth(1).unwrap()[..4].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(codes(&program("sh")), ["3010", "2053", "3010"]);
    // Around a script for another interpreter is sh.
    assert_eq!(codes(&program("python3")), ["3010"]);
    assert_eq!(codes(&program("bash")), ["2053"]);
    let lists = "pipeline p(l: [string]) { task t { image: \"a/b:1\", shell: \"sh\", run: \"ls ~{l}\\nfor x in a ~{l}; do :; done\" } }";
    assert_eq!(codes(&lists.replace("\\nfor x in a ~{l}; do :; done", "")), Vec::<String>::new());
}

#[test]
fn a_directive_silences_a_line_or_the_whole_script() {
    says("echo $1\necho $2", &["2086", "2086"]);
    says("echo $1\n# shellcheck disable=SC2086\necho $2\necho $3", &["2086", "2086"]);
    clean("# shellcheck disable=SC2086\necho $1\necho $2");
    clean("\n# why this is fine\n\n# shellcheck disable=SC2086\ncd x\necho $1 ~{s}");
    clean("#!/bin/sh\n# shellcheck disable=all\necho $1 ~{s}");
    says("# shellcheck shell=sh\n[[ a == \"$1\" ]]", &["3010"]);
}

#[test]
fn what_cannot_be_known_here_is_not_said() {
    clean(". ./lib.sh\nsource ~{p}\n. \"$HOME/x\"");
    clean("#!/usr/bin/env bash\nmake");
    clean("make\n#!/bin/bash\nmake");
}

#[test]
fn text_that_shellcheck_cannot_read_is_a_finding_in_its_place() {
    let found = of("echo a\nif true; then\n  echo (b)\nfi");
    assert!(!found.is_empty() && found.iter().all(|line| line.contains("[P0561]: SC1")), "{found:#?}");
    assert!(found.iter().any(|line| line.starts_with("8:21: warning[P0561]: SC1065: ")), "{found:#?}");
    assert!(found.iter().any(|line| line.starts_with("9:13: warning[P0561]: SC1072: Fix ")), "{found:#?}");
}

#[test]
fn a_value_is_called_as_it_is_written() {
    let found = of("pipe_value_1=1\necho \"$pipe_value_1\" $((~{n} + $n))");
    assert!(found.iter().all(|line| !line.contains("pipe_value_")), "{found:#?}");
    assert_eq!(found.len(), 2, "{found:#?}");
}

#[test]
fn programs_with_errors_and_the_library_have_no_sheets() {
    let library = "use std.cosa\npipeline p() { workspace w { size: 1Gi }\n    cosa.init(w, url: \"x\")\n}\n";
    assert_eq!(super::open(library).sheets().len(), 0);
    let broken = pipec::query::Analysis::open(&super::Text("pipeline p() { x y z }".to_owned()), "a.pipe");
    assert_eq!(broken.sheets().len(), 0);
}
