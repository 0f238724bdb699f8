//! Runs the binary in a folder of its own.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::ran::Ran;

/// What the tests keep is not among the files of who runs them.
const CACHE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/cache");

/// A folder, and what the binary says when it is run there.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A folder with these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let place = Self::new();
        files.iter().for_each(|(name, text)| place.put(name, text));
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn put(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Every name below, sorted.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path(folder)) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    pub(crate) fn command(&self) -> Command {
        self.placed(Command::new(env!("CARGO_BIN_EXE_pipec")))
    }

    /// As [`Place::command`], for who sends signals: what is ignored here, as in a job of a script, is not ignored there.
    pub(crate) fn command_with_signals(&self) -> Command {
        let mut command = Command::new("env");
        command.args(["--default-signal=INT,TERM", env!("CARGO_BIN_EXE_pipec")]);
        self.placed(command)
    }

    fn placed(&self, mut command: Command) -> Command {
        command.current_dir(self.folder.path()).env("COLUMNS", "100").stdin(Stdio::null());
        plain(&mut command);
        command.env("XDG_CACHE_HOME", CACHE);
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.command().args(args).output().unwrap())
    }

    pub(crate) fn feed(&self, args: &[&str], text: &str) -> Ran {
        let mut command = self.command();
        let streams = command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = streams.spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        Ran::of(child.wait_with_output().unwrap())
    }

    /// A line of shell, with the binary as `$pipec`.
    pub(crate) fn shell(&self, line: &str) -> Ran {
        let mut command = Command::new("bash");
        command.current_dir(self.folder.path()).env("COLUMNS", "100").env("pipec", env!("CARGO_BIN_EXE_pipec"));
        plain(&mut command);
        command.env("XDG_CACHE_HOME", CACHE);
        Ran::of(command.args(["-c", line]).stdin(Stdio::null()).output().unwrap())
    }
}

/// Whatever the terminal of who runs the tests is like.
pub(crate) fn plain(command: &mut Command) {
    command.env("LC_ALL", "C.UTF-8");
    for name in ["NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_HYPERLINK"] {
        command.env_remove(name);
    }
}

impl Ran {
    /// Text without an escape sequence, whatever happens.
    pub(crate) fn of(output: std::process::Output) -> Self {
        let is_text = |bytes: &[u8]| std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\u{1b}'));
        let ran = Self::read(&output);
        assert!(is_text(&output.stdout) && is_text(&output.stderr), "no text, or a raw escape: {}{}", ran.out, ran.err);
        ran
    }
}

/// A program that is in order.
pub(crate) const GOOD: &str = "\
/// Greets.
pipeline greet(name: string = \"world\", force: bool = false, const count: int = 2) {
    task hello { image: \"quay.io/fedora/fedora:41\", run: \"echo ~{name} ~{flag(\"--force\", force)}\" }
    when force {
        task again { image: \"quay.io/fedora/fedora:41\", run: \"echo ~{count}\" } after hello
    }
}
";

/// A program with one finding, P0204 at 2:55.
pub(crate) const BAD: &str = "\
pipeline greet() {
    task hello { image: \"quay.io/f/f:1\", run: \"true\", timeot: 5min }
}
";
