//! What comes of a command: exit codes, scripts before and after, environment, time, outputs.

use std::fs;
use std::time::{Duration, Instant};

use super::{command, done, folder, name, run, sh};

/// What other builds have to do as well.
pub(super) const FOR_EVERY_BUILD: &[fn()] = &[
    capability_2_2_the_exit_code_is_that_of_the_command,
    capability_2_2_what_cannot_be_started_has_the_codes_of_a_shell,
    capability_2_4_variables_are_set_and_unset_and_shown,
    capability_2_14_its_own_configuration_is_not_handed_on,
    capability_2_14_a_variable_says_what_an_option_says_and_less_than_it,
    capability_2_14_a_setting_that_cannot_be_read_is_refused,
    capability_2_14_a_secret_is_a_file_for_its_time_and_no_variable,
    capability_2_7_a_script_before_it_may_keep_it_from_running,
    capability_2_7_the_cleanup_comes_on_every_path,
    capability_2_17_the_time_is_that_of_the_whole_group,
    capability_2_18_outputs_are_checked_by_type,
    a_wrong_word_is_answered_with_what_to_write,
];

/// 2.2, and a defect of Relay (1.1), whose container ended with 0 whatever its command did.
#[test]
fn capability_2_2_the_exit_code_is_that_of_the_command() {
    for code in [0, 1, 42, 255] {
        assert_eq!(sh(&[], &format!("exit {code}")).code, code);
    }
    assert_eq!(sh(&[], "kill -KILL $$").code, 137);
    assert_eq!(sh(&[], "kill -SEGV $$").code, 139);
}

/// 2.2
#[test]
fn capability_2_2_what_cannot_be_started_has_the_codes_of_a_shell() {
    let missing = run(&["--", "no-such-command-at-all"]);
    assert_eq!(missing.code, 127);
    assert!(missing.err.contains("`no-such-command-at-all` cannot be started"), "{}", missing.err);
    let folder = folder();
    let file = folder.path().join("text");
    fs::write(&file, "not executable").expect("a file");
    assert_eq!(run(&["--", name(&file)]).code, 126);
    assert_eq!(run(&["--", "/"]).code, 126);
}

/// 2.4
#[test]
fn capability_2_4_variables_are_set_and_unset_and_shown() {
    let options = ["--env", "A=1 2\n3", "--env=B=x=y", "--unset", "GONE"];
    let script = "printf '%s|%s|%s' \"$A\" \"$B\" \"${GONE-none}\"";
    let ran = command(&[&options[..], &["--", "sh", "-c", script]].concat()).env("GONE", "here").output();
    assert_eq!(done(&ran.expect("it starts")).out, "1 2\n3|x=y|none");
    let shown = command(&[&["env"], &options[..]].concat()).env_clear().env("GONE", "here").env("Z", "z").output();
    assert_eq!(done(&shown.expect("it starts")).out, "A=1 2\n3\nB=x=y\nZ=z\n");
    let shown = command(&["env", "-0", "--env", "A=1\n2"]).env_clear().output();
    assert_eq!(done(&shown.expect("it starts")).out, "A=1\n2\0");
}

/// 2.14
#[test]
fn capability_2_14_its_own_configuration_is_not_handed_on() {
    let ran = command(&["--", "env"])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("PIPEC_ENTRYPOINT_GRACE", "3s")
        .env("PIPEC_ENTRYPOINT_ENV", "A=1\nB=two words\n")
        .env("PIPEC_ENTRYPOINT_TIMEOUT", "1min")
        .output();
    assert_eq!(done(&ran.expect("it starts")).out, "A=1\nB=two words\nPATH=/usr/bin:/bin\n");
}

/// 2.14
#[test]
fn capability_2_14_a_variable_says_what_an_option_says_and_less_than_it() {
    let ran = command(&["--", "sleep", "20"]).env("PIPEC_ENTRYPOINT_TIMEOUT", "100ms").output();
    assert_eq!(done(&ran.expect("it starts")).code, 124);
    let ran = command(&["--timeout", "20s", "--", "true"]).env("PIPEC_ENTRYPOINT_TIMEOUT", "1ms").output();
    assert_eq!(done(&ran.expect("it starts")).code, 0);
    let ran = command(&["--", "true"]).env("PIPEC_ENTRYPOINT_TIMEOUTS", "1ms").output();
    let ran = done(&ran.expect("it starts"));
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("did you mean PIPEC_ENTRYPOINT_TIMEOUT?"), "{}", ran.err);
}

