//! What is said of single tasks: `tasks: { build: { service_account: "…" } }`.

use rustc_hash::FxHashMap;

use super::pod::{self, over};
use super::read::Fields;
use super::resources::Resources;
use super::volume::Volume;
use crate::emit::kube;
use crate::emit::yaml::Map;
use crate::plan::{Plan, Task, TaskId, Value};

/// All that is said of one task.
#[derive(Clone, Default, PartialEq, Debug)]
pub(in super::super) struct TaskOptions {
    pub(in super::super) display_name: Option<String>,
    pub(in super::super) service_account: Option<String>,
    /// A `podTemplate`.
    pub(in super::super) pod: Map,
    /// `labels` and `annotations`.
    pub(in super::super) metadata: Map,
    /// Milliseconds.
    pub(in super::super) timeout: Option<i64>,
    /// Workspace and directory.
    pub(in super::super) sub_path: Vec<(String, String)>,
    /// Of all steps together.
    pub(in super::super) resources: Option<Resources>,
    /// By the name of the step, and the service, in the program.
    pub(in super::super) steps: Vec<(String, Resources)>,
    pub(in super::super) sidecars: Vec<(String, Resources)>,
    pub(in super::super) volumes: Vec<(String, Volume)>,
    /// Of each step.
    pub(in super::super) security: Map,
    pub(in super::super) pull_policy: Option<String>,
}

/// What is said of each task of the plan; what stands under its own name is stronger than what all turns of a loop share.
pub(super) fn of_plan(plan: &Plan, written: Fields<'_>) -> FxHashMap<TaskId, TaskOptions> {
    let mut of = FxHashMap::default();
    if written.0.is_empty() {
        return of;
    }
    let by_name: FxHashMap<&str, &Value> = written.0.iter().map(|(name, value)| (name.as_str(), value)).collect();
    for (id, task) in plan.tasks() {
        let mut all = names(task).filter_map(|name| by_name.get(name)).peekable();
        if all.peek().is_some() {
            let mut made = TaskOptions::default();
            all.for_each(|value| made.add(Fields::of(value)));
            of.insert(id, made);
        }
    }
    of
}

/// What is said of each, for tasks that are not of the plan.
pub(super) fn by_name(written: Fields<'_>) -> Vec<(String, TaskOptions)> {
    let made = |(name, value): &(String, Value)| {
        let mut made = TaskOptions::default();
        made.add(Fields::of(value));
        (kube::label(name, kube::LONGEST_NAME), made)
    };
    written.0.iter().map(made).collect()
}

/// What a task may be called, the weaker first.
pub(in super::super) fn names(task: &Task) -> impl Iterator<Item = &str> {
    let call = Some(task.provenance.call.as_str()).filter(|call| !call.is_empty() && *call != task.name);
    call.into_iter().chain([task.name.as_str()])
}

impl TaskOptions {
    fn add(&mut self, of: Fields<'_>) {
        let put = |place: &mut Option<String>, name: &str| *place = of.text(name).or_else(|| place.take());
        put(&mut self.display_name, "display_name");
        put(&mut self.service_account, "service_account");
        put(&mut self.pull_policy, "image_pull_policy");
        self.timeout = of.number("timeout").or(self.timeout);
        self.pod = over(&self.pod, &pod::template(of.below("pod")));
        self.metadata = over(&self.metadata, &metadata(of.below("metadata")));
        self.security = over(&self.security, &security(of.below("security_context")));
        self.resources = Resources::read(of.below("resources")).or_else(|| self.resources.take());
        replace(&mut self.sub_path, of.entries("sub_path"));
        let volumes = of.below("volumes").0.iter();
        replace(&mut self.volumes, volumes.map(|(name, one)| (name.clone(), Volume::read(name, one))).collect());
        replace(&mut self.steps, all_resources(of.below("steps")));
        replace(&mut self.sidecars, all_resources(of.below("sidecars")));
    }
}

/// Of two of one name, the new one.
fn replace<T>(known: &mut Vec<(String, T)>, new: Vec<(String, T)>) {
    known.retain(|(name, _)| !new.iter().any(|(other, _)| other == name));
    known.extend(new);
}

fn all_resources(of: Fields<'_>) -> Vec<(String, Resources)> {
    let read = |(name, value): &(String, Value)| Resources::read(Fields::of(value)).map(|all| (name.clone(), all));
    of.0.iter().filter_map(read).collect()
}

fn metadata(of: Fields<'_>) -> Map {
    Map::new()
        .with_filled("labels", pod::texts(of.entries("labels")))
        .with_filled("annotations", pod::texts(of.entries("annotations")))
}

fn security(of: Fields<'_>) -> Map {
    let capabilities =
        Map::new().with_filled("add", of.texts("add_capabilities")).with_filled("drop", of.texts("drop_capabilities"));
    Map::new()
        .with_some("runAsUser", of.number("run_as_user"))
        .with_some("runAsGroup", of.number("run_as_group"))
        .with_some("runAsNonRoot", of.flag("run_as_non_root"))
        .with_some("readOnlyRootFilesystem", of.flag("read_only_root"))
        .with_some("allowPrivilegeEscalation", of.flag("allow_privilege_escalation"))
        .with_filled("capabilities", capabilities)
        .with_some("seccompProfile", pod::seccomp(of))
}
