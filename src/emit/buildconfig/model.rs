//! The manifests: one BuildConfig a class, and what lets it run.

use std::collections::BTreeSet;

use super::Job;
use super::class::{Class, Privilege};
use super::limits::Limits;
use super::streams;
use crate::emit::kube;
use crate::emit::yaml::{Map, Node};
use crate::plan::value::{cpu_text, size_text};
use crate::plan::{Plan, Task, TaskId};
use crate::source::Sources;

/// Where the Secrets of a class are mounted, each in a folder of its name.
pub(super) const SECRETS: &str = "/var/run/secrets/pipec";

/// How many tasks an annotation names; annotations of an object have 256 KiB together.
const MOST_TASKS: usize = 500;

/// The BuildConfig of a class that is in use.
pub(super) fn build_config(job: &Job<'_>, class: Class, sources: &Sources) -> Node {
    let (limits, history) = (job.limits(class), job.options.history);
    let spec = Map::new()
        .with("runPolicy", "Parallel")
        .with("serviceAccount", name(job.plan, class))
        .with("completionDeadlineSeconds", limits.deadline)
        .with("successfulBuildsHistoryLimit", history)
        .with("failedBuildsHistoryLimit", history)
        .with("source", Map::new().with("type", "Binary").with("binary", Map::new()))
        .with("strategy", strategy(job, class))
        .with_some("nodeSelector", architecture(job, class).map(node_selector))
        .with_filled("resources", resources(class, limits))
        .with_some("mountTrustedCA", job.options.mount_trusted_ca.then_some(true))
        .with_filled("output", output(job, class))
        .with("triggers", Node::List(Vec::new()));
    let mut metadata = metadata(job, &name(job.plan, class), sources);
    for (key, value) in &mut metadata.entries {
        if let ("annotations", Node::Map(annotations)) = (key.as_ref(), value) {
            annotations.put("pipec.dev/tasks", origins(job, class, sources));
        }
    }
    object("build.openshift.io/v1", "BuildConfig", metadata).with("spec", spec).into()
}

/// A service account a class; the privileged ones may use the security context that lets them.
pub(super) fn accounts(job: &Job<'_>, sources: &Sources) -> Vec<Node> {
    job.classes().flat_map(|class| account(job, class, sources)).chain(starter(job, sources)).collect()
}

/// `fcos-kvm`
pub(super) fn name(plan: &Plan, class: Class) -> String {
    format!("{}-{}", base(plan), class.name())
}

/// The pipeline's name with room for what is put behind it.
pub(super) fn base(plan: &Plan) -> String {
    kube::label(&plan.name, kube::LONGEST_NAME - Class::LONGEST - 1)
}

pub(super) fn object(version: &'static str, kind: &'static str, metadata: Map) -> Map {
    Map::new().with("apiVersion", version).with("kind", kind).with("metadata", metadata)
}

pub(super) fn metadata(job: &Job<'_>, name: &str, sources: &Sources) -> Map {
    let mut labels = kube::labels().with("app.kubernetes.io/part-of", base(job.plan));
    job.options.labels.iter().for_each(|(key, value)| labels.put(key.clone(), value.clone()));
    Map::new()
        .with("name", name.to_owned())
        .with_some("namespace", job.options.namespace.clone())
        .with("labels", labels)
        .with("annotations", kube::origin_annotation(sources.origin(job.plan.span)))
}

/// `build file.pipe:12`, one a line.
fn origins(job: &Job<'_>, class: Class, sources: &Sources) -> String {
    let all = tasks(job, class).count();
    let line = |(_, task): (TaskId, &Task)| format!("{} {}\n", task.name, sources.origin(task.span));
    let lines: String = tasks(job, class).take(MOST_TASKS).map(line).collect();
    let more = if all > MOST_TASKS { format!("and {} more\n", all - MOST_TASKS) } else { String::new() };
    lines + &more
}

fn strategy(job: &Job<'_>, class: Class) -> Map {
    let custom = Map::new()
        .with("from", streams::from(job, class))
        .with_some("pullSecret", job.options.pull_secret.clone().map(named))
        .with("env", environment(class))
        .with_some("forcePull", job.options.force_pull.then_some(true))
        .with_filled("secrets", secrets(job, class));
    Map::new().with("type", "Custom").with("customStrategy", custom)
}

/// A custom build is privileged unless this variable says otherwise.
fn environment(class: Class) -> Vec<Node> {
    let variable = |name: &'static str, value: &'static str| Map::new().with("name", name).with("value", value).into();
    let mut list: Vec<Node> = vec![variable("PIPEC_CLASS", class.name())];
    if !class.is_privileged() {
        list.push(variable("BUILD_PRIVILEGED", "false"));
    }
    list
}

/// The image of the class; `gaps` has made sure that there is one.
pub(super) fn builder(job: &Job<'_>, class: Class) -> String {
    let shared = || tasks(job, class).flat_map(|(_, task)| &task.steps).map(|step| step.image.clone()).next();
    job.options.builder.clone().or_else(shared).expect("a class in use has a task, and a task has a step")
}

fn secrets(job: &Job<'_>, class: Class) -> Vec<Node> {
    let mount = |name: &String| {
        let source = Map::new().with("name", name.clone());
        Map::new().with("secretSource", source).with("mountPath", format!("{SECRETS}/{name}")).into()
    };
    secret_names(job, class).iter().map(mount).collect()
}

