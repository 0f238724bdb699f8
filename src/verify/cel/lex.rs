//! The tokens of an expression.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Text,
    Bytes,
    Number,
    Name,
    Mark,
    End,
}

/// A token and where it stands in the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) at: Range<usize>,
}

/// What is wrong, where, and what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Fault {
    pub(super) at: Range<usize>,
    pub(super) message: String,
    pub(super) help: String,
}

pub(super) fn fault(at: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Fault {
    Fault { at, message: message.into(), help: help.into() }
}

/// Longer ones first.
const MARKS: [&str; 25] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")", "[", "]",
    "{", "}", "=",
];

/// The tokens of a text, the last of them its end; or what is no token.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    let mut all = Vec::new();
    let mut at = 0;
    loop {
        at = skipped(text, at);
        let Some(first) = text[at..].chars().next() else {
            all.push(Token { kind: Kind::End, at: at..at });
            return Ok(all);
        };
        let token = token(text, at, first)?;
        at = token.at.end;
        all.push(token);
    }
}

/// Behind spaces and comments.
fn skipped(text: &str, mut at: usize) -> usize {
    loop {
        let rest = &text[at..];
        let blank = rest.len() - rest.trim_start().len();
        at += blank;
        if !text[at..].starts_with("//") {
            return at;
        }
        at += text[at..].find('\n').unwrap_or(text.len() - at);
    }
}

fn token(text: &str, at: usize, first: char) -> Result<Token, Fault> {
    let rest = &text[at..];
    if let Some(token) = quoted(text, at)? {
        return Ok(token);
    }
    let while_true = |test: &dyn Fn(char) -> bool| at + rest.find(|one| !test(one)).unwrap_or(rest.len());
    if first.is_ascii_digit() {
        let end = while_true(&|one| one.is_ascii_alphanumeric() || one == '.');
        return Ok(Token { kind: Kind::Number, at: at..exponent(text, end) });
    }
    if first.is_ascii_alphabetic() || first == '_' {
        let end = while_true(&|one| one.is_ascii_alphanumeric() || one == '_');
        return Ok(Token { kind: Kind::Name, at: at..end });
    }
    if first == '$' {
        let end = rest.find(')').filter(|_| rest.starts_with("$(")).map_or(1, |end| end + 1);
        let help = "put it into single quotes, as `'$(params.x)'`: what is replaced is a text, and the expression is read before that";
        return Err(fault(at..at + end, format!("`{}` stands outside of quotes", &rest[..end]), help));
    }
    match MARKS.into_iter().find(|mark| rest.starts_with(mark)) {
        Some("=") => Err(fault(at..at + 1, "`=` compares nothing", "write `==`")),
        Some(mark) => Ok(Token { kind: Kind::Mark, at: at..at + mark.len() }),
        None if matches!(first, '&' | '|') => {
            Err(fault(at..at + 1, format!("`{first}` stands alone"), format!("write `{first}{first}`")))
        }
        None => {
            let help = "an expression has texts in quotes, numbers, functions and operators";
            Err(fault(at..at + first.len_utf8(), format!("`{first}` means nothing in an expression"), help))
        }
    }
}

/// The end of a number whose exponent has a sign.
fn exponent(text: &str, end: usize) -> usize {
    let rest = &text[end..];
    let digits = rest.strip_prefix(['+', '-']).filter(|_| text[..end].ends_with(['e', 'E']));
    let length = digits.map_or(0, |digits| 1 + digits.find(|one: char| !one.is_ascii_digit()).unwrap_or(digits.len()));
    end + length
}

/// A text in quotes, with what may stand before them.
fn quoted(text: &str, at: usize) -> Result<Option<Token>, Fault> {
    let rest = &text[at..];
    let before = rest.bytes().take(2).take_while(|one| matches!(one, b'r' | b'R' | b'b' | b'B')).count();
    let marks = rest[before..].starts_with(['\'', '"']).then_some(before);
    let Some(start) = marks else { return Ok(None) };
    let (before, from) = (rest[..start].to_ascii_lowercase(), &rest[start..]);
    let quote = ["'''", "\"\"\"", "'", "\""].into_iter().find(|quote| from.starts_with(quote)).unwrap_or("'");
    let closed = closed(&from[quote.len()..], quote, before.contains('r'));
    let Some(length) = closed else {
        let help = format!("close it with `{quote}`");
        return Err(fault(at..text.len(), "a text is not closed", help));
    };
    let kind = if before.contains('b') { Kind::Bytes } else { Kind::Text };
    Ok(Some(Token { kind, at: at..at + start + quote.len() + length }))
}

/// How far it is to behind the closing quote.
fn closed(text: &str, quote: &str, raw: bool) -> Option<usize> {
    let mut chars = text.char_indices();
    while let Some((at, one)) = chars.next() {
        if text[at..].starts_with(quote) {
            return Some(at + quote.len());
        }
        match one {
            '\\' if !raw => {
                chars.next();
            }
            '\n' if quote.len() == 1 => return None,
            _ => {}
        }
    }
    None
}
