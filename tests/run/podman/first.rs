//! `pipec-entrypoint` as the first process of a container, in an image that knows nothing of it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use super::{IMAGE, engine};
use crate::entrypoint::r#static::built;

/// 2.5: TERM reaches the command, whose own exit code is that of the container; no orphan stays a zombie.
#[test]
fn capability_2_5_as_the_first_process_of_a_container() {
    let (Some(engine), Some(file)) = (engine(), built()) else { return };
    let script = "trap 'ps -e -o stat= | grep -c Z; exit 7' TERM\n\
                  for i in 1 2 3 4 5; do (sh -c 'sleep 0.05 & exit 0' &); done; sleep 0.5\n\
                  echo ready $PPID; while :; do sleep 0.02; done";
    let mount = format!("type=bind,source={},target=/pipec-entrypoint,readonly", file.display());
    let mut command = engine.with(Command::new("podman"));
    command.args(["run", "--rm", "--name", "pipec-first-1", "--security-opt", "label=disable", "--mount", &mount]);
    command.args(["--entrypoint", "/pipec-entrypoint", IMAGE, "--", "bash", "-c", script]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert_eq!(line, "ready 1\n");
    engine.podman(&["kill", "--signal", "TERM", "pipec-first-1"]);
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert_eq!((child.wait().unwrap().code(), rest.as_str()), (Some(7), "0\n"));
    assert_eq!(engine.containers("first"), [""; 0]);
}

/// 2.2, 2.3, 2.17: from a container of an image without it, a copy of it, then exit codes and the time limit there.
#[test]
fn capability_2_3_it_is_brought_into_another_image() {
    let (Some(engine), Some(file)) = (engine(), built()) else { return };
    let tools = tempfile::tempdir().unwrap();
    let run = |mount: &str, words: &[&str]| {
        let mut command = engine.with(Command::new("podman"));
        command.args(["run", "--rm", "--network", "none", "--security-opt", "label=disable", "--mount", mount]);
        command.args(["--mount", &format!("type=bind,source={},target=/tools", tools.path().display())]);
        let done = command.args(words).stdin(Stdio::null()).output().unwrap();
        let text = String::from_utf8_lossy(&done.stdout).trim().to_owned();
        (done.status.code(), text, String::from_utf8_lossy(&done.stderr).into_owned())
    };
    let bring = format!("type=bind,source={},target=/bring/pipec-entrypoint,readonly", file.display());
    let (code, copy, said) = run(&bring, &["--entrypoint", "/bring/pipec-entrypoint", IMAGE, "init", "/tools"]);
    assert!(code == Some(0) && copy.starts_with("/tools/pipec-entrypoint-"), "{copy} {said}");
    let none = "type=tmpfs,target=/nothing";
    for (words, code, out) in [
        (&["--", "sh", "-c", "echo here; exit 42"][..], 42, "here"),
        (&["--", "no-such-command"], 127, ""),
        (&["--timeout", "200ms", "--cleanup", "echo cleaned", "--", "sleep", "20"], 124, "cleaned"),
    ] {
        let ran = run(none, &[&["--entrypoint", &copy, IMAGE], words].concat());
        assert_eq!((ran.0, ran.1.as_str()), (Some(code), out), "{}", ran.2);
    }
}
