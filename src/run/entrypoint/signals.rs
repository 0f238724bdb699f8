//! The signals that a first process is sent, as something that can be polled.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::Signal;

/// Those that are handed on.
const FORWARDED: &[Signal] = &[Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT, Signal::USR1, Signal::USR2];

/// What has arrived and was not taken yet.
#[derive(Debug)]
pub(super) struct Signals {
    flags: Vec<(Signal, Arc<AtomicBool>)>,
    wake: OwnedFd,
}

impl Signals {
    /// From now on none of them ends this process.
    pub(super) fn catch() -> io::Result<Self> {
        let (wake, waker) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
        let mut flags = Vec::new();
        // The end of a child only wakes.
        for signal in FORWARDED.iter().chain([&Signal::CHILD]) {
            let flag = Arc::new(AtomicBool::new(false));
            signal_hook::flag::register(signal.as_raw(), Arc::clone(&flag))?;
            signal_hook::low_level::pipe::register(signal.as_raw(), waker.try_clone()?)?;
            flags.push((*signal, flag));
        }
        Ok(Self { flags, wake })
    }

    /// Those that have come since the last call, the end of children aside.
    pub(super) fn take(&self) -> Vec<Signal> {
        let mut rest = [0; 64];
        while rustix::io::read(&self.wake, &mut rest).is_ok_and(|length| length > 0) {}
        let come = self.flags.iter().filter(|(_, flag)| flag.swap(false, Ordering::SeqCst));
        come.map(|(signal, _)| *signal).filter(|signal| *signal != Signal::CHILD).collect()
    }

    /// Can be read from when one has come.
    pub(super) fn waker(&self) -> BorrowedFd<'_> {
        self.wake.as_fd()
    }
}
