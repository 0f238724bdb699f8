//! Bytes of a stream as lines of a log: nothing is lost, nothing is too long.

use std::io::Write;

use super::base64;
use crate::contract::store::Stream;

/// More of a line than this is more than one piece.
const LONGEST: usize = 64 * 1024;

/// What a stream wrote since its last line ended.
#[derive(Default, Debug)]
pub(super) struct Held {
    bytes: Vec<u8>,
}

impl Held {
    /// Hands on every whole line, and what is too long to wait for its end.
    pub(super) fn push(&mut self, bytes: &[u8], line: &mut dyn FnMut(&[u8])) {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (whole, behind) = rest.split_at(end + 1);
            rest = behind;
            if self.bytes.is_empty() && whole.len() <= LONGEST {
                line(whole);
            } else {
                self.bytes.extend_from_slice(whole);
                self.cut(line);
                line(&self.bytes);
                self.bytes.clear();
            }
        }
        self.bytes.extend_from_slice(rest);
        self.cut(line);
    }

    /// Hands on what is there of a line, but for the beginning of a letter.
    pub(super) fn flush(&mut self, line: &mut dyn FnMut(&[u8])) {
        let end = whole_letters(&self.bytes);
        if end > 0 {
            line(&self.bytes[..end]);
            self.bytes.drain(..end);
        }
    }

    /// Hands on all that is there: nothing more will come.
    pub(super) fn end(&mut self, line: &mut dyn FnMut(&[u8])) {
        self.flush(line);
        if !self.bytes.is_empty() {
            line(&self.bytes);
            self.bytes.clear();
        }
    }

    /// Whether [`Self::flush`] would do something.
    pub(super) fn is_waiting(&self) -> bool {
        whole_letters(&self.bytes) > 0
    }

    fn cut(&mut self, line: &mut dyn FnMut(&[u8])) {
        let mut done = 0;
        while self.bytes.len() - done > LONGEST {
            let piece = &self.bytes[done..done + LONGEST];
            let end = whole_letters(piece);
            line(&piece[..end]);
            done += end;
        }
        self.bytes.drain(..done);
    }
}

/// Where the last letter begins that is not all there; only the end is looked at, and what is no UTF-8 is whole.
fn whole_letters(bytes: &[u8]) -> usize {
    for back in 1..=bytes.len().min(3) {
        let at = bytes.len() - back;
        let needed = match bytes[at] {
            0x80..=0xbf => continue,
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            0x00..=0x7f | 0xc0 | 0xc1 | 0xf5..=0xff => 1,
        };
        return if needed > back { at } else { bytes.len() };
    }
    bytes.len()
}

/// What a line of a log says beside its bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct About<'a> {
    pub(super) id: u64,
    pub(super) seq: u64,
    pub(super) time: &'a str,
    pub(super) stream: Stream,
    pub(super) attempt: u32,
}

/// Writes a [`crate::contract::store::LogLine`]: as serde would, without a copy of the text.
pub(super) fn write(about: About<'_>, bytes: &[u8], out: &mut Vec<u8>) {
    let About { id, seq, time, stream, attempt } = about;
    let stream = match stream {
        Stream::Stdout => "stdout",
        Stream::Stderr => "stderr",
    };
    let head =
        format_args!("{{\"id\":{id},\"seq\":{seq},\"time\":\"{time}\",\"stream\":\"{stream}\",\"attempt\":{attempt},");
    // Memory takes every byte.
    out.write_fmt(head).ok();
    if let Ok(text) = std::str::from_utf8(bytes) {
        out.extend_from_slice(b"\"text\":");
        serde_json::to_writer(&mut *out, text).ok();
    } else {
        out.extend_from_slice(b"\"base64\":\"");
        base64::encode(bytes, out);
        out.push(b'"');
    }
    out.extend_from_slice(b"}\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::store::LogLine;

    /// All pieces, when the bytes come in parts of this length.
    fn pieces(bytes: &[u8], part: usize, flush: bool) -> Vec<Vec<u8>> {
        let (mut held, mut out) = (Held::default(), Vec::new());
        for part in bytes.chunks(part) {
            held.push(part, &mut |piece| out.push(piece.to_vec()));
            if flush {
                held.flush(&mut |piece| out.push(piece.to_vec()));
            }
        }
        held.end(&mut |piece| out.push(piece.to_vec()));
        out
    }

    #[test]
    fn a_letter_is_never_cut() {
        let text = "aß€😀\n".repeat(40) + &"😀".repeat(70_000) + "\nend";
        for part in [1, 2, 3, 5, 7, 64, 4096, 65_536, text.len()] {
            for flush in [false, true] {
                let all = pieces(text.as_bytes(), part, flush);
                assert!(all.iter().all(|piece| std::str::from_utf8(piece).is_ok()), "{part}");
                assert!(all.iter().all(|piece| !piece.is_empty() && piece.len() <= LONGEST), "{part}");
                assert_eq!(all.concat(), text.as_bytes());
            }
        }
        assert_eq!(pieces(b"one\ntwo\n", 3, false), [b"one\n", b"two\n"]);
    }

    #[test]
    fn what_is_no_text_is_whole_too() {
        let bytes: Vec<u8> = (0..200_000u32).map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes()[1]).collect();
        for part in [1, 3, 65_536, bytes.len()] {
            assert_eq!(pieces(&bytes, part, part == 3).concat(), bytes);
        }
        assert_eq!(pieces(b"\xe2\x82", 1, true), [b"\xe2\x82"]);
    }

    #[test]
    fn a_line_is_what_the_contract_reads() {
        let about = About { id: 1, seq: 7, time: "now", stream: Stream::Stderr, attempt: 2 };
        for (bytes, text, base64) in
            [(&b"a \"b\"\x1b\\\n"[..], Some("a \"b\"\x1b\\\n"), None), (b"\xff\n", None, Some("/wo="))]
        {
            let mut line = Vec::new();
            write(about, bytes, &mut line);
            let read: LogLine = serde_json::from_slice(&line).unwrap();
            let [text, base64] = [text, base64].map(|text| text.map(str::to_owned));
            let time = "now".to_owned();
            assert_eq!(read, LogLine { id: 1, seq: 7, time, stream: Stream::Stderr, attempt: 2, text, base64 });
        }
    }
}
