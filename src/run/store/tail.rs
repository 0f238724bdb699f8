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
        if self.offset == 0 && self.buffer.is_empty() && self.from > 0 {
            self.offset = begin(&file, self.from)?;
        }
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

/// Where to begin so that no line from this number on is missed, since numbers grow with the log.
fn begin(file: &File, from: u64) -> io::Result<u64> {
    let (mut low, mut high) = (0, file.metadata()?.len());
    while high - low > LOOK as u64 {
        let middle = low + (high - low) / 2;
        match line_behind(file, middle, high)? {
            Some((start, seq)) if seq < from => low = start,
            Some(_) | None => high = middle,
        }
    }
    Ok(low)
}

/// The first line with a number that begins behind a place and before `end`.
fn line_behind(file: &File, place: u64, end: u64) -> io::Result<Option<(u64, u64)>> {
    let mut buffer = Vec::new();
    // Up to its first end of a line it is the rest of one that begins before.
    let mut at = None;
    loop {
        let held = buffer.len();
        buffer.resize(held + LOOK, 0);
        let length = file.read_at(&mut buffer[held..], place + held as u64)?;
        buffer.truncate(held + length);
        let mut searched = held;
        while let Some(length) = buffer[searched..].iter().position(|byte| *byte == b'\n') {
            let over = searched + length;
            let found = at.and_then(|at: usize| Some((place + at as u64, seq(&buffer[at..over])?)));
            if found.is_some() || place + over as u64 + 1 >= end {
                return Ok(found.filter(|(start, _)| *start < end));
            }
            (at, searched) = (Some(over + 1), over + 1);
        }
        if length == 0 {
            return Ok(None);
        }
    }
}

/// The number that our own writer puts at the beginning.
fn seq(line: &[u8]) -> Option<u64> {
    let head = line.get(..line.len().min(64))?;
    let text = str::from_utf8(head).ok().or_else(|| str::from_utf8(&head[..head.len().min(48)]).ok())?;
    let digits = text.split_once("\"seq\":")?.1;
    digits.split_once(|letter: char| !letter.is_ascii_digit())?.0.parse().ok()
}
