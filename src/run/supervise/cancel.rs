//! A flag that wakes whoever polls: raised once to end what runs, twice to kill it.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd};

const SET: u8 = 1;
const KILL: u8 = 2;

const INT: i32 = 2;
/// A signal that comes again within this time is the same key, sent to several processes.
const SAME_KEY: Duration = Duration::from_millis(300);

/// Shared by all that one cancel ends. It never goes down again.
#[derive(Debug)]
pub struct Cancel {
    level: AtomicU8,
    set: OwnedFd,
    kill: OwnedFd,
    /// The first signal, and when it came.
    signal: OnceLock<(i32, Instant)>,
}

impl Cancel {
    /// # Errors
    /// The machine has no more files to give.
    pub fn new() -> io::Result<Self> {
        let event = || eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK);
        Ok(Self { level: AtomicU8::new(0), set: event()?, kill: event()?, signal: OnceLock::new() })
    }

    /// Ends what runs: TERM, and KILL after its grace.
    pub fn set(&self) {
        self.raise(SET, &self.set);
    }

    /// Ends what runs at once.
    pub fn kill(&self) {
        self.raise(KILL, &self.kill);
    }

    /// What a signal to the runner means: the first ends what runs, a later INT kills it. To be called from a thread that
    /// waits for signals, not from a handler.
    pub fn heed(&self, signal: i32) {
        let now = Instant::now();
        let (_, first) = *self.signal.get_or_init(|| (signal, now));
        if first == now {
            self.set();
        } else if signal == INT && now - first > SAME_KEY {
            self.kill();
        }
    }

    /// The number of the first signal that was heeded.
    pub fn signal(&self) -> Option<i32> {
        self.signal.get().map(|(signal, _)| *signal)
    }

    pub fn is_set(&self) -> bool {
        self.level.load(Ordering::SeqCst) >= SET
    }

    pub fn is_kill(&self) -> bool {
        self.level.load(Ordering::SeqCst) >= KILL
    }

    /// Sleeps, unless and until the flag is raised; whether it is.
    pub fn sleep(&self, time: Duration) -> bool {
        let until = Instant::now().checked_add(time);
        while !self.is_set() && until.is_none_or(|until| Instant::now() < until) {
            // A poll that fails has to fail for good to matter, and then there is no waiting at all.
            if super::wait(&mut [PollFd::new(&self.set, PollFlags::IN)], until).is_err() {
                break;
            }
        }
        self.is_set()
    }

    /// Tells when this flag is raised, for the first and for the second time, until `end` is.
    pub(in crate::run) fn watch(&self, end: &Self, mut tell: impl FnMut()) {
        for heard in [false, true] {
            loop {
                if end.is_set() {
                    return;
                }
                if if heard { self.is_kill() } else { self.is_set() } {
                    break;
                }
                let waker = self.waker(heard);
                let mut fds = [PollFd::new(waker, PollFlags::IN), PollFd::new(&end.set, PollFlags::IN)];
                if super::wait(&mut fds, None).is_err() {
                    return;
                }
            }
            tell();
        }
    }

    /// Can be read from when the flag is raised, or, for who has heard that, when it is raised for the second time.
    pub(super) fn waker(&self, heard: bool) -> &OwnedFd {
        if heard { &self.kill } else { &self.set }
    }

    fn raise(&self, level: u8, waker: &OwnedFd) {
        self.level.fetch_max(level, Ordering::SeqCst);
        // Only an event that was raised 2^64 times can refuse another.
        rustix::io::write(&self.set, &1u64.to_ne_bytes()).ok();
        rustix::io::write(waker, &1u64.to_ne_bytes()).ok();
    }
}
