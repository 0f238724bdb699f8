//! Who may do what: accounts, roles and their bindings.

use super::{docs, refs, words};
use crate::diag::code::Code;
use crate::source::Span;
use crate::verify::cx::{Cx, finding};
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

const GROUP: &str = "rbac.authorization.k8s.io";

pub(super) fn check<'a>(kind: &str, root: &'a Node, cx: &mut Cx<'a>) {
    match kind {
        "Role" => {
            root.list("rules").iter().for_each(|rule| one(rule, cx));
            refs::role(root, docs::namespace(root), cx);
        }
        "RoleBinding" => {
            binding(root, cx);
            refs::binding(root, docs::namespace(root), cx);
        }
        _ => refs::account(root, docs::namespace(root), cx),
    }
}

fn refused(at: Span, message: &str, help: &str, cx: &mut Cx<'_>) {
    cx.push(finding(Code::P0681, at, message, "refused", help));
}

fn one(rule: &Node, cx: &mut Cx<'_>) {
    if rule.list("verbs").is_empty() {
        refused(rule.span, "a rule allows nothing", "add `verbs:`, such as `[get, list, watch]` or `[create]`", cx);
    }
    if !rule.list("nonResourceURLs").is_empty() {
        let help = "leave it out: only a ClusterRole speaks of addresses";
        return refused(rule.key_span("nonResourceURLs"), "a rule of a namespace speaks of addresses", help, cx);
    }
    if rule.list("apiGroups").is_empty() {
        let help = "add `apiGroups:`; that of builds is `build.openshift.io`, that of Secrets and ConfigMaps is `\"\"`";
        refused(rule.span, "a rule names no group", help, cx);
    }
    if rule.list("resources").is_empty() {
        refused(rule.span, "a rule names no resource", "add `resources:`, such as `[builds/custom]`", cx);
    }
}

fn binding(root: &Node, cx: &mut Cx<'_>) {
    let Some(role) = root.get("roleRef") else {
        let help = "add `roleRef:` with `apiGroup: rbac.authorization.k8s.io`, `kind: Role` and `name:`";
        return refused(root.key_span("kind"), "a binding binds no role", help, cx);
    };
    let is_group = matches!(role.text_of("apiGroup"), None | Some("" | GROUP));
    part(role, "apiGroup", is_group, "write `apiGroup: rbac.authorization.k8s.io`", cx);
    let is_kind = matches!(role.text_of("kind"), Some("Role" | "ClusterRole"));
    part(role, "kind", is_kind, "write `kind: Role`, or `ClusterRole` for one of all namespaces", cx);
    let is_named = role.text_of("name").is_some_and(words::is_segment);
    part(role, "name", is_named, "write `name:`, that of the role, without `/` and `%`", cx);
    root.list("subjects").iter().for_each(|subject| who(subject, cx));
}

/// A field that has to be one of some texts.
fn part(node: &Node, key: &str, is_right: bool, help: &str, cx: &mut Cx<'_>) {
    let value = node.get(key);
    if is_right || value.is_some_and(|value| value.text().is_none()) {
        return;
    }
    let (at, message) = match value {
        Some(value) => (value.span, format!("`{}` cannot be the `{key}` here", value.text().unwrap_or_default())),
        None => (node.span, format!("`{key}` is missing here")),
    };
    refused(at, &message, help, cx);
}

fn who(subject: &Node, cx: &mut Cx<'_>) {
    let group = subject.text_of("apiGroup").unwrap_or_default();
    let name = subject.text_of("name").unwrap_or_default();
    match subject.text_of("kind").unwrap_or_default() {
        "ServiceAccount" => {
            part(subject, "name", words::is_subdomain(name), "write `name:`, that of the account", cx);
            let help = "leave `apiGroup` out: an account is of no group";
            if !group.is_empty() {
                part(subject, "apiGroup", false, help, cx);
            }
        }
        "User" | "Group" => {
            part(subject, "name", !name.is_empty(), "write `name:`, that of the user or group", cx);
            let is_right = group == GROUP || group.is_empty();
            part(subject, "apiGroup", is_right, "write `apiGroup: rbac.authorization.k8s.io`", cx);
        }
        _ => part(subject, "kind", false, "write `kind: ServiceAccount`, `User` or `Group`", cx),
    }
}
