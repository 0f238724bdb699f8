//! Mistakes in a `.wharf-ci.yml`, each at its line.

use super::{STRICT, import, import_with, said};
use pipec::query::import::Options;

#[track_caller]
fn says(text: &str, wanted: &[&str]) {
    let import = import(text);
    let said = said(&import);
    for one in wanted {
        assert!(said.contains(one), "{one}\n{said}");
    }
    assert_eq!(import.imported.is_none(), said.contains("error["), "errors alone stop the output\n{said}");
}

fn step(text: &str) -> String {
    format!("build:\n  one:\n    {text}\n")
}

#[test]
fn what_is_no_such_file_is_refused() {
    says("", &["1:1: error[P0781]: there is no stage"]);
    says("- a", &["1:1: error[P0783]: the file is a map, and this is a list"]);
    says("inputs: []\n", &["error[P0781]: there is no stage"]);
    says("a:\n  b: \"x\",", &["2:9: error[P0781]: this is not YAML"]);
    says("a: *b", &["1:4: error[P0781]"]);
    says("a: {}\n---\nb: {}\n", &["error[P0781]: a second document starts here"]);
    says(
        "a: {b: {container: {image: 'x.example.com/y:1', cmds: [c]}}}\na: {}",
        &["2:1: error[P0781]: the key `a` is given twice"],
    );
}

#[test]
fn unknown_keys_are_errors_or_with_lenient_warnings() {
    let text = step("container: {imgae: a, image: 'x.example.com/y:1', cmds: [b]}");
    says(&text, &["3:17: error[P0782]: a step of the type `container` has no `imgae`"]);
    let import = import_with(&[(".wharf-ci.yml", &text)], Options { lenient: true, ..STRICT });
    assert!(import.imported.is_some() && said(&import).contains("warning[P0782]"));
    says(&step("contaner: {}"), &["3:5: error[P0782]: there is no type of steps `contaner`"]);
    says("build: {run-if: always}\n", &["1:9: error[P0782]: a stage has no `run-if`"]);
}

#[test]
fn a_step_says_all_that_its_type_needs_and_of_the_right_form() {
    for (fields, lacks) in [
        ("container: {image: 'x.example.com/y:1'}", "cmds"),
        ("container: {cmds: [a]}", "image"),
        ("docker: {tag: a}", "file"),
        ("docker: {file: a, tag: ''}", "tag"),
        ("helm: {chart: a, name: b}", "namespace"),
        ("kubectl: {}", "file"),
        ("nuget-package: {version: a, repo: b}", "project-path"),
    ] {
        says(&step(fields), &[&format!("3:5: error[P0783]: the step `one` has no `{lacks}`")]);
    }
    says(
        &step("container: {image: a, cmds: ls}"),
        &["3:33: error[P0783]: `cmds` is a list of texts, and this is a text"],
    );
    says(
        &step("kubectl: {file: a, force: 'yes'}"),
        &["error[P0783]: `force` is `true` or `false`, and this is a text"],
    );
    says(&step("kubectl: {file: a, action: explode}"), &["error[P0783]: `action` cannot be `explode`"]);
    says(&step("container: {image: [a], cmds: [b]}"), &["error[P0783]: `image` is a text, and this is a list"]);
}

#[test]
fn parts_that_do_not_go_together_are_errors() {
    says("build: {}\n", &["1:1: error[P0784]: the stage `build` has no steps"]);
    says("build: {one: {}}\n", &["1:9: error[P0784]: the step `one` has no type"]);
    says(
        &step("docker: {file: a, tag: b, destination: c, secretName: d}"),
        &["`secretName` is given without `secretArgs`"],
    );
    says(
        &step("docker: {file: a, tag: b, destination: c, secretArgs: [d=e]}"),
        &["`secretArgs` is given without `secretName`"],
    );
    says(
        &step("docker: {file: a, tag: b, destination: c, secretName: s, secretArgs: [d]}"),
        &["`d` is no `ARGUMENT=key`"],
    );
    says(&step("docker: {file: a, tag: ', ', destination: c}"), &["error[P0784]: there is no tag in `tag`"]);
    let two = "inputs: [{name: a, type: string}, {name: a, type: number}]\n";
    says(
        &format!("{two}{}", step("container: {image: 'x.example.com/y:1', cmds: [a]}")),
        &["1:42: error[P0784]: two inputs are called `a`"],
    );
}

#[test]
fn an_environment_that_there_is_not_is_an_error_with_a_suggestion() {
    let text = "environments: {prod: {}}\nbuild:\n  environments: [prd]\n  one:\n    container: {image: 'x.example.com/y:1', cmds: [a]}\n";
    says(text, &["3:18: error[P0785]: there is no environment `prd`"]);
    let import = import(text);
    let found = import.diagnostics.iter().find(|found| found.code.id() == "P0785").unwrap();
    assert_eq!(found.fixes[0].edits[0].text, "prod");
}

