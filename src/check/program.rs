//! The checked program: names resolved, every expression typed, defaults and sugar filled in.
//!
//! It is what a plan is built from, and it holds no syntax. Where an error was reported the tree holds
//! [`Kind::Poison`] or [`Type::Unknown`]; a plan is built only when there were no errors.

pub mod command;
pub mod demand;
pub mod facts;
pub mod machine;
pub mod needs;
mod op;
pub mod outside;
mod walk;

use super::commands::tree::Tree;
use crate::shell::Context;
use crate::source::Span;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => {
        $($(#[$doc])* #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)] pub struct $name(pub u32);
        impl $name { pub fn index(self) -> usize { self.0 as usize } })+
    };
}

ids! {
    /// Index into [`Program::enums`].
    EnumId
    /// Index into [`Program::records`].
    RecordId
    /// Index into [`Program::newtypes`].
    NewtypeId
    /// Index into [`Program::artifacts`].
    ArtifactId
    /// Index into [`Program::consts`].
    ConstId
    /// Index into [`Program::fns`].
    FnId
    /// Index into [`Program::tasks`].
    TaskId
    /// Index into [`Program::pipelines`].
    PipelineId
    /// Index into the `locals` of the declaration that an expression stands in.
    LocalId
}

/// All that one file and the modules it uses declare.
#[derive(Default, Debug)]
pub struct Program {
    pub enums: Vec<EnumDef>,
    pub records: Vec<RecordDef>,
    pub newtypes: Vec<NewtypeDef>,
    pub artifacts: Vec<ArtifactDef>,
    pub consts: Vec<ConstDef>,
    pub fns: Vec<FnDef>,
    pub tasks: Vec<TaskDef>,
    /// Those of the root file only, in its order.
    pub pipelines: Vec<PipelineDef>,
    pub commands: Vec<CommandDef>,
    /// Names of tasks and calls, and statements, of which a finding hides what they do or wait for.
    pub doubts: Vec<Span>,
    /// The commands by their words.
    pub tree: Tree,
    /// Those of the root file only, in its order.
    pub tests: Vec<super::suite::TestDef>,
    /// What is left to ask of the machines of calls when the parameters are known.
    pub machines: Vec<machine::MachineDemand>,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    /// Of what was reported already; equal to everything in a check, so that follow-ups stay silent.
    Unknown,
    /// Of `none` alone.
    None,
    Bool,
    Int,
    String,
    Duration,
    Size,
    Cpu,
    Path,
    Image,
    Secret,
    Workspace,
    List(Box<Type>),
    /// `{string: T}`
    Map(Box<Type>),
    Optional(Box<Type>),
    Enum(EnumId),
    Record(RecordId),
    Newtype(NewtypeId),
    Artifact(ArtifactId),
    /// Of a call with named outputs, or none. Of a task in place the id is past the end of [`Program::tasks`].
    Outputs(TaskId),
}

#[derive(Debug)]
pub struct EnumDef {
    pub name: Box<str>,
    pub doc: String,
    pub span: Span,
    pub cases: Vec<CaseDef>,
}

#[derive(Debug)]
pub struct CaseDef {
    pub name: Box<str>,
    /// The text of the case at every border.
    pub spelling: Box<str>,
    pub doc: String,
}

#[derive(Debug)]
pub struct RecordDef {
    pub name: Box<str>,
    pub doc: String,
    pub span: Span,
    pub fields: Vec<RecordField>,
}

#[derive(Debug)]
pub struct RecordField {
    pub name: Box<str>,
    pub ty: Type,
    pub default: Option<Expr>,
    pub span: Span,
}

/// A declared string type.
#[derive(Debug)]
pub struct NewtypeDef {
    pub name: Box<str>,
    pub doc: String,
    pub span: Span,
    /// A POSIX extended regular expression that the whole value has to match.
    pub pattern: Option<Box<str>>,
}

#[derive(Debug)]
pub struct ArtifactDef {
    pub name: Box<str>,
    pub doc: String,
    pub span: Span,
    pub requires: Vec<ArtifactId>,
    /// The cases of `Arch` that it exists on, by their spelling; empty: all.
    pub on: Vec<Box<str>>,
}

#[derive(Debug)]
pub struct ConstDef {
    pub name: Box<str>,
    pub ty: Type,
    pub value: Expr,
    pub span: Span,
}

