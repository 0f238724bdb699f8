//! One pass over the bytes: strings, brackets, and the pieces that begin at words in column 0.

use crate::diag::did_you_mean;
use crate::source::offset;

use super::strings::{Flaw, Flaws, end_of_line, string_end};
use super::words::{self, begins_word, skip_blanks, word_at};

/// Brackets are followed this deep.
pub(super) const DEEPEST: usize = 128;

/// What the text says about itself before it is parsed.
#[derive(Default, Debug)]
pub(super) struct Scan {
    pub pieces: Vec<Piece>,
    /// Opening and closing place of each bracket that stands in code, ascending; [`u32::MAX`] where there is no end.
    brackets: Vec<(u32, u32)>,
    /// Where each string begins, and the offset behind it, ascending.
    strings: Vec<(u32, u32)>,
    /// Where each comment begins and its line ends, ascending.
    pub comments: Vec<(usize, usize)>,
    /// Ascending.
    pub faults: Vec<Fault>,
}

/// From one word in column 0 to the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub start: usize,
    /// Behind the last byte that is neither blank nor comment.
    pub end: usize,
    /// Every bracket in it is closed by the right one.
    pub sound: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    pub at: u32,
    pub kind: FaultKind,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum FaultKind {
    String(Flaw),
    /// More than [`DEEPEST`] open brackets.
    Deep,
    /// A control character, or a blank that is no space, tab or line end.
    Character(char),
}

impl Scan {
    /// Scans a whole text, which may begin with a byte order mark.
    pub(super) fn of(text: &str) -> Self {
        scan(text, if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 })
    }

    /// The closing place of the bracket opened at `open`.
    pub(super) fn close_of(&self, open: usize) -> Option<usize> {
        end_of(&self.brackets, open).filter(|close| *close != u32::MAX as usize)
    }

    /// The offset behind the string that begins at `at`.
    pub(super) fn string_end(&self, at: usize) -> Option<usize> {
        end_of(&self.strings, at)
    }

    /// The brackets that open in the range and are closed.
    pub(super) fn pairs(&self, start: usize, end: usize) -> &[(u32, u32)] {
        let first = self.brackets.partition_point(|pair| (pair.0 as usize) < start);
        let last = self.brackets.partition_point(|pair| (pair.0 as usize) < end);
        &self.brackets[first..last]
    }

    /// Whether something in the range has been reported.
    pub(super) fn reported(&self, start: usize, end: usize) -> bool {
        let first = self.faults.partition_point(|fault| (fault.at as usize) < start);
        self.faults.get(first).is_some_and(|fault| (fault.at as usize) < end)
    }
}

/// The end of what begins at `start`.
fn end_of(pairs: &[(u32, u32)], start: usize) -> Option<usize> {
    let at = pairs.binary_search_by_key(&offset(start), |pair| pair.0).ok()?;
    Some(pairs[at].1 as usize)
}

fn scan(text: &str, start: usize) -> Scan {
    let has_controls = has_controls(text.as_bytes());
    let mut scanner = Scanner { text, bytes: text.as_bytes(), has_controls, found: Scan::default(), strict: false };
    let mut from = start;
    while let Some(again) = scanner.run(from) {
        // Something is never closed: from here on, a word that begins an item ends whatever is open.
        scanner.strict = true;
        from = again;
    }
    scanner.found.faults.sort_by_key(|fault| fault.at);
    scanner.found
}

/// How many bytes mean nothing to the scan.
fn plain_run(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| CLASSES[usize::from(**byte)] == Class::Plain).count()
}

/// Whether a text has a control character that is no line end or tab. Looked for in pieces, which the processor takes as
/// a whole: most texts have none, and then nobody looks again.
fn has_controls(bytes: &[u8]) -> bool {
    let control = |byte: u8| (byte < 32) & (byte != b'\n') & (byte != b'\t') | (byte == 0x7f);
    bytes.chunks(256).any(|piece| piece.iter().fold(false, |any, byte| any | control(*byte)))
}

struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    has_controls: bool,
    found: Scan,
    strict: bool,
}

