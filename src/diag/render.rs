//! Findings as people read them in a terminal. The only owner of miette.

use std::fmt;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents,
};

use super::{Diagnostic, Label, Severity, report};
use crate::source::{SourceFile, Sources, offset};

/// How a terminal wants it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style<'a> {
    /// In characters.
    pub width: usize,
    pub color: bool,
    /// Whether frames are drawn with more than ASCII.
    pub unicode: bool,
    /// The folder that paths are relative to, when the terminal opens the files that it shows.
    pub links: Option<&'a str>,
}

impl Style<'_> {
    fn theme(self) -> GraphicalTheme {
        match (self.unicode, self.color) {
            (true, true) => GraphicalTheme::unicode(),
            (true, false) => GraphicalTheme::unicode_nocolor(),
            (false, true) => GraphicalTheme::ascii(),
            (false, false) => GraphicalTheme::none(),
        }
    }
}

/// A line longer than this many bytes is not shown: the place is named in words instead.
const LONGEST_LINE: usize = 1000;

/// A place of this many lines more than one is not shown whole.
const MOST_LINES: usize = 4;

/// Lines that are so many apart share a frame, since each has a line of context.
const NEAR: usize = 3;

/// The number of a line, its bar, and the branch to the text, all before the text beside a place.
const BEFORE_TEXT: usize = 12;

/// Text in lines shorter than this is harder to read than text that the terminal breaks.
const SHORTEST_TEXT: usize = 24;

/// As wide as miette makes one.
const TAB: usize = 4;

/// One finding with its lines of source.
pub fn full(sources: &Sources, diagnostic: &Diagnostic, style: Style<'_>) -> String {
    let Some(views) = View::all(sources, diagnostic, style) else { return in_words(sources, diagnostic) };
    let handler = GraphicalReportHandler::new_themed(style.theme())
        .with_width(style.width)
        .with_links(false)
        .with_context_lines(1)
        .with_break_words(false);
    let mut text = String::new();
    for view in &views {
        let mut part = String::new();
        if let Err(fmt::Error) = handler.render_report(&mut part, view) {
            return in_words(sources, diagnostic);
        }
        // What stands in another file goes on below, without a headline of its own.
        text += if view.head { &part } else { part.split_once('\n').map_or("", |(_, rest)| rest) };
    }
    text
}

/// Without lines of source: for findings without a place and for lines that no terminal shows well.
fn in_words(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let help = diagnostic.help.as_ref().map(|help| format!("  help: {}\n", printable(help))).unwrap_or_default();
    format!("{}\n{help}", report::line(sources, diagnostic))
}

/// The part of a finding that is in one file, as miette sees it. The first has the headline, the last the help.
#[derive(Debug)]
struct View<'a> {
    diagnostic: &'a Diagnostic,
    message: String,
    head: bool,
    last: bool,
    source: Indexed<'a>,
    style: Style<'a>,
    labels: Vec<&'a Label>,
}

impl<'a> View<'a> {
    /// What is near the primary place first, then the rest of its file, then other files; `None` when a place is on a
    /// line that is too long.
    fn all(sources: &'a Sources, diagnostic: &'a Diagnostic, style: Style<'a>) -> Option<Vec<Self>> {
        let (primary, others) = diagnostic.labels.split_first()?;
        let file = primary.span.file;
        let (here, elsewhere): (Vec<&Label>, Vec<&Label>) = others.iter().partition(|one| one.span.file == file);
        let part = |file, labels| Self::part(sources.get(file), diagnostic, style, labels);
        let mut first = part(file, vec![primary]);
        first.head = true;
        first.message = printable(&diagnostic.message);
        let far = first.take_near(here);
        let mut views = vec![first];
        if !far.is_empty() {
            views.push(part(file, far));
        }
        for labels in by_file(elsewhere) {
            views.push(part(labels[0].span.file, labels));
        }
        if let Some(last) = views.last_mut() {
            last.last = true;
        }
        let shown = views.iter().all(|view| view.labels.iter().all(|label| view.source.is_shown(label)));
        shown.then_some(views)
    }

    fn part(file: &'a SourceFile, diagnostic: &'a Diagnostic, style: Style<'a>, labels: Vec<&'a Label>) -> Self {
        let source = Indexed::new(file, style.links);
        Self { diagnostic, message: String::new(), head: false, last: false, source, style, labels }
    }

    /// The text beside a place, in lines that end where the terminal does, or are short at least.
    fn beside(&self, label: &Label, shown: SourceSpan) -> String {
        let room = self.style.width.saturating_sub(self.source.middle(shown) + BEFORE_TEXT).max(SHORTEST_TEXT);
        textwrap::fill(&printable(&label.text), textwrap::Options::new(room).break_words(false))
    }

