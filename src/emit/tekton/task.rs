//! `task-NAME.yaml`: what one task declares and runs.

use super::escape;
use super::inputs::{Given, mount_path};
use super::lower::{Container, Lowered, Unit};
use crate::emit::kube;
use crate::emit::yaml::{Map, Node};
use crate::plan::{Ty, Workspace};
use crate::source::Sources;

pub(super) fn manifest(lowered: &Lowered<'_>, unit: &mut Unit, sources: &Sources) -> Node {
    let name = lowered.names.object(&unit.name);
    let metadata = kube::metadata(&name, lowered.options.namespace.as_deref(), sources.origin(unit.span));
    let spec = Map::new()
        .with_some("description", (!unit.about.is_empty()).then(|| unit.about.clone()))
        .with_filled("params", unit.inputs.given.iter().map(param).collect::<Vec<_>>())
        .with_filled("workspaces", workspaces(lowered, unit))
        .with_filled("results", unit.results.iter().map(result).collect::<Vec<_>>())
        .with_filled("volumes", std::mem::take(&mut unit.volumes))
        .with("steps", steps(unit, sources));
    kube::object("tekton.dev/v1", "Task", metadata, spec)
}

fn param(given: &Given) -> Map {
    Map::new().with("name", given.name.clone()).with("type", if given.is_list { "array" } else { "string" })
}

fn result((name, about): &(String, String)) -> Map {
    Map::new().with("name", name.clone()).with("type", "string").with("description", about.clone())
}

fn workspaces(lowered: &Lowered<'_>, unit: &Unit) -> Vec<Map> {
    let declared = unit.inputs.workspaces.iter().map(|name| {
        let workspace = lowered.plan.workspaces.iter().find(|workspace| workspace.name == *name);
        let optional = workspace.is_some_and(|workspace| is_optional(lowered, workspace));
        Map::new().with("name", name.clone()).with_some("optional", optional.then_some(true))
    });
    let nil = unit.steps.iter().any(|step| escape::needs_nil(&step.script)).then(|| {
        let about = "Never bound: its empty path keeps text of the script from being read as a variable.";
        Map::new().with("name", escape::NIL).with("description", about).with("optional", true)
    });
    declared.chain(nil).collect()
}

/// A workspace that a run may leave out.
pub(super) fn is_optional(lowered: &Lowered<'_>, workspace: &Workspace) -> bool {
    workspace.param.is_some_and(|id| matches!(lowered.plan.params[id.index()].ty, Ty::Optional(_)))
}

fn steps(unit: &mut Unit, sources: &Sources) -> Vec<Map> {
    let containers = std::mem::take(&mut unit.steps);
    containers.into_iter().enumerate().map(|(at, container)| step(unit, at, container, sources)).collect()
}

fn step(unit: &Unit, at: usize, container: Container, sources: &Sources) -> Map {
    let resources = if at == 0 { kube::resources(&unit.needs) } else { kube::resources_of_a_later_step(&unit.needs) };
    let privileged = unit.needs.privileged.then(|| Map::new().with("privileged", true));
    let mount = |volume: &String| {
        Map::new().with("name", volume.clone()).with("mountPath", mount_path(volume)).with("readOnly", true)
    };
    let mounts: Vec<Map> = container.wiring.mounts.iter().map(mount).collect();
    Map::new()
        .with("name", Node::noted(container.name, sources.origin(container.span)))
        .with("image", container.image)
        .with_filled("computeResources", resources)
        .with_some("securityContext", privileged)
        .with_filled("env", container.wiring.env)
        .with_filled("volumeMounts", mounts)
        .with("script", container.script)
        .with_filled("args", container.wiring.args)
}
