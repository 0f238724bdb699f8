//! The folder of runs: written while a run goes on, read at any time, by anybody, whatever became of the writer.
//!
//! [`Store`] is all runs, [`Writing`] the one that this process writes (through a [`recorder::Recorder`]), [`Run`] one as a
//! reader sees it, [`logs::Logs`] what its steps wrote. The layout is in [`crate::contract::store`].

#![expect(clippy::disallowed_methods, reason = "files, clocks and processes are what this is about")]

mod artifacts;
mod aside;
mod base64;
mod board;
pub mod clock;
mod keeper;
pub(in crate::run) mod log;
pub mod logs;
mod pieces;
pub mod process;
mod prune;
mod queue;
pub mod read;
pub mod recorder;
mod steps;
mod tail;
mod writer;

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::contract::store::{ResultFile, RunFile, StatusFile, StepFile};
use crate::contract::{RunSpec, VERSION};
use crate::run::lock::Lock;
use aside::Disk;
use read::Run;
use recorder::{Recorded, Recorder};

/// Where runs are kept when nobody says otherwise.
pub const DEFAULT: &str = ".pipec/runs";

/// A folder of runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Store {
    folder: PathBuf,
}

/// What stands in a store.
#[derive(Debug)]
pub enum Entry {
    Run(Run),
    /// It has no `run.json`: it is being made, or who made it was killed.
    Unmade(String),
    /// Its `run.json` is of another version, or broken: why it cannot be read.
    Unreadable(String, String),
}

impl Entry {
    pub fn id(&self) -> &str {
        match self {
            Self::Run(run) => &run.file.id,
            Self::Unmade(id) | Self::Unreadable(id, _) => id,
        }
    }
}

/// What a new run is told about itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct About {
    pub pipeline: String,
    /// The program, as the user named it.
    pub source: String,
    /// See [`RunFile::given`].
    pub given: Vec<(String, Vec<String>)>,
}

/// A run that this process writes, and no other.
#[derive(Debug)]
pub struct Writing {
    pub file: RunFile,
    folder: PathBuf,
    before: Before,
    /// Nobody else has it while this is open.
    _lock: Lock,
}

/// What an earlier process has left of a run.
#[derive(Default, Debug)]
struct Before {
    status: Option<StatusFile>,
    steps: Vec<(u32, StepFile)>,
    /// The greatest number of a line in all logs.
    seq: u64,
}

