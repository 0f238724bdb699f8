//! A folder in which one program is run by one engine.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::super::commands::below;
use super::case::Case;
use crate::processes::marked;

/// No run of these takes as long.
const LONGEST: Duration = Duration::from_secs(150);

/// Until a guardian has seen that its run has ended.
const SOON: Duration = Duration::from_secs(5);

/// Where an engine runs, with the trace that tasks leave.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) folder: PathBuf,
}

/// How a command ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: i32,
    pub(super) said: String,
    /// The run was cancelled before it ended.
    pub(super) cancelled: bool,
}

impl Room {
    pub(super) fn new(top: &Path, engine: &str) -> Self {
        let room = Self { folder: top.join(engine) };
        for part in ["trace", "tmp", "locks"] {
            fs::create_dir_all(room.path(part)).unwrap();
        }
        fs::write(room.path("trace/log"), "").unwrap();
        room
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A command with the environment that all engines are given.
    pub(super) fn command(&self, program: &str) -> Command {
        // Whatever is ignored here, as in a job of a script, is not ignored there.
        let mut command = Command::new("env");
        command.args(["--default-signal=INT,TERM,HUP", program]).current_dir(&self.folder).stdin(Stdio::null());
        for name in ["NO_COLOR", "FORCE_COLOR", "PIPEC_STORE", "PIPEC_SECRETS_DIR", "XDG_RUNTIME_DIR"] {
            command.env_remove(name);
        }
        command.env("PARITY", self.path("trace")).env("LC_ALL", "C.UTF-8");
        command.env("TMPDIR", self.path("tmp")).env("PIPEC_LOCK_DIR", self.path("locks"));
        command
    }

    /// Runs it to its end, and cancels it where the case says so.
    pub(super) fn run(&self, command: &mut Command, case: &Case) -> Ended {
        let said = File::create(self.path("said")).unwrap();
        let mut child = command.stdout(said.try_clone().unwrap()).stderr(said).spawn().unwrap();
        let began = Instant::now();
        let mut waits = case.cancel_at.as_deref();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if waits.is_some_and(|line| self.log().iter().any(|one| one == line)) {
                kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
                waits = None;
            }
            if began.elapsed() > LONGEST {
                self.give_up(&mut child, case);
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let code =
            status.code().unwrap_or_else(|| -std::os::unix::process::ExitStatusExt::signal(&status).unwrap_or(1));
        self.nothing_is_left(case);
        Ended { code, said: self.said(), cancelled: case.cancel_at.is_some() && waits.is_none() }
    }

    /// Whatever became of a run, no process of it is left; a guardian may need a moment.
    fn nothing_is_left(&self, case: &Case) {
        let (mark, began) = (format!("PARITY={}", self.path("trace").display()), Instant::now());
        loop {
            let left = marked(&mark);
            if left.is_empty() {
                return;
            }
            assert!(began.elapsed() < SOON, "{}: {left:#?} are left\n{}\n{}", case.name, case.text, self.said());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn give_up(&self, child: &mut Child, case: &Case) -> ! {
        kill_process(Pid::from_child(child), Signal::TERM).unwrap();
        child.wait().unwrap();
        panic!("{}: {} does not end\n{}\n{}", case.name, self.folder.display(), case.text, self.said());
    }

    fn said(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.path("said")).unwrap()).into_owned()
    }

    /// What tasks wrote, in its order.
    pub(super) fn log(&self) -> Vec<String> {
        let text = fs::read(self.path("trace/log")).unwrap();
        String::from_utf8_lossy(&text).lines().map(str::to_owned).collect()
    }

    /// Every other file of the trace, without what only this engine can know.
    pub(super) fn trace(&self) -> BTreeMap<String, Vec<u8>> {
        files(&self.path("trace")).into_iter().filter(|(name, _)| name != "log").collect()
    }
}

/// Everything below a folder, by name.
pub(super) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let name = |path: &Path| path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
    below(folder).into_iter().map(|path| (name(&path), fs::read(&path).unwrap())).collect()
}
