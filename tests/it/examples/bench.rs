//! A folder with an emitted script, tools that stand for the real ones, and what becomes of a run.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::tools;
use crate::processes::marked;

/// Where one script is run.
pub(crate) struct Bench {
    dir: TempDir,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Bench {
    /// Machines without KVM run these scripts too: what looks for the device finds another.
    pub(crate) fn new(script: &str) -> Self {
        Self::with(script, "examples/cosa")
    }

    /// With another COSA than that of the generation before.
    pub(crate) fn with(script: &str, cosa: &str) -> Self {
        let bench = Self { dir: TempDir::new().unwrap() };
        tools::install(bench.dir.path(), cosa);
        bench.write("line.sh", &tools::anywhere(script));
        bench.write("secret", "hush");
        bench
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// The process of the script; all below it have the folder in their environment.
    pub(crate) fn start(&self, args: &[&str]) -> Child {
        let path = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap());
        let mut command = Command::new("env");
        command.args(["--default-signal=HUP,INT,TERM", "bash"]);
        command.arg("line.sh").args(["--work", "work", "--grace", "1s"]).args(args).current_dir(self.dir.path());
        command.env("PATH", path).env("TOOLS", self.dir.path()).env("PIPEC_LOCK_DIR", self.path("locks"));
        command.env("TMPDIR", self.dir.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ended {
        finish(self.start(args))
    }

    pub(crate) fn succeed(&self, args: &[&str]) -> Ended {
        let ended = self.run(args);
        assert_eq!(ended.code, Some(0), "{}\n{}", ended.out, ended.err);
        assert_eq!(self.result()["outcome"], "succeeded");
        ended
    }

    /// Runs a tool by itself, in the folder.
    pub(crate) fn tool(&self, args: &[&str]) -> Option<i32> {
        let mut command = Command::new(self.path("bin").join(args[0]));
        command.args(&args[1..]).current_dir(self.dir.path()).env("TOOLS", self.dir.path());
        command.env("AWS_CONFIG_FILE", "secret").stderr(Stdio::null()).stdout(Stdio::null());
        command.status().unwrap().code()
    }

    /// What the tools were told, a line a call: words as bash would quote them, with tabs between.
    pub(crate) fn calls(&self) -> Vec<String> {
        fs::read_to_string(self.path("calls")).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    /// The calls of one tool that begin with these words.
    pub(crate) fn calls_of(&self, words: &str) -> Vec<String> {
        let start = words.replace(' ', "\t");
        let begins = |call: &String| *call == start || call.starts_with(&format!("{start}\t"));
        self.calls().into_iter().filter(begins).collect()
    }

    /// Where the first call that begins with these words stands.
    pub(crate) fn first(&self, words: &str) -> usize {
        let start = words.replace(' ', "\t");
        let found = self.calls().iter().position(|call| call.starts_with(&start));
        found.unwrap_or_else(|| panic!("`{words}` is not among {:#?}", self.calls()))
    }

    pub(crate) fn result(&self) -> Value {
        serde_json::from_str(&fs::read_to_string(self.path("work/result.json")).unwrap()).unwrap()
    }

    pub(crate) fn status(&self, task: &str) -> String {
        let result = self.result();
        let found = result["tasks"].as_array().unwrap().iter().find(|one| one["name"] == task);
        found.unwrap_or_else(|| panic!("no {task} in {result:#}"))["status"].as_str().unwrap().to_owned()
    }

    pub(crate) fn wait_for(&self, name: &str) {
        until(name, || self.path(name).exists());
    }

    /// Insists that no process of the run is left.
    pub(crate) fn nothing_is_left(&self) {
        until("nothing is left", || self.processes() == 0);
    }

    fn processes(&self) -> usize {
        marked(&format!("TOOLS={}", self.dir.path().display())).len()
    }
}

/// Waits for a run; one that hangs is killed, so that the test fails instead of the whole suite.
pub(crate) fn finish(child: Child) -> Ended {
    let id = child.id().to_string();
    let (done, waiting) = std::sync::mpsc::channel::<()>();
    let guard = std::thread::spawn(move || {
        if waiting.recv_timeout(Duration::from_secs(180)) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            Command::new("kill").args(["-KILL", &id]).status().unwrap();
        }
    });
    let output = child.wait_with_output().unwrap();
    drop(done);
    guard.join().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ended { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(30), "waited in vain: {what}");
        sleep(Duration::from_millis(10));
    }
}
