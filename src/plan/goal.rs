//! The part of a plan that makes what somebody asks for: the fewest tasks, and the order that the others gave them.
//!
//! A task is needed when it was asked for, when a needed task reads what it makes or decides by it, or when it makes
//! what an artifact of a needed task requires and nothing else that is needed does. Who is waited for by `after` or by
//! a stage alone is not needed. The tasks of `finally` stay: they end what was begun, on every path. For them a task
//! that is not needed was skipped.

mod need;
mod reads;
mod reduce;
mod report;

use rustc_hash::{FxHashMap, FxHashSet};

use super::provenance::Goal;
use super::{Phase, Plan, Task, TaskId};
use crate::diag::{Diagnostic, Diagnostics};
use need::Need;
use reads::{is_as_sure, reads};

/// What is asked for.
#[derive(Clone, Copy, Default, Debug)]
pub struct Asked<'a> {
    /// Names of artifacts, of tasks, or of calls.
    pub goals: &'a [String],
    /// Names of stages: all that stands in them.
    pub stages: &'a [String],
}

impl Asked<'_> {
    /// Nothing in particular, which is everything.
    pub fn is_empty(self) -> bool {
        self.goals.is_empty() && self.stages.is_empty()
    }
}

/// The plan of what is asked for. Nothing where one of the names is not there.
pub fn reduce(plan: Plan, asked: Asked<'_>, out: &mut Diagnostics) -> Option<Plan> {
    let mut roots: Vec<(TaskId, String)> = Vec::new();
    let mut failed = false;
    let goals = asked.goals.iter().map(|name| resolve(&plan, name));
    let stages = asked.stages.iter().map(|name| stage(&plan, name));
    for found in goals.chain(stages) {
        match found {
            Ok(found) => roots.extend(found),
            Err(finding) => {
                out.push(finding);
                failed = true;
            }
        }
    }
    if failed {
        return None;
    }
    let mut need = Need::new(&plan);
    roots.into_iter().for_each(|(task, why)| need.ask_for(task, why));
    need.close();
    let reasons = need.least();
    let stages = asked.stages.iter().map(|name| format!("stage {name}"));
    let goal = Goal { names: asked.goals.iter().cloned().chain(stages).collect(), ..Goal::default() };
    Some(reduce::reduce(plan, &reasons, goal))
}

/// The tasks that a name asks for, each with the reason.
fn resolve(plan: &Plan, name: &str) -> Result<Vec<(TaskId, String)>, Diagnostic> {
    let plain = name.rsplit('.').next().unwrap_or(name);
    let kinds = || plan.artifacts.iter().map(|kind| &*kind.name);
    if kinds().any(|kind| kind == plain) {
        return artifact(plan, plain);
    }
    let asked = |found: Vec<TaskId>| found.into_iter().map(|task| (task, "asked for by its name".to_owned())).collect();
    if let Some(task) = plan.find(name) {
        return Ok(asked(vec![task]));
    }
    let of_call = |(id, task): (TaskId, &Task)| (task.provenance.call == name).then_some(id);
    let calls: Vec<TaskId> = plan.tasks().filter_map(of_call).collect();
    if !calls.is_empty() {
        return Ok(asked(calls));
    }
    match kinds().find(|kind| kind.eq_ignore_ascii_case(plain)) {
        Some(kind) => artifact(plan, kind),
        None => Err(report::not_there(plan, name)),
    }
}

/// The tasks of a stage, each with the reason.
fn stage(plan: &Plan, name: &str) -> Result<Vec<(TaskId, String)>, Diagnostic> {
    let in_it = plan.tasks().filter(|(_, task)| task.stage.as_deref() == Some(name));
    let found: Vec<(TaskId, String)> = in_it.map(|(id, _)| (id, format!("of the stage {name}"))).collect();
    if found.is_empty() { Err(report::no_stage(plan, name)) } else { Ok(found) }
}

fn artifact(plan: &Plan, name: &str) -> Result<Vec<(TaskId, String)>, Diagnostic> {
    let found = makers(plan, name);
    if found.is_empty() {
        return Err(report::not_made(plan, name));
    }
    Ok(found.into_iter().map(|task| (task, format!("makes {name}"))).collect())
}

/// Who makes an artifact: of those that make it for the same, the first that surely does, or all of them when none does.
/// Who makes it anew from one of the others is none.
fn makers(plan: &Plan, artifact: &str) -> Vec<TaskId> {
    let all: Vec<TaskId> = plan.order().into_iter().filter(|id| makes(plan.task(*id), artifact)).collect();
    let same = |id: TaskId| (&plan.task(id).provenance.of, &plan.task(id).provenance.arch);
    let mut first = FxHashMap::default();
    for id in all.iter().copied().filter(|id| plan.task(*id).is_sure()) {
        first.entry(same(id)).or_insert(id);
    }
    let mut found: Vec<TaskId> = Vec::new();
    let mut earlier = FxHashSet::default();
    for id in all {
        let anew = || reads(plan, id, |other| earlier.contains(&other) && is_as_sure(plan, other, id));
        if first.get(&same(id)).is_none_or(|first| *first == id) && !anew() {
            found.push(id);
        }
        earlier.insert(id);
    }
    found
}

fn makes(task: &Task, artifact: &str) -> bool {
    task.provenance.makes.iter().any(|one| *one.artifact == *artifact)
}

impl Task {
    /// It runs, and does not skip itself, in every run that comes so far.
    fn is_sure(&self) -> bool {
        self.condition.is_none() && self.fan.is_none() && !self.skips_itself() && self.phase == Phase::Main
    }
}
