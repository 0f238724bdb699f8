//! What is sent, for people: names, sizes, and which files differ from the last commit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::cli::archive::{Content, Entry};
use crate::diag::report::one_line;

/// A line a file: how git sees it, size, name.
pub(super) fn listing(dir: &str, entries: &[Entry]) -> String {
    let marks = marks(dir, entries);
    let mut text = String::new();
    for entry in entries {
        let (size, name) = match &entry.content {
            Content::Folder | Content::Tar(_) => continue,
            Content::Link(target) => ("link".to_owned(), format!("{} -> {target}", entry.name)),
            Content::Bytes(bytes) => (bytes.len().to_string(), entry.name.clone()),
            Content::File { size, .. } => (size.to_string(), entry.name.clone()),
        };
        let mark = marks.get(&entry.name).map_or("", String::as_str);
        text += &format!("{mark:<9}  {size:>10}  {}\n", one_line(&name));
    }
    format!("{text}{}\n", total(entries))
}

/// `3 files, 20480 bytes`
pub(super) fn total(entries: &[Entry]) -> String {
    let size = |entry: &Entry| match &entry.content {
        Content::File { size, .. } => Some(*size),
        Content::Bytes(bytes) => Some(bytes.len() as u64),
        Content::Link(_) => Some(0),
        Content::Folder | Content::Tar(_) => None,
    };
    let sizes: Vec<u64> = entries.iter().filter_map(size).collect();
    let s = if sizes.len() == 1 { "" } else { "s" };
    format!("{} file{s}, {} bytes", sizes.len(), sizes.iter().sum::<u64>())
}

/// `changed` or `new` for the files that are not as they were committed; nothing where git does not say.
fn marks(dir: &str, entries: &[Entry]) -> BTreeMap<String, String> {
    let folders = entries.iter().filter(|entry| entry.content == Content::Folder).map(|entry| entry.name.as_str());
    let roots = folders.filter(|folder| Path::new(dir).join(folder).join(".git").exists());
    let mut marks = BTreeMap::new();
    for root in [""].into_iter().chain(roots) {
        marks.extend(of_repository(&Path::new(dir).join(root)).into_iter().map(|(name, mark)| {
            let whole = format!("{root}{name}");
            (whole, mark.to_owned())
        }));
    }
    marks
}

/// By names from the folder, of those that lie in it.
fn of_repository(folder: &Path) -> Vec<(String, &'static str)> {
    let Some(prefix) = git(folder, &["rev-parse", "--show-prefix"]) else { return Vec::new() };
    let Some(status) =
        git(folder, &["status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--", "."])
    else {
        return Vec::new();
    };
    let row = |line: &str| {
        let (state, path) = (line.get(..2)?, line.get(3..)?);
        let mark = if matches!(state, "??" | "A " | "AM") { "new" } else { "changed" };
        Some((path.strip_prefix(prefix.trim_end_matches('\n'))?.to_owned(), mark))
    };
    status.split('\0').filter_map(row).collect()
}

#[expect(clippy::disallowed_methods, reason = "git knows what is committed")]
fn git(folder: &Path, words: &[&str]) -> Option<String> {
    let folder: PathBuf = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() };
    let mut command = Command::new("git");
    command.arg("--no-optional-locks").arg("-C").arg(folder).args(words).stdin(Stdio::null()).stderr(Stdio::null());
    let done = command.output().ok().filter(|done| done.status.success())?;
    String::from_utf8(done.stdout).ok()
}
