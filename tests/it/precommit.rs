//! The hooks of `.pre-commit-hooks.yaml`, run by pre-commit itself.
#![allow(clippy::disallowed_methods, reason = "these tests run pre-commit on this machine")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::installed::installed;

const GOOD: &str = "pipeline greet() {\n    task hello { image: \"quay.io/f/f:1\", run: \"true\" }\n}\n";
const BAD: &str = "pipeline greet() {\n    task hello { image: \"quay.io/f/f:1\", run: \"true\", timeot: 5min }\n}\n";

fn hooks() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.pre-commit-hooks.yaml")).unwrap()
}

/// Our hooks as they are, but that they run the binary that is built already, which the PATH has first.
fn installed_hooks() -> String {
    let ours = hooks();
    let theirs = ours.replace("language: rust", "language: system");
    let changed: Vec<(&str, &str)> = ours.lines().zip(theirs.lines()).filter(|(one, other)| one != other).collect();
    let count = ours.lines().filter(|line| line.starts_with("- id: ")).count();
    assert_eq!(changed, vec![("  language: rust", "  language: system"); count], "one key differs");
    theirs
}

/// Two repositories: that of the hooks, and one that uses them.
struct Repos {
    folder: TempDir,
}

impl Repos {
    fn new(hook: &str) -> Self {
        let repos = Self { folder: TempDir::new().unwrap() };
        repos.put("hooks/.pre-commit-hooks.yaml", &installed_hooks());
        repos.commit("hooks");
        let rev = String::from_utf8(repos.git("hooks", &["rev-parse", "HEAD"]).stdout).unwrap();
        let place = repos.folder.path().join("hooks");
        let config = format!("repos:\n- repo: {}\n  rev: {}\n  hooks:\n  - id: {hook}\n", place.display(), rev.trim());
        repos.put("user/.pre-commit-config.yaml", &config);
        repos
    }

    fn put(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn command(&self, program: &str, folder: &str) -> Command {
        let built = Path::new(env!("CARGO_BIN_EXE_pipec")).parent().unwrap();
        let path = format!("{}:{}", built.display(), std::env::var("PATH").unwrap());
        let mut command = Command::new(program);
        command.current_dir(self.folder.path().join(folder)).env("PATH", path);
        command.env("PRE_COMMIT_HOME", self.folder.path().join("cache")).env("HOME", self.folder.path());
        for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
            command.env_remove(name);
        }
        command
    }

    fn git(&self, folder: &str, args: &[&str]) -> Output {
        let who = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "protocol.file.allow=always"];
        let done = self.command("git", folder).args(who).args(args).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        done
    }

    fn commit(&self, folder: &str) {
        self.git(folder, &["init", "--quiet"]);
        self.git(folder, &["add", "--all"]);
        self.git(folder, &["commit", "--quiet", "--message", "all"]);
    }

    /// The exit code of `pre-commit run` and what it says.
    fn run(&self) -> (i32, String) {
        self.git("user", &["init", "--quiet"]);
        self.git("user", &["add", "--all"]);
        let done = self.command("pre-commit", "user").args(["run", "--color=never"]).output().unwrap();
        let said = [done.stdout, done.stderr].concat();
        (done.status.code().unwrap(), String::from_utf8(said).unwrap())
    }
}

fn there() -> bool {
    installed(&["pre-commit", "--version"])
}

#[test]
fn a_mistake_stops_the_commit() {
    if !there() {
        return;
    }
    let repos = Repos::new("pipec-check");
    repos.put("user/good.pipe", GOOD);
    repos.put("user/notes.txt", BAD);
    let (code, said) = repos.run();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("pipec check") && said.contains("Passed"), "{said}");
    repos.put("user/bad.pipe", BAD);
    let (code, said) = repos.run();
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("exit code: 1") && said.contains("P0204") && said.contains("bad.pipe:2"), "{said}");
    assert!(said.contains("2 files checked, 1 error") && !said.contains("notes.txt"), "{said}");
    repos.put("user/bad.pipe", GOOD);
    assert_eq!(repos.run().0, 0);
}

#[test]
fn it_has_nothing_to_do_where_no_pipeline_changed() {
    if !there() {
        return;
    }
    let repos = Repos::new("pipec-check");
    repos.put("user/notes.txt", BAD);
    let (code, said) = repos.run();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Skipped"), "{said}");
}

/// What `pipec new` puts there is a configuration of pre-commit, and runs what it says.
#[test]
fn a_new_project_is_checked_before_each_commit() {
    if !there() {
        return;
    }
    let repos = Repos { folder: TempDir::new().unwrap() };
    let made = repos.command("pipec", "").args(["new", "my_app", "user"]).output().unwrap();
    assert!(made.status.success());
    repos.git("user", &["init", "--quiet"]);
    repos.git("user", &["add", "--all"]);
    let run = |name: &str| repos.command("pre-commit", "user").args(["run", name]).output().unwrap();
    let done = run("pipec-check");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    repos.put("user/bad.pipe", BAD);
    repos.git("user", &["add", "--all"]);
    assert_eq!(run("pipec-check").status.code(), Some(1));
}
