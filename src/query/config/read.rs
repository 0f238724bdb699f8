//! From the text of a `pipec.toml` to what it says, with every mistake at its place.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{ShellCheck, findings};
use crate::diag::Diagnostics;
use crate::diag::code::Code;
use crate::query::levels::{LEVELS, Level, Lint, Wishes, lint};
use crate::source::{FileId, Span, offset};

/// What a file says.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) lints: Wishes,
    pub(super) exclude: Vec<(String, Span)>,
    pub(super) shellcheck: ShellCheck,
    /// `lock.pin`
    pub(super) pin: bool,
    /// `[env]`, in the order of the text: names with their parameter files.
    pub(super) environments: Vec<(String, Vec<String>)>,
    pub(super) found: Diagnostics,
}

pub(super) fn read(id: FileId, text: &str) -> Said {
    let said = Said {
        lints: Wishes::default(),
        exclude: Vec::new(),
        shellcheck: ShellCheck::default(),
        pin: true,
        environments: Vec::new(),
        found: Diagnostics::default(),
    };
    let mut reader = Reader { id, said };
    let (table, errors) = DeTable::parse_recoverable(text);
    let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let line_of = |at: usize| ends.partition_point(|end| *end < at);
    let mut lines = BTreeSet::new();
    for error in errors {
        let place = error.span().unwrap_or(0..0);
        let line = line_of(place.start);
        // What follows on the same line follows from it.
        if lines.insert(line) {
            // What is missing has no width: the line shows where it is missing.
            let start =
                if place.is_empty() { line.checked_sub(1).map_or(0, |before| ends[before] + 1) } else { place.start };
            let found = findings::syntax(reader.span(start..place.end), error.message());
            reader.said.found.push(found);
        }
    }
    let syntax = std::mem::take(&mut reader.said.found);
    reader.top(table.get_ref());
    reader.said.found.retain_mut(|one| one.span().is_none_or(|span| !lines.contains(&line_of(span.start as usize))));
    reader.said.found.append(syntax);
    reader.said
}

