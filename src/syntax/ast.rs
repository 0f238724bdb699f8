//! The tree of a `.pipe` file, in the order of the grammar. It owns its names; every node knows its place.

use std::fmt;
use std::ops::Deref;

use crate::source::{FileId, Span};

/// A name as written, with its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Name {
    pub text: Box<str>,
    pub span: Span,
}

/// One file.
#[derive(Debug)]
pub struct File {
    pub id: FileId,
    /// The `//!` lines, without their marks.
    pub doc: String,
    pub items: Vec<Item>,
    /// The words of what could not be read: a name that is missing may be declared there.
    pub lost: Vec<Box<str>>,
    /// Where each comment begins and its line ends, in the order of the text.
    pub comments: Vec<Span>,
}

/// A declaration at the top level.
#[derive(Debug)]
pub enum Item {
    Use(Use),
    Enum(Enum),
    Record(Record),
    Type(NewType),
    Artifact(Artifact),
    Command(Command),
    Const(Const),
    Fn(Fn),
    Task(Task),
    Pipeline(Pipeline),
    /// `extern task clone(url: string) -> (commit: string) { bundle: "…" }`: its fields say where it is. [`Task::what`] is
    /// the word behind `extern`.
    Extern(Task),
    Test(Test),
    /// What could not be read; it has been reported. The name it declares, when that could be told, so that its users are not reported too.
    Broken(Span, Option<Name>),
}

/// `use std.cosa`, `use lib.images as base` (the file `lib/images.pipe` beside this one), `use std.git.{ clone, Ref as GitRef }`.
#[derive(Debug)]
pub struct Use {
    pub path: Vec<Name>,
    pub alias: Option<Name>,
    /// The names that are brought in, instead of the module's own name.
    pub only: Option<Vec<Selected>>,
    pub span: Span,
}

/// `clone`, `Ref as GitRef`
#[derive(Debug)]
pub struct Selected {
    pub name: Name,
    pub alias: Option<Name>,
}

/// `enum Stream { stable, testing_devel = "testing-devel" }`
#[derive(Debug)]
pub struct Enum {
    pub doc: String,
    pub name: Name,
    pub cases: Vec<EnumCase>,
    pub span: Span,
}

#[derive(Debug)]
pub struct EnumCase {
    pub doc: String,
    pub name: Name,
    /// The spelling in text, when it is not the name.
    pub spelling: Option<Text>,
}

/// `record Bucket { name: string, prefix: string = "" }`
#[derive(Debug)]
pub struct Record {
    pub doc: String,
    pub name: Name,
    pub fields: Vec<Param>,
    pub span: Span,
}

/// `type BuildId = string matching "[0-9]+"`
#[derive(Debug)]
pub struct NewType {
    pub doc: String,
    pub name: Name,
    pub base: TypeExpr,
    pub pattern: Option<Text>,
    pub span: Span,
}

/// `artifact Live requires Ostree, Metal on x86_64, aarch64`
#[derive(Debug)]
pub struct Artifact {
    pub doc: String,
    pub name: Name,
    pub requires: Vec<TypeExpr>,
    /// The architectures that it exists on; empty: all.
    pub on: Vec<Name>,
    pub span: Span,
}

/// `command "cosa build" makes Ostree requires Source invalidates Live needs kvm { flags: { "--force": bool } }`; without
/// any of these it is only known.
#[derive(Debug)]
pub struct Command {
    pub doc: String,
    pub words: Text,
    pub makes: Vec<TypeExpr>,
    pub requires: Vec<TypeExpr>,
    pub invalidates: Vec<TypeExpr>,
    /// What keeps it from invalidating anything, once it is made.
    pub unless: Vec<TypeExpr>,
    /// What it needs of its machine, by the fields of `Needs`.
    pub needs: Vec<Name>,
    /// The block behind it.
    pub facts: Vec<Field>,
    /// The block with its braces, when there is one.
    pub block: Option<Span>,
    pub span: Span,
}

/// `const base: image = "quay.io/fedora/fedora:41"`
#[derive(Debug)]
pub struct Const {
    pub doc: String,
    pub name: Name,
    pub ty: TypeExpr,
    pub value: Expr,
    pub span: Span,
}

/// `fn jobs(mem: size) -> int = …`
#[derive(Debug)]
pub struct Fn {
    pub doc: String,
    pub name: Name,
    pub params: Vec<Param>,
    pub result: TypeExpr,
    pub body: Expr,
    pub span: Span,
}

/// `task build(src: Source) -> (ostree: Ostree) { … }`, at the top level or in place inside a pipeline (then without parameters).
#[derive(Debug)]
pub struct Task {
    pub doc: String,
    pub what: What,
    pub name: Name,
    pub params: Vec<Param>,
    /// What is handed to one that is kept elsewhere, where it is declared and called in place: `extern task scan(image)`.
    /// Absent in all other tasks.
    pub given: Option<Box<[Arg]>>,
    pub outputs: Outputs,
    pub body: Vec<Field>,
    pub span: Span,
}

