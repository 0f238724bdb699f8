//! Where the results of tasks are that are steps of another task now.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::emit::tekton::graph;
use crate::emit::tekton::lower::Unit;

/// The new names.
#[derive(Default, Debug)]
pub(in crate::emit::tekton) struct Moved {
    tasks: FxHashMap<String, String>,
    /// By `TASK.results.RESULT`.
    results: FxHashMap<String, String>,
}

impl Moved {
    pub(super) fn task(&mut self, old: &str, new: &str) {
        self.tasks.insert(old.to_owned(), new.to_owned());
    }

    pub(super) fn result(&mut self, task: &str, old: &str, new: &str) {
        if old != new {
            self.results.insert([task, ".results.", old].concat(), new.to_owned());
        }
    }

    /// A text with variables, each by its new name.
    pub(in crate::emit::tekton) fn text(&self, text: String) -> String {
        if self.tasks.is_empty() || !text.contains("$(tasks.") {
            return text;
        }
        let mut pieces = text.split("$(tasks.");
        let mut out = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            out.push_str("$(tasks.");
            let (inside, rest) = piece.split_once(')').unwrap_or((piece, ""));
            out.push_str(&self.inside(inside));
            out.push(')');
            out.push_str(rest);
        }
        out
    }

    fn inside(&self, inside: &str) -> String {
        let (task, what) = inside.split_once('.').unwrap_or((inside, ""));
        let Some(new) = self.tasks.get(task) else { return inside.to_owned() };
        let (plain, list) = inside.strip_suffix("[*]").map_or((inside, ""), |plain| (plain, "[*]"));
        match self.results.get(plain) {
            Some(result) => [new, ".results.", result, list].concat(),
            None => [new, ".", what].concat(),
        }
    }

    /// Lets a task wait for, and read of, the tasks by their new names.
    pub(super) fn tell(&self, unit: &mut Unit<'_>) {
        if self.tasks.is_empty() {
            return;
        }
        for given in &mut unit.inputs.given {
            given.value = self.text(std::mem::take(&mut given.value));
        }
        for (input, _, _) in &mut unit.when {
            *input = self.text(std::mem::take(input));
        }
        for element in unit.found.iter_mut().flat_map(|found| found.lists.iter_mut().flat_map(|(_, list)| list)) {
            *element = self.text(std::mem::take(element));
        }
        if unit.run_after.iter().any(|before| self.tasks.contains_key(before)) {
            for before in &mut unit.run_after {
                if let Some(new) = self.tasks.get(before) {
                    before.clone_from(new);
                }
            }
            tidy(unit);
        }
    }
}

/// Takes away what is said twice, or by reading a result.
pub(super) fn tidy(unit: &mut Unit<'_>) {
    let mut known: FxHashSet<String> = graph::results_read(unit).map(str::to_owned).collect();
    unit.run_after.retain(|before| known.insert(before.clone()));
}
