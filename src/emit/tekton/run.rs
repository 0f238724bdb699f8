//! `pipelinerun.yaml`: one run, with its volumes, timeouts and places.

use super::lower::{Lowered, Unit};
use super::options::binding::claim_template;
use super::options::pod;
use super::options::resources::Resources;
use super::options::tasks::TaskOptions;
use super::timeouts::Timeouts;
use super::{levels, task, types};
use crate::emit::kube;
use crate::emit::yaml::{Map, Node};
use crate::plan::Workspace;
use crate::source::Sources;

pub(super) fn manifest(lowered: &Lowered<'_>, timeouts: Timeouts, sources: &Sources) -> Node {
    let options = &lowered.options;
    let metadata = Map::new()
        .with("generateName", format!("{}-", lowered.names.pipeline()))
        .with_some("namespace", options.namespace.clone())
        .with("labels", kube::labels())
        .with("annotations", kube::origin_annotation(sources.origin(lowered.plan.span)));
    let template = Map::new()
        .with_some("serviceAccountName", options.service_account.clone())
        .with_filled("podTemplate", options.pod.clone());
    let units = lowered.tasks.iter().chain(&lowered.finally);
    let bound = lowered.plan.workspaces.iter().filter_map(|workspace| binding(lowered, workspace));
    let spec = Map::new()
        .with("pipelineRef", Map::new().with("name", lowered.names.pipeline().to_owned()))
        .with_filled("taskRunTemplate", template)
        .with("timeouts", limits(timeouts))
        .with_filled("workspaces", bound.collect::<Vec<_>>())
        .with_filled("taskRunSpecs", units.filter_map(|unit| task_run_spec(lowered, unit)).collect::<Vec<_>>());
    kube::object("tekton.dev/v1", "PipelineRun", metadata, spec)
}

/// What a user has to add: lines for the comment at the top.
pub(super) fn to_be_given(lowered: &Lowered<'_>) -> String {
    let params = lowered.plan.params.iter();
    let params = params.filter(|param| param.default.is_none() && !types::is_workspace(&param.ty));
    let params: Vec<&str> = params.map(|param| param.name.as_str()).collect();
    let missing = |workspace: &&Workspace| {
        let given = lowered.options.binding(&workspace.name).is_some();
        workspace.param.is_some() && !given && !task::is_optional(lowered, workspace)
    };
    let workspaces: Vec<&str> =
        lowered.plan.workspaces.iter().filter(missing).map(|workspace| workspace.name.as_str()).collect();
    let mut text = "Start a run: kubectl create -f pipelinerun.yaml (`apply` does not know generateName).\n".to_owned();
    for (kind, names) in [("params", params), ("workspaces", workspaces)] {
        if !names.is_empty() {
            text.push_str(&format!("Before that, give under spec.{kind}: {}.\n", names.join(", ")));
        }
    }
    text.push_str(&format!("Needs Tekton {} or newer.\n", levels::least_version(lowered)));
    let flags = levels::flags(lowered);
    if !flags.is_empty() {
        text.push_str("Alpha: set in the ConfigMap feature-flags of the namespace tekton-pipelines:\n");
    }
    flags.iter().for_each(|(key, value)| text.push_str(&format!("    {key}: \"{value}\"\n")));
    text
}

fn limits(timeouts: Timeouts) -> Map {
    Map::new()
        .with("pipeline", kube::go_duration(timeouts.pipeline()))
        .with("tasks", kube::go_duration(timeouts.tasks))
        .with_some("finally", timeouts.finally.map(kube::go_duration))
}

/// What is said of a workspace; else a claim of its own for what the pipeline declares, and nothing for what is given.
fn binding(lowered: &Lowered<'_>, workspace: &Workspace) -> Option<Map> {
    if let Some(binding) = lowered.options.binding(&workspace.name) {
        return Some(binding.entry(workspace, &lowered.options));
    }
    let template = claim_template(workspace, &lowered.options, None, None, None);
    let own = workspace.param.is_none();
    own.then(|| Map::new().with("name", workspace.name.clone()).with("volumeClaimTemplate", template))
}

/// The machines that a task may run on, what one that is kept elsewhere may use there, and what is said of it.
fn task_run_spec(lowered: &Lowered<'_>, unit: &Unit<'_>) -> Option<Map> {
    let said = lowered.options.task(unit.id);
    let mut spec = Map::new().with_some("serviceAccountName", said.and_then(|said| said.service_account.clone()));
    spec = spec.with_filled("podTemplate", pod_template(lowered, unit, said));
    if let Some(said) = said {
        // Steps of ours have their resources in the Task.
        if unit.found.is_some() {
            spec = spec.with_filled("stepSpecs", apart(&said.steps)).with_filled("sidecarSpecs", apart(&said.sidecars));
        }
        spec = spec.with_filled("metadata", said.metadata.clone());
    }
    let of_all = said.and_then(|said| said.resources.as_ref()).map(|all| all.over(&unit.resources, false));
    let elsewhere = unit.found.is_some() && !unit.resources.is_empty();
    let resources = of_all.or_else(|| elsewhere.then(|| kube::resources(&unit.needs)));
    let timeout = said.and_then(|said| said.timeout).map(kube::go_duration);
    spec = spec.with_some("computeResources", resources).with_some("timeout", timeout);
    (!spec.is_empty()).then(|| {
        spec.entries.insert(0, ("pipelineTaskName".into(), unit.name.clone().into()));
        spec
    })
}

fn pod_template(lowered: &Lowered<'_>, unit: &Unit<'_>, said: Option<&TaskOptions>) -> Map {
    let arch = unit.needs.arch.as_deref().map(|arch| {
        let selector: Node = Map::new().with("kubernetes.io/arch", kube::node_arch(arch).to_owned()).into();
        Map::new().with("nodeSelector", selector)
    });
    let own = match (said, arch) {
        (Some(said), Some(arch)) => pod::over(&said.pod, &arch),
        (Some(said), None) => said.pod.clone(),
        (None, Some(arch)) => arch,
        (None, None) => return Map::new(),
    };
    pod::of_task(&lowered.options.pod, &own)
}

fn apart(all: &[(String, Resources)]) -> Vec<Map> {
    let one = |(name, resources): &(String, Resources)| {
        Map::new().with("name", name.clone()).with("computeResources", resources.alone())
    };
    all.iter().map(one).collect()
}
