//! Text to tree. `parse` never fails: what cannot be read is reported, and a hole stands in the tree.
//!
//! In reading order: `scan` finds strings (`strings`), brackets, and where items begin; `slice` tells where a statement or
//! a field ends; `parser` holds the state, and `items`, `heads`, `statements` and `fields` walk the slices; `grammar` (pest) reads
//! one slice, and `quick` the plainest of them by hand; `lower`, `expr`, `text`, `number` and `names` make its tree; `explain` and `expected` say what is wrong with a
//! slice that the grammar refused. `words` are the words of the language.

pub mod ast;
mod expected;
mod explain;
mod expr;
mod fields;
mod grammar;
mod heads;
mod items;
mod lower;
mod names;
mod number;
mod parser;
mod quick;
mod scan;
mod slice;
mod statements;
mod strings;
mod text;
mod words;

use crate::diag::Diagnostics;
use crate::source::FileId;

/// Larger files are refused by who reads them (P0111), so that every offset fits in an `u32`.
pub const MAX_BYTES: usize = 64 << 20;

/// The tree of one file. What is wrong goes to `out`.
pub fn parse(id: FileId, text: &str, out: &mut Diagnostics) -> ast::File {
    parser::parse(id, text, out)
}
