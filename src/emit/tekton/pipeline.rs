//! `pipeline.yaml`: the parameters, the workspaces, the graph, the results.

use super::condition::Input;
use super::fan::TURN;
use super::inputs::{Given, Way};
use super::lower::{Lowered, Unit};
use super::{foreign, names, task, types};
use crate::emit::kube;
use crate::emit::yaml::{Map, Node, Page};
use crate::plan::{ExprKind, Param, PipelineOutput, Ty, Value};
use crate::source::Sources;

/// Writes the manifest behind its comment.
pub(super) fn write(page: &mut Page, lowered: &Lowered<'_>, limit: i64, sources: &Sources) {
    let plan = lowered.plan;
    page.raw("apiVersion: tekton.dev/v1\nkind: Pipeline\n");
    task::metadata(page, lowered, lowered.names.pipeline(), &sources.origin(plan.span));
    page.raw("spec:\n");
    if !plan.doc.is_empty() {
        page.entry_text("  description: ", &plan.doc);
    }
    let params = plan.params.iter().filter(|param| !types::is_workspace(&param.ty)).map(param);
    page.entry_node("  params:", &params.collect::<Vec<_>>().into());
    page.entry_node("  workspaces:", &workspaces(lowered).into());
    let results = plan.outputs.iter().filter_map(|output| result(lowered, output));
    page.entry_node("  results:", &results.collect::<Vec<_>>().into());
    page.raw(if lowered.tasks.is_empty() { "  tasks: []\n" } else { "  tasks:\n" });
    lowered.tasks.iter().for_each(|unit| entry(page, lowered, unit, limit, sources));
    if !lowered.finally.is_empty() {
        page.raw("  finally:\n");
    }
    lowered.finally.iter().for_each(|unit| entry(page, lowered, unit, i64::MAX, sources));
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
    let value = lowered.moved.text(Input::Result(task, at).text(lowered.plan, &lowered.names));
    let about = types::described(&output.doc, &output.value.ty);
    let name = names::result(&output.name).to_owned();
    Some(Map::new().with("name", name).with("type", "string").with("description", about).with("value", value))
}

/// `limit` is what all tasks before `finally` may take together: no task may have more.
fn entry(page: &mut Page, lowered: &Lowered<'_>, unit: &Unit<'_>, limit: i64, sources: &Sources) {
    page.entry_noted("  - name: ", &unit.name, &sources.origin(unit.span));
    if unit.inputs.given.iter().any(|given| given.way == Way::Each) {
        page.entry_text("    displayName: ", &format!("{} $(params.{TURN})", unit.name));
    }
    match &unit.found {
        Some(reference) => foreign::write(page, reference),
        None => {
            page.raw("    taskRef:\n");
            page.entry_text("      name: ", &unit.object);
        }
    }
    if !unit.run_after.is_empty() {
        page.raw("    runAfter:\n");
    }
    unit.run_after.iter().for_each(|before| page.entry_text("    - ", before));
    page.entry_node("    when:", &unit.when.iter().map(when).collect::<Vec<_>>().into());
    params(page, unit);
    foreign::lists(page, unit);
    let bound = bindings(lowered, unit);
    if !bound.is_empty() {
        page.raw("    workspaces:\n");
    }
    for (name, workspace) in bound {
        page.entry_text("    - name: ", name);
        page.entry_text("      workspace: ", workspace);
    }
    limits(page, unit, limit);
}

/// The name of each workspace in the task and in the pipeline.
fn bindings<'u>(lowered: &'u Lowered<'_>, unit: &'u Unit<'_>) -> Vec<(&'u str, &'u str)> {
    match &unit.found {
        Some(reference) => {
            let workspaces = &lowered.plan.workspaces;
            let bound = reference.source.workspaces.iter();
            bound.map(|(name, id)| (name.as_str(), workspaces[id.index()].name.as_str())).collect()
        }
        None => unit.inputs.workspaces.iter().map(|name| (name.as_str(), name.as_str())).collect(),
    }
}

fn params(page: &mut Page, unit: &Unit<'_>) {
    let (each, given): (Vec<&Given>, Vec<&Given>) = unit.inputs.given.iter().partition(|given| given.way == Way::Each);
    if !given.is_empty() {
        page.raw("    params:\n");
    }
    for given in given {
        page.entry_text("    - name: ", &given.name);
        match given.way {
            Way::List => {
                page.raw("      value:\n");
                page.entry_text("      - ", &given.value);
            }
            Way::Text | Way::Each => page.entry_text("      value: ", &given.value),
        }
    }
    if !each.is_empty() {
        page.raw("    matrix:\n      params:\n");
    }
    for given in each {
        page.entry_text("      - name: ", &given.name);
        page.entry_text("        value: ", &given.value);
    }
}

fn limits(page: &mut Page, unit: &Unit<'_>, limit: i64) {
    if unit.retries > 0 {
        page.raw("    retries: ");
        page.raw(&unit.retries.to_string());
        page.raw("\n");
    }
    if let Some(time) = unit.timeout {
        let time = if unit.id.is_some() { time } else { time.min(limit) };
        page.entry_text("    timeout: ", &kube::go_duration(time));
    }
    if unit.goes_on {
        page.raw("    onError: continue\n");
    }
}

fn when((input, is_in, values): &(String, bool, Vec<String>)) -> Map {
    Map::new()
        .with("input", input.clone())
        .with("operator", if *is_in { "in" } else { "notin" })
        .with("values", values.clone())
}
