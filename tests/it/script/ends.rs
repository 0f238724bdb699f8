//! What follows a user's script: exit codes, cleanup, signals, skipped tasks, other interpreters.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use pipec::emit::script::{Rendered, step};
use pipec::plan::{Shell, Step, Task, Ty, Value, Verdict};

use super::make::*;
use super::run::{Engine, Ran, finish, shells};

const SHELLS: [Shell; 2] = [Shell::Bash, Shell::Sh];

fn body(task: Task) -> Rendered {
    first_step(&mut plan(), task)
}

/// Runs a task of each shell, and gives what it did.
fn each(make: impl Fn(Shell) -> Task, check: impl Fn(&Engine, &Ran, &str)) {
    for shell in SHELLS {
        let rendered = body(make(shell));
        for shell in shells(&rendered) {
            let engine = Engine::new();
            let ran = engine.run(shell, &rendered);
            check(&engine, &ran, &format!("{shell}: {}\n{}", ran.err, rendered.body));
        }
    }
}

fn with_cleanup(shell: Shell, run: &str, cleanup: &str) -> Task {
    let mut task = task(shell, script(run));
    task.cleanup = Some(Box::new(script(cleanup)));
    task
}

#[test]
fn a_simple_script_is_little_more_than_itself() {
    let rendered = body(task(Shell::Bash, script("echo hello")));
    assert_eq!(rendered.body, "#!/usr/bin/env bash\nset -euo pipefail\necho hello\n");
    assert!(rendered.env.is_empty() && rendered.args.is_empty() && rendered.workdir.is_none());
    let rendered = body(task(Shell::Sh, script("echo hello\n")));
    assert_eq!(rendered.body, "#!/bin/sh\nset -eu\necho hello\n");
}

#[test]
fn a_script_stops_at_its_first_failure_with_its_code() {
    let code = |run: &'static str, want: i32| {
        for cleanup in [false, true] {
            let make = |shell| {
                let mut task = task(shell, script(run));
                task.cleanup = cleanup.then(|| Box::new(script("echo cleaned")));
                task
            };
            each(make, |_, ran, all| {
                assert_eq!(ran.code, want, "{all}");
                let tail = if cleanup { "cleaned\n" } else { "" };
                assert_eq!(ran.text(), format!("a\n{tail}"), "{all}");
            });
        }
    };
    code("echo a\n", 0);
    code("echo a\nfalse\necho b\n", 1);
    code("echo a\nexit 7\necho b\n", 7);
    code("echo a\n(exit 9)\necho b\n", 9);
    code("echo a\nf() { return 3; }\nf\necho b\n", 3);
    code("echo a\nx=$(exit 4)\necho b\n", 4);
}

#[test]
fn bash_scripts_stop_at_a_failure_in_a_pipe_and_at_an_unset_variable() {
    for cleanup in [false, true] {
        for run in ["false | cat\necho b\n", "echo \"$NOT_SET\"\necho b\n"] {
            let mut task = task(Shell::Bash, script(run));
            task.cleanup = cleanup.then(|| Box::new(script("true")));
            let ran = Engine::new().run("bash", &body(task));
            assert_eq!((ran.code, ran.text()), (1, ""), "{}", ran.err);
        }
    }
}

#[test]
fn traps_and_directories_of_the_script_stay_inside() {
    let run = "cd /\ntrap 'echo trapped' EXIT\nset +eu\numask 0\necho run\n";
    let make = |shell| {
        let mut task = with_cleanup(shell, run, "pwd; umask; echo cleaned");
        task.before = Some(Box::new(script("cd /; trap 'echo first' EXIT; umask 0; echo before")));
        task
    };
    each(make, |engine, ran, all| {
        let here = fs::canonicalize(engine.dir.path()).unwrap();
        assert_eq!(ran.code, 0, "{all}");
        let want = format!("before\nfirst\nrun\ntrapped\n{}\n0022\ncleaned\n", here.display());
        assert_eq!(ran.text(), want, "{all}");
    });
}

