//! Images that lie in files: an OCI layout, and what `docker save` writes.

use serde::Deserialize;

use super::look::{self, Source, read};
use super::manifest::{Descriptor, Document};
use super::platform::Platform;
use super::{Entry, findings, is_digest};
use crate::diag::Diagnostic;

/// The files of a folder or archive, by their paths in it; those that are large may be missing.
pub trait Parts {
    /// The bytes of one; `None` where there is none.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn part(&mut self, path: &str) -> Result<Option<Vec<u8>>, String>;

    /// What it is called, for findings.
    fn place(&self) -> &str;
}

/// What is in the files by this name.
///
/// # Errors
/// A finding about what is missing, unreadable or not what its digest says.
pub fn look(image: &str, platform: &Platform, parts: &mut dyn Parts) -> Result<Entry, Diagnostic> {
    if let Some(index) = part(image, parts, "index.json")? {
        let index: Document = read(image, "index", &index)?;
        let top = chosen(image, platform, parts, &index)?;
        return look::look(image, platform, &mut Layout { image, top, parts });
    }
    let Some(manifest) = part(image, parts, "manifest.json")? else {
        return Err(findings::no_layout(image, parts.place()));
    };
    let saved: Vec<Saved> = read(image, "list of images", &manifest)?;
    let tagged = |one: &&Saved| one.tags.iter().flatten().any(|tag| is_called(image, tag));
    let one = match saved.as_slice() {
        [only] => only,
        several => several.iter().find(tagged).ok_or_else(|| findings::which(image, parts.place()))?,
    };
    let config =
        part(image, parts, &one.config)?.ok_or_else(|| findings::no_part(image, parts.place(), &one.config))?;
    // Its digest is that of nothing that a registry has.
    look::entry(image, platform, &config, None)
}

/// An image of `docker save`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Saved {
    config: String,
    #[serde(default, rename = "RepoTags")]
    tags: Option<Vec<String>>,
}

/// The image of an index of a layout: the only one, the only one of the platform, or the one that has the name or tag.
fn chosen(image: &str, platform: &Platform, parts: &dyn Parts, index: &Document) -> Result<String, Diagnostic> {
    let named = |one: &&Descriptor| {
        let names = ["org.opencontainers.image.ref.name", "io.containerd.image.name"];
        names.iter().filter_map(|name| one.annotations.get(*name)).any(|name| is_called(image, name))
    };
    let found = match index.manifests.as_slice() {
        [only] => Some(only),
        several => several.iter().find(named).or_else(|| index.choose(platform).ok()),
    };
    found.map(|one| one.digest.clone()).ok_or_else(|| findings::which(image, parts.place()))
}

/// By the whole name, by its end, or by the tag alone.
fn is_called(image: &str, name: &str) -> bool {
    let tag = image.rsplit_once('/').map_or(image, |(_, last)| last).split_once(':').map(|(_, tag)| tag);
    image == name || image.strip_suffix(name).is_some_and(|before| before.ends_with('/')) || tag == Some(name)
}

fn part(image: &str, parts: &mut dyn Parts, path: &str) -> Result<Option<Vec<u8>>, Diagnostic> {
    let found = parts.part(path);
    found.map_err(|why| findings::unreadable_part(image, parts.place(), &why))
}

struct Layout<'a> {
    image: &'a str,
    top: String,
    parts: &'a mut dyn Parts,
}

impl Source for Layout<'_> {
    fn top(&mut self) -> Result<(Vec<u8>, Option<String>), Diagnostic> {
        let top = self.top.clone();
        Ok((self.blob(&top)?, Some(top)))
    }

    fn manifest(&mut self, digest: &str) -> Result<Vec<u8>, Diagnostic> {
        self.blob(digest)
    }

    fn blob(&mut self, digest: &str) -> Result<Vec<u8>, Diagnostic> {
        if !is_digest(digest) {
            return Err(findings::odd_digest(self.image, digest));
        }
        let path = digest.replacen(':', "/", 1);
        let path = format!("blobs/{path}");
        let found = part(self.image, self.parts, &path)?;
        found.ok_or_else(|| findings::no_part(self.image, self.parts.place(), &path))
    }
}