/// What has the form of a task: a task, or behind `extern` something that is called, or used, as one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    Task,
    Pipeline,
    /// Only as what a step of a task uses.
    Step,
}

/// A parameter, or a field of a record: `[const] name: Type [= default]`.
#[derive(Debug)]
pub struct Param {
    pub doc: String,
    pub is_const: bool,
    pub name: Name,
    pub ty: TypeExpr,
    pub default: Option<Expr>,
    pub span: Span,
}

/// What stands behind `->`.
#[derive(Debug)]
pub enum Outputs {
    None,
    /// `-> Metal = path`: one without a name.
    Single(Box<Output>),
    /// `-> (a: string, b: Qemu)`
    Named(Vec<Output>),
}

#[derive(Debug)]
pub struct Output {
    pub doc: String,
    /// Absent in [`Outputs::Single`].
    pub name: Option<Name>,
    pub ty: TypeExpr,
    /// Few have one.
    pub default: Option<Box<Expr>>,
    pub span: Span,
}

/// One entry of a task body, a `defaults` block, a modifier block or a `target` block.
#[derive(Debug)]
pub enum Field {
    /// `image: "…"`
    Value {
        name: Name,
        value: Expr,
    },
    /// `step name { … }`
    Step {
        doc: String,
        name: Name,
        fields: Box<[Field]>,
        span: Span,
    },
    /// `service name { … }`
    Service {
        doc: String,
        name: Name,
        fields: Box<[Field]>,
        span: Span,
    },
    /// `require a == none or b != none, "message"`, of a task
    Require {
        cond: Box<Expr>,
        message: Option<Box<Expr>>,
        span: Span,
    },
    Broken(Span),
}

/// `pipeline name(params) -> (outputs) { … }`
#[derive(Debug)]
pub struct Pipeline {
    pub doc: String,
    pub name: Name,
    pub params: Vec<Param>,
    pub outputs: Outputs,
    pub body: Vec<Stmt>,
    pub span: Span,
}

/// `test "clouds wait for kola" { … }`
#[derive(Debug)]
pub struct Test {
    pub doc: String,
    pub name: Text,
    pub body: Vec<Stmt>,
    pub span: Span,
}

