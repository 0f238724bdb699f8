//! What pods have beside their containers, for all tasks of a run and for single ones.

use super::bindings::pairs;
use super::cx::Cx;
use super::duration;
use super::findings;
use super::model::{Callee, Pipeline};
use super::names::snake;
use super::options::{Fields, Options, braced as record};
use crate::import::script::quoted;
use crate::yaml_read::look::Look;
use crate::yaml_read::{Node, Yaml};

/// Fields that are one text, number or bool under another name.
const PLAIN: [(&str, &str); 7] = [
    ("priorityClassName", "priority_class"),
    ("runtimeClassName", "runtime_class"),
    ("schedulerName", "scheduler"),
    ("hostNetwork", "host_network"),
    ("automountServiceAccountToken", "automount_token"),
    ("enableServiceLinks", "enable_service_links"),
    ("dnsPolicy", "dns_policy"),
];

fn record_of(node: &Node, cx: &mut Cx<'_, '_>, remarks: &mut Vec<String>) -> Fields {
    let mut fields = Fields::new();
    let known: Vec<&str> = PLAIN
        .iter()
        .map(|(theirs, _)| *theirs)
        .chain(["nodeSelector", "tolerations", "securityContext", "imagePullSecrets", "env", "hostAliases"])
        .collect();
    cx.rest(node, &known, "a pod template", remarks);
    let selector = pairs(node, "nodeSelector", cx);
    if !selector.is_empty() {
        fields.push(("node_selector".to_owned(), record(&selector)));
    }
    let tolerations: Vec<String> = node.list("tolerations").iter().map(|one| toleration(one, cx, remarks)).collect();
    if !tolerations.is_empty() {
        fields.push(("tolerations".to_owned(), format!("[{}]", tolerations.join(", "))));
    }
    if let Some(security) = node.get("securityContext") {
        fields.push(("security_context".to_owned(), record(&security_of(security, cx, remarks))));
    }
    let pulls: Vec<String> =
        node.list("imagePullSecrets").iter().filter_map(|one| one.text_of("name")).map(quoted).collect();
    if !pulls.is_empty() {
        fields.push(("image_pull_secrets".to_owned(), format!("[{}]", pulls.join(", "))));
    }
    for (theirs, ours) in PLAIN {
        if let Some(value) = node.get(theirs) {
            fields.push((ours.to_owned(), plain(theirs, value)));
        }
    }
    let aliases: Vec<String> = node.list("hostAliases").iter().map(alias).collect();
    if !aliases.is_empty() {
        fields.push(("host_aliases".to_owned(), format!("[{}]", aliases.join(", "))));
    }
    let env = super::step::environment(node, super::scope::Scope { pipeline: None, body: None }, cx, remarks);
    if !env.is_empty() {
        fields.push(("env".to_owned(), record(&env)));
    }
    fields
}

/// `{ node_selector: { … } }`, where it says something.
pub(super) fn template(node: &Node, cx: &mut Cx<'_, '_>, remarks: &mut Vec<String>) -> Option<String> {
    let fields = record_of(node, cx, remarks);
    (!fields.is_empty()).then(|| record(&fields))
}

fn plain(name: &str, value: &Node) -> String {
    match &value.value {
        Yaml::Bool(value) => value.to_string(),
        Yaml::Int(value) => value.to_string(),
        Yaml::Text { text, .. } if name == "dnsPolicy" => match text.as_str() {
            "None" => ".own".to_owned(),
            other => format!(".{}", snake(other)),
        },
        Yaml::Text { text, .. } | Yaml::Float(text) => quoted(text),
        Yaml::Null | Yaml::List(_) | Yaml::Map(_) => "none".to_owned(),
    }
}

fn alias(node: &Node) -> String {
    let names: Vec<String> = node.list("hostnames").iter().filter_map(Look::text).map(quoted).collect();
    format!("{{ ip: {}, hostnames: [{}] }}", quoted(node.text_of("ip").unwrap_or_default()), names.join(", "))
}

