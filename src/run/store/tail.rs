//! One log, read from its beginning to where it has come so far, and again when it has grown.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use super::log;
use crate::contract::store::LogLine;

const FIRST_LOOK: usize = 4 * 1024;
const LOOK: usize = 128 * 1024;

/// No file is open between two looks: there may be 10,000 of them.
#[derive(Debug)]
pub(super) struct Tail {
    path: PathBuf,
    /// Where the buffer begins.
    offset: u64,
    buffer: Vec<u8>,
    /// Where in the buffer the next line begins.
    at: usize,
    /// Lines before this number are passed over.
    from: u64,
}

impl Tail {
    pub(super) fn new(path: PathBuf, from: u64) -> Self {
        Self { path, offset: 0, buffer: Vec::new(), at: 0, from }
    }

    /// The next whole line; a line that is being written is none yet, and what is no line is passed over.
    pub(super) fn next(&mut self) -> io::Result<Option<LogLine>> {
        let mut searched = self.at;
        loop {
            while let Some(length) = self.buffer[searched..].iter().position(|byte| *byte == b'\n') {
                let line = &self.buffer[self.at..searched + length];
                let wanted = seq(line).is_none_or(|seq| seq >= self.from);
                let line = if wanted { serde_json::from_slice::<LogLine>(line).ok() } else { None };
                self.at = searched + length + 1;
                searched = self.at;
                if let Some(line) = line.filter(|line| line.seq >= self.from) {
                    return Ok(Some(line));
                }
            }
            searched = self.buffer.len();
            let left = searched - self.at;
            if !self.more()? {
                return Ok(None);
            }
            searched = self.at + left;
        }
    }

    /// The number of the last line that is there now.
    pub(super) fn last_seq(&self) -> io::Result<u64> {
        Ok(log::last(&self.path)?.and_then(|(line, _)| line).map_or(0, |line| line.seq))
    }

    /// Whether there is more than was read.
    pub(super) fn has_grown(&self) -> bool {
        std::fs::metadata(&self.path).is_ok_and(|about| about.len() > self.offset + self.at as u64)
    }

    /// Reads on; says whether there was something.
    fn more(&mut self) -> io::Result<bool> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        self.buffer.drain(..self.at);
        self.offset += self.at as u64;
        self.at = 0;
        let held = self.buffer.len();
        let look = if self.offset == 0 && held == 0 { FIRST_LOOK } else { LOOK };
        self.buffer.resize(held + look, 0);
        let length = file.read_at(&mut self.buffer[held..], self.offset + held as u64)?;
        self.buffer.truncate(held + length);
        if length == 0 {
            self.forget();
        }
        Ok(length > 0)
    }

    /// Memory is for those that have something; and what a killed writer has begun may be taken away.
    fn forget(&mut self) {
        self.buffer = Vec::new();
    }
}

/// The number that our own writer puts at the beginning.
fn seq(line: &[u8]) -> Option<u64> {
    let head = line.get(..line.len().min(64))?;
    let text = str::from_utf8(head).ok().or_else(|| str::from_utf8(&head[..head.len().min(48)]).ok())?;
    let digits = text.split_once("\"seq\":")?.1;
    digits.split_once(|letter: char| !letter.is_ascii_digit())?.0.parse().ok()
}
