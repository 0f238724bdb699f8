//! One command as the leader of a process group, below a process that may be the first of its container.
//!
//! Signals go on to the whole group; whoever lost its parent is waited for; when the leader has ended, so has the group.

use std::fs;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, WaitOptions, WaitStatus, kill_process, kill_process_group, wait, waitid,
    waitpid,
};

use super::pump::Pump;
use super::signals::Signals;
use crate::run::supervise::group_lives;

/// How often a group is looked at that has lost its leader and has time to clean up.
const LOOK: Duration = Duration::from_millis(5);

/// How long a reader who does not read is waited for when there is no grace.
const LAST: Duration = Duration::from_secs(10);

/// How a command ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Ended {
    /// Its own exit code, or 128 and the number of the signal that ended it.
    pub(super) code: u8,
    pub(super) reason: Option<Reason>,
}

/// Why a command was ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reason {
    Timeout,
    /// TERM came.
    Told,
}

/// What ends a command that does not end by itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) deadline: Option<Instant>,
    /// Between TERM and KILL; without one every TERM goes on, and nothing is killed.
    pub(super) grace: Option<Duration>,
    /// It reads from the terminal, when there is one.
    pub(super) terminal: bool,
}

/// Runs a command to its end. Whatever it leaves in its group is killed.
///
/// # Errors
/// It could not be started, or the machine has no more files or processes to give.
pub(super) fn run(command: &mut Command, limits: Limits, signals: &Signals, pump: &mut Pump) -> io::Result<Ended> {
    let mut child = command.process_group(0).spawn()?;
    let leader = Pid::from_child(&child);
    let group = Group { leader, limits, signals, ending: Ending::default(), status: None };
    pump.attach(&mut child)?;
    if limits.terminal {
        hand_over_terminal(leader);
    }
    group.watch(pump)
}

/// Kills and waits for all processes that this one is the parent of, those that left the group of a command included.
pub(super) fn end_all() {
    for _ in 0..1000 {
        let children = fs::read_to_string("/proc/thread-self/children").unwrap_or_default();
        let children: Vec<Pid> = children.split_whitespace().filter_map(|id| Pid::from_raw(id.parse().ok()?)).collect();
        if children.is_empty() {
            return;
        }
        for child in children {
            kill_process(child, Signal::KILL).ok();
            waitpid(Some(child), WaitOptions::empty()).ok();
        }
    }
}

/// Orphans below this process come to it, not to another first process.
pub(super) fn adopt() {
    // The first process of a container has them anyway.
    rustix::process::set_child_subreaper(Some(rustix::process::getpid())).ok();
}

/// At a terminal, the group that may read from it is the command's.
fn hand_over_terminal(group: Pid) {
    let terminal = io::stdin();
    if rustix::termios::tcgetpgrp(&terminal).is_ok_and(|owner| owner == rustix::process::getpgrp())
        && rustix::termios::tcsetpgrp(&terminal, group).is_ok()
    {
        // It may have tried to read before.
        kill_process_group(group, Signal::CONT).ok();
    }
}

struct Group<'s> {
    leader: Pid,
    limits: Limits,
    signals: &'s Signals,
    ending: Ending,
    /// Of the leader, when it was waited for.
    status: Option<WaitStatus>,
}

/// How far the ending of a group has come.
#[derive(Default, Debug)]
struct Ending {
    reason: Option<Reason>,
    kill_at: Option<Instant>,
    killed: bool,
}

