//! Outputs that are files: where they lie is told, also where only the run knows it.

use std::os::unix::fs::symlink;

use pipec::contract::store::State;
use pipec::contract::{PathSpec, ScriptSpec};

use super::Line;

/// Its file is called after a parameter, a result and the turn of a loop.
const LINE: &str = r#"
    artifact Package
    task version -> string { image: "a/b:1", run: "printf '1 2' > ~{out}" }
    task pack(ws: workspace, arch: string, version: string) -> (package: Package = ws / "out/~{arch}-~{version}.tar") {
        image: "a/b:1", run: "echo p >>\"$TOP/log\"; printf %s ~{arch} > ~{out.package}"
    }
    pipeline line(archs: [string], tag: string) {
        workspace src { size: 1Gi }
        v = version()
        for arch in archs { p = pack(ws: src, arch, version: v) }
        one = pack(ws: src, arch: "~{tag}-~{v}", version: "x")
    }"#;

fn line() -> Line {
    let mut line = Line::of(LINE);
    line.give("tag", "it's").give_list("archs", &["x86", "s390x"]);
    line
}

const MADE: [&str; 3] = [
    "one.package src/out/it's-1 2-x.tar",
    "p[s390x].package src/out/s390x-1 2.tar",
    "p[x86].package src/out/x86-1 2.tar",
];

#[test]
fn a_path_of_parameters_results_and_turns_is_found() {
    let line = line();
    let told = line.succeed();
    assert_eq!(told.made, MADE, "{told:#?}");
    assert_eq!(line.read("work/workspaces/src/out/s390x-1 2.tar"), "s390x");
}

#[test]
fn a_kept_task_tells_the_same_and_one_whose_file_is_gone_runs_again() {
    let mut line = line();
    line.earlier = line.succeed().earlier();
    std::fs::remove_file(line.path("log")).unwrap();
    let told = line.succeed();
    assert_eq!(told.made, MADE.map(|made| format!("{made} kept")), "{told:#?}");
    assert!(!line.has("log"));
    std::fs::remove_file(line.path("work/workspaces/src/out/s390x-1 2.tar")).unwrap();
    let told = line.succeed();
    assert_eq!(line.read("log"), "p\n");
    assert_eq!(told.made[1], MADE[1]);
}

#[test]
fn another_path_is_another_key() {
    let mut line = line();
    line.earlier = line.succeed().earlier();
    let told = line.give("tag", "other").succeed();
    assert_eq!(told.made[0], "one.package src/out/other-1 2-x.tar");
    assert!(told.made[1].ends_with(" kept") && !told.kept.contains(&"one".to_owned()), "{told:#?}");
}

/// A task that puts a file at a path that only the run knows.
fn placed(path: &str) -> Line {
    let mut line = Line::of(
        r#"
        artifact File
        task make(ws: workspace, at: path) -> (file: File = ws / at) {
            image: "a/b:1", run: "echo x > ~{out.file}"
        }
        pipeline line(at: path) { workspace src { size: 1Gi }
            make(ws: src, at) }"#,
    );
    line.give("at", path);
    line
}

#[test]
fn what_would_lie_outside_of_its_workspace_is_not_written() {
    for (path, real) in [("../../../secret", "secret"), ("a/../../x", "work/workspaces/x")] {
        let line = placed(path);
        let told = line.run();
        assert_eq!((told.result.exit_code, &*told.made), (2, &[][..]), "{told:#?}");
        assert!(!line.has(real), "{told:#?}");
    }
}

/// As in scripts, which put a `/` before it.
#[test]
fn a_path_that_begins_with_a_slash_lies_in_its_workspace() {
    let line = placed("/out//./x");
    let told = line.succeed();
    assert_eq!(
        (told.made.as_slice(), line.read("work/workspaces/src/out/x").as_str()),
        (&["make.file src/out/x".to_owned()][..], "x\n")
    );
    assert_eq!(placed("out/../x").succeed().made, ["make.file src/x"]);
}

#[test]
fn a_link_is_told_by_its_name_if_it_stays_inside() {
    let line = placed("link");
    line.write("work/workspaces/src/real", "");
    symlink("real", line.path("work/workspaces/src/link")).unwrap();
    assert_eq!(line.succeed().made, ["make.file src/link"]);
    std::fs::remove_file(line.path("work/workspaces/src/link")).unwrap();
    line.write("secret", "");
    symlink(line.path("secret"), line.path("work/workspaces/src/link")).unwrap();
    let told = line.succeed();
    assert!(told.made.is_empty() && told.has_said("`link` lies outside of the workspace `src`"), "{told:#?}");
}

#[test]
fn what_is_gone_when_it_is_looked_for_is_said() {
    let mut line = placed("x");
    line.spec.tasks[0].steps[0].script += "\nrm ../../workspaces/src/x\n";
    let told = line.succeed();
    assert!(told.made.is_empty() && told.has_said("not kept as an artifact: nothing is at `x`"), "{told:#?}");
}

/// The task has done what it was for: it stays succeeded.
#[test]
fn a_path_that_cannot_be_evaluated_is_said() {
    let mut line = placed("x");
    let broken = |script: &str| {
        let script = script.to_owned();
        PathSpec::Made(ScriptSpec { script, env: Vec::new(), args: Vec::new() })
    };
    line.spec.tasks[0].artifacts[0].path = broken("#!/bin/sh\necho no way >&2\nexit 7\n");
    let told = line.succeed();
    assert_eq!((told.status("make"), told.made.as_slice()), (State::Succeeded, &[][..]));
    let said =
        "the output `file` of `make` is not kept as an artifact: its path cannot be evaluated, exit code 7: no way";
    assert!(told.has_said(said), "{told:#?}");
    line.spec.tasks[0].artifacts[0].path = broken("#!/bin/sh\nprintf '\\377' >\"$PIPE_VALUE\"\n");
    assert!(line.succeed().has_said("not kept as an artifact: its path is not UTF-8"));
}

/// What ends other tasks does not end the search of one that is done.
#[test]
fn the_failure_of_another_task_takes_nothing_from_what_was_made() {
    let mut line = Line::of(
        r#"
        artifact File
        task make(ws: workspace, at: path) -> (file: File = ws / at) { image: "a/b:1", run: "echo x > ~{out.file}" }
        task fail { image: "a/b:1", run: "until [ -e \"$TOP/looked\" ]; do sleep 0.01; done; exit 3" }
        pipeline line(at: path = "x") { workspace src { size: 1Gi }
            make(ws: src, at)
            fail() }"#,
    );
    let script = "#!/bin/sh\ntouch \"$TOP/looked\"; sleep 0.3; printf x >\"$PIPE_VALUE\"\n".to_owned();
    let at = line.spec.tasks.iter().position(|task| task.name == "make").unwrap();
    line.spec.tasks[at].artifacts[0].path = PathSpec::Made(ScriptSpec { script, env: Vec::new(), args: Vec::new() });
    let told = line.run();
    assert_eq!(
        (told.status("fail"), told.made.as_slice()),
        (State::Failed, &["make.file src/x".to_owned()][..]),
        "{told:#?}"
    );
}
