//! What a failure does, and what is no failure.

use std::time::Instant;

use pipec::plan::{Expr, ExprKind, OnFailure, Phase, Ty, Verdict};

use super::draft::Draft;
use super::machine::Machine;

#[test]
fn a_failure_ends_what_runs_stops_what_has_not_started_and_lets_finally_run() {
    let mut draft = Draft::new();
    let bad = draft.task("bad", "until [[ -e $TOP/slow_runs ]]; do sleep 0.01; done\nexit 42\n");
    draft.task("slow", "touch $TOP/slow_runs\nsleep 60\n");
    let next = draft.task("next", "touch $TOP/next\n");
    draft.after(bad, next);
    let outcome = Expr::new(ExprKind::Outcome, Ty::String);
    let status = |task| Expr::new(ExprKind::Status(task), Ty::String);
    let script = draft.script(
        &["echo ", " ", " ", " >$TOP/last\n"],
        &[("outcome", outcome), ("bad", status(bad)), ("next", status(next))],
    );
    draft.with("last", "", |task| {
        task.phase = Phase::Finally;
        task.steps[0].script = script;
    });
    let machine = Machine::new(&draft);
    let ended = machine.run(&["-j4"]);
    assert_eq!(ended.code, Some(42), "{ended:#?}");
    assert_eq!(machine.read("last"), "failed failed cancelled\n");
    assert!(!machine.path("next").exists());
    for (name, status) in [("bad", "failed"), ("slow", "cancelled"), ("next", "cancelled"), ("last", "succeeded")] {
        assert_eq!(machine.status(name), status, "{name}");
    }
    let result = machine.result();
    assert_eq!((&result["success"], &result["outcome"]), (&false.into(), &"failed".into()));
    assert_eq!(machine.task("bad")["exit_code"], 42);
    machine.nothing_is_left();
}

#[test]
fn a_failure_that_may_go_on_does_not_stop_the_run_but_its_readers_have_nothing_to_read() {
    let mut draft = Draft::new();
    let bad = draft.maker_with("bad", "x", |task| {
        task.on_failure = OnFailure::GoOn;
        task.on_exit = vec![(0, Verdict::Fail)];
        task.steps[0].script.parts.push(pipec::plan::ScriptPart::Text("exit 3\n".to_owned()));
    });
    draft.reader("reader", bad);
    let other = draft.task("other", "touch $TOP/other\n");
    draft.after(bad, other);
    let machine = Machine::new(&draft);
    machine.succeed(&[]);
    assert_eq!(machine.status("bad"), "failed");
    assert_eq!(machine.status("reader"), "skipped");
    assert!(machine.path("other").exists());
    assert_eq!(machine.read("line.work/results/bad/value"), "");
}

#[test]
fn a_failing_task_is_tried_again() {
    let mut draft = Draft::new();
    let script = "echo try >>$TOP/tries\nmapfile -t t <$TOP/tries\n[[ ${#t[@]} == 3 ]] || exit 7\n";
    draft.with("flaky", script, |task| {
        task.retries = 3;
        task.retry_delay = Some(50);
    });
    let machine = Machine::new(&draft);
    let start = Instant::now();
    machine.succeed(&[]);
    assert!(start.elapsed().as_millis() >= 100);
    assert_eq!(machine.trace("tries").len(), 3);
    assert_eq!(machine.task("flaky")["attempts"], 3);
    let log = machine.read("line.work/logs/flaky.log");
    assert!(log.contains("try 2 of 4 failed with exit code 7"), "{log}");
}

#[test]
fn tries_end_with_the_code_of_the_last() {
    let mut draft = Draft::new();
    draft.with("flaky", "echo try >>$TOP/tries\nexit 9\n", |task| task.retries = 1);
    let machine = Machine::new(&draft);
    assert_eq!(machine.run(&[]).code, Some(9));
    assert_eq!(machine.trace("tries").len(), 2);
}

#[test]
fn a_time_limit_ends_the_whole_group_even_where_term_is_ignored() {
    let mut draft = Draft::new();
    let stubborn = "(trap '' TERM; for i in {1..600}; do sleep 0.1; done) &\ntrap '' TERM\nsleep 60\n";
    draft.with("stuck", stubborn, |task| task.timeout = Some(200));
    draft.finally("last", "touch $TOP/last\n");
    let machine = Machine::new(&draft);
    let start = Instant::now();
    let ended = machine.run(&["--grace", "200ms"]);
    assert_eq!(ended.code, Some(124), "{ended:#?}");
    assert!(start.elapsed().as_secs() < 8);
    assert!(machine.path("last").exists());
    assert!(ended.out.contains("time limit of `stuck`"), "{ended:#?}");
    machine.nothing_is_left();
}

