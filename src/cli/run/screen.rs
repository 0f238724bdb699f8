//! What people see of a run while it goes on.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::live::Live;
use super::plain::Plain;
use crate::cli::stores::spoken;
use crate::contract::RunSpec;
use crate::contract::store::{State, Stream};
use crate::run::observe::{Change, Made, Observer, StepRef, TaskRef};
use crate::run::store::clock;
use crate::run::store::recorder::Recorder;

/// The store and the screen.
pub(super) struct Both<'a> {
    pub(super) recorder: &'a Recorder<'a>,
    pub(super) screen: &'a Screen<'a>,
}

/// One of two ways to show it.
pub(super) struct Screen<'a> {
    spec: &'a RunSpec,
    inner: Mutex<Inner>,
}

struct Inner {
    show: Show,
    /// When what runs was started: by task and turn.
    began: std::collections::BTreeMap<(usize, Option<u32>), u64>,
}

enum Show {
    /// A terminal: what runs now, each on a line that changes.
    Live(Live),
    /// Anything else: lines.
    Plain(Plain),
}

impl<'a> Screen<'a> {
    pub(super) fn new(spec: &'a RunSpec, live: bool, quiet: bool) -> Self {
        let show = if live { Show::Live(Live::new(spec.tasks.len())) } else { Show::Plain(Plain::new(quiet)) };
        Self { spec, inner: Mutex::new(Inner { show, began: std::collections::BTreeMap::new() }) }
    }

    /// Nothing more will come.
    pub(super) fn end(&self) {
        match &mut self.inner().show {
            Show::Live(live) => live.end(),
            Show::Plain(plain) => plain.end(),
        }
    }

    fn name(&self, task: TaskRef<'_>) -> String {
        let name = self.spec.tasks.get(task.task).map_or("", |task| task.name.as_str());
        task.turn.map_or_else(|| name.to_owned(), |turn| format!("{name}[{}]", turn.label))
    }

    /// Never twice at once; who panicked in it has left whole lines.
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Screen<'_> {
    fn begins(&self, _spec: &RunSpec) {}

    fn task(&self, task: TaskRef<'_>, change: &Change<'_>) {
        let (name, key) = (self.name(task), key(task));
        let mut inner = self.inner();
        let now = clock::now();
        if change.state == State::Running {
            inner.began.entry(key).or_insert(now);
        }
        let began = if change.state == State::Running { None } else { inner.began.remove(&key) };
        let took = began.map(|began| now.saturating_sub(began));
        let line = ended(&name, change, took);
        match &mut inner.show {
            Show::Live(live) => live.task(key, &name, change, line.as_deref()),
            Show::Plain(plain) => line.iter().for_each(|line| plain.say(line)),
        }
    }

    fn made(&self, _task: TaskRef<'_>, _made: &[Made], _kept: bool) {}

    fn step(&self, step: StepRef<'_>, change: &Change<'_>) {
        if let Show::Plain(plain) = &mut self.inner().show
            && change.state != State::Running
        {
            plain.end_of(place(step));
        }
    }

    fn output(&self, step: StepRef<'_>, stream: Stream, bytes: &[u8]) {
        let name = self.name(step.task);
        match &mut self.inner().show {
            Show::Live(live) => live.output(key(step.task), bytes),
            Show::Plain(plain) => plain.output((&name, place(step), stream), bytes),
        }
    }

    fn say(&self, _about: Option<TaskRef<'_>>, line: &str) {
        match &mut self.inner().show {
            Show::Live(live) => live.say(line),
            Show::Plain(plain) => plain.say(line),
        }
    }
}

impl Observer for Both<'_> {
    fn begins(&self, spec: &RunSpec) {
        self.recorder.begins(spec);
        self.screen.begins(spec);
    }

    fn task(&self, task: TaskRef<'_>, change: &Change<'_>) {
        self.recorder.task(task, change);
        self.screen.task(task, change);
    }

    fn made(&self, task: TaskRef<'_>, made: &[Made], kept: bool) {
        self.recorder.made(task, made, kept);
        self.screen.made(task, made, kept);
    }

    fn step(&self, step: StepRef<'_>, change: &Change<'_>) {
        self.recorder.step(step, change);
        self.screen.step(step, change);
    }

    fn output(&self, step: StepRef<'_>, stream: Stream, bytes: &[u8]) {
        self.recorder.output(step, stream, bytes);
        self.screen.output(step, stream, bytes);
    }

    fn say(&self, about: Option<TaskRef<'_>>, line: &str) {
        self.recorder.say(about, line);
        self.screen.say(about, line);
    }
}

fn key(task: TaskRef<'_>) -> (usize, Option<u32>) {
    (task.task, task.turn.map(|turn| turn.number))
}

/// A number for the lines of a step: no two that run at once have the same.
fn place(step: StepRef<'_>) -> (usize, Option<u32>) {
    key(step.task)
}

/// What is said of a task.
fn ended(name: &str, change: &Change<'_>, took: Option<u64>) -> Option<String> {
    let warning = if change.warning { ", with a warning" } else { "" };
    let after = took.map(|took| format!(" after {}", spoken(took))).unwrap_or_default();
    Some(match change.state {
        State::Pending => return None,
        State::Running => format!("`{name}` starts"),
        State::Succeeded if change.kept => format!("`{name}` is kept: it succeeded before, with the same inputs"),
        State::Succeeded => format!("`{name}` succeeded{after}{warning}"),
        State::Failed => format!("`{name}` failed with exit code {}{after}", change.exit_code.unwrap_or(1)),
        State::Skipped => format!("`{name}` skipped{after}"),
        State::Cancelled => format!("`{name}` cancelled{after}"),
        State::Lost => format!("`{name}` is lost"),
    })
}
