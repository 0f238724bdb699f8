//! One script body a step, rendered once and byte-equal in every target.
//!
//! The body reads its values from the environment (texts) and from its arguments (lists), evaluates what is known
//! only when running, runs the user's script in a subshell, checks the outputs and maps the exit code.
//!
//! Four variables are the engine's own business and never in [`Rendered::env`]: `PIPE_TURN` says for which turn of a loop
//! a body runs, which [`crate::contract::NO_TURN`] describes; with `PIPE_SKIP=true` a body writes
//! every value output empty and ends well at once; where `PIPE_VERDICT_FILE` names a file, `warned` or `skipped` is
//! written there (all steps of one try share the file, and it starts absent or empty); `PIPE_DECISION` names the file
//! of [`decision`]. The directories of output files exist. Engines
//! give an empty standard input. A body with a
//! `cleanup` answers HUP, INT and TERM: it ends its script (TERM, after ten seconds KILL), cleans up and exits 128+n.

mod check;
mod code;
mod cond;
mod ends;
mod expr;
mod files;
mod gaps;
mod helpers;
mod lists;
mod names;
mod number;
mod open;
mod outputs;
mod prelude;
mod slots;
mod source;
mod step;
mod turn;
mod unit;

use crate::contract::{ListSource, Source};
use crate::diag::Diagnostics;
use crate::plan::{Expr, Fan, Plan, TaskId};

/// A script and what it reads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rendered {
    /// The whole file, with its `#!` line.
    pub body: String,
    /// The environment, each name once, in the order of first use.
    pub env: Vec<(String, Source)>,
    /// The arguments: lists, each closed by the end mark.
    pub args: Vec<ListSource>,
    /// Where it starts; the body goes there itself.
    pub workdir: Option<Source>,
}

/// The script of one step of a task.
pub fn step(plan: &Plan, task: TaskId, step: usize) -> Rendered {
    step::render(plan, task, step)
}

/// A script that writes `true` or `false` to the file named by `PIPE_DECISION`.
pub fn decision(plan: &Plan, condition: &Expr) -> Rendered {
    open::decision(plan, condition)
}

/// A script that writes the text of a value (a list as lines) to the file named by `PIPE_VALUE`.
pub fn value(plan: &Plan, value: &Expr) -> Rendered {
    open::value(plan, value)
}

/// A script that checks every open parameter by its type and every `require`, and exits 2 with a message that names
/// what is wrong; `None` when there is nothing to check.
pub fn parameters(plan: &Plan) -> Option<Rendered> {
    open::parameters(plan)
}

/// A script that writes the turns of a loop to the file named by `PIPE_TURNS`: a JSON list of texts, one a line, each as
/// `PIPE_TURN` is; of a loop without any turn the only one is [`crate::contract::NO_TURN`]. It fails when there are more
/// than `PIPE_MOST_TURNS`, where that is set.
pub fn turns(plan: &Plan, fan: &Fan) -> Rendered {
    turn::turns(plan, fan)
}

/// Reports what no body can do: an `sh` script has one list of open length at most. Every target's `gaps` calls it.
pub fn gaps(plan: &Plan, out: &mut Diagnostics) {
    gaps::report(plan, out);
}
