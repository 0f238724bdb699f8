//! The plan: what one pipeline does for given values, in no engine's words.
//!
//! A plan is a DAG of tasks. Everything that was known when compiling is a [`Value`]; what is left is an
//! [`Expr`] over parameters, results and statuses, which every target evaluates by the same shell code.
//!
//! In reading order: `graph` is the DAG, `make` and `value` the parts, `params` what comes from outside, `build` makes a
//! plan of a program, `view` shows it.

pub mod build;
mod exprs;
pub mod goal;

mod graph;
mod make;
pub mod outside;
pub mod params;
pub mod provenance;
pub mod record;
pub mod value;
pub mod view;

use std::sync::Arc;

use petgraph::graph::DiGraph;

use crate::source::Span;
use provenance::{Goal, Kind, Provenance};

/// A task of the plan: its index in the order of the source, unrolled.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TaskId(pub u32);

/// Index into [`Plan::params`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ParamId(pub u32);

/// Index into [`Plan::workspaces`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct WorkspaceId(pub u32);

impl TaskId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl ParamId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl WorkspaceId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What one pipeline does, for the values that were bound.
#[derive(Debug)]
pub struct Plan {
    /// The name of the pipeline, `snake_case`.
    pub name: String,
    pub doc: String,
    pub span: Span,
    /// The file the plan was made from, as the user named it; for the header of what is emitted.
    pub source: String,
    /// The parameters that are still open, in the order of the source.
    pub params: Vec<Param>,
    /// What was bound, by name: for headers and the archive.
    pub bound: Vec<(String, Value)>,
    pub workspaces: Vec<Workspace>,
    /// Conditions between parameters that are checked before the first task.
    pub requires: Vec<Require>,
    /// What the pipeline returns.
    pub outputs: Vec<PipelineOutput>,
    /// Two runs with the same text never overlap.
    pub exclusive: Option<(Expr, Span)>,
    /// The options of each target that has a `target` block: a record.
    pub options: Vec<(String, Value, Span)>,
    /// Where a value in them was written, by the way to it: `tekton/tasks/build/timeout`. What is a default has no place.
    pub option_places: Vec<(String, Span)>,
    /// Options that the command gave for the target it emits for, by their names: over those of its block.
    pub given_options: Vec<(String, Value)>,
    /// What was left out because its condition is known to be false.
    pub left_out: Vec<LeftOut>,
    /// What makes artifacts in turns that the `if` of a `for` refuses.
    pub turned_away: Vec<LeftOut>,
    /// The types of artifacts of the program, in its order.
    pub artifacts: Vec<Kind>,
    /// What the plan was reduced to, where that was asked for.
    pub goal: Option<Goal>,
    /// A task is large: in place, all would be copied whenever the graph grows.
    pub(crate) dag: DiGraph<Box<Task>, Edge>,
}

/// A parameter that is given when the run starts.
#[derive(Clone, Debug)]
pub struct Param {
    /// `snake_case`
    pub name: String,
    pub doc: String,
    /// A scalar, a secret, a workspace, a list of scalars, or an optional of one.
    pub ty: Ty,
    /// `None`: it has to be given. An optional without a default has `Value::None`.
    pub default: Option<Value>,
    pub span: Span,
}

/// The type of a value as a run knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ty {
    Bool,
    Int,
    String,
    Duration,
    Size,
    Cpu,
    Path,
    Image,
    /// A declared string type.
    Pattern(Arc<Pattern>),
    Enum(Arc<EnumTy>),
    /// The value is a reference, never the secret itself.
    Secret,
    Workspace,
    /// The name of the artifact type; the value is a path in a workspace.
    Artifact(Arc<str>),
    List(Box<Ty>),
    Map(Box<Ty>),
    Record(Arc<str>),
    Optional(Box<Ty>),
}

#[derive(PartialEq, Eq, Debug)]
pub struct Pattern {
    pub name: String,
    /// A POSIX extended regular expression for the whole value.
    pub regex: Option<String>,
}

#[derive(PartialEq, Eq, Debug)]
pub struct EnumTy {
    pub name: String,
    /// The spellings, in order.
    pub cases: Vec<String>,
}

/// A value known when compiling.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    None,
    Bool(bool),
    Int(i64),
    /// A string, path, image or declared string type.
    Text(String),
    /// The spelling of an enum case.
    Case(String),
    /// Milliseconds.
    Duration(i64),
    /// Bytes.
    Size(i64),
    /// Thousandths of a core.
    Cpu(i64),
    /// The name of a secret.
    Secret(String),
    Workspace(WorkspaceId),
    List(Vec<Value>),
    /// Fields in the order of the declaration, or entries of a map in the order written.
    Record(Vec<(String, Value)>),
}

