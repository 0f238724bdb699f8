//! The plans of the tests: each made once for the same arguments.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::check::program::{PipelineDef, PipelineId, Program};
use crate::diag::Diagnostics;
use crate::plan::build::Binding;
use crate::plan::build::inspect::{Inspected, inspect};
use crate::plan::{Plan, TaskId, Value};
use crate::source::Span;

/// A plan with its tasks by the calls that made them.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) inspected: Inspected,
    by_call: FxHashMap<Vec<Span>, Vec<TaskId>>,
    /// For each turn of a call that is left out, the condition that is false.
    left_out: FxHashMap<Vec<Span>, Vec<Span>>,
}

impl Planned {
    fn new(inspected: Inspected) -> Self {
        let (mut by_call, mut left_out) = (FxHashMap::<_, Vec<_>>::default(), FxHashMap::<_, Vec<_>>::default());
        for (id, task) in inspected.plan.tasks() {
            by_call.entry(place(&task.within, task.span)).or_default().push(id);
        }
        for one in &inspected.plan.left_out {
            left_out.entry(place(&one.within, one.span)).or_default().push(one.because);
        }
        Self { inspected, by_call, left_out }
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.inspected.plan
    }

    pub(super) fn made_by(&self, call: &[Span]) -> &[TaskId] {
        self.by_call.get(call).map_or(&[], Vec::as_slice)
    }

    pub(super) fn left_out(&self, call: &[Span]) -> &[Span] {
        self.left_out.get(call).map_or(&[], Vec::as_slice)
    }
}

/// The calls of pipelines around a call, and the call.
fn place(within: &[Span], call: Span) -> Vec<Span> {
    within.iter().copied().chain([call]).collect()
}

/// The values that a plan was made with; where they stand does not matter.
type Given = Vec<(String, Value)>;

/// So many plans are kept: tests of one thing stand together, and a plan is large.
const KEPT: usize = 16;

/// Makes plans.
#[derive(Debug)]
pub(super) struct Planner<'a> {
    program: &'a Program,
    path: &'a str,
    /// The newest last.
    kept: Vec<(PipelineId, Given, Rc<Planned>)>,
}

impl<'a> Planner<'a> {
    pub(super) fn new(program: &'a Program, path: &'a str) -> Self {
        Self { program, path, kept: Vec::new() }
    }

    pub(super) fn plan(
        &mut self,
        pipeline: PipelineId,
        bindings: &[Binding],
        out: &mut Diagnostics,
    ) -> Option<Rc<Planned>> {
        let given: Given = bindings.iter().map(|one| (one.name.clone(), one.value.clone())).collect();
        if let Some((_, _, known)) = self.kept.iter().find(|(id, values, _)| *id == pipeline && *values == given) {
            return Some(Rc::clone(known));
        }
        let program = self.program;
        let made = inspect(program, &program.pipelines[pipeline.index()], bindings, self.path, out)?;
        let made = Rc::new(Planned::new(made));
        if self.kept.len() == KEPT {
            self.kept.remove(0);
        }
        self.kept.push((pipeline, given, Rc::clone(&made)));
        Some(made)
    }

    /// The plan of a body that stands in a test.
    pub(super) fn plan_body(&self, body: &PipelineDef, out: &mut Diagnostics) -> Option<Inspected> {
        inspect(self.program, body, &[], self.path, out)
    }
}
