//! Looking an image up, wherever it is: from the index to the manifest to the configuration, each held against its digest.

use serde::de::DeserializeOwned;

use super::manifest::{self, Config, Document};
use super::platform::Platform;
use super::{Entry, findings};
use crate::diag::Diagnostic;

/// A place that has images.
pub trait Source {
    /// What the place calls by the name that was asked for: an index or a manifest, and its digest where the place says it.
    ///
    /// # Errors
    /// Why there is none.
    fn top(&mut self) -> Result<(Vec<u8>, Option<String>), Diagnostic>;

    /// The manifest of a digest.
    ///
    /// # Errors
    /// Why there is none.
    fn manifest(&mut self, digest: &str) -> Result<Vec<u8>, Diagnostic>;

    /// What else has a digest.
    ///
    /// # Errors
    /// Why there is none.
    fn blob(&mut self, digest: &str) -> Result<Vec<u8>, Diagnostic>;
}

/// What an image is, for a platform.
///
/// # Errors
/// A finding about what is missing, unreadable or not what its digest says.
pub fn look(image: &str, platform: &Platform, source: &mut dyn Source) -> Result<Entry, Diagnostic> {
    let (top, said) = source.top()?;
    let digest = manifest::digest(&top);
    held(image, said.as_deref(), &digest)?;
    let mut document: Document = read(image, "manifest", &top)?;
    // An index of an index is one level more, as layouts have it.
    for _ in 0..2 {
        if document.config.is_some() {
            break;
        }
        let one = match document.manifests.as_slice() {
            [only] if only.platform.is_none() => only,
            _ => document.choose(platform).map_err(|known| findings::no_platform(image, platform, &known))?,
        };
        let bytes = source.manifest(&one.digest)?;
        held(image, Some(&one.digest), &manifest::digest(&bytes))?;
        document = read(image, "manifest", &bytes)?;
    }
    let config = document.config.ok_or_else(|| findings::no_image(image))?;
    let bytes = source.blob(&config.digest)?;
    held(image, Some(&config.digest), &manifest::digest(&bytes))?;
    entry(image, platform, &bytes, Some(digest))
}

/// Of the bytes of a configuration.
pub(super) fn entry(
    image: &str,
    platform: &Platform,
    config: &[u8],
    digest: Option<String>,
) -> Result<Entry, Diagnostic> {
    let config: Config = read(image, "configuration", config)?;
    if !config.is_of(platform) {
        return Err(findings::no_platform(image, platform, &[config.platform()]));
    }
    Ok(config.entry(image, platform, digest))
}

pub(super) fn read<T: DeserializeOwned>(image: &str, what: &str, bytes: &[u8]) -> Result<T, Diagnostic> {
    serde_json::from_slice(bytes).map_err(|error| findings::not_understood(image, what, &error))
}

/// What comes under a digest has it.
fn held(image: &str, said: Option<&str>, is: &str) -> Result<(), Diagnostic> {
    match said {
        Some(said) if said != is => Err(findings::other_bytes(image, said, is)),
        Some(_) | None => Ok(()),
    }
}
