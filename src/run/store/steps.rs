//! The numbers of the steps, which are the names of their folders.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::contract::RunSpec;
use crate::contract::store::{State, StatusUpdate, StepFile};

/// One step of one task or turn.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Key {
    pub(super) task: usize,
    pub(super) turn: Option<u32>,
    pub(super) step: usize,
}

#[derive(Debug)]
pub(super) struct Steps {
    /// The number before that of its first step, of each task.
    base: Vec<u32>,
    /// Those that were there before, by the names of task and step.
    earlier: BTreeMap<(String, String), u32>,
    taken: BTreeSet<u32>,
    /// Those that are not where the spec has them.
    others: BTreeMap<Key, u32>,
    next: u32,
}

impl Steps {
    pub(super) fn new(spec: &RunSpec, earlier: &[(u32, StepFile)]) -> Self {
        let mut next = 0;
        let mut base = Vec::with_capacity(spec.tasks.len());
        for task in &spec.tasks {
            base.push(next);
            next += u32::try_from(task.steps.len()).unwrap_or(u32::MAX);
        }
        let names = |(id, file): &(u32, StepFile)| ((file.task.clone(), file.step.clone()), *id);
        let taken: BTreeSet<u32> = earlier.iter().map(|(id, _)| *id).collect();
        let next = taken.last().copied().unwrap_or(0).max(next) + 1;
        Self { base, earlier: earlier.iter().map(names).collect(), taken, others: BTreeMap::new(), next }
    }

    /// The number of a step, which it has had before when it was there before.
    pub(super) fn id(&mut self, key: Key, names: impl FnOnce() -> (String, String)) -> u32 {
        if let Some(id) = self.others.get(&key) {
            return *id;
        }
        let own = self.base.get(key.task).map(|base| base + 1 + u32::try_from(key.step).unwrap_or(u32::MAX));
        let own = own.filter(|_| key.turn.is_none());
        match own {
            Some(own) if self.taken.is_empty() => return own,
            Some(_) | None => {}
        }
        let id = match (self.earlier.get(&names()), own) {
            (Some(id), _) => *id,
            (None, Some(own)) if !self.taken.contains(&own) => own,
            (None, _) => {
                self.next += 1;
                self.next - 1
            }
        };
        self.others.insert(key, id);
        id
    }
}

pub(super) fn folder(run: &Path, id: u32) -> PathBuf {
    run.join("steps").join(id.to_string())
}

/// The steps that have folders, in order; what cannot be read is what its writer did not come to.
pub(super) fn ids(run: &Path) -> Vec<u32> {
    let entries = std::fs::read_dir(run.join("steps")).into_iter().flatten().flatten();
    let mut ids: Vec<u32> = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    ids.sort_unstable();
    ids
}

pub(super) fn read(run: &Path, id: u32) -> Option<StepFile> {
    serde_json::from_slice(&std::fs::read(folder(run, id).join("status.json")).ok()?).ok()
}

/// Says in a file that a step stands so; twice the same is said once.
pub(super) fn update(file: &mut StepFile, state: State, time: String) {
    if file.status_updates.last().is_some_and(|last| last.status == state) {
        return;
    }
    file.last_id += 1;
    file.status_updates.push(StatusUpdate { update_id: file.last_id, timestamp: time, status: state });
}
