//! A flag that wakes whoever polls: raised once to end what runs, twice to kill it.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicU8, Ordering};

use rustix::event::{EventfdFlags, eventfd};

const SET: u8 = 1;
const KILL: u8 = 2;

/// Shared by all that one cancel ends. It never goes down again.
#[derive(Debug)]
pub struct Cancel {
    level: AtomicU8,
    set: OwnedFd,
    kill: OwnedFd,
}

impl Cancel {
    /// # Errors
    /// The machine has no more files to give.
    pub fn new() -> io::Result<Self> {
        let event = || eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK);
        Ok(Self { level: AtomicU8::new(0), set: event()?, kill: event()? })
    }

    /// Ends what runs: TERM, and KILL after its grace.
    pub fn set(&self) {
        self.raise(SET, &self.set);
    }

    /// Ends what runs at once.
    pub fn kill(&self) {
        self.raise(KILL, &self.kill);
    }

    pub fn is_set(&self) -> bool {
        self.level.load(Ordering::SeqCst) >= SET
    }

    pub fn is_kill(&self) -> bool {
        self.level.load(Ordering::SeqCst) >= KILL
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
