//! Findings as people read them in a terminal. The only owner of miette.

use std::fmt;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents,
};

use super::{Diagnostic, Label, Severity, report};
use crate::source::{FileId, SourceFile, Sources};

/// How a terminal wants it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// In characters.
    pub width: usize,
    pub color: bool,
}

/// A line longer than this many bytes is not shown: the place is named in words instead.
const LONGEST_LINE: usize = 1000;

/// One finding with its lines of source.
pub fn full(sources: &Sources, diagnostic: &Diagnostic, style: Style) -> String {
    let Some(view) = View::of(sources, diagnostic) else { return in_words(sources, diagnostic) };
    let theme = if style.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        .with_links(false)
        .with_context_lines(1)
        .with_break_words(false);
    let mut text = String::new();
    match handler.render_report(&mut text, &view) {
        Ok(()) => text,
        Err(fmt::Error) => in_words(sources, diagnostic),
    }
}

/// Without lines of source: for findings without a place and for lines that no terminal shows well.
fn in_words(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let help = diagnostic.help.as_ref().map(|help| format!("  help: {help}\n")).unwrap_or_default();
    format!("{}\n{help}", report::line(sources, diagnostic))
}

/// A finding as miette sees it: the labels of one file, and those of other files as related findings.
#[derive(Debug)]
struct View<'a> {
    diagnostic: &'a Diagnostic,
    message: String,
    head: bool,
    source: Indexed<'a>,
    labels: Vec<&'a Label>,
    related: Vec<View<'a>>,
}

impl<'a> View<'a> {
    fn of(sources: &'a Sources, diagnostic: &'a Diagnostic) -> Option<Self> {
        let first = diagnostic.span()?.file;
        let mut files: Vec<FileId> = diagnostic.labels.iter().map(|label| label.span.file).collect();
        files.sort_unstable();
        files.dedup();
        let others = files.iter().filter(|file| **file != first);
        let related = others.map(|file| Self::part(sources, diagnostic, *file, false)).collect::<Option<_>>()?;
        Some(Self { related, ..Self::part(sources, diagnostic, first, true)? })
    }

    fn part(sources: &'a Sources, diagnostic: &'a Diagnostic, file: FileId, head: bool) -> Option<Self> {
        let labels: Vec<&Label> = diagnostic.labels.iter().filter(|label| label.span.file == file).collect();
        let source = Indexed::new(sources.get(file));
        let shown = labels.iter().all(|label| source.is_shown(label));
        let message = if head { printable(&diagnostic.message) } else { "the other place".to_owned() };
        shown.then_some(Self { diagnostic, message, head, source, labels, related: Vec::new() })
    }
}

impl fmt::Display for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for View<'_> {}

impl miette::Diagnostic for View<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.head.then(|| Box::new(format!("{} {}", self.diagnostic.code.id(), self.diagnostic.code.name())) as Box<_>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity() {
            _ if !self.head => miette::Severity::Advice,
            Severity::Note => miette::Severity::Advice,
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        let help = self.diagnostic.help.as_ref().filter(|_| self.head)?;
        Some(Box::new(printable(help)))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().enumerate().map(|(at, label)| {
            let text = (!label.text.is_empty()).then(|| printable(&label.text));
            let span = SourceSpan::new((label.span.start as usize).into(), label.span.len());
            if at == 0 && self.head {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            }
        })))
    }

    fn related<'b>(&'b self) -> Option<Box<dyn Iterator<Item = &'b dyn miette::Diagnostic> + 'b>> {
        let related = self.related.iter().map(|view| view as &dyn miette::Diagnostic);
        (!self.related.is_empty()).then(|| Box::new(related) as Box<_>)
    }
}

/// miette's own sources scan from the start of the text for every label; this one looks lines up.
#[derive(Debug)]
struct Indexed<'a> {
    file: &'a SourceFile,
    /// The text without control characters.
    shown: &'a str,
}

impl<'a> Indexed<'a> {
    fn new(file: &'a SourceFile) -> Self {
        Self { file, shown: file.shown() }
    }

    fn line_of(&self, at: usize) -> usize {
        self.file.lines().partition_point(|start| *start as usize <= at).saturating_sub(1)
    }

    /// The byte at which a line starts; behind the last line, the end of the text.
    fn start_of(&self, line: usize) -> usize {
        self.file.lines().get(line).map_or(self.file.text.len(), |start| *start as usize)
    }

    fn is_shown(&self, label: &Label) -> bool {
        let first = self.line_of(label.span.start as usize);
        let last = self.line_of(label.span.end as usize);
        (first.saturating_sub(1)..=last + 1).all(|line| self.start_of(line + 1) - self.start_of(line) <= LONGEST_LINE)
    }
}

impl SourceCode for Indexed<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let end = span.offset() + span.len();
        if end > self.shown.len() {
            return Err(MietteError::OutOfBounds);
        }
        let line = self.line_of(span.offset());
        let first = line.saturating_sub(before);
        let start = if before == 0 { span.offset() } else { self.start_of(first) };
        let last = self.line_of(end.saturating_sub(1).max(span.offset())) + after;
        let stop = self.start_of(last + 1).max(end);
        let stop = stop - usize::from(stop > end && self.shown.as_bytes().get(stop - 1) == Some(&b'\n'));
        let column = if before == 0 { span.offset() - self.start_of(line) } else { 0 };
        let data = &self.shown.as_bytes()[start..stop];
        let whole = SourceSpan::new(start.into(), stop - start);
        let name = self.file.name.clone();
        Ok(Box::new(MietteSpanContents::new_named(name, data, whole, first, column, last - first + 1)))
    }
}

/// For messages, which stand on one line: control characters as escapes.
fn printable(text: &str) -> String {
    let show = |character: char| match character {
        '\n' => "\n".to_owned(),
        other if other.is_control() => other.escape_default().to_string(),
        other => other.to_string(),
    };
    text.chars().map(show).collect()
}
