//! Files that are never half: written aside, then renamed.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

/// When what was written has to be on the disk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Disk {
    /// Before it has its name: it outlives the machine.
    Now,
    /// Some time: it outlives the process.
    Later,
}

/// Gives the file this value, as one line of JSON.
pub(super) fn json<T: Serialize + ?Sized>(path: &Path, value: &T, disk: Disk) -> io::Result<()> {
    bytes(path, &line(value)?, disk)
}

/// A value as a line of JSON.
pub(super) fn line<T: Serialize + ?Sized>(value: &T) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    Ok(line)
}

/// Gives the file these bytes.
pub(super) fn bytes(path: &Path, bytes: &[u8], disk: Disk) -> io::Result<()> {
    let aside = aside(path);
    let written = File::create(&aside).and_then(|mut file| {
        file.write_all(bytes)?;
        if disk == Disk::Now { file.sync_all() } else { Ok(()) }
    });
    let renamed = written.and_then(|()| fs::rename(&aside, path));
    if renamed.is_err() {
        // What cannot be written cannot be tidied up either, at worst.
        fs::remove_file(&aside).ok();
    }
    renamed?;
    if disk == Disk::Now { sync_folder(path.parent().unwrap_or(Path::new("."))) } else { Ok(()) }
}

/// Puts the names in a folder on the disk.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Removes what a killed writer has left aside.
pub(super) fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.starts_with('.') && name.ends_with(".tmp")) {
            fs::remove_file(entry.path()).ok();
        }
    }
}

fn aside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}
