//! A plan with what its names stand for, and the evaluator over it: what tests look at.

use std::sync::LazyLock;

use super::partial::Partial;
use super::scope::{Frame, Inside};
use super::{Binding, Builder};
use crate::check::program::{self as p, LocalId, PipelineDef, Program};
use crate::diag::Diagnostics;
use crate::plan::{Expr, ExprKind, ParamId, Plan, TaskId, Value};
use crate::source::{FileId, Span};

/// A plan whose parameters are all known: given, or by their defaults.
#[derive(Debug)]
pub struct Inspected {
    pub plan: Plan,
    frame: Frame,
    arguments: Arguments,
}

/// What each task was called with, in the order of its parameters.
pub(super) type Arguments = Vec<Vec<Partial>>;

/// As [`super::build`], with nothing left open but workspaces from outside.
pub fn inspect(
    program: &Program,
    pipeline: &PipelineDef,
    bindings: &[Binding],
    source: &str,
    out: &mut Diagnostics,
) -> Option<Inspected> {
    let mut builder = Builder::of(program, pipeline, source);
    builder.arguments = Some(Vec::new());
    let frame = builder.run(bindings);
    let (plan, arguments) = (builder.plan, builder.arguments.unwrap_or_default());
    let failed = builder.out.has_errors();
    out.append(builder.out);
    (!failed).then_some(Inspected { plan, frame, arguments })
}

impl Inspected {
    /// The value of a local of the pipeline.
    ///
    /// # Errors
    /// An expression that says why it is known only when running.
    pub fn local(&self, local: LocalId) -> Result<Value, Expr> {
        known(&self.frame.value(local))
    }

    /// An argument of a task, by the place of its parameter.
    ///
    /// # Errors
    /// As [`Self::local`].
    pub fn argument(&self, task: TaskId, at: usize) -> Result<Value, Expr> {
        let given = self.arguments.get(task.index()).and_then(|list| list.get(at));
        given.map_or(Ok(Value::None), known)
    }
}

fn known(value: &Partial) -> Result<Value, Expr> {
    if let Some(value) = value.value() {
        return Ok(value.clone());
    }
    let mut open = None;
    value.walk(&mut |part| {
        if open.is_none() && part.value().is_none() {
            open = Some(part.clone());
        }
    });
    match (open, value) {
        (Some(open), _) => Err(open),
        // A list or record whose parts are all known, though they were not put together.
        (None, Partial::List(list)) => list.iter().map(known).collect::<Result<_, _>>().map(Value::List),
        (None, Partial::Record(fields)) => {
            let fields = fields.iter().map(|(name, field)| Ok((name.clone(), known(field)?)));
            fields.collect::<Result<_, _>>().map(Value::Record)
        }
        (None, Partial::Expr(_) | Partial::Call(_) | Partial::Either(_)) => Ok(Value::None),
    }
}

/// Evaluates expressions of a program over values that are given by local.
#[derive(Debug)]
pub struct Evaluator<'a> {
    builder: Builder<'a>,
    frame: Frame,
}

impl<'a> Evaluator<'a> {
    pub fn new(program: &'a Program) -> Self {
        Self { builder: Builder::of(program, &NOTHING, ""), frame: Frame::new(0, Inside::Fn) }
    }

    /// Gives a local a value; without one it is an unknown, which is a parameter with the number of the local.
    pub fn bind(&mut self, local: LocalId, ty: &p::Type, value: Option<Value>) {
        let ty = self.builder.types.ty(ty);
        let kind = value.map_or(ExprKind::Param(ParamId(local.0)), ExprKind::Known);
        self.frame.bind(local, Partial::Expr(Expr::new(kind, ty)));
    }

    /// The value of an expression as far as it is known, and what is wrong with it.
    pub fn eval(&mut self, expr: &p::Expr) -> (Expr, Diagnostics) {
        let value = self.builder.plain(&self.frame, expr);
        (value, std::mem::take(&mut self.builder.out))
    }
}

/// The pipeline of an expression that stands in none.
static NOTHING: LazyLock<PipelineDef> = LazyLock::new(|| PipelineDef {
    name: "".into(),
    doc: String::new(),
    span: Span::new(FileId(0), 0, 0),
    params: Vec::new(),
    outputs: Vec::new(),
    locals: Vec::new(),
    body: Vec::new(),
});
