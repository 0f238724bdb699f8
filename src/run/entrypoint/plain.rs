//! A command from first to last: what comes before it, itself, what it left, and what comes after it on every path.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::child::{self, Ended, Limits, Reason};
use super::environment;
use super::failure::Failure;
use super::handoff;
use super::options::Options;
use super::outputs;
use super::pump::Pump;
use super::say;
use super::script;
use super::secrets::Secrets;
use super::signals::Signals;
use crate::run::supervise::start_code;

/// The exit code of who was told to end by TERM.
const TERMINATED: u8 = 143;

/// What is run.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) words: Vec<OsString>,
    /// Beside what the options say.
    pub(super) env: Vec<(String, OsString)>,
    /// Where it starts; absent: where this process did.
    pub(super) folder: Option<PathBuf>,
}

/// Runs it; the exit code is that of the first part that failed.
pub(super) fn run(options: &Options, work: &Work) -> Result<u8, Failure> {
    let signals = Signals::catch().map_err(|error| Failure::machine("signals", &error))?;
    child::adopt();
    let code = waited(options, work, &signals);
    child::end_all();
    let done = code.as_ref().map_or_else(|failure| failure.code, |code| *code);
    let posted = options.post.as_deref().map_or(Ok(()), |file| handoff::post(file, done));
    code.and_then(|code| posted.map(|()| code))
}

fn waited(options: &Options, work: &Work, signals: &Signals) -> Result<u8, Failure> {
    handoff::wait(&options.wait, signals, None)?;
    let secrets = Secrets::place(options)?;
    let pump = Pump::new(options)?;
    let deadline = options.timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    let variables = environment::of_command(options, &work.env, secrets.variables());
    Ok(Run { options, work, signals, pump, deadline, variables, told: false }.all())
}

struct Run<'r> {
    options: &'r Options,
    work: &'r Work,
    signals: &'r Signals,
    pump: Pump,
    deadline: Option<Instant>,
    variables: Vec<(OsString, OsString)>,
    /// TERM has come.
    told: bool,
}

impl Run<'_> {
    fn all(mut self) -> u8 {
        let mut code = self.main();
        if code == 0 {
            let wrong = outputs::check(&self.options.outputs);
            wrong.iter().for_each(|line| say(line));
            code = u8::from(!wrong.is_empty());
        }
        let after = self.cleanup(code != 0);
        let (complaints, lost) = self.pump.complaints();
        complaints.iter().for_each(|line| say(line));
        [code, after, u8::from(lost)].into_iter().find(|code| *code != 0).unwrap_or(0)
    }

    /// The script before, then the command.
    fn main(&mut self) -> u8 {
        let limits = Limits { deadline: self.deadline, grace: Some(self.options.grace), terminal: self.options.stdin };
        if let Some(text) = &self.options.before {
            let code = self.script(text, limits);
            if code != 0 {
                say(&format!("the script before the command ended with {code}, so the command does not run"));
                return code;
            }
            if self.told {
                return TERMINATED;
            }
        }
        let mut command = Command::new(&self.work.words[0]);
        command.args(&self.work.words[1..]);
        self.phase(command, limits)
    }

    /// It has the time that it wants, unless somebody waits for the end.
    fn cleanup(&mut self, failed: bool) -> u8 {
        let Some(text) = &self.options.cleanup else { return 0 };
        let hurry = self.told.then(|| Instant::now() + self.options.grace);
        let limits = Limits { deadline: hurry, grace: Some(self.options.grace), terminal: false };
        let code = self.script(text, limits);
        if code != 0 {
            let kept = if failed { "; the exit code is that of what failed first" } else { "" };
            say(&format!("the cleanup ended with {code}{kept}"));
        }
        code
    }

    fn script(&mut self, text: &str, limits: Limits) -> u8 {
        match script::command(text, None) {
            // The file is there as long as the script runs.
            Ok((command, _file)) => self.phase(command, limits),
            Err(failure) => {
                say(&failure.message);
                failure.code
            }
        }
    }

    fn phase(&mut self, mut command: Command, limits: Limits) -> u8 {
        command.env_clear().envs(self.variables.iter().map(|(name, value)| (name, value)));
        if let Some(folder) = &self.work.folder {
            command.current_dir(folder);
        }
        let input = if self.options.stdin { Stdio::inherit() } else { Stdio::null() };
        command.stdin(input);
        self.pump.join(&mut command);
        match child::run(&mut command, limits, self.signals, &mut self.pump) {
            Ok(Ended { code, reason }) => {
                self.told |= reason == Some(Reason::Told);
                if reason == Some(Reason::Timeout) {
                    say(&format!("the time was up{}", self.options.timeout.map(after).unwrap_or_default()));
                }
                code
            }
            Err(error) => {
                say(&format!("`{}` cannot be started: {error}", command.get_program().to_string_lossy()));
                u8::try_from(start_code(&error)).unwrap_or(1)
            }
        }
    }
}

fn after(timeout: Duration) -> String {
    format!(" after {timeout:?}")
}
