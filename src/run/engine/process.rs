//! One process of the run: with what it reads, known to the guardian, ended with what ends its task.

use std::ffi::{OsStr, OsString};
use std::io;
use std::process::Command;
use std::time::{Duration, Instant};

use super::give::Given;
use super::site::Site;
use super::who::Who;
use crate::contract::store::Stream;
use crate::run::supervise::adopted::MARK;
use crate::run::supervise::cancel::Cancel;
use crate::run::supervise::{self, Ended, Limits};

/// What a script with a cleanup gives what it runs, in seconds.
const TO_CLEAN_UP: u64 = 10;

/// What ends a process.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends<'s> {
    pub(super) deadline: Option<Instant>,
    pub(super) cancel: &'s Cancel,
}

impl Site<'_> {
    /// A command with the environment of the caller, what was given, and the mark of the run.
    pub(super) fn command(&self, who: Option<&Who>, words: &[OsString], given: &Given) -> Command {
        let program = words.first().map_or(OsStr::new("/bin/sh"), OsString::as_os_str);
        let mut command = Command::new(program);
        command.args(words.iter().skip(1)).env_clear();
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.envs(given.env.iter().map(|(name, value)| (name, value)));
        // What an engine of containers leaves running is its own; containers are removed by name.
        if self.engine().is_none() {
            command.env(MARK, who.map_or_else(|| format!("{}/-/", self.mark), |who| self.mark_of(who)));
        }
        command
    }

    /// Between TERM and KILL.
    pub(super) fn grace(&self, who: Option<&Who>) -> Duration {
        let more = who.is_some_and(|who| self.task(who).cleans_up);
        self.options.grace + Duration::from_secs(if more { TO_CLEAN_UP } else { 0 })
    }

    /// Runs it to the end of its group.
    pub(super) fn process(
        &self,
        who: Option<&Who>,
        command: &mut Command,
        ends: Ends<'_>,
        sink: &mut dyn FnMut(Stream, &[u8]),
    ) -> io::Result<Ended> {
        let limits = Limits { deadline: ends.deadline, grace: self.grace(who), cancel: ends.cancel };
        let guard = self.options.guard;
        let mut group = None;
        let mut started = |id| {
            group = Some(id);
            guard.iter().for_each(|guard| guard.group(id));
        };
        let ended = supervise::run(command, limits, &mut started, sink);
        if let (Some(group), Some(guard)) = (group, guard) {
            guard.group_ended(group);
        }
        ended
    }
}

/// What the first line of a script names; it is handed to it as a file, since the folder that it lies in may not allow to
/// execute.
pub(super) fn interpreter(script: &str) -> Vec<OsString> {
    let line = script.lines().next().and_then(|line| line.strip_prefix("#!")).unwrap_or_default();
    let words: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
    if words.is_empty() { vec!["/bin/sh".into()] } else { words }
}