/// R16: Relay went on with what it had in place of a setting that it could not read.
#[test]
fn capability_2_14_a_setting_that_cannot_be_read_is_refused() {
    for (name, value) in
        [("TIMEOUT", "soon"), ("GRACE", "1"), ("SLOW", "lose"), ("ENV", "no variable"), ("TIMEOUT", "")]
    {
        let ran = command(&["--", "echo", "ran"]).env(format!("PIPEC_ENTRYPOINT_{name}"), value).output();
        let ran = done(&ran.expect("it starts"));
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{name}={value}: {}", ran.err);
        assert!(ran.err.contains(&format!("PIPEC_ENTRYPOINT_{name}")), "{}", ran.err);
    }
}

/// 2.14
#[test]
fn capability_2_14_a_secret_is_a_file_for_its_time_and_no_variable() {
    let folder = folder();
    let (from, to) = (folder.path().join("mounted"), folder.path().join("secrets"));
    fs::write(&from, "hush\n\x01").expect("a file");
    let secret = format!("--secret=token={}", name(&from));
    let script =
        "stat -c %a \"$0\" \"$0/token\"; cat \"$0/token\"; env | grep -c hush; grep -c hush /proc/$PPID/environ";
    let ran = run(&[&secret, "--secrets-dir", name(&to), "--", "sh", "-c", script, name(&to)]);
    assert_eq!(ran.out, "700\n400\nhush\n\x010\n0\n");
    assert!(!to.exists(), "nothing is left");
    let asked = format!("--secret-env=TOKEN={}", name(&from));
    let ran = run(&[&asked, "--", "sh", "-c", "printf %s \"$TOKEN\"; grep -c hush /proc/$PPID/environ"]);
    assert_eq!(ran.out, "hush\n\x010\n");
    let ran = run(&["--secret=token=/no/such/file", "--", "echo", "never"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("the secret `token` cannot be read from `/no/such/file`"), "{}", ran.err);
}

/// 2.7
#[test]
fn capability_2_7_a_script_before_it_may_keep_it_from_running() {
    let ran = sh(&["--before", "echo before"], "echo command");
    assert_eq!((ran.code, ran.out.as_str()), (0, "before\ncommand\n"));
    let ran = sh(&["--before", "false; echo never", "--cleanup", "echo cleanup"], "echo never");
    assert_eq!((ran.code, ran.out.as_str()), (1, "cleanup\n"));
    let ran = sh(&["--before", "echo $UNSET_AT_ALL"], "echo never");
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "`set -u` is on");
    let ran = sh(&["--before", "exit 9"], "echo never");
    assert_eq!(ran.code, 9);
    assert!(ran.err.contains("the script before the command ended with 9"), "{}", ran.err);
    let ran = sh(&["--before", "#!/bin/bash\nfalse\nx=(a b)\necho ${x[1]}"], "echo command");
    assert_eq!(ran.out, "b\ncommand\n");
}

/// 2.7
#[test]
fn capability_2_7_the_cleanup_comes_on_every_path() {
    let rows = [("exit 0", 0), ("exit 5", 5), ("kill -KILL $$", 137), ("sleep 20", 124)];
    for (script, code) in rows {
        let ran = sh(&["--timeout", "300ms", "--cleanup", "echo cleanup"], script);
        assert_eq!((ran.code, ran.out.as_str()), (code, "cleanup\n"), "{script}");
    }
    let ran = run(&["--cleanup", "echo cleanup", "--", "no-such-command-at-all"]);
    assert_eq!((ran.code, ran.out.as_str()), (127, "cleanup\n"));
    assert_eq!(sh(&["--cleanup", "exit 4"], "exit 0").code, 4);
    assert_eq!(sh(&["--cleanup", "exit 4"], "exit 3").code, 3);
}

