//! The `pipec-entrypoint` command: what runs in a container in front of a step.

use std::process::ExitCode;

fn main() -> ExitCode {
    pipec::run::entrypoint::main()
}
