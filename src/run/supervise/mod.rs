//! One process, the leader of a group of its own, from its start until nothing of the group is left.
//!
//! What it writes is handed on as it comes, in pieces, without a limit to its lines and without loss. When the leader has
//! ended the rest of the group is killed, as a container ends with its first process; when the time is up or somebody
//! cancels, the whole group gets TERM and, after a grace, KILL.

#![expect(clippy::disallowed_methods, reason = "processes and clocks are what this is about")]

pub mod adopted;
pub mod cancel;
mod pipes;

use std::io;
use std::os::fd::AsFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};

use crate::contract::store::Stream;
use cancel::Cancel;
use pipes::Pipes;

/// Between two looks at who of a group is left.
const SHORTEST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// What ends a process that does not end by itself.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'a> {
    /// When its time is up.
    pub deadline: Option<Instant>,
    /// Between TERM and KILL.
    pub grace: Duration,
    pub cancel: &'a Cancel,
}

/// How a process ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ended {
    /// Its own exit code, or 128 and the number of the signal that ended it.
    pub code: i32,
    /// Why it was ended, when it was.
    pub reason: Option<Reason>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// The deadline has passed.
    Timeout,
    Cancelled,
}

/// Starts `command` with an empty standard input and waits for the end of its whole group. `started` is told the number of
/// the group, `sink` every piece that it writes.
///
/// # Errors
/// It could not be started, or the machine has no more files or processes to give.
pub fn run(
    command: &mut Command,
    limits: Limits<'_>,
    started: &mut dyn FnMut(u32),
    sink: &mut dyn FnMut(Stream, &[u8]),
) -> io::Result<Ended> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let child = command.spawn()?;
    started(child.id());
    Group::new(child)?.watch(limits, sink)
}

/// The code that a shell gives to a process that ended so.
pub fn exit_code(status: ExitStatus) -> i32 {
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1)
}

/// Why a command could not be started, as the exit code that a shell gives: 127 not found, 126 not executable.
pub fn start_code(error: &io::Error) -> i32 {
    if error.kind() == io::ErrorKind::NotFound { 127 } else { 126 }
}

/// Whether a process of the group lives beside its leader, who has ended and is not waited for.
pub(in crate::run) fn group_lives(group: Pid) -> bool {
    pipes::group_lives(group)
}

/// A process group whose leader has not been waited for, so that its number is its own.
struct Group {
    child: Child,
    pid: Pid,
    pipes: Pipes,
}

impl Group {
    fn new(mut child: Child) -> io::Result<Self> {
        let pid = Pid::from_child(&child);
        let pipes = Pipes::of(&mut child)?;
        Ok(Self { child, pid, pipes })
    }

    fn watch(mut self, limits: Limits<'_>, sink: &mut dyn FnMut(Stream, &[u8])) -> io::Result<Ended> {
        let leader = pidfd_open(self.pid, PidfdFlags::empty())?;
        let mut ending = Ending::default();
        loop {
            ending.look(limits, |signal| self.signal(signal));
            let ended = {
                let mut fds = vec![
                    PollFd::new(&leader, PollFlags::IN),
                    PollFd::new(limits.cancel.waker(ending.cancelled()), PollFlags::IN),
                ];
                fds.extend(self.pipes.open().map(|pipe| PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN)));
                wait(&mut fds, ending.next(limits))?;
                fds[0].revents().contains(PollFlags::IN)
            };
            self.pipes.read(sink)?;
            if ended {
                break;
            }
        }
        self.finish(limits, ending, sink)
    }

    /// The leader has ended: what is left of its group has its grace when it was being ended, and then is killed.
    fn finish(
        mut self,
        limits: Limits<'_>,
        mut ending: Ending,
        sink: &mut dyn FnMut(Stream, &[u8]),
    ) -> io::Result<Ended> {
        let mut pause = SHORTEST_PAUSE;
        while ending.reason.is_some() && !ending.killed && self.others_live() {
            ending.look(limits, |signal| self.signal(signal));
            std::thread::sleep(pause);
            pause = LONGEST_PAUSE.min(pause * 2);
            self.pipes.read(sink)?;
        }
        self.signal(Signal::KILL);
        let status = self.child.wait()?;
        adopted::reap(self.pid);
        self.pipes.drain(sink)?;
        let code = if ending.reason == Some(Reason::Timeout) { 124 } else { exit_code(status) };
        Ok(Ended { code, reason: ending.reason })
    }

    fn signal(&self, signal: Signal) {
        // A group without any process left is what was wanted.
        kill_process_group(self.pid, signal).ok();
    }

    fn others_live(&self) -> bool {
        group_lives(self.pid)
    }
}

/// How far the ending of a group has come.
#[derive(Default, Debug)]
struct Ending {
    reason: Option<Reason>,
    kill_at: Option<Instant>,
    killed: bool,
}

impl Ending {
    /// Sends what is due.
    fn look(&mut self, limits: Limits<'_>, signal: impl Fn(Signal)) {
        let now = Instant::now();
        if self.reason.is_none() {
            self.reason = if limits.cancel.is_set() {
                Some(Reason::Cancelled)
            } else {
                limits.deadline.filter(|deadline| now >= *deadline).map(|_| Reason::Timeout)
            };
            if self.reason.is_some() {
                self.kill_at = Some(now + limits.grace);
                signal(Signal::TERM);
                // One that is stopped takes its TERM when it goes on.
                signal(Signal::CONT);
            }
        }
        let due = self.kill_at.is_some_and(|at| now >= at) || limits.cancel.is_kill();
        if due && !self.killed {
            self.killed = true;
            self.reason.get_or_insert(Reason::Cancelled);
            signal(Signal::KILL);
        }
    }

    /// Whether the first call to cancel was heard; what is waited for then is the second.
    fn cancelled(&self) -> bool {
        self.reason.is_some()
    }

    /// When something is due next.
    fn next(&self, limits: Limits<'_>) -> Option<Instant> {
        match (self.killed, self.kill_at) {
            (true, _) => None,
            (false, Some(at)) => Some(at),
            (false, None) => limits.deadline,
        }
    }
}

/// Waits until one of them has something, or the time has come.
fn wait(fds: &mut [PollFd<'_>], until: Option<Instant>) -> io::Result<()> {
    let left = until.map(|until| until.saturating_duration_since(Instant::now()) + Duration::from_millis(1));
    let left = left.map(|left| Timespec::try_from(left).unwrap_or(Timespec { tv_sec: i64::MAX, tv_nsec: 0 }));
    match poll(fds, left.as_ref()) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
