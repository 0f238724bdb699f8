//! Loops whose turns only a run knows: a small task finds the turns, and the matrix of each task of the loop has one run a turn.
//!
//! The lists themselves are no matrix: an empty one would take all that waits for the task along, nothing could be left
//! out of a product, and with more than ten runs the engine gives their results in another order than that of the list.
//! So the matrix is over numbers, of which there is always one, and each result says to which turn it belongs.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::names::Names;
use super::native;
use crate::plan::{Fan, Plan, TaskId};

/// The parameter of a task that says for which turn it runs.
pub(super) const TURN: &str = "run--turn";

/// The result of a task that finds turns.
pub(super) const RESULT: &str = "turns";

/// The loops of a plan, in the order of the source.
#[derive(Debug)]
pub(super) struct Fans {
    /// With the first task of each, and the name of the task that finds its turns.
    fans: Vec<(Arc<Fan>, TaskId, String)>,
    of: FxHashMap<TaskId, usize>,
}

impl Fans {
    pub(super) fn new(plan: &Plan, names: &mut Names) -> Self {
        let mut fans: Vec<(Arc<Fan>, TaskId, String)> = Vec::new();
        let mut of = FxHashMap::default();
        for (id, task) in plan.tasks() {
            // What is kept elsewhere knows nothing of turns: see `native`.
            let Some(fan) = task.fan.as_ref().filter(|_| !native::is_native(task)) else { continue };
            let known = fans.iter().position(|(other, _, _)| Arc::ptr_eq(other, fan));
            let at = known.unwrap_or_else(|| {
                fans.push((Arc::clone(fan), id, names.fresh(&format!("turns_{}", task.name))));
                fans.len() - 1
            });
            of.insert(id, at);
        }
        Self { fans, of }
    }

    pub(super) fn len(&self) -> usize {
        self.fans.len()
    }

    pub(super) fn of(&self, task: TaskId) -> Option<usize> {
        self.of.get(&task).copied()
    }

    /// The loop and the first task in it.
    pub(super) fn get(&self, at: usize) -> (&Fan, TaskId) {
        (&self.fans[at].0, self.fans[at].1)
    }

    /// The task that finds the turns, by its name in the pipeline.
    pub(super) fn name(&self, at: usize) -> &str {
        &self.fans[at].2
    }

    /// All turns, for a matrix.
    pub(super) fn turns(&self, at: usize) -> String {
        format!("$(tasks.{}.results.{RESULT}[*])", self.name(at))
    }
}

/// The file of [`RESULT`].
pub(super) fn path() -> String {
    format!("$(results.{RESULT}.path)")
}

pub(super) fn about(fan: &Fan) -> String {
    let vars: Vec<String> = fan.vars.iter().map(|var| format!("`{}`", var.name)).collect();
    format!("Finds the turns of the loop over {}.", vars.join(" and "))
}
