//! The thread that writes logs, statuses and notes, so that nobody who is observed waits for files.

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

use super::artifacts::{self, Output};
use super::aside::{self, Disk};
use super::board::{Board, Told};
use super::keeper::Keeper;
use super::log::Log;
use super::queue::{Event, Queue};
use super::steps::{self, Key, Steps};
use super::{Before, clock};
use crate::contract::RunSpec;
use crate::contract::store::{NoteLine, State, StepFile, Stream, TurnMark};

/// A reader sees what was written at most this much later.
const SOON: Duration = Duration::from_millis(50);

pub(super) struct Writer<'a> {
    folder: &'a Path,
    spec: &'a RunSpec,
    keeper: &'a Keeper,
    /// Told what has been made, and the folder of the step whose it is; then, that this was all.
    made: Option<Sender<(PathBuf, Vec<Output>)>>,
    /// Hung up when all that was made is measured.
    measured: Receiver<()>,
    board: Board,
    steps: Steps,
    /// There was an earlier process.
    taken_up: bool,
    open: BTreeMap<u32, Open>,
    notes: Option<File>,
    seq: u64,
    /// `status.json` is not what the board says.
    stale: bool,
    /// When files are written next, and when the status is.
    flush_at: Option<Instant>,
    status_at: Instant,
    failed: Option<io::Error>,
}

