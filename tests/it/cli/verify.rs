//! `pipec verify`: which files it takes, what it says of them, how it ends.

use super::run::Place;

const RIGHT: &str = "apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: build
spec:
  steps:
    - name: make
      image: docker.io/library/golang:1.24
      script: make
";

fn wrong() -> String {
    RIGHT.replace("script: make", "timeout: 1d\n      script: make")
}

#[test]
fn files_folders_and_hidden_folders_are_verified() {
    let place = Place::with(&[(".tekton/a.yaml", RIGHT), ("b/c.yml", &wrong()), ("d.txt", "x")]);
    let ran = place.run(&["verify", "--format", "concise"]);
    assert_eq!((ran.code, ran.out.lines().count()), (1, 1), "{ran:?}");
    assert!(ran.out.starts_with("b/c.yml:9:16: error[P0648]: `1d` is no duration"), "{ran:?}");
    let ran = place.run(&["verify", ".tekton"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran:?}");
    assert!(ran.err.contains("1 manifest in 1 file verified, nothing found"), "{ran:?}");
}

#[test]
fn documents_of_several_files_are_held_against_each_other() {
    let task = RIGHT.replace("spec:\n", "spec:\n  params:\n    - name: goal\n");
    let run =
        "apiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata:\n  generateName: b-\nspec:\n  taskRef:\n    name: build\n";
    let place = Place::with(&[("task.yaml", &task), ("run.yaml", run)]);
    assert_eq!(place.run(&["verify", "run.yaml"]).code, 0);
    let ran = place.run(&["verify", "--format", "concise", "run.yaml", "task.yaml"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.contains("run.yaml:6:3: error[P0651]"), "{ran:?}");
}

#[test]
fn what_cannot_be_read_or_has_no_manifest_is_a_failure() {
    let place = Place::with(&[("a.yaml", "a: 1\n")]);
    for args in [&["verify", "b.yaml"][..], &["verify", "a.yaml"], &["verify"]] {
        assert_eq!(place.run(args).code, 2, "{args:?}");
    }
}

#[test]
fn every_format_of_a_check_is_one_here() {
    let place = Place::with(&[("a.yaml", &wrong())]);
    for (format, mark) in [
        ("full", "timeout: 1d"),
        ("concise", "a.yaml:9:16"),
        ("json", "\"P0648\""),
        ("sarif", "\"2.1.0\""),
        ("github", "::error file=a.yaml,line=9"),
        ("junit", "<testsuite"),
    ] {
        let ran = place.run(&["verify", "--format", format, "a.yaml"]);
        assert!(ran.code == 1 && ran.out.contains(mark), "{format}: {ran:?}");
    }
}

#[test]
fn warnings_have_levels() {
    let place = Place::with(&[("a.yaml", &RIGHT.replace(":1.24", ""))]);
    assert_eq!(place.run(&["verify", "a.yaml"]).code, 0);
    assert_eq!(place.run(&["verify", "--deny", "manifest-unpinned", "a.yaml"]).code, 1);
    assert_eq!(place.run(&["verify", "--allow", "P0663", "--format", "concise", "a.yaml"]).out, "");
    place.put("pipec.toml", "[lints]\nmanifest-unpinned = \"deny\"\n");
    assert_eq!(place.run(&["verify", "a.yaml"]).code, 1);
}

#[test]
fn a_cluster_is_named_by_its_level_and_its_version() {
    let text = RIGHT.replace("script: make", "displayName: Make\n      stdoutConfig: {path: /x}");
    let place = Place::with(&[("a.yaml", &text)]);
    let concise = |more: &[&str]| place.run(&[&["verify", "a.yaml", "--format", "concise"], more].concat());
    let ran = concise(&[]);
    assert!(
        ran.code == 1 && ran.out.contains("a.yaml:10:7: error[P0656]: `stdoutConfig` is of level alpha"),
        "{ran:?}"
    );
    assert_eq!(concise(&["--level", "alpha"]).code, 0);
    let ran = concise(&["--level", "alpha", "--min-version", "v1.5"]);
    assert!(ran.out.contains("a.yaml:9:7: error[P0657]: `displayName` can be used from v1.6 on"), "{ran:?}");
    let ran = place.run(&["verify", "a.yaml"]);
    assert!(ran.out.contains("set `enable-api-fields: alpha` in the ConfigMap `feature-flags`"), "{ran:?}");
    for wrong in [["--level", "gamma"], ["--min-version", "new"]] {
        assert_eq!(concise(&wrong).code, 2, "{wrong:?}");
    }
}

#[test]
fn standard_input_is_a_file_like_others() {
    let place = Place::with(&[]);
    let ran = place.feed(&["verify", "-", "--format", "concise"], &wrong());
    assert!(ran.code == 1 && ran.out.contains(":9:16: error[P0648]"), "{ran:?}");
    let ran = place.feed(&["verify", "-"], "a: 1\n");
    assert!(
        ran.code == 2 && ran.out.contains("no manifest of Tekton or of OpenShift builds in standard input"),
        "{ran:?}"
    );
}

#[test]
fn documents_of_other_kinds_are_passed_over_with_a_word() {
    let other = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n---\n---\nany: thing\n";
    let place = Place::with(&[("a.yaml", RIGHT), ("b.yaml", other)]);
    let ran = place.run(&["verify", "."]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.err.contains("1 manifest in 2 files verified, nothing found; 2 documents of other kinds"), "{ran:?}");
}

#[test]
fn a_template_is_to_be_rendered_first() {
    let helm = format!("{{{{- if .Values.on }}}}\n{RIGHT}{{{{- end }}}}\n");
    let place = Place::with(&[("a.yaml", &helm), ("b.yaml", &wrong())]);
    let ran = place.run(&["verify", ".", "--format", "concise"]);
    assert_eq!(ran.out.lines().count(), 2, "{ran:?}");
    assert!(ran.out.contains("a.yaml:1:1: error[P0641]: this is a template"), "{ran:?}");
    let filled =
        RIGHT.replace("script: make", "timeout: {{ .Values.timeout }}").replace("name: build", "name: {{ .name }}");
    let place = Place::with(&[("a.yaml", &filled)]);
    let ran = place.run(&["verify", "a.yaml"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran:?}");
}

#[test]
fn what_is_no_text_is_said_to_be_none() {
    let place = Place::with(&[("empty.yaml", ""), ("right.yaml", RIGHT)]);
    place.put("binary.yaml", [0xff, 0xfe, 0, 1, 2]);
    let ran = place.run(&["verify", "binary.yaml", "right.yaml"]);
    let said = format!("{}{}", ran.out, ran.err);
    assert!(ran.code == 1 && said.contains("a manifest is UTF-8 text"), "{ran:?}");
    assert!(ran.err.contains("1 manifest in 1 file verified"), "{ran:?}");
    assert_eq!(place.run(&["verify", "empty.yaml"]).code, 2);
    assert_eq!(place.run(&["verify", "empty.yaml", "right.yaml"]).code, 0);
}
