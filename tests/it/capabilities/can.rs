//! What can be done, by the numbers of the list.

use super::Row;

pub(super) const CAPABILITIES: &[Row] = &[
    // Logic is checked without running anything: 500 steps within 50 ms, offline, exit codes 0, 1 and 2.
    (
        "1.8",
        &[
            "it::cli::logic::capability_1_8_five_hundred_steps_are_checked_at_once",
            "it::cli::logic::capability_1_8_nothing_is_run",
            "it::cli::logic::capability_1_8_nobody_is_asked",
            "it::cli::check::nothing_found_is_0_findings_are_1_trouble_is_2",
        ],
    ),
    // The entrypoint as the builder of a build: the archive on standard input, `BUILD` in the environment.
    (
        "1.9",
        &[
            "run::builder::capability_1_9_an_archive_is_run",
            "run::builder::capability_1_9_a_failure_is_the_exit_code",
            "run::builder::capability_1_9_what_is_no_archive_is_refused_with_a_reason",
            "run::builder::capability_1_9_nothing_leaves_the_folder",
        ],
    ),
    // An archive of the same bytes twice; builds are started with it and waited for, and never given an `--env`.
    (
        "1.10",
        &[
            "it::bundle::command::the_same_input_gives_the_same_bytes",
            "it::bundle::command::entries_have_no_owner_no_time_and_plain_modes",
            "it::buildconfig::driver::the_same_input_gives_the_same_archive",
            "it::buildconfig::driver::builds_follow_each_other_and_are_waited_for",
        ],
    ),
    // One BuildConfig for development and production; what differs is in the archive.
    (
        "1.11",
        &[
            "it::buildconfig::numbers::capability_1_11_one_build_config_serves_development_and_production",
            "it::bundle::command::only_the_values_differ_between_environments",
        ],
    ),
    // Three classes are three BuildConfigs; they keep the rules, which are those of the real validator.
    (
        "1.12",
        &[
            "it::buildconfig::numbers::number_1_12_three_classes_are_three_build_configs",
            "it::buildconfig::manifests::a_release_keeps_every_rule",
            "it::buildconfig::manifests::a_class_in_use_is_one_build_config",
            "it::verify::builds::an_error_is_what_the_api_server_refuses",
            "run::builder::capability_1_12_builds_hand_on_through_the_store",
        ],
    ),
    // A secret is no text: it is mounted where it is used, and nowhere else.
    (
        "1.13",
        &[
            "it::check::secrets::secrets_are_no_arguments_and_no_text",
            "it::check::secrets::secrets_are_no_results",
            "it::buildconfig::numbers::number_1_13_a_secret_is_a_mount_and_nothing_else",
            "it::tekton::a_secret_that_may_be_absent_is_named_by_the_check",
            "it::tekton::what_runs_is_what_the_plan_says",
            "it::emitted_shell::values::a_secret_of_a_file_or_variable_is_in_no_argument_log_or_file",
            "run::commands::values::a_secret_is_a_file_a_variable_or_a_name",
            "run::podman::values::capability_1_13_a_secret_is_with_its_container_only",
        ],
    ),
    // Architectures side by side: a loop over a typed list, nodes of theirs.
    (
        "1.14",
        &[
            "it::buildconfig::wishes::number_1_14_architectures_are_builds_of_their_own",
            "it::plan::build::a_for_is_unrolled_as_a_product_with_exclusions",
            "it::tekton::surface::selectors_and_variables_add_to_those_of_the_run",
        ],
    ),
    // Builds can be repeated: the same bytes, and images that are not pinned are told.
    (
        "1.15",
        &[
            "it::buildconfig::numbers::number_1_15_builds_are_repeatable",
            "it::lints::images::an_image_has_a_tag_or_a_digest",
            "it::lock::pinned::capability_2_13_images_are_emitted_with_their_digests",
            "it::tekton::the_same_plan_gives_the_same_bytes",
            "it::emitted_shell::text::the_same_plan_gives_the_same_bytes_and_says_how_to_make_it_again",
        ],
    ),
    // For whoever calls the script: stable exit codes and a summary in JSON.
    (
        "1.16",
        &[
            "it::buildconfig::summary::a_run_that_succeeds_is_summed_up",
            "it::buildconfig::summary::a_failure_says_which_build_and_what_never_started",
            "it::buildconfig::summary::a_run_that_is_refused_is_summed_up_too",
            "it::buildconfig::summary::a_signal_is_a_code_and_a_status",
            "it::emitted_shell::output::the_result_tells_of_every_task_and_step",
            "it::emitted_shell::failure::a_failure_ends_what_runs_stops_what_has_not_started_and_lets_finally_run",
        ],
    ),
    // What runs on a laptop is what runs in the pipeline.
    (
        "1.17",
        &[
            "it::cli::bodies::capability_1_17_the_bytes_of_a_step_are_the_same_everywhere",
            "run::parity::capability_1_17_generated_programs_run_the_same_everywhere",
            "run::parity::capability_1_17_generated_programs_hold_every_kind",
            "run::parity::examples::capability_1_17_examples_run_the_same_everywhere",
            "run::commands::containers::capability_4_7_the_same_scripts_run_with_every_engine",
        ],
    ),
    // What a developer changed travels in the archive, and so does that it is a developer's.
    (
        "1.18",
        &[
            "it::bundle::remote::a_dry_run_prints_the_list_and_the_calls_and_touches_nothing",
            "it::bundle::remote::changes_and_the_mode_go_along_where_they_are_wanted",
            "it::bundle::remote::what_is_sent_is_what_was_listed",
            "run::builder::capability_1_18_changed_files_lie_in_the_workspace",
        ],
    ),
    // A supervisor is in front of the command of the container, which stands behind `--`.
    ("2.1", &["it::lock::injected::capability_2_1_and_2_11_the_tool_is_in_front_of_each_command"]),
    // Exit codes: 42 is 42, KILL is 137, what is not found 127, what cannot be executed 126.
    (
        "2.2",
        &[
            "run::entrypoint::commands::capability_2_2_the_exit_code_is_that_of_the_command",
            "run::entrypoint::commands::capability_2_2_what_cannot_be_started_has_the_codes_of_a_shell",
            "it::lock::kept::capability_2_2_the_command_of_an_image_runs",
        ],
    ),
    // It copies itself where others find it, also out of an empty image, and what is emitted has it do so.
    (
        "2.3",
        &[
            "run::entrypoint::files::capability_2_3_it_copies_itself_once_and_runs_from_there",
            "run::entrypoint::files::capability_2_3_copies_at_the_same_time_do_not_meet",
            "run::entrypoint::static::capability_2_3_it_copies_itself_out_of_an_empty_image",
            "it::lock::injected::capability_2_3_an_image_of_nothing_but_its_program_runs",
            "run::podman::first::capability_2_3_it_is_brought_into_another_image",
        ],
    ),
    // Variables are set and unset; what has no text is none.
    (
        "2.4",
        &[
            "run::entrypoint::commands::capability_2_4_variables_are_set_and_unset_and_shown",
            "run::commands::values::capability_2_4_a_variable_is_taken_away",
            "it::check::tasks::environments_and_files_take_text",
        ],
    ),
    // Signals go on to the group, orphans are waited for, and who does not end is killed; as PID 1 too.
    (
        "2.5",
        &[
            "run::entrypoint::signals::capability_2_5_six_signals_go_on_to_the_group",
            "run::entrypoint::signals::capability_2_5_a_command_that_ignores_term_is_killed_after_the_grace",
            "run::entrypoint::signals::capability_2_5_a_second_term_kills_at_once",
            "run::entrypoint::signals::capability_2_5_the_cleanup_has_its_grace_after_term",
            "run::entrypoint::signals::capability_2_5_a_signal_before_the_command_is_no_success",
            "run::entrypoint::signals::capability_2_5_orphans_are_waited_for",
            "run::entrypoint::signals::capability_2_5_nothing_is_left_behind",
            "run::entrypoint::signals::capability_2_5_as_pid_1_of_a_namespace",
            "run::builder::capability_2_5_a_cancelled_build_ends_its_tasks",
            "run::podman::first::capability_2_5_as_the_first_process_of_a_container",
        ],
    ),
    // Output goes on as it comes: lines of a megabyte, any bytes, nothing lost, nobody kept waiting who need not be.
    (
        "2.6",
        &[
            "run::entrypoint::streams::capability_2_6_a_line_has_no_limit",
            "run::entrypoint::streams::capability_2_6_bytes_are_kept_and_logged_exactly",
            "run::entrypoint::streams::capability_2_6_a_slow_reader_makes_the_command_wait_and_loses_nothing",
            "run::entrypoint::streams::capability_2_6_with_drop_nobody_waits_for_a_reader_and_what_is_gone_is_said",
            "run::entrypoint::streams::capability_2_6_output_comes_while_the_command_runs",
            "run::commands::large::a_large_log_is_kept_and_read_in_constant_memory",
            "pipec::run::store::queue::tests::who_writes_bytes_one_by_one_is_made_to_wait_too",
        ],
    ),
    // A script before the command, whose failure is that of the step; `set -eu` is on.
    (
        "2.7",
        &[
            "run::entrypoint::commands::capability_2_7_a_script_before_it_may_keep_it_from_running",
            "run::entrypoint::commands::capability_2_7_the_cleanup_comes_on_every_path",
            "it::script::ends::cleanup_runs_once_on_every_path_and_its_failure_fails_only_a_good_task",
        ],
    ),
    // Exit codes mean what the task says, by type; how tasks ended is in the JSON, and who comes after runs after success.
    (
        "2.8",
        &[
            "run::parity::fixed::capability_2_8_exit_codes_mean_what_the_program_says",
            "it::check::tasks::every_field_has_a_type",
            "it::script::ends::exit_codes_mean_what_the_task_says",
            "run::engine::failure::exit_codes_mean_what_the_task_says",
            "run::engine::failure::a_failure_ends_what_runs_stops_what_has_not_started_and_lets_finally_run",
            "run::entrypoint::files::a_step_runs_with_what_the_files_say",
        ],
    ),
    // The command of an image, as it is locked: the twelve rows of the table.
    (
        "2.9",
        &[
            "pipec::query::lock::argv::tests::capability_2_9_twelve_rows",
            "it::lock::layouts::capability_2_9_an_image_is_written_down",
            "it::lock::kept::capability_2_9_args_replace_the_command",
        ],
    ),
    ("2.10", &["it::lock::injected::capability_2_10_tools_lie_in_a_volume_that_many_read"]),
    ("2.11", &["it::lock::injected::capability_2_1_and_2_11_the_tool_is_in_front_of_each_command"]),
    // A tool has its version and digest in its name, so that two stand beside each other and none is replaced.
    (
        "2.13",
        &[
            "it::lock::injected::capability_2_13_two_versions_stand_beside_each_other",
            "it::lock::injected::capability_2_13_two_versions_are_applied_together",
            "it::lock::pinned::capability_2_13_images_are_emitted_with_their_digests",
            "run::entrypoint::files::capability_2_13_what_somebody_may_be_running_is_not_replaced",
        ],
    ),
    // The supervisor holds no credentials and hands its own configuration to nobody.
    (
        "2.14",
        &[
            "run::entrypoint::commands::capability_2_14_its_own_configuration_is_not_handed_on",
            "run::entrypoint::commands::capability_2_14_a_variable_says_what_an_option_says_and_less_than_it",
            "run::entrypoint::commands::capability_2_14_a_setting_that_cannot_be_read_is_refused",
            "run::entrypoint::commands::capability_2_14_a_secret_is_a_file_for_its_time_and_no_variable",
            "it::check::secrets::capability_2_14_nothing_is_said_to_the_supervisor",
        ],
    ),
    // Static, for two architectures, small, and soon started.
    (
        "2.15",
        &[
            "run::entrypoint::static::capability_2_15_it_is_static_and_small",
            "run::entrypoint::static::capability_2_15_it_is_static_and_small_on_arm",
            "run::entrypoint::static::capability_2_15_it_starts_at_once",
            "run::entrypoint::builds::capability_2_15_the_static_one_runs_commands",
            "run::entrypoint::builds::capability_2_15_the_static_one_reads_and_writes_files",
            "run::entrypoint::builds::capability_2_15_the_static_one_hands_signals_on",
            "run::entrypoint::builds::capability_2_15_on_arm_it_runs_commands",
            "run::entrypoint::builds::capability_2_15_on_arm_it_reads_and_writes_files",
            "run::entrypoint::builds::capability_2_15_on_arm_it_hands_signals_on",
        ],
    ),
    // Any image with any command, without a label and without a library.
    (
        "2.16",
        &[
            "it::lock::kept::capability_2_16_all_else_is_as_of_other_tasks",
            "it::lock::injected::capability_2_3_an_image_of_nothing_but_its_program_runs",
        ],
    ),
    // A time limit ends the group with 124; a task is tried again.
    (
        "2.17",
        &[
            "run::entrypoint::commands::capability_2_17_the_time_is_that_of_the_whole_group",
            "run::parity::fixed::capability_2_17_time_limits_and_retries",
            "run::engine::failure::a_failing_task_is_tried_again",
            "run::engine::failure::a_time_limit_ends_the_whole_group_of_each_try_even_where_term_is_ignored",
            "run::podman::ends::capability_2_17_a_container_ends_as_its_task_is_to",
        ],
    ),
    ("2.18", &["run::entrypoint::commands::capability_2_18_outputs_are_checked_by_type"]),
    // The stages of a `.wharf-ci.yml` come one behind the other, and run by how those before them ended.
    (
        "3.1",
        &[
            "it::import_wharf::capability_3_1_each_kind_of_file_becomes_the_program_beside_it",
            "it::import_wharf::capability_3_1_each_program_is_in_the_layout_and_sound_and_every_engine_takes_it",
            "it::import_wharf::order::capability_3_1_stages_are_barriers_in_each_kind_of_file",
            "it::import_wharf::order::capability_3_1_stages_of_any_size_are_barriers",
            "it::import_wharf::random::capability_3_1_what_is_edited_blindly_is_sound_or_refused",
            "it::import_wharf::runs::capability_3_1_stages_run_by_how_those_before_them_ended",
            "it::cli::import::capability_3_1_a_definition_of_wharf_is_a_program",
            "it::import_wharf::order::capability_3_1_the_stages_are_those_of_the_file_in_its_order",
            "it::import_wharf::order::capability_3_1_a_stage_of_some_environments_is_no_hole_in_the_order",
            "it::import_wharf::runs::capability_3_1_a_command_that_fails_ends_its_step",
        ],
    ),
    // What may run together does; one at a time is always in one order.
    (
        "3.2",
        &[
            "it::emitted_shell::order::tasks_without_order_run_together",
            "it::emitted_shell::order::one_job_is_one_task_at_a_time_in_a_fixed_order",
            "run::engine::order::independent_tasks_run_together_as_many_as_may",
            "run::engine::order::no_more_than_at_once_run_together",
            "it::plan::build::stages_run_one_behind_the_other",
        ],
    ),
    // A step is a container of a pod; the types of steps are in the library, with every field and default.
    (
        "3.3",
        &[
            "it::tekton::what_runs_is_what_the_plan_says",
            "it::tekton::surface::each_field_of_a_pod",
            "it::stdlib::wharf::capability_3_3_docker_builds_and_pushes_with_kaniko",
            "it::stdlib::wharf::capability_3_3_an_image_without_a_tag_is_not_built",
            "it::stdlib::wharf::capability_3_3_helm_is_told_every_value",
            "it::stdlib::wharf::capability_3_3_helm_package_leaves_an_empty_version_out",
            "it::stdlib::wharf::capability_3_3_kubectl_fills_its_files_in",
            "it::stdlib::wharf::capability_3_3_nuget_package_packs_the_version_and_pushes_all",
        ],
    ),
    // A value is typed, and a name that nobody declared is an error with the near one.
    (
        "3.4",
        &[
            "it::check::names::unknown_names_are_said_with_what_was_meant",
            "it::check::names::the_fix_of_a_misspelt_name_works",
            "it::check::basics::text_takes_what_has_a_text_form",
            "it::script::values::texts_arrive_in_every_context",
            "it::import_wharf::variables::capability_3_4_a_variable_that_is_not_defined_is_an_error_with_a_suggestion",
            "it::import_wharf::variables::capability_3_4_what_is_all_of_a_value_keeps_its_type",
            "it::import_wharf::variables::capability_3_4_a_variable_has_a_value_in_each_environment_that_reads_it",
            "it::import_wharf::variables::capability_3_4_a_password_is_a_secret_and_stands_in_no_text",
            "it::import_wharf::variables::capability_3_4_in_a_name_there_is_no_shell_that_could_be_meant",
            "it::import_wharf::variables::capability_3_4_inputs_count_more_than_environments_and_those_more_than_files_and_built_ins",
            "it::import_wharf::variables::capability_3_4_values_in_single_quotes_and_as_code_stay_one_word",
            "it::import_wharf::variables::capability_3_4_when_a_commit_was_written_and_made_are_two_values",
        ],
    ),
    // Names in a stream: a gigabyte in constant memory, any bytes, lines of any length.
    (
        "3.5",
        &[
            "run::entrypoint::files::capability_3_5_names_are_filled_in_while_a_stream_goes_by",
            "run::entrypoint::files::capability_3_5_its_memory_does_not_grow",
            "pipec::run::entrypoint::subst::tests::a_name_without_a_value_is_an_error",
        ],
    ),
    // The next begins when the last has ended, and nothing of it is left.
    (
        "3.6",
        &[
            "run::engine::order::a_task_starts_when_what_it_comes_after_has_ended",
            "run::engine::cancel::who_left_the_group_is_gone_with_its_task",
            "run::engine::guard::when_the_runner_is_killed_with_its_group_nothing_stays",
            "it::emitted_shell::failure::what_a_step_leaves_in_the_background_ends_with_it",
            "it::emitted_shell::cancel::tasks_do_not_outlive_a_script_that_is_killed",
            "run::podman::ends::capability_3_6_a_killed_runner_leaves_no_container",
        ],
    ),
    // The result in the shape of Wharf's; how a run ended does not depend on who ended last.
    (
        "3.7",
        &[
            "run::commands::options::a_failure_is_the_exit_code_and_is_told",
            "run::engine::order::stages_stand_in_the_result",
            "run::store::interleaved::a_thousand_interleavings_end_alike",
            "run::engine::failure::capability_3_7_a_failure_stays_one_whoever_ends_in_the_same_moment",
            "it::emitted_shell::output::the_result_tells_of_every_task_and_step",
        ],
    ),
    // A failure ends the others, and every error is told.
    (
        "3.8",
        &[
            "run::commands::options::capability_3_8_a_failure_ends_the_rest_or_only_what_depends_on_it",
            "run::parity::fixed::capability_3_8_a_failure_stops_what_has_not_begun_and_finally_runs",
            "run::parity::fixed::capability_3_8_what_will_not_run_is_not_skipped_for_want_of_what_it_reads",
            "run::engine::failure::a_failure_ends_what_runs_stops_what_has_not_started_and_lets_finally_run",
            "run::engine::failure::all_errors_are_told_and_the_first_gives_the_exit_code",
        ],
    ),
    // Every line says whose it is; a step has a log of its own.
    (
        "3.9",
        &[
            "run::commands::options::a_run_is_told_in_lines",
            "run::store::layout::a_run_is_the_files_of_its_contract",
            "it::emitted_shell::output::every_line_has_its_task_before_it_and_the_log_has_the_bytes",
        ],
    ),
    ("3.11", &["it::tekton::many_names::capability_3_11_a_thousand_long_names_are_short_and_differ"]),
    // What has to be tidied up is, whoever ends the run.
    (
        "3.12",
        &[
            "run::parity::fixed::capability_3_12_a_cancelled_run_cleans_up_and_ends_with_143",
            "run::parity::refused::capability_3_12_what_is_wrong_is_refused_by_all_before_anything_runs",
            "run::parity::refused::capability_3_12_a_secret_that_is_not_there_is_refused_by_all",
            "run::parity::refused::capability_3_12_a_builder_does_not_trust_its_archive",
            "run::commands::cancelled::signals_cancel",
            "it::emitted_shell::cancel::a_signal_cancels_and_finally_runs",
            "it::tekton::fuse::finally_has_the_order_of_the_shell",
            "it::buildconfig::signals::a_signal_lets_the_end_run",
            "run::podman::ends::capability_3_12_an_interrupted_run_cleans_up_in_its_containers",
        ],
    ),
    // The values of an environment, and a part of the stages: what is left out is told, and nothing at all is an error.
    (
        "3.14",
        &[
            "it::cli::completions::capability_3_14_bash_offers_environments_and_stages",
            "it::cli::environments::capability_3_14_an_environment_binds_its_files_and_the_command_counts_more",
            "it::cli::environments::capability_3_14_an_unknown_environment_is_an_error_with_a_suggestion",
            "it::cli::environments::capability_3_14_the_files_of_an_environment_are_held_to_the_types",
            "it::cli::environments::capability_3_14_a_stage_is_planned_with_what_it_reads_and_the_rest_is_told",
            "it::cli::environments::capability_3_14_no_stage_and_an_empty_one_are_errors",
            "it::levels::config::capability_3_14_environments_name_files_beside_the_configuration",
        ],
    ),
    // Nothing is called, nobody can be reached who need not be.
    (
        "4.1",
        &[
            "it::cli::logic::capability_4_1_what_is_emitted_calls_nobody",
            "run::commands::alone::capability_4_1_a_run_talks_to_nobody",
            "it::tekton::egress::capability_4_1_ways_out_of_a_run_are_closed",
            "it::buildconfig::wishes::ways_out_are_closed",
        ],
    ),
    // Logs, status and artifacts lie in files in the shape of Wharf's, and can be read while they grow.
    (
        "4.2",
        &[
            "run::store::layout::a_run_is_the_files_of_its_contract",
            "run::store::logs::who_follows_reads_the_same_as_who_comes_later",
            "run::commands::logs::who_follows_sees_it_come",
        ],
    ),
    (
        "4.3",
        &[
            "run::store::logs::who_follows_reads_the_same_as_who_comes_later",
            "run::commands::logs::who_has_read_a_part_goes_on",
            "run::serve::a_log_is_followed_and_taken_up_where_it_was_lost",
        ],
    ),
    // A run whose process is gone is lost, and can go on.
    (
        "4.4",
        &[
            "run::store::runs::a_run_without_its_process_is_lost",
            "run::commands::cancelled::a_killed_run_is_lost_and_goes_on",
            "run::commands::kills::whatever_is_killed_a_resume_ends_it",
        ],
    ),
    // A repository is fetched; its address is no option, and a commit can be pinned.
    (
        "4.6",
        &[
            "it::stdlib::git::capability_4_6_a_repository_is_fetched",
            "it::stdlib::git::capability_4_6_a_commit_is_pinned",
            "it::stdlib::git::capability_4_6_an_address_is_no_option",
            "run::commands::ssh::capability_4_6_a_repository_is_fetched_over_ssh_with_a_key_that_stays_secret",
            "run::commands::ssh::capability_4_6_a_server_with_another_key_and_a_user_with_another_are_refused",
            "run::commands::ssh::capability_4_6_no_address_is_an_option",
            "run::commands::ssh::an_interrupted_fetch_leaves_no_key",
        ],
    ),
    // Podman, docker, and none: the same scripts.
    (
        "4.7",
        &[
            "run::commands::containers::capability_4_7_the_same_scripts_run_with_every_engine",
            "run::commands::containers::services_are_started_waited_for_and_removed",
            "run::engine::containers::a_step_runs_in_its_image_with_its_files_values_and_limits",
            "it::emitted_shell::containers::a_step_runs_in_its_image_with_its_files_values_and_limits",
            "run::podman::values::capability_4_7_values_files_and_folders_arrive_whole_in_containers",
            "run::podman::host::capability_4_7_nothing_of_the_host_is_there_but_what_is_mounted",
            "run::podman::services::a_service_is_beside_its_task_and_gone_behind_it",
        ],
    ),
    // Workspaces become volumes; two that may write one place at once are refused.
    (
        "4.8",
        &[
            "it::tekton::surface::each_way_to_bind_a_workspace",
            "it::emitted_shell::options::workspaces_are_kept_until_they_are_to_be_fresh",
            "it::lints::order::capability_4_8_two_writers_stop_a_build",
            "it::lints::order::two_at_once_do_not_write_one_place",
            "it::lints::order::the_turns_of_a_loop_run_at_once",
        ],
    ),
    (
        "4.10",
        &[
            "run::store::runs::names_are_unique_and_sort_by_time",
            "run::store::layout::steps_have_their_numbers_by_the_plan_and_turns_come_behind",
        ],
    ),
    // Artifacts have a size and a checksum.
    ("4.12", &["run::store::layout::artifacts_are_measured", "run::serve::an_artifact_is_fetched_whole_or_in_parts"]),
];
