//! `task-NAME.yaml`: what one task declares and runs.

use super::inputs::{Amount, Variable, Way, mount_path};
use super::lower::{Container, Lowered, Unit};
use super::{escape, fuse, sidecar};
use crate::emit::kube;
use crate::emit::yaml::{Map, Node, Page};
use crate::plan::{Ty, Workspace};
use crate::source::Sources;

/// Writes the manifest behind its comment.
pub(super) fn write(page: &mut Page, lowered: &Lowered<'_>, unit: &Unit<'_>, sources: &Sources) {
    page.raw("apiVersion: tekton.dev/v1\nkind: Task\n");
    metadata(page, lowered, &unit.object, &sources.origin(unit.span));
    page.raw("spec:\n");
    if !unit.about.is_empty() {
        page.entry_text("  description: ", &unit.about);
    }
    params(page, unit);
    page.entry_node("  workspaces:", &workspaces(lowered, unit).into());
    results(page, unit);
    page.entry_node("  volumes:", &unit.volumes);
    page.raw("  steps:\n");
    for (at, container) in unit.steps.iter().enumerate() {
        step(page, unit, at, container, sources);
    }
    sidecar::write(page, &unit.sidecars, sources);
}

/// Name, namespace and where the object comes from; [`kube::metadata`] as text.
pub(super) fn metadata(page: &mut Page, lowered: &Lowered<'_>, name: &str, origin: &str) {
    page.raw("metadata:\n");
    page.entry_text("  name: ", name);
    if let Some(namespace) = &lowered.options.namespace {
        page.entry_text("  namespace: ", namespace);
    }
    page.raw("  labels:\n    app.kubernetes.io/managed-by: pipec\n  annotations:\n");
    page.entry_text("    pipec.dev/origin: ", origin);
}

fn params(page: &mut Page, unit: &Unit<'_>) {
    if !unit.inputs.given.is_empty() {
        page.raw("  params:\n");
    }
    for given in &unit.inputs.given {
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
        Map::new().with("name", name.clone()).with_some("optional", optional.then_some(true))
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
    let own = container.own.as_deref();
    match own {
        Some(own) => own.write_resources(page),
        None => resources(page, &unit.resources, at > 0),
    }
    if own.map_or(unit.needs.privileged, |own| own.privileged) {
        page.raw("    securityContext:\n      privileged: true\n");
    }
    own.into_iter().for_each(|own| own.write_ends(page));
    if !container.wiring.env.is_empty() {
        page.raw("    env:\n");
    }
    container.wiring.env.iter().for_each(|variable| env(page, variable));
    mounts(page, &container.wiring.mounts, own.is_some_and(|own| own.shares));
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

fn mounts(page: &mut Page, volumes: &[String], shares: bool) {
    let mount = |volume: &String| {
        Map::new().with("name", volume.clone()).with("mountPath", mount_path(volume)).with("readOnly", true)
    };
    let all = volumes.iter().map(mount).chain(shares.then(fuse::own::mount));
    page.entry_node("    volumeMounts:", &Node::from(all.collect::<Vec<_>>()));
}
