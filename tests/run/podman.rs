//! A real engine of containers: podman, with settings and storage of its own and one image of this machine's own files
//! (`podman/engine.sh`). Where it cannot run, as in a container without rights, these tests say so and pass over.

mod ends;
mod first;
mod host;
mod services;
mod values;

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use super::commands::Place;
use super::ran::Ran;

const MAKER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/run/podman/engine.sh");

/// What every task here runs in.
const IMAGE: &str = "localhost/pipec-test:1";

/// Made once for all tests.
struct Engine {
    folder: PathBuf,
    /// Removes it when this process has ended, however that was: it reads from here until then.
    _remover: Child,
}

/// `None` where podman cannot run.
fn engine() -> Option<&'static Engine> {
    static ENGINE: OnceLock<Option<Engine>> = OnceLock::new();
    ENGINE.get_or_init(Engine::make).as_ref()
}

impl Engine {
    fn make() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap().keep();
        let mut remover = Command::new("sh");
        remover.args(["-c", "read -r _; exec \"$0\" remove \"$1\"", MAKER]).arg(&folder).process_group(0);
        let mut remover = remover.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let made = Command::new(MAKER).arg("make").arg(&folder).stdin(Stdio::null()).output().unwrap();
        if made.status.success() {
            return Some(Self { folder, _remover: remover });
        }
        drop(remover.stdin.take());
        remover.wait().unwrap();
        let why = String::from_utf8_lossy(&made.stderr);
        assert!(std::env::var_os("PIPEC_NEEDS_PODMAN").is_none(), "podman does not run:\n{why}");
        // Past the harness, which keeps to itself what a test that passes prints.
        let said = format!("podman does not run here, and the tests with it are passed over:\n{why}");
        std::io::stdout().write_all(said.as_bytes()).unwrap();
        None
    }

    /// A command that finds this engine, and no other.
    fn with(&self, mut command: Command) -> Command {
        command.env("CONTAINERS_CONF", self.folder.join("containers.conf"));
        command.env("CONTAINERS_STORAGE_CONF", self.folder.join("storage.conf"));
        command
    }

    /// What `podman WORDS` prints.
    fn podman(&self, words: &[&str]) -> String {
        let mut command = self.with(Command::new("podman"));
        let done = command.args(words).stdin(Stdio::null()).output().unwrap();
        assert!(done.status.success(), "podman {words:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).into_owned()
    }

    /// The containers of a pipeline, whatever their state.
    fn containers(&self, pipeline: &str) -> Vec<String> {
        let names = self.podman(&["ps", "--all", "--format", "{{.Names}}"]);
        names.lines().filter(|name| name.starts_with(&format!("pipec-{pipeline}-"))).map(str::to_owned).collect()
    }

    /// `pipec run ci.pipe --runner podman` and more words.
    fn run_command(&self, place: &Place, more: &[&str]) -> Command {
        self.with(place.command(&[&["run", "ci.pipe", "--runner", "podman"], more].concat()))
    }

    fn run(&self, place: &Place, more: &[&str]) -> Ran {
        Ran::read(&self.run_command(place, more).output().unwrap())
    }

    /// The emitted script, which finds this engine too, and more words.
    fn script_command(&self, place: &Place, pipeline: &str, more: &[&str]) -> Command {
        place.run(&["emit", "-q", "-t", "shell", "-o", "made", "ci.pipe"]).exits(0);
        // Whatever is ignored here, as in a job of a script, is not ignored there.
        let mut command = Command::new("env");
        command.args(["--default-signal=INT,TERM,HUP", "bash", &format!("made/{pipeline}.sh"), "--work", "work"]);
        command.args(["--runner", "podman"]).args(more).current_dir(place.path("")).stdin(Stdio::null());
        command.env("PIPEC_LOCK_DIR", place.path("locks"));
        self.with(command)
    }

    fn script(&self, place: &Place, pipeline: &str, more: &[&str]) -> Ran {
        Ran::read(&self.script_command(place, pipeline, more).output().unwrap())
    }
}

/// A pipeline of this name whose tasks have the image.
fn pipeline(name: &str, signature: &str, body: &str) -> String {
    format!("pipeline {name}{signature} {{\n    defaults {{ image: \"{IMAGE}\" }}\n{body}\n}}\n")
}

/// What tasks said, a line of each behind its name; sorted by task, since they run at once.
fn lines(out: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = out.lines().filter(|line| line.contains(" | ")).collect();
    lines.sort_by_key(|line| line.split(" | ").next());
    lines
}
