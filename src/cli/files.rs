//! Which files a command is about, and how they are worked on.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder};

use super::project::Excluded;
use crate::diag::Diagnostic;
use crate::diag::code::Code;

/// The files below the paths, sorted, and what cannot be read among them, or that there are none.
pub(super) fn find(paths: &[String], excluded: &Arc<Excluded>) -> (Vec<String>, Vec<Diagnostic>) {
    let (mut files, mut failures) = (Vec::new(), Vec::new());
    for path in paths {
        if Path::new(path).is_dir() {
            walk(path, excluded, &mut files, &mut failures);
        } else {
            files.push(path.clone());
        }
    }
    files.sort();
    files.dedup();
    if files.is_empty() && failures.is_empty() {
        failures.push(nothing_to_check(paths));
    }
    (files, failures)
}

fn walk(path: &str, excluded: &Arc<Excluded>, files: &mut Vec<String>, failures: &mut Vec<Diagnostic>) {
    for entry in below(path, excluded) {
        match entry {
            Ok(entry) if is_program(&entry) => {
                let shown = entry.path().strip_prefix("./").unwrap_or(entry.path());
                match shown.to_str() {
                    Some(path) => files.push(path.to_owned()),
                    None => failures.push(unspeakable(shown)),
                }
            }
            Ok(_) => {}
            Err(error) => failures.push(unreadable(&error)),
        }
    }
}

/// What is below a folder, neither ignored nor left out by the configuration, in order.
pub(super) fn below(path: &str, excluded: &Arc<Excluded>) -> ignore::Walk {
    let excluded = Arc::clone(excluded);
    // What is named counts, whatever the configuration says.
    let wanted = move |entry: &DirEntry| entry.depth() == 0 || !is_excluded(&excluded, entry);
    WalkBuilder::new(path).sort_by_file_name(Ord::cmp).filter_entry(wanted).build()
}

/// Only of folders and programs, so that no other file makes a folder be looked at for its configuration.
fn is_excluded(excluded: &Excluded, entry: &DirEntry) -> bool {
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    (is_folder || is_program(entry)) && excluded.has(entry.path(), is_folder)
}

/// By its name; a link to a folder is none, though a link that leads nowhere is, so that it is reported.
fn is_program(entry: &DirEntry) -> bool {
    let named = entry.path().extension().is_some_and(|extension| extension == "pipe");
    named && !entry.path().is_dir()
}

/// What `work` makes of each file, on as many threads as there are cores; in the order of the files.
pub(super) fn in_parallel<T: Send>(files: &[String], work: impl Fn(&str) -> T + Sync) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(files.len());
    if threads <= 1 {
        return files.iter().map(|path| work(path)).collect();
    }
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(files.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((at, path)) = take(files, &next) {
                    let made = work(path);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((at, made));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, made)| made).collect()
}

fn take<'a>(files: &'a [String], next: &AtomicUsize) -> Option<(usize, &'a String)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    files.get(at).map(|path| (at, path))
}

fn unreadable(error: &ignore::Error) -> Diagnostic {
    Diagnostic::global(Code::P0701, format!("a folder cannot be read: {error}"))
        .help("check its permissions, or name the files to check")
}

fn unspeakable(path: &Path) -> Diagnostic {
    Diagnostic::global(Code::P0701, format!("`{}` cannot be read: its name is not UTF-8", path.display()))
        .help("rename it: findings and manifests say the names of files")
}

pub(super) fn nothing_to_check(paths: &[String]) -> Diagnostic {
    Diagnostic::global(Code::P0702, format!("no `.pipe` file below {}", paths.join(", ")))
        .help("name a file or another folder; git-ignored files count only when they are named")
}
