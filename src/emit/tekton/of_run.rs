//! What only the engine knows of a run, as a parameter: `context: { name: .run_name }`. Nobody gives it, so the pipeline that is emitted has no such parameter: what reads it reads the variable.

use rustc_hash::FxHashMap;

use super::alone::Alone;
use super::shape::Shape;
use crate::plan::{Param, Plan, Ty};

/// Those that are replaced in all that a pipeline says.
const VARIABLES: [&str; 4] = [
    "$(context.pipelineRun.name)",
    "$(context.pipelineRun.namespace)",
    "$(context.pipelineRun.uid)",
    "$(context.pipeline.name)",
];

/// The parameters, by their names, and the variable of each.
pub(super) fn variables(plan: &Plan, shape: &Shape) -> FxHashMap<String, String> {
    let found = shape.given.iter().filter(|(name, text)| {
        let param = plan.params.iter().find(|param| param.name == *name);
        param.is_some_and(|param| is_known(plan, param, text))
    });
    found.cloned().collect()
}

/// Whether the engine puts in its own value for this text. A text as it is needs no check, which could come too late; a
/// field of a record comes with the others; and a pipeline that is kept elsewhere has variables of its own.
pub(super) fn is_known(plan: &Plan, param: &Param, text: &str) -> bool {
    let is_plain = param.ty == Ty::String && !param.name.contains('.');
    is_plain && is_variable(text) && Alone::of(plan).is_none()
}

pub(super) fn is_variable(text: &str) -> bool {
    VARIABLES.contains(&text)
}
