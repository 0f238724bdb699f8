//! What the steps of a task say of their containers, which a program says of the task in its target.

use super::cx::{Cx, is_empty};
use super::findings;
use super::model::{Body, Call, Callee};
use super::options::{Fields, Options, braced};
use crate::import::script::quoted;
use crate::yaml_read::look::Look;
use crate::yaml_read::{Node, Yaml};

/// What a call says of its task.
pub(super) fn of_call(call: &Call<'_>, options: &mut Options, cx: &mut Cx<'_, '_>) {
    if let Some(at) = cx.at_of(call.node, "displayName").filter(|_| !call.theirs.is_empty()) {
        options.of_task(&call.ours, "display_name", quoted(&at.text));
    }
    let spec = match &call.callee {
        Callee::Declared(at) => cx.docs.tasks[*at].spec,
        Callee::Embedded(body) => body.spec,
        Callee::Extern(_) => return,
    };
    if let Some(fields) = security(spec).filter(|fields| !fields.is_empty()) {
        options.of_task(&call.ours, "security_context", braced(&fields));
    }
    if let Some(Some(policy)) = shared(spec, "imagePullPolicy", |node| node.text().map(str::to_owned)) {
        options.of_task(&call.ours, "image_pull_policy", format!(".{}", super::names::snake(&policy)));
    }
    super::volumes::of_call(spec, call, options, cx);
    if let Some(metadata) = spec.get("metadata") {
        let mut fields = Fields::new();
        for name in ["labels", "annotations"] {
            let list = super::bindings::pairs(metadata, name, cx);
            if !list.is_empty() {
                fields.push((name.to_owned(), braced(&list)));
            }
        }
        if !fields.is_empty() {
            options.of_task(&call.ours, "metadata", braced(&fields));
        }
    }
}

/// Reports what of the containers cannot be said: where steps differ, or nobody calls the task.
pub(super) fn report(body: &Body<'_>, is_called: bool, remarks: &mut Vec<String>, cx: &mut Cx<'_, '_>) {
    let spec = body.spec;
    super::volumes::report(body, is_called, remarks, cx);
    let nodes = || spec.list("steps").iter().chain(spec.get("stepTemplate"));
    let named = nodes().find(|node| node.get("securityContext").is_some_and(more_than_privileged));
    match (named, security(spec)) {
        (None, _) => {}
        (Some(node), None) => {
            let help = "the program says it of all steps of a task: give them the same, or take the task apart";
            let found =
                findings::not_said(node.key_span("securityContext"), "the steps of a task have different rights", help);
            cx.cannot(remarks, found);
        }
        (Some(node), Some(_)) if !is_called => {
            let help = "say it in the pipeline that calls the task: `target tekton { tasks: { NAME: { security_context: … } } }`";
            cx.push(findings::assumed(
                node.key_span("securityContext"),
                "the steps run as the user of their image",
                help,
            ));
        }
        (Some(_), Some(_)) => {}
    }
    for node in nodes() {
        for (key, _) in node.get("securityContext").into_iter().flat_map(Look::entries) {
            if !FIELDS.iter().any(|(theirs, _)| *theirs == key.text)
                && !["privileged", "capabilities", "seccompProfile"].contains(&key.text.as_str())
            {
                let message = format!("`securityContext.{}` has no form in the program", key.text);
                cx.cannot(remarks, findings::not_said(key.span, message, "leave it out"));
            }
        }
        if node.has("displayName") {
            cx.push(findings::left_out(node.key_span("displayName"), "the display name of a step", "its name says it"));
        }
    }
    let policy = nodes().find(|node| node.has("imagePullPolicy"));
    if let Some(node) = policy
        .filter(|_| !is_called || shared(spec, "imagePullPolicy", |node| node.text().map(str::to_owned)).is_none())
    {
        let help = "say it of the task in `target tekton { tasks: { … } }`";
        cx.push(findings::left_out(node.key_span("imagePullPolicy"), "when the image of a step is fetched anew", help));
    }
}

fn more_than_privileged(node: &Node) -> bool {
    node.entries().iter().any(|(key, value)| key.text != "privileged" && !is_empty(value))
}

const FIELDS: [(&str, &str); 5] = [
    ("runAsUser", "run_as_user"),
    ("runAsGroup", "run_as_group"),
    ("runAsNonRoot", "run_as_non_root"),
    ("readOnlyRootFilesystem", "read_only_root"),
    ("allowPrivilegeEscalation", "allow_privilege_escalation"),
];

/// The rights of all steps; `None` where they differ.
fn security(spec: &Node) -> Option<Fields> {
    shared(spec, "securityContext", |node| Some(fields(node))).map(Option::unwrap_or_default)
}

/// What all steps, or their template, say in a field.
fn shared<T: PartialEq>(spec: &Node, key: &str, read: impl Fn(&Node) -> Option<T>) -> Option<Option<T>> {
    let template = spec.get("stepTemplate").and_then(|template| template.get(key));
    let mut all = spec.list("steps").iter().map(|step| step.get(key).or(template).and_then(&read));
    let first = all.next()?;
    all.all(|one| one == first).then_some(first)
}

fn fields(node: &Node) -> Fields {
    let mut fields = Fields::new();
    for (theirs, ours) in FIELDS {
        match node.get(theirs).map(|node| &node.value) {
            Some(Yaml::Bool(value)) => fields.push((ours.to_owned(), value.to_string())),
            Some(Yaml::Int(value)) => fields.push((ours.to_owned(), value.to_string())),
            Some(_) | None => {}
        }
    }
    for (side, ours) in [("add", "add_capabilities"), ("drop", "drop_capabilities")] {
        let list = node.get("capabilities").map_or(&[][..], |node| node.list(side));
        let names: Vec<String> = list.iter().filter_map(Look::text).map(quoted).collect();
        if !names.is_empty() {
            fields.push((ours.to_owned(), format!("[{}]", names.join(", "))));
        }
    }
    match node.get("seccompProfile").and_then(|profile| profile.text_of("type")) {
        Some("RuntimeDefault") => fields.push(("seccomp".to_owned(), ".runtime_default".to_owned())),
        Some("Unconfined") => fields.push(("seccomp".to_owned(), ".unconfined".to_owned())),
        Some(_) | None => {}
    }
    fields
}
