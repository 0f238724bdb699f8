//! The names of everything that is emitted. Parameters, results and workspaces keep the names of the program, so that
//! what a user gives to a run is what the program says; tasks and steps are DNS labels.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::emit::kube;
use crate::plan::{Plan, TaskId};

/// Behind `step-`, a container's name is cut to 63: two steps that differ only behind that would clash.
const LONGEST_STEP: usize = 58;

/// Behind `sidecar-`, likewise.
const LONGEST_SIDECAR: usize = 55;

/// The names of the tasks of one plan.
#[derive(Debug)]
pub(super) struct Names {
    pipeline: String,
    tasks: Vec<String>,
    ids: FxHashMap<String, TaskId>,
    taken: FxHashSet<String>,
}

impl Names {
    pub(super) fn of_plan(plan: &Plan) -> Self {
        let tasks: Vec<String> = plan.tasks().map(|(_, task)| kube::label(&task.name, kube::LONGEST_NAME)).collect();
        let ids = plan.tasks().map(|(id, task)| (task.name.clone(), id)).collect();
        let taken = tasks.iter().cloned().collect();
        Self { pipeline: kube::label(&plan.name, kube::LONGEST_NAME), tasks, ids, taken }
    }

    pub(super) fn pipeline(&self) -> &str {
        &self.pipeline
    }

    /// The name of a task within the pipeline.
    pub(super) fn of(&self, task: TaskId) -> &str {
        &self.tasks[task.index()]
    }

    /// The task that the program calls so.
    pub(super) fn find(&self, task: &str) -> TaskId {
        *self.ids.get(task).expect("a script reads outputs of tasks of its plan only")
    }

    /// A name for a task that the program does not have.
    pub(super) fn fresh(&mut self, wish: &str) -> String {
        let wish = kube::label(wish, kube::LONGEST_NAME - 4);
        let mut name = wish.clone();
        let mut turn = 2;
        while !self.taken.insert(name.clone()) {
            name = format!("{wish}-{turn}");
            turn += 1;
        }
        name
    }

    /// The name of the object of a task: two pipelines in one namespace have a `build` each.
    pub(super) fn object(&self, task: &str) -> String {
        kube::label(&format!("{}-{task}", self.pipeline), kube::LONGEST_NAME)
    }
}

pub(super) fn step(name: &str) -> String {
    kube::label(name, LONGEST_STEP)
}

pub(super) fn sidecar(name: &str) -> String {
    kube::label(name, LONGEST_SIDECAR)
}

/// The name of the result of an output of a task: that of a task that is kept elsewhere is spelt as there.
pub(super) fn result_at(plan: &Plan, task: TaskId, output: usize) -> &str {
    let task = plan.task(task);
    match &task.source {
        Some(source) => &source.results[output],
        None => result(&task.outputs[output].name),
    }
}

/// As [`result_at`], by the name of the output.
pub(super) fn result_named<'p>(plan: &'p Plan, task: TaskId, output: &str) -> &'p str {
    let at = plan.task(task).outputs.iter().position(|one| one.name == *output);
    result_at(plan, task, at.expect("a script reads outputs that the task has"))
}

/// The name of the result of an output, which may have none.
pub(super) fn result(output: &str) -> &str {
    if output.is_empty() { "out" } else { output }
}
