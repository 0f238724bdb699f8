//! One process group, from start to end.

use std::process::Command;
use std::time::{Duration, Instant};

use pipec::contract::store::Stream;
use pipec::run::supervise::cancel::Cancel;
use pipec::run::supervise::{self, Ended, Limits, Reason};

const GRACE: Duration = Duration::from_millis(200);

#[test]
fn an_exit_code_and_a_signal_are_kept() {
    assert_eq!(bash("exit 42").0, Ended { code: 42, reason: None });
    assert_eq!(bash("kill -SEGV $$").0, Ended { code: 139, reason: None });
    assert_eq!(bash("kill -KILL $$").0, Ended { code: 137, reason: None });
}

#[test]
fn every_byte_of_both_streams_arrives_without_a_limit_to_lines() {
    let (_, out, err) = bash("head -c 400000 /dev/zero; printf 'x\\n' >&2; printf '\\200\\001'");
    assert_eq!(out.len(), 400_002);
    assert_eq!(&out[400_000..], b"\x80\x01");
    assert_eq!(err, b"x\n");
}

#[test]
fn who_holds_the_pipe_is_not_waited_for() {
    let began = Instant::now();
    let (ended, out, _) = bash("sleep 30 & echo done");
    assert_eq!((ended.code, out.as_slice()), (0, b"done\n".as_slice()));
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[test]
fn who_left_the_group_and_holds_the_pipe_is_not_waited_for() {
    let began = Instant::now();
    let (ended, out, _) = bash("setsid sleep 15 & echo done");
    assert_eq!((ended.code, out.as_slice()), (0, b"done\n".as_slice()));
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[test]
fn when_the_time_is_up_the_whole_group_goes() {
    let cancel = Cancel::new().expect("an event");
    let deadline = Some(Instant::now() + Duration::from_millis(200));
    let limits = Limits { deadline, grace: GRACE, cancel: &cancel };
    let script = "trap '' TERM; (trap '' TERM; while :; do sleep 0.05; done) & while :; do sleep 0.05; done";
    let (ended, _, _, group) = run(script, limits);
    assert_eq!(ended, Ended { code: 124, reason: Some(Reason::Timeout) });
    assert!(!lives(group), "nothing is left of the group");
}

#[test]
fn a_cancelled_script_may_clean_up() {
    let cancel = Cancel::new().expect("an event");
    let limits = Limits { deadline: None, grace: Duration::from_secs(20), cancel: &cancel };
    let (ended, out, _, _) = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(300));
            cancel.set();
        });
        run("trap 'echo bye; exit 3' TERM; echo hello; while :; do sleep 0.05; done", limits)
    });
    assert_eq!(ended, Ended { code: 3, reason: Some(Reason::Cancelled) });
    assert_eq!(out, b"hello\nbye\n");
}

fn bash(script: &str) -> (Ended, Vec<u8>, Vec<u8>) {
    let cancel = Cancel::new().expect("an event");
    let (ended, out, err, _) = run(script, Limits { deadline: None, grace: GRACE, cancel: &cancel });
    (ended, out, err)
}

fn run(script: &str, limits: Limits<'_>) -> (Ended, Vec<u8>, Vec<u8>, u32) {
    let (mut out, mut err, mut group) = (Vec::new(), Vec::new(), 0);
    let mut sink = |stream: Stream, bytes: &[u8]| match stream {
        Stream::Stdout => out.extend_from_slice(bytes),
        Stream::Stderr => err.extend_from_slice(bytes),
    };
    let mut command = Command::new("bash");
    command.args(["-c", script]);
    let ended = supervise::run(&mut command, limits, &mut |id| group = id, &mut sink).expect("bash starts");
    (ended, out, err, group)
}

/// Zombies, whom nobody has waited for yet, do not count.
fn lives(group: u32) -> bool {
    let found = Command::new("ps").args(["-e", "-o", "pgid=,stat="]).output().expect("ps runs");
    let text = String::from_utf8_lossy(&found.stdout);
    let words = text.lines().filter_map(|line| line.trim().split_once(' '));
    let mut states = words.filter(|(id, _)| *id == group.to_string());
    states.any(|(_, state)| !state.trim_start().starts_with('Z'))
}
