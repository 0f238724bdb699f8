//! Which tasks there are, in which block they stand, and under which conditions.
//!
//! A stage that runs if those before it succeeded is a stage of the program. What runs also, or only, behind a failure
//! stands in `finally`. Where a stage runs always and others follow it, it is there twice: in its place, and in `finally`
//! for when it was not reached.

use super::findings;
use super::model::{Document, RunsIf, Stage};
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
    /// The names of its tasks, in the order of its steps.
    pub(super) tasks: Vec<String>,
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
    for (at, stage) in document.stages.iter().enumerate() {
        let names: Vec<String> = stage.steps.iter().map(|step| wanted(document, stage, step.name)).collect();
        let names: Vec<String> = names.iter().map(|name| vars.names.claim(name, "step")).collect();
        let follows = document.stages[at + 1..].iter().any(|other| other.runs_if == RunsIf::Success);
        let block = |name: Option<String>, tasks: Vec<String>| Block {
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
                let again =
                    names.iter().map(|name| vars.names.claim(&format!("{name}_after_failure"), "step")).collect();
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
        let names = |blocks: &[Block]| blocks.iter().flat_map(|block| block.tasks.clone()).collect::<Vec<_>>();
        let body = if follows { names(&self.body) } else { Vec::new() };
        Behind {
            anything: !follows && !self.body.is_empty(),
            tasks: body.into_iter().chain(names(&self.last)).collect(),
        }
    }

    fn finally(&mut self, mut block: Block) {
        block.after = self.last.last().map(|before| before.tasks.clone()).unwrap_or_default();
        self.last.push(block);
    }
}

/// The name that a task should have: that of its step, with its stage where another step has the same.
fn wanted(document: &Document<'_>, stage: &Stage<'_>, step: &str) -> String {
    let all = document.stages.iter().flat_map(|stage| &stage.steps);
    let same = all.filter(|other| snake(other.name) == snake(step)).count();
    if same == 1 { step.to_owned() } else { format!("{}_{step}", stage.name) }
}
