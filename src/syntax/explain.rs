//! What is wrong with a text that the grammar refused, in words.

use crate::diag::code::Code;
use crate::diag::{Diagnostic, Edit, did_you_mean};
use crate::source::Span;

use super::ast::Name;
use super::expected::expected;
use super::grammar::{self, Rule};
use super::mends::{self, Refused, mend};
use super::parser::Parser;
use super::scan::{DEEPEST, Fault, FaultKind, closer_of};
use super::slice::Imbalance;
use super::strings::{Flaw, end_of_line};
use super::words::{self, is_word, skip_blanks, word_at};

/// What the scan found.
pub(super) fn fault(parser: &Parser<'_>, fault: &Fault) -> Diagnostic {
    let at = fault.at as usize;
    let mark = |length: usize| parser.span(at, at + length);
    match fault.kind {
        FaultKind::String(Flaw::Unclosed { block: false }) => unclosed_string(parser, at),
        FaultKind::String(Flaw::Unclosed { block: true }) => {
            Diagnostic::new(Code::P0102, mark(3), "this block string has no end")
                .here("opened here")
                .help("write `\"\"\"` on a line of its own below the text; inside the text it is written `\\\"\"\"`")
        }
        FaultKind::String(Flaw::OpenHole) => Diagnostic::new(Code::P0103, mark(2), "`~{` is never closed on its line")
            .here("opened here")
            .help("close it with `}` on the same line, or write `\\~{` for the characters themselves"),
        FaultKind::String(Flaw::Deep) => {
            Diagnostic::new(Code::P0104, mark(2), "strings inside the values of strings are nested too deep")
                .here("one level too many")
                .help("give an inner string a name")
        }
        FaultKind::Deep => Diagnostic::new(Code::P0104, mark(1), "brackets are nested too deep")
            .here(format!("the bracket number {} that is open here", DEEPEST + 1))
            .help("give inner parts names of their own"),
        FaultKind::Character(character) => bad_character(parser, at, character),
    }
}

fn unclosed_string(parser: &Parser<'_>, at: usize) -> Diagnostic {
    let end = end_of_line(parser.text.as_bytes(), at);
    Diagnostic::new(Code::P0102, parser.span(at, at + 1), "this string has no end on its line")
        .here("opened here")
        .label(parser.span(end, end), "the line ends here")
        .help("close it with `\"`; text of several lines is written between `\"\"\"` and `\"\"\"`")
}

fn bad_character(parser: &Parser<'_>, at: usize, character: char) -> Diagnostic {
    let place = parser.span(at, at + character.len_utf8());
    let code = u32::from(character);
    if character.is_whitespace() && character > '\u{7f}' {
        return Diagnostic::new(Code::P0101, place, format!("the blank U+{code:04X} stands between words"))
            .here("it only looks like a space")
            .help("write a space: it may have come from a web page or a word processor")
            .fix("write a space", place, " ");
    }
    Diagnostic::new(Code::P0101, place, format!("the control character U+{code:04X} stands in the text"))
        .here("cannot be seen, and means nothing here")
        .help(format!("remove it; in a string it is written `\\u{{{code:x}}}`"))
        .fix("remove it", place, "")
}

