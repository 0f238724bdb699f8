//! One log, appended to.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::pieces::{self, About, Held};
use crate::contract::store::{LogLine, Stream};

/// More than this is written without waiting.
const FULL: usize = 256 * 1024;

/// Open from the start of a step to its end.
#[derive(Debug)]
pub(in crate::run) struct Log {
    path: PathBuf,
    file: Option<File>,
    buffer: Vec<u8>,
    last_id: u64,
    out: Held,
    err: Held,
    time: String,
    attempt: u32,
}

impl Log {
    /// Opens it behind what is there; a line that a killed writer has begun is taken away.
    pub(in crate::run) fn open(path: PathBuf, attempt: u32) -> io::Result<Self> {
        let last_id = match last(&path)? {
            Some((line, end)) => {
                OpenOptions::new().write(true).open(&path)?.set_len(end)?;
                line.map_or(0, |line| line.id)
            }
            None => 0,
        };
        let (out, err) = (Held::default(), Held::default());
        Ok(Self { path, file: None, buffer: Vec::new(), last_id, out, err, time: String::new(), attempt })
    }

    pub(in crate::run) fn push(&mut self, stream: Stream, bytes: &[u8], time: &str, seq: &mut u64) -> io::Result<()> {
        // A clock may be set back; a log is in order.
        if time > self.time.as_str() {
            time.clone_into(&mut self.time);
        }
        self.each(stream, seq, |held, line| held.push(bytes, line));
        if self.buffer.len() > FULL { self.write() } else { Ok(()) }
    }

    /// What has come so far can be read.
    pub(in crate::run) fn flush(&mut self, seq: &mut u64) -> io::Result<()> {
        self.each(Stream::Stdout, seq, Held::flush);
        self.each(Stream::Stderr, seq, Held::flush);
        self.write()
    }

    /// All of it can be read.
    pub(in crate::run) fn end(&mut self, seq: &mut u64) -> io::Result<()> {
        self.each(Stream::Stdout, seq, Held::end);
        self.each(Stream::Stderr, seq, Held::end);
        self.write()
    }

    /// The number of the last line.
    pub(in crate::run) fn last_id(&self) -> u64 {
        self.last_id
    }

    /// Whether [`Self::flush`] would do something.
    pub(super) fn is_waiting(&self) -> bool {
        !self.buffer.is_empty() || self.out.is_waiting() || self.err.is_waiting()
    }

    fn each(&mut self, stream: Stream, seq: &mut u64, hand: impl FnOnce(&mut Held, &mut dyn FnMut(&[u8]))) {
        let held = match stream {
            Stream::Stdout => &mut self.out,
            Stream::Stderr => &mut self.err,
        };
        let (buffer, id, time, attempt) = (&mut self.buffer, &mut self.last_id, &self.time, self.attempt);
        hand(held, &mut |bytes| {
            (*id, *seq) = (*id + 1, *seq + 1);
            pieces::write(About { id: *id, seq: *seq, time, stream, attempt }, bytes, buffer);
        });
    }

    /// What has come in whole lines can be read.
    pub(in crate::run) fn write(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(OpenOptions::new().create(true).append(true).open(&self.path)?),
        };
        file.write_all(&self.buffer)?;
        self.buffer.clear();
        // One long line needs no memory for ever.
        self.buffer.shrink_to(2 * FULL);
        Ok(())
    }
}

/// The last whole line of a log that is there, if it can be read, and where it ends.
pub(super) fn last(path: &Path) -> io::Result<Option<(Option<LogLine>, u64)>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let length = file.metadata()?.len();
    let mut window = 4096;
    loop {
        let from = length.saturating_sub(window);
        file.seek(SeekFrom::Start(from))?;
        let mut tail = Vec::new();
        (&mut file).take(length - from).read_to_end(&mut tail)?;
        let end = tail.iter().rposition(|byte| *byte == b'\n').map(|at| at + 1);
        let begin = end.and_then(|end| tail[..end - 1].iter().rposition(|byte| *byte == b'\n')).map(|at| at + 1);
        match (begin, end) {
            (Some(begin), Some(end)) => {
                return Ok(Some((serde_json::from_slice(&tail[begin..end]).ok(), from + end as u64)));
            }
            (None, Some(end)) if from == 0 => {
                return Ok(Some((serde_json::from_slice(&tail[..end]).ok(), end as u64)));
            }
            (None, None) if from == 0 => return Ok(Some((None, 0))),
            (None | Some(_), None) | (None, Some(_)) => window *= 8,
        }
    }
}
