//! The command line: reads arguments, asks the query room, writes answers. It alone touches the machine.

mod args;
mod check;
mod emit;
mod files;
mod fmt;
mod machine;
mod show;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use machine::Machine;

/// The outcome of a command, as an exit code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Exit {
    /// 0: nothing was found.
    Clean,
    /// 1: there are findings.
    Findings,
    /// 2: something could not be read, written or understood.
    Failed,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let mut machine = Machine::new();
    let exit = match cli.command {
        Command::Check(args) => check::run(&args, &mut machine),
        Command::Fmt(args) => fmt::run(&args, &mut machine),
        Command::Plan(args) => show::plan(&args, &mut machine),
        Command::Emit(args) => emit::run(&args, &mut machine),
        Command::Targets => show::targets(&mut machine),
        Command::Explain(args) => show::explain(&args, &mut machine),
    };
    ExitCode::from(machine.finish(exit) as u8)
}

/// `--help` and `--version` are no errors; a closed pipe is none either.
fn usage(error: &clap::Error) -> ExitCode {
    let code = if error.use_stderr() { Exit::Failed } else { Exit::Clean };
    match error.print() {
        Ok(()) | Err(_) => ExitCode::from(code as u8),
    }
}