/// A step between its start and its end.
struct Open {
    log: Log,
    file: StepFile,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        folder: &'a Path,
        spec: &'a RunSpec,
        keeper: &'a Keeper,
        (made, measured): (Sender<(PathBuf, Vec<Output>)>, Receiver<()>),
        before: &Before,
    ) -> Self {
        Self {
            folder,
            spec,
            keeper,
            made: Some(made),
            measured,
            board: Board::new(spec, before.status.as_ref()),
            steps: Steps::new(spec, &before.steps),
            taken_up: before.status.is_some() || !before.steps.is_empty(),
            open: BTreeMap::new(),
            notes: None,
            seq: before.seq,
            stale: true,
            flush_at: None,
            status_at: Instant::now(),
            failed: None,
        }
    }

    /// Works until the queue is closed, then says how the run ended, when somebody knows.
    pub(super) fn run(mut self, queue: &Queue, outcome: impl FnOnce() -> Option<State>) -> Option<io::Error> {
        self.status();
        while let Some(events) = queue.take(self.next()) {
            let written = self.each(events).and_then(|()| self.flush_when_due());
            if let Err(error) = written {
                // What was lost is lost: the run goes on, and its end says that its logs are not whole.
                self.failed.get_or_insert(error);
            }
            if self.stale && Instant::now() >= self.status_at {
                self.status();
            }
        }
        queue.die();
        let ended = self.end_all();
        // Who sees that the run has ended sees all that it made.
        self.made = None;
        self.measured.recv().ok();
        if let Some(outcome) = outcome() {
            self.board.end(outcome);
        }
        self.status();
        self.failed.or(ended.err())
    }

    fn next(&self) -> Option<Instant> {
        let status = self.stale.then_some(self.status_at);
        [self.flush_at, status].into_iter().flatten().min()
    }

    fn each(&mut self, events: VecDeque<Event>) -> io::Result<()> {
        let mut result = Ok(());
        for event in events {
            let done = self.one(event);
            result = result.and(done);
        }
        result
    }

    fn one(&mut self, event: Event) -> io::Result<()> {
        match event {
            Event::Task { task, turn, told } => {
                let turn = turn.as_ref().map(|(number, label)| (*number, label.as_str()));
                self.board.task(self.spec, task, turn, &told);
                self.stale = true;
                if told.state == State::Running { self.forget_made(task, turn) } else { Ok(()) }
            }
            Event::Made { task, turn, outputs, kept } => {
                let turn = turn.as_ref().map(|(number, label)| (*number, label.as_str()));
                self.made(task, turn, outputs, kept)
            }
            Event::Step { step, label, attempt, told } => self.step(step, label.as_deref(), attempt, &told),
            Event::Output { step, label, attempt, at, stream, bytes } => {
                self.flush_at.get_or_insert_with(|| Instant::now() + SOON);
                self.output(step, label.as_deref(), attempt, (at, stream, &bytes))
            }
            Event::Note { task, at, text } => self.note(task, at, text),
        }
    }

    fn step(&mut self, key: Key, label: Option<&str>, attempt: u32, told: &Told) -> io::Result<()> {
        let id = self.begin(key, label, attempt)?;
        let folder = steps::folder(self.folder, id);
        let Some(open) = self.open.get_mut(&id) else { return Ok(()) };
        (open.file.attempt, open.file.exit_code) = (attempt, told.exit_code);
        steps::update(&mut open.file, told.state, clock::rfc3339(told.at));
        let logged = if told.state == State::Running { Ok(()) } else { open.log.end(&mut self.seq) };
        aside::json(&folder.join("status.json"), &open.file, Disk::Later)?;
        if told.state != State::Running {
            self.open.remove(&id);
            self.keeper.settled(folder);
        }
        logged
    }

    /// The number of a step that is open now.
    fn begin(&mut self, key: Key, label: Option<&str>, attempt: u32) -> io::Result<u32> {
        let Some(task) = self.spec.tasks.get(key.task) else { return Err(unknown()) };
        let Some(step) = task.steps.get(key.step) else { return Err(unknown()) };
        let names = || (shown(&task.name, label), step.name.clone());
        let id = self.steps.id(key, names);
        if !self.open.contains_key(&id) {
            let folder = steps::folder(self.folder, id);
            std::fs::create_dir_all(&folder)?;
            let log = Log::open(folder.join("logs.ndjson"), attempt)?;
            let (name, step) = names();
            let turn = key.turn.map(|number| TurnMark { task: task.name.clone(), number });
            let file = steps::read(self.folder, id).unwrap_or_else(|| StepFile {
                task: name,
                step,
                last_id: 0,
                status_updates: Vec::new(),
                exit_code: None,
                attempt,
                turn,
            });
            self.open.insert(id, Open { log, file });
        }
        Ok(id)
    }

    fn output(
        &mut self,
        key: Key,
        label: Option<&str>,
        attempt: u32,
        (at, stream, bytes): (u64, Stream, &[u8]),
    ) -> io::Result<()> {
        let id = self.begin(key, label, attempt)?;
        let Some(open) = self.open.get_mut(&id) else { return Ok(()) };
        open.log.push(stream, bytes, &clock::rfc3339(at), &mut self.seq)
    }

    fn note(&mut self, task: Option<(usize, Option<String>)>, at: u64, text: String) -> io::Result<()> {
        let name = |(task, label): (usize, Option<String>)| {
            self.spec.tasks.get(task).map(|task| shown(&task.name, label.as_deref()))
        };
        let note = NoteLine { time: clock::rfc3339(at), task: task.and_then(name), text };
        let file = match &mut self.notes {
            Some(file) => file,
            none => {
                let path = self.folder.join("notes.ndjson");
                none.insert(OpenOptions::new().create(true).append(true).open(path)?)
            }
        };
        file.write_all(&aside::line(&note)?)
    }

    /// What a task had made when it ran in an earlier process, of another program maybe.
    fn forget_made(&mut self, task: usize, turn: Option<(u32, &str)>) -> io::Result<()> {
        if !self.taken_up {
            return Ok(());
        }
        self.makes(task, turn).map_or(Ok(()), |folder| artifacts::forget(&folder))
    }

    fn made(&mut self, task: usize, turn: Option<(u32, &str)>, outputs: Vec<Output>, kept: bool) -> io::Result<()> {
        let folder = self.makes(task, turn).ok_or_else(unknown)?;
        // Who told it before may have been killed before it was measured.
        if kept && folder.join(artifacts::FILE).exists() {
            return Ok(());
        }
        std::fs::create_dir_all(&folder)?;
        // It is there as long as this is.
        if let Some(made) = &self.made {
            made.send((folder, outputs)).ok();
        }
        Ok(())
    }

    /// The folder of the last step, which has made what the task makes.
    fn makes(&mut self, task: usize, turn: Option<(u32, &str)>) -> Option<PathBuf> {
        let spec = self.spec.tasks.get(task)?;
        let step = spec.steps.len().checked_sub(1)?;
        let key = Key { task, turn: turn.map(|(number, _)| number), step };
        let names = || (shown(&spec.name, turn.map(|(_, label)| label)), spec.steps[step].name.clone());
        Some(steps::folder(self.folder, self.steps.id(key, names)))
    }

    fn flush_when_due(&mut self) -> io::Result<()> {
        if self.flush_at.is_none_or(|at| Instant::now() < at) {
            return Ok(());
        }
        self.flush_at = None;
        let mut result = Ok(());
        for open in self.open.values_mut().filter(|open| open.log.is_waiting()) {
            let done = open.log.flush(&mut self.seq);
            result = result.and(done);
        }
        result
    }

    fn end_all(&mut self) -> io::Result<()> {
        let mut result = Ok(());
        for open in self.open.values_mut() {
            let done = open.log.end(&mut self.seq);
            result = result.and(done);
        }
        result
    }

    fn status(&mut self) {
        let began = Instant::now();
        self.keeper.status(self.board.line());
        self.stale = false;
        // Of 100,000 tasks it is long: it never takes more than a twentieth of the time.
        self.status_at = began + SOON.max(began.elapsed() * 20);
    }
}

fn shown(task: &str, label: Option<&str>) -> String {
    label.map_or_else(|| task.to_owned(), |label| format!("{task}[{label}]"))
}

fn unknown() -> io::Error {
    io::Error::other("a step was told that the plan does not have")
}