#[test]
fn a_time_limit_is_for_each_try() {
    let mut draft = Draft::new();
    let script = "echo try >>$TOP/tries\nmapfile -t t <$TOP/tries\n[[ ${#t[@]} == 2 ]] || sleep 60\n";
    draft.with("slow", script, |task| {
        task.timeout = Some(300);
        task.retries = 1;
    });
    let machine = Machine::new(&draft);
    machine.succeed(&[]);
    assert_eq!(machine.task("slow")["attempts"], 2);
}

#[test]
fn exit_codes_mean_what_the_task_says() {
    let mut draft = Draft::new();
    let on_exit = vec![(3, Verdict::Ok), (4, Verdict::Warn), (5, Verdict::Skip), (6, Verdict::Fail)];
    for code in 3..=5 {
        let on_exit = on_exit.clone();
        draft.with(&format!("exit{code}"), &format!("exit {code}\n"), |task| task.on_exit = on_exit);
    }
    let machine = Machine::new(&draft);
    machine.succeed(&[]);
    let seen = ["exit3", "exit4", "exit5"].map(|name| (machine.status(name), machine.task(name)["warning"] == true));
    assert_eq!(seen, [("succeeded", false), ("succeeded", true), ("skipped", false)].map(|(a, b)| (a.to_owned(), b)));
    draft.with("exit6", "exit 6\n", |task| task.on_exit = on_exit);
    assert_eq!(Machine::new(&draft).run(&[]).code, Some(6));
}

#[test]
fn steps_run_one_after_the_other_and_a_failing_one_ends_the_task() {
    let mut draft = Draft::new();
    let span = draft.span();
    draft.with("three", "echo one >>$TOP/trace\necho kept >note\n", |task| {
        for (name, run) in [("two", "cat note >>$TOP/trace\nexit 8\n"), ("three", "echo three >>$TOP/trace\n")] {
            task.steps.push(pipec::plan::Step::new(name, "x", pipec::plan::Script::text(run, span)));
        }
    });
    let machine = Machine::new(&draft);
    assert_eq!(machine.run(&[]).code, Some(8));
    assert_eq!(machine.trace("trace"), ["one", "kept"]);
    let steps = machine.task("three")["steps"].as_array().unwrap().clone();
    assert_eq!(steps.iter().map(|step| &step["exit_code"]).collect::<Vec<_>>(), [0, 8]);
}

#[test]
fn what_a_step_leaves_in_the_background_ends_with_it() {
    let mut draft = Draft::new();
    draft.task("daemon", "sleep 300 &\n");
    let machine = Machine::new(&draft);
    let start = Instant::now();
    machine.succeed(&[]);
    assert!(start.elapsed().as_secs() < 8);
    machine.nothing_is_left();
}

#[test]
fn finally_runs_whatever_another_of_it_did_and_its_failure_is_the_runs() {
    let mut draft = Draft::new();
    let bad = draft.finally("bad", "exit 5\n");
    let last = draft.finally("last", "touch $TOP/last\n");
    draft.after(bad, last);
    let machine = Machine::new(&draft);
    assert_eq!(machine.run(&[]).code, Some(5));
    assert!(machine.path("last").exists());
    assert_eq!(machine.result()["outcome"], "failed");
}

#[test]
fn a_killed_supervisor_is_a_failed_task_and_leaves_nothing() {
    let mut draft = Draft::new();
    draft.task("victim", "touch $TOP/runs\nsleep 60\n");
    let machine = Machine::new(&draft);
    let child = machine.start(&[]);
    machine.wait_for("runs");
    let leader = machine.read("line.work/state/victim/group");
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", leader.trim())).unwrap();
    let supervisor = stat.rsplit(')').next().unwrap().split_whitespace().nth(1).unwrap().to_owned();
    assert!(std::process::Command::new("kill").args(["-KILL", &supervisor]).status().unwrap().success());
    let ended = super::machine::finish(child);
    assert_eq!(ended.code, Some(137), "{ended:#?}");
    machine.nothing_is_left();
}
