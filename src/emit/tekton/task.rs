//! `task-NAME.yaml`: what one task declares and runs.

use super::inputs::{Amount, Given, Variable, Way, mount_path};
use super::lower::{Container, Lowered, Unit};
use super::meta::{self, More};
use super::{escape, sidecar};
use crate::emit::kube;
use crate::emit::yaml::{Map, Node, Page};
use crate::plan::{Ty, Workspace};
use crate::source::Sources;

/// Writes the manifest behind its comment.
pub(super) fn write(page: &mut Page, lowered: &Lowered<'_>, unit: &Unit<'_>, sources: &Sources, more: &More) {
    page.raw("apiVersion: tekton.dev/v1\nkind: Task\n");
    meta::write(page, lowered, &unit.object, &sources.origin(unit.span), more);
    page.raw("spec:\n");
    spec(page, lowered, unit, sources);
}

/// Writes what is below `spec`.
pub(super) fn spec(page: &mut Page, lowered: &Lowered<'_>, unit: &Unit<'_>, sources: &Sources) {
    if !unit.about.is_empty() {
        page.entry_text("  description: ", &unit.about);
    }
    params(page, lowered, unit);
    page.entry_node("  workspaces:", &workspaces(lowered, unit).into());
    results(page, unit);
    page.entry_node("  volumes:", &unit.volumes);
    page.raw("  steps:\n");
    for (at, container) in unit.steps.iter().enumerate() {
        step(page, unit, at, container, sources);
    }
    sidecar::write(page, &unit.sidecars, sources);
}

/// What the task declares and is given. A parameter of the pipeline reaches a task that stands in it by itself.
pub(super) fn given<'u>(lowered: &Lowered<'_>, unit: &'u Unit<'_>) -> impl Iterator<Item = &'u Given> {
    let propagates = lowered.options.shape.style.is_whole() && unit.found.is_none();
    unit.inputs.given.iter().filter(move |given| !(propagates && given.is_passed_on()))
}

fn params(page: &mut Page, lowered: &Lowered<'_>, unit: &Unit<'_>) {
    if given(lowered, unit).next().is_some() {
        page.raw("  params:\n");
    }
    for given in given(lowered, unit) {
        page.entry_text("  - name: ", &given.name);
        page.raw(match given.way {
            Way::List => "    type: array\n",
            Way::Text | Way::Each => "    type: string\n",
        });
    }
}

fn results(page: &mut Page, unit: &Unit<'_>) {
    if !unit.results.is_empty() {
        page.raw("  results:\n");
    }
    for (name, about) in &unit.results {
        page.entry_text("  - name: ", name);
        page.raw(if unit.result_is_list { "    type: array\n" } else { "    type: string\n" });
        page.entry_text("    description: ", about);
    }
}

fn workspaces(lowered: &Lowered<'_>, unit: &Unit<'_>) -> Vec<Map> {
    let declared = unit.inputs.workspaces.iter().map(|name| {
        let workspace = lowered.plan.workspaces.iter().find(|workspace| workspace.name == *name);
        let optional = workspace.is_some_and(|workspace| is_optional(lowered, workspace));
        let name = lowered.names.workspace(name).to_owned();
        Map::new().with("name", name).with_some("optional", optional.then_some(true))
    });
    let scripts = unit.steps.iter().map(|step| &step.script);
    let mut scripts = scripts.chain(unit.sidecars.iter().filter_map(|sidecar| sidecar.script.as_ref()));
    let nil = scripts.any(|script| escape::needs_nil(script)).then(|| {
        let about = "Never bound: its empty path keeps text of the script from being read as a variable.";
        Map::new().with("name", escape::NIL).with("description", about).with("optional", true)
    });
    declared.chain(nil).collect()
}

/// A workspace that a run may leave out.
pub(super) fn is_optional(lowered: &Lowered<'_>, workspace: &Workspace) -> bool {
    workspace.param.is_some_and(|id| matches!(lowered.plan.params[id.index()].ty, Ty::Optional(_)))
}

fn step(page: &mut Page, unit: &Unit<'_>, at: usize, container: &Container<'_>, sources: &Sources) {
    page.entry_noted("  - name: ", &container.name, &sources.origin(container.span));
    page.entry_text("    image: ", &container.image);
    resources(page, &unit.resources, at > 0);
    if unit.needs.privileged {
        page.raw("    securityContext:\n      privileged: true\n");
    }
    if !container.wiring.env.is_empty() {
        page.raw("    env:\n");
    }
    container.wiring.env.iter().for_each(|variable| env(page, variable));
    mounts(page, &container.wiring.mounts);
    page.entry_text("    script: ", &container.script);
    if !container.wiring.args.is_empty() {
        page.raw("    args:\n");
    }
    container.wiring.args.iter().for_each(|arg| page.entry_text("    - ", arg));
}

/// What one container asks for: requests and limits are equal, so that what runs once always fits. A container that
/// runs behind another one in the same place may use as much, but asks for nothing more, since the requests of all
/// containers are added up; the device is needed by each.
pub(super) fn resources(page: &mut Page, limits: &[Amount], later: bool) {
    if limits.is_empty() {
        return;
    }
    page.raw("    computeResources:\n      requests:\n");
    for (name, limit) in limits {
        page.raw("        ");
        page.raw(name);
        page.entry_text(": ", if later && *name != kube::KVM { "0" } else { limit });
    }
    page.raw("      limits:\n");
    for (name, limit) in limits {
        page.raw("        ");
        page.raw(name);
        page.entry_text(": ", limit);
    }
}

pub(super) fn env(page: &mut Page, variable: &Variable<'_>) {
    match variable {
        Variable::Text(name, value) => {
            page.entry_text("    - name: ", name);
            page.entry_text("      value: ", value);
        }
        Variable::Secret { name, secret, key, optional } => {
            page.entry_text("    - name: ", name);
            page.raw("      valueFrom:\n        secretKeyRef:\n");
            page.entry_text("          name: ", secret);
            page.entry_text("          key: ", key);
            if *optional {
                page.raw("          optional: true\n");
            }
        }
    }
}

fn mounts(page: &mut Page, volumes: &[String]) {
    let mount = |volume: &String| {
        Map::new().with("name", volume.clone()).with("mountPath", mount_path(volume)).with("readOnly", true)
    };
    page.entry_node("    volumeMounts:", &Node::from(volumes.iter().map(mount).collect::<Vec<_>>()));
}
