//! Mechanical mends of what the grammar refused: each is tried, and offered only when the grammar then reads on.

use crate::diag::Edit;
use crate::source::Span;

use super::elsewhere;
use super::grammar::{self, Rule};
use super::parser::Parser;
use super::words::{STATEMENTS, skip_blanks};

/// Reading a slice again takes time with its length.
const LONGEST: usize = 4000;

/// Who gets more findings than this mends the first ones first.
const MOST: usize = 1000;

/// Words of other languages, and ours.
const WORDS: &[(&str, &str)] =
    &[("&&", "and"), ("&", "and"), ("||", "or"), ("|", "or"), (";", ""), ("!", "not "), ("=", ":"), ("=", "==")];

/// What is put before something that is not expected, and after what it is expected.
const MARKS: &[&str] = &[":", ",", "=", "->"];

/// One way to put a slice right.
#[derive(Debug)]
pub(super) struct Mend {
    pub(super) title: String,
    pub(super) edits: Vec<Edit>,
}

/// A slice that was refused at `at`, where `found` stands.
#[derive(Clone, Copy)]
pub(super) struct Refused<'a> {
    pub(super) rule: Rule,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) at: usize,
    pub(super) found: &'a str,
    /// In words, with the marks among it as `:`.
    pub(super) expected: &'a str,
}

/// The first mend with which the slice is read further than to where it was refused.
pub(super) fn mend(parser: &Parser<'_>, refused: &Refused<'_>) -> Option<Mend> {
    let looked_for = parser.mends.get();
    parser.mends.set(looked_for + 1);
    let long = refused.end.saturating_sub(refused.start) > LONGEST || looked_for > MOST;
    if long || refused.at < refused.start || refused.at >= refused.end {
        return None;
    }
    let tries = ty(parser, refused)
        .into_iter()
        .chain(exchanged(parser, refused))
        .chain(comment(parser, refused))
        .chain(quotes(parser, refused));
    tries.chain(inserted(parser, refused)).find(|mend| helps(parser, refused, &mend.edits))
}

/// A type as other languages write it, behind the last `:` or `->`.
fn ty(parser: &Parser<'_>, refused: &Refused<'_>) -> Option<Mend> {
    let before = &parser.text[refused.start..refused.at];
    let mark = [":", "->"].iter().filter_map(|mark| Some(before.rfind(mark)? + mark.len())).max()?;
    let start = skip_blanks(parser.text, refused.start + mark);
    let (length, ours) = elsewhere::read(&parser.text[start..refused.end])?;
    let reaches = start + length > refused.at;
    let title = format!("write `{ours}`");
    reaches.then(|| Mend { title, edits: vec![edit(parser, start, start + length, ours)] })
}

/// Another word or sign in its place.
fn exchanged(parser: &Parser<'_>, refused: &Refused<'_>) -> Vec<Mend> {
    let Refused { start, at, found, .. } = *refused;
    let words = WORDS.iter().filter(|(word, _)| *word == found);
    let make = |(word, ours): &(&str, &str)| {
        let rest = &parser.text[at + word.len()..refused.end];
        // `! a` is `not a`; `a &&b` is `a and b`, and `x=1` is `x: 1`.
        let blanks = if ours.ends_with(' ') { rest.len() - rest.trim_start_matches([' ', '\t']).len() } else { 0 };
        let before = if *ours == ":" {
            parser.text[start..at].len() - parser.text[start..at].trim_end_matches(' ').len()
        } else {
            0
        };
        let glued = !rest.starts_with([' ', '\t', '\n', '\r']) && !ours.is_empty() && !ours.ends_with(' ');
        let text = format!("{ours}{}", if glued { " " } else { "" });
        let title = if ours.is_empty() { format!("remove the `{word}`") } else { format!("write `{}`", ours.trim()) };
        Mend { title, edits: vec![edit(parser, at - before, at + word.len() + blanks, text)] }
    };
    words.map(make).collect()
}

/// `# text`
fn comment(parser: &Parser<'_>, refused: &Refused<'_>) -> Option<Mend> {
    refused.found.starts_with('#').then(|| hash(parser, refused.at))
}

