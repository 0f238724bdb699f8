//! Services as sidecars.
//!
//! The engine starts the steps when every sidecar is ready or has ended, so one that never gets ready must end: the
//! probe of its start does that. What then fails is the step that looks for it.

use std::borrow::Cow;

use super::inputs::{Amount, Inputs, Variable, Wiring};
use super::lower::Lowering;
use super::options::tasks::TaskOptions;
use super::{computed, escape, names, task};
use crate::emit::kube;
use crate::emit::script;
use crate::emit::yaml::Page;
use crate::plan::outside::Service;
use crate::plan::{Expr, Task, TaskId};
use crate::source::Sources;

/// One service of a task.
#[derive(Debug)]
pub(super) struct Sidecar<'p> {
    pub(super) name: String,
    pub(super) service: &'p Service,
    /// Escaped; what runs instead of what the image runs.
    pub(super) script: Option<String>,
    pub(super) wiring: Wiring<'p>,
    resources: Vec<Amount>,
}

impl<'p> Lowering<'_, 'p> {
    pub(super) fn sidecars(&self, inputs: &mut Inputs, id: TaskId, of: &'p Task) -> Vec<Sidecar<'p>> {
        of.services.iter().map(|service| self.sidecar(inputs, id, service)).collect()
    }

    fn sidecar(&self, inputs: &mut Inputs, id: TaskId, service: &'p Service) -> Sidecar<'p> {
        let mut env = Vec::with_capacity(service.env.len());
        let mut later: Vec<Variable<'p>> = Vec::new();
        for one in &service.env {
            if let Some(source) = script::direct(self.plan, &one.value) {
                env.push((one.name.clone(), source));
            } else if !computed::is_secret(&one.value) {
                // A secret that is not one is a gap.
                let value = self.put_together(inputs, id, &one.value);
                later.push(Variable::Text(Cow::Borrowed(&one.name), value.into()));
            }
        }
        let mut wiring = inputs.wire_plain(self.scope(), env, &service.args);
        wiring.env.extend(later);
        Sidecar {
            name: names::sidecar(&service.name),
            service,
            script: service.run.as_ref().map(|run| self.escaped(format!("#!/bin/sh\nset -eu\n{}\n", run.trim_end()))),
            wiring,
            resources: kube::quantities(&service.needs),
        }
    }
}

impl Lowering<'_, '_> {
    /// A text with the variables of the task.
    fn put_together(&self, inputs: &mut Inputs, id: TaskId, value: &Expr) -> String {
        if let Some(parts) = script::direct_parts(self.plan, value) {
            return parts.into_iter().map(|source| inputs.plain_text(self.scope(), source)).collect();
        }
        let text = self.computed_value(id, value);
        let name = text.trim_start_matches("$(tasks.").split('.').next().unwrap_or_default();
        inputs.give(["run--", name].concat(), false, text.clone())
    }
}

pub(super) fn write(page: &mut Page, sidecars: &[Sidecar<'_>], said: Option<&TaskOptions>, sources: &Sources) {
    if !sidecars.is_empty() {
        page.raw("  sidecars:\n");
    }
    for sidecar in sidecars {
        page.entry_noted("  - name: ", &sidecar.name, &sources.origin(sidecar.service.span));
        page.entry_text("    image: ", &sidecar.service.image);
        let apart = said.and_then(|said| said.sidecars.iter().find(|(name, _)| names::sidecar(name) == sidecar.name));
        match apart {
            Some((_, apart)) => task::resources_apart(page, &apart.over(&sidecar.resources, false)),
            None => task::resources(page, &sidecar.resources, false),
        }
        if sidecar.service.needs.privileged {
            page.raw("    securityContext:\n      privileged: true\n");
        }
        if !sidecar.wiring.env.is_empty() {
            page.raw("    env:\n");
        }
        sidecar.wiring.env.iter().for_each(|variable| task::env(page, variable));
        let own: &[String] = sidecar.script.as_ref().map_or(&[], |_| &sidecar.wiring.mounts);
        let mut mounts = task::mounted(&own.iter().collect::<Vec<_>>(), false);
        let volumes = said.into_iter().flat_map(|said| &said.volumes);
        mounts.extend(volumes.flat_map(|(_, one)| one.of_service(&sidecar.name)));
        page.entry_node("    volumeMounts:", &mounts.into());
        if let Some(script) = &sidecar.script {
            task::run(page, script, &sidecar.wiring);
        }
        if !sidecar.wiring.args.is_empty() {
            page.raw("    args:\n");
        }
        sidecar.wiring.args.iter().for_each(|arg| page.entry_text("    - ", arg));
        probes(page, sidecar.service);
    }
}

fn probes(page: &mut Page, service: &Service) {
    let tries = (service.timeout.saturating_add(999) / 1000).max(1);
    page.raw("    startupProbe:\n");
    probe(page, service);
    page.raw("      periodSeconds: 1\n");
    page.raw(&["      failureThreshold: ", &tries.to_string(), "\n"].concat());
    page.raw("    readinessProbe:\n");
    probe(page, service);
    page.raw("      periodSeconds: 5\n");
}

fn probe(page: &mut Page, service: &Service) {
    if let Some(ready) = &service.ready {
        page.raw("      exec:\n        command:\n        - \"/bin/sh\"\n        - \"-c\"\n");
        // The kubelet takes `$$` for `$` there, and reads `$(NAME)` as a variable of the container.
        page.entry_text(
            "        - ",
            &if escape::is_changed_on_the_way(ready) { ready.replace('$', "$$") } else { ready.clone() },
        );
        page.raw("      timeoutSeconds: 10\n");
    } else if let Some(port) = service.port {
        page.raw(&["      tcpSocket:\n        port: ", &port.to_string(), "\n"].concat());
        page.raw("      timeoutSeconds: 10\n");
    }
}