/// One statement of a pipeline or a test.
#[derive(Debug)]
pub enum Stmt {
    /// `name = expr modifiers`
    Bind {
        name: Name,
        value: Expr,
        modifiers: Modifiers,
        span: Span,
    },
    /// `name = when cond { call() } else { call() }`: sugar for a `when` with one binding in each branch.
    BindWhen {
        name: Name,
        when: When,
    },
    /// `call(args) modifiers`
    Call {
        value: Expr,
        modifiers: Modifiers,
        span: Span,
    },
    /// `task name { … } after x`, `extern task name(args) { … } after x`
    Task {
        task: Box<Task>,
        after: Vec<Name>,
    },
    When(When),
    For(For),
    Stage {
        doc: String,
        name: Name,
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
    /// `workspace srv { size: 60Gi }`
    Workspace {
        doc: String,
        name: Name,
        fields: Vec<Field>,
        span: Span,
    },
    Defaults {
        fields: Vec<Field>,
        span: Span,
    },
    /// `return (a: x)`; a single unnamed output is `return x`.
    Return {
        values: Vec<Arg>,
        span: Span,
    },
    /// `target tekton { … }`
    Target {
        name: Name,
        fields: Vec<Field>,
        span: Span,
    },
    /// `assert plan.image after plan.kola, "message"`, in a test
    Assert {
        claim: Expr,
        /// What stands behind `after`.
        after: Option<Box<Expr>>,
        message: Option<Box<Expr>>,
        span: Span,
    },
    /// `expect error "P0401" in { … }`, in a test: the body is that of a pipeline
    Expect {
        code: Text,
        body: Vec<Stmt>,
        span: Span,
    },
    Broken(Span),
}

/// `when cond { … } else when … { … } else { … }`; an `else when` is a body of one `When`.
#[derive(Debug)]
pub struct When {
    pub cond: Expr,
    pub then: Vec<Stmt>,
    pub otherwise: Vec<Stmt>,
    pub span: Span,
}

/// `for a in as, b in bs if cond { … }`
#[derive(Debug)]
pub struct For {
    pub vars: Vec<(Name, Expr)>,
    pub filter: Option<Expr>,
    pub body: Vec<Stmt>,
    pub span: Span,
}

/// What stands behind a call: `{ retries: 1 } after a, b`.
#[derive(Default, Debug)]
pub struct Modifiers {
    pub fields: Vec<Field>,
    /// The block with its braces, when there is one.
    pub block: Option<Span>,
    pub after: Vec<Name>,
}

#[derive(Clone, Debug)]
pub struct TypeExpr {
    pub kind: TypeKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum TypeKind {
    /// `string`, `Arch`, `cosa.Platform`
    Named(Vec<Name>),
    /// `[T]`
    List(Box<TypeExpr>),
    /// `{string: T}`
    Map(Box<TypeExpr>),
    /// `T?`
    Optional(Box<TypeExpr>),
    Broken,
}

#[derive(Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

#[derive(Debug)]
pub enum ExprKind {
    None,
    Bool(bool),
    Int(i64),
    /// In milliseconds.
    Duration(i64),
    /// In bytes.
    Size(i64),
    /// In thousandths of a core; only the form with `m` (`500m`), whole cores are [`ExprKind::Int`].
    Cpu(i64),
    Text(Text),
    List(Vec<Expr>),
    /// `{ name: value }`: a record or a map, told apart by its place.
    Record(Vec<Entry>),
    /// `.aws`
    Case(Name),
    Name(Name),
    /// `x.commit`, `cosa.build`, `Platform.aws`: told apart by what `x` is.
    Field(Box<Expr>, Name),
    Call {
        callee: Box<Expr>,
        args: Vec<Arg>,
    },
    /// `x!`
    Force(Box<Expr>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary {
        op: Op,
        op_span: Span,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    If {
        cond: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    Match {
        on: Box<Expr>,
        arms: Vec<Arm>,
    },
    Broken,
}

/// Loosest first: `or`, `and`, `not`, comparisons and `in` (not chained), `??`, `+ -`, `* / %`; `/` also joins paths.
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
    /// `x in [a, b]`
    In,
    Coalesce,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// `key: value` of a record or map literal; the key of a map may be a string.
#[derive(Debug)]
pub struct Entry {
    pub key: Key,
    pub value: Expr,
}

#[derive(Debug)]
pub enum Key {
    Name(Name),
    Text(Text),
    /// `77`, as in `on_exit: { 77: .warn }`
    Int(i64, Span),
}

/// An argument: `value`, `name: value`.
#[derive(Debug)]
pub struct Arg {
    pub name: Option<Name>,
    pub value: Expr,
}

/// `.aws, .gcp => value`; `_` is not offered, so that a new case is an error where it matters.
#[derive(Debug)]
pub struct Arm {
    pub cases: Vec<Name>,
    pub value: Expr,
    pub span: Span,
}

/// A string, cooked: escapes replaced (only `\~{` and `\"""` in a block), a block dedented.
#[derive(Debug)]
pub struct Text {
    pub parts: Vec<Part>,
    pub block: bool,
    pub span: Span,
}

#[derive(Debug)]
pub enum Part {
    Literal(Literal),
    /// `~{…}`; the span includes the marks.
    Value(Box<Expr>, Span),
}

/// A run of cooked text and where each piece of it stands in the source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Literal {
    pub text: Box<str>,
    pub map: Map,
}

/// Breakpoints, ascending: from cooked offset `.0` on, the source offset is `.1 + (offset - .0)`. The first is at 0.
#[derive(Clone, PartialEq, Eq)]
pub enum Map {
    /// Most texts have one, which needs no place of its own.
    One([(u32, u32); 1]),
    Many(Box<[(u32, u32)]>),
}

impl Deref for Map {
    type Target = [(u32, u32)];

    fn deref(&self) -> &Self::Target {
        match self {
            Self::One(one) => one,
            Self::Many(many) => many,
        }
    }
}

/// Shown as the list that it is.
impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl From<&[(u32, u32)]> for Map {
    fn from(points: &[(u32, u32)]) -> Self {
        if let [one] = points { Self::One([*one]) } else { Self::Many(points.into()) }
    }
}

impl Literal {
    /// The source offset of a cooked offset.
    pub fn locate(&self, cooked: u32) -> u32 {
        let at = self.map.partition_point(|(from, _)| *from <= cooked).saturating_sub(1);
        self.map.get(at).map_or(0, |(from, source)| source + (cooked - from))
    }
}

impl Text {
    /// The text, when it holds no value.
    pub fn plain(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Literal(one)] => Some(&one.text),
            _ => None,
        }
    }

    /// Stands for a text that could not be read.
    pub fn broken(span: Span) -> Self {
        let hole = Part::Value(Box::new(Expr { kind: ExprKind::Broken, span }), span);
        Self { parts: vec![hole], block: false, span }
    }

    /// Whether a part of it could not be read.
    pub fn is_broken(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Value(value, _) if matches!(value.kind, ExprKind::Broken)))
    }
}
