//! What is said in the options and cannot be: names that nothing has, and what contradicts itself or the program.

use rustc_hash::FxHashSet;

use super::binding::{Binding, Source};
use super::pod_gaps::{self, Place};
use super::read::Fields;
use super::tasks::{self, TaskOptions};
use super::{Options, findings, volume_gaps};
use crate::diag::Diagnostics;
use crate::emit::kube;
use crate::emit::tekton::alone::Alone;
use crate::emit::tekton::gaps::bad_name;
use crate::emit::tekton::lower::Lowered;
use crate::emit::tekton::shape::Style;
use crate::emit::tekton::{escape, reads, template};
use crate::emit::yaml::Node;
use crate::plan::{ExprKind, Needs, Phase, Plan, Task, TaskId, WorkspaceId};
use crate::source::Span;

/// Nothing is asked where nothing is written.
pub(in super::super) fn report(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    let (plan, options) = (lowered.plan, &lowered.options);
    let Some((_, value, span)) = plan.options.iter().find(|(target, ..)| target == super::super::NAME) else { return };
    let fields = Fields::of(value);
    let mut gaps = Gaps { plan, options, span: *span, out };
    gaps.bindings(fields.below("bindings"));
    pod_gaps::report(&Place::new(options, "pod", *span), fields.below("pod"), gaps.out);
    gaps.forbidden("pod/env", fields.below("pod"));
    gaps.tasks(fields.below("tasks"));
    gaps.lost_artifacts();
}

struct Gaps<'a> {
    plan: &'a Plan,
    options: &'a Options,
    /// Of the block.
    span: Span,
    out: &'a mut Diagnostics,
}

