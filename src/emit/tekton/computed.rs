//! Values that a container of somebody else is given and that the engine cannot make: each by a small task before it.

use super::foreign::{self, Part};
use super::gate::Gate;
use super::names::Names;
use super::{native, reads};
use crate::emit::script;
use crate::plan::{Expr, Phase, Plan, Task, TaskId, Ty};

/// One value, the task that is given it, and the name of the task that computes it.
#[derive(Debug)]
pub(super) struct Computed<'p> {
    pub(super) value: &'p Expr,
    pub(super) serves: TaskId,
    pub(super) name: String,
}

/// The result of a task that computes a value.
pub(super) const VALUE: &str = "value";

/// All of a plan, in the order of the tasks that they are for.
pub(super) fn all<'p>(plan: &'p Plan, names: &mut Names) -> Vec<Computed<'p>> {
    let mut found: Vec<Computed<'p>> = Vec::new();
    for (id, task) in plan.tasks().filter(|(_, task)| has_strangers(task)) {
        let texts = reads::beside(task).flat_map(|value| texts(plan, value));
        for value in texts.filter(|value| needs_computing(plan, value)) {
            if !found.iter().any(|other| other.serves == id && other.value == value) {
                let name = names.fresh(&format!("value_{}", task.name));
                found.push(Computed { value, serves: id, name });
            }
        }
    }
    found
}

/// A value, or the elements of one that is a list.
fn texts<'p>(plan: &'p Plan, value: &'p Expr) -> Vec<&'p Expr> {
    // What a matrix hands over is not computed.
    if native::element(value).is_some() {
        return Vec::new();
    }
    if !script::is_list(value) {
        return vec![value];
    }
    let element = |part| if let Part::Text(element) = part { Some(element) } else { None };
    foreign::parts(plan, value).unwrap_or_default().into_iter().filter_map(element).collect()
}

/// Whether a container of it runs no body of ours.
fn has_strangers(task: &Task) -> bool {
    task.source.is_some() || !task.services.is_empty()
}

/// Whether the value is a text that the engine cannot hand over as it is.
pub(super) fn needs_computing(plan: &Plan, value: &Expr) -> bool {
    !script::is_list(value) && script::direct_parts(plan, value).is_none()
}

/// Whether a small task can do it: it has to run whenever the task does that it serves, and before it.
pub(super) fn can_be_computed(plan: &Plan, gates: &[Gate], one: &Computed<'_>) -> bool {
    let guarded = matches!(gates[one.serves.index()], Gate::Guarded(_) | Gate::GuardedByParam(..));
    !guarded && plan.task(one.serves).phase == Phase::Main
}

/// Of a service, whose secrets are mounted by name.
pub(super) fn is_secret(value: &Expr) -> bool {
    match &value.ty {
        Ty::Secret => true,
        Ty::Optional(of) => **of == Ty::Secret,
        Ty::Bool | Ty::Int | Ty::String | Ty::Duration | Ty::Size | Ty::Cpu | Ty::Path | Ty::Image => false,
        Ty::Pattern(_) | Ty::Enum(_) | Ty::Workspace | Ty::Artifact(_) => false,
        Ty::List(_) | Ty::Map(_) | Ty::Record(_) => false,
    }
}