/// One piece while it is read.
struct Open {
    start: usize,
    brackets: usize,
    strings: usize,
    comments: usize,
    faults: usize,
    sound: bool,
    /// Indices into the brackets, with their marks.
    stack: Vec<(usize, u8)>,
    solid: usize,
    deep: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Plain,
    Line,
    Slash,
    Quote,
    Opens,
    Closes,
    /// A control character.
    Control,
    /// The first byte of what may be a blank beyond ASCII.
    Wide,
}

const CLASSES: [Class; 256] = {
    let mut table = [Class::Plain; 256];
    let mut byte = 0;
    while byte < 32 {
        table[byte] = Class::Control;
        byte += 1;
    }
    table[b'\t' as usize] = Class::Plain;
    table[b'\n' as usize] = Class::Line;
    table[b'/' as usize] = Class::Slash;
    table[b'"' as usize] = Class::Quote;
    table[b'(' as usize] = Class::Opens;
    table[b'[' as usize] = Class::Opens;
    table[b'{' as usize] = Class::Opens;
    table[b')' as usize] = Class::Closes;
    table[b']' as usize] = Class::Closes;
    table[b'}' as usize] = Class::Closes;
    table[0x7f] = Class::Control;
    table[0xc2] = Class::Wide;
    table[0xe1] = Class::Wide;
    table[0xe2] = Class::Wide;
    table[0xe3] = Class::Wide;
    table
};