    /// Takes the labels that stand in one frame with those that it has; returns the others.
    fn take_near(&mut self, mut labels: Vec<&'a Label>) -> Vec<&'a Label> {
        loop {
            let lines: Vec<usize> = self.labels.iter().map(|label| self.source.first_line(label)).collect();
            let is_near =
                |label: &&Label| lines.iter().any(|line| line.abs_diff(self.source.first_line(label)) <= NEAR);
            let (near, far): (Vec<&Label>, Vec<&Label>) = labels.into_iter().partition(is_near);
            if near.is_empty() {
                return far;
            }
            self.labels.extend(near);
            labels = far;
        }
    }
}

/// The labels of each file, in the order of the files.
fn by_file(mut labels: Vec<&Label>) -> Vec<Vec<&Label>> {
    labels.sort_by_key(|label| label.span.file);
    labels.chunk_by(|a, b| a.span.file == b.span.file).map(<[&Label]>::to_vec).collect()
}

impl fmt::Display for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for View<'_> {}

impl miette::Diagnostic for View<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        let (code, severity) = (self.diagnostic.code, report::severity(self.diagnostic.severity));
        self.head.then(|| Box::new(format!("{severity}[{}]: {}", code.id(), code.name())) as Box<_>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Note => miette::Severity::Advice,
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        let help = self.diagnostic.help.as_ref().filter(|_| self.last)?;
        Some(Box::new(printable(help)))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().enumerate().map(|(at, label)| {
            let span = self.source.clipped(label);
            let text = (!label.text.is_empty()).then(|| self.beside(label, span));
            if at == 0 && self.head {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            }
        })))
    }
}

/// miette's own sources scan from the start of the text for every label; this one looks lines up.
#[derive(Debug)]
struct Indexed<'a> {
    file: &'a SourceFile,
    /// What stands above the lines, with a link where the terminal opens one.
    name: String,
    /// The text without control characters.
    shown: &'a str,
}

impl<'a> Indexed<'a> {
    fn new(file: &'a SourceFile, links: Option<&str>) -> Self {
        let name = report::one_line(&file.name);
        let name = match links {
            Some(folder) if report::is_file(file) => linked(&report::file_uri(folder, &file.name), &name),
            Some(_) | None => name,
        };
        Self { file, name, shown: file.shown() }
    }

    /// How many columns stand before the middle of a place, from where its text hangs.
    fn middle(&self, span: SourceSpan) -> usize {
        let start = self.start_of(self.line_of(span.offset()));
        let before = self.shown.get(start..span.offset() + span.len() / 2).unwrap_or_default();
        before.chars().map(|character| if character == '\t' { TAB } else { 1 }).sum()
    }

    fn line_of(&self, at: usize) -> usize {
        self.file.lines().partition_point(|start| *start as usize <= at).saturating_sub(1)
    }

    /// The byte at which a line starts; behind the last line, the end of the text.
    fn start_of(&self, line: usize) -> usize {
        self.file.lines().get(line).map_or(self.file.text.len(), |start| *start as usize)
    }

    /// In characters from 0, as every other report counts.
    fn column(&self, at: usize) -> usize {
        self.file.position(offset(at)).column as usize - 1
    }

    fn first_line(&self, label: &Label) -> usize {
        self.line_of(label.span.start as usize)
    }

    /// A place of many lines, such as a whole script, is shown by its first.
    fn clipped(&self, label: &Label) -> SourceSpan {
        let (start, end) = (label.span.start as usize, label.span.end as usize);
        let first = self.line_of(start);
        let end = if self.line_of(end) - first < MOST_LINES { end } else { self.start_of(first + 1) };
        let text = self.file.text.get(start..end).unwrap_or_default();
        SourceSpan::new(start.into(), text.trim_end_matches(['\n', '\r']).len())
    }

    fn is_shown(&self, label: &Label) -> bool {
        let shown = self.clipped(label);
        let first = self.line_of(shown.offset());
        let last = self.line_of(shown.offset() + shown.len());
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
        let column = if before == 0 { self.column(span.offset()) } else { 0 };
        let data = &self.shown.as_bytes()[start..stop];
        let whole = SourceSpan::new(start.into(), stop - start);
        Ok(Box::new(MietteSpanContents::new_named(self.name.clone(), data, whole, first, column, last - first + 1)))
    }
}

/// Text that a terminal opens the address of.
fn linked(uri: &str, text: &str) -> String {
    format!("\u{1b}]8;;{uri}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\")
}

/// For people: control characters as escapes, but for the end of a line.
pub fn printable(text: &str) -> String {
    text.split('\n').map(report::one_line).collect::<Vec<_>>().join("\n")
}
