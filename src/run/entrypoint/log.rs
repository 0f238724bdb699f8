//! What a command writes, as lines of JSON beside its streams.

use std::io;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use crate::contract::store::Stream;
use crate::run::store::clock;
use crate::run::store::log::Log as Lines;

/// One log file, appended to only: a container that is started again goes on in it.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    lines: Lines,
    seq: u64,
    failed: Option<io::Error>,
}

impl Log {
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let lines = Lines::open(path.to_owned(), 1).map_err(|error| Failure::file(path, &error))?;
        let mut log = Self { path: path.to_owned(), seq: lines.last_id(), lines, failed: None };
        // It is there from the start, and a place that cannot be written is found before the command runs.
        let there = std::fs::OpenOptions::new().create(true).append(true).open(path);
        there.map_err(|error| Failure::file(path, &error))?;
        log.write(Stream::Stdout, b"");
        Ok(log)
    }

    /// Whole lines can be read at once; of a line that is very long, what came so far.
    pub(super) fn write(&mut self, stream: Stream, bytes: &[u8]) {
        let time = clock::rfc3339(clock::now());
        let pushed = self.lines.push(stream, bytes, &time, &mut self.seq);
        self.note(pushed);
        let written = self.lines.write();
        self.note(written);
    }

    /// The process that wrote is gone: what it left open is a line.
    pub(super) fn finish_lines(&mut self) {
        let ended = self.lines.end(&mut self.seq);
        self.note(ended);
    }

    /// What has gone wrong with it.
    pub(super) fn close(&mut self) -> Option<String> {
        let error = self.failed.take()?;
        Some(format!("the log `{}` is not whole: {error}", self.path.display()))
    }

    fn note(&mut self, result: io::Result<()>) {
        if let Err(error) = result {
            self.failed.get_or_insert(error);
        }
    }
}
