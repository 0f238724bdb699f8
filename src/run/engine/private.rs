//! A folder that only this user can read, and that is gone when the run ends.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::run::guard;

/// A folder that only this user can read.
#[derive(Debug)]
pub(super) struct Private {
    folder: PathBuf,
    files: AtomicUsize,
}

impl Private {
    /// In the first of them that can be written.
    pub(super) fn new<'a>(places: impl Iterator<Item = &'a OsStr>) -> io::Result<Self> {
        let mut failed = io::Error::from(io::ErrorKind::NotFound);
        for place in places.map(Path::new).filter(|place| place.is_absolute()) {
            let folder = place.join(format!("pipec.{}", guard::mark()));
            match DirBuilder::new().mode(0o700).create(&folder) {
                Ok(()) => return Ok(Self { folder, files: AtomicUsize::new(0) }),
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The path of a file that is not there yet.
    pub(super) fn file(&self, what: &str) -> PathBuf {
        self.folder.join(format!("{what}.{}", self.files.fetch_add(1, Ordering::Relaxed)))
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).ok();
    }
}
