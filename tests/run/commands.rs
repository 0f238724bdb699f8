//! `pipec run` and what shows runs, as they are typed.

mod alone;
mod cancelled;
mod containers;
mod kills;
mod large;
mod logs;
mod made;
mod options;
mod runs;
mod ssh;
mod terminal;
mod values;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::ran::Ran;

/// A folder with a program, where the binary is run.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    /// With this program, as `ci.pipe`.
    pub(crate) fn new(program: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Self { folder };
        place.put("ci.pipe", program);
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn put(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        // Whatever is ignored here, as in a job of a script, is not ignored there.
        let mut command = Command::new("env");
        command.args(["--default-signal=INT,TERM,HUP", env!("CARGO_BIN_EXE_pipec")]).args(args);
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        for name in ["NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "PIPEC_STORE", "PIPEC_SECRETS_DIR"] {
            command.env_remove(name);
        }
        command.env("LC_ALL", "C.UTF-8").env("COLUMNS", "100");
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran::read(&self.command(args).output().expect("pipec"))
    }

    /// The names of the runs, the earliest first.
    pub(crate) fn ids(&self) -> Vec<String> {
        let runs = self.run(&["runs", "--format", "json"]).exits(0).json();
        runs["runs"].as_array().expect("runs").iter().map(|run| run["id"].as_str().expect("an id").to_owned()).collect()
    }

    /// The folder of the last run.
    pub(crate) fn last(&self) -> PathBuf {
        self.path(".pipec/runs").join(self.ids().last().expect("a run"))
    }

    /// Waits until a file is there.
    #[track_caller]
    pub(crate) fn wait_for(&self, name: &str) {
        until(&format!("`{name}` is there"), || self.path(name).exists());
    }
}

#[track_caller]
pub(crate) fn until(what: &str, is: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !is() {
        assert!(Instant::now() < end, "{what}: not within 30 seconds");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Every file below a folder.
pub(crate) fn below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() { files.extend(below(&entry.path())) } else { files.push(entry.path()) }
    }
    files
}

/// Two tasks: the second fails unless there is a file `ok`.
pub(crate) const LINE: &str = r#"
/// Compiles and tests.
pipeline build(name: string = "world", folder: string) -> string {
    defaults { image: "quay.io/a/b:1.0" }

    task compile -> string {
        run: """
            echo "compiling" ~{name}
            echo compile >> ~{folder}/trace
            echo "to stderr" >&2
            printf 'no end'
            printf %s "hello "~{name} > ~{out}
        """
    }

    task test_all {
        run: """
            echo "testing" ~{compile}
            echo test >> ~{folder}/trace
            test -e ~{folder}/ok || exit 3
        """
    }

    return compile
}
"#;

/// As [`LINE`], with the arguments that it always takes.
pub(crate) fn line() -> (Place, String) {
    let place = Place::new(LINE);
    let folder = format!("folder={}", place.folder.path().display());
    (place, folder)
}
