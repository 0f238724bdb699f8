//! What the steps of a run wrote, in one order, while they write and after.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::base64;
use super::read::{Run, is_end};
use super::steps;
use super::tail::Tail;
use crate::contract::store::{LogLine, State, StepFile, Stream};

/// How long [`Logs::wait`] waits between two looks.
const LOOK: Duration = Duration::from_millis(50);

/// A step that has ended is looked at once in so many looks: it may be tried again.
const RARELY: u64 = 20;

/// Which lines.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// As it is called: of a loop all turns, or one of them (`task[label]`).
    pub task: Option<String>,
    pub step: Option<String>,
    pub stream: Option<Stream>,
    /// Those with this `seq` and later ones.
    pub from: u64,
}

/// One piece of one log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    pub task: String,
    pub step: String,
    /// The number of the step.
    pub id: u32,
    pub line: LogLine,
    /// Nothing more of its log is there now.
    pub last: bool,
}

impl Line {
    /// What was written.
    pub fn bytes(&self) -> Vec<u8> {
        bytes(&self.line)
    }
}

/// What was written of one piece of a log.
pub fn bytes(line: &LogLine) -> Vec<u8> {
    match (&line.text, &line.base64) {
        (Some(text), _) => text.clone().into_bytes(),
        (None, Some(text)) => base64::decode(text).unwrap_or_default(),
        (None, None) => Vec::new(),
    }
}

/// What there is to read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Next {
    Line(Line),
    /// Nothing now; look again a little later.
    Wait,
    /// Nothing more will come.
    End,
}

/// The lines of a run, in the order in which they were written (`seq`); the same order whenever they are read.
#[derive(Debug)]
pub struct Logs<'r> {
    run: &'r Run,
    wanted: Wanted,
    sources: BTreeMap<u32, Source>,
    /// The next line of each source that has one, the least first.
    heads: BinaryHeap<Reverse<(u64, u32)>>,
    /// All lines up to this one can be read: what was there at the last look but one.
    settled: u64,
    /// The greatest line that was there at the last look.
    greatest: u64,
    /// The last line that was handed on.
    last: u64,
    looks: u64,
    changed: Option<SystemTime>,
    ended: bool,
}

#[derive(Debug)]
struct Source {
    tail: Tail,
    task: String,
    step: String,
    head: Option<LogLine>,
    over: bool,
}

impl<'r> Logs<'r> {
    /// What there is; with `follow` also what comes, until the run ends.
    pub fn new(run: &'r Run, wanted: Wanted, follow: bool) -> Self {
        Self {
            run,
            last: wanted.from.saturating_sub(1),
            wanted,
            sources: BTreeMap::new(),
            heads: BinaryHeap::new(),
            settled: 0,
            greatest: 0,
            looks: 0,
            changed: None,
            ended: !follow,
        }
    }

    /// The next line, if there is one.
    ///
    /// # Errors
    /// A log cannot be read.
    pub fn read(&mut self) -> io::Result<Next> {
        if let Some(line) = self.pop()? {
            return Ok(Next::Line(line));
        }
        let over = self.ended && self.looks > 0 && self.settled == u64::MAX;
        if over {
            return Ok(Next::End);
        }
        self.look()?;
        let line = self.pop()?;
        Ok(line.map_or(if self.settled == u64::MAX { Next::End } else { Next::Wait }, Next::Line))
    }

    /// The next line; waits until there is one. `None` at the end, or when `stop` says so.
    ///
    /// # Errors
    /// A log cannot be read.
    pub fn wait(&mut self, stop: &dyn Fn() -> bool) -> io::Result<Option<Line>> {
        loop {
            match self.read()? {
                Next::Line(line) => return Ok(Some(line)),
                Next::End => return Ok(None),
                Next::Wait if stop() => return Ok(None),
                Next::Wait => std::thread::sleep(LOOK),
            }
        }
    }

    /// The least line, when no lesser one can come.
    fn pop(&mut self) -> io::Result<Option<Line>> {
        let Some(Reverse((seq, id))) = self.heads.peek().copied() else { return Ok(None) };
        if seq > self.settled && seq != self.last + 1 {
            return Ok(None);
        }
        self.heads.pop();
        let Some(source) = self.sources.get_mut(&id) else { return Ok(None) };
        let Some(line) = source.head.take() else { return Ok(None) };
        self.last = seq;
        let (task, step) = (source.task.clone(), source.step.clone());
        let last = !self.advance(id)?;
        Ok(Some(Line { task, step, id, line, last }))
    }

    /// Finds the next line of a source that has none; says whether there is one.
    fn advance(&mut self, id: u32) -> io::Result<bool> {
        let Some(source) = self.sources.get_mut(&id).filter(|source| source.head.is_none()) else { return Ok(true) };
        while let Some(line) = source.tail.next()? {
            if self.wanted.stream.is_none_or(|stream| line.stream == stream) {
                self.heads.push(Reverse((line.seq, id)));
                source.head = Some(line);
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Looks at everything that may have changed.
    fn look(&mut self) -> io::Result<()> {
        // Before the logs: when it has ended now, they are whole.
        let ended = self.ended || is_end(self.run.view().state);
        let rarely = self.looks.is_multiple_of(RARELY) || ended;
        self.looks += 1;
        self.settled = self.greatest;
        self.discover(rarely);
        let ids: Vec<u32> = self.sources.iter().filter(|(_, one)| rarely || !one.over).map(|(id, _)| *id).collect();
        for id in ids {
            let Some(source) = self.sources.get_mut(&id) else { continue };
            if !ended && !source.tail.has_grown() {
                source.over = steps::read(&self.run.folder, id).is_some_and(|file| is_over(&file));
                continue;
            }
            if !ended {
                self.greatest = self.greatest.max(source.tail.last_seq()?);
            }
            self.advance(id)?;
        }
        if ended {
            (self.ended, self.settled) = (true, u64::MAX);
        }
        Ok(())
    }

    fn discover(&mut self, anyway: bool) {
        let folder = self.run.folder.join("steps");
        let changed = std::fs::metadata(&folder).and_then(|about| about.modified()).ok();
        if !anyway && changed == self.changed {
            return;
        }
        self.changed = changed;
        let known = |id: &u32| self.sources.contains_key(id);
        if steps::ids(&self.run.folder).iter().all(known) {
            return;
        }
        for step in self.run.steps() {
            if self.wanted.has(&step.file) {
                let from = self.wanted.from;
                let path = self.run.step_folder(step.id).join("logs.ndjson");
                self.sources.entry(step.id).or_insert_with(|| Source::new(&path, from, step.file));
            }
        }
    }
}

impl Source {
    fn new(path: &Path, from: u64, file: StepFile) -> Self {
        let tail = Tail::new(path.to_owned(), from);
        Self { tail, task: file.task, step: file.step, head: None, over: false }
    }
}

impl Wanted {
    /// Whether lines of this step are wanted.
    pub fn has(&self, step: &StepFile) -> bool {
        let task = self
            .task
            .as_ref()
            .is_none_or(|task| *task == step.task || step.turn.as_ref().is_some_and(|turn| turn.task == *task));
        task && self.step.as_ref().is_none_or(|wanted| *wanted == step.step)
    }
}

fn is_over(file: &StepFile) -> bool {
    file.status_updates.last().is_some_and(|update| update.status != State::Running)
}
