//! What a cluster refuses of a pod.

use std::net::IpAddr;

use super::read::{Fields, number};
use super::{Options, findings};
use crate::diag::Diagnostics;
use crate::emit::kube;
use crate::emit::tekton::escape;
use crate::emit::tekton::gaps::bad_name;
use crate::plan::Value;
use crate::source::Span;

/// Where something stands in the options.
#[derive(Debug)]
pub(super) struct Place<'a> {
    options: &'a Options,
    path: String,
    block: Span,
}

impl<'a> Place<'a> {
    pub(super) fn new(options: &'a Options, path: &str, block: Span) -> Self {
        Self { options, path: path.to_owned(), block }
    }

    fn below(&self, name: &str) -> Self {
        Self { path: format!("{}/{name}", self.path), ..*self }
    }

    fn span(&self) -> Span {
        self.options.place(&self.path).unwrap_or(self.block)
    }
}

pub(super) fn report(place: &Place<'_>, pod: Fields<'_>, out: &mut Diagnostics) {
    labels(&place.below("node_selector"), pod.entries("node_selector"), out);
    variables(&place.below("env"), pod, out);
    security(&place.below("security_context"), pod.below("security_context"), out);
    for field in ["priority_class", "runtime_class", "scheduler"] {
        name(&place.below(field), pod.text(field), field, out);
    }
    for (at, secret) in pod.texts("image_pull_secrets").into_iter().enumerate() {
        name(&place.below("image_pull_secrets").below(&at.to_string()), Some(secret), "image_pull_secrets", out);
    }
    each(place, pod, "tolerations", out, toleration);
    each(place, pod, "affinity", out, node_rule);
    each(place, pod, "host_aliases", out, host_alias);
    each(place, pod, "topology_spread", out, spread);
    if pod.text("dns_policy").as_deref() == Some("None") && pod.list("dns_servers").is_empty() {
        let help = "name them by `dns_servers`: with `.own` a pod has no others";
        let message = "a pod has no servers that know names";
        out.push(findings::contradiction(place.below("dns_policy").span(), message, "no `dns_servers`", help));
    }
    for (at, server) in pod.texts("dns_servers").into_iter().enumerate() {
        address(&place.below("dns_servers").below(&at.to_string()), &server, out);
    }
}

type Check = fn(&Place<'_>, Fields<'_>, &mut Diagnostics);

fn each(place: &Place<'_>, pod: Fields<'_>, field: &str, out: &mut Diagnostics, check: Check) {
    let place = place.below(field);
    for (at, one) in pod.list(field).iter().enumerate() {
        check(&place.below(&at.to_string()), Fields::of(one), out);
    }
}

fn name(place: &Place<'_>, name: Option<String>, field: &str, out: &mut Diagnostics) {
    if let Some(name) = name.filter(|name| !kube::is_subdomain(name)) {
        out.push(bad_name(place.span(), field, &name));
    }
}

/// Keys and values of labels.
pub(super) fn labels(place: &Place<'_>, entries: Vec<(String, String)>, out: &mut Diagnostics) {
    keys(place, &entries, out);
    for (key, value) in entries.iter().filter(|(_, value)| !is_label_value(value)) {
        out.push(findings::bad_value(place.below(key).span(), value));
    }
}

pub(super) fn keys(place: &Place<'_>, entries: &[(String, String)], out: &mut Diagnostics) {
    for (key, _) in entries.iter().filter(|(key, _)| !is_key(key)) {
        out.push(findings::bad_key(place.below(key).span(), key));
    }
}

/// `name`, `domain/name`
pub(super) fn is_key(key: &str) -> bool {
    let (domain, name) = key.split_once('/').map_or((None, key), |(domain, name)| (Some(domain), name));
    domain.is_none_or(kube::is_subdomain) && !name.is_empty() && is_label_value(name)
}

fn is_label_value(value: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    value.len() <= kube::LONGEST_NAME
        && value.chars().all(inner)
        && edge(value.chars().next())
        && edge(value.chars().last())
}

fn variables(place: &Place<'_>, pod: Fields<'_>, out: &mut Diagnostics) {
    for (name, value) in pod.entries("env") {
        let legal = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(legal) || name.starts_with(|c: char| c.is_ascii_digit()) {
            let help = "write letters, digits and `_`, not beginning with a digit: a shell reads no other";
            let message = format!("`{name}` cannot be the name of a variable");
            out.push(findings::contradiction(place.below(&name).span(), &message, "not a name", help));
        }
        if escape::is_changed_on_the_way(&value) {
            let help = "leave them out: Tekton and Kubernetes read variables there, and know no escape";
            let message = format!("tekton would change `{name}`");
            out.push(findings::contradiction(place.below(&name).span(), &message, "holds `$(` or `$$`", help));
        }
    }
}

