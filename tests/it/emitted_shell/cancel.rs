//! Signals to the script.

use std::os::unix::process::CommandExt;
use std::thread::sleep;
use std::time::{Duration, Instant};

use pipec::plan::{Expr, ExprKind, Phase, Script, Ty};

use super::draft::Draft;
use super::machine::{Machine, finish, signal, until};

/// A task that runs for ever, one behind it, and one of `finally` that notes the outcome.
fn endless() -> Draft {
    let mut draft = Draft::new();
    let long = draft.task("long", "touch $TOP/runs\nsleep 60\n");
    let next = draft.task("next", "touch $TOP/next\n");
    draft.after(long, next);
    let script = draft.script(&["echo ", " >$TOP/last\n"], &[("outcome", Expr::new(ExprKind::Outcome, Ty::String))]);
    draft.with("last", "", |task| {
        task.phase = Phase::Finally;
        task.steps[0].script = script;
    });
    draft
}

#[test]
fn a_signal_cancels_and_finally_runs() {
    for (name, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let machine = Machine::new(&endless());
        let child = machine.start(&[]);
        machine.wait_for("runs");
        signal(&child, name);
        let ended = finish(child);
        assert_eq!(ended.code, Some(code), "{ended:#?}");
        assert_eq!(machine.read("last"), "cancelled\n");
        assert!(!machine.path("next").exists());
        assert_eq!(machine.status("long"), "cancelled");
        assert_eq!(machine.status("next"), "cancelled");
        assert_eq!(machine.result()["outcome"], "cancelled");
        machine.nothing_is_left();
    }
}

#[test]
fn a_signal_to_the_group_of_the_script_counts_once() {
    let machine = Machine::new(&endless());
    let child = machine.command(&[]).process_group(0).spawn().unwrap();
    machine.wait_for("runs");
    // As `timeout` and terminals with wrappers do it: to the process and to its group.
    let both = format!("kill -INT {0}; kill -INT -- -{0}", child.id());
    assert!(std::process::Command::new("bash").args(["-c", &both]).status().unwrap().success());
    let ended = finish(child);
    assert_eq!(ended.code, Some(130), "{ended:#?}");
    assert_eq!(machine.read("last"), "cancelled\n");
    machine.nothing_is_left();
}

#[test]
fn a_second_interrupt_kills_at_once() {
    let mut draft = Draft::new();
    draft.task("stubborn", "trap '' TERM INT\ntouch $TOP/runs\nfor i in {1..600}; do sleep 0.1; done\n");
    draft.finally("last", "touch $TOP/last\n");
    let machine = Machine::new(&draft);
    let child = machine.start(&["--grace", "1min"]);
    machine.wait_for("runs");
    signal(&child, "-INT");
    sleep(Duration::from_millis(500));
    let start = Instant::now();
    signal(&child, "-INT");
    let ended = finish(child);
    assert_eq!(ended.code, Some(130), "{ended:#?}");
    assert!(start.elapsed().as_secs() < 5);
    assert!(!machine.path("last").exists());
    machine.nothing_is_left();
}

#[test]
fn an_interrupt_while_finally_runs_lets_it_end() {
    let mut draft = Draft::new();
    draft.task("quick", "true\n");
    draft.finally("last", "touch $TOP/runs\nsleep 0.4\ntouch $TOP/done\n");
    let machine = Machine::new(&draft);
    let child = machine.start(&[]);
    machine.wait_for("runs");
    signal(&child, "-INT");
    let ended = finish(child);
    assert_eq!(ended.code, Some(130), "{ended:#?}");
    assert!(machine.path("done").exists());
}

#[test]
fn a_task_that_ignores_term_is_killed_after_the_grace() {
    let mut draft = Draft::new();
    draft.task("stubborn", "trap '' TERM\ntouch $TOP/runs\nfor i in {1..600}; do sleep 0.1; done\n");
    let machine = Machine::new(&draft);
    let child = machine.start(&["--grace=300ms"]);
    machine.wait_for("runs");
    let start = Instant::now();
    signal(&child, "-TERM");
    assert_eq!(finish(child).code, Some(143));
    assert!(start.elapsed() >= Duration::from_millis(300));
    assert!(start.elapsed().as_secs() < 8);
    machine.nothing_is_left();
}

#[test]
fn cleanup_runs_when_a_task_is_cancelled_or_out_of_time() {
    for limit in [None, Some(300)] {
        let mut draft = Draft::new();
        let cleanup = Script::text("touch $TOP/cleaned\n", draft.span());
        draft.with("long", "touch $TOP/runs\nsleep 60\n", |task| {
            task.cleanup = Some(Box::new(cleanup));
            task.timeout = limit;
        });
        let machine = Machine::new(&draft);
        let child = machine.start(&["--grace", "5s"]);
        machine.wait_for("runs");
        if limit.is_none() {
            signal(&child, "-TERM");
        }
        let ended = finish(child);
        assert_eq!(ended.code, Some(if limit.is_none() { 143 } else { 124 }), "{ended:#?}");
        assert!(machine.path("cleaned").exists());
        machine.nothing_is_left();
    }
}

#[test]
fn tasks_do_not_outlive_a_script_that_is_killed() {
    let machine = Machine::new(&endless());
    let mut child = machine.start(&["--grace", "200ms"]);
    machine.wait_for("runs");
    signal(&child, "-KILL");
    child.wait().unwrap();
    until("nothing is left", || machine.processes().is_empty());
}

#[test]
fn a_retry_delay_ends_with_a_signal() {
    let mut draft = Draft::new();
    draft.with("flaky", "touch $TOP/runs\nexit 1\n", |task| {
        task.retries = 5;
        task.retry_delay = Some(60_000);
    });
    let machine = Machine::new(&draft);
    let child = machine.start(&[]);
    machine.wait_for("runs");
    sleep(Duration::from_millis(200));
    signal(&child, "-TERM");
    let start = Instant::now();
    assert_eq!(finish(child).code, Some(143));
    assert!(start.elapsed().as_secs() < 8);
    machine.nothing_is_left();
}

/// As the first process of some containers: it waits for what it has started, and for nothing else that comes to it.
const WAITS_FOR_ONE: &str = "\
import ctypes, os, sys
ctypes.CDLL(None).prctl(36, 1)
child = os.spawnvp(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
open('script', 'w').write(str(child))
_, status = os.waitpid(child, 0)
os._exit(os.waitstatus_to_exitcode(status))
";

#[test]
fn what_has_ended_and_nobody_waits_for_is_given_no_grace() {
    let mut draft = Draft::new();
    let cleanup = Script::text("touch $TOP/cleaned\n", draft.span());
    draft.with("long", "(sleep 60 &)\ntouch $TOP/runs\nsleep 60\n", |task| task.cleanup = Some(Box::new(cleanup)));
    let machine = Machine::new(&draft);
    let starter = ["python3", "-c", WAITS_FOR_ONE];
    let child = machine.command_below(&starter, &["--grace", "20s"]).spawn().unwrap();
    machine.wait_for("runs");
    let start = Instant::now();
    let script = machine.read("script");
    assert!(std::process::Command::new("kill").args(["-TERM", &script]).status().unwrap().success());
    let ended = finish(child);
    assert_eq!(ended.code, Some(143), "{ended:#?}");
    assert!(start.elapsed().as_secs() < 8, "{:?}", start.elapsed());
    assert!(machine.path("cleaned").exists());
    machine.nothing_is_left();
}
