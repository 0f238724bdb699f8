//! What those systems get wrong.

use super::Row;

/// What Wharf gets wrong, by the numbers of its list.
pub(super) const WHARF: &[Row] = &[
    // W1: commands joined by line ends in a shell that does not stop: `false` and then `echo ok` is a success.
    (
        "W1",
        &[
            "it::script::ends::a_script_stops_at_its_first_failure_with_its_code",
            "it::script::ends::bash_scripts_stop_at_a_failure_in_a_pipe_and_at_an_unset_variable",
            "it::examples::wharf::a_failed_test_stops_what_comes_after",
            "it::import_wharf::runs::capability_3_1_a_command_that_fails_ends_its_step",
        ],
    ),
    // W2: the step that ends last says how its stage ended.
    (
        "W2",
        &[
            "run::engine::failure::capability_3_7_a_failure_stays_one_whoever_ends_in_the_same_moment",
            "run::store::interleaved::a_thousand_interleavings_end_alike",
        ],
    ),
    // W3: `set` of helm is read, and reaches no command: a parameter that nothing reads is told.
    (
        "W3",
        &[
            "it::lints::unused::a_parameter_is_read_somewhere",
            "it::stdlib::wharf::capability_3_3_helm_is_told_every_value",
        ],
    ),
    // W4: what is not given becomes an empty argument.
    (
        "W4",
        &[
            "it::capabilities::what_is_not_given_is_no_word",
            "it::stdlib::wharf::capability_3_3_helm_package_leaves_an_empty_version_out",
        ],
    ),
    // W5: an argument that is no option of its tool, a field that is ignored: what a library says of a command is held against it.
    (
        "W5",
        &[
            "it::facts::unknown_flags_are_told_and_mended",
            "it::lints::unused::a_parameter_is_read_somewhere",
            "it::stdlib::wharf::capability_3_3_nuget_package_packs_the_version_and_pushes_all",
        ],
    ),
    // W6: a branch of a script that nobody ever ran.
    ("W6", &["it::stdlib::modules::every_task_is_called", "it::examples::wharf::a_shop_is_built_tested_and_deployed"]),
    // W7: certificates are never looked at.
    ("W7", &["it::capabilities::nobody_is_trusted_unseen"]),
    // W8: a name that nobody knows stays in an image, a path, an argument.
    (
        "W8",
        &[
            "it::check::names::unknown_names_are_said_with_what_was_meant",
            "pipec::run::entrypoint::subst::tests::a_name_without_a_value_is_an_error",
            "it::import_wharf::variables::capability_3_4_in_a_name_there_is_no_shell_that_could_be_meant",
        ],
    ),
    // W9: its own example cannot be read.
    (
        "W9",
        &[
            "it::import_wharf::findings::unknown_keys_are_errors_or_with_lenient_warnings",
            "it::examples::plans::examples_and_library_check_clean",
            "it::readme::its_programs_check_clean_and_their_tests_pass",
            "it::pages::every_accepted_program_gives_nothing",
        ],
    ),
    // W10: when a commit was made is when it was written.
    ("W10", &["it::import_wharf::variables::capability_3_4_when_a_commit_was_written_and_made_are_two_values"]),
    // W11: nothing ends what does not end by itself, such as an image that cannot be pulled.
    (
        "W11",
        &[
            "run::engine::failure::a_time_limit_ends_the_whole_group_of_each_try_even_where_term_is_ignored",
            "run::engine::services::a_service_that_does_not_come_up_fails_the_task_with_what_it_said",
            "it::tekton::surface::a_timeout_of_the_run_counts",
            "it::buildconfig::manifests::the_build_with_kvm",
        ],
    ),
    // W12: a build that was cancelled has succeeded.
    (
        "W12",
        &[
            "run::commands::cancelled::signals_cancel",
            "run::parity::fixed::capability_3_12_a_cancelled_run_cleans_up_and_ends_with_143",
            "run::builder::capability_2_5_a_cancelled_build_ends_its_tasks",
        ],
    ),
    // W13: a line of more than 64 KiB fails its step.
    (
        "W13",
        &[
            "run::entrypoint::streams::capability_2_6_a_line_has_no_limit",
            "run::supervise::every_byte_of_both_streams_arrives_without_a_limit_to_lines",
            "run::store::logs::every_byte_is_kept",
            "it::emitted_shell::output::a_line_longer_than_what_is_held_back_is_shown_whole",
        ],
    ),
    // W14: who waits for the next line uses a whole processor.
    ("W14", &["run::commands::logs::who_waits_for_a_line_uses_no_processor"]),
    // W15: what was left out is not in the result.
    (
        "W15",
        &[
            "run::engine::values::a_condition_decides_before_or_when_it_can",
            "it::emitted_shell::output::the_result_tells_of_every_task_and_step",
        ],
    ),
    // W16: names in two styles.
    ("W16", &["it::syntax::faults::the_fix_of_a_wrong_case_changes_every_place"]),
];

