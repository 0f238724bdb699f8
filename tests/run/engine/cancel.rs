//! Signals, and what is left behind.

use std::process::Command;
use std::time::{Duration, Instant};

use pipec::contract::store::State;
use pipec::run::supervise::cancel::Cancel;

use super::{Line, task};

#[test]
fn a_signal_ends_what_runs_lets_it_clean_up_and_gives_its_exit_code() {
    let text = format!(
        "pipeline line() {{ {} finally {{ {} }} }}",
        task("a", "touch \"$TOP/runs\"\nsleep 60", "cleanup: \"touch \\\"$TOP/clean\\\"\","),
        task("last", "echo ~{outcome} >\"$TOP/last\"", "")
    );
    let line = Line::of(&text);
    let began = Instant::now();
    let told = line.run_while(|cancel| {
        line.wait_for("runs");
        cancel.heed(15);
    });
    assert_eq!((told.result.exit_code, told.result.outcome), (143, State::Cancelled), "{told:#?}");
    assert!(line.has("clean") && began.elapsed() < Duration::from_secs(30));
    assert_eq!(line.read("last"), "cancelled\n");
    assert_eq!((told.status("a"), told.status("last")), (State::Cancelled, State::Succeeded));
}

#[test]
fn a_second_interrupt_kills_and_finally_does_not_run() {
    let text = format!(
        "pipeline line() {{ {} finally {{ {} }} }}",
        task("a", "trap '' TERM INT\ntouch \"$TOP/runs\"\nwhile :; do sleep 1; done", ""),
        task("last", "touch \"$TOP/last\"", "")
    );
    let mut line = Line::of(&text);
    line.grace = Duration::from_secs(60);
    let began = Instant::now();
    let told = line.run_while(|cancel| {
        line.wait_for("runs");
        cancel.heed(2);
        // The same key, sent twice.
        cancel.heed(2);
        assert!(!cancel.is_kill());
        std::thread::sleep(Duration::from_millis(400));
        cancel.heed(2);
    });
    assert_eq!((told.result.exit_code, told.result.outcome), (130, State::Cancelled), "{told:#?}");
    assert!(began.elapsed() < Duration::from_secs(30) && !line.has("last"));
    assert_eq!((told.status("a"), told.status("last")), (State::Cancelled, State::Cancelled));
}

#[test]
fn a_signal_before_the_first_task_starts_none() {
    let line = Line::of_task("touch \"$TOP/a\"", "");
    let cancel = Cancel::new().unwrap();
    cancel.heed(1);
    let told = line.run_until(&cancel);
    assert_eq!((told.result.exit_code, told.result.outcome), (129, State::Cancelled), "{told:#?}");
    assert!(!line.has("a"));
}

#[test]
fn the_wait_for_another_try_can_be_cancelled() {
    let line = Line::of_task("touch \"$TOP/runs\"; exit 1", "retries: 1, retry_delay: 1h,");
    let told = line.run_while(|cancel| {
        line.wait_for("runs");
        std::thread::sleep(Duration::from_millis(200));
        cancel.heed(15);
    });
    assert_eq!((told.result.exit_code, told.status("a")), (143, State::Cancelled), "{told:#?}");
}

#[test]
fn who_left_the_group_is_gone_with_its_task() {
    let away =
        "setsid sleep 600.25 &\nsetsid bash -c 'sleep 600.25 & sleep 600.25' &\nbash -mc 'sleep 600.25 & true'\ntrue";
    let line = Line::of_task(away, "");
    let began = Instant::now();
    line.succeed();
    assert!(began.elapsed() < Duration::from_secs(60));
    let found = Command::new("pgrep").args(["-f", "^sleep 600.25$"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&found.stdout), "");
}