#[test]
fn cleanup_runs_once_on_every_path_and_its_failure_fails_only_a_good_task() {
    let paths = [
        ("true", "true", 0),
        ("exit 5", "true", 5),
        ("exit 5", "exit 6", 5),
        ("true", "exit 6", 6),
        ("true", "false\ntrue", 1),
    ];
    for (run, cleanup, want) in paths {
        let make = |shell| with_cleanup(shell, run, &format!("echo cleaned >&2\necho cleaned\n{cleanup}\n"));
        each(make, |_, ran, all| {
            assert_eq!((ran.code, ran.text()), (want, "cleaned\n"), "{all}");
        });
    }
    // A `before` that fails is cleaned up too, and the script does not run.
    let make = |shell| {
        let mut task = with_cleanup(shell, "echo run", "echo cleaned");
        task.before = Some(Box::new(script("echo before; exit 4")));
        task
    };
    each(make, |_, ran, all| assert_eq!((ran.code, ran.text()), (4, "before\ncleaned\n"), "{all}"));
}

#[test]
fn a_script_that_is_no_shell_code_is_still_cleaned_up() {
    let make = |shell| with_cleanup(shell, "echo a\nif then fi (", "echo cleaned");
    each(make, |_, ran, all| {
        assert_ne!(ran.code, 0, "{all}");
        assert!(ran.err.to_lowercase().contains("syntax error"), "{all}");
        assert!(!ran.text().contains("a\n"), "{all}");
    });
}