/// A slice that `rule` does not match.
pub(super) fn refused(parser: &Parser<'_>, rule: Rule, start: usize, end: usize) -> Diagnostic {
    let text = &parser.text[start..end];
    let Some(refusal) = grammar::refusal(rule, text) else {
        return Diagnostic::new(Code::P0101, parser.span(start, end), "this cannot be read").here("unexpected");
    };
    let at = start + token_start(text, refusal.at);
    // At the end of a slice that does not end its line, what follows it is what was not expected.
    let next = skip_blanks(parser.text, at);
    let inside = at == end && matches!(parser.text.as_bytes().get(next), Some(b')' | b']' | b'}' | b'{' | b','));
    let (at, end) = if inside { (next, next + 1) } else { (at, end) };
    let place = parser.span(at, token_end(parser.text, at, end));
    let found = &parser.text[place.start as usize..place.end as usize];
    let wanted = expected(rule, &refusal);
    let said = Diagnostic::new(Code::P0101, place, unexpected(found)).here(format!("expected {}", wanted.words));
    if let Some(meant) = did_you_mean(found, wanted.keywords.iter().map(String::as_str)).filter(|_| found.len() > 2) {
        return said.help(format!("did you mean `{meant}`?")).fix(format!("write `{meant}`"), place, meant);
    }
    let mend =
        (!inside).then(|| mend(parser, &Refused { rule, start, end, at, found, expected: &wanted.words })).flatten();
    let hint =
        hint(parser.text, at, end).filter(|_| wanted.operator || rule == Rule::one_field || !found.starts_with('='));
    let help = hint.map(str::to_owned).or_else(|| mend.as_ref().map(|mend| mend.title.clone()));
    // `map<…` is cut at its comma, so that nothing mends it.
    let help = help.or_else(|| (found == "<").then(|| OF_TYPES.to_owned()));
    let said = help.into_iter().fold(said, Diagnostic::help);
    mend.into_iter().fold(said, |said, mend| said.fix_all(mend.title, mend.edits))
}

fn unexpected(found: &str) -> String {
    if found.is_empty() { "unexpected end of the line".to_owned() } else { format!("unexpected `{found}`") }
}

/// pest may stop inside a word, whose beginning was a word it knows.
fn token_start(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut start = at;
    while start > 0 && start < bytes.len() && is_word(bytes[start]) && is_word(bytes[start - 1]) {
        start -= 1;
    }
    let blanks = text[start..].len() - text[start..].trim_start().len();
    start + blanks
}

fn token_end(text: &str, at: usize, end: usize) -> usize {
    let rest = &text[at..end];
    let word = word_at(text, at).len();
    let number = rest.bytes().take_while(|byte| byte.is_ascii_digit()).count();
    let one = rest.chars().next().map_or(0, char::len_utf8);
    let pair = [">=", "<=", "=>", "->", "==", "!=", "&&", "||", "+=", "??"].iter().any(|pair| rest.starts_with(pair));
    (at + word.max(number).max(one).max(if pair { 2 } else { 0 })).min(end)
}

const OF_TYPES: &str = "a list is written `[string]`, a map `{string: string}`, and what may be missing `string?`";

const OPERATORS: [char; 8] = ['+', '*', '/', '%', '=', '<', '>', '?'];

/// What people write who come from other languages.
fn hint(text: &str, at: usize, end: usize) -> Option<&'static str> {
    let rest = &text[at..end];
    let first = text[..at].trim_end_matches([' ', '\t']).ends_with('\n');
    let word = matches!(word_at(text, at), "and" | "or" | "then" | "else" | "in");
    if first && (word || rest.starts_with(OPERATORS)) {
        return Some("put it at the end of the line above, or the whole expression in parentheses");
    }
    if word_at(text, at) == "after" {
        return Some("`after` stands behind the `)` of a call, or behind the `}` of its block or of a task in place");
    }
    Some(match rest.as_bytes().first()? {
        b'&' => "conditions are joined with `and`",
        b'|' => "conditions are joined with `or`",
        b'!' => "a condition is turned round with `not`",
        b'\'' => "strings are written with `\"`",
        b';' => "nothing stands at the end of a line",
        b'#' => "comments begin with `//`",
        b'$' => "a value stands in text as `~{name}`, and outside of text by its name alone",
        b'?' => "`if c then a else b` chooses between two values",
        b'=' if rest.starts_with("=>") => "`=>` stands in a `match` only",
        b'=' => "a field is written `name: value`, a comparison `a == b`",
        _ => return None,
    })
}

