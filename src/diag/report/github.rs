//! Workflow commands of GitHub: each line becomes an annotation of a pull request.

use super::{Run, is_file, located_words, one_line, words};
use crate::diag::{Diagnostic, Severity};
use crate::source::Sources;

/// One line a finding.
pub(super) fn render(run: &Run<'_>) -> String {
    run.findings.iter().map(|(sources, one)| command(sources, one) + "\n").collect()
}

fn command(sources: &Sources, one: &Diagnostic) -> String {
    let level = match one.severity {
        Severity::Note => "notice",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let title = property(&format!("{} {}", one.code.id(), one.code.name()));
    match located(sources, one) {
        Some(place) => format!("::{level} {place},title={title}::{}", data(&words(sources, one))),
        None => format!("::{level} title={title}::{}", data(&located_words(sources, one))),
    }
}

/// `file=…,line=…,endLine=…`, and the columns where there is one line: an annotation has no others.
fn located(sources: &Sources, one: &Diagnostic) -> Option<String> {
    let span = one.span()?;
    let file = sources.get(span.file);
    let (start, end) = (file.position(span.start), file.position(span.end));
    let name = property(&path(&file.name));
    let lines = format!("file={name},line={},endLine={}", start.line, end.line);
    let columns = (start.line == end.line).then(|| format!(",col={},endColumn={}", start.column, end.column));
    is_file(file).then(|| lines + &columns.unwrap_or_default())
}

/// As the repository has it; the ends of lines in it have escapes of their own.
fn path(name: &str) -> String {
    let name = name.trim_start_matches("./");
    name.split_inclusive(['\r', '\n'])
        .map(|part| {
            let line = part.trim_end_matches(['\r', '\n']);
            one_line(line) + &part[line.len()..]
        })
        .collect()
}

/// The part of a command behind its `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value in the list before it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
