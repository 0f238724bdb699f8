//! One layout for every program. The tree says what stands where; the tokens say how it is written; comments are tokens
//! that stay between the two tokens that they stood between, so that none is lost and none changes its place.
//!
//! In reading order: `tokens` cuts the text; `printer` writes token after token, with what stands between them; `bracket`
//! lays out what stands in brackets, on one line or several, and `align` puts values below each other; `items`,
//! `statements`, `signature` and `expr` walk the tree; `block` moves a block string to the margin of its field.

mod align;
mod block;
mod bracket;
mod expr;
mod items;
mod printer;
mod signature;
mod statements;
mod tokens;

use std::borrow::Cow;

use crate::diag::code::Code;
use crate::diag::{Diagnostics, Severity};
use crate::source::FileId;

use printer::Printer;

/// Lines are at most this long, in characters, where they can be broken.
const WIDTH: usize = 120;

/// What a block stands further right than its head.
const STEP: usize = 4;

/// The text in the one layout; `None` when it has syntax errors, which then go to `out`. The first line end tells whether
/// lines end in LF or CR LF; a byte order mark is dropped.
pub fn format(id: FileId, text: &str, out: &mut Diagnostics) -> Option<String> {
    let returns = text.find('\n').is_some_and(|at| text[..at].ends_with('\r'));
    let plain = plain_lines(text);
    let mut found = Diagnostics::default();
    let file = super::parse(id, &plain, &mut found);
    if found.iter().any(|one| one.severity == Severity::Error && one.code != Code::P0105) {
        // In the places of the text as it is.
        super::parse(id, text, out);
        return None;
    }
    let formatted = Printer::new(&plain).file(&file);
    Some(if returns { formatted.replace('\n', "\r\n") } else { formatted })
}

/// The text without its byte order mark and carriage returns; those that end no line are syntax errors.
fn plain_lines(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) }
}