/// What is known only when running.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub ty: Ty,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ExprKind {
    Known(Value),
    Param(ParamId),
    /// An output (by index) of a task; `none` when the task was skipped and the type is optional.
    Result(TaskId, u32),
    /// The path of an artifact that a task makes, relative to the root of its workspace.
    Artifact {
        task: TaskId,
        output: u32,
        workspace: WorkspaceId,
        path: Box<Expr>,
    },
    /// The path of a place in a workspace; an empty relative path is its root.
    Place {
        workspace: WorkspaceId,
        path: Box<Expr>,
    },
    /// Inside a script: the path of the file that an output (by index) of the task itself is written to.
    Out(u32),
    /// In `finally`: one of the cases of `Status`.
    Status(TaskId),
    /// In `finally`: one of the cases of `Outcome`.
    Outcome,
    /// Inside a task: what an earlier step gave that is kept elsewhere. The step, and the result as it is called there.
    StepResult(Arc<str>, Arc<str>),
    /// In a task of a [`Fan`]: something of the turn that it runs in.
    Turn(Turn),
    /// Text joined; each part has a text form.
    Concat(Vec<Expr>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary(Op, Box<Expr>, Box<Expr>),
    IsNone(Box<Expr>),
    /// The first, or the second where the first is `none`.
    Coalesce(Box<Expr>, Box<Expr>),
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// Elements that are not all known.
    List(Vec<Expr>),
    /// `flag("--name", x)`: words; see the language.
    Flag(String, Box<Expr>),
    /// The number of elements.
    Len(Box<Expr>),
    /// The elements of a list with a separator between.
    Join(Box<Expr>, Box<Expr>),
    /// One list behind another.
    Append(Box<Expr>, Box<Expr>),
    /// Checked when evaluated: the text has to be of this type.
    Convert(Box<Expr>),
}

/// What a task of a [`Fan`] reads of its turn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Turn {
    /// The element that a variable (by index into [`Fan::vars`], and its name) stands for.
    Element(u32, Arc<str>),
    /// The number of the turn, from 0; unique among the turns.
    Number,
    /// What another task of the same fan gave in the same turn: an output, by index.
    Output(TaskId, u32),
    /// A value that has no form outside of its loop (its place); whoever reads it is refused, so no plan holds it.
    Lost(Span),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Op {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    /// Left: a scalar, right: a list.
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// A directory that tasks share.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// `snake_case`
    pub name: String,
    pub doc: String,
    /// Bytes.
    pub size: Option<i64>,
    /// Given from outside (a parameter of type `workspace`) instead of made for the run.
    pub param: Option<ParamId>,
    pub span: Span,
}

/// A condition between parameters.
#[derive(Clone, Debug)]
pub struct Require {
    /// A `bool`; over parameters only where it is early.
    pub cond: Expr,
    pub message: Expr,
    pub span: Span,
    /// Checked before the first task, not at the start of its own.
    pub early: bool,
}

#[derive(Clone, Debug)]
pub struct PipelineOutput {
    /// Empty for one without a name.
    pub name: String,
    pub doc: String,
    pub value: Expr,
    pub span: Span,
}

/// A task or block whose condition is known to be false.
#[derive(Clone, Debug)]
pub struct LeftOut {
    pub name: String,
    pub span: Span,
    /// As [`Task::within`].
    pub within: Arc<[Span]>,
    /// The condition that is false.
    pub because: Span,
    /// As [`Task::stage`].
    pub stage: Option<String>,
    pub provenance: Provenance,
}

/// When a task runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    Main,
    /// After everything of `Main`, on every path.
    Finally,
}

/// One unit on one machine.
#[derive(Clone, Debug)]
pub struct Task {
    /// Unique in the plan; `snake_case`, with `_VALUE` for each turn of a `for`.
    pub name: String,
    pub doc: String,
    /// Of the call, in the pipeline.
    pub span: Span,
    /// The calls of pipelines that it stands in, the outermost first.
    pub within: Arc<[Span]>,
    /// Of the declaration.
    pub declared: Span,
    pub stage: Option<String>,
    pub phase: Phase,
    /// Absent: always. A `bool` over parameters, results, and (in `finally`) statuses.
    pub condition: Option<Expr>,
    /// It runs once for each turn of a loop whose length is known only when running. The same for all tasks of one loop.
    pub fan: Option<Arc<Fan>>,
    /// Of a task with a fan: whether it runs in one turn; else its outputs are `none` there.
    pub turn_condition: Option<Box<Expr>>,
    /// What its declaration requires of the values that it is called with, as far as that is not known.
    pub requires: Vec<Require>,
    pub needs: Needs,
    /// Milliseconds, for one try.
    pub timeout: Option<i64>,
    /// How often it is tried again; 0 is once only.
    pub retries: u32,
    /// Milliseconds.
    pub retry_delay: Option<i64>,
    /// Exit codes other than 0 that do not mean what they usually do, ascending.
    pub on_exit: Vec<(i32, Verdict)>,
    pub on_failure: OnFailure,
    pub lock: Option<String>,
    /// Every workspace that one of its values lies in, ascending.
    pub workspaces: Vec<WorkspaceId>,
    /// At least one, but for a task with a `source`; they run one after the other on the same machine.
    pub steps: Vec<Step>,
    /// They run beside the steps and are reached at `localhost`.
    pub services: Vec<outside::Service>,
    /// Of a task that somebody else keeps: it has no steps, services, files and scripts.
    pub source: Option<Box<outside::Source>>,
    pub before: Option<Box<Script>>,
    pub cleanup: Option<Box<Script>>,
    pub files: Vec<FileInput>,
    pub outputs: Vec<Output>,
    pub provenance: Provenance,
}

