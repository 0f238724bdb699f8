//! How containers wait for each other: one makes a file, the others see it come.
//!
//! When the work before the file failed, `FILE.err` comes in its place, so that whoever waits ends too.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use rustix::process::Signal;

use super::failure::Failure;
use super::options::Options;
use super::script::unique;
use super::signals::Signals;

/// Some file systems tell nobody what other machines do to them.
const LOOK: Duration = Duration::from_secs(1);

/// `pipec-entrypoint wait FILE…`
pub(super) fn run(options: &Options, files: &[PathBuf]) -> Result<u8, Failure> {
    let signals = Signals::catch().map_err(|error| Failure::machine("signals", &error))?;
    let deadline = options.timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    let waited = wait(files, &signals, deadline);
    let code = waited.as_ref().map_or_else(|failure| failure.code, |()| 0);
    let posted = options.post.as_deref().map_or(Ok(()), |file| post(file, code));
    waited.and(posted).map(|()| 0)
}

/// Returns when all files are there.
pub(super) fn wait(files: &[PathBuf], signals: &Signals, deadline: Option<Instant>) -> Result<(), Failure> {
    if files.is_empty() {
        return Ok(());
    }
    let watch = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK);
    let watch = watch.map_err(|error| Failure::machine("inotify", &error.into()))?;
    loop {
        // First it is watched, then it is looked at: nothing that comes between is missed.
        for file in files.iter().filter(|file| !file.exists()) {
            let flags = WatchFlags::CREATE | WatchFlags::MOVED_TO | WatchFlags::ONLYDIR;
            inotify::add_watch(&watch, nearest_folder(file), flags).ok();
        }
        if all_there(files)? {
            return Ok(());
        }
        if let Some(signal) = signals.take().into_iter().find(ends) {
            let code = u8::try_from(128 + signal.as_raw()).unwrap_or(1);
            return Err(Failure { code, message: format!("ended by a signal while waiting for `{}`", missing(files)) });
        }
        let now = Instant::now();
        if deadline.is_some_and(|deadline| now >= deadline) {
            return Err(Failure {
                code: 124,
                message: format!("the time was up while waiting for `{}`", missing(files)),
            });
        }
        let left = deadline.map_or(LOOK, |deadline| LOOK.min(deadline - now)) + Duration::from_millis(1);
        let left = Timespec::try_from(left).unwrap_or(Timespec { tv_sec: 1, tv_nsec: 0 });
        let waker = signals.waker();
        let mut fds = [PollFd::new(&watch, PollFlags::IN), PollFd::from_borrowed_fd(waker, PollFlags::IN)];
        poll(&mut fds, Some(&left)).ok();
        let mut events = [0; 4096];
        while rustix::io::read(&watch, &mut events).is_ok_and(|length| length > 0) {}
    }
}

/// Tells whoever waits for the file how it ended: the file holds the exit code.
pub(super) fn post(file: &Path, code: u8) -> Result<(), Failure> {
    let target = if code == 0 { file.to_owned() } else { failed(file) };
    let mut aside = OsString::from(file);
    aside.push(".");
    aside.push(unique());
    let aside = PathBuf::from(aside);
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let made = folder.map_or(Ok(()), fs::create_dir_all);
    let written = made.and_then(|()| fs::write(&aside, format!("{code}\n"))).and_then(|()| fs::rename(&aside, &target));
    written.map_err(|error| Failure::file(&target, &error))
}

fn all_there(files: &[PathBuf]) -> Result<bool, Failure> {
    for file in files {
        let failed = failed(file);
        if failed.exists() {
            return Err(Failure::failed(format!("what was waited for failed: there is `{}`", failed.display())));
        }
    }
    Ok(files.iter().all(|file| file.exists()))
}

fn missing(files: &[PathBuf]) -> String {
    files.iter().find(|file| !file.exists()).map(|file| file.display().to_string()).unwrap_or_default()
}

fn failed(file: &Path) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(".err");
    name.into()
}

/// Where the file will be, or the folder in which the way to it begins.
fn nearest_folder(file: &Path) -> &Path {
    let mut folders = file.ancestors().skip(1);
    let folder = folders.find(|folder| folder.is_dir() || folder.as_os_str().is_empty());
    folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn ends(signal: &Signal) -> bool {
    [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT].contains(signal)
}
