//! `pipelinerun.yaml`: one run, with its volumes, timeouts and places.

use super::alone::Alone;
use super::lower::{Lowered, Unit};
use super::options::binding::claim_template;
use super::options::pod;
use super::options::resources::Resources;
use super::options::tasks::TaskOptions;
use super::shape::Style;
use super::timeouts::Timeouts;
use super::{given, levels, meta, task};
use crate::emit::kube;
use crate::emit::yaml::{Map, Node};
use crate::plan::Workspace;
use crate::source::Sources;

pub(super) fn manifest(lowered: &Lowered<'_>, timeouts: Timeouts, sources: &Sources) -> Node {
    let (labels, annotations) = meta::of_run(&lowered.options.shape, sources.origin(lowered.plan.span));
    let metadata = Map::new()
        .with("generateName", format!("{}-", lowered.names.pipeline()))
        .with_some("namespace", lowered.options.namespace.clone())
        .with("labels", labels)
        .with("annotations", annotations);
    let mut spec = Map::new().with("pipelineRef", reference(lowered)).with_filled("params", given::params(lowered));
    spec.entries.extend(how(lowered, timeouts).entries);
    kube::object("tekton.dev/v1", "PipelineRun", metadata, spec)
}

/// The pipeline that runs: ours, or one that is kept elsewhere.
pub(super) fn reference(lowered: &Lowered<'_>) -> Map {
    let own = || Map::new().with("name", lowered.names.pipeline().to_owned());
    Alone::of(lowered.plan).map_or_else(own, |alone| super::sources::reference(alone.source))
}

/// What of `spec` says how the pipeline runs.
pub(super) fn how(lowered: &Lowered<'_>, timeouts: Timeouts) -> Map {
    let alone = Alone::of(lowered.plan);
    let units = lowered.tasks.iter().chain(&lowered.finally);
    let bound = lowered.plan.workspaces.iter().filter_map(|workspace| binding(lowered, alone, workspace));
    let twins = lowered.tasks.iter().filter_map(|unit| Some((unit, &lowered.otherwise.get(&unit.name)?.name)));
    let named = units.map(|unit| (unit, &unit.name)).chain(twins).filter(|_| alone.is_none());
    let specs = named.filter_map(|(unit, name)| task_run_spec(lowered, unit, name));
    let elsewhere = lowered.options.elsewhere.iter();
    let specs = specs.chain(elsewhere.filter_map(|(name, said)| spec_elsewhere(name, said)));
    Map::new()
        .with_filled("taskRunTemplate", template(lowered, alone))
        .with("timeouts", limits(timeouts, alone))
        .with_filled("workspaces", bound.collect::<Vec<_>>())
        .with_filled("taskRunSpecs", specs.collect::<Vec<_>>())
}

/// The name of a workspace in the pipeline that runs, when that has it.
fn name_of<'p>(lowered: &'p Lowered<'_>, alone: Option<Alone<'p>>, workspace: &'p Workspace) -> Option<&'p str> {
    match alone {
        Some(alone) => alone.workspace(&workspace.name),
        None => Some(lowered.names.workspace(&workspace.name)),
    }
}

fn template(lowered: &Lowered<'_>, alone: Option<Alone<'_>>) -> Map {
    let arch = alone.and_then(|alone| alone.task.needs.arch.as_deref());
    Map::new()
        .with_some("serviceAccountName", lowered.options.service_account.clone())
        .with_filled("podTemplate", pod::over(&lowered.options.pod, &arch.map(on_nodes).unwrap_or_default()))
}