pub(super) fn imbalance(parser: &Parser<'_>, imbalance: Imbalance) -> Diagnostic {
    match (imbalance.opener, imbalance.closer) {
        (Some(opener), Some(closer)) => wrong_closer(parser, opener, closer),
        (Some(opener), None) => never_closed(parser, opener),
        (None, closer) => closes_nothing(parser, closer.unwrap_or_default()),
    }
}

fn mark(parser: &Parser<'_>, at: usize) -> (Span, char) {
    (parser.span(at, at + 1), char::from(parser.text.as_bytes()[at]))
}

fn wrong_closer(parser: &Parser<'_>, opener: usize, closer: usize) -> Diagnostic {
    let (open, open_mark) = mark(parser, opener);
    let (close, close_mark) = mark(parser, closer);
    let right = char::from(closer_of(parser.text.as_bytes()[opener]));
    Diagnostic::new(Code::P0103, close, format!("`{close_mark}` does not close `{open_mark}`"))
        .here(format!("expected `{right}`"))
        .label(open, "opened here")
        .help(format!("write `{right}` where what `{open_mark}` opened is done"))
}

pub(super) fn never_closed(parser: &Parser<'_>, opener: usize) -> Diagnostic {
    let (open, mark) = mark(parser, opener);
    let right = char::from(closer_of(parser.text.as_bytes()[opener]));
    Diagnostic::new(Code::P0103, open, format!("`{mark}` is never closed"))
        .here("opened here")
        .help(format!("write `{right}` where it is done; the indentation says that it ends before the next statement"))
}

pub(super) fn closes_nothing(parser: &Parser<'_>, closer: usize) -> Diagnostic {
    let (close, mark) = mark(parser, closer);
    let opener = parser.source.opener_of(closer);
    Diagnostic::new(Code::P0103, close, format!("`{mark}` closes nothing"))
        .here(format!("no `{opener}` is open here"))
        .help(format!("remove it, or write the `{opener}` that it should close"))
}

/// A head without its `{ … }`.
pub(super) fn no_block(parser: &Parser<'_>, word: &str, end: usize) -> Diagnostic {
    Diagnostic::new(Code::P0101, parser.span(end, end), format!("this `{word}` has no block"))
        .here("expected `{`")
        .help(format!("write what belongs to it between braces: `{word} … {{ … }}`"))
}

/// A head that is followed by lines further right, but no `{`.
pub(super) fn never_opened(parser: &Parser<'_>, at: usize) -> Diagnostic {
    Diagnostic::new(Code::P0103, parser.span(at, at), "the block below is never opened")
        .here("expected `{`")
        .help("write `{` at the end of the line: indentation alone opens no block")
        .fix("open the block", parser.span(at, at), " {")
}

/// Text behind the end of a block.
pub(super) fn left_over(parser: &Parser<'_>, at: usize, end: usize) -> Diagnostic {
    if matches!(parser.text.as_bytes()[at], b')' | b']' | b'}') {
        return closes_nothing(parser, at);
    }
    let place = parser.span(at, token_end(parser.text, at, end));
    let found = &parser.text[place.start as usize..place.end as usize];
    Diagnostic::new(Code::P0101, place, unexpected(found))
        .here("expected the end of the line")
        .help("each statement begins on a line of its own")
}

/// An `else` that begins a statement.
pub(super) fn stray_else(place: Span) -> Diagnostic {
    Diagnostic::new(Code::P0101, place, "there is no `when` for this `else`")
        .here("unexpected")
        .help("`else` follows the `}` of a `when`: `when a { … } else { … }`")
}

pub(super) fn second_comma(place: Span) -> Diagnostic {
    Diagnostic::new(Code::P0101, place, "unexpected `,`")
        .here("expected a parameter")
        .help("one comma separates two parameters; one behind the last is fine")
}

/// `name when …`
pub(super) fn no_equals(place: Span) -> Diagnostic {
    Diagnostic::new(Code::P0101, place, "unexpected `when`")
        .here("expected `=`")
        .help("what a `when` gives is bound by `name = when c { … }`")
        .fix("write `=`", place.before(), "= ")
}

