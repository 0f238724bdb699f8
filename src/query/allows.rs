//! `// pipec: allow(unused-import) because …`: what comments of a program allow.

mod findings;
#[cfg(test)]
mod tests;

use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics, Edit};
use crate::source::{FileId, Sources, Span, offset};
use crate::syntax::ast;
use crate::syntax::directives::{Directive, Place, directives};

/// The comments of the files of one program.
#[derive(Default, Debug)]
pub(super) struct Allows {
    comments: Vec<Directive>,
    /// By file, code and start, the longest first: in this order one reaches into another or stands behind it.
    list: Vec<Allow>,
}

/// One name in the list of a comment.
#[derive(Debug)]
struct Allow {
    code: Code,
    covers: Span,
    comment: usize,
    /// Where it is written.
    name: Span,
    used: bool,
}

impl Allow {
    fn order(&self) -> (FileId, Code, u32, std::cmp::Reverse<u32>) {
        (self.covers.file, self.code, self.covers.start, std::cmp::Reverse(self.covers.end))
    }
}

impl Allows {
    /// The comments of the files of one program; what is wrong with one is reported.
    pub(super) fn new<'f>(files: impl Iterator<Item = (&'f ast::File, &'f str)>, out: &mut Diagnostics) -> Self {
        let mut allows = Self::default();
        files.for_each(|(file, text)| allows.read(file, text, out));
        allows.list.sort_by_key(Allow::order);
        allows
    }

    fn read(&mut self, file: &ast::File, text: &str, out: &mut Diagnostics) {
        for directive in directives(file, text) {
            let words = &text[directive.words.start as usize..directive.words.end as usize];
            match names(&directive, words) {
                Ok(list) => {
                    if !has_reason(words) {
                        out.push(findings::no_reason(&directive));
                    }
                    // It counts all the same, so that its finding does not follow from the missing reason.
                    list.into_iter().for_each(|name| self.enter(&directive, name, text, out));
                }
                Err(found) => out.push(*found),
            }
            self.comments.push(directive);
        }
    }

    fn enter(&mut self, directive: &Directive, name: Span, text: &str, out: &mut Diagnostics) {
        let written = &text[name.start as usize..name.end as usize];
        match Code::find(written) {
            Some(code) if code.is_lint() => {
                let comment = self.comments.len();
                self.list.push(Allow { code, covers: directive.covers, comment, name, used: false });
            }
            Some(code) => out.push(findings::not_a_lint(name, written, code)),
            None => out.push(findings::unknown(name, written)),
        }
    }

    /// Drops the findings that a comment allows, and takes note of the comments that did.
    pub(super) fn apply(&mut self, found: &mut Diagnostics) {
        if self.list.is_empty() {
            return;
        }
        let places = found.iter().enumerate().filter(|(_, one)| one.code.is_lint());
        let places = places.filter_map(|(at, one)| one.span().map(|span| (span.file, one.code, span.start, at)));
        let mut places: Vec<(FileId, Code, u32, usize)> = places.collect();
        places.sort_unstable();
        let mut allowed = vec![false; found.len()];
        let (mut next, mut open) = (0, Vec::new());
        for (file, code, start, at) in places {
            while self
                .list
                .get(next)
                .is_some_and(|one| (one.covers.file, one.code, one.covers.start) <= (file, code, start))
            {
                open.push(next);
                next += 1;
            }
            let is_open = |one: &Allow| (one.covers.file, one.code) == (file, code) && start < one.covers.end;
            while open.last().is_some_and(|last| !is_open(&self.list[*last])) {
                open.pop();
            }
            if let Some(last) = open.last() {
                self.list[*last].used = true;
                allowed[at] = true;
            }
        }
        let mut at = 0..;
        found.retain_mut(|_| at.next().is_none_or(|at| !allowed[at]));
    }

    /// The comments of a file that allow what is not found, among the lints that ran.
    pub(super) fn unused(&self, file: FileId, ran: &[Code], sources: &Sources) -> Diagnostics {
        let mut out = Diagnostics::default();
        let mut of_file: Vec<&Allow> = self.list.iter().filter(|one| one.covers.file == file).collect();
        of_file.sort_by_key(|one| one.name);
        for same in of_file.chunk_by(|a, b| a.comment == b.comment) {
            let directive = &self.comments[same[0].comment];
            let is_unused = |one: &Allow| !one.used && ran.contains(&one.code);
            if same.iter().all(|one| is_unused(one)) {
                let names: Vec<&str> = same.iter().map(|one| sources.text(one.name)).collect();
                out.push(findings::unused(directive, &names, whole(directive, &sources.get(file).text)));
                continue;
            }
            for (at, one) in same.iter().enumerate().filter(|(_, one)| is_unused(one)) {
                out.push(findings::unused_name(one.name, sources.text(one.name), entry(same, at)));
            }
        }
        out
    }
}

/// The list of `allow(a, b) because …`.
fn names(directive: &Directive, words: &str) -> Result<Vec<Span>, Box<Diagnostic>> {
    if directive.place == Place::Doc {
        return Err(Box::new(findings::in_doc(directive)));
    }
    let word = words.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').next().unwrap_or_default();
    if word != "allow" {
        return Err(Box::new(findings::unknown_word(directive, word)));
    }
    let list = words[word.len()..].trim_start().strip_prefix('(').and_then(|rest| rest.split_once(')'));
    let names = list.map_or_else(Vec::new, |(list, _)| spans(list, directive.words, words));
    if names.is_empty() { Err(Box::new(findings::no_list(directive))) } else { Ok(names) }
}

/// Whether a reason stands behind the list.
fn has_reason(words: &str) -> bool {
    let behind = words.split_once(')').map_or("", |(_, rest)| rest.trim_start());
    let reason = behind.strip_prefix("because").filter(|reason| reason.starts_with(char::is_whitespace));
    reason.is_some_and(|reason| !reason.trim().is_empty())
}

/// Where each name of the list stands, which is a part of `words` at `span`.
fn spans(list: &str, span: Span, words: &str) -> Vec<Span> {
    let mut at = words.find('(').map_or(0, |open| open + 1);
    let mut found = Vec::new();
    for part in list.split(',') {
        let name = part.trim();
        let start = span.start + offset(at + (part.len() - part.trim_start().len()));
        if !name.is_empty() {
            found.push(Span::new(span.file, start, start + offset(name.len())));
        }
        at += part.len() + 1;
    }
    found
}

/// Takes a comment out, with its line when it stands alone.
fn whole(directive: &Directive, text: &str) -> Edit {
    let Span { file, start, end } = directive.span;
    let before = &text[..start as usize];
    let (start, end) = if directive.place == Place::Behind {
        (before.trim_end().len(), end as usize)
    } else {
        let line = before.rfind('\n').map_or(0, |newline| newline + 1);
        let rest = &text[end as usize..];
        (line, end as usize + rest.find('\n').map_or(rest.len(), |newline| newline + 1))
    };
    Edit { span: Span::new(file, offset(start), offset(end)), text: String::new() }
}

/// Takes one name and its comma out of a list.
fn entry(list: &[&Allow], at: usize) -> Edit {
    let name = list[at].name;
    let (start, end) = match (at.checked_sub(1), list.get(at + 1)) {
        (Some(before), _) => (list[before].name.end, name.end),
        (None, Some(next)) => (name.start, next.name.start),
        (None, None) => (name.start, name.end),
    };
    Edit { span: Span::new(name.file, start, end), text: String::new() }
}
