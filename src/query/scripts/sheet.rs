//! A script as ShellCheck reads it, and the way from each character of that back to the `.pipe` file.
//!
//! A value becomes what the compiler makes of it: an expansion of a variable of which nothing is known, in quotes that
//! keep it one word. Comments before the first command come before our own lines, since that is where ShellCheck takes
//! its directives for those of the whole script.

use crate::check::program::{Expr, Kind, Program, Script, ScriptPart, Type};
use crate::shell::Context;
use crate::source::{Sources, Span, offset};
use crate::syntax;
use crate::syntax::ast::{Literal, Part};

/// Which language a script is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    Bash,
    Sh,
}

/// One script for ShellCheck.
#[derive(Debug)]
pub struct Sheet {
    /// The whole file, which names its shell itself.
    text: String,
    /// The string in the program.
    place: Span,
    block: bool,
    /// Ascending; the first is at 0.
    stretches: Vec<Stretch>,
    /// The variables that stand for values, and how each value is written.
    names: Vec<(String, String)>,
}

/// From here to the next stretch, the text comes from one place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    /// Offset in the text of the sheet.
    pub(super) from: u32,
    pub(super) origin: Origin,
    /// Offset in the script, where each value counts as [`HOLE`].
    pub(super) flat: u32,
}

/// Where a stretch comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Origin {
    /// Not from the program.
    Ours,
    /// Byte for byte from this offset of the file.
    Written(u32),
    /// What stands for this `~{…}`.
    Value(Span),
    /// Behind the last character of the script, which is here.
    End(u32),
}

/// A value in the flat text of a script.
pub(super) const HOLE: char = '\u{fffc}';

/// What a value is to the shell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Word {
    /// One word, which may be empty.
    Text,
    /// One word that is never empty.
    Filled,
    /// As many words as there are elements.
    List,
}

/// Values as they are named in a sheet.
#[derive(Debug)]
struct Name {
    variable: String,
    spelled: String,
    list: bool,
}

impl Sheet {
    /// What ShellCheck reads.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn place(&self) -> Span {
        self.place
    }

    pub(super) fn is_block(&self) -> bool {
        self.block
    }

    /// A message in which the values are called as the user calls them.
    pub(super) fn in_their_words(&self, message: &str) -> String {
        // The longer names first: `pipe_value_1` begins `pipe_value_10`.
        let names = self.names.iter().rev();
        names.fold(message.to_owned(), |message, (variable, spelled)| message.replace(variable, spelled))
    }

    /// The byte offset of a line and a column, both from 1, the column in characters.
    pub(super) fn offset(&self, line: u32, column: u32) -> u32 {
        let mut lines = self.text.split_inclusive('\n');
        let before: usize = lines.by_ref().take(line.saturating_sub(1) as usize).map(str::len).sum();
        let line = lines.next().unwrap_or_default().trim_end_matches('\n');
        let mut characters = line.char_indices().map(|(at, _)| at);
        let within = characters.nth(column.saturating_sub(1) as usize).unwrap_or(line.len());
        offset(before + within)
    }

    /// The stretch that an offset is in.
    pub(super) fn stretch(&self, at: u32) -> Stretch {
        self.stretches[self.stretches.partition_point(|stretch| stretch.from <= at).saturating_sub(1)]
    }

    /// The stretches that a range reaches into.
    pub(super) fn between(&self, start: u32, end: u32) -> &[Stretch] {
        let first = self.stretches.partition_point(|stretch| stretch.from <= start).saturating_sub(1);
        let behind = self.stretches.partition_point(|stretch| stretch.from < end);
        self.stretches.get(first..behind).unwrap_or_default()
    }

    /// The places of a range in the file; absent where none of it is from the program.
    pub(super) fn span(&self, source: &str, start: u32, end: u32) -> Option<Span> {
        let from = self.start(start);
        let to = if end > start { self.end(source, end) } else { from };
        let (from, to) = (from.or(to)?, to.or(from)?);
        Some(from.to(to))
    }

    /// The place of one character; of a value, all of it.
    fn start(&self, at: u32) -> Option<Span> {
        let stretch = self.stretch(at);
        let point = |at| Span::new(self.place.file, at, at);
        match stretch.origin {
            Origin::Ours => None,
            Origin::Written(source) => Some(point(source + (at - stretch.from))),
            Origin::Value(span) => Some(span),
            Origin::End(source) => Some(point(source)),
        }
    }

    /// The place behind the character that ends at `end`.
    fn end(&self, source: &str, end: u32) -> Option<Span> {
        let last = self.text[..end as usize].chars().next_back()?;
        let at = end - offset(last.len_utf8());
        let start = self.start(at)?;
        if !start.is_empty() {
            return Some(start);
        }
        let length = match self.stretch(at).origin {
            Origin::Written(_) => written_length(source, start.start, last, self.block),
            Origin::Ours | Origin::Value(_) | Origin::End(_) => 0,
        };
        Some(Span::new(start.file, start.start + length, start.start + length))
    }

    /// Whether a value stands directly before or behind a range.
    pub(super) fn touches_value(&self, start: u32, end: u32) -> bool {
        let value = |at: u32| matches!(self.stretch(at).origin, Origin::Value(_));
        value(start.saturating_sub(1)) || value(end)
    }
}

