//! Runs that nobody needs any more.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use super::read::is_end;
use super::{Entry, Store, lock};

/// What is no run after this time will never be one.
const MAKING: Duration = Duration::from_secs(60);

pub(super) fn prune(store: &Store, keep: usize) -> io::Result<Vec<(String, io::Result<()>)>> {
    sweep(store);
    let (mut ended, mut never) = (Vec::new(), Vec::new());
    for entry in store.entries()? {
        match entry {
            Entry::Run(run) if is_end(run.view().state) => ended.push(run.file.id),
            // What another pipec has written is for that to remove.
            Entry::Run(_) | Entry::Unreadable(..) => {}
            Entry::Unmade(id) if is_old(&store.folder.join(&id)) => never.push(id),
            Entry::Unmade(_) => {}
        }
    }
    let old = ended.len().saturating_sub(keep);
    let gone = never.into_iter().chain(ended.into_iter().take(old));
    Ok(gone.filter_map(|id| remove(store, &id).map(|done| (id, done))).collect())
}

/// `None` when somebody has just taken it up again.
fn remove(store: &Store, id: &str) -> Option<io::Result<()>> {
    let folder = store.folder.join(id);
    let held = match lock(&folder) {
        Ok(Some(held)) => held,
        Ok(None) => return None,
        Err(error) => return Some(Err(error)),
    };
    // At once for every reader, however long it takes.
    let aside = store.folder.join(format!(".gone-{id}"));
    let done = fs::rename(&folder, &aside).and_then(|()| erase(&aside));
    drop(held);
    Some(done)
}

/// What an earlier one did not come to.
fn sweep(store: &Store) {
    for entry in fs::read_dir(&store.folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(".gone-") {
            // It is tried again the next time.
            erase(&entry.path()).ok();
        }
    }
}

/// Also what was made so that nobody can write to it.
fn erase(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            open(folder)?;
            fs::remove_dir_all(folder)
        }
        other => other,
    }
}

fn open(folder: &Path) -> io::Result<()> {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            open(&entry.path())?;
        }
    }
    Ok(())
}

fn is_old(folder: &Path) -> bool {
    let changed = fs::metadata(folder).and_then(|about| about.modified());
    changed.is_ok_and(|changed| changed.elapsed().is_ok_and(|age| age > MAKING))
}
