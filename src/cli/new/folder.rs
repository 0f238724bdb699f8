//! Fills a folder with new files: all of them, or nothing is changed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::machine;
use crate::diag::Diagnostic;
use crate::diag::code::Code;

/// Writes the files aside, then moves them to `dir`, which is made, or is empty but for `.git`.
///
/// # Errors
/// What is there already, or cannot be written.
pub(super) fn fill(name: &str, dir: &Path, files: &[(String, String)]) -> Result<(), Diagnostic> {
    let there = vacant(name, dir)?;
    // Aside is on the same disk, so that moving is renaming.
    let parent = if there {
        dir
    } else {
        dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
    };
    let aside = parent.join(format!(".pipec-new.{}.tmp", std::process::id()));
    let result =
        write(&aside, files).and_then(|()| if there { move_in(&aside, dir, files) } else { place(name, &aside, dir) });
    let _ = fs::remove_dir_all(&aside);
    result
}

/// Whether the folder is there.
fn vacant(name: &str, dir: &Path) -> Result<bool, Diagnostic> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(dir).is_err() => {
            return Ok(false);
        }
        Err(error) if fs::symlink_metadata(dir).is_ok() && !dir.is_dir() => {
            return Err(taken(name, dir, &format!("and is no folder ({})", error.kind())));
        }
        Err(error) => return Err(unwritable(dir, &error)),
    };
    let mut found: Vec<String> = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name != ".git")
        .collect();
    found.sort();
    match found.as_slice() {
        [] => Ok(true),
        [one] => Err(taken(name, dir, &format!("with `{one}` in it"))),
        [one, rest @ ..] => Err(taken(name, dir, &format!("with `{one}` and {} more in it", rest.len()))),
    }
}

fn write(aside: &Path, files: &[(String, String)]) -> Result<(), Diagnostic> {
    files.iter().try_for_each(|(file, text)| machine::write(&aside.join(file), text, false))
}

#[expect(clippy::disallowed_methods, reason = "a whole folder takes its place at once")]
fn place(name: &str, aside: &Path, dir: &Path) -> Result<(), Diagnostic> {
    // Someone may have been quicker: an empty folder is taken over, any other is left alone.
    fs::rename(aside, dir).map_err(|error| match vacant(name, dir) {
        Err(found) => found,
        Ok(_) => unwritable(dir, &error),
    })
}

/// Moves the files one by one; when one cannot be moved, takes away those that were.
#[expect(clippy::disallowed_methods, reason = "files that were written aside take their places")]
fn move_in(aside: &Path, dir: &Path, files: &[(String, String)]) -> Result<(), Diagnostic> {
    let mut moved: Vec<PathBuf> = Vec::new();
    for (file, _) in files {
        let to = dir.join(file);
        if let Err(error) = fs::rename(aside.join(file), &to) {
            moved.iter().for_each(|path| drop(fs::remove_file(path)));
            return Err(unwritable(&to, &error));
        }
        moved.push(to);
    }
    Ok(())
}

fn taken(name: &str, dir: &Path, with: &str) -> Diagnostic {
    Diagnostic::global(Code::P0707, format!("`{}` is there already, {with}", dir.display()))
        .help(format!("name a folder that does not exist yet: `pipec new {name} FOLDER`"))
}

fn unwritable(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::global(Code::P0703, format!("`{}` cannot be written: {error}", path.display()))
        .help("nothing was left there; check the folder, its permissions and the space on the disk")
}