fn wait_until_ready(engine: &Engine) {
    let start = Instant::now();
    while !engine.path("ready").exists() {
        assert!(start.elapsed() < Duration::from_secs(60), "the script did not start");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Starts a body, waits until it is at work, sends a signal to its process alone, and waits for its end.
fn signalled(shell: &str, rendered: &Rendered, signal: &str) -> (Engine, Ran, Duration) {
    let engine = Engine::new();
    let child = engine.start(shell, rendered);
    wait_until_ready(&engine);
    let start = Instant::now();
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success());
    let ran = finish(child);
    (engine, ran, start.elapsed())
}

#[test]
fn a_signal_ends_the_script_and_all_below_it_and_cleans_up() {
    let run = "sh -c 'echo $$ >deep; : >ready; exec sleep 1000'\necho not reached\n";
    for (signal, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        for shell in SHELLS {
            let rendered = body(with_cleanup(shell, run, "echo cleaned\n"));
            for shell in shells(&rendered) {
                let (engine, ran, took) = signalled(shell, &rendered, signal);
                assert_eq!((ran.code, ran.text()), (code, "cleaned\n"), "{shell} {signal} {}", ran.err);
                assert!(took < Duration::from_secs(5), "{shell} {signal} {took:?}");
                let deep = fs::read_to_string(engine.path("deep")).unwrap();
                let state = fs::read_to_string(format!("/proc/{}/stat", deep.trim())).unwrap_or_default();
                assert!(state.is_empty() || state.contains(") Z "), "{shell} {signal}: {state}");
            }
        }
    }
}

#[test]
fn a_signal_lets_the_script_end_in_its_own_way_first() {
    let run = "trap 'sleep 0.3; echo stopped; exit 1' TERM\n: >ready\nwhile :; do sleep 0.05; done\n";
    for shell in SHELLS {
        let rendered = body(with_cleanup(shell, run, "echo cleaned\n"));
        for shell in shells(&rendered) {
            let (_, ran, _) = signalled(shell, &rendered, "TERM");
            assert_eq!((ran.code, ran.text()), (143, "stopped\ncleaned\n"), "{shell} {}", ran.err);
        }
    }
}

#[test]
fn a_script_that_does_not_listen_is_killed_and_cleaned_up() {
    let rendered =
        body(with_cleanup(Shell::Bash, "trap '' TERM\n: >ready\nwhile :; do sleep 0.05; done\n", "echo cleaned\n"));
    let (_, ran, took) = signalled("bash", &rendered, "TERM");
    assert_eq!((ran.code, ran.text()), (143, "cleaned\n"), "{}", ran.err);
    assert!(took > Duration::from_secs(8) && took < Duration::from_secs(60), "{took:?}");
}

#[test]
fn commands_of_a_bash_script_can_be_interrupted_though_there_is_a_cleanup() {
    let run = "grep SigIgn /proc/self/status\n";
    let ran = Engine::new().run("bash", &body(with_cleanup(Shell::Bash, run, "true"))).good();
    let ignored = u64::from_str_radix(ran.text().split_whitespace().last().unwrap(), 16).unwrap();
    assert_eq!(ignored & 0b110, 0, "INT and QUIT are ignored: {}", ran.text());
}

fn mapped(shell: Shell, run: &str) -> Task {
    let mut task = task(shell, script(run));
    task.on_exit = vec![(3, Verdict::Ok), (77, Verdict::Warn), (78, Verdict::Skip), (79, Verdict::Fail)];
    task
}

#[test]
fn exit_codes_mean_what_the_task_says() {
    let rows = [
        (0, 0, "", ""),
        (3, 0, "", ""),
        (77, 0, "warned", "warning: task build ended with exit code 77\n"),
        (78, 0, "skipped", ""),
        (79, 79, "", ""),
        (4, 4, "", ""),
    ];
    for (code, want, verdict, said) in rows {
        for cleanup in [false, true] {
            let make = |shell| {
                let mut task = mapped(shell, &format!("echo 1 >\"$TMPDIR/out/n\"\nexit {code}\n"));
                task.cleanup = cleanup.then(|| Box::new(script("echo cleaned")));
                task.outputs.push(output("n", Ty::Int));
                task
            };
            each(make, |engine, ran, all| {
                assert_eq!((ran.code, ran.err.as_str()), (want, said), "{code} {all}");
                assert_eq!(fs::read_to_string(engine.path("verdict")).unwrap_or_default(), verdict, "{code} {all}");
                assert_eq!(ran.text(), if cleanup { "cleaned\n" } else { "" });
                let left = match (code, want) {
                    (78, _) => "",
                    (_, 0) => "1",
                    _ => "1\n",
                };
                assert_eq!(engine.output("n"), left, "{code} {all}");
            });
        }
    }
}

#[test]
fn a_skipped_task_leaves_empty_values_and_does_nothing() {
    for shell in [Shell::Bash, Shell::Sh, Shell::Other(vec!["python3".to_owned()])] {
        let mut plan = plan();
        let n = param(&mut plan, "n", Ty::Int);
        let mut task = task(shell, script("echo run\n"));
        task.before = Some(Box::new(script("echo before")));
        task.cleanup = Some(Box::new(script("echo cleaned")));
        // Nobody tells another task to skip.
        task.condition = Some(known(Value::Bool(true), Ty::Bool));
        task.outputs = vec![output("", Ty::Int), output("b", pattern("x+"))];
        task.files = vec![file("made", pipec::plan::Expr::string("x"))];
        task.steps[0].env = vec![env("N", binary(pipec::plan::Op::Divide, int(1), n, Ty::Int))];
        let rendered = first_step(&mut plan, task);
        for shell in shells(&rendered) {
            let engine = Engine::new().param("n", "0").env("PIPE_SKIP", "true");
            let ran = engine.run(shell, &rendered).good();
            assert_eq!((ran.text(), ran.err.as_str()), ("", ""));
            assert_eq!((engine.output("_"), engine.output("b")), (String::new(), String::new()));
            assert!(!engine.path("made").exists());
            let ran = Engine::new().param("n", "0").env("PIPE_SKIP", "false").run(shell, &rendered);
            assert_eq!((ran.code, ran.text()), (2, ""));
        }
    }
}

/// A task of two steps that print what they do.
fn two_steps(first: &str) -> [Rendered; 2] {
    let mut plan = plan();
    let mut task = with_cleanup(Shell::Bash, first, "echo cleaned\n");
    task.before = Some(Box::new(script("echo before")));
    task.on_exit = vec![(78, Verdict::Skip), (77, Verdict::Ok)];
    task.outputs = vec![output("n", Ty::Int)];
    task.steps.push(Step::new("second", "quay.io/x/y:1", script("echo second; echo 2 >\"$TMPDIR/out/n\"\n")));
    let id = plan.add_task(task);
    [step(&plan, id, 0), step(&plan, id, 1)]
}

#[test]
fn steps_share_what_their_task_sets_up_and_the_last_one_cleans_up() {
    for code in [0, 77] {
        let [first, second] = two_steps(&format!("echo first; exit {code}\n"));
        let engine = Engine::new();
        assert_eq!(engine.run("bash", &first).good().text(), "before\nfirst\n");
        assert_eq!(engine.run("bash", &second).good().text(), "second\ncleaned\n");
        assert_eq!(engine.output("n"), "2");
    }
}

#[test]
fn a_step_that_fails_cleans_up_since_no_other_will() {
    let [first, _] = two_steps("echo first; exit 5\n");
    let ran = Engine::new().run("bash", &first);
    assert_eq!((ran.code, ran.text()), (5, "before\nfirst\ncleaned\n"));
}

#[test]
fn a_step_that_skips_its_task_skips_the_steps_behind_it() {
    let [first, second] = two_steps("echo first; exit 78\n");
    let engine = Engine::new();
    assert_eq!(engine.run("bash", &first).good().text(), "before\nfirst\ncleaned\n");
    assert_eq!(engine.run("bash", &second).good().text(), "");
    assert_eq!(engine.output("n"), "");
}

fn python(run: &str) -> Task {
    task(Shell::Other(vec!["python3".to_owned(), "-X".to_owned(), "utf8".to_owned()]), script(run))
}

#[test]
fn another_interpreter_gets_the_script_as_a_file_that_is_gone_afterwards() {
    let run = "import os, sys\nprint(\"it's $HOME `x` \\\\\", os.environ['NAME'], len(sys.argv))\nopen('seen', 'w').write(__file__)\nPIPEC_SCRIPT = 1\nsys.exit(77)\nPIPEC_SCRIPT\n";
    for cleanup in [false, true] {
        let mut plan = plan();
        let name = param(&mut plan, "name", Ty::String);
        let mut task = python(run);
        task.cleanup = cleanup.then(|| Box::new(script("echo cleaned")));
        task.on_exit = vec![(77, Verdict::Warn)];
        task.steps[0].env = vec![env("NAME", name)];
        let rendered = first_step(&mut plan, task);
        for shell in shells(&rendered) {
            let engine = Engine::new().param("name", "a 'b' $(c)");
            let ran = engine.run(shell, &rendered).good();
            let tail = if cleanup { "cleaned\n" } else { "" };
            assert_eq!(ran.text(), format!("it's $HOME `x` \\ a 'b' $(c) 1\n{tail}"));
            assert_eq!(fs::read_to_string(engine.path("verdict")).unwrap(), "warned");
            let file = fs::read_to_string(engine.path("seen")).unwrap();
            assert!(!std::path::Path::new(&file).exists(), "{file} is still there");
        }
    }
}

#[test]
fn another_interpreter_is_ended_and_its_file_removed_when_its_group_gets_a_signal() {
    for cleanup in [false, true] {
        let mut task = python("import time\nopen('seen', 'w').write(__file__)\nopen('ready', 'w')\ntime.sleep(1000)\n");
        task.cleanup = cleanup.then(|| Box::new(script("echo cleaned")));
        let rendered = body(task);
        for shell in shells(&rendered) {
            let engine = Engine::new();
            let mut command = engine.command(shell, &rendered);
            let child = std::os::unix::process::CommandExt::process_group(&mut command, 0).spawn().unwrap();
            wait_until_ready(&engine);
            let group = format!("-{}", child.id());
            assert!(Command::new("kill").args(["-s", "TERM", "--", &group]).status().unwrap().success());
            let ran = finish(child);
            assert_eq!((ran.code, ran.text()), (143, if cleanup { "cleaned\n" } else { "" }), "{shell} {}", ran.err);
            let file = fs::read_to_string(engine.path("seen")).unwrap();
            assert!(!std::path::Path::new(&file).exists(), "{file} is still there");
        }
    }
}
