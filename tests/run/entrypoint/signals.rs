//! 2.5: as PID 1 in a process namespace of its own where that is allowed, and as the parent of orphans in any case.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::{build, command, sh};

/// What other builds have to do as well.
pub(super) const FOR_EVERY_BUILD: &[fn()] = &[
    capability_2_5_six_signals_go_on_to_the_group,
    capability_2_5_a_command_that_ignores_term_is_killed_after_the_grace,
    capability_2_5_a_second_term_kills_at_once,
    capability_2_5_the_cleanup_has_its_grace_after_term,
    capability_2_5_a_signal_before_the_command_is_no_success,
    capability_2_5_as_pid_1_of_a_namespace,
];

/// And where the machine gives orphans to who asks for them.
pub(super) const OF_ORPHANS: &[fn()] = &[capability_2_5_orphans_are_waited_for, capability_2_5_nothing_is_left_behind];

/// Processes of a group that live, one a line.
pub(crate) fn group(id: &str) -> String {
    let found = Command::new("ps").args(["-e", "-o", "pgid=,stat=,args="]).output().expect("ps runs");
    let text = String::from_utf8_lossy(&found.stdout).into_owned();
    let lines = text.lines().map(str::trim_start).filter(|line| line.starts_with(&format!("{id} ")));
    lines.filter(|line| !line[id.len()..].trim_start().starts_with('Z')).map(|line| format!("{line}\n")).collect()
}

/// Started, and heard to say `ready`.
fn ready(options: &[&str], script: &str) -> (Child, BufReader<std::process::ChildStdout>) {
    let words = [options, &["--", "bash", "-c", script]].concat();
    let mut child = command(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    out.read_line(&mut line).expect("a line");
    assert_eq!(line, "ready\n");
    (child, out)
}

fn send(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).expect("it lives");
}

fn code(mut child: Child) -> i32 {
    child.wait().expect("it ends").code().expect("a code")
}

/// 2.5
#[test]
fn capability_2_5_six_signals_go_on_to_the_group() {
    let signals = [
        ("TERM", Signal::TERM),
        ("INT", Signal::INT),
        ("HUP", Signal::HUP),
        ("QUIT", Signal::QUIT),
        ("USR1", Signal::USR1),
        ("USR2", Signal::USR2),
    ];
    let folder = super::folder();
    for (name, signal) in signals {
        // A grandchild hears it as well as the command itself. A shell starts what is beside it without INT and QUIT.
        let heard = folder.path().join(name);
        let script = format!(
            "env --default-signal bash -c 'trap \"echo inner; exit\" {name}; : >\"$0\"; while :; do sleep 0.02; done' '{heard}' &\n\
             trap 'wait; echo outer; exit 7' {name}; until [ -e '{heard}' ]; do sleep 0.02; done\n\
             echo ready; while :; do sleep 0.02; done",
            heard = heard.display()
        );
        let (child, mut out) = ready(&[], &script);
        send(&child, signal);
        let mut rest = String::new();
        out.read_to_string(&mut rest).expect("text");
        assert_eq!(rest, "inner\nouter\n", "{name}");
        assert_eq!(code(child), 7, "{name}");
    }
}

/// 2.5
#[test]
fn capability_2_5_a_command_that_ignores_term_is_killed_after_the_grace() {
    let began = Instant::now();
    let (child, _out) = ready(&["--grace", "300ms"], "trap '' TERM; echo ready; while :; do sleep 0.02; done");
    send(&child, Signal::TERM);
    assert_eq!(code(child), 137);
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(300) && took < Duration::from_secs(10), "{took:?}");
}

/// 2.5
#[test]
fn capability_2_5_a_second_term_kills_at_once() {
    let began = Instant::now();
    let (child, _out) = ready(&["--grace", "100s"], "trap 'echo told' TERM; echo ready; while :; do sleep 0.02; done");
    send(&child, Signal::TERM);
    std::thread::sleep(Duration::from_millis(300));
    send(&child, Signal::TERM);
    assert_eq!(code(child), 137);
    assert!(began.elapsed() < Duration::from_secs(20));
}

