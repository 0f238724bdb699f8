//! `pipec-entrypoint`: PID 1 of a container, in front of a step.
//!
//! In reading order: `arguments` is what may be said, `plain` runs a command from first to last, on `child` (one process
//! group) with `signals`, `pump` and `log`; `forms` and `outputs` check what it left, `secrets` is what it is given,
//! `handoff` is how containers wait for each other; `step` runs a step of a plan, `install` puts this command where others
//! find it, `subst` fills in names in a stream; `builder` runs a whole plan that comes as an archive.

#![expect(
    clippy::disallowed_methods,
    reason = "it is in front of a process: files, environment and clock are its work"
)]

mod arguments;
mod builder;
mod child;
mod environment;
mod failure;
mod forms;
mod handoff;
mod install;
mod lanes;
mod log;
mod options;
mod outputs;
mod plain;
mod pump;
mod script;
mod secrets;
mod signals;
mod step;
mod subst;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use arguments::Mode;
use failure::Failure;

/// The whole command.
pub fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    let code = arguments::read(words, std::env::vars_os()).and_then(run).unwrap_or_else(|failure| {
        say(&failure.message);
        failure.code
    });
    ExitCode::from(code)
}

fn run(mode: Mode) -> Result<u8, Failure> {
    match mode {
        Mode::Help => print(include_str!("help.txt").as_bytes()),
        Mode::Version => print(format!("pipec-entrypoint {}\n", env!("CARGO_PKG_VERSION")).as_bytes()),
        Mode::Plain(options, words) => plain::run(&options, &plain::Work { words, env: Vec::new(), folder: None }),
        Mode::Step(options, file) => step::run(&options, &file),
        Mode::Environment { options, null } => environment::show(&options, null),
        Mode::Init { folder, name } => install::run(&folder, name.as_deref()),
        Mode::Wait { options, files } => handoff::run(&options, &files),
        Mode::Builder(words) => builder::run(&words),
        Mode::Worker(options) => builder::work(&options),
        Mode::Subst(values) => subst::run(values),
    }
}

fn print(bytes: &[u8]) -> Result<u8, Failure> {
    let mut out = std::io::stdout();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(|error| Failure::machine("standard output", &error))?;
    Ok(0)
}

/// A line for people; who does not read them does not stop anything.
fn say(line: &str) {
    writeln!(std::io::stderr(), "pipec-entrypoint: {line}").ok();
}
