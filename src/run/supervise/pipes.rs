//! What a process writes: both its streams, read without waiting for either.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::process::Child;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;
use rustix::process::Pid;

use crate::contract::store::Stream;

/// As much as a pipe holds.
const PIECE: usize = 65_536;

/// The ends that are still open.
#[derive(Debug)]
pub(super) struct Pipes {
    open: Vec<(Stream, OwnedFd)>,
    buffer: Vec<u8>,
}

impl Pipes {
    pub(super) fn of(child: &mut Child) -> io::Result<Self> {
        let stdout = child.stdout.take().map(|pipe| (Stream::Stdout, OwnedFd::from(pipe)));
        let stderr = child.stderr.take().map(|pipe| (Stream::Stderr, OwnedFd::from(pipe)));
        let open: Vec<(Stream, OwnedFd)> = [stdout, stderr].into_iter().flatten().collect();
        for (_, pipe) in &open {
            fcntl_setfl(pipe, fcntl_getfl(pipe)? | OFlags::NONBLOCK)?;
        }
        Ok(Self { open, buffer: vec![0; PIECE] })
    }

    pub(super) fn open(&self) -> impl Iterator<Item = &OwnedFd> {
        self.open.iter().map(|(_, pipe)| pipe)
    }

    /// A piece of each that has one: none of them can keep the other waiting.
    pub(super) fn read(&mut self, sink: &mut dyn FnMut(Stream, &[u8])) -> io::Result<bool> {
        let (mut any, mut failed) = (false, None);
        let buffer = &mut self.buffer;
        self.open.retain(|(stream, pipe)| match rustix::io::read(pipe, &mut *buffer) {
            Ok(0) => false,
            Ok(length) => {
                any = true;
                sink(*stream, &buffer[..length]);
                true
            }
            Err(Errno::AGAIN | Errno::INTR) => true,
            Err(error) => {
                failed = Some(error);
                false
            }
        });
        failed.map_or(Ok(any), |error| Err(error.into()))
    }

    /// All that is there. Whoever left the group and holds a pipe open is not waited for.
    pub(super) fn drain(&mut self, sink: &mut dyn FnMut(Stream, &[u8])) -> io::Result<()> {
        while self.read(sink)? {}
        Ok(())
    }
}

/// Whether a process of the group lives; its leader, who has ended and is not waited for, does not.
pub(super) fn group_lives(group: Pid) -> bool {
    let group = group.as_raw_nonzero().get().to_string();
    let Ok(processes) = fs::read_dir("/proc") else { return false };
    processes.flatten().filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok()).any(|stat| {
        // The name, in brackets, may have blanks: `12 (a b) S PARENT GROUP …`
        let mut words = stat.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default().split_whitespace();
        let state = words.next().unwrap_or("X");
        !matches!(state, "Z" | "X") && words.nth(1) == Some(&group)
    })
}
