//! Which `pipec.toml` a file obeys: the nearest one, from its folder upward.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use super::config::{Config, FILE};
use super::levels::Wishes;
use super::load;
use super::lock::{self, Lock, Locked};
use crate::source::Files;

/// Where the configuration of a run comes from.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub enum Choice {
    /// For each file the nearest one, from its folder upward.
    #[default]
    Nearest,
    /// This file, for all.
    File(String),
    /// Nowhere.
    None,
}

/// The configurations of one run, each read once.
#[derive(Debug)]
pub struct Configs {
    choice: Choice,
    /// What the command line says.
    line: Wishes,
    known: Mutex<BTreeMap<String, Arc<Config>>>,
}

impl Configs {
    pub fn new(choice: Choice, line: Wishes) -> Self {
        Self { choice, line, known: Mutex::default() }
    }

    /// That of the file at `path`; standard input belongs to the current folder.
    pub fn of(&self, files: &dyn Files, path: &str) -> Arc<Config> {
        let folder = match &self.choice {
            Choice::Nearest => folder_of(path),
            Choice::File(_) | Choice::None => String::new(),
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut passed = vec![folder];
        let found = loop {
            let folder = passed.last().expect("a folder is looked at before another is asked for");
            if let Some(found) = known.get(folder) {
                break Arc::clone(found);
            }
            if let Some(found) = self.look(files, folder) {
                break Arc::new(found);
            }
            match files.above(folder) {
                Some(above) => passed.push(above),
                None => break Arc::new(Config::none(&self.line)),
            }
        };
        known.extend(passed.into_iter().map(|folder| (folder, Arc::clone(&found))));
        found
    }

    /// Every configuration that was asked for so far, in the order of their paths.
    pub fn all(&self) -> Vec<Arc<Config>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<Arc<Config>> = known.values().map(Arc::clone).collect();
        all.sort_by(|a, b| a.path.cmp(&b.path));
        all.dedup_by(|a, b| Arc::ptr_eq(a, b));
        all
    }

    fn look(&self, files: &dyn Files, folder: &str) -> Option<Config> {
        match &self.choice {
            Choice::None => Some(Config::none(&self.line)),
            Choice::File(path) => Some(self.read(files, path)),
            Choice::Nearest => {
                let path = inside(folder);
                let absent =
                    |error: &io::Error| matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
                match files.read(&path) {
                    // A lock alone makes a project too.
                    Err(error) if absent(&error) => {
                        let path = lock_beside(&path);
                        files.read(&path).is_ok().then(|| with_lock(Config::none(&self.line), files, path))
                    }
                    Ok(_) | Err(_) => Some(self.read(files, &path)),
                }
            }
        }
    }

    fn read(&self, files: &dyn Files, path: &str) -> Config {
        let config = match load::text(files, path) {
            Ok(text) => Config::read(path, &text, &self.line),
            Err(why) => Config::unreadable(path, why, &self.line),
        };
        with_lock(config, files, lock_beside(path))
    }
}

/// The lock of the project whose configuration is at `path`.
fn lock_beside(path: &str) -> String {
    let folder = path.rfind('/').map_or("", |at| &path[..=at]);
    format!("{folder}{}", lock::FILE)
}

/// The configuration with what the lock says, when there is one.
fn with_lock(mut config: Config, files: &dyn Files, path: String) -> Config {
    let pin = config.locked.pin;
    let lock = match files.read(&path).map_err(|error| error.kind()) {
        Err(io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => None,
        Ok(_) | Err(_) => match Lock::read(files, &path) {
            Ok(lock) => Some(lock),
            Err(found) => {
                config.diagnostics.push(found);
                None
            }
        },
    };
    config.locked = Arc::new(Locked { path, lock, pin });
    config
}

fn inside(folder: &str) -> String {
    match folder {
        "" => FILE.to_owned(),
        "/" => format!("/{FILE}"),
        folder => format!("{folder}/{FILE}"),
    }
}

/// The folder of a path without `.` and without `x/..`; empty for the current one, also for what a shell hands over.
fn folder_of(path: &str) -> String {
    if path.starts_with("/dev/") || path.starts_with("/proc/self/fd/") {
        return String::new();
    }
    let Some((folder, _)) = path.rsplit_once('/') else { return String::new() };
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').filter(|part| !part.is_empty() && *part != ".") {
        match (part, parts.last()) {
            ("..", Some(last)) if *last != ".." => {
                parts.pop();
            }
            ("..", None) if path.starts_with('/') => {}
            (part, _) => parts.push(part),
        }
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}
