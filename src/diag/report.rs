//! Findings for machines: one line each, or one JSON object.

use serde::Serialize;

use super::{Diagnostic, Edit, Fix, Label, Severity};
use crate::source::{Position, Sources, Span, is_harmful};

/// `file:line:column: error[P0401]: message`
pub fn line(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let place = diagnostic.span().map(|span| {
        let Position { line, column } = sources.position(span);
        format!("{}:{line}:{column}: ", one_line(&sources.get(span.file).name))
    });
    let severity = severity(diagnostic.severity);
    let text = format!("{severity}[{}]: {}", diagnostic.code.id(), one_line(&diagnostic.message));
    place.unwrap_or_default() + &text
}

/// The findings of one run, each with the texts that its places are in.
pub fn json<'a>(findings: impl IntoIterator<Item = (&'a Sources, &'a Diagnostic)>) -> serde_json::Value {
    let rows: Vec<Row<'_>> = findings.into_iter().map(|(sources, one)| Row::new(sources, one)).collect();
    serde_json::json!({ "diagnostics": rows })
}

pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

#[derive(Serialize)]
struct Row<'a> {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    message: &'a str,
    file: Option<&'a str>,
    range: Option<Range>,
    labels: Vec<LabelRow<'a>>,
    help: Option<&'a str>,
    fixes: Vec<FixRow<'a>>,
}

#[derive(Serialize)]
struct Range {
    start: Place,
    end: Place,
}

#[derive(Serialize)]
struct Place {
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct LabelRow<'a> {
    file: &'a str,
    range: Range,
    text: &'a str,
}

#[derive(Serialize)]
struct FixRow<'a> {
    title: &'a str,
    edits: Vec<EditRow<'a>>,
}

#[derive(Serialize)]
struct EditRow<'a> {
    file: &'a str,
    range: Range,
    text: &'a str,
}

impl<'a> Row<'a> {
    fn new(sources: &'a Sources, one: &'a Diagnostic) -> Self {
        let span = one.span();
        Self {
            code: one.code.id(),
            name: one.code.name(),
            severity: severity(one.severity),
            message: &one.message,
            file: span.map(|span| sources.get(span.file).name.as_str()),
            range: span.map(|span| range(sources, span)),
            labels: one.labels.iter().map(|label| label_row(sources, label)).collect(),
            help: one.help.as_deref(),
            fixes: one.fixes.iter().map(|fix| fix_row(sources, fix)).collect(),
        }
    }
}

fn label_row<'a>(sources: &'a Sources, label: &'a Label) -> LabelRow<'a> {
    LabelRow { file: &sources.get(label.span.file).name, range: range(sources, label.span), text: &label.text }
}

fn fix_row<'a>(sources: &'a Sources, fix: &'a Fix) -> FixRow<'a> {
    FixRow { title: &fix.title, edits: fix.edits.iter().map(|edit| edit_row(sources, edit)).collect() }
}

fn edit_row<'a>(sources: &'a Sources, edit: &'a Edit) -> EditRow<'a> {
    EditRow { file: &sources.get(edit.span.file).name, range: range(sources, edit.span), text: &edit.text }
}

fn range(sources: &Sources, span: Span) -> Range {
    let file = sources.get(span.file);
    let place = |at| {
        let Position { line, column } = file.position(at);
        Place { line, column }
    };
    Range { start: place(span.start), end: place(span.end) }
}

/// One line stays one line, whatever a name held, and no name drives a terminal.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if is_harmful(character) {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
}
