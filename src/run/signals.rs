//! What the machine tells a runner: INT, TERM and HUP cancel what runs, and a second INT kills it.

use std::io;
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use rustix::event::{PollFd, PollFlags, poll};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::low_level::pipe;

use super::supervise::cancel::Cancel;

const ALL: [i32; 3] = [SIGINT, SIGTERM, SIGHUP];

/// From now on, signals raise `cancel` and no longer end this process.
///
/// # Errors
/// The machine has no more files or threads to give.
pub fn listen(cancel: Arc<Cancel>) -> io::Result<()> {
    let mut ends = Vec::with_capacity(ALL.len());
    for signal in ALL {
        let (read, write) = UnixStream::pair()?;
        pipe::register(signal, write)?;
        ends.push(read);
    }
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || heed(&ends, &cancel))?;
    Ok(())
}

/// Until the process ends.
fn heed(ends: &[UnixStream], cancel: &Cancel) {
    loop {
        let mut fds: Vec<PollFd<'_>> = ends.iter().map(|end| PollFd::new(end, PollFlags::IN)).collect();
        if poll(&mut fds, None).is_err_and(|error| error != rustix::io::Errno::INTR) {
            return;
        }
        let raised: Vec<usize> = (0..fds.len()).filter(|at| fds[*at].revents().contains(PollFlags::IN)).collect();
        for at in raised {
            // All that came of one kind is one.
            io::Read::read(&mut &ends[at], &mut [0; 64]).ok();
            cancel.heed(ALL[at]);
        }
    }
}