/// A comment as other languages write it.
pub(super) fn hash(parser: &Parser<'_>, at: usize) -> Mend {
    Mend { title: "write `//`".to_owned(), edits: vec![edit(parser, at, at + 1, "//".to_owned())] }
}

/// `'text'`
fn quotes(parser: &Parser<'_>, refused: &Refused<'_>) -> Option<Mend> {
    let inside = parser.text[refused.at..refused.end].strip_prefix('\'')?;
    let length = inside.find(['\'', '\n', '"', '\\', '~']).filter(|end| inside[*end..].starts_with('\''))?;
    let close = refused.at + 1 + length;
    let double = |at| edit(parser, at, at + 1, "\"".to_owned());
    Some(Mend { title: "write `\"`".to_owned(), edits: vec![double(refused.at), double(close)] })
}

/// A mark that is missing behind the word before.
fn inserted(parser: &Parser<'_>, refused: &Refused<'_>) -> Vec<Mend> {
    let before = parser.text[refused.start..refused.at].trim_end_matches([' ', '\t']);
    let begins =
        refused.found.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '.' | '[' | '{' | '('));
    // What stands on another line is most likely another thing.
    if before.is_empty() || before.ends_with('\n') || !begins {
        return Vec::new();
    }
    let behind = refused.start + before.len();
    let last = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    if STATEMENTS.contains(&last) {
        return Vec::new();
    }
    let make = |mark: &&str| {
        let wide = matches!(*mark, "=" | "->");
        let text = match (wide, behind == refused.at) {
            (true, true) => format!(" {mark} "),
            (true, false) => format!(" {mark}"),
            (false, true) => format!("{mark} "),
            (false, false) => (*mark).to_owned(),
        };
        Mend { title: format!("write `{mark}`"), edits: vec![edit(parser, behind, behind, text)] }
    };
    // Where fields and parameters are cut, no comma is expected any more.
    let likely = |mark: &&&str| **mark == "," || refused.expected.contains(&format!("`{mark}`"));
    MARKS.iter().filter(likely).map(make).collect()
}

fn edit(parser: &Parser<'_>, start: usize, end: usize, text: String) -> Edit {
    Edit { span: parser.span(start, end), text }
}

/// Whether the slice with the edits is read to its end, or at least beyond them.
fn helps(parser: &Parser<'_>, refused: &Refused<'_>, edits: &[Edit]) -> bool {
    let Refused { rule, start, end, at, found, .. } = *refused;
    // A comment is no statement, and neither is nothing.
    let whole = at == start && found == "#" || found == ";" && parser.text[at + 1..end].trim_ascii().is_empty();
    if whole {
        return true;
    }
    let mut text = parser.text[start..end].to_owned();
    let mut grown = 0_isize;
    for Edit { span: Span { start: from, end: to, .. }, text: new } in edits.iter().rev() {
        let (from, to) = (*from as usize, *to as usize);
        text.replace_range(from - start..to - start, new);
        grown += isize::try_from(new.len()).unwrap_or_default() - isize::try_from(to - from).unwrap_or_default();
    }
    let inside = edits.last().map_or(start, |last| last.span.end as usize) - start;
    let beyond = inside.saturating_add_signed(grown);
    let behind = text[beyond..].len() - text[beyond..].trim_start().len();
    if matches!(edits, [Edit { text, .. }] if text.starts_with(',')) && apart(rule, &text[..beyond], &text[beyond..]) {
        return true;
    }
    grammar::refusal(rule, &text).is_none_or(|refusal| refusal.at > beyond + behind)
}

/// Whether a comma makes two of what was read as one: the driver has cut at commas already.
fn apart(rule: Rule, left: &str, right: &str) -> bool {
    let one = matches!(rule, Rule::one_field | Rule::one_param | Rule::one_case);
    one && grammar::read(rule, left.trim_end().trim_end_matches(',')).is_some()
        && grammar::refusal(rule, right.trim_start()).is_none_or(|refusal| refusal.at > 0)
}
