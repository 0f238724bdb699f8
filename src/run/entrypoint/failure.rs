//! Why the command ends before its time.

use std::io;
use std::path::Path;

/// A message for people and the exit code that goes with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Failure {
    pub(super) code: u8,
    pub(super) message: String,
}

impl Failure {
    /// What was written is wrong: 2.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self { code: 2, message: message.into() }
    }

    /// What was asked for did not come to be: 1.
    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self { code: 1, message: message.into() }
    }

    /// The machine refused: 1.
    pub(super) fn machine(what: &str, error: &io::Error) -> Self {
        Self::failed(format!("{what}: {error}"))
    }

    /// As [`Self::machine`], about a file.
    pub(super) fn file(path: &Path, error: &io::Error) -> Self {
        Self::machine(&format!("`{}`", path.display()), error)
    }
}
