//! The tests of a file, checked: the plans that each binds, what it claims of them, which errors it expects.
//!
//! What an assertion reads of a plan is a [`Part`]: a local of the test that gets its value from the plan. So the
//! claims are ordinary expressions, and nothing but who runs them knows of plans.

use crate::diag::Diagnostics;
use crate::diag::code::Code;
use crate::source::Span;

use super::program::{Expr, LocalId, PipelineDef, PipelineId};

/// `test "clouds wait for kola" { … }`
#[derive(Debug)]
pub struct TestDef {
    pub name: Box<str>,
    /// Of the name.
    pub span: Span,
    /// By their locals, ascending.
    pub parts: Vec<Part>,
    pub body: Vec<TestStmt>,
}

impl TestDef {
    /// What a local reads, when it is a part of a plan.
    pub fn part(&self, local: LocalId) -> Option<&Part> {
        self.parts.binary_search_by_key(&local, |part| part.local).ok().map(|at| &self.parts[at])
    }
}

/// One statement of a test.
#[derive(Debug)]
pub enum TestStmt {
    Plan(PlanCall),
    /// `n = len(plan.tasks)`
    Value {
        local: LocalId,
        value: Expr,
    },
    Assert(Assertion),
    /// `for one in plan.image { assert … }`
    Each {
        var: LocalId,
        of: TaskSet,
        body: Vec<Self>,
    },
    Expect(Expectation),
}

/// `plan = fcos(upload: true)`
#[derive(Debug)]
pub struct PlanCall {
    pub local: LocalId,
    /// As it is written, for messages.
    pub shown: Box<str>,
    pub pipeline: PipelineId,
    /// What is given, by the names of the parameters.
    pub args: Vec<(Box<str>, Expr)>,
    pub span: Span,
}

/// `assert claim, "message"`
#[derive(Debug)]
pub struct Assertion {
    pub claim: Claim,
    pub message: Option<Expr>,
    pub span: Span,
}

#[derive(Debug)]
pub enum Claim {
    /// A `bool`.
    Holds(Expr),
    /// `plan.image after plan.kola`: every one of `later` waits for every one of `earlier`, by whatever path.
    After { negated: bool, later: Vec<TaskSet>, earlier: Vec<TaskSet>, span: Span },
    /// It was reported.
    Broken,
}

/// The tasks that a name stands for.
#[derive(Clone, Debug)]
pub struct TaskSet {
    pub of: Subject,
    /// `plan.kola`, as written.
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum Subject {
    /// Those that the calls of this name made.
    Calls {
        plan: LocalId,
        name: Box<str>,
        /// The head of each call, as [`super::program::Call::span`], behind those of the calls of pipelines around it.
        calls: Vec<Vec<Span>>,
        /// Inside a `for`: its parts are lists, one element a turn.
        many: bool,
    },
    /// The variable of a `for` of the test.
    Turn(LocalId),
}

/// What a claim reads of a plan: `plan.kola.needs.kvm`.
#[derive(Debug)]
pub struct Part {
    pub local: LocalId,
    pub of: PartOf,
    pub span: Span,
}

#[derive(Debug)]
pub enum PartOf {
    /// `plan.tasks`: the names of its tasks, in the order of the source.
    Names(LocalId),
    /// `plan.params.stream`, `plan.production`: a value of the pipeline.
    Value {
        plan: LocalId,
        of: LocalId,
    },
    Task(TaskSet, TaskPart),
}

/// What can be read of one task.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TaskPart {
    Name,
    Skipped,
    Image,
    Timeout,
    Retries,
    RetryDelay,
    OnFailure,
    Lock,
    Stage,
    /// A field of `Needs`.
    Needs(Box<str>),
    /// An environment variable.
    Env(Box<str>),
    /// An argument, by the place of its parameter.
    Arg(usize),
}

/// `expect error "P0401" in { … }`
#[derive(Debug)]
pub struct Expectation {
    pub code: Code,
    /// Of the code, as written.
    pub span: Span,
    pub body: ExpectedBody,
    /// What checking the body found; not yet what the rules say of it, see [`super::apply_rules`].
    pub found: Diagnostics,
    /// The rules have looked at it.
    pub(super) ruled: bool,
}

#[derive(Debug)]
pub enum ExpectedBody {
    /// The body of a pipeline without parameters.
    Pipeline(PipelineDef),
    /// Calls of pipelines and nothing else: each is planned.
    Plans(Vec<PlanCall>),
}
