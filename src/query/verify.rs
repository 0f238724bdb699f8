//! Manifests that others wrote, checked together.

use super::configs::Configs;
use super::load;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{FileId, Files, Sources};
use crate::verify;
use crate::verify::bounds::{Bounds, Level, Version};

/// The cluster that manifests are for.
#[derive(Clone, Copy, Default, Debug)]
pub struct Cluster(Bounds);

impl Cluster {
    /// The levels that a cluster may be set to, the most settled first.
    pub fn levels() -> [&'static str; 3] {
        Level::ALL.map(Level::word)
    }

    /// The same with another level; as it was where there is no such.
    pub fn level(self, word: &str) -> Self {
        let level = Level::ALL.into_iter().find(|one| one.word() == word).unwrap_or(self.0.level);
        Self(Bounds { level, ..self.0 })
    }

    /// The same with the oldest version that must take the manifests; `None` where the text is no version.
    pub fn min_version(self, text: &str) -> Option<Self> {
        Some(Self(Bounds { min_version: Some(Version::read(text)?), ..self.0 }))
    }
}

/// Files that were checked together, since one refers to the other.
#[derive(Debug)]
pub struct Verified {
    pub sources: Sources,
    /// What was found, by the order of the files.
    pub diagnostics: Diagnostics,
    /// The paths that could be read.
    pub files: Vec<String>,
    /// How many manifests there were in them, and other documents.
    pub seen: verify::Seen,
}

impl Verified {
    /// Reads and checks the files; each has the levels of its own configuration.
    pub fn open(files: &dyn Files, paths: &[String], cluster: Cluster, configs: &Configs) -> Self {
        let mut verified = Self {
            sources: Sources::default(),
            diagnostics: Diagnostics::default(),
            files: Vec::new(),
            seen: verify::Seen::default(),
        };
        let mut ids: Vec<FileId> = Vec::new();
        for path in paths {
            match load::text(files, path) {
                Ok(text) => {
                    ids.push(verified.sources.add(path.as_str(), text));
                    verified.files.push(path.clone());
                }
                Err(found) => verified.diagnostics.push(no_text(found)),
            }
        }
        let mut found = Diagnostics::default();
        let texts: Vec<(FileId, &str)> = ids.iter().map(|id| (*id, verified.sources.get(*id).text.as_str())).collect();
        verified.seen = verify::verify(&texts, cluster.0, &mut found);
        let found = found.sorted();
        for (id, path) in ids.iter().zip(&verified.files) {
            let mut own = Diagnostics::default();
            found
                .iter()
                .filter(|one| one.span().is_some_and(|span| span.file == *id))
                .for_each(|one| own.push(one.clone()));
            configs.of(files, path).levels.apply(&mut own);
            verified.diagnostics.append(own);
        }
        verified
    }
}

/// What is no text is told about as a manifest, not as a program.
fn no_text(found: Diagnostic) -> Diagnostic {
    if found.code == Code::P0108 {
        return found.help("a manifest is UTF-8 text; this looks like a binary file or another encoding");
    }
    if found.code == Code::P0111 {
        return found.help("no cluster takes a manifest of a megabyte: is this one?");
    }
    found
}