/// A key with its value.
type Pair<'t, 'i> = (&'t str, Span, &'t Spanned<DeValue<'i>>);

struct Reader {
    id: FileId,
    said: Said,
}

impl Reader {
    fn span(&self, place: Range<usize>) -> Span {
        Span::new(self.id, offset(place.start), offset(place.end))
    }

    /// In the order of the text.
    fn pairs<'t, 'i>(&self, table: &'t DeTable<'i>) -> Vec<Pair<'t, 'i>> {
        let pair = |(key, value): (&'t Spanned<_>, _)| (AsRef::as_ref(key.get_ref()), self.span(key.span()), value);
        let mut pairs: Vec<Pair<'t, 'i>> = table.iter().map(pair).collect();
        pairs.sort_by_key(|(_, span, _)| *span);
        pairs
    }

    fn top(&mut self, table: &DeTable<'_>) {
        for (key, place, value) in self.pairs(table) {
            match key {
                "lints" => self.section(key, value, Self::lints),
                "check" => self.section(key, value, Self::check),
                "lock" => self.section(key, value, Self::lock),
                "env" => self.section(key, value, Self::environments),
                _ => {
                    let is_lint = lint(key).is_ok();
                    let known = ["lints", "check", "lock", "env"];
                    self.said.found.push(findings::unknown_key(place, key, "the file", &known, is_lint));
                }
            }
        }
    }

    fn section(&mut self, key: &str, value: &Spanned<DeValue<'_>>, inside: fn(&mut Self, &DeTable<'_>)) {
        if let DeValue::Table(table) = value.get_ref() {
            return inside(self, table);
        }
        let found = findings::wrong_type(self.span(value.span()), key, "a table", word(value.get_ref()));
        self.said.found.push(found);
    }

    fn lints(&mut self, table: &DeTable<'_>) {
        let mut before: Vec<(Code, Span)> = Vec::new();
        for (key, place, value) in self.pairs(table) {
            let level = self.level(key, value);
            match lint(key) {
                Ok(Lint::One(code)) => match before.iter().find(|(known, _)| *known == code) {
                    Some((_, first)) => self.said.found.push(findings::given_twice(place, *first, code)),
                    None => {
                        before.push((code, place));
                        self.wish(Lint::One(code), level);
                    }
                },
                Ok(Lint::All) => self.wish(Lint::All, level),
                Err(why) => self.said.found.push(findings::no_lint(place, why)),
            }
        }
    }

    fn wish(&mut self, lint: Lint, level: Option<Level>) {
        if let Some(level) = level {
            self.said.lints.set(lint, level);
        }
    }

    fn level(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Level> {
        let written = self.text(key, value)?;
        let known = LEVELS.iter().find(|(word, _)| *word == written).map(|(_, level)| *level);
        if known.is_none() {
            let found = findings::no_level(self.span(value.span()), written);
            self.said.found.push(found);
        }
        known
    }

    fn text<'t>(&mut self, key: &str, value: &'t Spanned<DeValue<'_>>) -> Option<&'t str> {
        if let DeValue::String(text) = value.get_ref() {
            return Some(text);
        }
        let found = findings::wrong_type(self.span(value.span()), key, "a string", word(value.get_ref()));
        self.said.found.push(found);
        None
    }

    fn check(&mut self, table: &DeTable<'_>) {
        for (key, place, value) in self.pairs(table) {
            match key {
                "exclude" => self.exclude(value),
                "shellcheck" => self.shellcheck(value),
                _ => {
                    let known = ["exclude", "shellcheck"];
                    self.said.found.push(findings::unknown_key(place, key, "`[check]`", &known, false));
                }
            }
        }
    }

    fn lock(&mut self, table: &DeTable<'_>) {
        for (key, place, value) in self.pairs(table) {
            match (key, value.get_ref()) {
                ("pin", DeValue::Boolean(pin)) => self.said.pin = *pin,
                ("pin", other) => {
                    let found = findings::wrong_type(self.span(value.span()), key, "`true` or `false`", word(other));
                    self.said.found.push(found);
                }
                _ => self.said.found.push(findings::unknown_key(place, key, "`[lock]`", &["pin"], false)),
            }
        }
    }

    fn environments(&mut self, table: &DeTable<'_>) {
        for (key, _, value) in self.pairs(table) {
            let mut files = Vec::new();
            if let DeValue::Array(list) = value.get_ref() {
                list.iter().for_each(|one| files.extend(self.text(key, one).map(str::to_owned)));
            } else if let DeValue::String(file) = value.get_ref() {
                files.push(file.to_string());
            } else {
                let found = findings::no_file(self.span(value.span()), key, word(value.get_ref()));
                self.said.found.push(found);
            }
            self.said.environments.push((key.to_owned(), files));
        }
    }

    fn exclude(&mut self, value: &Spanned<DeValue<'_>>) {
        let DeValue::Array(list) = value.get_ref() else {
            let place = self.span(value.span());
            return self.said.found.push(findings::no_list(place, word(value.get_ref())));
        };
        for one in list {
            let place = self.span(one.span());
            if let Some(pattern) = self.text("exclude", one) {
                self.said.exclude.push((pattern.to_owned(), place));
            }
        }
    }

    fn shellcheck(&mut self, value: &Spanned<DeValue<'_>>) {
        let place = self.span(value.span());
        match self.text("shellcheck", value) {
            Some("auto") => self.said.shellcheck = ShellCheck::Auto,
            Some("never") => self.said.shellcheck = ShellCheck::Never,
            Some(other) => self.said.found.push(findings::no_choice(place, other, "shellcheck", &["auto", "never"])),
            None => {}
        }
    }
}

/// The kind of a value, for messages.
fn word(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
