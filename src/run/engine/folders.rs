//! The folders of a task. On a busy disk each is a good part of the time of a short script: only what is needed is made.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::site::{Site, output_file};
use super::who::Who;

impl Site<'_> {
    /// Empty folders for one try.
    pub(super) fn prepare(&self, who: &Who) -> io::Result<()> {
        self.forget_key(who)?;
        let (outputs, scratch, verdict) = (self.outputs(who), self.scratch(who), self.verdict(who));
        remove(&outputs)?;
        if self.has_outputs(who) {
            self.make_open(&outputs)?;
        }
        if scratch.exists() {
            remove(&scratch)?;
        }
        make(&scratch)?;
        if self.engine().is_none() {
            return remove_file(&verdict);
        }
        open_to_all(&scratch, 0o777)?;
        self.make_open(&self.control(who))?;
        fs::write(&verdict, "")?;
        open_to_all(&verdict, 0o666)
    }

    /// Whether it gives values, which are files.
    pub(super) fn has_outputs(&self, who: &Who) -> bool {
        !self.task(who).results.is_empty()
    }

    /// What its containers see of the state of a task.
    pub(super) fn control(&self, who: &Who) -> PathBuf {
        self.options.work.join("state").join(who.folder(self.spec))
    }

    /// The file for the verdict of a task's scripts.
    pub(super) fn verdict(&self, who: &Who) -> PathBuf {
        let control = self.control(who);
        if self.engine().is_some() { control.join("verdict") } else { control.with_added_extension("verdict") }
    }

    /// The file with the numbers of a loop's turns.
    pub(super) fn turns_file(&self, task: usize) -> PathBuf {
        self.control(&Who::task(task)).with_added_extension("turns")
    }

    /// A folder; what users of containers have to write to is open to all, inside of what is open to nobody else.
    pub(super) fn make_open(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        if self.engine().is_some() { open_to_all(folder, 0o777) } else { Ok(()) }
    }

    /// The outputs of a task that has none are empty files.
    pub(super) fn empty_outputs(&self, who: &Who) {
        if !self.has_outputs(who) {
            return;
        }
        let (task, folder) = (self.task(who), self.outputs(who));
        let make = || {
            self.make_open(&folder)?;
            task.results.iter().try_for_each(|output| fs::write(folder.join(output_file(output)), ""))
        };
        if let Err(error) = make() {
            self.say(Some(who), &format!("the outputs in {} cannot be emptied: {error}", folder.display()));
        }
    }
}

pub(super) fn open_to_all(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
}

/// Removes a folder that may not be there, and may be empty.
pub(super) fn remove(folder: &Path) -> io::Result<()> {
    let empty = fs::remove_dir(folder);
    let missing = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
    match empty.or_else(|error| if missing(&error) { Ok(()) } else { fs::remove_dir_all(folder) }) {
        Err(error) if !missing(&error) => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// In a folder that is there, or not yet.
fn make(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder).or_else(|_| fs::create_dir_all(folder))
}

/// Removes a file that may not be there.
fn remove_file(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
