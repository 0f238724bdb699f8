//! `task-NAME.yaml`: what one task declares and runs.

use super::inputs::{self, Amount, Given, Variable, Way, Wiring, mount_path};
use super::lower::{Container, Lowered, Unit};
use super::meta::{self, More};
use super::object::{self, Item};
use super::options::tasks::TaskOptions;
use super::step_template::{self, Shared};
use super::{escape, fuse, names, sidecar, used};
use crate::emit::kube;
use crate::emit::yaml::{Map, Node, Page};
use crate::plan::{Ty, Workspace, record};
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
    let said = lowered.options.task(unit.id);
    volumes(page, unit, said);
    let shared = Shared::of(unit, said);
    step_template::write(page, &shared, said);
    page.raw("  steps:\n");
    for (at, container) in unit.steps.iter().enumerate() {
        step(page, (unit, said), at, container, &shared, sources);
    }
    sidecar::write(page, &unit.sidecars, said, sources);
}

/// What the task declares and is given. A parameter of the pipeline reaches a task that stands in it by itself, but not
/// what a step is given that is kept elsewhere: that is read with the parameters of the task.
pub(super) fn given<'u>(lowered: &Lowered<'_>, unit: &'u Unit<'_>) -> impl Iterator<Item = &'u Given> {
    let propagates = lowered.options.shape.style.is_whole()
        && unit.found.is_none()
        && unit.steps.iter().all(|step| step.used.is_none());
    unit.inputs.given.iter().filter(move |given| !(propagates && given.is_passed_on()))
}

fn params(page: &mut Page, lowered: &Lowered<'_>, unit: &Unit<'_>) {
    if given(lowered, unit).next().is_some() {
        page.raw("  params:\n");
    }
    for item in object::grouped(given(lowered, unit), Given::parts) {
        match item {
            Item::Single(given) => {
                page.entry_text("  - name: ", &given.name);
                page.raw(match given.way {
                    Way::List => "    type: array\n",
                    Way::Text | Way::Each | Way::Key(_) => "    type: string\n",
                });
            }
            Item::Record(name, fields) => {
                page.entry_text("  - name: ", name);
                page.raw("    type: object\n");
                page.entry_node("    properties:", &object::properties(fields.iter().map(|(key, _)| *key)));
            }
        }
    }
}

fn results(page: &mut Page, unit: &Unit<'_>) {
    if !unit.results.is_empty() {
        page.raw("  results:\n");
    }
    for item in object::grouped(&unit.results, |(name, _)| record::parts(name)) {
        match item {
            Item::Single((name, about)) => {
                page.entry_text("  - name: ", name);
                page.raw(if unit.result_is_list { "    type: array\n" } else { "    type: string\n" });
                page.entry_text("    description: ", about);
            }
            Item::Record(name, fields) => {
                page.entry_text("  - name: ", name);
                page.raw("    type: object\n");
                page.entry_text("    description: ", fields.first().map_or("", |(_, (_, about))| about));
                page.entry_node("    properties:", &object::properties(fields.iter().map(|(key, _)| *key)));
            }
        }
    }
}

