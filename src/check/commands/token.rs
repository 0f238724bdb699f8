//! The words of a command as whoever runs it meets them, as far as that is known: `~{flag("--x", v)}` is two, perhaps.

use crate::check::program::{Builtin, Expr, Kind, ScriptPart, Type};
use crate::shell::{self, Word};
use crate::source::Span;

/// One word, or what stands in the place of some.
#[derive(Debug)]
pub(super) struct Token<'p> {
    pub(super) text: Text<'p>,
    /// It is there in every run.
    pub(super) sure: bool,
    /// The value of the flag before it, whatever it looks like.
    pub(super) bound: bool,
    /// Which word of the command it is written as.
    pub(super) word: usize,
    /// Of the text inside an interpolation.
    pub(super) span: Option<Span>,
    /// What it is a value of, in the language.
    pub(super) value: Option<&'p Expr>,
}

#[derive(Debug)]
pub(super) enum Text<'p> {
    Known(&'p str),
    /// How it begins: never empty.
    Start(&'p str),
    /// A word that is no flag.
    Operand,
    /// Nobody knows what it is.
    Opaque,
    /// Any number of words, flags or not.
    Many,
}

/// The words of a program that a command runs.
pub(super) fn tokens<'p>(parts: &'p [ScriptPart], words: &'p [Word]) -> (Vec<Token<'p>>, bool) {
    let run = shell::run(words);
    let mut found = Vec::with_capacity(run.to - run.from);
    for (word, written) in words.iter().enumerate().take(run.to).skip(run.from) {
        match written {
            Word::Plain(text) => found.push(Token::new(plain(text, run.filled), word)),
            Word::Value(piece) => match parts.get(*piece) {
                Some(ScriptPart::Value { value, .. }) => interpolated(value, word, true, &mut found),
                Some(ScriptPart::Text(_)) | None => found.push(Token::new(Text::Many, word)),
            },
            Word::Unknown { prefix, splits } => found.push(Token::new(unknown(prefix, *splits), word)),
        }
    }
    (found, run.filled)
}

impl<'p> Token<'p> {
    fn new(text: Text<'p>, word: usize) -> Self {
        Self { text, sure: true, bound: false, word, span: None, value: None }
    }
}

/// A word in whose text another shell, or `xargs`, may put something is known up to there.
fn plain(text: &str, filled: bool) -> Text<'_> {
    let end = text.find(['$', '`']).or_else(|| if filled { text.find("{}") } else { None });
    match end {
        None => Text::Known(text),
        Some(0) => Text::Opaque,
        Some(end) => Text::Start(&text[..end]),
    }
}

fn unknown(prefix: &str, splits: bool) -> Text<'_> {
    let named = prefix.starts_with('-') && prefix.contains('=');
    match (prefix.is_empty(), splits) {
        (true, true) => Text::Many,
        (true, false) => Text::Opaque,
        (false, true) if !named => Text::Many,
        (false, _) => Text::Start(prefix),
    }
}

/// What an interpolation that is a word of its own becomes.
fn interpolated<'p>(value: &'p Expr, word: usize, sure: bool, into: &mut Vec<Token<'p>>) {
    if let Kind::Builtin(Builtin::Flag, args) = &value.kind {
        match &**args {
            [Expr { kind: Kind::Str(name), span, .. }, of] => flag(name, *span, of, word, sure, into),
            _ => into.push(Token::new(Text::Many, word)),
        }
    } else if let Kind::Builtin(Builtin::Concat, both) = &value.kind {
        both.iter().for_each(|one| interpolated(one, word, sure, into));
    } else if let Kind::List(elements) = &value.kind {
        elements.iter().for_each(|one| into.push(scalar(one, word, sure)));
    } else if matches!(value.ty, Type::List(_) | Type::Unknown) {
        into.push(Token::new(Text::Many, word));
    } else {
        into.push(scalar(value, word, sure));
    }
}

fn scalar(value: &Expr, word: usize, sure: bool) -> Token<'_> {
    let text = match (&value.kind, &value.ty) {
        (Kind::Str(text), _) if !text.is_empty() => Text::Known(text),
        // A text may begin with `-`, and then it is a flag.
        (_, Type::String | Type::Unknown) => Text::Opaque,
        _ => Text::Operand,
    };
    let span = matches!(text, Text::Known(_)).then_some(value.span);
    Token { text, sure, bound: false, word, span, value: Some(value) }
}

/// `~{flag("--x", v)}`
fn flag<'p>(name: &'p str, span: Span, value: &'p Expr, word: usize, sure: bool, into: &mut Vec<Token<'p>>) {
    let elements = if let Kind::List(elements) = &value.kind { Some(&**elements) } else { None };
    let never = matches!(value.kind, Kind::Bool(false) | Kind::None) || elements.is_some_and(<[Expr]>::is_empty);
    if never {
        return;
    }
    let given = elements.is_some() || matches!(value.kind, Kind::Bool(true));
    let token = |text, bound, value| Token { text, sure: sure && given, bound, word, span: Some(span), value };
    if value.ty == Type::Bool {
        return into.push(token(Text::Known(name), false, None));
    }
    for element in elements.unwrap_or(std::slice::from_ref(value)) {
        if name.ends_with('=') {
            into.push(token(Text::Start(name), false, Some(element)));
            continue;
        }
        into.push(token(Text::Known(name), false, None));
        let text = if let Kind::Str(text) = &element.kind { Text::Known(text) } else { Text::Operand };
        into.push(token(text, true, Some(element)));
    }
}
