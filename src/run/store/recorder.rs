//! Writes down what a run does, while it does it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};

use super::artifacts::{self, Output};
use super::aside::{self, Disk};
use super::board::Told;
use super::keeper::Keeper;
use super::queue::{Event, Queue};
use super::steps::Key;
use super::writer::Writer;
use super::{Before, clock};
use crate::contract::RunSpec;
use crate::contract::store::{ResultFile, State, Stream};
use crate::run::observe::{Change, Made, Observer, StepRef, TaskRef};

/// Hands everything to a thread that writes it; whoever is observed waits only when a log outruns the disk.
#[derive(Debug)]
pub struct Recorder<'a> {
    queue: &'a Queue,
}

/// What became of a run, and of what was written about it.
#[derive(Debug)]
pub struct Recorded {
    pub result: io::Result<ResultFile>,
    /// Artifacts that could not be read, a sentence each.
    pub unread: Vec<String>,
    /// What could not be written first: logs or statuses are not whole.
    pub unwritten: Option<io::Error>,
}

/// Runs `work` and writes down in `folder` what it tells and how it ends.
pub(super) fn record(
    folder: &Path,
    spec: &RunSpec,
    before: &Before,
    work: impl FnOnce(&Recorder<'_>) -> io::Result<ResultFile>,
) -> Recorded {
    let (queue, keeper) = (Queue::default(), Keeper::new(folder));
    let outcome = Mutex::new(None);
    let (result, written, measured) = std::thread::scope(|scope| {
        let kept = scope.spawn(|| keeper.run());
        let (made, making) = channel();
        let (over, all_measured) = channel();
        let measured = scope.spawn(move || {
            let _over: Sender<()> = over;
            measure(folder, making)
        });
        let writer = Writer::new(folder, spec, &keeper, (made, all_measured), before);
        let written = scope.spawn(|| {
            let _dying = Dying(&queue);
            let specified = aside::json(&folder.join("spec.json"), spec, Disk::Later).err();
            let outcome = || *outcome.lock().unwrap_or_else(PoisonError::into_inner);
            specified.or(writer.run(&queue, outcome))
        });
        let result = {
            let _closing = Closing(&queue);
            let result = work(&Recorder { queue: &queue });
            let ended = result.as_ref().map_or(State::Failed, |result| result.outcome);
            *outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(ended);
            result
        };
        let written = written.join().unwrap_or_else(|_| Some(io::Error::other("the writer of the store has a defect")));
        let measured = measured.join().unwrap_or_else(|_| Measured {
            failed: Some(io::Error::other("artifacts could not be measured")),
            ..Measured::default()
        });
        keeper.close();
        kept.join().ok();
        (result, written, measured)
    });
    let Measured { failed, unread } = measured;

    let ended = match &result {
        Ok(result) => aside::json(&folder.join("result.json"), result, Disk::Now).err(),
        Err(_) => None,
    };
    Recorded { result, unread, unwritten: written.or(failed).or(keeper.failed()).or(ended) }
}

/// Sizes and checksums, which take as long as there are bytes.
fn measure(run: &Path, made: Receiver<(PathBuf, Vec<Output>)>) -> Measured {
    let mut measured = Measured::default();
    for (step, outputs) in made {
        match artifacts::write(run, &step, outputs) {
            Ok(unread) => measured.unread.extend(unread),
            Err(error) => drop(measured.failed.get_or_insert(error)),
        }
    }
    measured
}

/// What became of artifacts.
#[derive(Default, Debug)]
struct Measured {
    /// What could not be written first.
    failed: Option<io::Error>,
    /// What could not be read, a sentence each.
    unread: Vec<String>,
}

/// Closes it also when the work panics, so that its writer does not wait in vain.
struct Closing<'a>(&'a Queue);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Lets everybody go, also when the writer panics.
struct Dying<'a>(&'a Queue);

impl Drop for Dying<'_> {
    fn drop(&mut self) {
        self.0.die();
    }
}

impl Observer for Recorder<'_> {
    fn begins(&self, _spec: &RunSpec) {}

    fn task(&self, task: TaskRef<'_>, change: &Change<'_>) {
        let turn = task.turn.map(|turn| (turn.number, turn.label.to_owned()));
        self.queue.push(Event::Task { task: task.task, turn, told: told(change) });
    }

    fn step(&self, step: StepRef<'_>, change: &Change<'_>) {
        let (key, label) = key(step);
        self.queue.push(Event::Step { step: key, label, attempt: step.attempt, told: told(change) });
    }

    fn made(&self, task: TaskRef<'_>, made: &[Made], kept: bool) {
        let turn = task.turn.map(|turn| (turn.number, turn.label.to_owned()));
        let place = |one: &Made| one.place.as_ref().map(artifacts::Lies::at).map_err(String::clone);
        let outputs = made.iter().map(|one| (one.name.clone(), place(one))).collect();
        self.queue.push(Event::Made { task: task.task, turn, outputs, kept });
    }

    fn output(&self, step: StepRef<'_>, stream: Stream, bytes: &[u8]) {
        let ((key, label), at) = (key(step), clock::now());
        let bytes = bytes.to_vec();
        self.queue.push(Event::Output { step: key, label, attempt: step.attempt, at, stream, bytes });
    }

    fn say(&self, about: Option<TaskRef<'_>>, line: &str) {
        let task = about.map(|task| (task.task, label(task)));
        self.queue.push(Event::Note { task, at: clock::now(), text: line.to_owned() });
    }
}

fn told(change: &Change<'_>) -> Told {
    let Change { state, exit_code, warning, kept, key } = *change;
    Told { at: clock::now(), state, exit_code, warning, kept, key: key.map(str::to_owned) }
}

fn key(step: StepRef<'_>) -> (Key, Option<String>) {
    let StepRef { task, step, attempt: _ } = step;
    (Key { task: task.task, turn: task.turn.map(|turn| turn.number), step }, label(task))
}

fn label(task: TaskRef<'_>) -> Option<String> {
    task.turn.map(|turn| turn.label.to_owned())
}
