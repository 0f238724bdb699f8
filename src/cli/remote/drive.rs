//! Starts the builds: writes the driver and what goes along, and becomes it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cli::archive::{self, Content, Entry};
use crate::cli::args::builds::Remote;
use crate::cli::bundle::Packed;
use crate::cli::{Exit, machine};
use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::emit::Bundle;
use crate::emit::buildconfig::bundle::Build;

/// What is called to start a build.
pub(super) fn call(args: &Remote, build: &Build) -> String {
    let namespace = args.namespace.as_ref().map(|name| format!(" --namespace {name}")).unwrap_or_default();
    let folder = args.keep.as_ref().map(|folder| format!("{folder}/")).unwrap_or_default();
    format!(
        "oc start-build{namespace} bc/{} --from-archive={folder}{}.tar --wait --follow",
        build.config, build.segment
    )
}

/// Starts them and waits; on success this process has become the driver, whose end is that of the run.
///
/// # Errors
/// When something could not be written or is not there.
pub(super) fn start(args: &Remote, driver: &Bundle, values: &[String], packed: &[Packed]) -> Result<Exit, Diagnostic> {
    for program in ["bash", "oc"] {
        find(program)?;
    }
    let folder = folder().map_err(|error| {
        Diagnostic::global(Code::P0703, format!("no folder can be made for what is sent: {error}"))
            .help("check the folder for temporary files, `TMPDIR`, and the space on its disk")
    })?;
    let started = fill(&folder, driver, packed).and_then(|()| become_driver(args, &folder, values));
    let _ = fs::remove_dir_all(&folder);
    started
}

fn fill(folder: &Path, driver: &Bundle, packed: &[Packed]) -> Result<(), Diagnostic> {
    for file in driver.files.iter().filter(|file| !file.path.ends_with(".yaml")) {
        machine::write(&folder.join(&file.path), &file.text, file.executable)?;
    }
    for one in packed {
        let place = folder.join("added").join(&one.build.segment);
        let own = PLANNED.iter().any(|name| one.entries.iter().any(|entry| entry.name == *name));
        debug_assert!(own, "every archive has a plan, which the driver brings itself");
        for entry in one.entries.iter().filter(|entry| !is_planned(&entry.name)) {
            lay(&place, entry)?;
        }
    }
    Ok(())
}

/// What the driver makes by itself.
const PLANNED: [&str; 4] = ["run.json", "outcome", "run", "params/"];

fn is_planned(name: &str) -> bool {
    PLANNED.iter().any(|planned| name == *planned || planned.ends_with('/') && name.starts_with(planned))
}

fn lay(place: &Path, entry: &Entry) -> Result<(), Diagnostic> {
    let path = place.join(&entry.name);
    match &entry.content {
        // It is made with what is in it.
        Content::Folder => Ok(()),
        Content::Bytes(bytes) => machine::write(&path, &String::from_utf8_lossy(bytes), false),
        Content::Tar(inside) => archive::write_file(&path, inside).map(drop),
        Content::File { .. } | Content::Link(_) => {
            debug_assert!(false, "only `devel.tar` brings files of the disk");
            Ok(())
        }
    }
}

/// A folder that nobody else can look into.
fn folder() -> io::Result<PathBuf> {
    let top = std::env::temp_dir();
    let mut at = 0;
    loop {
        let folder = top.join(format!("pipec-remote-{}-{at}", std::process::id()));
        match make(&folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && at < 1000 => at += 1,
            made => return made.map(|()| folder),
        }
    }
}

#[cfg(unix)]
fn make(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().create(folder)
}

#[expect(clippy::disallowed_methods, reason = "the driver is a program")]
fn command(args: &Remote, folder: &Path, values: &[String]) -> Command {
    let mut command = Command::new("bash");
    command.arg(folder.join("start.sh")).arg("--remote-own-folder").arg("--remote-added").arg(folder.join("added"));
    for (option, value) in [("--namespace", &args.namespace), ("--keep", &args.keep), ("--summary", &args.summary)] {
        if let Some(value) = value {
            command.arg(option).arg(value);
        }
    }
    command.args(values);
    command
}

/// So that signals, the terminal and the exit code are those of the driver, which removes the folder in the end.
#[cfg(unix)]
fn become_driver(args: &Remote, folder: &Path, values: &[String]) -> Result<Exit, Diagnostic> {
    use std::os::unix::process::CommandExt as _;
    Err(cannot_start("bash", &command(args, folder, values).exec().to_string()))
}

#[cfg(not(unix))]
fn become_driver(args: &Remote, folder: &Path, values: &[String]) -> Result<Exit, Diagnostic> {
    let status = command(args, folder, values).status();
    let status = status.map_err(|error| cannot_start("bash", &error.to_string()))?;
    Ok(match status.code() {
        Some(0) => Exit::Clean,
        Some(1) => Exit::Findings,
        _ => Exit::Failed,
    })
}

#[expect(clippy::disallowed_methods, reason = "programs are looked for where the shell does")]
fn find(program: &str) -> Result<(), Diagnostic> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&paths).any(|folder| folder.join(program).is_file());
    if found { Ok(()) } else { Err(cannot_start(program, "is not on the PATH")) }
}

fn cannot_start(program: &str, why: &str) -> Diagnostic {
    let why = if why.starts_with("is ") { why.to_owned() } else { format!("cannot be started: {why}") };
    Diagnostic::global(Code::P0767, format!("`{program}` {why}"))
        .help("install it; `--dry-run` shows what would be sent and called, and `pipec bundle` writes the archives")
}
