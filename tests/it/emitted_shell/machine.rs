//! A directory with an emitted script in it, and what happens when it is run.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use pipec::emit::Target;
use pipec::emit::shell::Shell;
use serde_json::Value;
use tempfile::TempDir;

use super::draft::Draft;
use crate::processes::marked;
use crate::program::Made;

/// A script where it can be run.
pub(super) struct Machine {
    dir: TempDir,
}

/// How a run ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
}

impl Machine {
    pub(super) fn new(draft: &Draft) -> Self {
        let machine = Self { dir: TempDir::new().unwrap() };
        machine.write("line.sh", &text(draft));
        machine
    }

    /// A program, whose pipeline is called `line`.
    pub(super) fn of_program(text: &str) -> Self {
        let machine = Self { dir: TempDir::new().unwrap() };
        machine.write("line.sh", &Made::new(text).bundle(&Shell).files.remove(0).text);
        machine
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub(super) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// A file that the steps appended to; nothing when no step did.
    pub(super) fn trace(&self, name: &str) -> Vec<String> {
        fs::read_to_string(self.path(name)).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    /// The command for the script; every process under it has the directory in its environment.
    pub(super) fn command(&self, args: &[&str]) -> Command {
        self.command_below(&[], args)
    }

    /// Likewise, started by another command.
    pub(super) fn command_below(&self, starter: &[&str], args: &[&str]) -> Command {
        // Under `nohup` a signal is ignored from the start, and then no shell can catch it.
        let mut command = Command::new("env");
        command
            .arg("--default-signal=HUP,INT,TERM")
            .args(starter)
            .args([&bash(), "line.sh"])
            .args(args)
            .current_dir(self.dir.path())
            .env("PIPEC_TEST_MARK", self.dir.path());
        command.env("TOP", self.dir.path()).env("PIPEC_LOCK_DIR", self.path("locks")).env_remove("XDG_RUNTIME_DIR");
        command.env("TMPDIR", self.path("")).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(super) fn start(&self, args: &[&str]) -> Child {
        self.command(args).spawn().unwrap()
    }

    pub(super) fn run(&self, args: &[&str]) -> Ended {
        finish(self.start(args))
    }

    /// Runs and insists that it goes well.
    pub(super) fn succeed(&self, args: &[&str]) -> Ended {
        let ended = self.run(args);
        assert_eq!(ended.code, Some(0), "{ended:#?}");
        ended
    }

    pub(super) fn result(&self) -> Value {
        serde_json::from_str(&self.read("line.work/result.json")).unwrap()
    }

    /// The result of one task.
    pub(super) fn task(&self, name: &str) -> Value {
        let result = self.result();
        let task = result["tasks"].as_array().unwrap().iter().find(|task| task["name"] == name);
        task.unwrap_or_else(|| panic!("no task {name} in {result:#}")).clone()
    }

    pub(super) fn status(&self, name: &str) -> String {
        self.task(name)["status"].as_str().unwrap().to_owned()
    }

    pub(super) fn wait_for(&self, name: &str) {
        until(&format!("{name} is there"), || self.path(name).exists());
    }

    /// The processes that were started under the script, with their arguments.
    pub(super) fn processes(&self) -> Vec<String> {
        let mark = format!("PIPEC_TEST_MARK={}", self.dir.path().display());
        marked(&mark).into_iter().map(|(_, arguments)| arguments).collect()
    }

    /// Insists that nothing is left running.
    pub(super) fn nothing_is_left(&self) {
        until("nothing is left", || self.processes().is_empty());
        let left = fs::read_dir(self.dir.path()).unwrap().flatten().map(|entry| entry.file_name());
        let private: Vec<_> = left.filter(|name| name.to_string_lossy().starts_with("pipec.")).collect();
        assert!(private.is_empty(), "{private:?}");
    }
}

/// Another bash can be tried with `PIPEC_TEST_BASH`.
fn bash() -> String {
    std::env::var("PIPEC_TEST_BASH").unwrap_or_else(|_| "bash".to_owned())
}

pub(super) fn text(draft: &Draft) -> String {
    let mut bundle = Shell.emit(&draft.plan, &draft.sources);
    assert_eq!(bundle.files.len(), 1);
    let file = bundle.files.remove(0);
    assert!(file.executable);
    file.text
}

pub(super) fn finish(child: Child) -> Ended {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ended { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

pub(super) fn signal(child: &Child, name: &str) {
    let done = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(done.success());
}

pub(super) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(20), "waited in vain: {what}");
        sleep(Duration::from_millis(10));
    }
}