#[derive(Debug)]
pub struct FnDef {
    pub name: Box<str>,
    /// The parameters come first among the locals.
    pub params: Vec<ParamDef>,
    pub result: Type,
    pub body: Expr,
    pub span: Span,
}

/// `command "cosa build" makes Ostree requires Source needs kvm { … }`
#[derive(Debug)]
pub struct CommandDef {
    pub words: Vec<Box<str>>,
    pub makes: Vec<ArtifactId>,
    /// What has to be made before it runs, beside what the artifacts that it makes require.
    pub requires: Vec<ArtifactId>,
    /// What does not count as made any more when it has run.
    pub invalidates: Vec<ArtifactId>,
    /// It invalidates nothing once one of these is made.
    pub unless: Vec<ArtifactId>,
    /// Of its block, and `needs kvm`.
    pub facts: Box<facts::Facts>,
    /// Nothing is said of it but that it is known.
    pub is_plain: bool,
    pub span: Span,
}

#[derive(Debug)]
pub struct ParamDef {
    pub local: LocalId,
    pub name: Box<str>,
    pub doc: String,
    pub ty: Type,
    pub default: Option<Expr>,
    pub is_const: bool,
    pub span: Span,
}

/// A name inside a task, pipeline or function.
#[derive(Debug)]
pub struct Local {
    pub name: Box<str>,
    pub ty: Type,
    pub span: Span,
}

#[derive(Debug)]
pub struct OutputDef {
    /// Empty when the task has one output without a name.
    pub name: Box<str>,
    pub doc: String,
    pub ty: Type,
    /// Where an artifact stands; of the task's scope.
    pub path: Option<Box<Expr>>,
    pub span: Span,
}

/// A task of the program, or one written in place.
#[derive(Debug)]
pub struct TaskDef {
    pub name: Box<str>,
    pub doc: Box<str>,
    pub span: Span,
    pub params: Vec<ParamDef>,
    pub outputs: Vec<OutputDef>,
    /// Empty for a task in place: its expressions speak of the locals of its pipeline.
    pub locals: Box<[Local]>,
    pub requires: Vec<demand::Demand>,
    pub fields: Fields,
    /// At least one, but for an `extern task`; a lone `run` is the step `run`.
    pub steps: Vec<StepDef>,
    pub services: Vec<outside::ServiceDef>,
    /// Of an `extern task`, which has neither steps nor services.
    pub source: Option<Box<outside::SourceDef>>,
}

/// The fields of a task, of `defaults` and of a modifier block, each only where it was written; what is rare is in a box.
#[derive(Default, Debug)]
pub struct Fields {
    pub image: Option<Expr>,
    /// `none` of a [`Shell`] is the default, bash.
    pub shell: Option<Box<(Shell, Span)>>,
    /// Of type `Needs`; in modifiers and defaults only the fields given count, see [`Fields::needs_given`].
    pub needs: Option<Expr>,
    pub needs_given: needs::NeedsGiven,
    pub env: Vec<EnvDef>,
    pub files: Vec<FileDef>,
    pub workdir: Option<Box<Expr>>,
    pub timeout: Option<Expr>,
    pub retries: Option<Box<Expr>>,
    pub retry_delay: Option<Box<Expr>>,
    /// Exit code and `Verdict`.
    pub on_exit: Vec<(i64, Expr, Span)>,
    /// `OnFailure`
    pub on_failure: Option<Box<Expr>>,
    pub before: Option<Box<Script>>,
    pub cleanup: Option<Box<Script>>,
    pub lock: Option<Box<Expr>>,
}

impl Fields {
    /// Where nothing was written.
    pub(in crate::check) const NONE: &Self = &Self {
        image: None,
        shell: None,
        needs: None,
        needs_given: needs::NeedsGiven::NONE,
        env: Vec::new(),
        files: Vec::new(),
        workdir: None,
        timeout: None,
        retries: None,
        retry_delay: None,
        on_exit: Vec::new(),
        on_failure: None,
        before: None,
        cleanup: None,
        lock: None,
    };
}

#[derive(Debug)]
pub struct EnvDef {
    pub name: Box<str>,
    /// Text, or a secret.
    pub value: Expr,
    pub span: Span,
}