fn security(place: &Place<'_>, of: Fields<'_>, out: &mut Diagnostics) {
    for field in ["run_as_user", "run_as_group", "fs_group"] {
        if of.number(field).is_some_and(|number| number < 0) {
            out.push(findings::negative(place.below(field).span(), field));
        }
    }
    if of.list("supplemental_groups").iter().filter_map(number).any(|number| number < 0) {
        out.push(findings::negative(place.below("supplemental_groups").span(), "supplemental_groups"));
    }
    if of.flag("run_as_non_root") == Some(true) && of.number("run_as_user") == Some(0) {
        let help = "leave one of the two out: no such container is started";
        let message = "a pod is to run as root and not as root";
        out.push(findings::contradiction(place.below("run_as_user").span(), message, "0 is root", help));
    }
}

fn toleration(place: &Place<'_>, of: Fields<'_>, out: &mut Diagnostics) {
    let exists = of.text("operator").as_deref() == Some("Exists");
    let mut wrong = |message: &str, here: &str, help: &str| {
        out.push(findings::contradiction(place.span(), message, here, help));
    };
    if exists && of.text("value").is_some() {
        wrong("a toleration of every value names one", "has `value`", "leave `value` or `operator: .exists` out");
    }
    if !exists && of.text("key").is_none() {
        wrong("a toleration has no `key`", "no `key`", "name it, or write `operator: .exists`, which tolerates all");
    }
    if of.get("stay") != &Value::None && of.text("effect").as_deref() != Some("NoExecute") {
        wrong("only `.no_execute` drives a pod away", "has `stay`", "write `effect: .no_execute`, or leave `stay` out");
    }
    if let Some(key) = of.text("key").filter(|key| !is_key(key)) {
        out.push(findings::bad_key(place.below("key").span(), &key));
    }
}

fn node_rule(place: &Place<'_>, of: Fields<'_>, out: &mut Diagnostics) {
    let compares = matches!(of.text("operator").as_deref(), Some("In" | "NotIn"));
    let values = of.texts("values");
    if compares == values.is_empty() {
        let (here, help) = match compares {
            true => ("has no `values`", "give the values that the label may, or may not, have"),
            false => ("has `values`", "leave `values` out: `.exists` and `.absent` look at the key alone"),
        };
        out.push(findings::contradiction(place.span(), "a rule for nodes does not fit its `operator`", here, help));
    }
    let key = of.get("key").text().unwrap_or_default();
    if !is_key(&key) {
        out.push(findings::bad_key(place.below("key").span(), &key));
    }
    for value in values.iter().filter(|value| !is_label_value(value)) {
        out.push(findings::bad_value(place.below("values").span(), value));
    }
}

fn host_alias(place: &Place<'_>, of: Fields<'_>, out: &mut Diagnostics) {
    address(&place.below("ip"), &of.get("ip").text().unwrap_or_default(), out);
    for host in of.texts("hostnames").into_iter().filter(|host| !kube::is_subdomain(host)) {
        out.push(bad_name(place.below("hostnames").span(), "hostnames", &host));
    }
}

fn address(place: &Place<'_>, text: &str, out: &mut Diagnostics) {
    if text.parse::<IpAddr>().is_err() {
        let message = format!("`{text}` is no address");
        out.push(findings::contradiction(
            place.span(),
            &message,
            "not an address",
            "write an IP address, as `10.0.0.7`",
        ));
    }
}

fn spread(place: &Place<'_>, of: Fields<'_>, out: &mut Diagnostics) {
    if of.number("max_skew").is_some_and(|skew| skew < 1) {
        let help = "write 1 or more: by how many pods places may differ";
        out.push(findings::contradiction(
            place.below("max_skew").span(),
            "`max_skew` is less than 1",
            "less than 1",
            help,
        ));
    }
    let key = of.get("key").text().unwrap_or_default();
    if !is_key(&key) {
        out.push(findings::bad_key(place.below("key").span(), &key));
    }
    labels(&place.below("labels"), of.entries("labels"), out);
}
