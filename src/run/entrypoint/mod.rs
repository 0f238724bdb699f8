//! `pipec-entrypoint`: PID 1 of a container, in front of a step.

use std::process::ExitCode;

/// The whole command.
pub fn main() -> ExitCode {
    ExitCode::from(2)
}
