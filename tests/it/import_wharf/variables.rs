//! Variables: typed values of the program, each with its source.

use super::{STRICT, import, import_with, imported, planned, said};
use pipec::query::import::Options;

fn step(cmds: &str) -> String {
    format!("test:\n  one:\n    container:\n      image: docker.io/library/alpine:3.20.3\n      cmds: [{cmds}]\n")
}

#[test]
fn capability_3_4_a_variable_that_is_not_defined_is_an_error_with_a_suggestion() {
    let text =
        format!("inputs: [{{name: replicas, type: number, default: 1}}]\n{}", step("'run ${replcas} ${replicas}'"));
    let import = import(&text);
    assert!(import.imported.is_none());
    let found = import.diagnostics.iter().find(|found| found.code.id() == "P0785").unwrap();
    assert_eq!(import.sources.text(found.span().unwrap()), "${replcas}");
    assert!(found.help.as_ref().unwrap().starts_with("did you mean `replicas`"), "{found:?}");
    assert_eq!(found.fixes[0].edits[0].text, "${replicas}");
    // Left to the shell, it is no mistake.
    assert_eq!(found.fixes[1].edits[0].text, "${%replcas%}");
    let program = imported(&text.replace("${replcas}", "${%replcas%}"));
    assert!(program.contains("run ${replcas} ~{replicas}"), "{program}");
}

#[test]
fn capability_3_4_in_a_name_there_is_no_shell_that_could_be_meant() {
    let text = step("ls").replace("alpine:3.20.3", "${HOME}:3");
    let told = said(&import(&text));
    assert!(told.contains("4:32: error[P0785]: the variable `HOME` is not defined"), "{told}");
    let lenient = import_with(&[(".wharf-ci.yml", &text)], Options { lenient: true, ..STRICT });
    assert!(said(&lenient).contains("warning[P0785]") && said(&lenient).contains("error[P0787]"), "{}", said(&lenient));
}

#[test]
fn capability_3_4_what_is_all_of_a_value_keeps_its_type() {
    let text = "environments:\n  dev: {push: true, word: 'yes'}\nbuild:\n  one:\n    docker: {file: a, tag: b, \
                destination: 'a.example.com/b', push: '${push}'}\n";
    let program = imported(text);
    assert!(program.contains("push:        push(environment)"), "{program}");
    let told = said(&import(&text.replace("'${push}'", "'${word}'")));
    assert!(told.contains("error[P0783]: `push` is a flag, and this is a text"), "{told}");
}

#[test]
fn capability_3_4_inputs_count_more_than_environments_and_those_more_than_files_and_built_ins() {
    let ci = "inputs: [{name: a, type: string, default: input}]\nenvironments: {dev: {a: env, b: env, REPO_NAME: env}}\n\
              test:\n  environments: [dev]\n  one:\n    container:\n      image: docker.io/library/alpine:3.20.3\n      \
              cmds: ['echo \"${a} ${b} ${c} ${REPO_NAME} ${REG_URL}\"']\n";
    let vars = "vars: {a: file, b: file, c: file, REG_URL: registry.example.com}\n";
    let import = import_with(&[("x/.wharf-ci.yml", ci), ("x/.wharf-vars.yml", vars)], STRICT);
    let program =
        import.imported.as_ref().map(|one| one.program.clone()).unwrap_or_else(|| panic!("{}", said(&import)));
    for part in [
        "a: string = \"input\"",
        "c: string = \"file\"",
        "reg_url: string = \"registry.example.com\"",
        "~{a} ~{b(environment!)} ~{c} ~{repo_name(environment!)} ~{reg_url}",
    ] {
        assert!(program.contains(part), "{part}\n{program}");
    }
    assert!(said(&import).contains("warning[P0788]: nothing reads the variable `a`"), "{}", said(&import));
}

#[test]
fn capability_3_4_a_variable_has_a_value_in_each_environment_that_reads_it() {
    let text = "environments: {dev: {a: 1}, prod: {b: 2}}\ntest:\n  environments: [dev, prod]\n  one:\n    container:\n      \
                image: docker.io/library/alpine:3.20.3\n      cmds: ['echo \"${a}\"']\n";
    let told = said(&import(text));
    assert!(told.contains("error[P0785]: the variable `a` is not defined in `prod`"), "{told}");
    let program = imported(&text.replace("[dev, prod]", "[dev]"));
    let (_, plan) = planned(&program, &[("environment", "dev")]);
    assert_eq!(plan.tasks().count(), 1);
    // Where no environment need be chosen, none can be read.
    let always = imported(&text.replace("  environments: [dev, prod]\n", "").replace("prod: {b: 2}", "prod: {a: 2}"));
    assert!(always.contains("environment: Environment,"), "{always}");
}

#[test]
fn capability_3_4_values_in_single_quotes_and_as_code_stay_one_word() {
    let text = format!("inputs: [{{name: file, type: string, default: a}}]\n{}", step("\"cat '${file}' ${file}\""));
    let program = imported(&text);
    assert!(program.contains("cat \"~{file}\" ~{file}"), "{program}");
    let inner = imported(&text.replace("'${file}'", "'a${file}${file}b'"));
    assert!(inner.contains("cat 'a'\"~{file}~{file}\"'b' ~{file}"), "{inner}");
    assert!(said(&import(&text)).contains("warning[P0788]: `${file}` was written into the script of `one`"));
}

#[test]
fn capability_3_4_a_password_is_a_secret_and_stands_in_no_text() {
    let head = "inputs: [{name: key, type: password, default: hunter2}]\n";
    let program = imported(&format!("{head}{}", step("'login \"${key}\"'")));
    assert!(program.contains("key: secret,") && program.contains("env:     { KEY: key }"), "{program}");
    assert!(program.contains("login \\\"${KEY}\\\"") || program.contains("login \"${KEY}\""), "{program}");
    assert!(!program.contains("hunter2"), "{program}");
    let image = format!("{head}{}", step("ls").replace("alpine:3.20.3", "alpine:${key}"));
    assert!(said(&import(&image)).contains("error[P0786]: the password `key` stands in a text"));
}

#[test]
fn capability_3_4_when_a_commit_was_written_and_made_are_two_values() {
    let dates = "'stamp \"${GIT_COMMIT_AUTHOR_DATE}\" \"${GIT_COMMIT_COMMITTER_DATE}\"'";
    let program = imported(&step(dates));
    assert!(program.contains("--format=%aI`.\n    git_commit_author_date: string"), "{program}");
    assert!(program.contains("--format=%cI`.\n    git_commit_committer_date: string"), "{program}");
    assert!(program.contains("stamp \"~{git_commit_author_date}\" \"~{git_commit_committer_date}\""), "{program}");
}
