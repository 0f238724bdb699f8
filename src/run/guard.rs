//! Ends what a runner leaves when it is killed: a process of a group of its own that waits for the runner's end.
//!
//! The runner tells it by a pipe what lives, one thing a line; when the pipe ends without the word that all is well, it
//! kills the groups, then every process that bears the mark of the run, and removes containers and private folders.

#![expect(clippy::disallowed_methods, reason = "processes are what this is about")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufRead as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::supervise::adopted;

/// How often in a row nothing may be found before the guardian believes that nothing is left: a process that is just being
/// started has no mark yet.
const QUIET_ROUNDS: u32 = 4;
const ROUND: Duration = Duration::from_millis(25);
/// Who cannot be killed for so long waits for a disk that is not there.
const MOST_ROUNDS: u32 = 400;

/// The runner's side of its guardian. When its process is gone the guardian acts; dropped, the guardian has nothing to do.
#[derive(Debug)]
pub struct Guard {
    mark: String,
    guardian: Child,
    line: Mutex<Option<ChildStdin>>,
}

impl Guard {
    /// Starts the guardian: `command` is a program that calls [`main`] and nothing else.
    ///
    /// # Errors
    /// It could not be started.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        // Of a run in a run: the guardian outlives both.
        command.env_remove(adopted::MARK).current_dir("/").process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut guardian = command.spawn()?;
        let line = Mutex::new(guardian.stdin.take());
        let guard = Self { mark: mark(), guardian, line };
        guard.tell("mark", &guard.mark);
        Ok(guard)
    }

    /// What the variable `PIPEC_RUN` of every process of the run begins with.
    pub fn mark(&self) -> &str {
        &self.mark
    }

    pub(in crate::run) fn group(&self, group: u32) {
        self.tell("group", &group.to_string());
    }

    pub(in crate::run) fn group_ended(&self, group: u32) {
        self.tell("ended", &group.to_string());
    }

    /// `engine rm --force` removes it.
    pub(in crate::run) fn container(&self, engine: &str, name: &str) {
        self.tell("container", &format!("{engine} {name}"));
    }

    pub(in crate::run) fn container_removed(&self, engine: &str, name: &str) {
        self.tell("removed", &format!("{engine} {name}"));
    }

    /// A private folder of the run.
    pub(in crate::run) fn folder(&self, folder: &Path) {
        self.tell("folder", &folder.display().to_string());
    }

    fn tell(&self, word: &str, what: &str) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = &mut *line {
            // Who killed the guardian wanted to be without it.
            line.write_all(format!("{word} {what}\n").as_bytes()).ok();
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.tell("well", "");
        self.line.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        self.guardian.wait().ok();
    }
}

/// A text that no other run on this machine has.
pub(in crate::run) fn mark() -> String {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos();
    format!("{}-{now:x}-{}", std::process::id(), RUNS.fetch_add(1, Ordering::Relaxed))
}

/// The whole command of the guardian.
pub fn main() -> ExitCode {
    let mut left = Left::default();
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        if !left.hear(&line) {
            return ExitCode::SUCCESS;
        }
    }
    left.end();
    ExitCode::SUCCESS
}

/// What lives, as far as the runner said.
#[derive(Default, Debug)]
struct Left {
    mark: String,
    groups: BTreeSet<i32>,
    /// Engine and name, in the order of their start.
    containers: Vec<(String, String)>,
    folders: Vec<PathBuf>,
}

impl Left {
    /// Whether there may be more to do.
    fn hear(&mut self, line: &str) -> bool {
        let (word, what) = line.split_once(' ').unwrap_or((line, ""));
        let container = || what.split_once(' ').map(|(engine, name)| (engine.to_owned(), name.to_owned()));
        match word {
            "mark" => what.clone_into(&mut self.mark),
            "group" => self.groups.extend(what.parse::<i32>()),
            "ended" => drop(what.parse().map(|group: i32| self.groups.remove(&group))),
            "container" => self.containers.extend(container()),
            "removed" => drop(container().map(|gone| self.containers.retain(|container| *container != gone))),
            "folder" => self.folders.push(PathBuf::from(what)),
            "well" => return false,
            // Cut off by the end of who wrote it.
            _ => {}
        }
        true
    }

    fn end(&self) {
        for group in self.groups.iter().filter_map(|group| Pid::from_raw(*group)) {
            kill_process_group(group, Signal::KILL).ok();
        }
        self.kill_marked();
        // One that shares the network of another keeps that alive, and started behind it.
        for (engine, name) in self.containers.iter().rev() {
            let mut remove = Command::new(engine);
            remove.args(["rm", "--force", "--volumes", name]);
            remove.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().ok();
        }
        for folder in &self.folders {
            fs::remove_dir_all(folder).ok();
        }
    }

    fn kill_marked(&self) {
        let mark = format!("{}/", self.mark);
        let mut quiet = 0;
        for _ in 0..MOST_ROUNDS {
            let found: Vec<Pid> = processes().filter(|process| adopted::bears(*process, &mark)).collect();
            quiet = if found.is_empty() { quiet + 1 } else { 0 };
            if quiet == QUIET_ROUNDS || self.mark.is_empty() {
                return;
            }
            for process in found {
                kill_process(process, Signal::KILL).ok();
            }
            std::thread::sleep(ROUND);
        }
    }
}

fn processes() -> impl Iterator<Item = Pid> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?))
}
