//! What the machine tells a runner: INT, TERM and HUP cancel what runs, and a second INT kills it.

#![expect(clippy::disallowed_methods, reason = "signals and clocks are what this is about")]

use std::io;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::low_level::pipe;

use super::supervise::cancel::Cancel;

const ALL: [i32; 3] = [SIGINT, SIGTERM, SIGHUP];

/// One that comes sooner is the same key, sent twice.
const AGAIN: Duration = Duration::from_millis(300);

/// What was heard so far.
#[derive(Clone, Debug)]
pub struct Heard {
    first: Arc<AtomicI32>,
}

impl Heard {
    /// The first signal that came.
    pub fn first(&self) -> Option<i32> {
        Some(self.first.load(Ordering::SeqCst)).filter(|signal| *signal != 0)
    }
}

/// From now on, signals raise `cancel` and no longer end this process.
///
/// # Errors
/// The machine has no more files or threads to give.
pub fn listen(cancel: Arc<Cancel>) -> io::Result<Heard> {
    let mut ends = Vec::with_capacity(ALL.len());
    for signal in ALL {
        let (read, write) = UnixStream::pair()?;
        pipe::register(signal, write)?;
        ends.push(read);
    }
    let heard = Heard { first: Arc::default() };
    let first = Arc::clone(&heard.first);
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || heed(&ends, &first, &cancel))?;
    Ok(heard)
}

/// Until the process ends.
fn heed(ends: &[UnixStream], first: &AtomicI32, cancel: &Cancel) {
    let mut since = None;
    loop {
        let mut fds: Vec<PollFd<'_>> = ends.iter().map(|end| PollFd::new(end, PollFlags::IN)).collect();
        if poll(&mut fds, None).is_err_and(|error| error != rustix::io::Errno::INTR) {
            return;
        }
        let raised: Vec<usize> = (0..fds.len()).filter(|at| fds[*at].revents().contains(PollFlags::IN)).collect();
        for at in raised {
            // All that came of one kind is one.
            io::Read::read(&mut &ends[at], &mut [0; 64]).ok();
            match since {
                None => {
                    first.store(ALL[at], Ordering::SeqCst);
                    since = Some(Instant::now());
                    cancel.set();
                }
                Some(since) if ALL[at] == SIGINT && since.elapsed() > AGAIN => cancel.kill(),
                Some(_) => {}
            }
        }
    }
}
