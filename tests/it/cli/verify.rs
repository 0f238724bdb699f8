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
