//! How a run and its tasks stand, as `status.json` says it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::clock;
use crate::contract::RunSpec;
use crate::contract::store::{State, StatusFile, TaskFile, TurnMark};

/// A change of a task or a step that has left the thread of whoever told it.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// When: milliseconds since 1970.
    pub(super) at: u64,
    pub(super) state: State,
    pub(super) exit_code: Option<i32>,
    pub(super) warning: bool,
    pub(super) kept: bool,
    pub(super) key: Option<String>,
}

#[derive(Debug)]
pub(super) struct Board {
    state: State,
    at: u64,
    tasks: Vec<TaskFile>,
    turns: BTreeMap<(usize, u32), TaskFile>,
}

/// [`StatusFile`], of what somebody else has.
#[derive(Serialize)]
struct View<'a> {
    state: State,
    at: String,
    tasks: Vec<&'a TaskFile>,
}

impl Board {
    /// Nothing has begun; what succeeded `earlier` did, until somebody says otherwise.
    pub(super) fn new(spec: &RunSpec, earlier: Option<&StatusFile>) -> Self {
        let done = earlier.map(|status| succeeded(&status.tasks)).unwrap_or_default();
        let task =
            |name: &str| done.get(name).map_or_else(|| TaskFile::pending(name.to_owned(), None), |one| (*one).clone());
        let mut turns = BTreeMap::new();
        let index: BTreeMap<&str, usize> = spec.tasks.iter().enumerate().map(|(at, one)| (&*one.name, at)).collect();
        for one in done.values() {
            if let Some(turn) = &one.turn
                && let Some(at) = index.get(&*turn.task)
            {
                turns.insert((*at, turn.number), (*one).clone());
            }
        }
        let tasks = spec.tasks.iter().map(|one| task(&one.name)).collect();
        Self { state: State::Running, at: clock::now(), tasks, turns }
    }

    pub(super) fn task(&mut self, spec: &RunSpec, task: usize, turn: Option<(u32, &str)>, told: &Told) {
        let Some(of) = spec.tasks.get(task) else { return };
        self.at = told.at;
        let file = match turn {
            None => &mut self.tasks[task],
            Some((number, label)) => self.turns.entry((task, number)).or_insert_with(|| {
                TaskFile::pending(format!("{}[{label}]", of.name), Some(TurnMark { task: of.name.clone(), number }))
            }),
        };
        change(file, told);
    }

    pub(super) fn end(&mut self, state: State) {
        (self.state, self.at) = (state, clock::now());
    }

    /// As a line of JSON.
    pub(super) fn line(&self) -> Vec<u8> {
        let mut tasks = Vec::with_capacity(self.tasks.len() + self.turns.len());
        for (at, task) in self.tasks.iter().enumerate() {
            tasks.push(task);
            tasks.extend(self.turns.range((at, 0)..=(at, u32::MAX)).map(|(_, turn)| turn));
        }
        let view = View { state: self.state, at: clock::rfc3339(self.at), tasks };
        super::aside::line(&view).unwrap_or_default()
    }
}

fn succeeded(tasks: &[TaskFile]) -> BTreeMap<&str, &TaskFile> {
    tasks.iter().filter(|task| task.state == State::Succeeded).map(|task| (&*task.name, task)).collect()
}

fn change(file: &mut TaskFile, told: &Told) {
    // Cancelled before it came to its turn: what it did in an earlier process is still done.
    if told.state == State::Cancelled && file.state == State::Succeeded {
        return;
    }
    let time = || Some(clock::rfc3339(told.at));
    match told.state {
        State::Pending => *file = TaskFile::pending(std::mem::take(&mut file.name), file.turn.take()),
        // A second try is still the first start.
        State::Running if file.state == State::Running => {}
        State::Running => (file.started, file.ended, file.exit_code) = (time(), None, None),
        // It began and ended when it really ran.
        State::Succeeded if told.kept && file.ended.is_some() => {}
        State::Succeeded | State::Failed | State::Skipped | State::Cancelled | State::Lost => {
            if !matches!(file.state, State::Running) {
                file.started = None;
            }
            (file.ended, file.exit_code) = (time(), told.exit_code);
        }
    }
    if told.state != State::Pending {
        (file.state, file.kept, file.warning) = (told.state, told.kept, told.warning);
        if told.state != State::Running || told.key.is_some() {
            file.key.clone_from(&told.key);
        }
    }
}
