//! One JSON object of our own: all that a finding holds.

use serde::Serialize;

use super::{Run, severity};
use crate::diag::{Diagnostic, Edit, Fix, Label};
use crate::source::{Position, Sources, Span};

/// `{"diagnostics": […]}`
pub(super) fn render(run: &Run<'_>) -> String {
    format!("{:#}\n", value(&run.findings))
}

pub(super) fn value(findings: &[(&Sources, &Diagnostic)]) -> serde_json::Value {
    let rows: Vec<Row<'_>> = findings.iter().map(|(sources, one)| Row::new(sources, one)).collect();
    serde_json::json!({ "diagnostics": rows })
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
