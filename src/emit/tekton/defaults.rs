//! Defaults of parameters that the engine and the kubelet would change on their way.
//!
//! What the steps of our tasks read goes through the kubelet, which undoes the escape of [`escape::value`]; so a default is
//! written escaped where nobody else reads it. A `when` and a task that is kept elsewhere would see the escape itself.

use std::borrow::Cow;

use super::escape;
use super::inputs::{Variable, Way, Wiring};
use super::lower::{Lowered, Unit};
use crate::plan::{Param, Plan, Ty, Value};

/// The default as it is written.
pub(super) fn written(text: &str) -> Cow<'_, str> {
    if escape::is_changed_on_the_way(text) { escape::value(text) } else { Cow::Borrowed(text) }
}

/// Whether who reads the parameter needs the variable that stands for a dollar.
pub(super) fn needs_dollar(plan: &Plan, name: &str) -> bool {
    let may = |param: &&Param| matches!(param.default, Some(Value::Text(_) | Value::Case(_) | Value::List(_)));
    let named = plan.params.iter().filter(may).find(|param| param.name == name);
    named.is_some_and(|param| texts(param).any(|text| text.contains("$(")))
}

/// Whether the default would arrive as something else.
pub(super) fn is_lost(lowered: &Lowered<'_>, param: &Param) -> bool {
    texts(param).any(|text| escape::is_changed_on_the_way(&text))
        && (is_secret(&param.ty)
            || lowered.tasks.iter().chain(&lowered.finally).any(|unit| is_read_raw(unit, param, lowered.plan)))
}

fn texts(param: &Param) -> impl Iterator<Item = Cow<'_, str>> {
    let (list, one) = match &param.default {
        Some(Value::List(items)) => (items.as_slice(), None),
        Some(Value::Text(text)) => (&[][..], Some(Cow::Borrowed(text.as_str()))),
        Some(value) => (&[][..], value.text().map(Cow::Owned)),
        None => (&[][..], None),
    };
    list.iter().filter_map(Value::text).map(Cow::Owned).chain(one)
}

/// Its text is the name of an object.
fn is_secret(ty: &Ty) -> bool {
    match ty {
        Ty::Secret => true,
        Ty::Optional(of) => is_secret(of),
        Ty::Bool | Ty::Int | Ty::String | Ty::Duration | Ty::Size | Ty::Cpu | Ty::Path | Ty::Image => false,
        Ty::Pattern(_) | Ty::Enum(_) | Ty::Workspace | Ty::Artifact(_) | Ty::List(_) | Ty::Map(_) | Ty::Record(_) => {
            false
        }
    }
}

/// Whether a task reads the parameter in a place that the kubelet does not see.
fn is_read_raw(unit: &Unit<'_>, param: &Param, plan: &Plan) -> bool {
    let (one, list) = (format!("$(params.{})", param.name), format!("$(params.{}[*])", param.name));
    let holds = |text: &str| text.contains(&one) || text.contains(&list);
    if unit.when.iter().any(|(input, ..)| holds(input)) {
        return true;
    }
    if unit.found.as_ref().is_some_and(|found| found.lists.iter().any(|(_, list)| list.iter().any(|one| holds(one)))) {
        return true;
    }
    let mut given = unit.inputs.given.iter().filter(|given| holds(&given.value)).peekable();
    if given.peek().is_some() && unit.found.is_some() {
        return true;
    }
    let dollar = needs_dollar(plan, &param.name);
    given.any(|given| {
        let variable = ["$(params.", &given.name].concat();
        let wirings = unit.steps.iter().map(|step| &step.wiring);
        let mut wirings = wirings.chain(unit.sidecars.iter().map(|sidecar| &sidecar.wiring));
        given.way == Way::Each || (dollar && wirings.any(|wiring| reads(wiring, &variable) && !wiring.has_dollar()))
    })
}

fn reads(wiring: &Wiring<'_>, variable: &str) -> bool {
    let env = wiring.env.iter().filter_map(Variable::text);
    env.chain(wiring.args.iter().map(AsRef::as_ref)).any(|text| text.contains(variable))
}