/// How many bytes of source the character is that stands at `at`.
fn written_length(source: &str, at: u32, character: char, block: bool) -> u32 {
    let rest = source.get(at as usize..).unwrap_or_default();
    if block && rest.starts_with('"') && source[..at as usize].ends_with("\\\"") && rest.starts_with("\"\"") {
        return 2;
    }
    if rest.starts_with(character) && (block || character != '\\') {
        return offset(character.len_utf8());
    }
    if let Some(unicode) = rest.strip_prefix("\\u{") {
        return offset("\\u{}".len() + unicode.find('}').unwrap_or(0));
    }
    // In a block, `\~{` is two characters and `\"""` three; a carriage return before a line end is none.
    if block && rest.starts_with("~{") { 2 } else { 2.min(offset(rest.len())) }
}

/// Makes the sheet of a script; `env` are the names that may be in its environment.
pub(super) fn sheet(program: &Program, sources: &Sources, script: &Script, dialect: Dialect, env: &[&str]) -> Sheet {
    let source = &sources.get(script.span.file).text;
    let written = syntax::string(script.span.file, source, script.span.start);
    let names = names(script, source);
    let mut maker = Maker {
        sheet: Sheet {
            text: String::with_capacity(256 + script.span.len()),
            place: script.span,
            block: written.block,
            stretches: Vec::new(),
            names: Vec::new(),
        },
        flat: 0,
    };
    maker.ours(match dialect {
        Dialect::Bash => "#!/usr/bin/env bash\n",
        Dialect::Sh => "#!/bin/sh\n",
    });
    let head = match written.parts.first() {
        Some(Part::Literal(one)) => head(&one.text),
        Some(Part::Value(..)) | None => 0,
    };
    if let (Some(Part::Literal(one)), true) = (written.parts.first(), head > 0) {
        maker.literal(one, 0, head);
    }
    maker.ours(&declarations(dialect, &names, &known(script, env)));
    let mut values = names.iter();
    for (at, (part, checked)) in written.parts.iter().zip(&script.parts).enumerate() {
        match (part, checked) {
            (Part::Literal(one), _) => maker.literal(one, if at == 0 { head } else { 0 }, one.text.len()),
            (Part::Value(_, span), ScriptPart::Value { value, context, .. }) => {
                let Some(name) = values.next() else { continue };
                maker.value(&expansion(&name.variable, word(program, value), *context, dialect), *span);
            }
            (Part::Value(..), ScriptPart::Text(_)) => {}
        }
    }
    maker.finish(source, names)
}

/// The bytes of the blank lines and comments that a script begins with.
fn head(text: &str) -> usize {
    let is_head = |line: &&str| line.ends_with('\n') && (line.trim().is_empty() || line.trim_start().starts_with('#'));
    text.split_inclusive('\n').take_while(is_head).map(str::len).sum()
}

/// A name for each value; what is written the same has the same.
fn names(script: &Script, source: &str) -> Vec<Name> {
    let taken =
        |prefix: &str| script.parts.iter().any(|part| matches!(part, ScriptPart::Text(text) if text.contains(prefix)));
    let mut prefix = "pipe_value_".to_owned();
    while taken(&prefix) {
        prefix.push('_');
    }
    let mut spellings: Vec<&str> = Vec::new();
    let mut names = Vec::new();
    for part in &script.parts {
        let ScriptPart::Value { value, span, .. } = part else { continue };
        let spelled = source.get(span.start as usize..span.end as usize).unwrap_or_default();
        let at = spellings.iter().position(|known| *known == spelled).unwrap_or_else(|| {
            spellings.push(spelled);
            spellings.len() - 1
        });
        let list = matches!(value.ty, Type::List(_));
        names.push(Name { variable: format!("{prefix}{}", at + 1), spelled: spelled.to_owned(), list });
    }
    names
}

/// The names of the environment that a script may mean: others would make its text another whenever they change.
fn known<'e>(script: &Script, env: &[&'e str]) -> Vec<&'e str> {
    let says =
        |name: &str| script.parts.iter().any(|part| matches!(part, ScriptPart::Text(text) if text.contains(name)));
    let mut known: Vec<&str> = env.iter().copied().filter(|name| says(name)).collect();
    known.sort_unstable();
    known.dedup();
    known
}