/// What a user has to add: lines for the comment at the top.
pub(super) fn to_be_given(lowered: &Lowered<'_>) -> String {
    let shape = &lowered.options.shape;
    if shape.style == Style::Pac {
        return "Pipelines-as-Code starts it, from the folder `.tekton` of the repository.\n".to_owned();
    }
    let alone = Alone::of(lowered.plan);
    let params = match alone {
        Some(alone) => alone.open(&shape.given),
        None => given::missing(lowered),
    };
    let missing = |workspace: &&Workspace| {
        let given = lowered.options.binding(&workspace.name).is_some();
        workspace.param.is_some() && !given && !task::is_optional(lowered, workspace)
    };
    let workspaces = lowered.plan.workspaces.iter().filter(missing);
    let workspaces: Vec<&str> = workspaces.filter_map(|workspace| name_of(lowered, alone, workspace)).collect();
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

fn on_nodes(arch: &str) -> Map {
    let selector: Node = Map::new().with("kubernetes.io/arch", kube::node_arch(arch).to_owned()).into();
    Map::new().with("nodeSelector", selector)
}

/// What is said of a workspace; else a claim of its own for what the pipeline declares, and nothing for what is given.
fn binding(lowered: &Lowered<'_>, alone: Option<Alone<'_>>, workspace: &Workspace) -> Option<Map> {
    let name = name_of(lowered, alone, workspace)?;
    if let Some(binding) = lowered.options.binding(&workspace.name) {
        return Some(binding.entry(name, workspace, &lowered.options));
    }
    let template = claim_template(workspace, &lowered.options, None, None, None);
    let own = workspace.param.is_none();
    own.then(|| Map::new().with("name", name.to_owned()).with("volumeClaimTemplate", template))
}

/// The machines that a task may run on, what one that is kept elsewhere may use there, and what is said of it; by a name that
/// it has in the pipeline.
fn task_run_spec(lowered: &Lowered<'_>, unit: &Unit<'_>, name: &str) -> Option<Map> {
    let said = lowered.options.task(unit.id);
    if said.is_none() && unit.found.is_none() && unit.needs.arch.is_none() {
        return None;
    }
    let mut spec = Map::new().with_some("serviceAccountName", said.and_then(|said| said.service_account.clone()));
    spec = spec.with_filled("podTemplate", pod_template(lowered, unit, said));
    // Steps of ours have their resources in the Task.
    let there = said.filter(|_| unit.found.is_some());
    spec = there.into_iter().fold(spec, with_parts);
    spec = spec.with_filled("metadata", said.map(|said| said.metadata.clone()).unwrap_or_default());
    let of_all = said.and_then(|said| said.resources.as_ref()).map(|all| all.over(&unit.resources, false));
    let elsewhere = unit.found.is_some() && !unit.resources.is_empty();
    let resources = of_all.or_else(|| elsewhere.then(|| kube::resources(&unit.needs)));
    named(name, spec.with_some("computeResources", resources).with_some("timeout", timeout(said)))
}

/// What is said of a task of a pipeline that is kept elsewhere.
fn spec_elsewhere(name: &str, said: &TaskOptions) -> Option<Map> {
    let spec = Map::new()
        .with_some("serviceAccountName", said.service_account.clone())
        .with_filled("podTemplate", said.pod.clone());
    let spec = with_parts(spec, said).with_filled("metadata", said.metadata.clone());
    let resources = said.resources.as_ref().map(Resources::alone);
    named(name, spec.with_some("computeResources", resources).with_some("timeout", timeout(Some(said))))
}

fn with_parts(spec: Map, said: &TaskOptions) -> Map {
    spec.with_filled("stepSpecs", apart(&said.steps)).with_filled("sidecarSpecs", apart(&said.sidecars))
}

fn timeout(said: Option<&TaskOptions>) -> Option<String> {
    said.and_then(|said| said.timeout).map(kube::go_duration)
}

fn named(task: &str, mut spec: Map) -> Option<Map> {
    (!spec.is_empty()).then(|| {
        spec.entries.insert(0, ("pipelineTaskName".into(), task.to_owned().into()));
        spec
    })
}

fn pod_template(lowered: &Lowered<'_>, unit: &Unit<'_>, said: Option<&TaskOptions>) -> Map {
    let arch = unit.needs.arch.as_deref().map(on_nodes);
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
