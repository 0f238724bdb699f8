//! One stream of a command on its way to the stream of this process, with as much kept as its reader is behind.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{FileType, Mode, OFlags, fcntl_getfl, fcntl_setfl, fstat, open};
use rustix::io::Errno;

use super::options::Slow;
use crate::contract::store::Stream;

/// As much as a pipe holds.
pub(super) const PIECE: usize = 65_536;

/// As much as a pipe takes without making the writer wait when it takes anything.
const CERTAIN: usize = 4096;

/// From a pipe of the command to a stream of ours.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) stream: Stream,
    from: Option<OwnedFd>,
    to: Outlet,
    kept: VecDeque<u8>,
    most: usize,
    slow: Slow,
    /// Bytes that are gone since something was kept last.
    gap: u64,
    /// All bytes that are gone.
    pub(super) dropped: u64,
    /// Nobody reads any more, and it is read for the log alone.
    logged: bool,
}

impl Lane {
    pub(super) fn new(stream: Stream, slow: Slow, most: usize, logged: bool) -> io::Result<Self> {
        let to = match stream {
            Stream::Stdout => Outlet::of(io::stdout().as_fd())?,
            Stream::Stderr => Outlet::of(io::stderr().as_fd())?,
        };
        let most = if slow == Slow::Block { PIECE } else { most };
        Ok(Self { stream, from: None, to, kept: VecDeque::new(), most, slow, gap: 0, dropped: 0, logged })
    }

    pub(super) fn attach(&mut self, from: OwnedFd) -> io::Result<()> {
        fcntl_setfl(&from, fcntl_getfl(&from)? | OFlags::NONBLOCK)?;
        self.from = Some(from);
        Ok(())
    }

    /// What it waits for.
    pub(super) fn interests<'f>(&'f self, fds: &mut Vec<PollFd<'f>>) {
        if let Some(from) = self.from.as_ref().filter(|_| self.has_room()) {
            fds.push(PollFd::new(from, PollFlags::IN));
        }
        if !self.kept.is_empty() {
            fds.push(PollFd::from_borrowed_fd(self.to.fd.as_fd(), PollFlags::OUT));
        }
    }

    /// Reads one piece when there is one and there is room; its length.
    pub(super) fn read<'b>(&mut self, buffer: &'b mut [u8]) -> io::Result<Option<&'b [u8]>> {
        if !self.has_room() {
            return Ok(None);
        }
        let Some(from) = &self.from else { return Ok(None) };
        match rustix::io::read(from, &mut *buffer) {
            Ok(0) => {
                self.from = None;
                Ok(None)
            }
            Ok(length) => {
                self.keep(&buffer[..length]);
                Ok(Some(&buffer[..length]))
            }
            Err(Errno::AGAIN | Errno::INTR) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes what its reader takes without making us wait.
    pub(super) fn write(&mut self) {
        while !self.kept.is_empty() {
            let (front, _) = self.kept.as_slices();
            match self.to.write(front) {
                Ok(0) => return,
                Ok(length) => drop(self.kept.drain(..length)),
                Err(_) => {
                    // Whoever writes to a pipe that nobody reads is told so by the pipe.
                    self.kept.clear();
                    self.to.broken = true;
                    if !self.logged {
                        self.from = None;
                    }
                }
            }
        }
    }

    /// Gives up what nobody took.
    pub(super) fn abandon(&mut self) {
        self.dropped += self.kept.len() as u64;
        self.kept.clear();
        self.from = None;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The command is gone; whoever left its group and holds the pipe is not waited for.
    pub(super) fn close(&mut self) {
        self.from = None;
    }

    fn has_room(&self) -> bool {
        self.slow == Slow::Drop || self.kept.len() < self.most
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.to.broken {
            return;
        }
        if self.slow == Slow::Block {
            self.kept.extend(bytes);
            return;
        }
        let mark = if self.gap > 0 {
            format!("\n[pipec-entrypoint: {} bytes dropped here]\n", self.gap)
        } else {
            String::new()
        };
        if self.kept.len() + mark.len() + bytes.len() > self.most {
            self.gap += bytes.len() as u64;
            self.dropped += bytes.len() as u64;
            return;
        }
        self.gap = 0;
        self.kept.extend(mark.as_bytes());
        self.kept.extend(bytes);
    }
}

/// A stream of ours, which others may have too: its flags are not ours to set.
#[derive(Debug)]
struct Outlet {
    fd: OwnedFd,
    /// It was opened anew, and says when it takes nothing.
    says: bool,
    broken: bool,
}

impl Outlet {
    fn of(stream: BorrowedFd<'_>) -> io::Result<Self> {
        if FileType::from_raw_mode(fstat(stream)?.st_mode) == FileType::Fifo {
            let path = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&stream));
            let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
            if let Ok(fd) = open(path, flags, Mode::empty()) {
                return Ok(Self { fd, says: true, broken: false });
            }
        }
        Ok(Self { fd: stream.try_clone_to_owned()?, says: false, broken: false })
    }

    /// How much of it was taken.
    fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        let bytes = match self.says {
            true => bytes,
            false if self.is_ready() => &bytes[..bytes.len().min(CERTAIN)],
            false => return Ok(0),
        };
        match rustix::io::write(&self.fd, bytes) {
            Ok(length) => Ok(length),
            Err(Errno::AGAIN | Errno::INTR) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    fn is_ready(&self) -> bool {
        let mut fds = [PollFd::new(&self.fd, PollFlags::OUT)];
        poll(&mut fds, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).is_ok_and(|ready| ready > 0)
    }
}