/// Only those that a task of the class uses, and the store's, where it is used.
fn secret_names(job: &Job<'_>, class: Class) -> BTreeSet<String> {
    let own = tasks(job, class).flat_map(|(id, _)| super::secrets::of_task(job.plan, id));
    own.chain(job.options.store_secret.clone().filter(|_| job.stores(class))).collect()
}

fn tasks<'j>(job: &'j Job<'_>, class: Class) -> impl Iterator<Item = (TaskId, &'j Task)> {
    job.plan.tasks().filter(move |(id, _)| job.classes.of(*id) == class)
}

/// A reference by name.
fn named(name: String) -> Map {
    Map::new().with("name", name)
}

/// Who makes an image is told where it goes, and has the Secret for it; no other class has.
fn output(job: &Job<'_>, class: Class) -> Map {
    let Some(output) = job.options.output.as_ref().filter(|_| class.privilege == Privilege::Unprivileged) else {
        return Map::new();
    };
    let to = Map::new().with("kind", output.kind.clone()).with("name", output.name.clone());
    Map::new().with("to", to).with_some("pushSecret", output.push_secret.clone().map(named))
}

fn architecture(job: &Job<'_>, class: Class) -> Option<String> {
    tasks(job, class).find_map(|(_, task)| task.needs.arch.clone())
}

fn node_selector(arch: String) -> Map {
    Map::new().with("kubernetes.io/arch", kube::node_arch(&arch).to_owned())
}

/// Requests are limits, so that what was planned is what is given; a device has to be asked for in both.
fn resources(class: Class, limits: Limits) -> Map {
    let mut list = Map::new();
    if limits.cpu > 0 {
        list.put("cpu", cpu_text(limits.cpu));
    }
    if limits.memory > 0 {
        list.put("memory", size_text(limits.memory));
    }
    if limits.disk > 0 {
        list.put("ephemeral-storage", size_text(limits.disk));
    }
    if class.privilege == Privilege::Kvm {
        list.put(kube::KVM, "1");
    }
    if list.is_empty() {
        return list;
    }
    Map::new().with("requests", list.clone()).with("limits", list)
}

fn account(job: &Job<'_>, class: Class, sources: &Sources) -> Vec<Node> {
    let name = name(job.plan, class);
    let own = || metadata(job, &name, sources);
    let mut nodes: Vec<Node> = vec![object("v1", "ServiceAccount", own()).into()];
    let rules = rules(job, class);
    if !rules.is_empty() {
        nodes.push(role(own(), rules));
        nodes.push(binding(own(), &name));
    }
    nodes
}

/// What a build of the class may do: be privileged, or push to a stream; else nothing.
fn rules(job: &Job<'_>, class: Class) -> Vec<Map> {
    if class.is_privileged() {
        let use_it = rule("security.openshift.io", &["securitycontextconstraints"], &["use"]);
        return vec![use_it.with("resourceNames", vec!["privileged"])];
    }
    let made = job.options.output.as_ref().filter(|output| output.is_stream());
    let push = rule("image.openshift.io", &["imagestreams/layers"], &["get", "update"]);
    made.map(|output| push.with("resourceNames", vec![output.stream().to_owned()])).into_iter().collect()
}

/// What whoever runs `start.sh` needs: builds of the custom strategy are allowed to nobody by default.
fn starter(job: &Job<'_>, sources: &Sources) -> Vec<Node> {
    let name = format!("{}-start", base(job.plan));
    let own = || metadata(job, &name, sources);
    let names: Vec<String> = job.classes().map(|class| self::name(job.plan, class)).collect();
    let api = "build.openshift.io";
    let mut rules = vec![
        rule(api, &["buildconfigs"], &["get"]).with("resourceNames", names.clone()),
        rule(api, &["buildconfigs/instantiatebinary"], &["create"]).with("resourceNames", names),
        rule(api, &["builds/custom"], &["create"]),
        // `update` is what `oc cancel-build` does.
        rule(api, &["builds"], &["get", "list", "watch", "update"]),
        rule(api, &["builds/log"], &["get"]),
    ];
    if job.plan.exclusive.is_some() {
        rules.push(rule("", &["configmaps"], &["create", "delete"]));
    }
    vec![object("v1", "ServiceAccount", own()).into(), role(own(), rules), binding(own(), &name)]
}

fn rule(group: &'static str, resources: &[&'static str], verbs: &[&'static str]) -> Map {
    Map::new().with("apiGroups", vec![group]).with("resources", resources.to_vec()).with("verbs", verbs.to_vec())
}

fn role(metadata: Map, rules: Vec<Map>) -> Node {
    object("rbac.authorization.k8s.io/v1", "Role", metadata).with("rules", rules).into()
}

/// The role and the account have one name.
fn binding(metadata: Map, name: &str) -> Node {
    let of = |kind: &'static str| Map::new().with("kind", kind).with("name", name.to_owned());
    object("rbac.authorization.k8s.io/v1", "RoleBinding", metadata)
        .with("roleRef", of("Role").with("apiGroup", "rbac.authorization.k8s.io"))
        .with("subjects", vec![of("ServiceAccount")])
        .into()
}