/// 2.5
#[test]
fn capability_2_5_the_cleanup_has_its_grace_after_term() {
    let (child, mut out) = ready(&["--cleanup", "sleep 0.3; echo cleaned"], "echo ready; sleep 20");
    send(&child, Signal::TERM);
    let mut rest = String::new();
    out.read_to_string(&mut rest).expect("text");
    assert_eq!((code(child), rest.as_str()), (143, "cleaned\n"));
}

/// R4: Relay ended with 0 where the signal came before its command had begun.
#[test]
fn capability_2_5_a_signal_before_the_command_is_no_success() {
    let folder = super::folder();
    let (first, began) = (folder.path().join("first"), folder.path().join("began"));
    let words = ["--wait", super::name(&first), "--", "touch", super::name(&began)];
    let child = command(&words).stderr(Stdio::null()).spawn().expect("it starts");
    std::thread::sleep(Duration::from_millis(300));
    send(&child, Signal::TERM);
    assert_eq!(code(child), 143);
    // The script before the command is told too, and the command does not begin.
    let (child, _out) = ready(&["--before", "echo ready; sleep 20"], &format!("touch '{}'", super::name(&began)));
    send(&child, Signal::TERM);
    assert_eq!(code(child), 143);
    assert!(!began.exists());
}

/// 2.5: 50 orphans whose parent is gone, none of which is a zombie when the command looks. Without a namespace of its own
/// they come to the process because it asked for them.
#[test]
fn capability_2_5_orphans_are_waited_for() {
    let script = "for i in $(seq 50); do (sh -c 'sleep 0.1 & exit 0' &); done; sleep 1; ps -o stat= --ppid $PPID | grep -c Z; true";
    let ran = sh(&[], script);
    assert_eq!((ran.code, ran.out.as_str()), (0, "0\n"), "{}", ran.err);
}

/// 2.5, 3.6: what left the group of the command goes too, as a container ends with its first process.
#[test]
fn capability_2_5_nothing_is_left_behind() {
    let ran = sh(&[], "setsid sh -c 'echo $$; exec >/dev/null; while :; do sleep 0.05; done' & sleep 0.3");
    assert_eq!(group(ran.out.trim()), "");
    assert!(!ran.out.is_empty());
}

/// 2.5: signals that would do nothing to a PID 1 without handlers.
#[test]
fn capability_2_5_as_pid_1_of_a_namespace() {
    let unshare = ["--pid", "--fork", "--mount-proc", "--kill-child"];
    let allowed = Command::new("unshare").args(unshare).arg("true").output().is_ok_and(|done| done.status.success());
    // Where it is not, the tests above hold it to the same as the parent of orphans.
    let mut command = if allowed { Command::new("unshare") } else { Command::new("env") };
    if allowed {
        command.args(unshare);
    }
    command.args([build().by, build().file]);
    let script = "trap 'ps -e -o stat= | grep -c Z; exit 7' USR1\n\
                  for i in 1 2 3 4 5; do (sh -c 'sleep 0.05 & exit 0' &); done; sleep 0.5\n\
                  echo ready $PPID; while :; do sleep 0.02; done";
    command.args(["--", "bash", "-c", script]).stdout(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    out.read_line(&mut line).expect("a line");
    let pid = if allowed { inside(child.id()) } else { child.id() };
    assert_eq!(line.trim() == "ready 1", allowed, "{line}");
    let pid = Pid::from_raw(i32::try_from(pid).expect("a number")).expect("a process");
    kill_process(pid, Signal::USR1).expect("it lives");
    let mut rest = String::new();
    out.read_to_string(&mut rest).expect("text");
    assert_eq!(child.wait().expect("it ends").code(), Some(7));
    if allowed {
        assert_eq!(rest, "0\n", "no zombies");
    }
}

/// The only child of a process.
fn inside(pid: u32) -> u32 {
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).expect("it lives");
    children.trim().parse().expect("one child")
}
