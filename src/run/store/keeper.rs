//! What has to be on the disk, written by a thread that nobody waits for: a disk may take seconds.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::aside::{self, Disk};

/// More files than this are brought to the disk together with all others.
const MANY: usize = 8;

#[derive(Debug)]
pub(super) struct Keeper {
    folder: PathBuf,
    desk: Mutex<Desk>,
    called: Condvar,
}

#[derive(Default, Debug)]
struct Desk {
    /// The last `status.json`; one that came before it is of no use any more.
    status: Option<Vec<u8>>,
    /// Folders whose files will not change for now.
    settled: Vec<PathBuf>,
    closed: bool,
    failed: Option<io::Error>,
}

impl Keeper {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), desk: Mutex::default(), called: Condvar::new() }
    }

    pub(super) fn status(&self, bytes: Vec<u8>) {
        self.desk().status = Some(bytes);
        self.called.notify_one();
    }

    pub(super) fn settled(&self, folder: PathBuf) {
        self.desk().settled.push(folder);
        self.called.notify_one();
    }

    pub(super) fn close(&self) {
        self.desk().closed = true;
        self.called.notify_one();
    }

    /// The first thing that went wrong.
    pub(super) fn failed(&self) -> Option<io::Error> {
        self.desk().failed.take()
    }

    /// Works until it is closed and nothing is left to do.
    pub(super) fn run(&self) {
        while let Some((status, settled)) = self.next() {
            let done = self.keep(status, &settled);
            let mut desk = self.desk();
            desk.failed = desk.failed.take().or(done.err());
        }
    }

    fn next(&self) -> Option<(Option<Vec<u8>>, Vec<PathBuf>)> {
        let mut desk = self.desk();
        while desk.status.is_none() && desk.settled.is_empty() && !desk.closed {
            desk = self.called.wait(desk).unwrap_or_else(PoisonError::into_inner);
        }
        let work = (desk.status.take(), std::mem::take(&mut desk.settled));
        (work.0.is_some() || !work.1.is_empty()).then_some(work)
    }

    fn keep(&self, status: Option<Vec<u8>>, settled: &[PathBuf]) -> io::Result<()> {
        if let Some(status) = status {
            aside::bytes(&self.folder.join("status.json"), &status, Disk::Now)?;
        }
        if settled.len() > MANY {
            // A journal takes as long for one as for all.
            return Ok(rustix::fs::syncfs(File::open(&self.folder)?)?);
        }
        settled.iter().try_for_each(|folder| sync(folder))
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The files in a folder, then their names.
fn sync(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        match File::open(&path).and_then(|file| file.sync_all()) {
            Ok(()) => {}
            // Written again in the meantime, and then settled again.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    aside::sync_folder(folder)
}
