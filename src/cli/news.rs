//! What became another one between two checks, in words.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use notify::event::{AccessKind, AccessMode, Event, EventKind};

use crate::diag::render::printable;

/// The files that a check asked for, by their whole path, each with whether it was there.
pub(super) type Asked = BTreeSet<(PathBuf, bool)>;

/// Files and what happened to them.
pub(super) type News = BTreeSet<(PathBuf, &'static str)>;

/// What happened to a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Changed,
    New,
    Deleted,
}

/// The paths that the machine reports.
#[derive(Default, Debug)]
pub(super) struct Touched {
    paths: BTreeSet<PathBuf>,
    /// There was more to report than the machine keeps.
    all: bool,
}

impl Touched {
    /// That something was read is no news: a check would be the cause of the next one.
    pub(super) fn add(&mut self, event: notify::Result<Event>) {
        if let Ok(event) = event {
            self.all |= event.need_rescan();
            self.paths.extend(event.paths.into_iter().filter(|_| is_change(event.kind)));
        }
    }

    pub(super) fn is_nothing(&self) -> bool {
        !self.all && self.paths.is_empty()
    }

    fn has(&self, path: &Path) -> bool {
        self.all || self.paths.contains(path)
    }
}

fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        EventKind::Any | EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) | EventKind::Other => true,
    }
}

/// `files` are those that were checked, `now` those that would be.
pub(super) fn between(asked: &Asked, touched: &Touched, files: &[String], now: &[String]) -> News {
    let mut news = News::new();
    for (path, was_there) in asked {
        let real = path.canonicalize().ok();
        let is_touched = touched.has(path) || real.as_ref().is_some_and(|real| touched.has(real));
        let kind = match (was_there, real.is_some()) {
            (true, true) => is_touched.then_some(Kind::Changed),
            (true, false) => Some(Kind::Deleted),
            (false, true) => Some(Kind::New),
            (false, false) => None,
        };
        news.extend(kind.map(|kind| (path.clone(), word(kind))));
    }
    let old: BTreeSet<&String> = files.iter().collect();
    let fresh = now.iter().filter(|file| !old.contains(file)).filter_map(|file| std::path::absolute(file).ok());
    news.extend(fresh.map(|path| (path, word(Kind::New))));
    news
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Changed => "changed",
        Kind::New => "new",
        Kind::Deleted => "deleted",
    }
}

/// More are only counted.
const MOST_NAMED: usize = 3;

/// `a.pipe changed, b.pipe deleted: `
pub(super) fn headline(news: &News) -> String {
    let folder = std::path::absolute(".").unwrap_or_default();
    let mut parts: Vec<String> = news.iter().take(MOST_NAMED).map(|(path, word)| named(path, &folder, word)).collect();
    match news.len().saturating_sub(MOST_NAMED) {
        0 => {}
        more => parts.push(format!("and {more} more")),
    }
    format!("{}: ", parts.join(", "))
}

fn named(path: &Path, folder: &Path, word: &str) -> String {
    let shown = path.strip_prefix(folder).unwrap_or(path);
    printable(&format!("{} {word}", shown.display()))
}
