//! `pipec-entrypoint`, the way a container starts it. Numbers are those of the capabilities that it is to have.

mod commands;
mod files;
pub(crate) mod signals;
mod r#static;
mod streams;

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const ENTRYPOINT: &str = env!("CARGO_BIN_EXE_pipec-entrypoint");

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
    let mut command = Command::new(ENTRYPOINT);
    command.args(words).stdin(Stdio::null());
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