#[derive(Debug)]
pub struct FileDef {
    pub path: Expr,
    /// A string, or a secret.
    pub content: Expr,
    pub span: Span,
}

#[derive(Debug)]
pub struct StepDef {
    pub name: Box<str>,
    pub doc: Box<str>,
    pub span: Span,
    pub image: Option<Box<Expr>>,
    pub shell: Option<Box<(Shell, Span)>>,
    pub run: Script,
    pub env: Vec<EnvDef>,
    pub workdir: Option<Box<Expr>>,
    /// It runs what its image runs; the script is the words that are given to that: nothing, or one list.
    pub keeps: bool,
    /// Of a step that is kept elsewhere; it has nothing else then.
    pub uses: Option<Box<outside::UseDef>>,
}

/// What reads a script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Shell {
    /// `set -euo pipefail` is put before the script.
    Bash,
    /// `set -eu` is put before the script.
    Sh,
    /// `python3`, `node --check`: the script is in a file that is the last argument.
    Other(Vec<Box<str>>),
}

#[derive(Debug)]
pub struct Script {
    pub parts: Vec<ScriptPart>,
    /// The commands that it runs, in the order in which they are written; absent when no shell reads it, and when it names
    /// no command of the program.
    pub commands: Option<Box<[command::Written]>>,
    pub span: Span,
}

#[derive(Debug)]
pub enum ScriptPart {
    Text(Box<str>),
    Value { value: Expr, context: Context, span: Span },
}

#[derive(Debug)]
pub struct PipelineDef {
    pub name: Box<str>,
    pub doc: String,
    pub span: Span,
    pub params: Vec<ParamDef>,
    pub outputs: Vec<OutputDef>,
    pub locals: Vec<Local>,
    pub body: Vec<Stmt>,
}

#[derive(Debug)]
pub enum Stmt {
    /// A name for a value.
    Bind {
        local: LocalId,
        value: Expr,
    },
    Call(Call),
    When(When),
    For(For),
    /// A call of a pipeline: its parameters as bindings, then its body.
    Inline {
        /// Its outputs.
        local: LocalId,
        /// Of the binding, or of the pipeline where there is none.
        name: Box<str>,
        bound: bool,
        /// It has one output, without a name.
        lone: bool,
        /// Every call in the body, but for those of `finally`.
        calls: Vec<LocalId>,
        body: Vec<Stmt>,
        span: Span,
    },
    Stage {
        name: Box<str>,
        doc: String,
        body: Vec<Stmt>,
        span: Span,
    },
    Finally {
        body: Vec<Stmt>,
        span: Span,
    },
    Require {
        cond: Expr,
        message: Option<Expr>,
        span: Span,
    },
    Exclusive {
        name: Expr,
        span: Span,
    },
    Workspace {
        local: LocalId,
        name: Box<str>,
        doc: String,
        size: Option<Expr>,
        span: Span,
    },
    Defaults(Box<Fields>),
    /// One value an output, in the order of [`PipelineDef::outputs`].
    Return(Vec<Expr>),
    /// Options of a target: a record of its `Options`, defaults filled in.
    Target {
        name: Box<str>,
        options: Expr,
        span: Span,
    },
}

/// One task of the run.
#[derive(Debug)]
pub struct Call {
    /// The name of the binding, or of the task where there is none; unique only within its block.
    pub name: Box<str>,
    /// What the binding is inside its own block.
    pub local: Option<LocalId>,
    pub callee: Callee,
    /// One argument a parameter, in their order; a default is absent here and read from the parameter, in the scope of the task.
    pub args: Vec<Option<Expr>>,
    /// Absent when there is no block of them; [`Call::modifiers`] reads it.
    pub modifiers: Option<Box<Fields>>,
    pub after: Vec<After>,
    /// Of the statement's head, for messages.
    pub span: Span,
    /// Empty, behind the whole statement: where ` after x` can be put when it has no `after`.
    pub end: Span,
}

impl Call {
    /// The fields of the modifier block.
    pub fn modifiers(&self) -> &Fields {
        self.modifiers.as_deref().unwrap_or(Fields::NONE)
    }
}

#[derive(Debug)]
pub enum Callee {
    Task(TaskId),
    /// `task name { … }` inside a pipeline.
    InPlace(Box<TaskDef>),
}

