//! What a module declares, for people who use it: read from the tree of a checked program, rendered elsewhere.

pub mod code;
mod entry;

use self::code::Code;
use super::{Analysis, load};
use crate::diag::code::Code as DiagCode;
use crate::diag::{Diagnostic, did_you_mean};
use crate::source::{FileId, STDLIB, Sources, offset, stdlib};
use crate::syntax::{self, ast};

/// One documented module.
#[derive(Debug)]
pub struct Module {
    /// `std.git`, or the path of the file as the user wrote it.
    pub name: String,
    /// The file, as findings name it.
    pub file: String,
    /// The `//!` lines: Markdown.
    pub doc: String,
    /// In the order of the text.
    pub entries: Vec<Entry>,
}

/// What an entry declares, in the order in which a page has them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    Pipeline,
    Task,
    Artifact,
    Enum,
    Record,
    Type,
    Command,
    Const,
    Fn,
}

/// Every kind with the heading of its part of a page.
pub const KINDS: &[(Kind, &str)] = &[
    (Kind::Pipeline, "Pipelines"),
    (Kind::Task, "Tasks"),
    (Kind::Artifact, "Artifacts"),
    (Kind::Enum, "Enums"),
    (Kind::Record, "Records"),
    (Kind::Type, "Types"),
    (Kind::Command, "Commands"),
    (Kind::Const, "Constants"),
    (Kind::Fn, "Functions"),
];

/// One declaration.
#[derive(Debug)]
pub struct Entry {
    pub kind: Kind,
    pub name: String,
    /// Of its own among those of the module, also where case does not count.
    pub anchor: String,
    /// Markdown.
    pub doc: String,
    pub line: u32,
    /// The declaration as source: of what is short enough to be read whole.
    pub source: Option<Code>,
    /// `Requires`, `Image`: a word and source.
    pub facts: Vec<(&'static str, Code)>,
    /// `Parameters`, `Cases`: a word and rows.
    pub lists: Vec<(&'static str, Vec<Row>)>,
}

/// A parameter, an output, a case of an enum or a field of a record.
#[derive(Debug)]
pub struct Row {
    pub name: String,
    pub ty: Option<Code>,
    /// A default, or the spelling of a case.
    pub value: Option<Code>,
    /// A `const` parameter.
    pub is_const: bool,
    /// Markdown.
    pub doc: String,
}

impl Analysis {
    /// What the file declares; `None` when something is wrong with it.
    pub fn module(&self) -> Option<Module> {
        self.program.as_ref()?;
        // The file itself is read before what it uses.
        let root = FileId(offset(STDLIB.len()));
        let file = self.sources.get(root);
        let tree = syntax::parse(root, &file.text, &mut crate::diag::Diagnostics::default());
        Some(describe(&self.sources, &tree, self.path.clone()))
    }
}

/// A module of the embedded library, by its whole name: `std.prelude`.
///
/// # Errors
/// A finding with the nearest name.
pub fn library(name: &str) -> Result<Module, Diagnostic> {
    match name.strip_prefix("std.").and_then(stdlib) {
        Some(id) => Ok(describe(&Sources::default(), &load::library(id).0, name.to_owned())),
        None => Err(unknown_module(name)),
    }
}

/// The whole names of the embedded modules.
pub fn library_names() -> impl Iterator<Item = String> {
    STDLIB.iter().map(|(name, _)| format!("std.{name}"))
}

fn unknown_module(name: &str) -> Diagnostic {
    let names: Vec<String> = library_names().collect();
    let near = did_you_mean(name, names.iter().map(String::as_str));
    let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    let known: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    Diagnostic::global(DiagCode::P0205, format!("the library has no module `{name}`"))
        .help(format!("{near}the library has {}; a file is named by its path", known.join(", ")))
}

fn describe(sources: &Sources, tree: &ast::File, name: String) -> Module {
    let entries = entry::entries(sources, tree);
    Module { name, file: sources.get(tree.id).name.clone(), doc: tree.doc.trim().to_owned(), entries }
}
