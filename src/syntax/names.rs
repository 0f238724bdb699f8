//! Names: their case, and the words that are none.

use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics, Edit};
use crate::source::{FileId, Span};

use super::ast::Name;
use super::grammar::Node;
use super::parser::Parser;
use super::scan::Scan;
use super::words::is_reserved;

/// How a name is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Case {
    /// `snake_case`: values, tasks, pipelines, parameters, fields, cases.
    Snake,
    /// `PascalCase`: types.
    Pascal,
}

/// A declaration in the wrong case, and how to write it.
#[derive(Debug)]
pub(super) struct WrongCase {
    name: Name,
    case: Case,
    right: String,
}

impl Parser<'_> {
    /// A name as it stands, also behind a dot and before a colon.
    pub(super) fn name(&mut self, node: &Node<'_>) -> Name {
        let place = node.as_span();
        self.name_at(self.base + place.start(), place.as_str())
    }

    /// The name `text` that stands at `at`.
    pub(super) fn name_at(&mut self, at: usize, text: &str) -> Name {
        let name = Name { text: text.into(), span: self.span(at, at + text.len()) };
        if !self.watch.is_empty() && self.watch.contains(&name.text) {
            self.seen.push(name.clone());
        }
        name
    }

    /// A name that stands alone, so that it cannot be a word of the language.
    pub(super) fn bare_name(&mut self, node: &Node<'_>) -> Name {
        let name = self.name(node);
        if is_reserved(&name.text) {
            self.report(reserved(&name));
        }
        name
    }

    /// A declared name that is used alone later.
    pub(super) fn declared(&mut self, node: &Node<'_>, case: Case) -> Name {
        let name = self.bare_name(node);
        self.check_case(&name, case);
        name
    }

    /// A declared name that is only used behind a dot or before a colon, where a word of the language does no harm.
    pub(super) fn member_name(&mut self, node: &Node<'_>) -> Name {
        let name = self.name(node);
        self.check_case(&name, Case::Snake);
        name
    }

    /// What [`Parser::declared`] checks, of a name that was read by hand.
    pub(super) fn check_declared(&mut self, name: &Name) {
        if is_reserved(&name.text) {
            self.report(reserved(name));
        }
        self.check_case(name, Case::Snake);
    }

    /// What [`Parser::declared`] checks, of another name for something: it is written as the first.
    pub(super) fn check_alias(&mut self, alias: &Name, name: &Name) {
        match name.text.chars().next() {
            Some(first) if first.is_uppercase() => self.check_case(alias, Case::Pascal),
            Some(_) | None => self.check_declared(alias),
        }
    }

    pub(super) fn check_case(&mut self, name: &Name, case: Case) {
        if !fits(&name.text, case) {
            let right = convert(&name.text, case);
            self.wrong.push(WrongCase { name: name.clone(), case, right });
        }
    }
}

fn fits(text: &str, case: Case) -> bool {
    let mut bytes = text.bytes();
    let first = bytes.next().unwrap_or_default();
    match case {
        Case::Snake => first.is_ascii_lowercase() && bytes.all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_')),
        Case::Pascal => first.is_ascii_uppercase() && bytes.all(|byte| byte.is_ascii_alphanumeric()),
    }
}

/// The name in the other case; empty when nothing of it can stay.
fn convert(text: &str, case: Case) -> String {
    let mut right = String::new();
    let mut begins = true;
    let mut lower = false;
    for character in text.chars() {
        if !character.is_ascii_alphanumeric() {
            begins = true;
            continue;
        }
        if right.is_empty() && character.is_ascii_digit() {
            continue;
        }
        match case {
            Case::Snake => {
                if !right.is_empty() && (begins || character.is_ascii_uppercase() && lower) {
                    right.push('_');
                }
                right.push(character.to_ascii_lowercase());
            }
            Case::Pascal => right.push(if begins { character.to_ascii_uppercase() } else { character }),
        }
        begins = false;
        lower = character.is_ascii_lowercase() || character.is_ascii_digit();
    }
    right
}

fn reserved(name: &Name) -> Diagnostic {
    let word = &name.text;
    Diagnostic::new(Code::P0109, name.span, format!("`{word}` is a word of the language, not a name"))
        .here("a name belongs here")
        .help("take another name: a word of the language would change how the line is read")
}

/// Reports each wrong case, with a fix that changes every place where the file says the name.
pub(super) fn report(id: FileId, text: &str, wrong: &[WrongCase], out: &mut Diagnostics) {
    let mut unheard = Diagnostics::default();
    let scan = Scan::of(text);
    let mut again = Parser::new(id, text, &scan, &mut unheard);
    // What it is to be called may be the name of something else.
    let right = wrong.iter().map(|one| one.right.as_str().into());
    again.watch = wrong.iter().map(|one| one.name.text.clone()).chain(right).collect();
    again.file();
    let seen = again.seen;
    for one in wrong {
        let places = seen.iter().filter(|name| name.text == one.name.text).map(|name| name.span).collect();
        let taken = seen.iter().any(|name| *name.text == one.right) || is_reserved(&one.right);
        let twice = wrong.iter().any(|other| other.right == one.right && other.name.text != one.name.text);
        let mut said = wrong_case(one, places);
        if taken || twice {
            said.fixes.clear();
        }
        out.push(said);
    }
}

fn wrong_case(wrong: &WrongCase, mut places: Vec<Span>) -> Diagnostic {
    let WrongCase { name, case, right } = wrong;
    let (style, what) = match case {
        Case::Snake => ("snake_case", "values, tasks, parameters, fields and cases are written in `snake_case`"),
        Case::Pascal => ("PascalCase", "types are written in `PascalCase`"),
    };
    let said = Diagnostic::new(Code::P0105, name.span, format!("`{}` is not written in {style}", name.text));
    if right.is_empty() {
        return said.here("not a name of a-z, 0-9 and `_`").help(what);
    }
    places.sort_unstable();
    places.dedup();
    let edits = places.into_iter().map(|span| Edit { span, text: right.clone() }).collect();
    said.here(format!("write `{right}`"))
        .help(format!("{what}; the names of a cluster are made from them"))
        .fix_all(format!("rename it to `{right}`"), edits)
}
