//! How a text can be written such that every reader takes it for the same.

/// What is enough for a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// As it is.
    Plain,
    /// In quotes, as it is.
    Quoted,
    /// In quotes, with some of it escaped.
    Escaped,
    /// A `|` block.
    Block,
}

impl Form {
    pub(super) fn of(text: &str) -> Self {
        let kinds = kinds(text.as_bytes());
        if kinds & BREAK != 0 && is_block(text) {
            Self::Block
        } else if kinds & (BREAK | ESCAPED) != 0 {
            Self::Escaped
        } else if kinds == 0 && is_plain(text) {
            Self::Plain
        } else {
            Self::Quoted
        }
    }
}

/// Of a byte: no plain text has it.
const APART: u8 = 1;
/// In quotes it is escaped, or has to be looked at more closely.
const ESCAPED: u8 = 2;
/// A line break.
const BREAK: u8 = 4;

/// Of which kinds the bytes of a text are; a text that has a line break is not looked at to its end.
fn kinds(bytes: &[u8]) -> u8 {
    const KINDS: [u8; 256] = kinds_of_bytes();
    let together = |all, byte: &u8| all | KINDS[usize::from(*byte)];
    // Most texts are short: a loop of eight at once has no steps of its own.
    let (eights, rest) = bytes.as_chunks::<8>();
    let mut all = rest.iter().fold(0, together);
    for eight in eights {
        all = eight.iter().fold(all, together);
        if all & BREAK != 0 {
            break;
        }
    }
    all
}

const fn kinds_of_bytes() -> [u8; 256] {
    let mut table = [APART | ESCAPED; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'/' => 0,
            b'\n' => APART | BREAK,
            b'"' | b'\\' => APART | ESCAPED,
            b' '..=b'~' => APART,
            _ => APART | ESCAPED,
        };
        byte += 1;
    }
    table
}

/// Nothing but a string for any reader: a letter, then letters, digits and `_ - . /`, which the caller has made sure of, and
/// none of the words that YAML 1.1 or 1.2 reads as something else. `e12` is a number to some.
fn is_plain(text: &str) -> bool {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic());
    starts && !is_word_of_yaml(text) && !is_exponent(text.as_bytes())
}

fn is_word_of_yaml(text: &str) -> bool {
    const WORDS: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"];
    text.len() <= 5 && WORDS.iter().any(|word| word.len() == text.len() && word.eq_ignore_ascii_case(text))
}

fn is_exponent(bytes: &[u8]) -> bool {
    matches!(bytes, [b'e' | b'E', rest @ ..] if rest.iter().all(|byte| !byte.is_ascii_alphabetic()))
}

/// Can be a `|` block: of a text of several lines, the first shows the indentation, and there is nothing that a reader would
/// change.
fn is_block(text: &str) -> bool {
    if text.starts_with([' ', '\t', '\n']) {
        return false;
    }
    let last = text.trim_end_matches('\n').rsplit('\n').next().unwrap_or_default();
    let ends_visibly = !last.trim_matches([' ', '\t']).is_empty();
    // Nearly all scripts are ASCII; without a way out, the loop over their bytes reads many at once.
    let plain = |ok, byte| ok & (is_plain_ascii(byte) | (byte == b'\n') | (byte == b'\t'));
    let printable = || text.chars().all(|c| is_printable(c) || c == '\n' || c == '\t');
    ends_visibly && (text.bytes().fold(true, plain) || printable())
}

pub(super) fn is_plain_ascii(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

/// Stands for itself in every reader, and is seen by people: no control, no mark of order or direction, no non-character.
pub(super) fn is_printable(c: char) -> bool {
    match c {
        ' '..='~' => true,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{a0}' | '\u{ad}' => false,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => false,
        '\u{feff}' | '\u{fdd0}'..='\u{fdef}' | '\u{fff0}'..='\u{fffc}' => false,
        _ => u32::from(c) & 0xfffe != 0xfffe,
    }
}
