//! The names of everything that is emitted. Parameters, results and workspaces keep the names of the program, so that
//! what a user gives to a run is what the program says, unless the program wants others; tasks and steps are DNS labels.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::chains::Added;
use super::spelling::{self, Outside};
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
    outside: Outside,
}

impl Names {
    pub(super) fn of_plan(plan: &Plan, outside: Outside) -> Self {
        let tasks: Vec<String> = plan.tasks().map(|(_, task)| kube::label(&task.name, kube::LONGEST_NAME)).collect();
        let ids = plan.tasks().map(|(id, task)| (task.name.clone(), id)).collect();
        let taken = tasks.iter().cloned().collect();
        Self { pipeline: kube::label(&plan.name, kube::LONGEST_NAME), tasks, ids, taken, outside }
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

    /// What a parameter of the pipeline is called outside.
    pub(super) fn param<'a>(&'a self, name: &'a str) -> &'a str {
        self.outside.param(name)
    }

    /// What stands for the text of a parameter of the pipeline.
    pub(super) fn variable(&self, name: &str) -> String {
        self.outside.of_run(name).map_or_else(|| ["$(params.", self.param(name), ")"].concat(), str::to_owned)
    }

    /// Whether the pipeline that is emitted has the parameter; of others, the engine knows the value.
    pub(super) fn has_param(&self, name: &str) -> bool {
        self.outside.of_run(name).is_none()
    }

    /// What a workspace is called outside.
    pub(super) fn workspace<'a>(&'a self, name: &'a str) -> &'a str {
        self.outside.workspace(name)
    }

    /// The name of the result of an output of a task: that of a task that is kept elsewhere is spelt as there.
    pub(super) fn result_at<'a>(&'a self, plan: &'a Plan, task: TaskId, output: usize) -> &'a str {
        match &plan.task(task).source {
            Some(source) => &source.results[output],
            None => self.outside.result(plan, task, output),
        }
    }

    /// As [`Names::result_at`], by the name of the output.
    pub(super) fn result_named<'a>(&'a self, plan: &'a Plan, task: TaskId, output: &str) -> &'a str {
        let at = plan.task(task).outputs.iter().position(|one| one.name == *output);
        self.result_at(plan, task, at.expect("a script reads outputs that the task has"))
    }

    /// As [`Names::result_at`], of a task of the program's own.
    pub(super) fn outside_result<'p>(&self, plan: &'p Plan, task: TaskId, output: usize) -> Cow<'p, str> {
        match self.outside.result_kept(task, output) {
            Some(name) => Cow::Owned(name.to_owned()),
            None => Cow::Borrowed(spelling::result(&plan.task(task).outputs[output].name)),
        }
    }

    /// The name of a result of the pipeline.
    pub(super) fn returned<'a>(&'a self, plan: &'a Plan, output: usize) -> &'a str {
        self.outside.returned(plan, output)
    }

    /// Results that the pipeline has beside its own.
    pub(super) fn added(&self) -> &[Added] {
        self.outside.added()
    }

    /// The parameter of a task that takes the result of another: no parameter of the pipeline has this name.
    pub(super) fn carrier(&self, plan: &Plan, task: &str, output: &str) -> String {
        self.not_a_param(plan, self.outside.carrier(task, spelling::result(output)))
    }

    /// A name for a parameter of a task that is none of the pipeline: else the pipeline's would be taken for it.
    fn not_a_param(&self, plan: &Plan, wish: String) -> String {
        if !self.outside.is_param(plan, &wish) {
            return wish;
        }
        let mut more = (2..).map(|turn: u32| format!("{wish}-{turn}"));
        more.find(|name| !self.outside.is_param(plan, name)).expect("there are more numbers than parameters")
    }

    /// The name of the object of a task: two pipelines in one namespace have a `build` each.
    pub(super) fn object(&self, task: &str) -> String {
        kube::label(&[&self.pipeline, "-", task].concat(), kube::LONGEST_NAME)
    }
}

pub(super) fn step(name: &str) -> String {
    kube::label(name, LONGEST_STEP)
}

pub(super) fn sidecar(name: &str) -> String {
    kube::label(name, LONGEST_SIDECAR)
}
