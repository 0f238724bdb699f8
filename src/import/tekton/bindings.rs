//! What a run binds workspaces to.

use super::cx::Cx;
use super::duration;
use super::findings;
use super::model::Pipeline;
use super::options::{Fields, Options, braced as record};
use crate::import::script::quoted;
use crate::yaml_read::look::Look;
use crate::yaml_read::{Node, Yaml};

/// `bindings: { source: { claim: "x" } }`
pub(super) fn option(spec: &Node, pipeline: &Pipeline<'_>, options: &mut Options, cx: &mut Cx<'_, '_>) {
    let mut entries = Vec::new();
    for node in spec.list("workspaces") {
        let Some(name) = cx.at_of(node, "name") else { continue };
        let Some(space) = pipeline.spaces.iter().find(|space| space.theirs == name.text) else {
            let known: Vec<&str> = pipeline.spaces.iter().map(|space| space.theirs.as_str()).collect();
            cx.push(findings::unknown(name.span, "the workspace", &name.text, &known));
            continue;
        };
        let mut fields = Fields::new();
        source(node, &[], &mut fields, cx);
        if let Some(at) = cx.at_of(node, "subPath") {
            fields.push(("sub_path".to_owned(), quoted(&at.text)));
        }
        entries.push((space.ours.clone(), record(&fields)));
    }
    options.record("bindings", &entries);
}

/// The fields of where the files of a binding are, or those of a volume of a task, of which `more` is said elsewhere.
pub(super) fn source(node: &Node, more: &[&str], fields: &mut Fields, cx: &mut Cx<'_, '_>) {
    let mut remarks = Vec::new();
    let known = [
        "name",
        "subPath",
        "persistentVolumeClaim",
        "volumeClaimTemplate",
        "emptyDir",
        "secret",
        "configMap",
        "projected",
        "csi",
    ];
    cx.rest(node, &known, "a binding", &mut remarks);
    for (kind, name, field) in [
        ("persistentVolumeClaim", "claimName", "claim"),
        ("secret", "secretName", "secret"),
        ("configMap", "name", "config_map"),
    ] {
        let Some(inner) = node.get(kind) else { continue };
        cx.rest(inner, &[&[name], more].concat(), "a binding", &mut remarks);
        if let Some(at) = cx.at_of(inner, name) {
            fields.push((field.to_owned(), quoted(&at.text)));
        }
    }
    if let Some(inner) = node.get("emptyDir").or_else(|| has_empty(node, "emptyDir")) {
        let mut of = Fields::new();
        if let Some(at) = cx.at_of(inner, "medium").filter(|at| !at.text.is_empty()) {
            let case = if at.text == "Memory" { ".memory" } else { ".huge_pages" };
            of.push(("medium".to_owned(), case.to_owned()));
        }
        if let Some(size) = cx.number_of(inner, "sizeLimit").and_then(|at| duration::size(&at.text)) {
            of.push(("size_limit".to_owned(), size));
        }
        fields.push(("empty_dir".to_owned(), record(&of)));
    }
    if let Some(claim) = node.get("volumeClaimTemplate") {
        fields.push(("template".to_owned(), template(claim, cx)));
    }
    if let Some(csi) = node.get("csi") {
        fields.push(("csi".to_owned(), of_driver(csi, cx)));
    }
    if let Some(projected) = node.get("projected") {
        let sources: Vec<String> = projected.list("sources").iter().map(|one| projection(one, cx)).collect();
        fields.push(("projected".to_owned(), format!("[{}]", sources.join(", "))));
    }
}

/// `emptyDir: {}`
fn has_empty<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    node.entries().iter().find(|(name, _)| name.text == key).map(|(_, value)| value)
}

