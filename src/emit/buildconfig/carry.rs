//! What crosses from one build to another: results, how tasks ended, and workspaces.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::segment::{Segment, last_of_main, positions};
use crate::contract::{ListSource, Source};
use crate::emit::script::{self, Rendered};
use crate::emit::spec::tainting;
use crate::plan::{Plan, TaskId, WorkspaceId};
use crate::source::Span;

/// Something that is made in one build and wanted in another.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Thing {
    Result(TaskId, String),
    Status(TaskId),
    Workspace(WorkspaceId),
}

/// What one build takes from earlier ones and leaves for later ones.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct Load {
    pub(super) brought: BTreeSet<Thing>,
    pub(super) kept: BTreeSet<Thing>,
}

impl Load {
    pub(super) fn is_empty(&self) -> bool {
        self.brought.is_empty() && self.kept.is_empty()
    }
}

/// The first thing that one build takes from another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Crossing {
    pub(super) from: TaskId,
    /// What wants it: a task, or what the pipeline returns.
    pub(super) to: String,
    pub(super) to_span: Span,
    /// The build of `to`.
    pub(super) at: usize,
    pub(super) what: Thing,
}

/// The loads of each build, in order, and where they come from.
#[derive(Debug)]
pub(super) struct Carry {
    pub(super) loads: Vec<Load>,
    pub(super) crossings: Vec<Crossing>,
}

impl Carry {
    pub(super) fn new(plan: &Plan, segments: &[Segment]) -> Self {
        let mut finder = Finder {
            position: positions(plan, segments),
            names: plan.tasks().map(|(id, task)| (task.name.as_str(), id)).collect(),
            carry: Self { loads: vec![Load::default(); segments.len()], crossings: Vec::new() },
            seen: BTreeSet::new(),
        };
        finder.workspaces(plan, segments);
        for (at, segment) in segments.iter().enumerate() {
            for id in &segment.tasks {
                let task = plan.task(*id);
                for (from, what) in finder.wants(plan, *id) {
                    finder.want(at, from, what, (&task.name, task.span));
                }
            }
        }
        if let Some(at) = last_of_main(segments) {
            for output in &plan.outputs {
                for (from, what) in finder.reads(&[script::value(plan, &output.value)]) {
                    finder.want(at, from, what, ("return", output.span));
                }
            }
        }
        finder.carry
    }
}

/// Collects what is not at home where it is wanted.
struct Finder<'p> {
    position: Vec<usize>,
    names: FxHashMap<&'p str, TaskId>,
    carry: Carry,
    /// One crossing between two builds says enough.
    seen: BTreeSet<(usize, usize)>,
}

impl Finder<'_> {
    fn want(&mut self, at: usize, from: TaskId, what: Thing, to: (&str, Span)) {
        let home = self.position[from.index()];
        if home == at {
            return;
        }
        if self.seen.insert((home, at)) {
            let crossing = Crossing { from, to: to.0.to_owned(), to_span: to.1, at, what: what.clone() };
            self.carry.crossings.push(crossing);
        }
        self.carry.loads[home].kept.insert(what.clone());
        self.carry.loads[at].brought.insert(what);
    }

    /// A workspace goes from each build that uses it to the next one that does, whether an edge leads there or not:
    /// everywhere else it is one folder.
    fn workspaces(&mut self, plan: &Plan, segments: &[Segment]) {
        let mut last: Vec<Option<TaskId>> = vec![None; plan.workspaces.len()];
        for (at, segment) in segments.iter().enumerate() {
            for id in &segment.tasks {
                let task = plan.task(*id);
                for workspace in &task.workspaces {
                    if let Some(from) = last[workspace.index()].replace(*id) {
                        self.want(at, from, Thing::Workspace(*workspace), (&task.name, task.span));
                    }
                }
            }
        }
    }

    /// Every result and status that a task cannot do without.
    fn wants(&self, plan: &Plan, id: TaskId) -> Vec<(TaskId, Thing)> {
        let task = plan.task(id);
        let condition = task.condition.iter().map(|condition| script::decision(plan, condition));
        let scripts: Vec<Rendered> =
            condition.chain((0..task.steps.len()).map(|step| script::step(plan, id, step))).collect();
        let tainting = tainting(plan, id).map(|from| (from, Thing::Status(from)));
        self.reads(&scripts).into_iter().chain(tainting).collect()
    }

    fn reads(&self, scripts: &[Rendered]) -> Vec<(TaskId, Thing)> {
        let named = |task: &str| self.names.get(task).copied();
        let read = |source: &Source| match source {
            Source::Result { task, output } => named(task).map(|id| (id, Thing::Result(id, output.clone()))),
            Source::Status(task) => named(task).map(|id| (id, Thing::Status(id))),
            Source::Literal(_)
            | Source::Param(_)
            | Source::OutputFile(_)
            | Source::Place { .. }
            | Source::SecretValue(_)
            | Source::SecretFile(_)
            | Source::StepResult { .. }
            | Source::Outcome => None,
        };
        scripts.iter().flat_map(sources).filter_map(read).collect()
    }
}

/// Every place that a script takes a text from.
pub(super) fn sources(script: &Rendered) -> impl Iterator<Item = &Source> {
    let lists = script.args.iter().flat_map(|list| match list {
        ListSource::Each(sources) => sources.as_slice(),
        ListSource::Literal(_) | ListSource::Param(_) | ListSource::Gathered { .. } | ListSource::Result { .. } => &[],
    });
    script.env.iter().map(|(_, source)| source).chain(lists).chain(&script.workdir)
}
