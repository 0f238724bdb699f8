//! A runner that is killed leaves nothing.

use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use pipec::run::engine;
use pipec::run::guard::Guard;
use pipec::run::supervise::cancel::Cancel;

use super::{Line, Log};
use crate::processes::marked;

/// What [`runner`] runs: a step, one that left its group, one in a group of its own, and one that heeds no TERM.
const AWAY: &str = "trap '' TERM\nsetsid bash -c 'trap \"\" TERM; touch \"$TOP/one\"; while :; do sleep 1; done' &\n\
    bash -mc 'setsid sleep 1000.5 & sleep 1000.5 & touch \"$TOP/two\"; wait' &\n\
    ls -d \"$TOP\"/pipec.*; touch \"$TOP/three\"; while :; do sleep 1; done";

/// Not a test: the guardian of [`runner`].
#[test]
fn guardian() {
    if std::env::var_os("GUARD_ROLE").is_some() {
        pipec::run::guard::main();
    }
}

/// Not a test: a run that is killed.
#[test]
fn runner() {
    let Ok(top) = std::env::var("GUARD_TEST") else { return };
    let mut line = Line::of_task(AWAY, "");
    line.set("TOP", &top).set("TMPDIR", &top);
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["engine::guard::guardian", "--exact"]).env("GUARD_ROLE", "guardian");
    let guard = Guard::start(&mut command).unwrap();
    let work = line.work();
    let options = engine::Options { guard: Some(&guard), ..line.options(&work) };
    let cancel = Cancel::new().unwrap();
    engine::run(&line.spec, &line.values, &options, &Log::default(), &cancel).unwrap();
}

#[test]
fn when_the_runner_is_killed_with_its_group_nothing_stays() {
    for whole_group in [false, true] {
        let line = Line::of_task("true", "");
        let mark = line.path("").display().to_string();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["engine::guard::runner", "--exact"]).env("GUARD_TEST", mark.trim_end_matches('/'));
        let mut runner = command.process_group(0).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        ["one", "two", "three"].iter().for_each(|file| line.wait_for(file));
        assert!(lives(&mark) >= 5, "{}", lives(&mark));
        let id = runner.id();
        let who = if whole_group { format!("-{id}") } else { id.to_string() };
        assert!(Command::new("kill").args(["-KILL", "--", &who]).status().unwrap().success());
        runner.wait().unwrap();
        let began = Instant::now();
        while lives(&mark) > 0 || private_folders(&line) > 0 {
            assert!(began.elapsed() < Duration::from_secs(20), "{} live", lives(&mark));
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn a_run_that_ends_well_ends_its_guardian() {
    let line = Line::of_task("true", "");
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["engine::guard::guardian", "--exact"]).env("GUARD_ROLE", "guardian");
    let guard = Guard::start(&mut command).unwrap();
    let work = line.work();
    let options = engine::Options { guard: Some(&guard), ..line.options(&work) };
    let cancel = Cancel::new().unwrap();
    let result = engine::run(&line.spec, &line.values, &options, &Log::default(), &cancel).unwrap();
    assert_eq!(result.exit_code, 0);
    let began = Instant::now();
    drop(guard);
    assert!(began.elapsed() < Duration::from_secs(5));
}

fn private_folders(line: &Line) -> usize {
    let entries = std::fs::read_dir(line.path("")).unwrap().flatten();
    entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("pipec.")).count()
}

/// The processes that have the folder in their environment, without the runner's guardian.
fn lives(mark: &str) -> usize {
    marked(&format!("TOP={}", mark.trim_end_matches('/'))).len()
}
