//! Scripts that are given as text.

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::failure::Failure;

/// What runs a text: its `#!` line, else `sh -eu`. The file is needed as long as it runs.
pub(super) fn command(text: &str, folder: Option<&Path>) -> Result<(Command, Option<ScriptFile>), Failure> {
    let Some(mut words) = interpreter(text) else {
        let mut command = Command::new("/bin/sh");
        command.args(["-eu", "-c", text]);
        return Ok((command, None));
    };
    let file = ScriptFile::write(text, folder)?;
    words.push(file.path.clone().into());
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]);
    Ok((command, Some(file)))
}

/// The program of the `#!` line and its one argument, as the kernel reads them; so a script needs no folder from which
/// programs can be started.
pub(super) fn interpreter(text: &str) -> Option<Vec<OsString>> {
    let line = text.strip_prefix("#!")?.lines().next()?.trim();
    let (program, argument) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    let argument = Some(argument.trim()).filter(|argument| !argument.is_empty());
    (!program.is_empty()).then(|| [program].into_iter().chain(argument).map(OsString::from).collect())
}

/// A file with a script, gone when this is.
#[derive(Debug)]
pub(super) struct ScriptFile {
    pub(super) path: PathBuf,
}

impl ScriptFile {
    pub(super) fn write(text: &str, folder: Option<&Path>) -> Result<Self, Failure> {
        let folder = folder.map_or_else(std::env::temp_dir, Path::to_owned);
        let mut name = OsString::from(".pipec-script-");
        name.push(unique());
        let path = folder.join(name);
        let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o500).open(&path);
        let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|error| Failure::file(&path, &error))?;
        Ok(Self { path })
    }
}

impl Drop for ScriptFile {
    fn drop(&mut self) {
        fs::remove_file(&self.path).ok();
    }
}

/// A text that nobody else has on this machine: containers that share a folder have the same process numbers.
pub(super) fn unique() -> OsString {
    let uuid = fs::read("/proc/sys/kernel/random/uuid").unwrap_or_default();
    let uuid = uuid.trim_ascii();
    if uuid.is_empty() { std::process::id().to_string().into() } else { std::ffi::OsStr::from_bytes(uuid).to_owned() }
}
