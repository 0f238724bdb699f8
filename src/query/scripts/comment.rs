//! What ShellCheck says (`--format=json1`), and the finding that it becomes.

use serde::{Deserialize, Serialize};

use super::mend;
use super::sheet::{Origin, Sheet};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Severity};
use crate::source::Sources;

/// One remark about a sheet.
#[derive(Serialize, Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    line: u32,
    end_line: u32,
    /// From 1, in characters; a tab is one.
    column: u32,
    end_column: u32,
    level: Level,
    code: u32,
    message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fix: Option<Proposal>,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug)]
#[serde(rename_all = "lowercase")]
enum Level {
    Error,
    Warning,
    Info,
    Style,
}

#[derive(Serialize, Deserialize, Debug)]
pub(super) struct Proposal {
    pub(super) replacements: Vec<Replacement>,
}

#[derive(Serialize, Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
pub(super) struct Replacement {
    pub(super) line: u32,
    pub(super) end_line: u32,
    pub(super) column: u32,
    pub(super) end_column: u32,
    pub(super) replacement: String,
}

/// All that one process says.
#[derive(Deserialize)]
struct Said {
    comments: Vec<InFile>,
}

#[derive(Deserialize)]
struct InFile {
    file: String,
    #[serde(flatten)]
    comment: Comment,
}

/// The remarks, each with the name of the file that it is about; `None` when this is not what ShellCheck writes.
pub fn read(json: &[u8]) -> Option<Vec<(String, Comment)>> {
    let said: Said = serde_json::from_slice(json).ok()?;
    Some(said.comments.into_iter().map(|one| (one.file, one.comment)).collect())
}

/// Remarks as they are kept.
pub fn to_json(comments: &[Comment]) -> String {
    serde_json::to_string(comments).expect("numbers and texts are JSON")
}

/// Remarks that were kept; `None` when they were damaged.
pub fn from_json(json: &str) -> Option<Vec<Comment>> {
    serde_json::from_str(json).ok()
}

/// The finding; `None` where it is about our own lines, or about how we write a value.
pub(super) fn report(sources: &Sources, sheet: &Sheet, comment: &Comment) -> Option<Diagnostic> {
    let start = sheet.offset(comment.line, comment.column);
    let end = sheet.offset(comment.end_line, comment.end_column).max(start);
    if about_our_quotes(comment.code) && sheet.touches_value(start, end) {
        return None;
    }
    let source = &sources.get(sheet.place().file).text;
    let span = sheet.span(source, start, end)?;
    let said = sheet.in_their_words(comment.message.trim());
    let value = matches!(sheet.stretch(start).origin, Origin::Value(_));
    let found = Diagnostic::new(Code::P0561, span, format!("SC{}: {said}", comment.code));
    let mut found = found.help(help(sheet, comment.code, value));
    found.severity = match comment.level {
        Level::Error | Level::Warning => Severity::Warning,
        Level::Info | Level::Style => Severity::Note,
    };
    match comment.fix.as_ref().and_then(|fix| mend::edits(source, sheet, &fix.replacements)) {
        Some(edits) => Some(found.fix_all(format!("mend it as ShellCheck proposes (SC{})", comment.code), edits)),
        None => Some(found),
    }
}

/// Words like `"A"B"C"`: the quotes beside a value are ours.
fn about_our_quotes(code: u32) -> bool {
    matches!(code, 2027 | 2140)
}

fn help(sheet: &Sheet, code: u32, value: bool) -> String {
    let instead = match code {
        2066 if value => "a value is one word: only a list is as many as it has elements; ",
        2115 if value => "a `path` is never empty, a `string` may be: declare it as `path`; ",
        _ => "",
    };
    let place = if sheet.is_block() { "on the line above" } else { "on the line above in a `\"\"\"` block" };
    format!(
        "{instead}https://www.shellcheck.net/wiki/SC{code} says why it matters and what to write; where it is meant, \
         `# shellcheck disable=SC{code}` {place} silences it"
    )
}