fn toleration(node: &Node, cx: &mut Cx<'_, '_>, remarks: &mut Vec<String>) -> String {
    cx.rest(node, &["key", "operator", "value", "effect", "tolerationSeconds"], "a toleration", remarks);
    let mut fields = Fields::new();
    for (theirs, is_case) in [("key", false), ("operator", true), ("value", false), ("effect", true)] {
        if let Some(text) = node.text_of(theirs) {
            fields.push((theirs.to_owned(), if is_case { format!(".{}", snake(text)) } else { quoted(text) }));
        }
    }
    let seconds = cx.number_of(node, "tolerationSeconds").and_then(|at| at.text.parse::<u64>().ok());
    if let Some(text) = seconds.and_then(|seconds| duration::of_millis(seconds * 1000)) {
        fields.push(("stay".to_owned(), text));
    }
    record(&fields)
}

/// Those of pods and of steps.
const SECURITY: [(&str, &str); 4] = [
    ("runAsUser", "run_as_user"),
    ("runAsGroup", "run_as_group"),
    ("fsGroup", "fs_group"),
    ("runAsNonRoot", "run_as_non_root"),
];

pub(super) fn security_of(node: &Node, cx: &mut Cx<'_, '_>, remarks: &mut Vec<String>) -> Fields {
    let known: Vec<&str> =
        SECURITY.iter().map(|(theirs, _)| *theirs).chain(["supplementalGroups", "seccompProfile"]).collect();
    cx.rest(node, &known, "a security context", remarks);
    let mut fields = Fields::new();
    for (theirs, ours) in SECURITY {
        if let Some(value) = node.get(theirs) {
            fields.push((ours.to_owned(), plain(theirs, value)));
        }
    }
    let groups: Vec<String> = node.list("supplementalGroups").iter().map(|one| plain("", one)).collect();
    if !groups.is_empty() {
        fields.push(("supplemental_groups".to_owned(), format!("[{}]", groups.join(", "))));
    }
    match node.get("seccompProfile").and_then(|profile| profile.text_of("type")) {
        Some("RuntimeDefault") => fields.push(("seccomp".to_owned(), ".runtime_default".to_owned())),
        Some("Unconfined") => fields.push(("seccomp".to_owned(), ".unconfined".to_owned())),
        Some(other) => {
            let found = findings::not_said(
                node.key_span("seccompProfile"),
                format!("the profile `{other}` has no form"),
                "name one that every node has",
            );
            cx.cannot(remarks, found);
        }
        None => {}
    }
    fields
}

/// `tasks: { build: { … } }`
pub(super) fn tasks(
    spec: &Node,
    pipeline: &Pipeline<'_>,
    options: &mut Options,
    cx: &mut Cx<'_, '_>,
    remarks: &mut Vec<String>,
) {
    let of_run = spec.get("taskRunTemplate").unwrap_or(spec).get("podTemplate");
    for node in spec.list("taskRunSpecs") {
        let Some(name) = cx.at_of(node, "pipelineTaskName") else { continue };
        let call = pipeline.calls.iter().find(|call| call.theirs == name.text);
        let elsewhere = pipeline.is_lone_run();
        let ours = match call {
            Some(call) => call.ours.clone(),
            // Of a pipeline that nobody sees here.
            None if elsewhere => snake(&name.text),
            None => {
                let known: Vec<&str> = pipeline.calls.iter().map(|call| call.theirs).collect();
                cx.push(findings::unknown(name.span, "the task", &name.text, &known));
                continue;
            }
        };
        let is_own = call.is_some_and(|call| !matches!(call.callee, Callee::Extern(_)));
        for (field, value) in of_task(node, of_run, is_own, cx, remarks) {
            options.of_task(&ours, &field, value);
        }
    }
}

