//! The manifests: one BuildConfig a class, and what lets it run.

use std::collections::BTreeSet;

use super::class::Class;
use super::limits::{self, Limits};
use super::options::Options;
use super::segment::Segment;
use crate::emit::kube;
use crate::emit::yaml::{Map, Node};
use crate::plan::value::{cpu_text, size_text};
use crate::plan::{Plan, Task};

/// Where the Secrets of a class are mounted, each in a folder of its name.
pub(super) const SECRETS: &str = "/var/run/secrets/pipec";

/// The BuildConfig of a class that is in use.
pub(super) fn build_config(plan: &Plan, class: Class, segments: &[Segment], options: &Options) -> Node {
    let limits = limits::of(plan, class, segments, options);
    let spec = Map::new()
        .with("runPolicy", "Parallel")
        .with("serviceAccount", name(plan, class))
        .with("completionDeadlineSeconds", limits.deadline)
        .with("successfulBuildsHistoryLimit", options.history)
        .with("failedBuildsHistoryLimit", options.history)
        .with("source", Map::new().with("type", "Binary").with("binary", Map::new()))
        .with("strategy", strategy(plan, class, options))
        .with_some("nodeSelector", architecture(plan, class).map(node_selector))
        .with_filled("resources", resources(class, limits))
        .with("triggers", Node::List(Vec::new()));
    object("build.openshift.io/v1", "BuildConfig", &name(plan, class), plan, options).with("spec", spec).into()
}

/// A service account a class; the privileged ones may use the security context that lets them.
pub(super) fn accounts(plan: &Plan, classes: &[Class], options: &Options) -> Vec<Node> {
    classes.iter().flat_map(|class| account(plan, *class, options)).chain(starter(plan, classes, options)).collect()
}

/// `fcos-kvm`
pub(super) fn name(plan: &Plan, class: Class) -> String {
    format!("{}-{}", base(plan), class.name())
}

/// The pipeline's name with room for what is put behind it.
pub(super) fn base(plan: &Plan) -> String {
    kube::label(&plan.name, kube::LONGEST_NAME - "-unprivileged".len() - "-lock-0123456789abcdef".len())
}

fn object(version: &'static str, kind: &'static str, name: &str, plan: &Plan, options: &Options) -> Map {
    let labels = kube::labels().with("app.kubernetes.io/part-of", base(plan));
    let metadata = Map::new()
        .with("name", name.to_owned())
        .with_some("namespace", options.namespace.clone())
        .with("labels", labels);
    Map::new().with("apiVersion", version).with("kind", kind).with("metadata", metadata)
}

fn strategy(plan: &Plan, class: Class, options: &Options) -> Map {
    let custom = Map::new()
        .with("from", Map::new().with("kind", "DockerImage").with("name", builder(plan, class, options)))
        .with("env", environment(class))
        .with_filled("secrets", secrets(plan, class, options));
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
fn builder(plan: &Plan, class: Class, options: &Options) -> String {
    let shared = || tasks(plan, class).flat_map(|task| &task.steps).map(|step| step.image.clone()).next();
    options.builder.clone().or_else(shared).unwrap_or_default()
}

fn secrets(plan: &Plan, class: Class, options: &Options) -> Vec<Node> {
    let mount = |name: &String| {
        let source = Map::new().with("name", name.clone());
        Map::new().with("secretSource", source).with("mountPath", format!("{SECRETS}/{name}")).into()
    };
    secret_names(plan, class, options).iter().map(mount).collect()
}

/// Only those that a task of the class uses, and the store's.
fn secret_names(plan: &Plan, class: Class, options: &Options) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = tasks(plan, class).flat_map(super::secrets::of_task).collect();
    names.extend(options.store.as_ref().and(options.store_secret.clone()));
    names
}

fn tasks(plan: &Plan, class: Class) -> impl Iterator<Item = &Task> {
    plan.tasks().map(|(_, task)| task).filter(move |task| Class::of(&task.needs) == class)
}

fn architecture(plan: &Plan, class: Class) -> Option<String> {
    tasks(plan, class).find_map(|task| task.needs.arch.clone())
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
    if class == Class::Kvm {
        list.put(kube::KVM, "1");
    }
    if list.is_empty() {
        return list;
    }
    Map::new().with("requests", list.clone()).with("limits", list)
}

fn account(plan: &Plan, class: Class, options: &Options) -> Vec<Node> {
    let name = name(plan, class);
    let mut nodes: Vec<Node> = vec![object("v1", "ServiceAccount", &name, plan, options).into()];
    if class.is_privileged() {
        let rule = rule("security.openshift.io", &["securitycontextconstraints"], &["use"])
            .with("resourceNames", vec!["privileged"]);
        let account = Map::new().with("kind", "ServiceAccount").with("name", name.clone());
        nodes.push(role(plan, &name, vec![rule], options));
        nodes.push(binding(plan, &name, account, options));
    }
    nodes
}

/// What whoever runs `start.sh` needs: builds of the custom strategy are allowed to nobody by default.
fn starter(plan: &Plan, classes: &[Class], options: &Options) -> Vec<Node> {
    let name = format!("{}-start", base(plan));
    let names: Vec<String> = classes.iter().map(|class| self::name(plan, *class)).collect();
    let api = "build.openshift.io";
    let rules = vec![
        rule(api, &["buildconfigs", "buildconfigs/instantiatebinary"], &["get", "create"]).with("resourceNames", names),
        rule(api, &["builds/custom"], &["create"]),
        rule(api, &["builds", "builds/log"], &["get", "list", "watch"]),
        rule("", &["configmaps"], &["create", "get", "delete"]),
    ];
    let account = Map::new().with("kind", "ServiceAccount").with("name", name.clone());
    vec![
        object("v1", "ServiceAccount", &name, plan, options).into(),
        role(plan, &name, rules, options),
        binding(plan, &name, account, options),
    ]
}

fn rule(group: &'static str, resources: &[&'static str], verbs: &[&'static str]) -> Map {
    Map::new().with("apiGroups", vec![group]).with("resources", resources.to_vec()).with("verbs", verbs.to_vec())
}

fn role(plan: &Plan, name: &str, rules: Vec<Map>, options: &Options) -> Node {
    object("rbac.authorization.k8s.io/v1", "Role", name, plan, options).with("rules", rules).into()
}

fn binding(plan: &Plan, name: &str, subject: Map, options: &Options) -> Node {
    let role =
        Map::new().with("apiGroup", "rbac.authorization.k8s.io").with("kind", "Role").with("name", name.to_owned());
    object("rbac.authorization.k8s.io/v1", "RoleBinding", name, plan, options)
        .with("roleRef", role)
        .with("subjects", vec![subject])
        .into()
}