fn workspaces(lowered: &Lowered<'_>, unit: &Unit<'_>) -> Vec<Map> {
    let declared = unit.inputs.workspaces.iter().map(|name| {
        let workspace = lowered.plan.workspaces.iter().find(|workspace| workspace.name == *name);
        let optional = workspace.is_some_and(|workspace| is_optional(lowered, workspace));
        let name = lowered.names.workspace(name).to_owned();
        Map::new().with("name", name).with_some("optional", optional.then_some(true))
    });
    let scripts = unit.steps.iter().filter(|step| step.wiring.command.is_empty()).map(|step| &step.script);
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

/// Those that values need, and those that the options bring.
fn volumes(page: &mut Page, unit: &Unit<'_>, said: Option<&TaskOptions>) {
    let more = said.map_or(&[][..], |said| &said.volumes);
    if more.is_empty() {
        return page.entry_node("  volumes:", &unit.volumes);
    }
    let mut all = if let Node::List(own) = &unit.volumes { own.clone() } else { Vec::new() };
    all.extend(more.iter().map(|(_, volume)| Node::from(volume.entry())));
    page.entry_node("  volumes:", &Node::List(all));
}

fn step(
    page: &mut Page,
    (unit, said): (&Unit<'_>, Option<&TaskOptions>),
    at: usize,
    container: &Container<'_>,
    shared: &Shared<'_>,
    sources: &Sources,
) {
    page.entry_noted("  - name: ", &container.name, &sources.origin(container.span));
    if let Some(used) = &container.used {
        used::write(page, used);
        return step_resources(page, (unit, said), at, container);
    }
    if shared.image.is_none() {
        page.entry_text("    image: ", &container.image);
    }
    let fused = container.own.as_deref();
    match fused {
        Some(fused) => fused.write_resources(page),
        None => step_resources(page, (unit, said), at, container),
    }
    if let Some(fused) = fused {
        security(page, fused.privileged, said);
        fused.write_ends(page);
    } else if !shared.is_used() {
        security(page, unit.needs.privileged, said);
    }
    let mut own = container.wiring.env.iter().filter(|variable| !shared.has(variable)).peekable();
    if own.peek().is_some() {
        page.raw("    env:\n");
    }
    own.for_each(|variable| env(page, variable));
    let own: Vec<&String> = container.wiring.mounts.iter().filter(|volume| !shared.mounts.contains(volume)).collect();
    let mut all = match container.wiring.writes {
        Some(volume) => vec![inputs::mount(volume)],
        None => mounted(&own, fused.is_some_and(|fused| fused.shares)),
    };
    all.extend(said.into_iter().flat_map(|said| &said.volumes).flat_map(|(_, one)| one.of_step(&container.name)));
    page.entry_node("    volumeMounts:", &all.into());
    if let Some(folder) = &container.wiring.workdir {
        page.entry_text("    workingDir: ", folder);
    }
    run(page, &container.script, &container.wiring);
    if !container.wiring.args.is_empty() {
        page.raw("    args:\n");
    }
    container.wiring.args.iter().for_each(|arg| page.entry_text("    - ", arg));
}

/// What a step of ours asks for, by the program and by what its options say of the task.
fn step_resources(
    page: &mut Page,
    (unit, said): (&Unit<'_>, Option<&TaskOptions>),
    at: usize,
    container: &Container<'_>,
) {
    let apart = said.and_then(|said| said.steps.iter().find(|(name, _)| names::step(name) == container.name));
    match (apart, said.and_then(|said| said.resources.as_ref())) {
        // Of the whole task: the run says so, and not both can be said.
        (_, Some(_)) => {}
        (Some((_, apart)), None) => resources_apart(page, &apart.over(&unit.resources, at > 0)),
        (None, None) => resources(page, &unit.resources, at > 0),
    }
}

/// What every step of a task has in common by what the program and its options say of the task.
pub(super) fn security(page: &mut Page, privileged: bool, said: Option<&TaskOptions>) {
    if let Some(policy) = said.and_then(|said| said.pull_policy.as_ref()) {
        page.entry_text("    imagePullPolicy: ", policy);
    }
    let context = said.map_or_else(Map::new, |said| said.security.clone());
    page.entry_node("    securityContext:", &context.with_some("privileged", privileged.then_some(true)).into());
}

/// Requests and limits that are not the same.
pub(super) fn resources_apart(page: &mut Page, amounts: &Map) {
    page.entry_node("    computeResources:", &amounts.clone().into());
}

/// The script, or the command that runs it where it stands.
pub(super) fn run(page: &mut Page, script: &str, wiring: &Wiring<'_>) {
    if wiring.command.is_empty() {
        return page.entry_text("    script: ", script);
    }
    page.raw("    command:\n");
    wiring.command.iter().for_each(|word| page.entry_text("    - ", word));
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

pub(super) fn mounts(page: &mut Page, volumes: &[&String], shares: bool) {
    page.entry_node("    volumeMounts:", &mounted(volumes, shares).into());
}

pub(super) fn mounted(volumes: &[&String], shares: bool) -> Vec<Map> {
    let mount = |volume: &&String| {
        Map::new().with("name", (*volume).clone()).with("mountPath", mount_path(volume)).with("readOnly", true)
    };
    volumes.iter().map(mount).chain(shares.then(fuse::own::mount)).collect()
}
