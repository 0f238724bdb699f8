//! What tasks make, and what brought them into the plan or kept them out of it.

use std::sync::Arc;

use crate::source::Span;

/// A declared type of artifact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kind {
    pub name: Arc<str>,
    /// What has to be made before it.
    pub requires: Vec<Arc<str>>,
}

/// What a task makes, what for, and why it is there; of a task that is left out, what it would make.
#[derive(Clone, Default, Debug)]
pub struct Provenance {
    /// The name of its call, which all turns of a loop share.
    pub call: String,
    /// Each artifact once.
    pub makes: Vec<Making>,
    /// What tells it from its like: arguments that are cases of an enum, and the turns of loops; names and texts.
    pub of: Vec<(String, String)>,
    /// The spelling of the `Arch` that it is for: an argument or a turn of that type, else that of its machine.
    pub arch: Option<String>,
    /// What decided that it is there, or is not; the outermost first.
    pub causes: Arc<[Cause]>,
}

/// One artifact that a task makes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Making {
    /// The name of its type.
    pub artifact: Arc<str>,
    /// It is an output: the index.
    pub output: Option<u32>,
    /// A command of the scripts that is declared to make it.
    pub command: Option<String>,
}

/// Something known when planning that decided whether a task is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cause {
    /// The condition of a `when` or the `if` of a `for`.
    Decided {
        span: Span,
        /// Whether it holds.
        holds: bool,
        /// It stands in the `else`.
        negated: bool,
        /// The names that it reads, with their values.
        values: Vec<(String, String)>,
    },
    /// A turn of a `for`.
    Turn {
        span: Span,
        variable: String,
        value: String,
        /// The variable is an `Arch`.
        arch: bool,
    },
}

impl Cause {
    /// Whether it brings in what stands in it.
    pub fn brings_in(&self) -> bool {
        match self {
            Self::Decided { holds, negated, .. } => holds != negated,
            Self::Turn { .. } => true,
        }
    }
}

/// What was asked for by `--goal`, and what became of the other tasks.
#[derive(Clone, Default, Debug)]
pub struct Goal {
    /// As they were given.
    pub names: Vec<String>,
    /// The tasks that stay and why, in the order of the plan.
    pub kept: Vec<(String, String)>,
    /// The tasks that nothing asked for needs, in the order of the source.
    pub dropped: Vec<String>,
    /// What the pipeline would return, were all of its tasks there.
    pub not_returned: Vec<String>,
}
