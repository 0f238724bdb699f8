//! A `.wharf-ci.yml` as it is read, before it is a program.

use super::schema::StepType;
use crate::source::Span;
use crate::yaml_read::Node;

/// A text and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct At {
    pub(super) text: String,
    pub(super) span: Span,
}

/// A value that is one word or line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Scalar {
    Text(String),
    Int(i64),
    Bool(bool),
}

/// A variable that is declared somewhere, with its value there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Declared {
    pub(super) name: String,
    pub(super) value: Scalar,
    /// Of the name.
    pub(super) span: Span,
    /// Of the value.
    pub(super) at: Span,
}

/// One of `environments`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Environment {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) variables: Vec<Declared>,
}

/// What an input takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Takes {
    Text,
    /// A whole number.
    Number,
    /// A number that may have a fraction.
    Fraction,
    /// One of these texts.
    Choice(Vec<String>),
    Password,
}

/// One of `inputs`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Input {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) takes: Takes,
    pub(super) default: Option<At>,
}

/// When a stage runs, by how the stages before it ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum RunsIf {
    Success,
    Fail,
    Always,
}

/// One stage.
#[derive(Clone, Debug)]
pub(super) struct Stage<'a> {
    pub(super) name: String,
    pub(super) span: Span,
    /// The environments that it runs in; `None` is all of them, and none.
    pub(super) only: Option<Vec<usize>>,
    pub(super) runs_if: RunsIf,
    pub(super) steps: Vec<Step<'a>>,
}

/// One step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step<'a> {
    pub(super) name: &'a str,
    pub(super) span: Span,
    pub(super) of: &'static StepType,
    /// Its fields, a map or nothing.
    pub(super) fields: &'a Node,
    /// Where its type is written.
    pub(super) typed: Span,
}

/// The whole of it.
#[derive(Clone, Default, Debug)]
pub(super) struct Document<'a> {
    pub(super) environments: Vec<Environment>,
    pub(super) inputs: Vec<Input>,
    pub(super) stages: Vec<Stage<'a>>,
    /// Of `.wharf-vars.yml`, where one was given.
    pub(super) variables: Vec<Declared>,
    /// What is declared, and was refused.
    pub(super) refused: Vec<String>,
}
