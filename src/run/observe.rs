//! What a run tells while it goes on: to its store, to the terminal, to whoever else wants to know.

use std::path::PathBuf;

use crate::contract::RunSpec;
use crate::contract::store::{State, Stream};

/// A task, or one turn of a loop.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TaskRef<'a> {
    /// Index into [`RunSpec::tasks`].
    pub task: usize,
    /// The turn, in the words of its label; `None` of a task that is no loop.
    pub turn: Option<Turn<'a>>,
}

/// One turn of a loop.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Turn<'a> {
    /// From 0.
    pub number: u32,
    /// What people call it: the elements that it is for, or its number.
    pub label: &'a str,
}

/// One step of one try.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StepRef<'a> {
    pub task: TaskRef<'a>,
    /// Index into [`crate::contract::TaskSpec::steps`].
    pub step: usize,
    /// From 1.
    pub attempt: u32,
}

/// How a task or a step came to stand.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    pub state: State,
    /// Of what ended: 0 of what succeeded, 124 when the time was up, 128 and the number of a signal.
    pub exit_code: Option<i32>,
    /// Its script ended well and had something to complain of.
    pub warning: bool,
    /// What it does is what it did in an earlier run: it was not run again.
    pub kept: bool,
    /// Of a task: see [`crate::contract::store::TaskFile::key`].
    pub key: Option<&'a str>,
}

/// An output of a task that is a file or a folder of a workspace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Made {
    /// Of the output; empty for the only one.
    pub name: String,
    /// Where it lies, or why that cannot be told.
    pub place: Result<Place, String>,
}

/// Where something lies in a workspace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    pub workspace: String,
    /// Below its root.
    pub inside: String,
    /// Absolute; nothing on the way leads out of the workspace.
    pub whole: PathBuf,
}

/// Somebody who wants to know. The calls come from several threads; those about one task come in their order, and what a
/// step writes comes between its start and its end. A call that is slow makes what is observed slow.
pub trait Observer: Sync {
    /// Before the first task.
    fn begins(&self, spec: &RunSpec);

    fn task(&self, task: TaskRef<'_>, change: &Change<'_>);

    fn step(&self, step: StepRef<'_>, change: &Change<'_>);

    /// What a task with such outputs has made, before it is told that it has succeeded; `kept`: in an earlier run, which told
    /// it too if it came to that.
    fn made(&self, task: TaskRef<'_>, made: &[Made], kept: bool);

    /// Bytes, as they were written; not lines.
    fn output(&self, step: StepRef<'_>, stream: Stream, bytes: &[u8]);

    /// A line of the runner's own, for people; about a task or about all.
    fn say(&self, about: Option<TaskRef<'_>>, line: &str);
}
