//! The store of runs: what is written is read, whatever became of the writer.

mod broken;
mod interleaved;
mod layout;
mod logs;
mod runs;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pipec::contract::store::{ResultFile, State, Stream};
use pipec::contract::{ArtifactSpec, PathSpec, RunSpec};
use pipec::run;
use pipec::run::observe::{Change, Made, Observer, StepRef, TaskRef, Turn};
use pipec::run::store::recorder::{Recorded, Recorder};
use pipec::run::store::{About, Store, Writing};

use super::specs;

/// A store in a folder of its own.
pub(crate) struct Place {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) store: Store,
}

impl Place {
    pub(crate) fn new() -> Self {
        // Memory, where there is some: what is tested is not the disk.
        let memory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        let folder = memory.expect("a folder");
        let store = Store::at(folder.path().join(".pipec/runs"));
        Self { folder, store }
    }

    pub(crate) fn create(&self) -> Writing {
        self.store.create(about()).expect("a run")
    }

    /// A run that `work` tells about, from its start to its end.
    pub(crate) fn recorded(&self, spec: &RunSpec, work: impl FnOnce(&Recorder<'_>)) -> Writing {
        let writing = self.create();
        let recorded = record(&writing, spec, State::Succeeded, work);
        assert!(recorded.unwritten.is_none(), "{recorded:?}");
        writing
    }
}

pub(crate) fn about() -> About {
    let given = vec![("name".to_owned(), vec!["x".to_owned()])];
    About { pipeline: "build".to_owned(), source: "ci.pipe".to_owned(), given }
}

pub(crate) fn record(writing: &Writing, spec: &RunSpec, outcome: State, work: impl FnOnce(&Recorder<'_>)) -> Recorded {
    writing.record(spec, |recorder| {
        recorder.begins(spec);
        work(recorder);
        Ok(result(outcome))
    })
}

pub(crate) fn result(outcome: State) -> ResultFile {
    ResultFile {
        name: "build".to_owned(),
        kind: "pipeline".to_owned(),
        success: outcome == State::Succeeded,
        outcome,
        exit_code: i32::from(outcome != State::Succeeded),
        duration_ms: 1,
        outputs: Vec::new(),
        tasks: Vec::new(),
        stages: Vec::new(),
    }
}

/// Tasks of these names, each with steps of those.
pub(crate) fn spec(tasks: &[(&str, &[&str])]) -> RunSpec {
    let steps = |names: &[&str]| names.iter().map(|name| specs::step(name, "#!/bin/sh\n")).collect();
    specs::run("build", tasks.iter().map(|(name, names)| specs::task(name, steps(names))).collect())
}

pub(crate) fn artifact(workspace: &str, path: &str) -> ArtifactSpec {
    ArtifactSpec { name: String::new(), workspace: workspace.to_owned(), path: PathSpec::Literal(path.to_owned()) }
}

pub(crate) fn at(inside: &str, whole: PathBuf) -> run::observe::Place {
    run::observe::Place { workspace: "src".to_owned(), inside: inside.to_owned(), whole }
}

/// That output of a task, in a workspace of the run.
pub(crate) fn made(writing: &Writing, name: &str, path: &str) -> Made {
    let whole = writing.work().join("workspaces/src").join(path);
    Made { name: name.to_owned(), place: Ok(at(path, whole)) }
}

pub(crate) fn of(task: usize) -> TaskRef<'static> {
    TaskRef { task, turn: None }
}

pub(crate) fn turn(task: usize, number: u32, label: &str) -> TaskRef<'_> {
    TaskRef { task, turn: Some(Turn { number, label }) }
}

pub(crate) fn first(task: TaskRef<'_>) -> StepRef<'_> {
    StepRef { task, step: 0, attempt: 1 }
}

pub(crate) fn change(state: State, exit_code: Option<i32>) -> Change<'static> {
    Change { state, exit_code, warning: false, kept: false, key: None }
}

/// A task whose only step writes this and ends so.
pub(crate) fn runs(to: &dyn Observer, task: TaskRef<'_>, text: &[u8], code: i32) {
    let state = if code == 0 { State::Succeeded } else { State::Failed };
    to.task(task, &change(State::Running, None));
    to.step(first(task), &change(State::Running, None));
    to.output(first(task), Stream::Stdout, text);
    to.step(first(task), &change(state, Some(code)));
    to.task(task, &change(state, Some(code)));
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.map(|entry| entry.file_name()));
    let mut names: Vec<String> = entries
        .collect::<io::Result<Vec<_>>>()
        .expect("entries")
        .into_iter()
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
