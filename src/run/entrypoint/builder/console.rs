//! The log of a build: each line with its task before it, whole, in the order in which it came.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use crate::contract::RunSpec;
use crate::contract::store::{State, Stream};
use crate::run::observe::{Change, Made, Observer, StepRef, TaskRef};

/// More of a line than this is shown before its end has come.
const HELD: usize = 8192;

/// Writes to standard output.
#[derive(Debug)]
pub(super) struct Console {
    names: Vec<String>,
    shown: Mutex<Shown>,
}

/// What stands there.
#[derive(Default, Debug)]
struct Shown {
    /// The task whose line has not ended.
    open: Option<String>,
    /// What each task wrote since its last line ended.
    held: Vec<(String, Vec<u8>)>,
}

impl Console {
    pub(super) fn new(spec: &RunSpec) -> Self {
        Self { names: spec.tasks.iter().map(|task| task.name.clone()).collect(), shown: Mutex::default() }
    }

    /// A line of the builder's own.
    pub(super) fn line(&self, text: &str) {
        self.with(|shown| shown.own(text));
    }

    /// Something that the pipeline returns, for who reads the log.
    pub(super) fn returned(&self, name: &str, text: &str) {
        let (mut object, parts) = (b"return {".to_vec(), [(name, ":"), (text, "}")]);
        for (text, end) in parts {
            // Memory takes every text.
            serde_json::to_writer(&mut object, text).ok();
            object.extend_from_slice(end.as_bytes());
        }
        self.line(&String::from_utf8_lossy(&object));
    }

    fn with(&self, act: impl FnOnce(&mut Shown) -> io::Result<()>) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        // Who does not read the log does not stop the build.
        act(&mut shown).ok();
    }

    /// As people call it.
    fn name(&self, task: TaskRef<'_>) -> String {
        let name = self.names.get(task.task).map(String::as_str).unwrap_or_default();
        task.turn.map_or_else(|| name.to_owned(), |turn| format!("{name}[{}]", turn.label))
    }
}

impl Observer for Console {
    fn begins(&self, _: &RunSpec) {}

    fn task(&self, task: TaskRef<'_>, change: &Change<'_>) {
        let name = self.name(task);
        let code = change.exit_code.filter(|code| *code != 0).map(|code| format!(" ({code})")).unwrap_or_default();
        let state = match change.state {
            State::Pending | State::Running => return,
            State::Succeeded if change.warning => "succeeded, with a warning",
            State::Succeeded => "succeeded",
            State::Failed => "failed",
            State::Skipped => "skipped",
            State::Cancelled => "cancelled",
            State::Lost => "lost",
        };
        self.with(|shown| {
            shown.end(&name)?;
            shown.own(&format!("{name} {state}{code}"))
        });
    }

    fn made(&self, task: TaskRef<'_>, made: &[Made], _kept: bool) {
        let name = self.name(task);
        for place in made.iter().flat_map(|one| &one.place) {
            self.line(&format!("{name} made {}/{}", place.workspace, place.inside));
        }
    }

    fn step(&self, step: StepRef<'_>, change: &Change<'_>) {
        let running = matches!(change.state, State::Pending | State::Running);
        let name = self.name(step.task);
        self.with(|shown| if running { Ok(()) } else { shown.end(&name) });
    }

    fn output(&self, step: StepRef<'_>, _: Stream, bytes: &[u8]) {
        let name = self.name(step.task);
        self.with(|shown| shown.output(&name, bytes));
    }

    fn say(&self, about: Option<TaskRef<'_>>, line: &str) {
        let text = about.map_or_else(|| line.to_owned(), |task| format!("{}: {line}", self.name(task)));
        self.line(&text);
    }
}

impl Shown {
    fn own(&mut self, text: &str) -> io::Result<()> {
        self.close()?;
        let mut out = io::stdout().lock();
        writeln!(out, "pipec: {text}")?;
        out.flush()
    }

    /// Shows whole lines and keeps the rest until it is a line, or long.
    fn output(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut held = self.take(name);
        held.extend_from_slice(bytes);
        let whole = held.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let shown = if held.len() - whole > HELD { held.len() } else { whole };
        let rest = held.split_off(shown);
        let written = self.write(name, &held);
        if !rest.is_empty() {
            self.held.push((name.to_owned(), rest));
        }
        written
    }

    fn take(&mut self, name: &str) -> Vec<u8> {
        let at = self.held.iter().position(|(one, _)| one == name);
        at.map(|at| self.held.swap_remove(at).1).unwrap_or_default()
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        if self.open.as_deref() != Some(name) {
            self.close()?;
        }
        let prefix = format!("{name} | ");
        let mut text = Vec::with_capacity(bytes.len() + prefix.len() * 4);
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.open.take().is_none() {
                text.extend_from_slice(prefix.as_bytes());
            }
            text.extend_from_slice(line);
        }
        if bytes.last() != Some(&b'\n') {
            self.open = Some(name.to_owned());
        }
        let mut out = io::stdout().lock();
        out.write_all(&text)?;
        out.flush()
    }

    /// The last words of a task.
    fn end(&mut self, name: &str) -> io::Result<()> {
        let rest = self.take(name);
        self.write(name, &rest)?;
        if self.open.as_deref() == Some(name) { self.close() } else { Ok(()) }
    }

    /// Ends a line that has been shown in part.
    fn close(&mut self) -> io::Result<()> {
        if self.open.take().is_some() { io::stdout().write_all(b"\n") } else { Ok(()) }
    }
}
