//! One script body a step, rendered once and byte-equal in every target.
//!
//! The body reads its values from the environment (texts) and from its arguments (lists), evaluates what is known
//! only when running, runs the user's script in a subshell, checks the outputs and maps the exit code.
//!
//! Five variables are the engine's own business and never in [`Rendered::env`]: with `PIPE_OBJECTS=true` a body writes
//! each output of a record type as a JSON object beside the files of its fields, `RECORD.FIELD`, to the file `RECORD`;
//! `PIPE_TURN` says for which turn of a loop
//! a body runs, which [`crate::contract::NO_TURN`] describes; with `PIPE_SKIP=true` the body of a task with a condition writes
//! every value output empty and ends well at once; where `PIPE_VERDICT_FILE` names a file, `warned` or `skipped` is
//! written there (all steps of one try share the file, and it starts absent or empty); `PIPE_DECISION` names the file
//! of [`decision`]. The directories of output files exist. Engines
//! give an empty standard input. A body with a
//! `cleanup` answers HUP, INT and TERM: it ends its script (TERM, after ten seconds KILL), cleans up and exits 128+n.

mod artifacts;
mod check;
mod code;
mod cond;
mod ends;
mod expr;
mod files;
mod gaps;
mod helpers;
mod kept;
mod lists;
mod names;
mod number;
mod object;
mod open;
mod outputs;
mod prelude;
mod slots;
mod source;
mod step;
mod turn;
mod unit;

use sha2::{Digest as _, Sha256};

use super::kube::hex;
use crate::contract::{ListSource, Source};
use crate::diag::Diagnostics;
use crate::plan::{Expr, ExprKind, Fan, Plan, Require, TaskId};
use source::{Origin, SecretAs, is_reworked};

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

/// Something that a task tells its engine of, by the indices of its outputs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Told {
    /// A file or a folder that it made, where the output says.
    Placed(usize),
    /// What it published: where that is, and its digest.
    Made { uri: usize, digest: usize },
    /// What it took from elsewhere.
    Used { uri: usize, digest: usize },
}

/// The script of one step of a task.
pub fn step(plan: &Plan, task: TaskId, step: usize) -> Rendered {
    step::render(plan, task, step)
}

/// What the command of an image is given that a task keeps, without a body: only where nothing has to be done around it.
pub fn kept(plan: &Plan, task: TaskId) -> Option<Rendered> {
    kept::render(plan, task)
}

/// The sha256 of the body of a step, as the file of it in every target has.
pub fn step_hash(plan: &Plan, task: TaskId, step: usize) -> String {
    hex(&Sha256::digest(step::render(plan, task, step).body))
}

/// A script that writes `true` or `false` to the file named by `PIPE_DECISION`.
pub fn decision(plan: &Plan, condition: &Expr) -> Rendered {
    open::decision(plan, condition)
}

/// A script that writes the text of a value (a list as lines) to the file named by `PIPE_VALUE`.
pub fn value(plan: &Plan, value: &Expr) -> Rendered {
    open::value(plan, None, value)
}

/// As [`value`], of a task; of one with turns, for the turn of `PIPE_TURN`.
pub fn value_in(plan: &Plan, task: TaskId, value: &Expr) -> Rendered {
    open::value(plan, Some(task), value)
}

/// A script that checks every open parameter by its type and every `require`, and exits 2 with a message that names
/// what is wrong; `None` when there is nothing to check.
pub fn parameters(plan: &Plan) -> Option<Rendered> {
    parameters_and(plan, &[], &[])
}

/// As [`parameters`], with more that an engine requires of them; `unset` are parameters, by name, that an engine may leave
/// unset, each with the text that then stands in its place.
pub fn parameters_and(plan: &Plan, more: &[Require], unset: &[(String, String)]) -> Option<Rendered> {
    open::parameters(plan, more, unset)
}

/// A script that writes the turns of a loop to the file named by `PIPE_TURNS`: a JSON list of texts, one a line, each as
/// `PIPE_TURN` is; of a loop without any turn the only one is [`crate::contract::NO_TURN`]. It fails when there are more
/// than `PIPE_MOST_TURNS`, where that is set.
pub fn turns(plan: &Plan, fan: &Fan) -> Rendered {
    turn::turns(plan, fan)
}

/// The source of a text that a container without a body of ours can be given as it is; `None` where it has to be
/// evaluated, or is a list. A secret is its value.
pub fn direct(plan: &Plan, value: &Expr) -> Option<Source> {
    let origin = Origin { plan, task: None, secrets: SecretAs::Value };
    origin.text(value).filter(|_| !is_reworked(value))
}

/// As [`direct`], with the name of a secret.
pub fn direct_name(plan: &Plan, value: &Expr) -> Option<Source> {
    let origin = Origin { plan, task: None, secrets: SecretAs::Reference };
    origin.text(value).filter(|_| !is_reworked(value))
}

/// The texts that one is put together from, when an engine can be given each of them as it is.
pub fn direct_parts(plan: &Plan, value: &Expr) -> Option<Vec<Source>> {
    let ExprKind::Concat(parts) = &value.kind else { return Some(vec![direct_name(plan, value)?]) };
    let part = |part: &Expr| match direct_name(plan, part)? {
        // What is put together must not come to be a variable of the engine.
        Source::Literal(text) => (!text.contains('$')).then_some(Source::Literal(text)),
        source @ (Source::Param(_) | Source::Result { .. }) => Some(source),
        Source::OutputFile(_)
        | Source::Place { .. }
        | Source::SecretValue(_)
        | Source::SecretFile(_)
        | Source::Status(_)
        | Source::StepResult { .. }
        | Source::Outcome => None,
    };
    parts.iter().map(part).collect()
}

/// A script that writes what a task made, and from what, to the file named by `PIPE_ARTIFACTS`, each under a name: the JSON
/// `{"inputs": […], "outputs": […]}`, or nothing where nothing of it is there. It runs behind all steps of the task.
pub fn artifacts(plan: &Plan, task: TaskId, told: &[(String, Told)]) -> Rendered {
    artifacts::render(plan, task, told)
}

/// Whether a value is a list of texts.
pub fn is_list(value: &Expr) -> bool {
    source::is_list(&value.ty)
}

/// Reports what no body can do: an `sh` script has one list of open length at most. Every target's `gaps` calls it.
pub fn gaps(plan: &Plan, out: &mut Diagnostics) {
    gaps::report(plan, out);
}
