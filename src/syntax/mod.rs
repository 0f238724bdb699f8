//! Text to tree. `parse` never fails: what cannot be read is reported, and a hole stands in the tree.
//!
//! In reading order: `scan` finds strings (`strings`), brackets, and where items begin; `slice` tells where a statement or
//! a field ends; `parser` holds the state, and `items`, `heads`, `statements` (`apart`: long bodies) and `fields` walk the slices; `grammar` (pest) reads
//! one slice, and `quick` the plainest of them by hand; `lower`, `expr`, `text`, `number` and `names` make its tree; `explain` and `expected` say what is wrong with a
//! slice that the grammar refused (`elsewhere`: types of other languages). `words` are the words of the language;
//! `directives` finds the comments that speak to the compiler. `format` writes a tree in the one layout.

mod apart;
pub mod ast;
mod bindings;
pub mod directives;
pub mod elsewhere;
mod expected;
mod explain;
mod expr;
mod fields;
pub mod format;
mod grammar;
mod heads;
mod items;
mod lower;
mod mends;
mod names;
mod number;
mod number_mends;
mod parser;
mod quick;
mod scan;
mod slice;
mod statements;
mod strings;
mod text;
mod units;
mod words;

use crate::diag::Diagnostics;
use crate::source::FileId;

/// Larger files are refused by who reads them (P0111), so that every offset fits in an `u32`.
pub const MAX_BYTES: usize = 64 << 20;

/// The tree of one file. What is wrong goes to `out`.
pub fn parse(id: FileId, text: &str, out: &mut Diagnostics) -> ast::File {
    parser::parse(id, text, out)
}

/// A number with what it is, put right where others write it in another way; `None` where it is none.
pub fn number(text: &str) -> Option<(String, ast::ExprKind)> {
    let right = if text.starts_with(|c: char| c.is_ascii_digit()) { text.to_owned() } else { return None };
    let right = if number::number(&right).is_ok() { right } else { number_mends::mend(&right)? };
    let kind = number::number(&right).ok()?;
    Some((right, kind))
}

/// The offset behind the string that begins at `at`, in a text that has been parsed.
pub fn string_end(text: &str, at: usize) -> usize {
    strings::skip_string(text.as_bytes(), at)
}

/// The string that begins at an offset of a text that was parsed without a finding there. Who needs the source of each
/// part reads it again, since a checked program does not keep it.
pub fn string(id: FileId, text: &str, start: u32) -> ast::Text {
    parser::string(id, text, start as usize)
}