impl Store {
    /// A folder that may not be there yet.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Begins a run.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn create(&self, about: About) -> io::Result<Writing> {
        self.prepare()?;
        let (now, last) = (clock::now(), self.ids()?.last().and_then(|id| clock::of_name(id)));
        // Also when the clock was set back.
        let mut at = last.map_or(now, |last| now.max(last + 1));
        let (id, folder) = loop {
            let id = clock::name(at);
            let folder = self.folder.join(&id);
            match fs::create_dir(&folder) {
                Ok(()) => break (id, folder),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => at += 1,
                Err(error) => return Err(error),
            }
        };
        let lock = lock(&folder)?.ok_or_else(|| io::Error::other("another process has its lock"))?;
        let About { pipeline, source, given } = about;
        let (started, process) = (clock::rfc3339(now), process::mark()?);
        let file = RunFile { version: VERSION, id, pipeline, source, given, started, process, resumed: 0 };
        fs::create_dir_all(folder.join("work"))?;
        aside::json(&folder.join("run.json"), &file, Disk::Now)?;
        aside::sync_folder(&self.folder)?;
        Ok(Writing { file, folder, before: Before::default(), _lock: lock })
    }

    /// Takes up a run again: `None` while another process has it.
    ///
    /// # Errors
    /// Its folder cannot be read or written.
    pub fn resume(&self, run: &Run, given: Vec<(String, Vec<String>)>) -> io::Result<Option<Writing>> {
        let folder = run.folder.clone();
        let Some(lock) = lock(&folder)? else { return Ok(None) };
        aside::sweep(&folder);
        fs::create_dir_all(folder.join("work"))?;
        let steps: Vec<(u32, StepFile)> =
            steps::ids(&folder).into_iter().filter_map(|id| Some((id, steps::read(&folder, id)?))).collect();
        let before = Before { status: run.status_file(), seq: last_seq(&folder)?, steps };
        let file = RunFile { process: process::mark()?, resumed: run.file.resumed + 1, given, ..run.file.clone() };
        match fs::remove_file(folder.join("result.json")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        aside::json(&folder.join("run.json"), &file, Disk::Now)?;
        Ok(Some(Writing { file, folder, before, _lock: lock }))
    }

    /// All that is there, the earliest first.
    ///
    /// # Errors
    /// The folder cannot be read; one that is not there has no runs.
    pub fn entries(&self) -> io::Result<Vec<Entry>> {
        Ok(self.ids()?.into_iter().map(|id| self.entry(id)).collect())
    }

    /// The runs among them.
    ///
    /// # Errors
    /// As [`Self::entries`].
    pub fn runs(&self) -> io::Result<Vec<Run>> {
        let run = |entry| match entry {
            Entry::Run(run) => Some(run),
            Entry::Unmade(_) | Entry::Unreadable(..) => None,
        };
        Ok(self.entries()?.into_iter().filter_map(run).collect())
    }

    /// The runs that are meant by `last`, a name, or the beginning of one; only one of them if all is well.
    ///
    /// # Errors
    /// As [`Self::entries`].
    pub fn find(&self, wanted: &str) -> io::Result<Vec<Entry>> {
        let ids = self.ids()?;
        if wanted == "last" {
            let mut entries = ids.into_iter().rev().map(|id| self.entry(id));
            return Ok(entries.find(|entry| matches!(entry, Entry::Run(_))).into_iter().collect());
        }
        if ids.iter().any(|id| id == wanted) {
            return Ok(vec![self.entry(wanted.to_owned())]);
        }
        Ok(ids.into_iter().filter(|id| id.starts_with(wanted)).map(|id| self.entry(id)).collect())
    }

    /// Removes the earliest runs that have ended until `keep` are left, and what never became a run; says which, and what
    /// could not be removed and why.
    ///
    /// # Errors
    /// As [`Self::entries`].
    pub fn prune(&self, keep: usize) -> io::Result<Vec<(String, io::Result<()>)>> {
        prune::prune(self, keep)
    }

    fn entry(&self, id: String) -> Entry {
        read::entry(self.folder.join(&id), id)
    }

    /// The folders that are named as runs are, in order.
    fn ids(&self) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut ids = Vec::new();
        for entry in entries {
            let name = entry?.file_name();
            ids.extend(name.to_str().filter(|name| clock::of_name(name).is_some()).map(str::to_owned));
        }
        ids.sort();
        Ok(ids)
    }

    /// Of the usual place nothing is for a repository.
    fn prepare(&self) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let Some(above) = self.folder.parent().filter(|above| above.ends_with(".pipec")) else { return Ok(()) };
        match OpenOptions::new().write(true).create_new(true).open(above.join(".gitignore")) {
            Ok(mut file) => io::Write::write_all(&mut file, b"*\n"),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Writing {
    pub fn id(&self) -> &str {
        &self.file.id
    }

    /// Where the engine works.
    pub fn work(&self) -> PathBuf {
        self.folder.join("work")
    }

    /// How the run stood before it was taken up again.
    pub fn earlier(&self) -> Option<&StatusFile> {
        self.before.status.as_ref()
    }

    /// Runs `work`, and writes down what it tells and how it ends.
    pub fn record(&self, spec: &RunSpec, work: impl FnOnce(&Recorder<'_>) -> io::Result<ResultFile>) -> Recorded {
        recorder::record(&self.folder, spec, &self.before, work)
    }
}

/// The lock of a run; `None` when another process has it.
fn lock(folder: &Path) -> io::Result<Option<Lock>> {
    let file = OpenOptions::new().create(true).append(true).open(folder.join("lock"))?;
    Ok(Lock::take(file)?.ok())
}

fn last_seq(run: &Path) -> io::Result<u64> {
    let mut greatest = 0;
    for id in steps::ids(run) {
        let last = log::last(&steps::folder(run, id).join("logs.ndjson"))?.and_then(|(line, _)| line);
        greatest = greatest.max(last.map_or(0, |line| line.seq));
    }
    Ok(greatest)
}
