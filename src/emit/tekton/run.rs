//! `pipelinerun.yaml`: one run, with its volumes, timeouts and places.

use super::lower::{Lowered, Unit};
use super::shape::Style;
use super::timeouts::Timeouts;
use super::{given, meta, task, types};
use crate::emit::kube;
use crate::emit::yaml::{Map, Node};
use crate::plan::Workspace;
use crate::plan::value::size_text;
use crate::source::Sources;

pub(super) fn manifest(lowered: &Lowered<'_>, timeouts: Timeouts, sources: &Sources) -> Node {
    let (labels, annotations) = meta::of_run(&lowered.options.shape, sources.origin(lowered.plan.span));
    let metadata = Map::new()
        .with("generateName", format!("{}-", lowered.names.pipeline()))
        .with_some("namespace", lowered.options.namespace.clone())
        .with("labels", labels)
        .with("annotations", annotations);
    let mut spec = Map::new()
        .with("pipelineRef", Map::new().with("name", lowered.names.pipeline().to_owned()))
        .with_filled("params", given::params(lowered));
    spec.entries.extend(how(lowered, timeouts).entries);
    kube::object("tekton.dev/v1", "PipelineRun", metadata, spec)
}

/// What of `spec` says how the pipeline runs.
pub(super) fn how(lowered: &Lowered<'_>, timeouts: Timeouts) -> Map {
    let account = lowered.options.service_account.clone().map(|name| Map::new().with("serviceAccountName", name));
    let made = lowered.plan.workspaces.iter().filter(|workspace| workspace.param.is_none());
    let units = lowered.tasks.iter().chain(&lowered.finally);
    Map::new()
        .with_some("taskRunTemplate", account)
        .with("timeouts", limits(timeouts))
        .with_filled("workspaces", made.map(|workspace| volume(lowered, workspace)).collect::<Vec<_>>())
        .with_filled("taskRunSpecs", units.filter_map(place).collect::<Vec<_>>())
}

/// What a user has to add: lines for the comment at the top.
pub(super) fn to_be_given(lowered: &Lowered<'_>) -> String {
    let params = lowered.plan.params.iter();
    let shape = &lowered.options.shape;
    let params = params.filter(|param| param.default.is_none() && !types::is_workspace(&param.ty));
    let params = params.filter(|param| !given::is_given(shape, param));
    let params: Vec<&str> = params.map(|param| lowered.names.param(&param.name)).collect();
    let missing = |workspace: &&Workspace| workspace.param.is_some() && !task::is_optional(lowered, workspace);
    let workspaces = lowered.plan.workspaces.iter().filter(missing);
    let workspaces: Vec<&str> = workspaces.map(|workspace| lowered.names.workspace(&workspace.name)).collect();
    if shape.style == Style::Pac {
        return "Pipelines-as-Code starts it, from the folder `.tekton` of the repository.\n".to_owned();
    }
    let mut text = "Start a run: kubectl create -f pipelinerun.yaml (`apply` does not know generateName).\n".to_owned();
    for (kind, names) in [("params", params), ("workspaces", workspaces)] {
        if !names.is_empty() {
            text.push_str(&format!("Before that, give under spec.{kind}: {}.\n", names.join(", ")));
        }
    }
    text
}

fn limits(timeouts: Timeouts) -> Map {
    Map::new()
        .with("pipeline", kube::go_duration(timeouts.pipeline()))
        .with("tasks", kube::go_duration(timeouts.tasks))
        .with_some("finally", timeouts.finally.map(kube::go_duration))
}

fn volume(lowered: &Lowered<'_>, workspace: &Workspace) -> Map {
    let size = size_text(workspace.size.unwrap_or(lowered.options.workspace_size));
    let spec = Map::new()
        .with("accessModes", vec![lowered.options.access_mode.clone()])
        .with_some("storageClassName", lowered.options.storage_class.clone())
        .with("resources", Map::new().with("requests", Map::new().with("storage", size)));
    let name = lowered.names.workspace(&workspace.name).to_owned();
    Map::new().with("name", name).with("volumeClaimTemplate", Map::new().with("spec", spec))
}

/// The machines that a task may run on, and what one that is kept elsewhere may use there.
fn place(unit: &Unit<'_>) -> Option<Map> {
    let template = unit.needs.arch.as_deref().map(|arch| {
        let selector: Node = Map::new().with("kubernetes.io/arch", kube::node_arch(arch).to_owned()).into();
        Map::new().with("nodeSelector", selector)
    });
    let resources = unit.found.as_ref().filter(|_| !unit.resources.is_empty());
    let resources = resources.map(|_| kube::resources(&unit.needs));
    (template.is_some() || resources.is_some()).then(|| {
        Map::new()
            .with("pipelineTaskName", unit.name.clone())
            .with_some("podTemplate", template)
            .with_some("computeResources", resources)
    })
}