fn template(node: &Node, cx: &mut Cx<'_, '_>) -> String {
    let mut fields = Fields::new();
    let mut remarks = Vec::new();
    let Some(spec) = node.get("spec") else { return record(&fields) };
    cx.rest(spec, &["accessModes", "resources", "storageClassName"], "a claim", &mut remarks);
    let size = spec.get("resources").and_then(|one| one.get("requests")).and_then(|one| cx.number_of(one, "storage"));
    if let Some(at) = size {
        match duration::size(&at.text) {
            Some(size) => fields.push(("size".to_owned(), size)),
            None => cx.push(findings::not_said(at.span, format!("`{}` is no size", at.text), "write `10Gi`")),
        }
    }
    let modes: Vec<&str> = spec.list("accessModes").iter().filter_map(Look::text).collect();
    if let Some(mode) = modes.first() {
        let case = match *mode {
            "ReadWriteOnce" => ".read_write_once",
            "ReadWriteOncePod" => ".read_write_once_pod",
            "ReadWriteMany" => ".read_write_many",
            _ => {
                let help = "a task has to be able to write there";
                cx.push(findings::not_said(
                    spec.key_span("accessModes"),
                    format!("`{mode}` is no way to mount a workspace"),
                    help,
                ));
                ".read_write_once"
            }
        };
        fields.push(("access_mode".to_owned(), case.to_owned()));
    }
    if let Some(at) = cx.at_of(spec, "storageClassName") {
        fields.push(("storage_class".to_owned(), quoted(&at.text)));
    }
    record(&fields)
}

fn of_driver(node: &Node, cx: &mut Cx<'_, '_>) -> String {
    let mut fields = Fields::new();
    if let Some(at) = cx.at_of(node, "driver") {
        fields.push(("driver".to_owned(), quoted(&at.text)));
    }
    if let Some(Yaml::Bool(value)) = node.get("readOnly").map(|node| &node.value) {
        fields.push(("read_only".to_owned(), value.to_string()));
    }
    if let Some(at) = cx.at_of(node, "fsType") {
        fields.push(("fs_type".to_owned(), quoted(&at.text)));
    }
    let attributes = pairs(node, "volumeAttributes", cx);
    if !attributes.is_empty() {
        fields.push(("attributes".to_owned(), record(&attributes)));
    }
    if let Some(at) = node.get("nodePublishSecretRef").and_then(|node| cx.at_of(node, "name")) {
        fields.push(("secret".to_owned(), quoted(&at.text)));
    }
    record(&fields)
}

fn projection(node: &Node, cx: &mut Cx<'_, '_>) -> String {
    let mut fields = Fields::new();
    for (kind, field) in [("secret", "secret"), ("configMap", "config_map")] {
        let Some(inner) = node.get(kind) else { continue };
        if let Some(at) = cx.at_of(inner, "name") {
            fields.push((field.to_owned(), quoted(&at.text)));
        }
        let items = items(inner, cx);
        if !items.is_empty() {
            fields.push(("items".to_owned(), record(&items)));
        }
        if let Some(Yaml::Bool(optional)) = inner.get("optional").map(|node| &node.value) {
            fields.push(("optional".to_owned(), optional.to_string()));
        }
    }
    if let Some(token) = node.get("serviceAccountToken") {
        let mut of = Fields::new();
        for (theirs, ours) in [("path", "path"), ("audience", "audience")] {
            if let Some(at) = cx.at_of(token, theirs) {
                of.push((ours.to_owned(), quoted(&at.text)));
            }
        }
        let seconds = cx.number_of(token, "expirationSeconds").and_then(|at| at.text.parse::<u64>().ok());
        if let Some(text) = seconds.and_then(|seconds| duration::of_millis(seconds * 1000)) {
            of.push(("expires".to_owned(), text));
        }
        fields.push(("service_account_token".to_owned(), record(&of)));
    }
    record(&fields)
}

/// Keys of a Secret or ConfigMap, and the file of each.
pub(super) fn items(node: &Node, cx: &mut Cx<'_, '_>) -> Fields {
    let mut items = Fields::new();
    for item in node.list("items") {
        if let (Some(key), Some(path)) = (cx.at_of(item, "key"), cx.at_of(item, "path")) {
            items.push((key.text, quoted(&path.text)));
        }
    }
    items
}

/// The texts of a map.
pub(super) fn pairs(node: &Node, key: &str, cx: &mut Cx<'_, '_>) -> Fields {
    let mut made = Fields::new();
    for (name, value) in node.get(key).into_iter().flat_map(Look::entries) {
        if let Some(at) = cx.at(value) {
            made.push((name.text.clone(), quoted(&at.text)));
        }
    }
    made
}
