//! `pipec-entrypoint`, the way a container starts it. Numbers are those of the capabilities that it is to have.

mod builds;
mod commands;
mod files;
pub(crate) mod signals;
pub(crate) mod r#static;
mod streams;

use std::cell::RefCell;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What is tried: the build of these tests, unless one of the others is.
#[derive(Clone, Debug)]
struct Build {
    /// What runs it, where this machine cannot.
    by: PathBuf,
    file: PathBuf,
}

thread_local! {
    static BUILD: RefCell<Build> = RefCell::new(Build {
        by: PathBuf::from("/usr/bin/env"),
        file: PathBuf::from(env!("CARGO_BIN_EXE_pipec-entrypoint")),
    });
}

fn build() -> Build {
    BUILD.with_borrow(Build::clone)
}

/// What it did.
#[derive(Debug)]
struct Done {
    code: i32,
    out: String,
    err: String,
}

/// Runs it with these words.
fn run<W: AsRef<OsStr>>(words: &[W]) -> Done {
    done(&command(words).output().expect("it starts"))
}

/// Runs `[OPTIONS] -- sh -c SCRIPT`.
fn sh(options: &[&str], script: &str) -> Done {
    run(&[options, &["--", "sh", "-c", script]].concat())
}

fn command<W: AsRef<OsStr>>(words: &[W]) -> Command {
    let mut command = started(&build().file);
    command.args(words).stdin(Stdio::null());
    command
}

/// This file of the build that is tried, or a copy of it.
fn started(file: &Path) -> Command {
    let mut command = Command::new(build().by);
    command.arg(file);
    command
}

fn done(output: &Output) -> Done {
    use std::os::unix::process::ExitStatusExt as _;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().or_else(|| output.status.signal().map(|signal| -signal));
    Done { code: code.expect("an end"), out: text(&output.stdout), err: text(&output.stderr) }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn name(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}
