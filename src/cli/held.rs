//! Files as they were when they were first read, with changes that are not written yet.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::machine::{self, Disk};
use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Files;

/// Standard input, as a path.
pub(super) const INPUT: &str = "-";

/// A door to the machine behind which each file is read once; standard input too.
#[derive(Default, Debug)]
pub(super) struct Held {
    known: Mutex<BTreeMap<PathBuf, One>>,
}

#[derive(Debug)]
struct One {
    /// As it is on the disk, as far as anybody knows.
    read: Vec<u8>,
    changed: Option<String>,
}

/// A file that is another one than on the disk.
#[derive(Debug)]
pub(super) struct Changed {
    pub(super) before: String,
    pub(super) after: String,
}

/// The file itself, whatever links lead to it.
pub(super) fn place(path: &str) -> PathBuf {
    if path == INPUT { PathBuf::from(path) } else { fs::canonicalize(path).unwrap_or_else(|_| PathBuf::from(path)) }
}

impl Held {
    /// From now on the file is read so.
    pub(super) fn change(&self, place: &Path, text: String) {
        if let Some(one) = self.lock().get_mut(place) {
            one.changed = Some(text);
        }
    }

    /// What became of a file that was read.
    pub(super) fn changed(&self, place: &Path) -> Option<Changed> {
        let known = self.lock();
        let one = known.get(place)?;
        let before = String::from_utf8(one.read.clone()).ok()?;
        let after = one.changed.clone().unwrap_or_else(|| before.clone());
        Some(Changed { before, after })
    }

    /// Writes a changed file back.
    ///
    /// # Errors
    /// When it cannot be written, or someone else has changed it since it was read.
    pub(super) fn write(&self, place: &Path) -> Result<(), Diagnostic> {
        let known = self.lock();
        let Some((one, text)) = known.get(place).and_then(|one| Some((one, one.changed.as_deref()?))) else {
            return Ok(());
        };
        let now = place.to_str().and_then(|path| Disk.read(path).ok());
        if now.as_deref() != Some(&one.read) {
            return Err(meddled(place));
        }
        machine::rewrite(place, text)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<PathBuf, One>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Files for Held {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let place = place(path);
        if let Some(one) = self.lock().get(&place) {
            return Ok(one.changed.as_ref().map_or_else(|| one.read.clone(), |text| text.clone().into_bytes()));
        }
        let read = Disk.read(path)?;
        self.lock().insert(place, One { read: read.clone(), changed: None });
        Ok(read)
    }

    fn above(&self, folder: &str) -> Option<String> {
        Disk.above(folder)
    }
}

fn meddled(path: &Path) -> Diagnostic {
    Diagnostic::global(Code::P0703, format!("`{}` was changed while it was checked", path.display()))
        .help("nothing was written there, so that no change is lost; run it again")
}
