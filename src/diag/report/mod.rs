//! Findings for machines: lines, JSON, and the formats that CI systems read.

mod fingerprint;
mod github;
mod json;
mod junit;
mod line;
mod sarif;
mod uri;

use super::{Diagnostic, Label, Severity, render};
use crate::source::{Position, SourceFile, Sources, is_harmful};

/// A format that a machine reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// One line a finding.
    Concise,
    /// One JSON object.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands, which become annotations.
    Github,
    /// Test results, which Jenkins and GitLab show.
    Junit,
}

/// Every format.
pub const FORMATS: &[Format] = &[Format::Concise, Format::Json, Format::Sarif, Format::Github, Format::Junit];

/// What one run read, and what it found there.
#[derive(Clone, Default, Debug)]
pub struct Run<'a> {
    /// The files that were read and checked, also those without findings.
    pub files: Vec<&'a str>,
    /// Each with the texts that its places are in.
    pub findings: Vec<(&'a Sources, &'a Diagnostic)>,
}

/// A run as a machine reads it.
pub fn render(format: Format, run: &Run<'_>) -> String {
    match format {
        Format::Concise => run.findings.iter().map(|(sources, one)| line(sources, one) + "\n").collect(),
        Format::Json => json::render(run),
        Format::Sarif => sarif::render(run),
        Format::Github => github::render(run),
        Format::Junit => junit::render(run),
    }
}

/// The JSON of [`Format::Json`], for who puts it into more.
pub fn json(findings: &[(&Sources, &Diagnostic)]) -> serde_json::Value {
    json::value(findings)
}

/// `file:line:column: error[P0401]: message`
pub fn line(sources: &Sources, diagnostic: &Diagnostic) -> String {
    line::line(sources, diagnostic)
}

pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
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

/// The address of a file of this machine; `folder` is where a relative path begins.
pub fn file_uri(folder: &str, path: &str) -> String {
    uri::file(folder, path)
}

/// All that a finding says but the lines of source: for places that show nothing else.
fn words(sources: &Sources, one: &Diagnostic) -> String {
    let labels = one.labels.iter().filter(|label| !label.text.is_empty());
    let labels = labels.map(|label| format!("{}: {}", place(sources, label), label.text));
    let help = one.help.iter().map(|help| format!("help: {help}"));
    let parts: Vec<String> = std::iter::once(one.message.clone()).chain(labels).chain(help).collect();
    render::printable(&parts.join("\n"))
}

/// [`words`] behind the primary place.
fn located_words(sources: &Sources, one: &Diagnostic) -> String {
    let place = one.labels.first().map(|label| place(sources, label) + ": ");
    place.unwrap_or_default() + &words(sources, one)
}

/// `file:line:column`
fn place(sources: &Sources, label: &Label) -> String {
    let Position { line, column } = sources.position(label.span);
    format!("{}:{line}:{column}", one_line(&sources.get(label.span.file).name))
}

/// Whether a reader of the report can open the file: it is neither part of the compiler nor standard input.
pub(super) fn is_file(file: &SourceFile) -> bool {
    !file.built_in && file.name != STANDARD_INPUT
}

const STANDARD_INPUT: &str = "-";