impl Gaps<'_> {
    fn place(&self, path: &str) -> Span {
        self.options.place(path).unwrap_or(self.span)
    }

    fn bindings(&mut self, written: Fields<'_>) {
        for binding in &self.options.bindings {
            let path = format!("bindings/{}", binding.name);
            let span = self.place(&path);
            if !self.plan.workspaces.iter().any(|workspace| workspace.name == binding.name) {
                let all: Vec<&str> = self.plan.workspaces.iter().map(|workspace| workspace.name.as_str()).collect();
                self.out.push(findings::unknown(span, "workspace", &binding.name, &all));
                continue;
            }
            if binding.sources.len() != 1 {
                self.out.push(findings::sources(
                    span,
                    binding.sources.len(),
                    &format!("the binding of `{}`", binding.name),
                    ALL_SOURCES,
                ));
            }
            self.binding_names(&path, written.below(&binding.name));
            self.below(&format!("{path}/sub_path"), binding.sub_path.as_deref());
        }
    }

    fn binding_names(&mut self, path: &str, of: Fields<'_>) {
        let template = of.below("template");
        let csi = of.below("csi");
        let names = [
            ("claim", of.text("claim")),
            ("secret", of.text("secret")),
            ("config_map", of.text("config_map")),
            ("template/storage_class", template.text("storage_class")),
            ("csi/secret", csi.text("secret")),
        ];
        for (field, name) in names {
            self.object_name(&format!("{path}/{field}"), name.as_deref());
        }
        let driver = csi.get("driver").text();
        if driver.is_some_and(|driver| !kube::is_subdomain(&driver)) && !csi.0.is_empty() {
            self.object_name(&format!("{path}/csi/driver"), Some(&csi.text("driver").unwrap_or_default()));
        }
        for (at, one) in of.list("projected").iter().enumerate() {
            let (path, one) = (format!("{path}/projected/{at}"), Fields::of(one));
            let token = one.below("service_account_token");
            let given = [one.text("secret").is_some(), one.text("config_map").is_some(), !token.0.is_empty()];
            let count = given.iter().filter(|given| **given).count();
            if count != 1 {
                self.out.push(findings::sources(
                    self.place(&path),
                    count,
                    "a part of `projected`",
                    "`secret`, `config_map` or `service_account_token`",
                ));
            }
            self.object_name(&format!("{path}/secret"), one.text("secret").as_deref());
            self.object_name(&format!("{path}/config_map"), one.text("config_map").as_deref());
            self.below(
                &format!("{path}/service_account_token/path"),
                token.get("path").text().as_deref().filter(|_| !token.0.is_empty()),
            );
        }
    }

    /// The name of an object of the cluster.
    fn object_name(&mut self, path: &str, name: Option<&str>) {
        let filled_in = |name: &str| {
            self.options.shape.style == Style::Pac && template::has_variables(name) && template::is_tame(name)
        };
        if let Some(name) = name.filter(|name| !kube::is_subdomain(name) && !filled_in(name)) {
            let field = path.rsplit('/').next().unwrap_or(path);
            self.out.push(bad_name(self.place(path), field, name));
        }
    }

    /// A path below a directory.
    fn below(&mut self, path: &str, below: Option<&str>) {
        let Some(below) = below else { return };
        let leaves = below.starts_with('/') || below.split('/').any(|part| part == "..") || below.is_empty();
        if leaves || escape::is_changed_on_the_way(below) {
            self.out.push(findings::bad_path(self.place(path), below));
        }
    }

    fn tasks(&mut self, written: Fields<'_>) {
        if written.0.is_empty() {
            return;
        }
        if Alone::of(self.plan).is_some() {
            // The tasks are those of a pipeline that is kept elsewhere, which nobody knows here.
            for (name, of) in written.0 {
                self.task_fields(&format!("tasks/{name}"), Fields::of(of));
                self.names_there(&format!("tasks/{name}"), Fields::of(of));
            }
            return;
        }
        let known: FxHashSet<&str> = self.plan.tasks().flat_map(|(_, task)| tasks::names(task)).collect();
        for (name, of) in written.0 {
            if !known.contains(name.as_str()) {
                if !self.is_left_out(name) {
                    let all: Vec<&str> = self.plan.tasks().flat_map(|(_, task)| tasks::names(task)).collect();
                    self.out.push(findings::unknown(self.place(&format!("tasks/{name}")), "task", name, &all));
                }
                continue;
            }
            self.task_fields(&format!("tasks/{name}"), Fields::of(of));
        }
        let mut said: Vec<TaskId> = self.options.tasks.keys().copied().collect();
        said.sort_unstable();
        for id in said {
            self.task(id, &self.options.tasks[&id]);
        }
    }

    /// What would be there for other values, or for another goal.
    fn is_left_out(&self, name: &str) -> bool {
        let out = self.plan.left_out.iter().chain(&self.plan.turned_away);
        let dropped = self.plan.goal.iter().flat_map(|goal| &goal.dropped);
        out.into_iter().any(|one| one.name == name || one.provenance.call == name)
            || dropped
                .into_iter()
                .any(|one| one.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('_')))
    }

    /// What can be seen without the task.
    fn task_fields(&mut self, path: &str, of: Fields<'_>) {
        self.object_name(&format!("{path}/service_account"), of.text("service_account").as_deref());
        let pod = format!("{path}/pod");
        pod_gaps::report(&Place::new(self.options, &pod, self.span), of.below("pod"), self.out);
        self.forbidden(&format!("{pod}/env"), of.below("pod"));
        let metadata = of.below("metadata");
        pod_gaps::labels(
            &Place::new(self.options, &format!("{path}/metadata/labels"), self.span),
            metadata.entries("labels"),
            self.out,
        );
        let annotations = format!("{path}/metadata/annotations");
        pod_gaps::keys(&Place::new(self.options, &annotations, self.span), &metadata.entries("annotations"), self.out);
        for (name, one) in of.below("volumes").0 {
            let path = format!("{path}/volumes/{name}");
            self.binding_names(&path, Fields::of(one));
            let one = Fields::of(one);
            self.below(&format!("{path}/sub_path"), one.text("sub_path").as_deref());
            for (at, more) in one.list("more").iter().enumerate() {
                self.below(&format!("{path}/more/{at}/sub_path"), Fields::of(more).text("sub_path").as_deref());
            }
            for (key, file) in one.entries("items") {
                self.below(&format!("{path}/items/{key}"), Some(&file));
            }
        }
        for (workspace, below) in of.entries("sub_path") {
            self.below(&format!("{path}/sub_path/{workspace}"), Some(&below));
        }
        if of.number("timeout").is_some_and(|time| time <= 0) {
            self.out.push(findings::no_time(self.place(&format!("{path}/timeout"))));
        }
        for field in ["run_as_user", "run_as_group"] {
            if of.below("security_context").number(field).is_some_and(|number| number < 0) {
                self.out.push(findings::negative(self.place(&format!("{path}/security_context/{field}")), field));
            }
        }
    }

    fn forbidden(&mut self, path: &str, pod: Fields<'_>) {
        for (name, _) in pod.entries("env") {
            let span = self.place(&format!("{path}/{name}"));
            if self.options.forbidden_env.contains(&name) {
                self.out.push(findings::forbidden(span, &name));
            }
            if name.starts_with("PIPE_") || name.starts_with("PIPEC_") {
                self.out.push(findings::reserved(span, &name));
            }
        }
    }

    /// Where a field of what is said of a task stands.
    fn of_task(&self, id: TaskId, field: &str) -> Span {
        self.options.task_place(self.plan, Some(id), field).unwrap_or(self.span)
    }

    fn task(&mut self, id: TaskId, said: &TaskOptions) {
        let task = self.plan.task(id);
        let used = task.workspaces.iter().map(|id| self.plan.workspaces[id.index()].name.as_str());
        let there = task.source.iter().flat_map(|source| &source.workspaces).map(|one| one.name.as_str());
        let used = used.chain(there).collect();
        self.parts(id, ("sub_path", "workspace"), said.sub_path.iter().map(|(name, _)| name), used);
        match task.source {
            Some(_) => self.elsewhere(id, said),
            None => {
                self.volumes(id, said);
                let steps = task.steps.iter().map(|step| step.name.as_str()).collect();
                self.parts(id, ("steps", "step"), said.steps.iter().map(|(name, _)| name), steps);
                let services = task.services.iter().map(|service| service.name.as_str()).collect();
                self.parts(id, ("sidecars", "service"), said.sidecars.iter().map(|(name, _)| name), services);
            }
        }
        self.amounts(id, said);
        let all = self.options.timeout.filter(|_| task.phase == Phase::Main);
        if let Some((time, all)) = said.timeout.zip(all).filter(|(time, all)| time > all) {
            self.out.push(findings::too_long(self.of_task(id, "timeout"), self.place("timeout"), task, time, all));
        }
        for name in replaced_variables(task, said) {
            self.out.push(findings::replaced(self.of_task(id, &format!("pod/env/{name}")), &name, task));
        }
        let keeps = said.security.get("allowPrivilegeEscalation") == Some(&Node::Bool(false));
        if keeps && task.needs.privileged {
            self.out.push(findings::escalation(self.of_task(id, "security_context/allow_privilege_escalation"), task));
        }
    }

    fn volumes(&mut self, id: TaskId, said: &TaskOptions) {
        let task = self.plan.task(id);
        let steps: Vec<&str> =
            task.steps.iter().filter(|step| step.uses.is_none()).map(|step| step.name.as_str()).collect();
        let services: Vec<&str> = task.services.iter().map(|service| service.name.as_str()).collect();
        for (at, (name, one)) in said.volumes.iter().enumerate() {
            let span = self.of_task(id, &format!("volumes/{name}"));
            if one.sources.len() != 1 {
                let of = format!("the volume `{name}`");
                self.out.push(findings::sources(span, one.sources.len(), &of, OF_POD));
            }
            volume_gaps::wrong(one, task, span).into_iter().for_each(|found| self.out.push(found));
            for step in one.seen.iter().flat_map(|seen| &seen.steps).filter(|step| !steps.contains(&step.as_str())) {
                self.out.push(findings::unknown_of(span, "step", step, task, &steps));
            }
            let named = one.seen.iter().flat_map(|seen| &seen.services);
            for service in named.filter(|service| !services.contains(&service.as_str())) {
                self.out.push(findings::unknown_of(span, "service", service, task, &services));
            }
            let before = said.volumes[..at].iter().map(|(_, other)| other);
            volume_gaps::same_mount(span, one, before).into_iter().for_each(|found| self.out.push(found));
        }
    }

    /// Every name is one of those that the task has.
    fn parts<'n>(
        &mut self,
        id: TaskId,
        (field, kind): (&str, &str),
        said: impl Iterator<Item = &'n String>,
        all: Vec<&str>,
    ) {
        for name in said.filter(|name| !all.contains(&name.as_str())) {
            let span = self.of_task(id, &format!("{field}/{name}"));
            self.out.push(findings::unknown_of(span, kind, name, self.plan.task(id), &all));
        }
    }

    /// Of a task that nobody knows here, the names are those that it has there.
    fn names_there(&mut self, path: &str, of: Fields<'_>) {
        if !of.below("volumes").0.is_empty() {
            let found = volume_gaps::elsewhere(self.place(&format!("{path}/volumes")));
            self.out.push(found);
        }
        for kind in ["steps", "sidecars"] {
            for (name, _) in of.below(kind).0.iter().filter(|(name, _)| !kube::is_label(name)) {
                let span = self.place(&format!("{path}/{kind}/{name}"));
                self.out.push(bad_name(span, kind.trim_end_matches('s'), name));
            }
        }
    }

    fn elsewhere(&mut self, id: TaskId, said: &TaskOptions) {
        let task = self.plan.task(id);
        if !said.volumes.is_empty() {
            self.out.push(volume_gaps::elsewhere(self.of_task(id, "volumes")));
        }
        let fields =
            [("security_context", !said.security.is_empty()), ("image_pull_policy", said.pull_policy.is_some())];
        for (field, _) in fields.iter().filter(|(_, given)| *given) {
            self.out.push(findings::not_there(self.of_task(id, field), field, task));
        }
        for (kind, all) in [("steps", &said.steps), ("sidecars", &said.sidecars)] {
            for (name, _) in all.iter().filter(|(name, _)| !kube::is_label(name)) {
                let span = self.of_task(id, &format!("{kind}/{name}"));
                self.out.push(bad_name(span, kind.trim_end_matches('s'), name));
            }
        }
        if !said.steps.is_empty() && said.resources.is_none() && !kube::quantities(&task.needs).is_empty() {
            let other = "`needs`, which is what the whole task may use";
            self.out.push(findings::both_levels(self.of_task(id, "steps"), task, other));
        }
    }

    fn amounts(&mut self, id: TaskId, said: &TaskOptions) {
        let task = self.plan.task(id);
        if said.resources.is_some() && !said.steps.is_empty() {
            self.out.push(findings::both_levels(self.of_task(id, "steps"), task, "`resources`"));
        }
        if said.resources.is_some() && task.needs.kvm && task.steps.len() > 1 {
            self.out.push(findings::shared_device(self.of_task(id, "resources"), task));
        }
        let service = |name: &str| task.services.iter().find(|service| service.name == name);
        let needs = |name: &str| service(name).map_or_else(Needs::default, |service| service.needs.clone());
        let steps = said.steps.iter().map(|(name, of)| (format!("steps/{name}"), of, task.needs.clone()));
        let sidecars = said.sidecars.iter().map(|(name, of)| (format!("sidecars/{name}"), of, needs(name)));
        let whole = said.resources.iter().map(|of| ("resources".to_owned(), of, task.needs.clone()));
        for (path, of, needs) in steps.chain(sidecars).chain(whole) {
            if let Some(name) = of.too_much(&needs) {
                self.out.push(findings::too_much(self.of_task(id, &path), name));
            }
            let all = of.requests.iter().chain(&of.limits);
            for one in all.filter(|one| one.number < 0 || !pod_gaps::is_key(&one.name)) {
                self.out.push(findings::no_amount(self.of_task(id, &path), &one.name, &one.text));
            }
        }
    }

    /// An artifact that is not where the next task looks for it.
    fn lost_artifacts(&mut self) {
        let forgets = |binding: &Binding| binding.sources.first().and_then(Source::forgets).is_some();
        let cut = self.options.tasks.values().any(|said| !said.sub_path.is_empty());
        if !cut && !self.options.bindings.iter().any(forgets) {
            return;
        }
        for (id, task) in self.plan.tasks() {
            let made = task.outputs.iter().filter_map(|output| output.place.as_ref());
            for (workspace, _) in made {
                self.unwritable(id, *workspace);
            }
            for expr in reads::exprs(task) {
                let mut read = Vec::new();
                expr.walk(&mut |part| {
                    if let ExprKind::Artifact { task, workspace, .. } = &part.kind {
                        read.push((*task, *workspace));
                    }
                });
                read.into_iter().for_each(|(from, workspace)| self.elsewhere_below(from, id, workspace));
            }
        }
    }

    fn unwritable(&mut self, id: TaskId, workspace: WorkspaceId) {
        let name = &self.plan.workspaces[workspace.index()].name;
        let source = self.options.binding(name).and_then(|binding| binding.sources.first());
        if let Some(why) = source.and_then(Source::forgets) {
            let span = self.place(&format!("bindings/{name}"));
            self.out.push(findings::lost(span, name, self.plan.task(id), why));
        }
    }

    fn elsewhere_below(&mut self, from: TaskId, to: TaskId, workspace: WorkspaceId) {
        let name = &self.plan.workspaces[workspace.index()].name;
        let below = |id: TaskId| {
            let said = self.options.tasks.get(&id);
            said.and_then(|said| said.sub_path.iter().find(|(known, _)| known == name)).map(|(_, path)| path.as_str())
        };
        if below(from) != below(to) {
            let cut = if below(from).is_some() { from } else { to };
            let span = self.options.task_place(self.plan, Some(cut), &format!("sub_path/{name}")).unwrap_or(self.span);
            self.out.push(findings::apart(span, name, self.plan.task(from), self.plan.task(to)));
        }
    }
}

const ALL_SOURCES: &str = "`claim`, `template`, `empty_dir`, `secret`, `config_map`, `projected` or `csi`";

const OF_POD: &str = "`claim`, `empty_dir`, `secret`, `config_map`, `projected` or `csi`";

/// Variables of the pod that the program gives to a step: those of the pod are stronger.
fn replaced_variables(task: &Task, said: &TaskOptions) -> Vec<String> {
    let Some(Node::List(list)) = said.pod.get("env") else { return Vec::new() };
    let set: FxHashSet<&str> = task.steps.iter().flat_map(|step| &step.env).map(|env| env.name.as_str()).collect();
    let name = |node: &Node| {
        let Node::Map(map) = node else { return None };
        let Some(Node::Text(name)) = map.get("name") else { return None };
        Some(name.to_string()).filter(|name| set.contains(name.as_str()))
    };
    list.iter().filter_map(name).collect()
}
