//! What comes before what, by index.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::contract::RunSpec;

/// The order of the tasks that take part.
#[derive(Debug)]
pub(super) struct Graph<'a> {
    index: FxHashMap<&'a str, usize>,
    /// Of each task: those of this machine that have to end before it.
    pub(super) before: Vec<Vec<usize>>,
    /// Of each task: those that wait for it.
    pub(super) next: Vec<Vec<usize>>,
    pub(super) selected: Vec<bool>,
}

impl<'a> Graph<'a> {
    pub(super) fn new(spec: &'a RunSpec, selected: Option<&[bool]>) -> Self {
        let index: FxHashMap<&str, usize> = spec.tasks.iter().enumerate().map(|(at, task)| (&*task.name, at)).collect();
        let find = |names: &[String]| names.iter().filter_map(|name| index.get(name.as_str()).copied()).collect();
        let mut before: Vec<Vec<usize>> = spec.tasks.iter().map(|task| find(&task.after)).collect();
        if let Some(selected) = selected {
            bridge(&mut before, selected);
        }
        let selected = selected.map_or_else(|| vec![true; before.len()], <[bool]>::to_vec);
        let mut next = vec![Vec::new(); before.len()];
        for (at, before) in before.iter().enumerate().filter(|(at, _)| selected[*at]) {
            before.iter().for_each(|earlier| next[*earlier].push(at));
        }
        Self { index, before, next, selected }
    }

    pub(super) fn find(&self, task: &str) -> Option<usize> {
        self.index.get(task).copied()
    }
}

/// Order also holds between tasks with others between them that take no part.
fn bridge(all: &mut [Vec<usize>], selected: &[bool]) {
    for at in 0..all.len() {
        let mut seen = FxHashSet::default();
        let mut through = Vec::new();
        for before in &all[at] {
            let direct = std::slice::from_ref(before);
            let earlier = if selected[*before] { direct } else { &all[*before] };
            through.extend(earlier.iter().copied().filter(|earlier| seen.insert(*earlier)));
        }
        all[at] = through;
    }
}
