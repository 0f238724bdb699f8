//! `pipec check --watch`: checks again whenever what was read changes. Ends with its terminal, by Ctrl-C, or when nobody
//! reads what it writes.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use notify::event::Event;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use super::Exit;
use super::args::Check;
use super::check::{Checked, Door};
use super::files;
use super::machine::{Disk, Machine};
use super::news::{self, Asked, Touched};
use super::project::{self, Excluded};
use super::report::{self, To};
use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::{Files, Sources};

/// Editors and `git checkout` write many files at once: the check waits until it is quiet for so long.
const QUIET: Duration = Duration::from_millis(100);

/// Where it is never quiet, since a build writes all the time, the check waits no longer than this.
const LONGEST: Duration = Duration::from_secs(1);

pub(super) fn run(args: &Check, machine: &mut Machine) -> Exit {
    if args.paths.iter().any(|path| path == "-") {
        machine.complain(&Sources::default(), &standard_input());
        return Exit::Failed;
    }
    let mut eyes = match Eyes::new() {
        Ok(eyes) => eyes,
        Err(error) => {
            machine.complain(&Sources::default(), &cannot_watch(&error));
            return Exit::Failed;
        }
    };
    let mut changes = String::new();
    while machine.is_read() {
        let seen = eyes.check(args);
        show(args, &seen.checked, &changes, machine);
        eyes.complain(machine);
        match eyes.wait(&args.paths, &seen) {
            Some(news) => changes = news,
            None => return Exit::Failed,
        }
    }
    Exit::Clean
}

fn show(args: &Check, checked: &Checked, changes: &str, machine: &mut Machine) {
    let run = checked.run();
    machine.clear();
    machine.remark(&format!("{changes}{}", checked.summary(&run, "; waiting for changes")));
    report::write(args.format, &run, To::Out, machine);
}

/// What one check gave and what it asked the disk for.
struct Seen {
    checked: Checked,
    asked: Asked,
}

/// Watches folders, never files: an editor that renames a new file to the place of an old one is seen too.
struct Eyes {
    watcher: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
    folders: BTreeSet<PathBuf>,
    /// The first folder that could not be watched, until it was said.
    blind: Option<Diagnostic>,
}

impl Eyes {
    fn new() -> notify::Result<Self> {
        let (send, events) = channel();
        let watcher = notify::recommended_watcher(send)?;
        Ok(Self { watcher, events, folders: BTreeSet::new(), blind: None })
    }

    /// Checks, and again while that leads into folders that nobody looked at before: no change is missed.
    fn check(&mut self, args: &Check) -> Seen {
        loop {
            self.watch(&folders(args));
            let noted = Arc::new(Noted::default());
            let door: Door = Arc::<Noted>::clone(&noted);
            let checked = Checked::new(args, &door);
            let asked = noted.asked();
            let near = asked.iter().flat_map(|(path, _)| [Some(path.clone()), path.canonicalize().ok()]).flatten();
            let near: BTreeSet<PathBuf> = near.filter_map(|path| nearest_folder(&path)).collect();
            if !self.watch(&near) {
                return Seen { checked, asked };
            }
        }
    }

    /// Looks at these folders too; says whether one of them is new.
    fn watch(&mut self, folders: &BTreeSet<PathBuf>) -> bool {
        self.folders.retain(|folder| folder.is_dir());
        let mut fresh = false;
        for folder in folders {
            // One that was deleted and made again has the same name and is another one.
            match self.watcher.watch(folder, RecursiveMode::NonRecursive) {
                Ok(()) => {}
                Err(error) if self.folders.contains(folder) => drop(error),
                Err(error) => self.blind = Some(cannot_watch(&error)),
            }
            fresh |= self.folders.insert(folder.clone());
        }
        fresh
    }

    fn complain(&mut self, machine: &Machine) {
        if let Some(found) = self.blind.take() {
            machine.complain(&Sources::default(), &found);
        }
    }

    /// Waits until something is another one than was seen; `None` when no news can come any more.
    fn wait(&self, paths: &[String], seen: &Seen) -> Option<String> {
        loop {
            let touched = self.touched()?;
            if !touched.is_nothing() {
                let now = files::find(paths, &seen.checked.excluded).0;
                let news = news::between(&seen.asked, &touched, &seen.checked.files, &now);
                if !news.is_empty() {
                    return Some(news::headline(&news));
                }
            }
        }
    }

    /// What something happened to, once it is quiet again.
    #[expect(clippy::disallowed_methods, reason = "how long to wait is a question of time")]
    fn touched(&self) -> Option<Touched> {
        let mut touched = Touched::default();
        touched.add(self.events.recv().ok()?);
        let start = Instant::now();
        while start.elapsed() < LONGEST {
            match self.events.recv_timeout(QUIET) {
                Ok(event) => touched.add(event),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
        Some(touched)
    }
}

/// Every folder in which a new program would be checked, and those of the files that are named.
fn folders(args: &Check) -> BTreeSet<PathBuf> {
    let excluded = Arc::new(Excluded::new(Arc::new(project::configs(&args.project))));
    let mut folders = BTreeSet::new();
    for path in &args.paths {
        if Path::new(path).is_dir() {
            let below =
                files::below(path, &excluded).flatten().map(ignore::DirEntry::into_path).filter(|path| path.is_dir());
            folders.extend(below.map(|path| whole(&path)));
        } else {
            folders.extend(nearest_folder(&whole(Path::new(path))));
        }
    }
    folders
}

/// The folder of a file, or what there is of its path.
fn nearest_folder(path: &Path) -> Option<PathBuf> {
    path.ancestors().skip(1).find(|folder| folder.is_dir()).map(Path::to_path_buf)
}

/// From the root, as events name it.
fn whole(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

/// The disk, and what it was asked for: a module that is missing may come.
#[derive(Default)]
struct Noted {
    asked: Mutex<Asked>,
}

impl Noted {
    fn asked(&self) -> Asked {
        std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Files for Noted {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let read = Disk.read(path);
        let name = whole(Path::new(path));
        let is_there = name.exists();
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert((name, is_there));
        read
    }
}

fn standard_input() -> Diagnostic {
    Diagnostic::global(Code::P0701, "standard input cannot be watched".to_owned())
        .help("name files or folders, or leave out `--watch`: standard input is read once")
}

fn cannot_watch(error: &notify::Error) -> Diagnostic {
    let text = error.to_string();
    Diagnostic::global(Code::P0701, format!("changes cannot be watched: {text}"))
        .help("name fewer folders; on Linux the limits are in /proc/sys/fs/inotify")
}
