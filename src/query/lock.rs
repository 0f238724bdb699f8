//! `pipec.lock`: what every image that programs name was when somebody looked: its digest and what it runs by itself.

pub mod argv;
mod command;
pub mod config_file;
pub mod findings;
pub mod image;
pub mod layout;
pub mod look;
mod manifest;
pub mod named;
mod pin;
pub mod platform;
pub mod registry;

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::load;
use crate::diag::Diagnostic;
use crate::source::Files;

/// The name of the file.
pub const FILE: &str = "pipec.lock";

/// The version of its form.
const VERSION: u32 = 1;

/// What one image was.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// As programs write it.
    pub image: String,
    /// Which of the images behind the name what follows is of: `linux/amd64`.
    pub platform: String,
    /// `sha256:…` of what the registry calls by the name: an index of several platforms, or the image itself. Absent of an
    /// archive that does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    #[serde(default)]
    pub entrypoint: Vec<String>,
    #[serde(default)]
    pub cmd: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub workdir: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub user: String,
}

/// The whole file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    images: Vec<Entry>,
}

/// Every image that is known, by the name that programs write.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Lock {
    /// Sorted by their names, each once.
    entries: Vec<Entry>,
    by_name: FxHashMap<String, usize>,
}

impl Lock {
    /// Of entries in any order; of two with one name the later counts.
    pub fn new(entries: impl IntoIterator<Item = Entry>) -> Self {
        let sorted: BTreeMap<String, Entry> = entries.into_iter().map(|entry| (entry.image.clone(), entry)).collect();
        let entries: Vec<Entry> = sorted.into_values().collect();
        let by_name = entries.iter().enumerate().map(|(at, entry)| (entry.image.clone(), at)).collect();
        Self { entries, by_name }
    }

    /// Reads the file at `path`.
    ///
    /// # Errors
    /// A finding that says why it is not one that was written by `pipec lock`.
    pub fn read(files: &dyn Files, path: &str) -> Result<Self, Diagnostic> {
        let text = load::text(files, path)?;
        let written: Written = serde_json::from_str(&text).map_err(|error| findings::unreadable(path, &error))?;
        if written.version != VERSION {
            return Err(findings::other_version(path, written.version));
        }
        let entries = written.images.len();
        let lock = Self::new(written.images);
        if lock.entries.len() != entries {
            return Err(findings::twice(path));
        }
        match lock.entries.iter().find(|entry| !entry.is_sound()) {
            Some(entry) => Err(findings::no_digest(path, entry)),
            None => Ok(lock),
        }
    }

    /// The file: sorted, one line a fact, so that a change of one image is a change of its lines.
    pub fn text(&self) -> String {
        let written = Written { version: VERSION, images: self.entries.clone() };
        let text = serde_json::to_string_pretty(&written).expect("texts, lists and maps of texts have a JSON form");
        text + "\n"
    }

    /// What is known of an image.
    pub fn find(&self, image: &str) -> Option<&Entry> {
        self.by_name.get(image).map(|at| &self.entries[*at])
    }

    /// Sorted by their names.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

impl Entry {
    /// The image with its digest: what runs is what was looked at. One that says its digest itself stays as it is.
    pub fn pinned(&self) -> String {
        match &self.digest {
            Some(digest) if !self.image.contains('@') => format!("{}@{digest}", self.image),
            Some(_) | None => self.image.clone(),
        }
    }

    fn is_sound(&self) -> bool {
        self.digest.as_deref().is_none_or(is_digest)
    }
}

/// `sha256:` and 64 digits.
pub(super) fn is_digest(text: &str) -> bool {
    let digits = text.strip_prefix("sha256:").unwrap_or_default();
    digits.len() == 64 && digits.bytes().all(|one| matches!(one, b'0'..=b'9' | b'a'..=b'f'))
}

/// The lock of a project, and whether images are pinned by it.
#[derive(Clone, Debug)]
pub struct Locked {
    /// Where the file is, or would be written.
    pub path: String,
    /// Absent where there is no file.
    pub lock: Option<Lock>,
    /// `[lock] pin` of the configuration.
    pub pin: bool,
}

impl Default for Locked {
    fn default() -> Self {
        Self { path: FILE.to_owned(), lock: None, pin: true }
    }
}

impl Locked {
    /// Whether the image that is emitted under this name has a digest by the lock.
    pub fn pins(&self, image: &str) -> bool {
        self.pin && self.find(image).is_some_and(|entry| entry.digest.is_some())
    }

    /// What is known of an image.
    pub fn find(&self, image: &str) -> Option<&Entry> {
        self.lock.as_ref()?.find(image)
    }
}