impl Group<'_> {
    fn watch(mut self, pump: &mut Pump) -> io::Result<Ended> {
        loop {
            self.look();
            pump.work()?;
            if self.has_ended()? {
                return self.finish(pump);
            }
            self.sleep(pump, None)?;
        }
    }

    /// Hands signals on and does what is due.
    fn look(&mut self) {
        for signal in self.signals.take() {
            match (signal == Signal::TERM, self.limits.grace, self.ending.reason) {
                (true, Some(_), None) => self.end(Reason::Told),
                (true, Some(_), Some(_)) => self.kill(),
                (true, None, _) => {
                    self.ending.reason = Some(Reason::Told);
                    self.send(signal);
                }
                (false, _, _) => self.send(signal),
            }
        }
        let now = Instant::now();
        if self.ending.reason.is_none() && self.limits.deadline.is_some_and(|deadline| now >= deadline) {
            self.end(Reason::Timeout);
        }
        if self.ending.kill_at.is_some_and(|at| now >= at) && !self.ending.killed {
            self.kill();
        }
    }

    fn end(&mut self, reason: Reason) {
        self.ending.reason = Some(reason);
        self.ending.kill_at = self.limits.grace.and_then(|grace| Instant::now().checked_add(grace));
        self.send(Signal::TERM);
        // One that is stopped takes its TERM when it goes on.
        self.send(Signal::CONT);
    }

    fn kill(&mut self) {
        self.ending.killed = true;
        self.send(Signal::KILL);
    }

    fn send(&self, signal: Signal) {
        // A group without any process left is what was wanted.
        kill_process_group(self.leader, signal).ok();
    }

    /// Waits for everybody's orphans; the leader is left, so that the number of its group stays its own.
    fn has_ended(&mut self) -> io::Result<bool> {
        let peek = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        loop {
            if self.status.is_some() || waitid(WaitId::Pid(self.leader), peek)?.is_some() {
                return Ok(true);
            }
            if !self.reap() {
                return Ok(false);
            }
        }
    }

    /// Waits for a process that has ended; whether there was one. It may be the leader, which ended just now.
    fn reap(&mut self) -> bool {
        match wait(WaitOptions::NOHANG) {
            Ok(Some((pid, status))) => {
                if pid == self.leader {
                    self.status = Some(status);
                }
                true
            }
            Ok(None) | Err(_) => false,
        }
    }

    /// Until a signal comes, a stream has something, or the time has come.
    fn sleep(&self, pump: &Pump, at_most: Option<Duration>) -> io::Result<()> {
        let next = if self.ending.killed { None } else { self.ending.kill_at };
        let due = next.or(if self.ending.reason.is_none() { self.limits.deadline } else { None });
        let left = due.map(|due| due.saturating_duration_since(Instant::now()) + Duration::from_millis(1));
        let left = [left, at_most].into_iter().flatten().min();
        let left = left.map(|left| Timespec::try_from(left).unwrap_or(Timespec { tv_sec: i64::MAX, tv_nsec: 0 }));
        let waker = self.signals.waker();
        let mut fds = vec![PollFd::from_borrowed_fd(waker, PollFlags::IN)];
        pump.interests(&mut fds);
        match poll(&mut fds, left.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The leader has ended: what is left of its group has its grace when it was being ended, and then is killed.
    fn finish(mut self, pump: &mut Pump) -> io::Result<Ended> {
        while self.ending.reason.is_some() && !self.ending.killed && group_lives(self.leader) {
            self.look();
            pump.work()?;
            self.sleep(pump, Some(LOOK))?;
        }
        let Ending { reason, .. } = self.ending;
        self.send(Signal::KILL);
        while self.status.is_none() {
            self.status = waitpid(Some(self.leader), WaitOptions::empty())?.map(|(_, status)| status);
        }
        self.flush(pump)?;
        while self.reap() {}
        let code = match reason {
            Some(Reason::Timeout) => 124,
            Some(Reason::Told) | None => self.status.map_or(1, code_of),
        };
        Ok(Ended { code, reason })
    }

    /// What was written is handed on before the command counts as ended, unless nobody reads it and we are to go.
    fn flush(&mut self, pump: &mut Pump) -> io::Result<()> {
        let hurry = self.ending.reason.is_some() || pump.may_drop();
        let give_up = hurry.then(|| Instant::now() + self.limits.grace.unwrap_or(LAST));
        self.ending.killed = false;
        while pump.rest()? {
            self.look();
            if self.ending.killed || give_up.is_some_and(|at| Instant::now() >= at) {
                pump.abandon();
                return Ok(());
            }
            self.sleep(pump, Some(LOOK * 20))?;
        }
        Ok(())
    }
}

fn code_of(status: WaitStatus) -> u8 {
    let code = status.exit_status().or_else(|| status.terminating_signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
