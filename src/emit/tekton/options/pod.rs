//! What a pod has beside its containers: `pod: { node_selector: …, tolerations: … }` as the engine's `podTemplate`.

use super::read::Fields;
use crate::emit::yaml::{Map, Node};
use crate::plan::Value;

/// The `podTemplate`, without what was not said.
pub(super) fn template(pod: Fields<'_>) -> Map {
    let env = pod.entries("env").into_iter().map(|(name, value)| Map::new().with("name", name).with("value", value));
    let named = |name: String| Map::new().with("name", name);
    let secrets: Vec<Map> = pod.texts("image_pull_secrets").into_iter().map(named).collect();
    let dns = Map::new()
        .with_filled("nameservers", pod.texts("dns_servers"))
        .with_filled("searches", pod.texts("dns_searches"));
    Map::new()
        .with_filled(SELECTOR, texts(pod.entries("node_selector")))
        .with_filled(ENV, env.collect::<Vec<_>>())
        .with_filled("tolerations", records(pod, "tolerations", toleration))
        .with_filled("affinity", affinity(pod))
        .with_filled("securityContext", security(pod.below("security_context")))
        .with_some("runtimeClassName", pod.text("runtime_class"))
        .with_some("automountServiceAccountToken", pod.flag("automount_token"))
        .with_some("dnsPolicy", pod.text("dns_policy"))
        .with_filled("dnsConfig", dns)
        .with_some("enableServiceLinks", pod.flag("enable_service_links"))
        .with_some("priorityClassName", pod.text("priority_class"))
        .with_some("schedulerName", pod.text("scheduler"))
        .with_filled("imagePullSecrets", secrets)
        .with_filled("hostAliases", records(pod, "host_aliases", host_alias))
        .with_some("hostNetwork", pod.flag("host_network"))
        .with_filled("topologySpreadConstraints", records(pod, "topology_spread", spread))
}

const SELECTOR: &str = "nodeSelector";
/// A list of names and values.
const ENV: &str = "env";
/// Maps whose entries add to the weaker ones; of a `podTemplate` the engine itself takes the one or the other.
const ADDING: [&str; 3] = [SELECTOR, "labels", "annotations"];

/// What is said strongly over what is said weakly: its fields, and what adds.
pub(in super::super) fn over(weak: &Map, strong: &Map) -> Map {
    let mut all = weak.clone();
    for (key, value) in &strong.entries {
        match all.entries.iter_mut().find(|(known, _)| known == key) {
            None => all.put(key.clone(), value.clone()),
            Some((_, Node::Map(known))) if ADDING.contains(&key.as_ref()) => {
                let Node::Map(more) = value else { continue };
                *known = over(known, more);
            }
            Some((_, Node::List(known))) if key == ENV => {
                let Node::List(more) = value else { continue };
                known.retain(|one| !more.iter().any(|other| name(one) == name(other)));
                known.extend(more.iter().cloned());
            }
            Some((_, known)) => *known = value.clone(),
        }
    }
    all
}

/// What a run has to say of a task: its own fields, those that add with those of the run.
pub(in super::super) fn of_task(run: &Map, task: &Map) -> Map {
    let whole = over(run, task);
    let own = |key: &str| task.get(key).is_some();
    Map { entries: whole.entries.into_iter().filter(|(key, _)| own(key)).collect() }
}

fn name(entry: &Node) -> Option<&Node> {
    if let Node::Map(entry) = entry { entry.get("name") } else { None }
}

pub(super) fn texts(entries: Vec<(String, String)>) -> Map {
    let mut map = Map::new();
    entries.into_iter().for_each(|(key, value)| map.put(key, value));
    map
}

fn records(of: Fields<'_>, name: &str, make: fn(Fields<'_>) -> Map) -> Vec<Map> {
    of.list(name).iter().map(|value: &Value| make(Fields::of(value))).collect()
}

fn toleration(of: Fields<'_>) -> Map {
    Map::new()
        .with_some("key", of.text("key"))
        .with_some("operator", of.text("operator"))
        .with_some("value", of.text("value"))
        .with_some("effect", of.text("effect"))
        .with_some("tolerationSeconds", of.number("stay").map(|milliseconds| milliseconds / 1000))
}

fn affinity(pod: Fields<'_>) -> Map {
    let rules = records(pod, "affinity", node_rule);
    if rules.is_empty() {
        return Map::new();
    }
    let terms = vec![Map::new().with("matchExpressions", rules)];
    let required = Map::new().with("nodeSelectorTerms", terms);
    Map::new().with("nodeAffinity", Map::new().with("requiredDuringSchedulingIgnoredDuringExecution", required))
}

fn node_rule(of: Fields<'_>) -> Map {
    Map::new()
        .with_some("key", of.text("key"))
        .with_some("operator", of.text("operator"))
        .with_filled("values", of.texts("values"))
}

fn security(of: Fields<'_>) -> Map {
    let groups: Vec<Node> =
        of.list("supplemental_groups").iter().filter_map(super::read::number).map(Node::Int).collect();
    Map::new()
        .with_some("runAsUser", of.number("run_as_user"))
        .with_some("runAsGroup", of.number("run_as_group"))
        .with_some("fsGroup", of.number("fs_group"))
        .with_filled("supplementalGroups", Node::List(groups))
        .with_some("runAsNonRoot", of.flag("run_as_non_root"))
        .with_some("seccompProfile", seccomp(of))
}

pub(super) fn seccomp(of: Fields<'_>) -> Option<Map> {
    of.text("seccomp").map(|kind| Map::new().with("type", kind))
}

fn host_alias(of: Fields<'_>) -> Map {
    Map::new().with_some("ip", of.text("ip")).with_filled("hostnames", of.texts("hostnames"))
}

fn spread(of: Fields<'_>) -> Map {
    let labels = texts(of.entries("labels"));
    let selector = Map::new().with_filled("matchLabels", labels);
    Map::new()
        .with_some("maxSkew", of.number("max_skew"))
        .with_some("topologyKey", of.text("key"))
        .with_some("whenUnsatisfiable", of.text("unsatisfiable"))
        .with_filled("labelSelector", selector)
}