/// Our own lines: what holds in every body, and variables of which nothing is known.
fn declarations(dialect: Dialect, names: &[Name], env: &[&str]) -> String {
    let mut text = match dialect {
        Dialect::Bash => "set -euo pipefail\n",
        Dialect::Sh => "set -eu\n",
    }
    .to_owned();
    let mut once: Vec<&Name> = names.iter().collect();
    once.sort_by(|a, b| a.variable.cmp(&b.variable));
    once.dedup_by(|a, b| a.variable == b.variable);
    let texts = once.iter().filter(|name| !name.list).map(|name| name.variable.as_str());
    let read: Vec<&str> = env.iter().copied().chain(texts).collect();
    if !read.is_empty() {
        text.push_str(&format!("read -r {}\n", read.join(" ")));
    }
    if !env.is_empty() {
        text.push_str(&format!("export {}\n", env.join(" ")));
    }
    if dialect == Dialect::Bash {
        let lists = once.iter().filter(|name| name.list);
        text.extend(lists.map(|name| format!("readarray -t {}\n", name.variable)));
    }
    text
}

/// What stands in the script for a value.
fn expansion(name: &str, word: Word, context: Context, dialect: Dialect) -> String {
    let text = match word {
        Word::Text => format!("${{{name}}}"),
        // So that nothing is said about what an empty value would do.
        Word::Filled => format!("${{{name}:?}}"),
        Word::List if dialect == Dialect::Bash => return format!("\"${{{name}[@]}}\""),
        Word::List => return "\"$@\"".to_owned(),
    };
    match context {
        Context::Arithmetic => name.to_owned(),
        Context::DoubleQuoted | Context::HereDocument => text,
        Context::Word => format!("\"{text}\""),
        // Refused by the checker, so that there is no program.
        Context::SingleQuoted | Context::QuotedHereDocument | Context::Comment | Context::Foreign => text,
    }
}

fn word(program: &Program, value: &Expr) -> Word {
    if matches!(value.kind, Kind::Out(_)) {
        return Word::Filled;
    }
    match &value.ty {
        Type::List(_) => Word::List,
        Type::Int | Type::Duration | Type::Size | Type::Cpu | Type::Path | Type::Image | Type::Artifact(_) => {
            Word::Filled
        }
        Type::Enum(id) if program.enums[id.index()].cases.iter().all(|case| !case.spelling.is_empty()) => Word::Filled,
        Type::Unknown
        | Type::None
        | Type::Bool
        | Type::String
        | Type::Secret
        | Type::Workspace
        | Type::Map(_)
        | Type::Optional(_)
        | Type::Enum(_)
        | Type::Record(_)
        | Type::Newtype(_)
        | Type::Outputs(_) => Word::Text,
    }
}

/// A sheet in the making.
#[derive(Debug)]
struct Maker {
    sheet: Sheet,
    /// How much of the flat text is done.
    flat: u32,
}

impl Maker {
    fn mark(&mut self, origin: Origin) {
        let from = offset(self.sheet.text.len());
        self.sheet.stretches.push(Stretch { from, origin, flat: self.flat });
    }

    fn ours(&mut self, text: &str) {
        self.mark(Origin::Ours);
        self.sheet.text.push_str(text);
    }

    /// A range of cooked text.
    fn literal(&mut self, one: &Literal, from: usize, to: usize) {
        let mut at = from;
        let behind = one.map.partition_point(|(cooked, _)| *cooked as usize <= from);
        let breaks = one.map[behind..].iter().map(|(cooked, _)| *cooked as usize);
        for end in breaks.chain([to]).map(|end| end.min(to)) {
            if end > at {
                self.mark(Origin::Written(one.locate(offset(at))));
                self.sheet.text.push_str(&one.text[at..end]);
                self.flat += offset(end - at);
                at = end;
            }
        }
    }

    fn value(&mut self, text: &str, span: Span) {
        self.mark(Origin::Value(span));
        self.sheet.text.push_str(text);
        self.flat += offset(HOLE.len_utf8());
    }

    fn finish(mut self, source: &str, names: Vec<Name>) -> Sheet {
        let end = match self.sheet.end(source, offset(self.sheet.text.len())) {
            Some(behind) => behind.end,
            None => self.sheet.place.start,
        };
        self.mark(Origin::End(end));
        if !self.sheet.text.ends_with('\n') {
            self.sheet.text.push('\n');
        }
        self.sheet.names = names.into_iter().map(|name| (name.variable, name.spelled)).collect();
        self.sheet.names.sort();
        self.sheet.names.dedup();
        self.sheet
    }
}