impl Scanner<'_> {
    /// Reads to the end. When the last piece is still open there, forgets it and says where it began.
    fn run(&mut self, from: usize) -> Option<usize> {
        let mut open = self.begin(from);
        // Since here the text has not been looked at for something solid.
        let mut floor = from;
        let mut i = from;
        loop {
            i += plain_run(&self.bytes[i..]);
            let Some(byte) = self.bytes.get(i).copied() else { break };
            match CLASSES[usize::from(byte)] {
                Class::Line => {
                    self.settle(&mut open, floor, i);
                    i += 1;
                    floor = i;
                    if self.cuts(i, &open) {
                        if !open.stack.is_empty() {
                            open.sound = false;
                        }
                        self.finish(&open);
                        open = self.begin(i);
                    }
                }
                Class::Slash if self.bytes.get(i + 1) == Some(&b'/') => {
                    self.settle(&mut open, floor, i);
                    let end = end_of_line(self.bytes, i);
                    self.check_characters(i, end);
                    self.found.comments.push((i, end));
                    i = end;
                    floor = i;
                }
                Class::Plain | Class::Slash => i += 1,
                Class::Quote => i = self.string(i),
                Class::Opens => {
                    self.open_bracket(&mut open, i, byte);
                    i += 1;
                }
                Class::Closes => {
                    self.close_bracket(&mut open, i, byte);
                    i += 1;
                }
                Class::Control | Class::Wide => i = self.character(i, true),
            }
        }
        self.settle(&mut open, floor, self.bytes.len());
        if !open.stack.is_empty() && !self.strict {
            self.found.brackets.truncate(open.brackets);
            self.found.strings.truncate(open.strings);
            self.found.comments.truncate(open.comments);
            self.found.faults.truncate(open.faults);
            return Some(open.start);
        }
        open.sound &= open.stack.is_empty();
        self.finish(&open);
        None
    }

    fn begin(&self, start: usize) -> Open {
        Open {
            start,
            brackets: self.found.brackets.len(),
            strings: self.found.strings.len(),
            comments: self.found.comments.len(),
            faults: self.found.faults.len(),
            sound: true,
            stack: Vec::new(),
            solid: start,
            deep: false,
        }
    }

    fn finish(&mut self, open: &Open) {
        if open.solid > open.start {
            self.found.pieces.push(Piece { start: open.start, end: open.solid, sound: open.sound });
        }
    }

    /// Takes note of what is solid between `from` and `to`.
    fn settle(&self, open: &mut Open, from: usize, to: usize) {
        let text = self.bytes[from..to].trim_ascii_end();
        if !text.is_empty() {
            open.solid = from + text.len();
        }
    }

    /// Whether a piece begins at the beginning of a line.
    fn cuts(&self, line: usize, open: &Open) -> bool {
        if !self.bytes.get(line).copied().is_some_and(begins_word) {
            return false;
        }
        open.stack.last().is_none_or(|(_, mark)| self.begins_item(line, *mark))
    }

    /// Whether an item begins at a line inside an open bracket, which is then never closed.
    fn begins_item(&self, line: usize, inside: u8) -> bool {
        let word = word_at(self.text, line);
        let next = skip_blanks(self.text, line + word.len());
        let named = self.bytes.get(next).is_some_and(|byte| begins_word(*byte) || *byte == b'"');
        let known = match word {
            // Statements of a pipeline and parameters may begin like an item, and may be written in column 0.
            "task" | "extern" => self.strict || inside != b'{',
            "const" => self.strict || inside != b'(',
            _ => {
                words::ITEMS.contains(&word)
                    || self.strict && did_you_mean(word, words::ITEMS.iter().copied()).is_some()
            }
        };
        next > line + word.len() && named && known
    }

    fn fault(&mut self, at: usize, kind: FaultKind) {
        self.found.faults.push(Fault { at: offset(at), kind });
    }

    fn string(&mut self, at: usize) -> usize {
        let mut flaws = Flaws::new();
        let end = string_end(self.bytes, at, &mut flaws);
        self.found.strings.push((offset(at), offset(end)));
        self.check_characters(at, end);
        for (place, flaw) in flaws {
            self.fault(place, FaultKind::String(flaw));
        }
        end
    }

    /// Looks for control characters in a string or comment.
    fn check_characters(&mut self, start: usize, end: usize) {
        if !self.has_controls {
            return;
        }
        let mut i = start;
        while let Some(more) = self.bytes[i..end].iter().position(|byte| *byte < 32 || *byte == 0x7f) {
            i += more;
            i = if matches!(self.bytes[i], b'\n' | b'\t') { i + 1 } else { self.character(i, false) };
        }
    }

    /// Reports the character at `at` if it may not stand there, one a line; gives the offset behind it.
    fn character(&mut self, at: usize, in_code: bool) -> usize {
        let Some(character) = self.text.get(at..).and_then(|rest| rest.chars().next()) else {
            return at + 1;
        };
        let line_end = character == '\r' && matches!(self.bytes.get(at + 1), None | Some(b'\n'));
        let bad = (character < ' ' || character == '\u{7f}') && !line_end
            || in_code && character > '\u{7f}' && character.is_whitespace();
        let last = self.found.faults.last().map_or(0, |fault| fault.at as usize);
        let same_line = self.found.faults.last().is_some_and(|fault| matches!(fault.kind, FaultKind::Character(_)))
            && !self.bytes[last.min(at)..at].contains(&b'\n');
        if bad && !same_line {
            self.fault(at, FaultKind::Character(character));
        }
        at + character.len_utf8()
    }

    fn open_bracket(&mut self, open: &mut Open, at: usize, byte: u8) {
        if open.stack.len() == DEEPEST && !open.deep {
            open.deep = true;
            self.fault(at, FaultKind::Deep);
        }
        open.stack.push((self.found.brackets.len(), byte));
        self.found.brackets.push((offset(at), u32::MAX));
    }

    fn close_bracket(&mut self, open: &mut Open, at: usize, byte: u8) {
        let opener = opener_of(byte);
        // What is open further out than we follow is not looked for, so that the pass stays linear.
        let near = open.stack.len().saturating_sub(2 * DEEPEST);
        match open.stack[near..].iter().rposition(|(_, mark)| *mark == opener) {
            Some(found) => {
                let found = near + found;
                open.sound &= found + 1 == open.stack.len();
                self.found.brackets[open.stack[found].0].1 = offset(at);
                open.stack.truncate(found);
            }
            None => open.sound = false,
        }
        open.deep &= open.stack.len() >= DEEPEST;
    }
}

/// `(` of `)`.
pub(super) fn opener_of(close: u8) -> u8 {
    match close {
        b')' => b'(',
        b']' => b'[',
        _ => b'{',
    }
}

/// `)` of `(`.
pub(super) fn closer_of(open: u8) -> u8 {
    match open {
        b'(' => b')',
        b'[' => b']',
        _ => b'}',
    }
}
