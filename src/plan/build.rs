//! From a checked program and the values that were given to a plan.

mod arith;
mod artifacts;
mod builtin;
mod each;
mod edges;
mod expr;
mod fan;
mod fields;
pub(super) mod fold;
mod form;
mod hint;
mod inline;
pub mod inspect;
mod machine;
mod names;
mod outside;
pub(super) mod param;
mod partial;
pub mod pick;
mod provenance;
mod record;
mod report;
mod require;
mod scope;
mod script;
mod stmt;
mod task;
mod turned_away;
pub(super) mod types;

use super::{Plan, Value};
use crate::check::program::{PipelineDef, PipelineId, Program};
use crate::diag::Diagnostics;
use crate::source::Span;
use artifacts::Makers;
use edges::Graph;
use form::Forms;
use names::Names;
use partial::Partial;
use scope::{Frame, Inside};
use stmt::Context;
use types::Types;

/// A parameter that was given a value before the run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Binding {
    pub name: String,
    pub value: Value,
    /// Where it was given, when that was in a file.
    pub span: Option<Span>,
}

/// The plan of one pipeline for the values that were bound; `None` when something was reported that is an error.
///
/// `source` is the file as the user named it. The program has no errors.
pub fn build(
    program: &Program,
    pipeline: PipelineId,
    bindings: &[Binding],
    source: &str,
    out: &mut Diagnostics,
) -> Option<Plan> {
    let mut builder = Builder::new(program, pipeline, source);
    builder.run(bindings);
    let failed = builder.out.has_errors();
    out.append(builder.out);
    (!failed).then_some(builder.plan)
}

/// All that is known while one plan is built.
#[derive(Debug)]
struct Builder<'a> {
    program: &'a Program,
    pipeline: &'a PipelineDef,
    plan: Plan,
    types: Types,
    /// Evaluated when first read.
    consts: Vec<Option<Partial>>,
    out: Diagnostics,
    /// What is known not to run: it is evaluated for its order alone, in silence.
    left_out: bool,
    /// In a turn that its loop refuses: of it is kept only what it would make.
    turned_away: bool,
    makers: Makers<'a>,
    /// How many loops there are whose turns only a run knows.
    fans: usize,
    graph: Graph<'a>,
    names: Names,
    /// Where the outputs of the task in the making begin among those of the plan; empty where these are the same.
    outs: Vec<u32>,
    forms: Forms,
    bindings: Vec<Binding>,
    body: inline::Body,
    /// For who inspects the plan: what each task was called with. Then no parameter stays open either.
    arguments: Option<inspect::Arguments>,
}

impl<'a> Builder<'a> {
    fn new(program: &'a Program, id: PipelineId, source: &str) -> Self {
        Self::of(program, &program.pipelines[id.index()], source)
    }

    fn of(program: &'a Program, pipeline: &'a PipelineDef, source: &str) -> Self {
        let mut plan = Plan::empty(&pipeline.name, pipeline.span);
        plan.expect_tasks(pipeline.locals.len());
        plan.doc.clone_from(&pipeline.doc);
        source.clone_into(&mut plan.source);
        plan.artifacts = artifacts::kinds(program);
        Self {
            program,
            pipeline,
            plan,
            types: Types::new(program),
            consts: vec![None; program.consts.len()],
            out: Diagnostics::default(),
            left_out: false,
            turned_away: false,
            makers: Makers::new(program),
            fans: 0,
            graph: Graph::new(pipeline.locals.len()),
            names: Names::new(&pipeline.body),
            outs: Vec::new(),
            forms: Forms::default(),
            bindings: Vec::new(),
            body: inline::Body::default(),
            arguments: None,
        }
    }

    /// Makes the whole plan; gives back what the names of the pipeline stand for.
    fn run(&mut self, bindings: &[Binding]) -> Frame {
        let mut frame = Frame::new(self.pipeline.locals.len(), Inside::Pipeline);
        self.parameters(&mut frame, bindings);
        self.block(&mut frame, &Context::new(), &self.pipeline.body);
        self.connect();
        self.nothing_to_do();
        frame
    }

    fn nothing_to_do(&mut self) {
        let main = self.plan.tasks().any(|(_, task)| task.phase == super::Phase::Main);
        if main || self.out.has_errors() {
            return;
        }
        let mut because: Vec<Span> = self.plan.left_out.iter().map(|one| one.because).collect();
        because.dedup();
        self.out.push(report::nothing_to_do(&self.pipeline.name, self.pipeline.span, &because));
    }
}
