//! A [`RunSpec`] from its first to its last task.

#![expect(clippy::disallowed_methods, reason = "files, processes and clocks are what this is about")]

mod attend;
mod book;
mod evaluate;
mod folders;
mod give;
mod graph;
mod key;
mod made;
mod preflight;
mod private;
mod process;
mod ready;
mod report;
mod schedule;
mod secrets;
pub mod select;
mod services;
mod site;
mod step;
pub mod values;
mod who;
mod whole;
mod work;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::time::Duration;

use crate::contract::RunSpec;
use crate::contract::store::{ResultFile, State, Stream};
use crate::run::guard::Guard;
use crate::run::observe::{Change, Made, Observer, StepRef, TaskRef};
use crate::run::supervise::cancel::Cancel;
use site::Site;
use values::Values;

/// How a run is to be run.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Absolute. Has `outputs/TASK/OUTPUT` (`value` for the unnamed one; `TASK.NUMBER` for a turn of a loop),
    /// `workspaces/NAME`, `scratch/TASK`, `scripts/…` and `state/TASK`.
    pub work: &'a Path,
    /// How many tasks run at once, at least 1.
    pub at_once: usize,
    /// Between TERM and KILL.
    pub grace: Duration,
    /// After a failure only what depends on it is not run.
    pub keep_going: bool,
    /// Which tasks take part, by index of [`RunSpec::tasks`]; absent: all. See [`select::select`].
    pub selected: Option<&'a [bool]>,
    pub runner: Runner,
    pub services: Services,
    /// What is known of tasks that do not run here, and of those that ran before.
    pub earlier: &'a Earlier,
    /// The whole environment of the caller. Steps get it without `PIPE_…` and the variables of secrets.
    pub environment: &'a [(OsString, OsString)],
    /// Ends what is left when this process is killed; absent where something else does, as the end of a container.
    pub guard: Option<&'a Guard>,
}

/// What a step is started with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Runner {
    /// Nothing: as a process of this machine.
    None,
    Podman,
    Docker,
}

/// Who starts the services of a task.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Services {
    /// The runner, which needs a container engine for it.
    Start,
    /// Somebody else did.
    External,
}

/// What was brought from earlier machines, or stands in the folder of an earlier run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Earlier {
    /// How the tasks before a machine of `finally` ended together; nothing else reads it.
    pub outcome: State,
    /// Names of turns are `task[label]`.
    pub tasks: BTreeMap<String, EarlierTask>,
}

impl Default for Earlier {
    fn default() -> Self {
        Self { outcome: State::Succeeded, tasks: BTreeMap::new() }
    }
}

/// How a task ended before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EarlierTask {
    pub state: State,
    /// See [`crate::contract::store::TaskFile::key`].
    pub key: Option<String>,
}

/// Everything that is missing, each a sentence: parameters, secrets, and what tasks need of the machine. [`run`] does it
/// itself; it is here for who wants to know before.
pub fn preflight(spec: &RunSpec, values: &Values, options: &Options<'_>) -> Vec<String> {
    let look = || {
        let site = Site::new(spec, values, options, &Nobody)?;
        Ok(site.look(&Cancel::new()?).err().unwrap_or_default())
    };
    look().unwrap_or_else(|error: io::Error| vec![format!("no private folder can be made: {error}")])
}

/// Of each task what its condition is, where nothing but what was given decides it; nothing is known where that is not
/// enough, or is wrong.
pub fn decided(spec: &RunSpec, values: &Values, options: &Options<'_>) -> Vec<Option<bool>> {
    let look = || {
        let site = Site::new(spec, values, options, &Nobody)?;
        Ok(site.decided(&Cancel::new()?))
    };
    look().unwrap_or_else(|_: io::Error| vec![None; spec.tasks.len()])
}

/// Runs it all. What the tasks did is in the result, with the exit code for who started the run: that of the first task
/// that failed, 128 and the number of the signal that ended it, 2 when something is missing (said to the observer), 1 when
/// what the pipeline returns could not be made.
///
/// # Errors
/// The work folder cannot be written, or another run uses it.
pub fn run(
    spec: &RunSpec,
    values: &Values,
    options: &Options<'_>,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> io::Result<ResultFile> {
    Site::new(spec, values, options, observer)?.run(cancel)
}

/// Wants to know nothing.
struct Nobody;

impl Observer for Nobody {
    fn begins(&self, _: &RunSpec) {}
    fn task(&self, _: TaskRef<'_>, _: &Change<'_>) {}
    fn step(&self, _: StepRef<'_>, _: &Change<'_>) {}
    fn made(&self, _: TaskRef<'_>, _: &[Made], _: bool) {}
    fn output(&self, _: StepRef<'_>, _: Stream, _: &[u8]) {}
    fn say(&self, _: Option<TaskRef<'_>>, _: &str) {}
}