/// `name = for …`, where `binds` is `name = ` and `only` the one call of the loop.
pub(super) fn for_as_value(name: &str, binds: Span, place: Span, only: Option<Span>) -> Diagnostic {
    let said = Diagnostic::new(Code::P0101, place, "a `for` is a statement, and gives no value")
        .here("unexpected")
        .help(format!("write `for … {{ {name} = … }}`: what is bound inside is a list outside, an element each turn"));
    let Some(only) = only else { return said };
    let away = Edit { span: binds, text: String::new() };
    let inside = Edit { span: only.before(), text: format!("{name} = ") };
    said.fix_all(format!("bind `{name}` inside"), vec![away, inside])
}

pub(super) fn misspelt(place: Span, word: &str, meant: &str) -> Diagnostic {
    Diagnostic::new(Code::P0101, place, format!("`{word}` is no word of the language"))
        .here("unknown here")
        .help(format!("did you mean `{meant}`?"))
        .fix(format!("write `{meant}`"), place, meant)
}

/// Something at the top level that begins no item.
pub(super) fn no_item(parser: &Parser<'_>, at: usize) -> Diagnostic {
    let place = parser.span(at, token_end(parser.text, at, parser.text.len()));
    let found = &parser.text[place.start as usize..place.end as usize];
    let kinds = words::ITEMS.join("`, `");
    let said = Diagnostic::new(Code::P0101, place, unexpected(found)).here("expected a declaration");
    if words::STATEMENTS.contains(&found) || parser.source.begins_unit(at) {
        return said.help("statements stand inside `pipeline name() { … }`");
    }
    if found == "#" {
        let mend = mends::hash(parser, at);
        return said.help("comments begin with `//`").fix_all(mend.title, mend.edits);
    }
    said.help(format!("a declaration begins with one of `{kinds}`"))
}

/// `extern` stands before a task, a pipeline or a step and nothing else.
pub(super) fn extern_what(parser: &Parser<'_>, at: usize) -> Diagnostic {
    let place = parser.span(at, token_end(parser.text, at, parser.text.len()));
    Diagnostic::new(Code::P0101, place, "only a task, a pipeline or a step can be declared `extern`")
        .here("expected `task`, `pipeline` or `step`")
        .help("write `extern task name(…) -> (…) { … }`: its parameters and results, and where it is found")
}

pub(super) fn params_in_place(task: &Name, place: Span) -> Diagnostic {
    Diagnostic::new(Code::P0101, place, format!("the task `{}` in a pipeline has a parameter", task.text))
        .here("expected no parameters")
        .label(task.span, "declared and called in place")
        .help("a task in place sees the names of its pipeline; to call a task with arguments, declare it at the top level")
}

/// `place` is the binding of a task whose name stands at `own`.
pub(super) fn bound_in_place(place: Span, name: &Name, own: Span) -> Diagnostic {
    let edit = |span, text: &str| Edit { span, text: text.to_owned() };
    Diagnostic::new(Code::P0101, place, "a task that is declared in place has two names")
        .here("a name before its own")
        .label(own, "its own name")
        .help("leave one out: `task name { … }` is bound to the name that stands behind `task`")
        .fix_all(format!("call it `{}`", name.text), vec![edit(place, ""), edit(own, &name.text)])
}

pub(super) fn after_outside(place: Span) -> Diagnostic {
    Diagnostic::new(Code::P0101, place, "a task at the top level waits for nothing")
        .here("unexpected `after`")
        .help("write `after` where the task is called: `x = build() after y`")
}

pub(super) fn chain_too_long(place: Span) -> Diagnostic {
    Diagnostic::new(Code::P0104, place, "this chain of `else when` is too long")
        .here("one too many")
        .help("take a `match` on an enum, or separate `when` blocks")
}
