//! 2.15: the static builds do what the build of these tests does: the same tests, once more. That for the other architecture
//! is run by an emulator. What measures time or memory is left out, and for it also what asks to be given orphans, of which
//! the emulator does not know.

use std::io::Write as _;
use std::path::PathBuf;

use super::r#static::{built, built_for_arm};
use super::{BUILD, Build, commands, files, run, signals, streams};

/// What runs a file of the other architecture.
const EMULATOR: &str = "qemu-aarch64";

#[test]
fn capability_2_15_the_static_one_runs_commands() {
    of_this_machine(commands::FOR_EVERY_BUILD);
}

#[test]
fn capability_2_15_the_static_one_reads_and_writes_files() {
    of_this_machine(files::FOR_EVERY_BUILD);
    of_this_machine(streams::FOR_EVERY_BUILD);
}

#[test]
fn capability_2_15_the_static_one_hands_signals_on() {
    of_this_machine(signals::FOR_EVERY_BUILD);
    of_this_machine(signals::OF_ORPHANS);
}

#[test]
fn capability_2_15_on_arm_it_runs_commands() {
    of_the_other(commands::FOR_EVERY_BUILD);
}

#[test]
fn capability_2_15_on_arm_it_reads_and_writes_files() {
    of_the_other(files::FOR_EVERY_BUILD);
    of_the_other(streams::FOR_EVERY_BUILD);
}

#[test]
fn capability_2_15_on_arm_it_hands_signals_on() {
    of_the_other(signals::FOR_EVERY_BUILD);
}

fn of_this_machine(tests: &[fn()]) {
    let Some(file) = built() else { return };
    with(&Build { by: PathBuf::from("/usr/bin/env"), file: file.clone() }, tests);
}

/// Passed over where there is no emulator, which is said.
fn of_the_other(tests: &[fn()]) {
    let Some(file) = built_for_arm() else { return };
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Named whole: the tests start it with other values of PATH.
    let Some(by) = std::env::split_paths(&path).map(|folder| folder.join(EMULATOR)).find(|file| file.is_file()) else {
        assert!(std::env::var_os("PIPEC_NEEDS_QEMU").is_none(), "apt-get install qemu-user");
        let said = format!("there is no {EMULATOR} here: the entrypoint for {} is not run\n", super::r#static::ARM);
        std::io::stdout().write_all(said.as_bytes()).expect("a standard output");
        return;
    };
    with(&Build { by, file: file.clone() }, tests);
}

/// With this build in place of that of these tests, in this thread.
fn with(build: &Build, tests: &[fn()]) {
    let before = BUILD.replace(build.clone());
    assert!(run(&["--version"]).out.starts_with("pipec-entrypoint 0."), "{build:?}");
    tests.iter().for_each(|test| test());
    BUILD.set(before);
}
