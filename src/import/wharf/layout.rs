//! Which tasks there are, in which block they stand, and under which conditions.
//!
//! A stage that runs if those before it succeeded is a stage of the program. What runs also, or only, behind a failure
//! stands in `finally`. Where a stage runs always and others follow it, it is there twice: in its place, and in `finally`
//! for when it was not reached.

use rustc_hash::FxHashMap;

use super::findings;
use super::model::{Document, RunsIf};
use super::vars::Vars;
use crate::import::tekton::names::{Names, snake};

/// What a stage becomes in one place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Block {
    /// The number of the stage.
    pub(super) stage: usize,
    /// Its name in the program; nothing in `finally`.
    pub(super) name: Option<String>,
    /// It runs only when one of them has failed.
    pub(super) behind: Option<Behind>,
    /// The names of its tasks, each with the number of its step.
    pub(super) tasks: Vec<(usize, String)>,
    /// The tasks of `finally` that it waits for.
    pub(super) after: Vec<String>,
}

/// What has to have failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Behind {
    /// Anything before `finally`.
    pub(super) anything: bool,
    /// One of these tasks.
    pub(super) tasks: Vec<String>,
}

/// All blocks, in order.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct Layout {
    pub(super) body: Vec<Block>,
    pub(super) last: Vec<Block>,
}

/// Names all tasks, and says where they stand.
pub(super) fn layout(document: &Document<'_>, vars: &mut Vars<'_>) -> Layout {
    let mut stages = Names::default();
    let mut layout = Layout::default();
    let mut steps: FxHashMap<String, usize> = FxHashMap::default();
    for step in document.stages.iter().flat_map(|stage| &stage.steps) {
        *steps.entry(snake(step.name)).or_default() += 1;
    }
    // With its stage, where another step has the same name.
    let wanted = |stage: &str, step: &str| match steps.get(&snake(step)) {
        Some(1) | None => step.to_owned(),
        Some(_) => format!("{stage}_{step}"),
    };
    for (at, stage) in document.stages.iter().enumerate() {
        let names = stage.steps.iter().map(|step| vars.names.claim(&wanted(&stage.name, step.name), "step"));
        let names: Vec<(usize, String)> = names.enumerate().collect();
        let follows = document.stages[at + 1..].iter().any(|other| other.runs_if == RunsIf::Success);
        let block = |name: Option<String>, tasks: Vec<(usize, String)>| Block {
            stage: at,
            name,
            behind: None,
            tasks,
            after: Vec::new(),
        };
        match stage.runs_if {
            RunsIf::Success => layout.body.push(block(Some(stages.claim(&stage.name, "stage")), names)),
            RunsIf::Always if !follows => layout.finally(block(None, names)),
            RunsIf::Always => {
                let mut again = |name: &String| vars.names.claim(&format!("{name}_after_failure"), "step");
                let again = names.iter().map(|(step, name)| (*step, again(name))).collect();
                let mut late = block(None, again);
                late.behind = Some(layout.failed(follows));
                layout.body.push(block(Some(stages.claim(&stage.name, "stage")), names));
                if at > 0 {
                    layout.finally(late);
                }
            }
            RunsIf::Fail if at == 0 => {
                let help = "there is no stage before it that could fail: put it behind those that it is for";
                vars.out.push(findings::assumed(stage.span, format!("the stage `{}` never runs", stage.name), help));
            }
            RunsIf::Fail => {
                let mut late = block(None, names);
                late.behind = Some(layout.failed(follows));
                layout.finally(late);
            }
        }
    }
    layout
}

impl Layout {
    /// All tasks so far: one of them has failed. Where none `follows` before `finally`, the outcome says it.
    fn failed(&self, follows: bool) -> Behind {
        let names = |blocks: &[Block]| blocks.iter().flat_map(Block::names).collect::<Vec<_>>();
        let body = if follows { names(&self.body) } else { Vec::new() };
        let anything = !follows && !self.body.is_empty();
        Behind { anything, tasks: body.into_iter().chain(names(&self.last)).collect() }
    }

    fn finally(&mut self, mut block: Block) {
        block.after = self.last.last().map(Block::names).unwrap_or_default();
        self.last.push(block);
    }

    /// Leaves out the steps that could not be made, by their stages and numbers.
    pub(super) fn keep(&mut self, is_made: impl Fn(usize, usize) -> bool) {
        let mut gone: Vec<String> = Vec::new();
        for block in self.body.iter_mut().chain(&mut self.last) {
            let (kept, lost) =
                std::mem::take(&mut block.tasks).into_iter().partition(|(step, _)| is_made(block.stage, *step));
            block.tasks = kept;
            gone.extend(lost.into_iter().map(|(_, name): (usize, String)| name));
        }
        for block in self.body.iter_mut().chain(&mut self.last) {
            block.after.retain(|name| !gone.contains(name));
            if let Some(behind) = &mut block.behind {
                behind.tasks.retain(|name| !gone.contains(name));
            }
        }
        self.body.retain(|block| !block.tasks.is_empty());
        let can_be = |behind: &Option<Behind>| behind.as_ref().is_none_or(|one| one.anything || !one.tasks.is_empty());
        self.last.retain(|block| !block.tasks.is_empty() && can_be(&block.behind));
    }
}

impl Block {
    fn names(&self) -> Vec<String> {
        self.tasks.iter().map(|(_, name)| name.clone()).collect()
    }
}
