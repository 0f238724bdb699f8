//! From a checked program and the values that were given to a plan.

mod arith;
mod builtin;
mod edges;
mod expr;
mod fields;
mod fold;
mod form;
mod hint;
mod inline;
mod names;
mod outside;
pub(super) mod param;
mod partial;
mod pick;
mod report;
mod require;
mod scope;
mod script;
mod stmt;
mod task;
pub(super) mod types;

pub use pick::pick;

use super::{Plan, Value};
use crate::check::program::{PipelineDef, PipelineId, Program};
use crate::diag::Diagnostics;
use crate::source::Span;
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
    let mut frame = Frame::new(builder.pipeline.locals.len(), Inside::Pipeline);
    builder.parameters(&mut frame, bindings);
    builder.block(&mut frame, &Context::new(), &builder.pipeline.body);
    builder.connect();
    builder.nothing_to_do();
    let failed = builder.out.has_errors();
    out.append(builder.out);
    (!failed).then_some(builder.plan)
}

/// All that is known while one plan is built.
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
    graph: Graph<'a>,
    names: Names,
    forms: Forms,
    bindings: Vec<Binding>,
    body: inline::Body,
}

impl<'a> Builder<'a> {
    fn new(program: &'a Program, id: PipelineId, source: &str) -> Self {
        let pipeline = &program.pipelines[id.index()];
        let mut plan = Plan::empty(&pipeline.name, pipeline.span);
        plan.doc.clone_from(&pipeline.doc);
        source.clone_into(&mut plan.source);
        Self {
            program,
            pipeline,
            plan,
            types: Types::new(program),
            consts: vec![None; program.consts.len()],
            out: Diagnostics::default(),
            left_out: false,
            graph: Graph::new(pipeline.locals.len()),
            names: Names::new(&pipeline.body),
            forms: Forms::default(),
            bindings: Vec::new(),
            body: inline::Body::default(),
        }
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
