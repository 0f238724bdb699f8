//! `pipelinerun.yaml`: one run, with its volumes, timeouts and places.

use super::alone::Alone;
use super::lower::{Lowered, Unit};
use super::timeouts::Timeouts;
use super::{task, types};
use crate::emit::kube;
use crate::emit::yaml::{Map, Node};
use crate::plan::Workspace;
use crate::plan::value::size_text;
use crate::source::Sources;

pub(super) fn manifest(lowered: &Lowered<'_>, timeouts: Timeouts, sources: &Sources) -> Node {
    let options = &lowered.options;
    let metadata = Map::new()
        .with("generateName", format!("{}-", lowered.names.pipeline()))
        .with_some("namespace", options.namespace.clone())
        .with("labels", kube::labels())
        .with("annotations", kube::origin_annotation(sources.origin(lowered.plan.span)));
    let alone = Alone::of(lowered.plan);
    let own = || Map::new().with("name", lowered.names.pipeline().to_owned());
    let made = lowered.plan.workspaces.iter().filter(|workspace| workspace.param.is_none());
    let made = made.filter_map(|workspace| Some(volume(lowered, workspace, name_of(alone, workspace)?)));
    let units = lowered.tasks.iter().chain(&lowered.finally);
    let spec = Map::new()
        .with("pipelineRef", alone.map_or_else(own, |alone| super::sources::reference(alone.source)))
        .with_filled("params", alone.map(|alone| alone.params()).unwrap_or_default())
        .with_filled("taskRunTemplate", template(lowered, alone))
        .with("timeouts", limits(timeouts, alone))
        .with_filled("workspaces", made.collect::<Vec<_>>())
        .with_filled("taskRunSpecs", units.filter(|_| alone.is_none()).filter_map(place).collect::<Vec<_>>());
    kube::object("tekton.dev/v1", "PipelineRun", metadata, spec)
}

/// The name of a workspace in the pipeline that runs, when that has it.
fn name_of<'p>(alone: Option<Alone<'p>>, workspace: &'p Workspace) -> Option<&'p str> {
    alone.map_or(Some(workspace.name.as_str()), |alone| alone.workspace(&workspace.name))
}

fn template(lowered: &Lowered<'_>, alone: Option<Alone<'_>>) -> Map {
    let arch = alone.and_then(|alone| alone.task.needs.arch.as_deref());
    Map::new()
        .with_some("serviceAccountName", lowered.options.service_account.clone())
        .with_some("podTemplate", arch.map(on_nodes))
}

/// What a user has to add: lines for the comment at the top.
pub(super) fn to_be_given(lowered: &Lowered<'_>) -> String {
    let params = lowered.plan.params.iter();
    let params = params.filter(|param| param.default.is_none() && !types::is_workspace(&param.ty));
    let alone = Alone::of(lowered.plan);
    let params = match alone {
        Some(alone) => alone.open(),
        None => params.map(|param| param.name.as_str()).collect(),
    };
    let missing = |workspace: &&Workspace| workspace.param.is_some() && !task::is_optional(lowered, workspace);
    let workspaces: Vec<&str> =
        lowered.plan.workspaces.iter().filter(missing).filter_map(|workspace| name_of(alone, workspace)).collect();
    let mut text = "Start a run: kubectl create -f pipelinerun.yaml (`apply` does not know generateName).\n".to_owned();
    for (kind, names) in [("params", params), ("workspaces", workspaces)] {
        if !names.is_empty() {
            text.push_str(&format!("Before that, give under spec.{kind}: {}.\n", names.join(", ")));
        }
    }
    text
}

/// Of a pipeline that is kept elsewhere nobody knows how much its `finally` takes.
fn limits(timeouts: Timeouts, alone: Option<Alone<'_>>) -> Map {
    if let Some(alone) = alone {
        return Map::new().with("pipeline", kube::go_duration(alone.task.timeout.unwrap_or(timeouts.tasks)));
    }
    Map::new()
        .with("pipeline", kube::go_duration(timeouts.pipeline()))
        .with("tasks", kube::go_duration(timeouts.tasks))
        .with_some("finally", timeouts.finally.map(kube::go_duration))
}

fn volume(lowered: &Lowered<'_>, workspace: &Workspace, name: &str) -> Map {
    let size = size_text(workspace.size.unwrap_or(lowered.options.workspace_size));
    let spec = Map::new()
        .with("accessModes", vec![lowered.options.access_mode.clone()])
        .with_some("storageClassName", lowered.options.storage_class.clone())
        .with("resources", Map::new().with("requests", Map::new().with("storage", size)));
    Map::new().with("name", name.to_owned()).with("volumeClaimTemplate", Map::new().with("spec", spec))
}

fn on_nodes(arch: &str) -> Map {
    let selector: Node = Map::new().with("kubernetes.io/arch", kube::node_arch(arch).to_owned()).into();
    Map::new().with("nodeSelector", selector)
}

/// The machines that a task may run on, and what one that is kept elsewhere may use there.
fn place(unit: &Unit<'_>) -> Option<Map> {
    let template = unit.needs.arch.as_deref().map(on_nodes);
    let resources = unit.found.as_ref().filter(|_| !unit.resources.is_empty());
    let resources = resources.map(|_| kube::resources(&unit.needs));
    (template.is_some() || resources.is_some()).then(|| {
        Map::new()
            .with("pipelineTaskName", unit.name.clone())
            .with_some("podTemplate", template)
            .with_some("computeResources", resources)
    })
}