#[test]
fn what_would_be_refused_later_is_said_of_its_step() {
    says(&step("container: {image: 'No Image', cmds: [a]}"), &["2:3: error[P0787]", "(P0313)"]);
    says(&step("container: {image: 'x.example.com/y:1', cmds: [\"echo 'a\"]}"), &["2:3: error[P0787]", "(P0511)"]);
}

/// Each of these Wharf passed over.
#[test]
fn what_never_had_an_effect_is_told() {
    let docker = |more: &str| step(&format!("docker: {{file: a, tag: b, destination: c.example.com/d, {more}}}"));
    says(&docker("append-cert: true"), &["warning[P0788]: `append-cert` never had an effect"]);
    says(&docker("name: e"), &["warning[P0788]: `name` says nothing beside `destination`"]);
    let idle = "inputs: [{name: idle, type: string}]\nenvironments: {dev: {a: b}}\n";
    let text = format!("{idle}{}", step("container: {image: 'x.example.com/y:1', cmds: [a]}"));
    says(
        &text,
        &[
            "1:17: warning[P0788]: nothing reads the input `idle`",
            "2:22: warning[P0788]: nothing reads the variable `a`",
        ],
    );
    let none = step("container: {image: 'x.example.com/y:1', cmds: [a]}").replace("  one", "  environments: []\n  one");
    says(&none, &["2:17: warning[P0788]: `environments` of a stage is empty"]);
    says(
        "build: {runs-if: fail, one: {container: {image: 'x.example.com/y:1', cmds: [a]}}}\n",
        &["warning[P0788]: the stage `build` never runs"],
    );
}

#[test]
fn what_has_no_form_in_a_program_is_an_error() {
    says(
        &step("container: {image: 'x.example.com/y:1', os: windows, cmds: [dir]}"),
        &["error[P0786]: a step runs on Windows"],
    );
    says(
        &step("container: {image: 'x.example.com/y:1', os: lunix, cmds: [dir]}"),
        &["error[P0783]: `os` cannot be `lunix`"],
    );
    says(
        &step("container: {image: 'x.example.com/y:1', shell: '/usr/bin/python3 -c', cmds: ['print(\"${GIT_TAG}\")']}"),
        &["error[P0786]: `${GIT_TAG}` stands in a script that no shell reads"],
    );
    says(&step("kubectl: {file: a, action: '${GIT_TAG}'}"), &["error[P0786]: `action` depends on a variable"]);
}

#[test]
fn with_lenient_a_step_that_cannot_be_is_left_out_and_nothing_else() {
    let windows = "container: {image: 'x.example.com/y:1', os: windows, cmds: [dir]}";
    let linux = "container: {image: 'x.example.com/y:1', cmds: [ls]}";
    let lenient = Options { lenient: true, ..STRICT };
    let text = format!(
        "a:\n  b: {{{windows}}}\n  c: {{{linux}}}\nd:\n  e: {{{windows}}}\nf:\n  runs-if: fail\n  g: {{{linux}}}\n"
    );
    let import = import_with(&[(".wharf-ci.yml", &text)], lenient);
    let program =
        import.imported.as_ref().map(|one| one.program.clone()).unwrap_or_else(|| panic!("{}", said(&import)));
    assert!(said(&import).contains("5:51: warning[P0786]: a step runs on Windows"), "{}", said(&import));
    assert!(program.contains("task c ") && program.contains("task g "), "{program}");
    assert!(!program.contains("task b ") && !program.contains("stage d "), "{program}");
    let import = import_with(&[(".wharf-ci.yml", &format!("a:\n  b: {{{windows}}}\n"))], lenient);
    assert!(import.imported.is_none() && said(&import).contains("error[P0787]: no step is left"), "{}", said(&import));
}

#[test]
fn a_secret_that_a_variable_names_is_a_parameter() {
    let docker = |more: &str| step(&format!("docker: {{file: a, tag: b, destination: c.example.com/d{more}}}"));
    let vars = |text: &str| {
        import_with(
            &[(".wharf-ci.yml", &docker(text)), (".wharf-vars.yml", "vars: {REG_SECRET: harbor-push}\n")],
            STRICT,
        )
    };
    let program = vars("").imported.map(|one| one.program).unwrap();
    assert!(program.contains("harbor_push: secret,") && program.contains("auth:        harbor_push,"), "{program}");
    let import = import(&docker(", secret: '${REG_SECRET}'"));
    let program =
        import.imported.as_ref().map(|one| one.program.clone()).unwrap_or_else(|| panic!("{}", said(&import)));
    assert!(program.contains("reg_secret: secret,") && !program.contains("string"), "{program}");
    says(&docker(", secret: '${REG_SECRT}'"), &["error[P0785]: the variable `REG_SECRT` is not defined"]);
}
