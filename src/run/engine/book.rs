//! Which key each folder of outputs was made with, and which scripts lie there: one file and one set for the whole run.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest as _, Sha256};

use super::key::hex;
use super::site::Site;

/// What stands in place of a key when there is none any more.
const NONE: &str = "-";
/// Enough of a hash for the scripts of one run.
const OF_THE_HASH: usize = 16;

/// What was made with which key; one line `FOLDER KEY` for each end of a task, the last counts.
#[derive(Default, Debug)]
pub(super) struct Book(Mutex<Pages>);

#[derive(Default, Debug)]
struct Pages {
    file: Option<File>,
    keys: FxHashMap<String, String>,
    scripts: FxHashSet<String>,
}

impl Book {
    pub(super) fn open(&self, path: &Path) -> io::Result<()> {
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            read => read?,
        };
        let mut pages = self.pages();
        for (folder, key) in text.lines().filter_map(|line| line.split_once(' ')) {
            pages.keys.insert(folder.to_owned(), key.to_owned());
        }
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        if !text.is_empty() && !text.ends_with('\n') {
            file.write_all(b"\n")?;
        }
        pages.file = Some(file);
        Ok(())
    }

    pub(super) fn has(&self, folder: &str, key: &str) -> bool {
        self.pages().keys.get(folder).is_some_and(|known| known == key)
    }

    pub(super) fn note(&self, folder: &str, key: &str) -> io::Result<()> {
        let mut pages = self.pages();
        pages.keys.insert(folder.to_owned(), key.to_owned());
        pages.file.iter_mut().try_for_each(|file| file.write_all(format!("{folder} {key}\n").as_bytes()))
    }

    pub(super) fn forget(&self, folder: &str) -> io::Result<()> {
        let known = self.pages().keys.get(folder).is_some_and(|key| key != NONE);
        if known { self.note(folder, NONE) } else { Ok(()) }
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Site<'_> {
    /// The file of a script; equal ones are written once.
    pub(super) fn script_file(&self, script: &str) -> io::Result<PathBuf> {
        let mut name = hex(&Sha256::digest(script));
        name.truncate(OF_THE_HASH);
        let file = self.options.work.join("scripts").join(format!("{name}.sh"));
        let mut pages = self.book.pages();
        if !pages.scripts.contains(&name) {
            fs::write(&file, script)?;
            pages.scripts.insert(name);
        }
        Ok(file)
    }
}
