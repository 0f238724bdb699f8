//! The rules of the API server, and those that it forgives and that fail later.

use std::collections::BTreeSet;

use serde_json::Value;

/// Everything that is wrong with the objects of one bundle.
pub(super) fn faults(objects: &[Value]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut named = BTreeSet::new();
    for object in objects {
        let (kind, name) = (text(&object["kind"]), text(&object["metadata"]["name"]));
        let mut fault = |message: String| faults.push(format!("{kind} {name}: {message}"));
        if !named.insert((kind, name)) {
            fault("is there twice".to_owned());
        }
        if !is_subdomain(name) || name.len() > 63 {
            fault("is no legal name".to_owned());
        }
        for (_, label) in entries(&object["metadata"]["labels"]) {
            if text(label).len() > 63 || !text(label).is_empty() && !is_subdomain(text(label)) {
                fault(format!("label {label}"));
            }
        }
        let annotations = &object["metadata"]["annotations"];
        if !text(&annotations["pipec.dev/origin"]).contains(".pipe:") {
            fault("has no origin".to_owned());
        }
        if annotations.to_string().len() > 256 << 10 {
            fault("has too long annotations".to_owned());
        }
        if kind == "BuildConfig" {
            build_config(&object["spec"], &mut fault);
        }
    }
    accounts(objects, &mut faults);
    faults
}

fn build_config(spec: &Value, fault: &mut dyn FnMut(String)) {
    let known = [
        "runPolicy",
        "serviceAccount",
        "completionDeadlineSeconds",
        "successfulBuildsHistoryLimit",
        "failedBuildsHistoryLimit",
        "source",
        "strategy",
        "nodeSelector",
        "resources",
        "triggers",
        "mountTrustedCA",
        "output",
    ];
    for (key, _) in entries(spec) {
        if !known.contains(&key.as_str()) {
            fault(format!("field {key}"));
        }
    }
    if spec["runPolicy"] != "Parallel" {
        fault("a binary build that waits is cancelled after five minutes".to_owned());
    }
    if spec["triggers"] != serde_json::json!([]) {
        fault("has triggers".to_owned());
    }
    if spec["source"] != serde_json::json!({"type": "Binary", "binary": {}}) {
        fault("is not binary".to_owned());
    }
    let whole = |key: &str| spec[key].as_i64();
    if !whole("completionDeadlineSeconds").is_some_and(|seconds| (1..=i64::from(i32::MAX)).contains(&seconds)) {
        fault("deadline".to_owned());
    }
    for key in ["successfulBuildsHistoryLimit", "failedBuildsHistoryLimit"] {
        if !whole(key).is_some_and(|kept| (0..=i64::from(i32::MAX)).contains(&kept)) {
            fault(key.to_owned());
        }
    }
    strategy(&spec["strategy"], fault);
    resources(&spec["resources"], fault);
}

fn strategy(strategy: &Value, fault: &mut dyn FnMut(String)) {
    let custom = &strategy["customStrategy"];
    if strategy["type"] != "Custom" || entries(strategy).count() != 2 {
        fault("not exactly one strategy".to_owned());
    }
    if !["DockerImage", "ImageStreamTag"].contains(&text(&custom["from"]["kind"]))
        || entries(&custom["from"]).count() != 2
    {
        fault("from".to_owned());
    }
    let image = text(&custom["from"]["name"]);
    if image.is_empty() || image.contains(char::is_whitespace) {
        fault(format!("image {image}"));
    }
    let mut names = BTreeSet::new();
    for variable in custom["env"].as_array().into_iter().flatten() {
        let name = text(&variable["name"]);
        let legal = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
        if !legal || !names.insert(name) || !variable["value"].is_string() {
            fault(format!("variable {variable}"));
        }
    }
    let mut paths = BTreeSet::new();
    for secret in custom["secrets"].as_array().into_iter().flatten() {
        let (name, path) = (text(&secret["secretSource"]["name"]), text(&secret["mountPath"]));
        let ours = path.strip_prefix("/var/run/secrets/pipec/") == Some(name);
        if !is_subdomain(name) || !ours || !paths.insert(path) {
            fault(format!("secret {secret}"));
        }
    }
}

fn resources(resources: &Value, fault: &mut dyn FnMut(String)) {
    if resources.is_null() {
        return;
    }
    if resources["requests"] != resources["limits"] || entries(resources).count() != 2 {
        fault("requests are not limits".to_owned());
    }
    for (key, amount) in entries(&resources["limits"]) {
        let right = match key.as_str() {
            "devices.kubevirt.io/kvm" => amount == "1",
            "cpu" | "memory" | "ephemeral-storage" => amount.as_str().is_some_and(|text| !text.starts_with(['0', '-'])),
            _ => false,
        };
        if !right {
            fault(format!("{key}: {amount}"));
        }
    }
}

/// Every account that is named is there, and every binding binds what is there.
fn accounts(objects: &[Value], faults: &mut Vec<String>) {
    let there = |kind: &str, name: &Value| {
        objects.iter().any(|object| object["kind"] == kind && object["metadata"]["name"] == *name)
    };
    for object in objects {
        let name = &object["metadata"]["name"];
        let kind = text(&object["kind"]);
        let right = match kind {
            "BuildConfig" => there("ServiceAccount", &object["spec"]["serviceAccount"]),
            "RoleBinding" => {
                there("Role", &object["roleRef"]["name"])
                    && there("ServiceAccount", &object["subjects"][0]["name"])
                    && object["roleRef"]["apiGroup"] == "rbac.authorization.k8s.io"
            }
            "Role" => object["rules"].as_array().is_some_and(|rules| !rules.is_empty()),
            "ServiceAccount" | "ImageStream" | "NetworkPolicy" => true,
            _ => false,
        };
        if !right {
            faults.push(format!("{kind} {name} hangs in the air"));
        }
    }
}

fn entries(map: &Value) -> impl Iterator<Item = (&String, &Value)> {
    map.as_object().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn is_subdomain(text: &str) -> bool {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let label =
        |part: &str| !part.is_empty() && part.chars().all(legal) && !part.starts_with('-') && !part.ends_with('-');
    text.len() <= 253 && text.split('.').all(label)
}
