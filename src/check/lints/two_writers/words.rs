//! How it is said that two tasks write one place.

use crate::check::program::{FileDef, For, PipelineDef, Type};
use crate::check::rules::places::as_written;
use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Span;

use super::super::LintInput;
use super::writers::{What, Writer};

#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'r, 'a> {
    pub(super) input: &'r LintInput<'a>,
    pub(super) pipeline: &'r PipelineDef,
}

impl Words<'_, '_> {
    /// What is said of a module has its place there.
    pub(super) fn say(&self, out: &mut dyn FnMut(Diagnostic), mut report: Diagnostic) {
        let file = self.input.root.id;
        if let Some(own) = report.labels.iter().take(2).position(|label| label.span.file == file) {
            if own == 1 && report.labels[1].text.starts_with('`') {
                report.labels.swap(0, 1);
            }
            out(report);
        }
    }

    fn words(&self, what: &What) -> String {
        match what {
            What::Place(_, path) => {
                format!("`{}`", as_written(path, &|local| self.pipeline.locals.get(local).map_or("…", |one| &one.name)))
            }
            What::Made(_, artifact) => format!("what stands for `{artifact}`"),
        }
    }

    pub(super) fn two(&self, what: &What, one: &Writer<'_>, other: &Writer<'_>) -> Diagnostic {
        match (one.file.is_some(), other.file.is_some()) {
            (false, false) => {}
            (true, true) => return self.two_files(what, one, other),
            (true, false) => return self.file_and_artifact(what, one, other, other),
            (false, true) => return self.file_and_artifact(what, other, one, other),
        }
        let (a, b) = (&one.call.name, &other.call.name);
        let words = self.words(what);
        let report = Diagnostic::new(
            Code::P0414,
            other.call.span,
            format!("`{b}` and `{a}` may run at the same time, and both write {words} in one workspace"),
        )
        .here(format!("`{b}` writes it"))
        .label(one.call.span, format!("`{a}` writes it too, and nothing says which comes first"));
        let report = match other.place {
            Some(place) => report.label(place, "the place is said here"),
            None => report,
        };
        report.help(
            "give each a place or a workspace of its own, or say with `after` which comes first: what is left is \
             otherwise from either of them, or half from each",
        )
    }

    pub(super) fn one_in_turns(&self, what: &What, one: &Writer<'_>, each: &For) -> Diagnostic {
        if let Some((file, _)) = &one.file {
            return self.file_in_turns(what, one, each, file);
        }
        let name = &one.call.name;
        let list = each.vars.first().map_or(each.span, |(_, list)| list.span);
        let report = Diagnostic::new(
            Code::P0414,
            one.call.span,
            format!(
                "every turn of the `for` writes {} in one workspace, and they may run at the same time",
                self.words(what)
            ),
        )
        .here(format!("`{name}` runs once for each element"))
        .label(list, "the turns of this list wait for nothing between them");
        let report = match one.place {
            Some(place) => report.label(place, "the place is the same in each"),
            None => report,
        };
        report.help("put what differs between the turns into the place, or give the task a `lock`")
    }

    fn two_files(&self, what: &What, one: &Writer<'_>, other: &Writer<'_>) -> Diagnostic {
        let (a, b, place) = (&one.call.name, &other.call.name, self.words(what));
        let report = Diagnostic::new(
            Code::P0414,
            other.call.span,
            format!(
                "`{b}` and `{a}` may run at the same time, and each puts a file of its own at {place} in one workspace"
            ),
        )
        .here(format!("`{b}` finds there what was put there last"))
        .label(one.call.span, format!("`{a}` does too, and nothing says which comes first"));
        let report = both_said(report, one.place, other.place);
        let why = if is_secret(one) || is_secret(other) {
            "a task that comes between works with a secret that was given to the other"
        } else {
            "a task that comes between reads what was meant for the other"
        };
        report.help(format!("{MEND_FILE}: {why}"))
    }

    /// `last` is said last of the two calls.
    fn file_and_artifact(&self, what: &What, file: &Writer<'_>, made: &Writer<'_>, last: &Writer<'_>) -> Diagnostic {
        let (puts, makes, place) = (&file.call.name, &made.call.name, self.words(what));
        let words = format!(
            "`{puts}` puts a file at {place}, where `{makes}`, which may run at the same time, makes its artifact"
        );
        let (here, there) = if std::ptr::eq(last, file) {
            (
                format!("`{puts}` puts its file there"),
                format!("`{makes}` writes it too, and nothing says which comes first"),
            )
        } else {
            (format!("`{makes}` writes it"), format!("`{puts}` writes it too, and nothing says which comes first"))
        };
        let first = if std::ptr::eq(last, file) { made } else { file };
        let report = Diagnostic::new(Code::P0414, last.call.span, words).here(here).label(first.call.span, there);
        both_said(report, first.place, last.place).help(
            "give the file another name, or say with `after` which comes first: what is left is otherwise the artifact, or \
             the file in its place",
        )
    }

    fn file_in_turns(&self, what: &What, one: &Writer<'_>, each: &For, file: &FileDef) -> Diagnostic {
        let (name, place) = (&one.call.name, self.words(what));
        let list = each.vars.first().map_or(each.span, |(_, list)| list.span);
        let why = if is_secret(one) {
            "works with a secret that was given to the other"
        } else {
            "reads what was meant for the other"
        };
        Diagnostic::new(
            Code::P0414,
            one.call.span,
            format!(
                "every turn of the `for` puts a file of its own at {place} in one workspace, and they may run at the same time"
            ),
        )
        .here(format!("`{name}` runs once for each element"))
        .label(list, "the turns of this list wait for nothing between them")
        .label(file.path.span, "the name is the same in each")
        .label(file.content.span, "what is put there is not")
        .help(format!("put what differs between the turns into the name, or give the task a `lock`: a turn {why} otherwise"))
    }
}

const MEND_FILE: &str =
    "give one of the files another name, give both tasks the same `lock`, or say with `after` which comes first";

fn is_secret(one: &Writer<'_>) -> bool {
    let Some((file, _)) = &one.file else { return false };
    let ty = if let Type::Optional(inner) = &file.content.ty { inner } else { &file.content.ty };
    *ty == Type::Secret
}

/// Two calls of one task say it at one place.
fn both_said(report: Diagnostic, first: Option<Span>, last: Option<Span>) -> Diagnostic {
    match (first, last) {
        (Some(first), Some(last)) if first != last => {
            report.label(last, "the place is said here").label(first, "and here")
        }
        (Some(one), _) | (None, Some(one)) => report.label(one, "the place is said here"),
        (None, None) => report,
    }
}
