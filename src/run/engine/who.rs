//! What the scheduler starts: a task, or one turn of a loop.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::contract::{NO_TURN, RunSpec};
use crate::run::observe::{TaskRef, Turn};

/// A task, or one turn of a loop.
#[derive(Clone, Debug)]
pub(super) struct Who {
    /// Index into the tasks of the spec.
    pub(super) task: usize,
    pub(super) turn: Option<Arc<OneTurn>>,
}

/// One turn of a loop.
#[derive(Debug)]
pub(super) struct OneTurn {
    pub(super) number: u32,
    /// What people call it; no two turns of a loop have the same.
    pub(super) label: String,
    /// What `PIPE_TURN` is.
    pub(super) text: String,
}

impl Who {
    pub(super) fn task(task: usize) -> Self {
        Self { task, turn: None }
    }

    pub(super) fn reference(&self) -> TaskRef<'_> {
        let turn = self.turn.as_deref().map(|turn| Turn { number: turn.number, label: &turn.label });
        TaskRef { task: self.task, turn }
    }

    /// What its folders are called.
    pub(super) fn folder(&self, spec: &RunSpec) -> String {
        folder(&spec.tasks[self.task].name, self.turn.as_ref().map(|turn| turn.number))
    }

    /// What people call it.
    pub(super) fn shown(&self, spec: &RunSpec) -> String {
        let name = &spec.tasks[self.task].name;
        self.turn.as_ref().map_or_else(|| name.clone(), |turn| format!("{name}[{}]", turn.label))
    }
}

/// What the folders of a task, or of one of its turns, are called.
pub(super) fn folder(task: &str, turn: Option<u32>) -> String {
    turn.map_or_else(|| task.to_owned(), |turn| format!("{task}.{turn}"))
}

/// The turns, as the script of a loop writes them; `None` when it wrote something else.
pub(super) fn turns(text: &[u8]) -> Option<Vec<OneTurn>> {
    let mut texts: Vec<String> = serde_json::from_slice(text).ok()?;
    texts.retain(|text| text != NO_TURN);
    let mut labels = FxHashSet::default();
    texts.into_iter().map(|text| one(text, &mut labels)).collect()
}

/// `NUMBER:INDICES:WORDS`
fn one(text: String, labels: &mut FxHashSet<String>) -> Option<OneTurn> {
    let mut parts = text.splitn(3, ':');
    let number: u32 = parts.next()?.parse().ok()?;
    let words = parts.nth(1).unwrap_or_default();
    let label = if words.is_empty() {
        number.to_string()
    } else if labels.contains(words) {
        // A list may have an element twice.
        format!("{number}:{words}")
    } else {
        words.to_owned()
    };
    labels.insert(label.clone());
    Some(OneTurn { number, label, text })
}