/// What the entrypoint of Relay gets wrong, in the order in which its description tells it.
pub(super) const RELAY: &[Row] = &[
    // R1: what follows a line of 64 KiB is lost, and a longer one hangs.
    ("R1", &["run::entrypoint::streams::capability_2_6_a_line_has_no_limit"]),
    // R2: the container ends with 0, whatever its command did.
    ("R2", &["run::entrypoint::commands::capability_2_2_the_exit_code_is_that_of_the_command"]),
    // R3: of all signals three are handed on.
    ("R3", &["run::entrypoint::signals::capability_2_5_six_signals_go_on_to_the_group"]),
    // R4: a signal before the command starts is a success.
    (
        "R4",
        &[
            "run::entrypoint::signals::capability_2_5_a_signal_before_the_command_is_no_success",
            "run::engine::cancel::a_signal_before_the_first_task_starts_none",
        ],
    ),
    // R5: orphans stay zombies.
    ("R5", &["run::entrypoint::signals::capability_2_5_orphans_are_waited_for"]),
    // R6: the command has no time limit.
    ("R6", &["run::entrypoint::commands::capability_2_17_the_time_is_that_of_the_whole_group"]),
    // R7: what cannot be started has no status.
    (
        "R7",
        &[
            "run::entrypoint::commands::capability_2_2_what_cannot_be_started_has_the_codes_of_a_shell",
            "run::engine::failure::what_cannot_be_started_fails_its_task",
        ],
    ),
    // R8: a list or a map in a variable is the text that its language shows of it.
    (
        "R8",
        &["it::check::tasks::environments_and_files_take_text", "it::check::basics::text_takes_what_has_a_text_form"],
    ),
    // R9: secrets stand in the environment of the supervisor.
    ("R9", &["run::entrypoint::commands::capability_2_14_a_secret_is_a_file_for_its_time_and_no_variable"]),
    // R10: an image without a command is a success.
    ("R10", &["it::lock::kept::a_command_that_nobody_knows_is_an_error"]),
    // R11: `command` is one word, so that `echo hello` is the name of a program.
    ("R11", &["it::lock::kept::capability_2_2_the_command_of_an_image_runs"]),
    // R12: the script before the command takes its place, and goes on behind a failure.
    (
        "R12",
        &[
            "run::entrypoint::commands::capability_2_7_a_script_before_it_may_keep_it_from_running",
            "it::lock::kept::capability_2_16_all_else_is_as_of_other_tasks",
        ],
    ),
    // R13: a call for every line, so that who takes logs slowly slows the command.
    (
        "R13",
        &[
            "run::entrypoint::streams::capability_2_6_with_drop_nobody_waits_for_a_reader_and_what_is_gone_is_said",
            "run::commands::alone::capability_4_1_a_run_talks_to_nobody",
        ],
    ),
    // R14: every step holds a pod from the beginning, and a circle waits for an hour.
    ("R14", &["it::tekton::what_runs_is_what_the_plan_says", "it::check_rules::a_circle_is_shown_whole"]),
    // R15: a word that it does not know is a success.
    ("R15", &["run::entrypoint::commands::a_wrong_word_is_answered_with_what_to_write"]),
    // R16: a setting that cannot be read is ignored.
    (
        "R16",
        &[
            "run::entrypoint::commands::capability_2_14_a_variable_says_what_an_option_says_and_less_than_it",
            "run::entrypoint::commands::capability_2_14_a_setting_that_cannot_be_read_is_refused",
        ],
    ),
    // R17: conditions that contradict each other wait until the time is up.
    (
        "R17",
        &["it::lints::conditions::what_stands_around_it_is_known", "it::lints::conditions::requirements_are_known"],
    ),
    // R18: the tool is replaced where somebody may be running it, or stays an old one under the same name.
    (
        "R18",
        &[
            "run::entrypoint::files::capability_2_13_what_somebody_may_be_running_is_not_replaced",
            "it::lock::injected::capability_2_13_two_versions_stand_beside_each_other",
        ],
    ),
    // R19: time limits, retries and failures that may be, promised and never built.
    (
        "R19",
        &[
            "run::parity::fixed::capability_2_17_time_limits_and_retries",
            "run::engine::failure::a_failure_that_may_go_on_does_not_stop_the_run_but_its_readers_have_nothing_to_read",
        ],
    ),
];
