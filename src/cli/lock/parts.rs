//! The files of an image in a folder, or in a tar.
#![expect(clippy::disallowed_methods, reason = "images that lie on the disk are read from it")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};

use crate::query::lock::layout;

/// What says what an image is, is smaller than this; layers need not be read.
const MOST: u64 = 4 << 20;

/// An image in files.
#[derive(Debug)]
pub(super) struct Parts {
    path: String,
    /// Of an archive.
    files: Option<BTreeMap<PathBuf, Vec<u8>>>,
}

/// The folder or archive at a path.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn open(path: &str) -> Result<Parts, String> {
    let words = |error: io::Error| error.to_string();
    let is_folder = std::fs::metadata(path).map_err(words)?.is_dir();
    let files = if is_folder { None } else { Some(unpacked(path).map_err(words)?) };
    Ok(Parts { path: path.to_owned(), files })
}

/// The small files of an archive, which may be compressed.
fn unpacked(path: &str) -> io::Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut file = File::open(path)?;
    let mut magic = [0; 2];
    let read = file.read(&mut magic)?;
    file.seek(SeekFrom::Start(0))?;
    let file = BufReader::new(file);
    if read == 2 && magic == [0x1f, 0x8b] { entries(flate2::read::GzDecoder::new(file)) } else { entries(file) }
}

fn entries(bytes: impl Read) -> io::Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut archive = tar::Archive::new(bytes);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = normal(&entry.path()?);
        if entry.header().entry_type().is_file() && entry.size() <= MOST {
            let mut text = Vec::new();
            entry.read_to_end(&mut text)?;
            files.insert(path, text);
        }
    }
    Ok(files)
}

/// Without `./`; a path that leaves its folder is the empty one, which nobody asks for.
fn normal(path: &Path) -> PathBuf {
    let inside = path.components().all(|one| matches!(one, Component::Normal(_) | Component::CurDir));
    if !inside {
        return PathBuf::new();
    }
    path.components().filter(|one| matches!(one, Component::Normal(_))).collect()
}

impl layout::Parts for Parts {
    fn part(&mut self, path: &str) -> Result<Option<Vec<u8>>, String> {
        let path = normal(Path::new(path));
        if path.as_os_str().is_empty() {
            return Ok(None);
        }
        if let Some(files) = &self.files {
            return Ok(files.get(&path).cloned());
        }
        let whole = Path::new(&self.path).join(path);
        match File::open(&whole) {
            Ok(file) => {
                let mut text = Vec::new();
                let read = file.take(MOST + 1).read_to_end(&mut text);
                read.map(|_| Some(text)).map_err(|error| format!("{}: {error}", whole.display()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("{}: {error}", whole.display())),
        }
    }

    fn place(&self) -> &str {
        &self.path
    }
}
