//! What a command writes, as lines of JSON beside its streams.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::clock;
use super::failure::Failure;
use super::lanes::PIECE;
use crate::contract::store::{LogLine, Stream};

/// One log file, appended to only.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    file: File,
    next: u64,
    /// What was written of a line so far, of each stream.
    open: [Vec<u8>; 2],
    failed: Option<io::Error>,
}

impl Log {
    pub(super) fn create(path: &Path) -> Result<Self, Failure> {
        let file = OpenOptions::new().create(true).write(true).truncate(true).open(path);
        let file = file.map_err(|error| Failure::file(path, &error))?;
        Ok(Self { path: path.to_owned(), file, next: 1, open: [Vec::new(), Vec::new()], failed: None })
    }

    /// Cuts it into lines; a line that is longer than a piece comes in several.
    pub(super) fn write(&mut self, stream: Stream, bytes: &[u8]) {
        let mut text = std::mem::take(&mut self.open[stream as usize]);
        text.extend_from_slice(bytes);
        let (mut out, time, mut at) = (Vec::with_capacity(text.len() * 2), clock::now(), 0);
        while let Some(length) = piece(&text[at..]) {
            self.line(stream, &text[at..at + length], &time, &mut out);
            at += length;
        }
        text.drain(..at);
        self.open[stream as usize] = text;
        self.put(&out);
    }

    /// The process that wrote is gone: what it left open is a line.
    pub(super) fn finish_lines(&mut self) {
        let (mut out, time) = (Vec::new(), clock::now());
        for stream in [Stream::Stdout, Stream::Stderr] {
            let text = std::mem::take(&mut self.open[stream as usize]);
            if !text.is_empty() {
                self.line(stream, &text, &time, &mut out);
            }
        }
        self.put(&out);
    }

    /// What has gone wrong with it.
    pub(super) fn close(&mut self) -> Option<String> {
        let error = self.failed.take()?;
        Some(format!("the log `{}` is not whole: {error}", self.path.display()))
    }

    fn line(&mut self, stream: Stream, bytes: &[u8], time: &str, out: &mut Vec<u8>) {
        let text = std::str::from_utf8(bytes).ok().map(str::to_owned);
        let base64 = if text.is_none() { Some(base64(bytes)) } else { None };
        let line = LogLine { id: self.next, time: time.to_owned(), stream, attempt: 1, text, base64 };
        self.next += 1;
        // Texts and numbers always are JSON, and memory takes them.
        serde_json::to_writer(&mut *out, &line).ok();
        out.push(b'\n');
    }

    fn put(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.failed = self.file.write_all(bytes).err();
        }
    }
}

/// The length of the first line with its end, or of as much as one piece holds without breaking a character.
fn piece(bytes: &[u8]) -> Option<usize> {
    let most = &bytes[..bytes.len().min(PIECE)];
    if let Some(at) = most.iter().position(|byte| *byte == b'\n') {
        return Some(at + 1);
    }
    // Whether a character ends there is known when more has come.
    if bytes.len() <= PIECE {
        return None;
    }
    // The bytes of one character behind its first are 10xxxxxx, three at most.
    let start = (PIECE - 3..=PIECE).rev().find(|at| bytes[*at] & 0xC0 != 0x80);
    start.or(Some(PIECE))
}

/// With padding, as RFC 4648 has it.
pub(super) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let word = [0, 1, 2].iter().fold(0u32, |word, at| word << 8 | u32::from(three.get(*at).copied().unwrap_or(0)));
        for at in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * at) & 63) as usize];
            out.push(if at > three.len() { '=' } else { char::from(letter) });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{PIECE, base64, piece};

    #[test]
    fn base64_is_that_of_the_rfc() {
        let rows =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")];
        rows.iter().for_each(|(text, code)| assert_eq!(base64(text.as_bytes()), *code));
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        assert_eq!(piece(b"ab\ncd"), Some(3));
        assert_eq!(piece(b"ab"), None);
        let long = format!("{}{}", "a".repeat(PIECE - 1), "é".repeat(9));
        assert_eq!(piece(long.as_bytes()), Some(PIECE - 1));
        assert_eq!(piece(&[b'a'; PIECE]), None);
        assert_eq!(piece(&[b'a'; PIECE + 1]), Some(PIECE));
        assert_eq!(piece(&[0x80; PIECE + 9]), Some(PIECE));
    }
}
