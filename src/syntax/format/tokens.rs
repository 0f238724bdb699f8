//! The text as tokens and comments.

use crate::source::offset;
use crate::syntax::strings::{end_of_line, skip_string};
use crate::syntax::words::is_word;

/// A word, string, operator, bracket or comment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub start: u32,
    pub end: u32,
    /// Of an opening bracket: the index of the closing one.
    pub pair: u32,
    /// How many lines end between the token before and this one; two stand for more.
    pub lines: u8,
    pub kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A name, a number, a word of the language.
    Word,
    Text,
    /// An operator or bracket.
    Mark,
    /// From `//` to the end of the line.
    Comment,
    /// Behind the last one.
    End,
}

/// Every token of a text that has no syntax errors, and one of kind [`Kind::End`].
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut found: Vec<Token> = Vec::with_capacity(bytes.len() / 5);
    let mut open: Vec<usize> = Vec::new();
    let (mut at, mut lines) = (0, 0_u8);
    while let Some(byte) = bytes.get(at) {
        if matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
            lines = (lines + u8::from(*byte == b'\n')).min(2);
            at += 1;
            continue;
        }
        let (kind, end) = token(bytes, at);
        match byte {
            _ if kind != Kind::Mark => {}
            b'(' | b'[' | b'{' => open.push(found.len()),
            b')' | b']' | b'}' => {
                if let Some(opener) = open.pop() {
                    found[opener].pair = offset(found.len());
                }
            }
            _ => {}
        }
        found.push(Token { start: offset(at), end: offset(end), pair: 0, lines, kind });
        (at, lines) = (end, 0);
    }
    found.push(Token { start: offset(at), end: offset(at), pair: 0, lines, kind: Kind::End });
    found
}

/// The token at `at` and where it ends.
fn token(bytes: &[u8], at: usize) -> (Kind, usize) {
    match bytes[at] {
        b'"' => (Kind::Text, skip_string(bytes, at)),
        b'/' if bytes.get(at + 1) == Some(&b'/') => (Kind::Comment, end_of_line(bytes, at)),
        byte if is_word(byte) => {
            (Kind::Word, bytes[at..].iter().position(|byte| !is_word(*byte)).map_or(bytes.len(), |more| at + more))
        }
        _ => {
            let pair = bytes.get(at..at + 2).unwrap_or_default();
            let two = matches!(pair, b"->" | b"=>" | b"==" | b"!=" | b"<=" | b">=" | b"??");
            (Kind::Mark, at + if two { 2 } else { 1 })
        }
    }
}
