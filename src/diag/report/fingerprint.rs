//! What makes a finding the same one, though the lines above it change.

use rustc_hash::FxHashMap;
use sha2::{Digest as _, Sha256};

use crate::diag::Diagnostic;
use crate::source::{Sources, Span};

/// Gives out fingerprints, and counts findings that are alike.
#[derive(Default)]
pub(super) struct Fingerprints {
    seen: FxHashMap<(String, String), u32>,
}

impl Fingerprints {
    /// Of the code, the text of the line, and how many such findings the file has before this one.
    pub(super) fn next(&mut self, sources: &Sources, one: &Diagnostic, span: Span) -> String {
        let hash = hash(&[one.code.id(), line_text(sources, span)]);
        let key = (sources.get(span.file).name.clone(), hash.clone());
        let count = self.seen.entry(key).or_insert(0);
        *count += 1;
        format!("{hash}:{count}")
    }
}

/// The line that a place begins on, without its indentation.
fn line_text(sources: &Sources, span: Span) -> &str {
    let file = sources.get(span.file);
    let line = file.lines().partition_point(|start| *start <= span.start).saturating_sub(1);
    let start = file.lines()[line] as usize;
    file.text[start..].lines().next().unwrap_or_default().trim()
}

fn hash(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