/// `after iso`: the tasks that the name stands for, one or a whole `for`, `when` or pipeline.
#[derive(Clone, Debug)]
pub struct After {
    /// The locals of the calls waited for, wherever in the pipeline they are bound.
    pub calls: Vec<LocalId>,
    pub span: Span,
    /// The source without which the call does not wait for it, when that can be told.
    pub cut: Option<Span>,
}

#[derive(Debug)]
pub struct When {
    pub cond: Expr,
    pub then: Vec<Stmt>,
    pub otherwise: Vec<Stmt>,
    /// Names bound inside that are visible outside.
    pub exports: Vec<WhenExport>,
    pub span: Span,
}

/// `outer` is the value of `then` when the condition holds, of `otherwise` when not; `none` where absent.
#[derive(Debug)]
pub struct WhenExport {
    pub outer: LocalId,
    pub then: Option<LocalId>,
    pub otherwise: Option<LocalId>,
}

/// The product of all lists, the first the slowest, less what the filter refuses.
#[derive(Debug)]
pub struct For {
    pub vars: Vec<(LocalId, Expr)>,
    pub filter: Option<Expr>,
    pub body: Vec<Stmt>,
    /// Names bound inside, as (inside, outside); outside each is the list of its values, in order.
    pub exports: Vec<(LocalId, LocalId)>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Expr {
    pub kind: Kind,
    pub ty: Type,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum Kind {
    /// Stands for what was reported.
    Poison,
    None,
    Bool(bool),
    Int(i64),
    Str(Box<str>),
    /// Milliseconds.
    Duration(i64),
    /// Bytes.
    Size(i64),
    /// Thousandths of a core.
    Cpu(i64),
    /// The index of the case.
    Case(EnumId, u32),
    /// Interpolated text; of type string, path, image or a newtype.
    Text(Box<[TextPart]>),
    List(Box<[Expr]>),
    /// One value a field, in the order of the declaration, defaults filled in.
    Record(RecordId, Box<[Expr]>),
    Map(Box<[(Box<str>, Expr)]>),
    Local(LocalId),
    Const(ConstId),
    /// An output of a call: `base.ostree`; optional when the call is (skipped, in a `when`, read in `finally`).
    Output(Box<Expr>, u32),
    /// A field of a record.
    Field(Box<Expr>, u32),
    /// `m.key` of a map, `none` where there is no such key; `m["key"]` has no syntax yet.
    Key(Box<(Expr, Box<str>)>),
    Attr(Box<Expr>, Attr),
    /// `out.commit` inside a script: the path to write to.
    Out(u32),
    /// `outcome` in `finally`.
    Outcome,
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary(Op, Box<Expr>, Box<Expr>),
    /// `x ?? y`
    Coalesce(Box<Expr>, Box<Expr>),
    /// `x!`, proved.
    Force(Box<Expr>),
    /// `workspace / "a"`, `path / "b"`
    Join(Box<Expr>, Box<Expr>),
    /// The condition, the value where it holds, and the other.
    If(Box<[Expr; 3]>),
    /// The arms, and for each case of the enum the index of its arm; exhaustive.
    Match(Box<Match>),
    Fn(FnId, Box<[Expr]>),
    Builtin(Builtin, Box<[Expr]>),
    /// `BuildId(x)`, `image(x)`, `path(x)`: to the type of the expression, checked when the value is known.
    Convert(Box<Expr>),
}

#[derive(Clone, Debug)]
pub struct Match {
    pub on: Expr,
    pub arms: Vec<Expr>,
    pub arm_of_case: Vec<u32>,
}

#[derive(Clone, Debug)]
pub enum TextPart {
    Text(Box<str>),
    Value(Expr),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Attr {
    /// Of an artifact: its path.
    Path,
    /// Of an artifact: the workspace it lies in.
    Workspace,
    /// Of a call, in `finally`: its `Status`.
    Status,
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
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// Functions that are not written in the language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Builtin {
    /// No word or one of a `bool`, none or two of a `T?`, two an element of a list; one each where the name ends in `=`.
    Flag,
    /// `len(list)`: int.
    Len,
    /// `join(list, separator)`: string.
    Join,
    /// `secret("name")`: the secret of that name.
    Secret,
    /// `concat(a, b)`: one list of two.
    Concat,
    /// `text(x)`: the text form of an int, enum, size, duration, cpu, path, image or string type.
    Text,
}
