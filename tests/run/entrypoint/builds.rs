//! 2.15: the static builds do what the build of these tests does: the same tests, once more. That for the other architecture
//! is run by an emulator; it is slow, so what measures time or memory, or moves much, is left out.

use std::io::Write as _;
use std::path::PathBuf;

use super::r#static::{built, built_for_arm};
use super::{BUILD, Build, commands, files, run, signals, streams};

/// What runs a file of the other architecture.
const EMULATOR: &str = "qemu-aarch64";

const COMMANDS: &[fn()] = &[
    commands::capability_2_2_the_exit_code_is_that_of_the_command,
    commands::capability_2_2_what_cannot_be_started_has_the_codes_of_a_shell,
    commands::capability_2_4_variables_are_set_and_unset_and_shown,
    commands::capability_2_14_its_own_configuration_is_not_handed_on,
    commands::capability_2_14_a_variable_says_what_an_option_says_and_less_than_it,
    commands::capability_2_14_a_setting_that_cannot_be_read_is_refused,
    commands::capability_2_14_a_secret_is_a_file_for_its_time_and_no_variable,
    commands::capability_2_7_a_script_before_it_may_keep_it_from_running,
    commands::capability_2_7_the_cleanup_comes_on_every_path,
    commands::capability_2_17_the_time_is_that_of_the_whole_group,
    commands::capability_2_18_outputs_are_checked_by_type,
    commands::a_wrong_word_is_answered_with_what_to_write,
];

const FILES: &[fn()] = &[
    files::capability_2_3_it_copies_itself_once_and_runs_from_there,
    files::capability_2_13_what_somebody_may_be_running_is_not_replaced,
    files::capability_2_3_copies_at_the_same_time_do_not_meet,
    files::who_waits_for_what_failed_ends_too,
    files::a_step_runs_with_what_the_files_say,
    streams::capability_2_6_bytes_are_kept_and_logged_exactly,
    streams::capability_2_6_output_comes_while_the_command_runs,
    streams::a_reader_that_goes_away_ends_the_command,
    streams::standard_input_is_empty_unless_asked_for,
];

const SIGNALS: &[fn()] = &[
    signals::capability_2_5_six_signals_go_on_to_the_group,
    signals::capability_2_5_a_command_that_ignores_term_is_killed_after_the_grace,
    signals::capability_2_5_a_second_term_kills_at_once,
    signals::capability_2_5_the_cleanup_has_its_grace_after_term,
    signals::capability_2_5_a_signal_before_the_command_is_no_success,
    signals::capability_2_5_as_pid_1_of_a_namespace,
];

/// The emulator does not know of a process that asks for orphans; the first of a namespace need not ask.
const ORPHANS: &[fn()] =
    &[signals::capability_2_5_orphans_are_waited_for, signals::capability_2_5_nothing_is_left_behind];

#[test]
fn capability_2_15_the_static_one_runs_commands() {
    of_this_machine(COMMANDS);
}

#[test]
fn capability_2_15_the_static_one_reads_and_writes_files() {
    of_this_machine(FILES);
}

#[test]
fn capability_2_15_the_static_one_hands_signals_on() {
    of_this_machine(SIGNALS);
    of_this_machine(ORPHANS);
}

#[test]
fn capability_2_15_on_arm_it_runs_commands() {
    of_the_other(COMMANDS);
}

#[test]
fn capability_2_15_on_arm_it_reads_and_writes_files() {
    of_the_other(FILES);
}

#[test]
fn capability_2_15_on_arm_it_hands_signals_on() {
    of_the_other(SIGNALS);
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
