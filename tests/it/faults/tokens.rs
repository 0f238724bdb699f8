//! The tokens of a valid program, told by hand: what the parser says of it is what is tested.

use std::ops::Range;

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Range<usize>,
    /// For an opening bracket, that of its end; for a closing one, of its beginning.
    pub(super) other: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TokenKind {
    Word,
    Number,
    Line,
    Block,
    Open(u8),
    Close(u8),
    Mark,
}

impl Token {
    pub(super) fn opens(&self) -> bool {
        matches!(self.kind, TokenKind::Open(_))
    }

    pub(super) fn closes(&self) -> bool {
        matches!(self.kind, TokenKind::Close(_))
    }
}

/// Longest first.
const MARKS: &[&str] = &["==", "!=", "<=", ">=", "=>", "->", "??"];

pub(super) fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut found: Vec<Token> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut at = usize::from(text.starts_with('\u{feff}')) * 3;
    while at < bytes.len() {
        let rest = &text[at..];
        let (kind, end) = match bytes[at] {
            b' ' | b'\t' | b'\r' | b'\n' => {
                at += 1;
                continue;
            }
            b'/' if rest.starts_with("//") => {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            b'"' if rest.starts_with("\"\"\"") => (TokenKind::Block, string_end(bytes, at, 3)),
            b'"' => (TokenKind::Line, string_end(bytes, at, 1)),
            byte @ (b'(' | b'[' | b'{') => (TokenKind::Open(byte), at + 1),
            byte @ (b')' | b']' | b'}') => (TokenKind::Close(byte), at + 1),
            byte if byte.is_ascii_alphanumeric() || byte == b'_' => {
                let kind = if byte.is_ascii_digit() { TokenKind::Number } else { TokenKind::Word };
                (kind, at + rest.bytes().take_while(|one| one.is_ascii_alphanumeric() || *one == b'_').count())
            }
            _ => {
                let pair = MARKS.iter().any(|mark| rest.starts_with(*mark));
                (TokenKind::Mark, at + if pair { 2 } else { rest.chars().next().map_or(1, char::len_utf8) })
            }
        };
        let mut other = 0;
        match kind {
            TokenKind::Open(_) => open.push(found.len()),
            TokenKind::Close(_) => {
                let first = open.pop().expect("brackets match");
                other = found[first].span.start;
                found[first].other = at;
            }
            TokenKind::Word | TokenKind::Number | TokenKind::Line | TokenKind::Block | TokenKind::Mark => {}
        }
        found.push(Token { kind, span: at..end, other });
        at = end;
    }
    found
}

/// Behind the string that begins with so many quotes.
fn string_end(bytes: &[u8], at: usize, quotes: usize) -> usize {
    let mut i = at + quotes;
    loop {
        match bytes[i] {
            b'"' if bytes[i..].starts_with(&b"\"\"\""[..quotes]) => return i + quotes,
            b'\\' => i += 2,
            b'~' if bytes[i + 1] == b'{' => i = hole_end(bytes, i + 2),
            _ => i += 1,
        }
    }
}

fn hole_end(bytes: &[u8], at: usize) -> usize {
    let (mut i, mut open) = (at, 0);
    loop {
        match bytes[i] {
            b'}' if open == 0 => return i + 1,
            b'}' => open -= 1,
            b'{' => open += 1,
            b'"' => {
                i = string_end(bytes, i, 1);
                continue;
            }
            _ => {}
        }
        i += 1;
    }
}
