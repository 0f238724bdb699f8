//! One script body a step, rendered once and byte-equal in every target.
//!
//! The body reads its values from the environment (texts) and from its arguments (lists), evaluates what is known
//! only when running, runs the user's script in a subshell, checks the outputs and maps the exit code.

use crate::contract::{ListSource, Source};
use crate::plan::{Expr, Plan, TaskId};

/// A script and what it reads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rendered {
    /// The whole file, with its `#!` line.
    pub body: String,
    /// The environment, each name once, in the order of first use.
    pub env: Vec<(String, Source)>,
    /// The arguments: lists, each closed by the end mark.
    pub args: Vec<ListSource>,
    /// Where it starts.
    pub workdir: Option<Source>,
}

/// The script of one step of a task.
pub fn step(plan: &Plan, task: TaskId, step: usize) -> Rendered {
    let _ = (plan, task, step);
    unimplemented!()
}

/// A script that writes `true` or `false` to the file named by `PIPE_DECISION`.
pub fn decision(plan: &Plan, condition: &Expr) -> Rendered {
    let _ = (plan, condition);
    unimplemented!()
}

/// A script that checks every open parameter by its type and every `require`, and exits 2 with a message that names
/// what is wrong; `None` when there is nothing to check.
pub fn parameters(plan: &Plan) -> Option<Rendered> {
    let _ = plan;
    unimplemented!()
}
