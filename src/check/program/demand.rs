//! `require` of a task: what has to hold of its parameters in every call.

use super::Expr;
use crate::source::Span;

/// `require a == none or b != none, "give both or neither"`
#[derive(Debug)]
pub struct Demand {
    /// A `bool`, of the scope of the task.
    pub cond: Expr,
    pub message: Option<Expr>,
    pub span: Span,
}