/// `for a in as, b in bs if cond`, where a list or the condition is known only when running: the tasks in it run once a turn.
///
/// The turns are those of the product of all lists, the first the slowest, for which the filter holds. Outside, an output
/// of such a task is the list of what its turns gave, in their order: [`ExprKind::Result`] of a list.
#[derive(Debug)]
pub struct Fan {
    /// At least one.
    pub vars: Vec<FanVar>,
    /// A `bool` over elements, parameters and results.
    pub filter: Option<Expr>,
    /// Of what is not known: the first such list, or the filter.
    pub span: Span,
}

/// `x in list`
#[derive(Debug)]
pub struct FanVar {
    /// `snake_case`
    pub name: String,
    /// A list of texts.
    pub list: Expr,
    pub span: Span,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Needs {
    pub kvm: bool,
    pub privileged: bool,
    /// Thousandths of a core.
    pub cpu: Option<i64>,
    /// Bytes.
    pub memory: Option<i64>,
    /// Bytes.
    pub disk: Option<i64>,
    /// The spelling of an `Arch`.
    pub arch: Option<String>,
    pub network: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    Ok,
    /// Succeeded, with a warning.
    Warn,
    /// As if its condition had been false: its outputs are `none`.
    Skip,
    Fail,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnFailure {
    Stop,
    GoOn,
}

#[derive(Clone, Debug)]
pub struct Step {
    /// Unique in its task, `snake_case`; `run` for the only one.
    pub name: String,
    pub doc: String,
    pub span: Span,
    pub image: String,
    pub image_span: Span,
    pub shell: Shell,
    pub script: Script,
    /// The task's and the step's, in that order, each name once.
    pub env: Vec<Env>,
    /// A path, or a workspace's root.
    pub workdir: Option<Box<Expr>>,
    /// Of a task without a script: its script is made of what its image runs.
    pub kept: Option<Box<outside::Kept>>,
    /// What runs instead of a script, where somebody else keeps it; it has no image, script and environment of ours.
    pub uses: Option<Box<outside::Source>>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Shell {
    Bash,
    Sh,
    /// The script's file is the last argument.
    Other(Vec<String>),
}

/// A script whose values are still slots.
#[derive(Clone, Debug)]
pub struct Script {
    pub parts: Vec<ScriptPart>,
    pub slots: Vec<Slot>,
    pub span: Span,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ScriptPart {
    Text(String),
    /// Index into the slots, and how the shell reads the place.
    Slot(u32, Quoting),
}

/// A value that a script uses.
#[derive(Clone, Debug)]
pub struct Slot {
    /// A hint for the name of its variable, `snake_case` (`version`, `out_commit`); may be empty.
    pub hint: String,
    pub value: Expr,
    pub span: Span,
}

/// Places where a value can stand in a script; the others were refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quoting {
    /// A bare word or part of one.
    Word,
    DoubleQuoted,
    HereDocument,
    Arithmetic,
}

#[derive(Clone, Debug)]
pub struct Env {
    pub name: String,
    /// Has a text form, or is a secret.
    pub value: Expr,
    /// `NAME: none`: whoever set the variable, the step has it not. What turns out to be `none` is an empty text instead.
    pub is_unset: bool,
    pub span: Span,
}

/// A file put in place before the task runs.
#[derive(Clone, Debug)]
pub struct FileInput {
    /// Known when compiling.
    pub path: String,
    /// A text, or a secret.
    pub content: Expr,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Output {
    /// Empty for one without a name.
    pub name: String,
    pub doc: String,
    pub ty: Ty,
    /// Where an artifact lies; absent for a value, whose file each target places.
    pub place: Option<(WorkspaceId, Expr)>,
    pub span: Span,
}

/// `from` ends before `to` starts: edges point from the earlier task to the later one.
///
/// None leads from the body to `finally`: that order is the phase's, and holds also when the earlier task failed.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Never empty; in the order of the source.
    pub why: Vec<Why>,
}

/// Why one task waits for another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Why {
    /// It reads an output (by index), at this place.
    Output(u32, Span),
    /// Its condition reads an output or status.
    Condition(Span),
    /// `after`
    After(Span),
    /// Its stage follows the other's; the names.
    Stage(Box<(String, String)>),
}
