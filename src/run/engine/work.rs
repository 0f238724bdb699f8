//! The work folder, and the locks between runs.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::folders::{open_to_all, remove};
use super::process::Ends;
use super::site::Site;
use crate::run::lock::Lock;
use crate::run::supervise::cancel::Cancel;

/// Between two looks at a lock that somebody else holds.
const AGAIN: Duration = Duration::from_millis(200);
/// What a file name may have, with its end.
const LONGEST_NAME: usize = 200;

/// Why a run does not begin.
#[derive(Debug)]
pub(super) enum Held {
    /// A sentence.
    Refused(String),
    Cancelled,
}

impl Site<'_> {
    /// The work folder is this run's as long as the lock is held.
    pub(super) fn claim_work(&self) -> io::Result<Lock> {
        let work = self.options.work;
        fs::create_dir_all(work)?;
        if self.engine().is_some() {
            open_to_all(work, 0o700)?;
        }
        Lock::take(lock_file(&work.join(".lock"))?)?.map_err(|_| {
            let said = format!("another run uses the work folder {}", work.display());
            io::Error::new(io::ErrorKind::ResourceBusy, said)
        })
    }

    /// Workspaces keep what is in them, because it may be all that a long run has made.
    pub(super) fn prepare_work(&self) -> io::Result<()> {
        let work = self.options.work;
        for name in ["outputs", "workspaces", "scratch", "scripts", "state"] {
            fs::create_dir_all(work.join(name))?;
        }
        let own = self.places().filter(|place| place.starts_with(work.join("workspaces")));
        own.map(Path::to_owned).collect::<Vec<PathBuf>>().iter().try_for_each(|place| self.make_open(place))?;
        remove(&work.join("scratch"))?;
        fs::create_dir_all(work.join("scratch"))?;
        self.book.open(&work.join("state/keys"))
    }

    /// Two runs with this name never overlap, whatever their work folders; as long as the lock is held.
    pub(super) fn take_exclusive(&self, cancel: &Cancel) -> Result<Option<Lock>, Held> {
        let Some(script) = &self.spec.exclusive else { return Ok(None) };
        let found = self.evaluate(None, script, "PIPE_VALUE", Ends { deadline: None, cancel });
        if found.cancelled {
            return Err(Held::Cancelled);
        }
        if found.code != 0 {
            return Err(Held::Refused("the name of the exclusive lock cannot be made".to_owned()));
        }
        let folder = self.lock_folder();
        let refused =
            |error: io::Error| Held::Refused(format!("the lock in {} cannot be taken: {error}", folder.display()));
        fs::create_dir_all(&folder).map_err(refused)?;
        let path = folder.join(lock_name(&found.answer));
        let mut file = lock_file(&path).map_err(refused)?;
        let mut told = false;
        loop {
            match Lock::take(file).map_err(refused)? {
                Ok(lock) => return Ok(Some(lock)),
                Err(again) => file = again,
            }
            if !told {
                self.say(None, &format!("waiting for another run that holds {}", path.display()));
            }
            told = true;
            if cancel.sleep(AGAIN) {
                return Err(Held::Cancelled);
            }
        }
    }

    fn lock_folder(&self) -> PathBuf {
        if let Some(folder) = self.variable("PIPEC_LOCK_DIR").filter(|folder| !folder.is_empty()) {
            return folder.into();
        }
        let temporary = self.variable("TMPDIR").filter(|folder| !folder.is_empty()).map_or("/tmp".as_ref(), Path::new);
        temporary.join(format!("pipec-locks-{}", rustix::process::getuid().as_raw()))
    }
}

fn lock_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).open(path)
}

/// A file name that no other text has, the same as that of the shell runner.
pub(super) fn lock_name(text: &[u8]) -> String {
    // A shell holds no NUL.
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let letter = |byte: &u8| if plain(*byte) { char::from(*byte).to_string() } else { format!("%{byte:02x}") };
    let mut name: String = text.iter().map(letter).collect();
    if name.len() > LONGEST_NAME {
        name = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
    }
    name + ".lock"
}