/// 2.17
#[test]
fn capability_2_17_the_time_is_that_of_the_whole_group() {
    let began = Instant::now();
    let script = "(trap '' TERM; while :; do sleep 0.05; done) & (trap '' TERM; sleep 20) & echo $$; sleep 20";
    let ran = sh(&["--timeout", "300ms", "--grace", "200ms"], script);
    let took = began.elapsed();
    assert_eq!(ran.code, 124);
    assert!(ran.err.contains("the time was up after 300ms"), "{}", ran.err);
    assert!(took > Duration::from_millis(300) && took < Duration::from_secs(10), "{took:?}");
    assert_eq!(super::signals::group(ran.out.trim()), "", "nothing of the group is left");
}

/// 2.8, 2.18
#[test]
fn capability_2_18_outputs_are_checked_by_type() {
    let folder = folder();
    let file = folder.path().join("out");
    let rows = [
        ("int", "42\n", ""),
        ("int", "4.2", "the output `it` is not an int of 64 bits: '4.2'"),
        ("bool", "True", "the output `it` is not true or false: 'True'"),
        ("duration", "1h30min", ""),
        ("size", "4GB", "the output `it` is not a size (like 4Gi): '4GB'"),
        ("[int]", "1\n2\n", ""),
        ("[int]", "1\nzwei\n", "the output `it` is not an int of 64 bits: 'zwei'"),
        ("cpu?", "", ""),
        ("string", "a\\000b", "the output `it` holds a NUL byte"),
    ];
    for (form, text, wrong) in rows {
        let option = format!("--output=it:{form}={}", name(&file));
        let ran = run(&[&option, "--", "sh", "-c", "printf \"$1\" >\"$0\"", name(&file), text]);
        assert_eq!(ran.code, i32::from(!wrong.is_empty()), "{form} {text:?} {}", ran.err);
        assert!(ran.err.contains(wrong), "{form} {text:?} {}", ran.err);
    }
    fs::remove_file(&file).expect("it is there");
    let missing = format!("--output=it:int={}", name(&file));
    let ran = run(&[&missing, "--", "true"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("the output `it` was not written to"), "{}", ran.err);
    assert_eq!(run(&[&missing, "--", "sh", "-c", "exit 7"]).code, 7, "a failure is told first");
    assert_eq!(run(&[&missing.replace(":int", ":int?"), "--", "true"]).code, 0);
}

#[test]
fn a_wrong_word_is_answered_with_what_to_write() {
    let rows: [(&[&str], &str); 12] = [
        (&[], "write it behind `--`: `pipec-entrypoint [OPTIONS] -- COMMAND"),
        (&["--"], "write it behind `--`"),
        (&["echo", "x"], "to run it as a command, write `pipec-entrypoint -- echo`"),
        (&["stp", "x"], "did you mean `step`?"),
        (&["--timout", "1s", "--", "true"], "there is no option --timout; did you mean --timeout?"),
        (&["--timeout", "soon", "--", "true"], "--timeout is no duration: `soon`; write `300ms`"),
        (&["--timeout"], "--timeout has no value; write `--timeout DURATION`"),
        (&["--grace", "1s", "--grace", "2s", "--", "true"], "--grace is given twice"),
        (&["--env", "A", "--", "true"], "--env has no value in `A`; write `--env A=VALUE`"),
        (&["--output", "x:integer=/x", "--", "true"], "the unknown type `integer`; write one of bool, int"),
        (&["--slow", "lose", "--", "true"], "write `block` (the command waits) or `drop`"),
        (&["--secret", "../x=/x", "--", "true"], "must have no `/` and not begin with `.`"),
    ];
    for (words, said) in rows {
        let ran = run(words);
        assert_eq!(ran.code, 2, "{words:?}");
        assert!(ran.err.contains(said), "{words:?}: {}", ran.err);
        assert_eq!(ran.out, "");
    }
    assert!(run(&["--help"]).out.contains("--secrets-dir FOLDER"));
    assert!(run(&["--version"]).out.starts_with("pipec-entrypoint 0."));
}
