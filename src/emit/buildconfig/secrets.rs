//! The Secrets that a task names.

use super::carry::sources;
use crate::contract::{SecretRef, Source};
use crate::emit::script;
use crate::plan::{Plan, TaskId, Value};

/// Every name, as often as it is used.
pub(super) fn of_task(plan: &Plan, id: TaskId) -> Vec<String> {
    let scripts: Vec<_> = (0..plan.task(id).steps.len()).map(|step| script::step(plan, id, step)).collect();
    scripts.iter().flat_map(sources).filter_map(|source| name(plan, source)).collect()
}

fn name(plan: &Plan, source: &Source) -> Option<String> {
    match source {
        Source::SecretValue(secret) | Source::SecretFile(secret) => match secret {
            SecretRef::Named(name) => Some(name.clone()),
            SecretRef::Param(param) => default_of(plan, param),
        },
        Source::Literal(_)
        | Source::Param(_)
        | Source::Result { .. }
        | Source::OutputFile(_)
        | Source::Place { .. }
        | Source::Status(_)
        | Source::StepResult { .. }
        | Source::Outcome => None,
    }
}

/// A parameter that was not bound keeps its default, since a start cannot mount anything.
fn default_of(plan: &Plan, name: &str) -> Option<String> {
    let param = plan.params.iter().find(|param| param.name == name)?;
    param.default.as_ref().and_then(Value::text).filter(|name| !name.is_empty())
}
