//! Expressions of the program, and the parameters that they read.

use std::collections::BTreeSet;

use crate::source::Span;

/// Stands in expressions for the environment that was chosen; whether it has to be opened is known at the end.
pub(super) const ENVIRONMENT: &str = "\u{e001}";

/// What an expression is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ty {
    Text,
    Int,
    Flag,
    /// The case of an enum.
    Case,
    Secret,
}

impl Ty {
    /// For messages.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Int => "a number",
            Self::Flag => "a flag",
            Self::Case => "a choice",
            Self::Secret => "a password",
        }
    }
}

/// An expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Value {
    pub(super) expr: String,
    pub(super) ty: Ty,
    /// Its text, where it has no variables.
    pub(super) literal: Option<String>,
    /// The parameters that it reads, also those of what it calls.
    pub(super) reads: BTreeSet<usize>,
}

impl Value {
    pub(super) fn new(expr: impl Into<String>, ty: Ty) -> Self {
        Self { expr: expr.into(), ty, literal: None, reads: BTreeSet::new() }
    }

    pub(super) fn literal(text: &str) -> Self {
        let expr = crate::import::script::quoted(text);
        Self { literal: Some(text.to_owned()), ..Self::new(expr, Ty::Text) }
    }

    /// It is written so.
    #[must_use]
    pub(super) fn written(self, text: impl ToString) -> Self {
        Self { literal: Some(text.to_string()), ..self }
    }

    /// As it stands in text; a secret has no place there.
    pub(super) fn hole(&self) -> String {
        match self.ty {
            Ty::Flag => format!("if {} then \"true\" else \"false\"", self.expr),
            Ty::Text | Ty::Int | Ty::Case | Ty::Secret => {
                let inner = self.expr.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
                inner.unwrap_or(&self.expr).to_owned()
            }
        }
    }

    /// As a text.
    pub(super) fn text(&self) -> String {
        if let Some(literal) = &self.literal {
            return crate::import::script::quoted(literal);
        }
        match self.ty {
            Ty::Text | Ty::Secret => self.expr.clone(),
            Ty::Int | Ty::Case => format!("text({})", self.expr),
            Ty::Flag => self.hole(),
        }
    }
}

/// Where a parameter stands among the others.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Rank {
    Source,
    Environment,
    Input,
    Variable,
    Secret,
}

/// A parameter of the pipeline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Param {
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) ty: String,
    pub(super) default: Option<String>,
    pub(super) rank: Rank,
    /// An image depends on it.
    pub(super) fixed: bool,
    /// A value that it could have, as YAML.
    pub(super) trial: String,
    /// What it was made of.
    pub(super) span: Option<Span>,
}

/// `fn name(environment: Environment, …) -> ty = match environment { … }`
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) ty: Ty,
    /// The parameters of the pipeline that it reads beside the environment.
    pub(super) params: Vec<usize>,
    /// One a case, in their order.
    pub(super) arms: Vec<String>,
}

/// A declared enum: cases with their spellings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Enum {
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) cases: Vec<(String, String)>,
}
