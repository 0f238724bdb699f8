//! What the block of a `command` says about its flags, its machine and its company.

use super::Type;
use crate::source::Span;

/// The block of a command; of one without a block nothing is known.
#[derive(Default, Debug)]
pub struct Facts {
    /// Every flag that it takes; `None`: nothing is said about flags.
    pub flags: Option<Vec<FlagDef>>,
    pub removed: Vec<Removed>,
    /// A value is written `--flag=value`; the form in two words is misread.
    pub attached: bool,
    /// Its operands are a command that it runs.
    pub wraps: bool,
    /// What it runs, it runs on another machine.
    pub elsewhere: bool,
    /// Its operands are names of commands below it, and each that is given counts.
    pub several: bool,
    /// How many words it takes that are no flags; `None`: nothing is said.
    pub operands: Option<Operands>,
    /// In the order in which they are written.
    pub rules: Vec<FlagRule>,
    /// What to use instead, when the command is gone.
    pub gone: Option<(Box<str>, Span)>,
    pub needs: Needs,
    /// Two that run at the same time in one workspace disturb each other when these are the same.
    pub lock: Option<(Box<str>, Span)>,
    pub exits: Vec<Exit>,
    /// The words of the command that has to follow on every path.
    pub ended_by: Option<(Vec<Box<str>>, Span)>,
}

/// `"-a --arch": Arch`
#[derive(Clone, Debug)]
pub struct FlagDef {
    /// `-a`, `--arch`
    pub spellings: Vec<Box<str>>,
    /// `bool`: it takes no value; a list: it may be given again.
    pub ty: Type,
    pub span: Span,
}

/// Index into [`Facts::flags`].
pub type FlagAt = usize;

/// `removed: { "--tag": "use `cosa tag`" }`
#[derive(Clone, Debug)]
pub struct Removed {
    pub flag: Box<str>,
    pub advice: Box<str>,
    pub span: Span,
}

/// `operands: { min: 1, max: 2 }`
#[derive(Clone, Copy, Debug)]
pub struct Operands {
    pub min: usize,
    pub max: Option<usize>,
    pub span: Span,
}

/// What holds between flags.
#[derive(Clone, Debug)]
pub struct FlagRule {
    pub kind: RuleKind,
    pub flags: Vec<FlagAt>,
    pub span: Span,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RuleKind {
    /// Each is given.
    Required,
    ExactlyOne,
    AtMostOne,
    /// All of them or none.
    Together,
    /// The first is given only with all others.
    Implies,
    /// The first is given with none of the others.
    Excludes,
}

/// `needs: { memory: 3Gi }, memory_each: { "--parallel": 1536Mi }`
#[derive(Default, Debug)]
pub struct Needs {
    pub kvm: bool,
    /// Thousandths of a core.
    pub cpu: Option<i64>,
    /// Bytes.
    pub memory: Option<i64>,
    /// Bytes.
    pub disk: Option<i64>,
    /// Bytes on top for each unit of a flag's value; a flag that is left out counts once.
    pub memory_each: Vec<(FlagAt, i64)>,
    pub span: Option<Span>,
}

/// `exits: { 77: "only tests marked as warnings failed" }`
#[derive(Debug)]
pub struct Exit {
    pub code: i64,
    pub meaning: Box<str>,
    pub span: Span,
}
