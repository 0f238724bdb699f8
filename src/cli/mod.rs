//! The command line: reads arguments, asks the query room, writes answers. It alone touches the machine.

mod archive;
mod args;
mod bundle;
mod check;
mod complete;
mod doc;
mod emit;
mod files;
mod fix;
mod flags;
mod fmt;
mod held;
mod import;
mod lock;
mod logs;
mod machine;
mod man;
mod new;
mod news;
mod project;
mod remote;
mod report;
mod run;
mod runs;
#[cfg(feature = "serve")]
mod serve;
mod shellcheck;
mod show;
mod status;
mod stores;
mod terminal;
mod test;
mod usage;
mod verify;
mod watch;
mod why;

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
    if run::is_guard() {
        return crate::run::guard::main();
    }
    if complete::answer() {
        return ExitCode::SUCCESS;
    }
    let cli = match Cli::try_parse_from(flags::carried(std::env::args_os())) {
        Ok(cli) => cli,
        Err(error) => return usage::end(&error),
    };
    let mut machine = Machine::new(cli.terminal);
    let exit = match cli.command {
        Command::Check(args) => check::run(&args, &mut machine),
        Command::Test(args) => test::run(&args, &mut machine),
        Command::Fmt(args) => fmt::run(&args, &mut machine),
        Command::Plan(args) => show::plan(&args, &mut machine),
        Command::Emit(args) => emit::run(&args, &mut machine),
        Command::Run(args) => return ExitCode::from(run::run(&args, &mut machine)),
        Command::Runs(args) => runs::run(&args, &mut machine),
        Command::Status(args) => status::run(&args, &mut machine),
        Command::Logs(args) => logs::run(&args, &mut machine),
        Command::Targets => show::targets(&mut machine),
        Command::Explain(args) => show::explain(&args, &mut machine),
        Command::Why(args) => why::run(&args, &mut machine),
        Command::Verify(args) => verify::run(&args, &mut machine),
        Command::Import(args) => import::run(&args, &mut machine),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(&args, &mut machine),
        Command::Bundle(args) => bundle::run(&args, &mut machine),
        Command::Remote(args) => remote::run(&args, &mut machine),
        Command::Lock(args) => lock::run(&args, &mut machine),
        Command::New(args) => new::run(&args, &mut machine),
        Command::Doc(args) => doc::run(&args, &mut machine),
        Command::Completions(args) => complete::run(&args, &mut machine),
        Command::Man(args) => man::run(&args, &mut machine),
    };
    ExitCode::from(machine.finish(exit) as u8)
}
