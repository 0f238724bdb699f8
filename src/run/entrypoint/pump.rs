//! Both streams of a command on their way: to those of this process, and to a log.
//!
//! Where nothing has to be done with them the command has our streams themselves, and nothing can be lost or late.

use std::io;
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};

use rustix::event::PollFd;

use super::failure::Failure;
use super::lanes::{Lane, PIECE};
use super::log::Log;
use super::options::{Options, Slow};
use crate::contract::store::Stream;

#[derive(Debug)]
pub(super) struct Pump {
    /// None when the command has our streams.
    lanes: Vec<Lane>,
    log: Option<Log>,
    slow: Slow,
    buffer: Vec<u8>,
}

impl Pump {
    pub(super) fn new(options: &Options) -> Result<Self, Failure> {
        let mut pump = Self { lanes: Vec::new(), log: None, slow: options.slow, buffer: Vec::new() };
        if options.log.is_none() && options.slow == Slow::Block {
            return Ok(pump);
        }
        for stream in [Stream::Stdout, Stream::Stderr] {
            let lane = Lane::new(stream, options.slow, options.buffer, options.log.is_some());
            pump.lanes.push(lane.map_err(|error| Failure::machine("a stream", &error))?);
        }
        pump.log = options.log.as_deref().map(Log::open).transpose()?;
        pump.buffer = vec![0; PIECE];
        Ok(pump)
    }

    /// Lets a command that has not started write to it.
    pub(super) fn join(&self, command: &mut Command) {
        if !self.lanes.is_empty() {
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
        }
    }

    pub(super) fn attach(&mut self, child: &mut Child) -> io::Result<()> {
        let stdout = child.stdout.take().map(OwnedFd::from);
        let stderr = child.stderr.take().map(OwnedFd::from);
        for (lane, pipe) in self.lanes.iter_mut().zip([stdout, stderr]) {
            pipe.map_or(Ok(()), |pipe| lane.attach(pipe))?;
        }
        Ok(())
    }

    /// What it waits for.
    pub(super) fn interests<'f>(&'f self, fds: &mut Vec<PollFd<'f>>) {
        self.lanes.iter().for_each(|lane| lane.interests(fds));
    }

    /// Moves a piece of each stream that has one; whether any had.
    pub(super) fn work(&mut self) -> io::Result<bool> {
        let mut any = false;
        for lane in &mut self.lanes {
            if let Some(bytes) = lane.read(&mut self.buffer)? {
                any = true;
                if let Some(log) = &mut self.log {
                    log.write(lane.stream, bytes);
                }
            }
            lane.write();
        }
        Ok(any)
    }

    /// Moves what is there when the command has ended; whether something still waits for its reader.
    pub(super) fn rest(&mut self) -> io::Result<bool> {
        loop {
            if self.work()? {
                continue;
            }
            if self.lanes.iter().any(|lane| !lane.is_empty()) {
                return Ok(true);
            }
            // A stream without room was not read, and has room only now.
            if !self.work()? {
                break;
            }
        }
        self.lanes.iter_mut().for_each(Lane::close);
        if let Some(log) = &mut self.log {
            log.finish_lines();
        }
        Ok(false)
    }

    /// Gives up what nobody took.
    pub(super) fn abandon(&mut self) {
        self.lanes.iter_mut().for_each(Lane::abandon);
        if let Some(log) = &mut self.log {
            log.finish_lines();
        }
    }

    /// Whether what nobody takes in time is not worth waiting for.
    pub(super) fn may_drop(&self) -> bool {
        self.slow == Slow::Drop
    }

    /// What people have to know about it at the end: what was dropped, and what could not be logged.
    pub(super) fn complaints(&mut self) -> (Vec<String>, bool) {
        let dropped = self.lanes.iter().filter(|lane| lane.dropped > 0).map(|lane| {
            let name = if lane.stream == Stream::Stdout { "standard output" } else { "standard error" };
            format!("{} bytes of {name} were dropped, because nobody read them in time", lane.dropped)
        });
        let mut said: Vec<String> = dropped.collect();
        let failed = self.log.as_mut().and_then(Log::close);
        let lost = failed.is_some();
        said.extend(failed);
        (said, lost)
    }
}
