//! What a task made, with size and checksum.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use sha2::{Digest as _, Sha256};

use super::aside::{self, Disk};
use crate::contract::store::{Artifact, ArtifactsFile, LostArtifact};
use crate::run::observe::Place;

/// The file of a step with what its task made.
pub(super) const FILE: &str = "artifacts.json";

/// An output: its name, and where it lies, or why that is not known.
pub(super) type Output = (String, Result<Lies, String>);

/// Where an output lies.
#[derive(Clone, Debug)]
pub(super) struct Lies {
    whole: PathBuf,
    /// Of its workspace.
    root: PathBuf,
}

impl Lies {
    pub(super) fn at(place: &Place) -> Self {
        let parts = Path::new(&place.inside).components().count();
        let root = place.whole.ancestors().nth(parts).unwrap_or(&place.whole).to_owned();
        Self { whole: place.whole.clone(), root }
    }

    /// Without links. Tasks that run since it was made may have put one where it was, or on the way to it.
    fn real(&self) -> io::Result<PathBuf> {
        let (whole, root) = (self.whole.canonicalize()?, self.root.canonicalize()?);
        if whole.starts_with(root) {
            Ok(whole)
        } else {
            Err(io::Error::other("a link there leads out of its workspace"))
        }
    }
}

/// Writes the `artifacts.json` of a step; gives what could not be read, a sentence each, which nobody has said.
pub(super) fn write(run: &Path, step: &Path, outputs: Vec<Output>) -> io::Result<Vec<String>> {
    let (mut file, mut unread) = (ArtifactsFile::default(), Vec::new());
    let run = std::path::absolute(run)?;
    for (name, place) in outputs {
        let measured = place.and_then(|lies| {
            let path = lies.whole.strip_prefix(&run).unwrap_or(&lies.whole).to_string_lossy().into_owned();
            let measured = lies.real().and_then(|real| Ok((real.is_dir(), measure(&real)?)));
            let measured = measured.map_err(|error| format!("`{path}` cannot be measured: {error}"));
            measured.map(|(folder, (size, sha256))| (folder, path, size, sha256)).inspect_err(|why| {
                unread.push(format!("the artifact {why}"));
            })
        });
        match measured {
            Ok((folder, path, size, sha256)) => {
                file.last_id += 1;
                file.artifacts.push(Artifact { artifact_id: file.last_id, name, path, folder, size, sha256 });
            }
            Err(why) => file.lost.push(LostArtifact { name, why }),
        }
    }
    aside::json(&step.join(FILE), &file, Disk::Later)?;
    Ok(unread)
}

/// What an earlier try of the task has made is no longer what it made.
pub(super) fn forget(step: &Path) -> io::Result<()> {
    match fs::remove_file(step.join(FILE)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Bytes and checksum of a file, or of all files of a folder.
fn measure(path: &Path) -> io::Result<(u64, String)> {
    if !fs::metadata(path)?.is_dir() {
        return checksum(path);
    }
    let mut files = Vec::new();
    below(path, &mut files)?;
    let mut named: Vec<(String, PathBuf)> = files
        .into_iter()
        .map(|file| (file.strip_prefix(path).unwrap_or(&file).to_string_lossy().into_owned(), file))
        .collect();
    named.sort();
    let (mut size, mut all) = (0, Sha256::new());
    for (name, file) in named {
        let (bytes, sum) = if file.is_symlink() { link(&file)? } else { checksum(&file)? };
        size += bytes;
        all.update(format!("{sum}  {name}\n"));
    }
    Ok((size, hexadecimal(all)))
}

/// Files and links; what is a pipe or a device has no bytes of its own.
fn below(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            below(&entry.path(), files)?;
        } else if kind.is_file() || kind.is_symlink() {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// A link is the name that it holds.
fn link(path: &Path) -> io::Result<(u64, String)> {
    let target = fs::read_link(path)?;
    Ok((0, hexadecimal(Sha256::new().chain_update(target.as_os_str().as_encoded_bytes()))))
}

fn checksum(path: &Path) -> io::Result<(u64, String)> {
    let mut file = open(path)?;
    let (mut size, mut sum, mut buffer) = (0, Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok((size, hexadecimal(sum))),
            Ok(length) => {
                size += length as u64;
                sum.update(&buffer[..length]);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// A pipe would be waited for until somebody writes to it; a link was none when it was looked at.
fn open(path: &Path) -> io::Result<File> {
    let flags = i32::try_from((OFlags::NONBLOCK | OFlags::NOFOLLOW).bits()).unwrap_or(0);
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is neither a file nor a folder")) }
}

fn hexadecimal(sum: Sha256) -> String {
    sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
