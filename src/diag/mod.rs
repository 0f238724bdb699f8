//! What is said about a program: a diagnostic is data until it is rendered.

pub mod code;
pub mod fix;
pub mod render;
pub mod report;

use crate::source::Span;
use code::Code;

/// How bad a finding is. Only errors stop a plan or an emit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    Note,
    Warning,
    Error,
}

/// A place and what it has to do with the finding. The primary one is where the mistake is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

/// One replacement of text; an empty span inserts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}

/// A mechanical mend: all edits together remove the finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    pub title: String,
    pub edits: Vec<Edit>,
}

/// One finding. `labels[0]` is the primary place; findings without a place (a missing file) have none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    pub code: Code,
    /// That of the code, until a project or a comment in the program gives a lint another one.
    pub severity: Severity,
    pub message: String,
    pub labels: Vec<Label>,
    pub help: Option<String>,
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// A finding at `span`. The message is lower case, with names in backticks.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        let primary = Label { span, text: String::new() };
        Self { labels: vec![primary], ..Self::global(code, message) }
    }

    /// A finding about something that has no place in a text.
    pub fn global(code: Code, message: impl Into<String>) -> Self {
        let severity = code.severity();
        Self { code, severity, message: articles(message.into()), labels: Vec::new(), help: None, fixes: Vec::new() }
    }

    /// What stands beside the primary place.
    #[must_use]
    pub fn here(mut self, text: impl Into<String>) -> Self {
        if let Some(primary) = self.labels.first_mut() {
            primary.text = articles(text.into());
        }
        self
    }

    /// One more place that is involved.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: articles(text.into()) });
        self
    }

    /// What to write instead, and why it matters.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(articles(text.into()));
        self
    }

    /// A mend that is one replacement.
    #[must_use]
    pub fn fix(self, title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        let edit = Edit { span, text: text.into() };
        self.fix_all(title, vec![edit])
    }

    /// A mend of several replacements.
    #[must_use]
    pub fn fix_all(mut self, title: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.fixes.push(Fix { title: title.into(), edits });
        self
    }

    /// The primary place, when there is one.
    pub fn span(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }
}

/// The sink that every stage writes to.
#[derive(Clone, Default, Debug)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    pub fn append(&mut self, other: Self) {
        self.list.extend(other.list);
    }

    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|one| one.severity == Severity::Error)
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Forgets all but the first `len` findings: those of a reading that is done again in another way.
    pub fn truncate(&mut self, len: usize) {
        self.list.truncate(len);
    }

    /// Says what came behind the first `len` findings in other words, or not at all.
    pub fn revise_from(&mut self, len: usize, revise: impl FnMut(Diagnostic) -> Option<Diagnostic>) {
        let behind = self.list.split_off(len.min(self.list.len()));
        self.list.extend(behind.into_iter().filter_map(revise));
    }

    /// Keeps the findings that pass, which may be changed.
    pub fn retain_mut(&mut self, keep: impl FnMut(&mut Diagnostic) -> bool) {
        self.list.retain_mut(keep);
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// In the order of the text, then by code; equal ones once.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.list.sort_by(|a, b| (a.span(), a.code, &a.message).cmp(&(b.span(), b.code, &b.message)));
        self.list.dedup();
        self
    }
}

/// A name may be as long as a file; nobody reads so much of it.
const LONGEST: usize = 4000;

fn shorten(text: &mut String) {
    if text.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
}

/// "a `image`" is "an `image`": the words around a name are written before it is known.
fn articles(mut text: String) -> String {
    shorten(&mut text);
    let vowel = |at: usize| text[at..].starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']);
    let word = |at: usize| at == 0 || !text[..at].ends_with(char::is_alphanumeric);
    let places: Vec<usize> =
        text.match_indices("a `").map(|(at, _)| at).filter(|at| word(*at) && vowel(at + "a `".len())).collect();
    let mut out = text.clone();
    places.iter().rev().for_each(|at| out.insert(at + 1, 'n'));
    out
}

/// Comparing takes time with the square of it.
const LONGEST_NAME: usize = 200;

/// Of `build` and `Build` one is a task and the other a type.
fn is_upper(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}

/// The candidate that was most likely meant, if one is near enough.
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    let (wanted, length) = (name.to_lowercase(), name.chars().count());
    let room = 1 + length / 4;
    // Each letter too many or too few is one step. Lower case may be longer than what it is made of, but not of ASCII.
    let hopeless = |other: &str| name.is_ascii() && other.is_ascii() && other.len().abs_diff(length) > room;
    let others = candidates.into_iter().filter(|other| *other != name && !hopeless(other));
    let (far, best) = others
        .map(|other| (strsim::osa_distance(&wanted, &other.to_lowercase()), other))
        .min_by_key(|(distance, other)| (*distance, is_upper(other) != is_upper(name)))?;
    // Of a name of one letter nothing is left when that is another one.
    (far <= room && far < length.max(best.chars().count())).then_some(best)
}
