//! What a task made, with size and checksum.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::aside::{self, Disk};
use crate::contract::ArtifactSpec;
use crate::contract::store::{Artifact, ArtifactsFile};

/// Where the workspaces of a run are.
#[derive(Clone, Default, Debug)]
pub struct Places {
    /// By name, those that were given.
    pub given: BTreeMap<String, PathBuf>,
}

impl Places {
    /// Where an artifact is: how it is called in the store, and where to open it. `None` when only its task knows.
    fn of(&self, run: &Path, artifact: &ArtifactSpec) -> Option<(String, PathBuf)> {
        let path = artifact.path.as_ref()?;
        Some(match self.given.get(&artifact.workspace) {
            Some(folder) => {
                let whole = folder.join(path);
                (whole.to_string_lossy().into_owned(), whole)
            }
            None => {
                let inside = Path::new("work/workspaces").join(&artifact.workspace).join(path);
                (inside.to_string_lossy().into_owned(), run.join(inside))
            }
        })
    }
}

/// Writes the `artifacts.json` of a step; what is not there is an output that may be missing.
pub(super) fn write(run: &Path, step: &Path, artifacts: &[ArtifactSpec], places: &Places) -> io::Result<()> {
    let mut file = ArtifactsFile::default();
    for artifact in artifacts {
        let Some((path, whole)) = places.of(run, artifact) else { continue };
        let Ok((size, sha256)) = measure(&whole) else { continue };
        file.last_id += 1;
        let name = artifact.name.clone();
        file.artifacts.push(Artifact { artifact_id: file.last_id, name, path, size, sha256 });
    }
    aside::json(&step.join("artifacts.json"), &file, Disk::Later)
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
    let mut file = File::open(path)?;
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

fn hexadecimal(sum: Sha256) -> String {
    sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
