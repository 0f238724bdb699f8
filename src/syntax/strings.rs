//! Where a string ends, told by hand: the scan, the slices and the cooking of text all ask here.

use super::words::{is_word, skip_blanks};

/// Why a string does not end well.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Flaw {
    /// `"` or `"""` without its end.
    Unclosed { block: bool },
    /// `~{` that does not end on its line.
    OpenHole,
    /// Strings in values of strings, deeper than we follow.
    Deep,
}

/// A flaw and the place of the mark that was opened.
pub(super) type Flaws = Vec<(usize, Flaw)>;

const DEEPEST: u32 = 16;

/// Whether the string at `at` is a block.
pub(super) fn is_block(bytes: &[u8], at: usize) -> bool {
    bytes[at..].starts_with(b"\"\"\"")
}

/// The offset behind the string that begins at `at`. When it has no end, where it should have ended.
pub(super) fn string_end(bytes: &[u8], at: usize, flaws: &mut Flaws) -> usize {
    if is_block(bytes, at) { block_end(bytes, at, flaws) } else { line_end(bytes, at, 0, flaws).0 }
}

/// As [`string_end`] of text that has been scanned, where flaws are known.
pub(super) fn skip_string(bytes: &[u8], at: usize) -> usize {
    string_end(bytes, at, &mut Flaws::new())
}

/// The offset of the line end at or after `at`.
pub(super) fn end_of_line(bytes: &[u8], at: usize) -> usize {
    let end = at + before_mark(&bytes[at..], *b"\n");
    if end > at && bytes[end - 1] == b'\r' { end - 1 } else { end }
}

/// How many bytes stand before the first of some marks. Eight bytes are looked at as one number.
pub(super) fn before_mark<const COUNT: usize>(bytes: &[u8], marks: [u8; COUNT]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let same = |mark: u8| zeros(u64::from_le_bytes(*word) ^ u64::from_le_bytes([mark; 8]));
        let found = marks.iter().fold(0, |found, mark| found | same(*mark));
        if found != 0 {
            return 8 * at + found.trailing_zeros() as usize / 8;
        }
    }
    let rest = rest.iter().position(|byte| marks.contains(byte)).unwrap_or(rest.len());
    8 * words.len() + rest
}

/// The highest bit of each byte that is zero. Those above the first may have one that are not.
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(u64::from_le_bytes([0x01; 8])) & !word & u64::from_le_bytes([0x80; 8])
}

/// `"…"`, also `"""…"""` when it stands in a value, where it must end on its line. The flag says that it ended.
fn line_end(bytes: &[u8], at: usize, depth: u32, flaws: &mut Flaws) -> (usize, bool) {
    let quote: &[u8] = if is_block(bytes, at) { b"\"\"\"" } else { b"\"" };
    let mut i = at + quote.len();
    while i < bytes.len() {
        i += before_mark(&bytes[i..], *b"\"\n\\~");
        let Some(byte) = bytes.get(i) else { break };
        match byte {
            b'"' if bytes[i..].starts_with(quote) => return (i + quote.len(), true),
            b'\n' => break,
            b'\\' if bytes.get(i + 1).is_some_and(|next| *next != b'\n') => i += 2,
            b'~' if bytes.get(i + 1) == Some(&b'{') => match hole_end(bytes, i, depth + 1, flaws) {
                (end, true) => i = end,
                (end, false) => return (end, false),
            },
            _ => i += 1,
        }
    }
    flaws.push((at, Flaw::Unclosed { block: quote.len() == 3 }));
    (end_of_line(bytes, at), false)
}

/// The offset behind the `}` of the `~{` at `at`. The flag says that there is one.
pub(super) fn hole_end(bytes: &[u8], at: usize, depth: u32, flaws: &mut Flaws) -> (usize, bool) {
    if depth > DEEPEST {
        flaws.push((at, Flaw::Deep));
        return (end_of_line(bytes, at), false);
    }
    let mut open = 0_u32;
    let mut i = at + 2;
    // Most are a name, or one of a name.
    i += bytes[i..].iter().take_while(|byte| is_word(**byte) || **byte == b'.').count();
    while let Some(byte) = bytes.get(i) {
        match byte {
            b'\n' => break,
            b'{' => open += 1,
            b'}' if open == 0 => return (i + 1, true),
            b'}' => open -= 1,
            b'"' => {
                let before = flaws.len();
                let (end, ended) = line_end(bytes, i, depth, flaws);
                if ended {
                    i = end;
                    continue;
                }
                // The quote that was meant to end the whole string.
                if flaws[before..].iter().any(|(_, flaw)| matches!(flaw, Flaw::Unclosed { .. })) {
                    flaws.truncate(before);
                    flaws.push((at, Flaw::OpenHole));
                }
                return (end, false);
            }
            _ => {}
        }
        i += 1;
    }
    flaws.push((at, Flaw::OpenHole));
    (end_of_line(bytes, at), false)
}

fn block_end(bytes: &[u8], at: usize, flaws: &mut Flaws) -> usize {
    let mut i = at + 3;
    while i < bytes.len() {
        i += before_mark(&bytes[i..], *b"\"\\~");
        let rest = &bytes[i..];
        if rest.starts_with(b"\"\"\"") {
            if opens_another(bytes, at, i) {
                break;
            }
            return i + 3;
        }
        if rest.starts_with(b"\\\"\"\"") {
            i += 4;
        } else if rest.starts_with(b"\\~{") {
            i += 3;
        } else if rest.starts_with(b"~{") {
            i = hole_end(bytes, i, 1, flaws).0;
        } else {
            i += 1;
        }
    }
    flaws.push((at, Flaw::Unclosed { block: true }));
    outdent(bytes, at)
}

/// Whether the `"""` at `i` on a later line looks like the beginning of a string, so that the one at `at` has no end.
fn opens_another(bytes: &[u8], at: usize, i: usize) -> bool {
    let before = bytes[at + 3..i].trim_ascii_end();
    let same_line = !bytes[at + 3 + before.len()..i].contains(&b'\n');
    let begins = matches!(before.last(), Some(b':' | b'=' | b'(' | b'[' | b','));
    same_line && before.contains(&b'\n') && (begins || is_script_field(bytes, at, at + 3 + before.len()))
}

/// Whether a field of scripts stands before `end` without its colon, no further right than the line of `at`.
fn is_script_field(bytes: &[u8], at: usize, end: usize) -> bool {
    let start = |at: usize| bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let (line, outer) = (start(end), start(at));
    let blanks = indent(bytes, line);
    matches!(&bytes[line + blanks..end], b"run" | b"before" | b"cleanup") && blanks <= indent(bytes, outer)
}

/// The end of the last line that stands further right than the line of `at`.
fn outdent(bytes: &[u8], at: usize) -> usize {
    let line = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let margin = indent(bytes, line);
    let mut end = end_of_line(bytes, at);
    let mut last = end;
    while let Some(next) = next_line(bytes, end) {
        end = end_of_line(bytes, next);
        if next + indent(bytes, next) == end {
            continue;
        }
        if indent(bytes, next) <= margin {
            break;
        }
        last = end;
    }
    last
}

fn next_line(bytes: &[u8], end: usize) -> Option<usize> {
    bytes[end..].iter().position(|byte| *byte == b'\n').map(|more| end + more + 1)
}

/// How many blanks begin the line at `line`.
pub(super) fn indent(bytes: &[u8], line: usize) -> usize {
    bytes[line..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// Whether only blanks stand between `at` and the end of its line.
pub(super) fn rest_is_blank(text: &str, at: usize) -> bool {
    skip_blanks(text, at) >= end_of_line(text.as_bytes(), at)
}
