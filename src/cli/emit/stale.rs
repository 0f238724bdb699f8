//! What differs between the files that would be written and those that are there.

use std::path::Path;

use similar::TextDiff;

use crate::cli::machine::{Disk, Machine};
use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::emit::OutFile;
use crate::source::Files as _;

/// With `check`, what is out of date is a finding.
pub(in crate::cli) fn compare(
    files: &[OutFile],
    folder: &str,
    check: bool,
    machine: &mut Machine,
) -> Result<(), Diagnostic> {
    let stale: Vec<(String, String)> = files.iter().filter_map(|file| stale(file, folder)).collect();
    for (_, diff) in &stale {
        machine.print(diff);
    }
    let paths: Vec<String> = stale.into_iter().map(|(path, _)| path).collect();
    if check { up_to_date(&paths) } else { Ok(()) }
}

pub(super) fn up_to_date(stale: &[String]) -> Result<(), Diagnostic> {
    if stale.is_empty() {
        return Ok(());
    }
    Err(Diagnostic::global(Code::P0704, format!("out of date: {}", stale.join(", ")))
        .help("run it again without `--check`, and commit what was written"))
}

/// The path and the difference, when the file on disk is not the one that would be written.
pub(super) fn stale(file: &OutFile, folder: &str) -> Option<(String, String)> {
    let path = Path::new(folder).join(&file.path).to_string_lossy().into_owned();
    let found = Disk.read(&path);
    let old = found.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
    if found.is_ok() && old == file.text {
        return None;
    }
    let before = if found.is_ok() { path.as_str() } else { "/dev/null" };
    let diff = TextDiff::from_lines(old.as_ref(), &file.text).unified_diff().header(before, &path).to_string();
    Some((path, diff))
}
