//! A file in the one layout.

use super::load;
use crate::diag::Diagnostics;
use crate::source::{Files, Sources};
use crate::syntax;

/// A file as it is and as it should be laid out.
#[derive(Debug)]
pub struct Layout {
    pub sources: Sources,
    /// Why there is no layout: the file could not be read, or has syntax errors.
    pub diagnostics: Diagnostics,
    /// As it is; empty when it could not be read.
    pub before: String,
    pub after: Option<String>,
}

impl Layout {
    /// Reads `path` and lays it out.
    pub fn open(files: &dyn Files, path: &str) -> Self {
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        let before = match load::text(files, path) {
            Ok(text) => text,
            Err(found) => {
                diagnostics.push(found);
                return Self { sources, diagnostics, before: String::new(), after: None };
            }
        };
        let id = sources.add(path, before.as_str());
        let after = syntax::format::format(id, &before, &mut diagnostics);
        Self { sources, diagnostics: diagnostics.sorted(), before, after }
    }

    /// The new text, when it is another one.
    pub fn change(&self) -> Option<&str> {
        self.after.as_deref().filter(|after| *after != self.before)
    }
}
