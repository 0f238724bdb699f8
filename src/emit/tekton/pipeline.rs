//! `pipeline.yaml`: the parameters, the workspaces, the graph, the results.

use super::condition::Input;
use super::lower::{Lowered, Unit};
use super::{names, task, timeouts, types};
use crate::emit::kube;
use crate::emit::yaml::{Map, Node};
use crate::plan::{ExprKind, Param, PipelineOutput, Ty, Value};
use crate::source::Sources;

pub(super) fn manifest(lowered: &Lowered<'_>, sources: &Sources) -> Node {
    let plan = lowered.plan;
    let origin = sources.origin(plan.span);
    let metadata = kube::metadata(lowered.names.pipeline(), lowered.options.namespace.as_deref(), origin);
    let limit = timeouts::of(lowered).tasks;
    let entries = |units: &[Unit]| units.iter().map(|unit| entry(lowered, unit, limit, sources)).collect::<Vec<_>>();
    let spec = Map::new()
        .with_some("description", (!plan.doc.is_empty()).then(|| plan.doc.clone()))
        .with_filled(
            "params",
            plan.params.iter().filter(|param| !types::is_workspace(&param.ty)).map(param).collect::<Vec<_>>(),
        )
        .with_filled("workspaces", workspaces(lowered))
        .with_filled("results", plan.outputs.iter().filter_map(|output| result(lowered, output)).collect::<Vec<_>>())
        .with("tasks", entries(&lowered.tasks))
        .with_filled("finally", entries(&lowered.finally));
    kube::object("tekton.dev/v1", "Pipeline", metadata, spec)
}

fn param(param: &Param) -> Map {
    let kind = if types::is_list(&param.ty) { "array" } else { "string" };
    Map::new()
        .with("name", param.name.clone())
        .with("type", kind)
        .with("description", types::described(&param.doc, &param.ty))
        .with_some("default", param.default.as_ref().map(|value| default(value, &param.ty)))
}

fn default(value: &Value, ty: &Ty) -> Node {
    if let Value::List(items) = value {
        return items.iter().filter_map(Value::text).collect::<Vec<_>>().into();
    }
    // An empty list reads as `none` where that is possible.
    if types::is_list(ty) { Node::List(Vec::new()) } else { value.text().unwrap_or_default().into() }
}

fn workspaces(lowered: &Lowered<'_>) -> Vec<Map> {
    let declare = |workspace: &crate::plan::Workspace| {
        Map::new()
            .with("name", workspace.name.clone())
            .with_some("description", (!workspace.doc.is_empty()).then(|| workspace.doc.clone()))
            .with_some("optional", task::is_optional(lowered, workspace).then_some(true))
    };
    lowered.plan.workspaces.iter().map(declare).collect()
}

fn result(lowered: &Lowered<'_>, output: &PipelineOutput) -> Option<Map> {
    let ExprKind::Result(task, at) = output.value.kind else { return None };
    let value = Input::Result(task, at).text(lowered.plan, &lowered.names);
    let about = types::described(&output.doc, &output.value.ty);
    let name = names::result(&output.name).to_owned();
    Some(Map::new().with("name", name).with("type", "string").with("description", about).with("value", value))
}

/// `limit` is what all tasks before `finally` may take together: no task may have more.
fn entry(lowered: &Lowered<'_>, unit: &Unit, limit: i64, sources: &Sources) -> Map {
    let name = lowered.names.object(&unit.name);
    let bind = |name: &String| Map::new().with("name", name.clone()).with("workspace", name.clone());
    let timeout = unit.timeout.map(|time| if unit.id.is_some() { time } else { time.min(limit) });
    Map::new()
        .with("name", Node::noted(unit.name.clone(), sources.origin(unit.span)))
        .with("taskRef", Map::new().with("name", name))
        .with_filled("runAfter", unit.run_after.clone())
        .with_filled("when", unit.when.iter().map(when).collect::<Vec<_>>())
        .with_filled("params", unit.inputs.given.iter().map(given).collect::<Vec<_>>())
        .with_filled("workspaces", unit.inputs.workspaces.iter().map(bind).collect::<Vec<_>>())
        .with_some("retries", (unit.retries > 0).then(|| i64::from(unit.retries)))
        .with_some("timeout", timeout.map(kube::go_duration))
        .with_some("onError", unit.goes_on.then_some("continue"))
}

fn when((input, is_in, values): &(String, bool, Vec<String>)) -> Map {
    Map::new()
        .with("input", input.clone())
        .with("operator", if *is_in { "in" } else { "notin" })
        .with("values", values.clone())
}

fn given(given: &super::inputs::Given) -> Map {
    let value = Node::from(given.value.clone());
    let value = if given.is_list { Node::List(vec![value]) } else { value };
    Map::new().with("name", given.name.clone()).with("value", value)
}
