//! An archive, unpacked into a folder that nothing in it leaves.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use flate2::read::MultiGzDecoder;
use tar::{Archive, EntryType};

use super::super::failure::Failure;

/// What the reader sees who started a build without an archive.
const EMPTY: &str =
    "standard input is empty: this build gets what it runs as an archive, so start it with `--from-archive=FILE`";

/// Unpacks a tar, or a tar.gz, whichever it is.
pub(super) fn unpack(from: &mut dyn Read, folder: &Path) -> Result<(), Failure> {
    let mut start = [0; 4];
    let length = fill(from, &mut start).map_err(|error| Failure::machine("standard input", &error))?;
    let mut whole = start[..length].chain(from);
    let whole: &mut dyn Read = &mut whole;
    match start {
        _ if length == 0 => Err(Failure::usage(EMPTY)),
        [0x1f, 0x8b, ..] => unpack_tar(&mut MultiGzDecoder::new(whole), folder),
        [b'P', b'K', 3, 4] => Err(Failure::usage("the archive is a zip; make it a tar or a tar.gz")),
        _ => unpack_tar(whole, folder),
    }
}

/// Unpacks a tar that lies in a file.
pub(super) fn unpack_file(file: &Path, folder: &Path) -> Result<(), Failure> {
    let mut from = File::open(file).map_err(|error| Failure::file(file, &error))?;
    unpack(&mut from, folder)
}

fn unpack_tar(from: &mut dyn Read, folder: &Path) -> Result<(), Failure> {
    let broken = |error: io::Error| Failure::usage(format!("the archive cannot be read: {error}"));
    let mut links = Vec::new();
    let mut archive = Archive::new(from);
    archive.set_preserve_permissions(true);
    archive.set_preserve_mtime(true);
    for entry in archive.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        let path = entry.path().map_err(broken)?.into_owned();
        let kind = entry.header().entry_type();
        if kind == EntryType::XGlobalHeader {
            continue;
        }
        stays_inside(&path)?;
        let target = entry.link_name().map_err(broken)?.map(|target| target.into_owned());
        match (kind, target) {
            (EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse | EntryType::Directory, _) => {}
            (EntryType::Symlink, Some(target)) => {
                link_stays(&path, &path.parent().unwrap_or(Path::new("")).join(&target), &target)?;
                links.push(path.clone());
            }
            (EntryType::Link, Some(target)) => link_stays(&path, &target, &target)?,
            _ => return Err(Failure::usage(format!("`{}` in the archive is no file, folder or link", path.display()))),
        }
        // It checks once more where a path leads through the links that are there by now.
        let unpacked = entry.unpack_in(folder);
        let written = unpacked.map_err(|error| {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
            Failure::usage(format!("`{}` in the archive: {error}{cause}", path.display()))
        })?;
        if !written {
            return Err(leaves(&path));
        }
    }
    real_links_stay(&links, folder)
}

/// A link that leads through another one may end elsewhere than its text says.
fn real_links_stay(links: &[PathBuf], folder: &Path) -> Result<(), Failure> {
    let root = folder.canonicalize().map_err(|error| Failure::file(folder, &error))?;
    let leads_out = |link: &&PathBuf| match fs::canonicalize(root.join(link)) {
        Ok(end) => !end.starts_with(&root),
        // To nothing, or in a circle.
        Err(_) => false,
    };
    links.iter().find(leads_out).map_or(Ok(()), |link| Err(leaves(link)))
}

fn stays_inside(path: &Path) -> Result<(), Failure> {
    let inside = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if inside { Ok(()) } else { Err(leaves(path)) }
}

/// Whether a link at `path` to `target`, which is `end` seen from the root, stays inside.
fn link_stays(path: &Path, end: &Path, target: &Path) -> Result<(), Failure> {
    let mut depth = 0i64;
    for part in end.components() {
        match part {
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::ParentDir => depth -= 1,
            Component::RootDir | Component::Prefix(_) => depth = i64::MIN / 2,
        }
        if depth < 0 {
            let said =
                format!("`{}` in the archive is a link to `{}`, which is not in it", path.display(), target.display());
            return Err(Failure::usage(said));
        }
    }
    Ok(())
}

fn leaves(path: &Path) -> Failure {
    Failure::usage(format!("`{}` in the archive leads out of its folder", path.display()))
}

/// As many bytes as there are, at most as many as fit.
fn fill(from: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match from.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}