/// `is_own` is a task of the program, whose steps have names of the program.
fn of_task(node: &Node, of_run: Option<&Node>, is_own: bool, cx: &mut Cx<'_, '_>, remarks: &mut Vec<String>) -> Fields {
    let known = [
        "pipelineTaskName",
        "serviceAccountName",
        "podTemplate",
        "stepSpecs",
        "sidecarSpecs",
        "metadata",
        "computeResources",
        "timeout",
        "taskServiceAccountName",
        "taskPodTemplate",
    ];
    cx.rest(node, &known, "a task of a run", remarks);
    let mut fields = Fields::new();
    if let Some(at) = cx.at_of(node, "serviceAccountName").or_else(|| cx.at_of(node, "taskServiceAccountName")) {
        fields.push(("service_account".to_owned(), quoted(&at.text)));
    }
    let pod = node.get("podTemplate").or_else(|| node.get("taskPodTemplate"));
    if let Some(pod) = pod.filter(|pod| pod.has("nodeSelector") && of_run.is_some_and(|run| run.has("nodeSelector"))) {
        let help = "what a program says of a task adds to what it says of the run: take from the run what does not hold for the task";
        let message = "the nodes of a task replace those of the run";
        cx.push(findings::assumed(pod.key_span("nodeSelector"), message, help));
    }
    if let Some(pod) = pod.and_then(|pod| template(pod, cx, remarks)) {
        fields.push(("pod".to_owned(), pod));
    }
    if let Some(text) = cx.at_of(node, "timeout").and_then(|at| duration::written(&at.text)) {
        fields.push(("timeout".to_owned(), text));
    }
    if let Some(meta) = node.get("metadata") {
        let mut of = Fields::new();
        for name in ["labels", "annotations"] {
            let list = pairs(meta, name, cx);
            if !list.is_empty() {
                of.push((name.to_owned(), record(&list)));
            }
        }
        fields.push(("metadata".to_owned(), record(&of)));
    }
    if let Some(node) = node.get("computeResources") {
        fields.push(("resources".to_owned(), resources(node, cx, remarks)));
    }
    for (theirs, ours) in [("stepSpecs", "steps"), ("sidecarSpecs", "sidecars")] {
        let mut of = Fields::new();
        for one in node.list(theirs) {
            if let (Some(name), Some(asked)) = (one.text_of("name"), one.get("computeResources")) {
                let name = if is_own { snake(name) } else { name.to_owned() };
                of.push((name, resources(asked, cx, remarks)));
            }
        }
        if !of.is_empty() {
            fields.push((ours.to_owned(), record(&of)));
        }
    }
    fields
}

fn resources(node: &Node, cx: &mut Cx<'_, '_>, remarks: &mut Vec<String>) -> String {
    let [requests, limits] = ["requests", "limits"].map(|side| amounts(node, side, cx, remarks));
    if requests == limits && !requests.is_empty() {
        return record(&[("both".to_owned(), record(&requests))]);
    }
    let sides = [("requests", requests), ("limits", limits)].into_iter().filter(|(_, amounts)| !amounts.is_empty());
    record(&sides.map(|(side, amounts)| (side.to_owned(), record(&amounts))).collect::<Fields>())
}

fn amounts(node: &Node, side: &str, cx: &mut Cx<'_, '_>, remarks: &mut Vec<String>) -> Fields {
    let mut amounts = Fields::new();
    let mut more = Fields::new();
    for (key, _) in node.get(side).into_iter().flat_map(Look::entries) {
        let Some(at) = node.get(side).and_then(|side| cx.number_of(side, &key.text)) else { continue };
        let read = match key.text.as_str() {
            "cpu" => duration::cpu(&at.text).map(|text| ("cpu", text)),
            "memory" => duration::size(&at.text).map(|text| ("memory", text)),
            "ephemeral-storage" => duration::size(&at.text).map(|text| ("disk", text)),
            _ => None,
        };
        match read {
            Some((field, text)) => amounts.push((field.to_owned(), text)),
            None if at.text.bytes().all(|byte| byte.is_ascii_digit()) => more.push((key.text.clone(), at.text)),
            None => {
                let message = format!("`{}: {}` is no amount", key.text, at.text);
                cx.cannot(remarks, findings::not_said(at.span, message, "write `500m`, `2` or `4Gi`"));
            }
        }
    }
    if !more.is_empty() {
        amounts.push(("more".to_owned(), record(&more)));
    }
    amounts
}
