//! Sidecars as services.

use super::cx::Cx;
use super::findings;
use super::names::snake;
use super::refs::{Part, parts};
use super::scope::Scope;
use super::step::{env_field, environment};
use super::text::{STEP, remarks};
use crate::import::script::{Script, quoted};
use crate::yaml_read::look::Look;
use crate::yaml_read::{Node, Yaml};

/// `service db { … }`
pub(super) fn write<'a>(node: &'a Node, scope: Scope<'_, 'a>, margin: usize, cx: &mut Cx<'a, '_>) -> String {
    let mut notes = Vec::new();
    let known =
        ["name", "image", "env", "ports", "readinessProbe", "script", "args", "computeResources", "volumeMounts"];
    cx.rest(node, &known, "a sidecar", &mut notes);
    let name = snake(node.text_of("name").unwrap_or("service"));
    let (pad, inner) = (" ".repeat(margin), " ".repeat(margin + STEP));
    let image = node.text_of("image").unwrap_or_default();
    unsaid(node, &name, &mut notes, cx);
    let mut out = format!("{pad}service {name} {{\n{inner}image: {}\n", quoted(image));
    let port = node.list("ports").first().and_then(|port| port.get("containerPort"));
    let port = match port.map(|port| &port.value) {
        Some(Yaml::Int(port)) => Some(*port),
        _ => None,
    };
    let probe = node.get("readinessProbe").and_then(|probe| probe.get("exec"));
    let ready = probe.map(|exec| exec.list("command").iter().filter_map(|one| cx.at(one)).collect::<Vec<_>>());
    let ready = ready.map(|words| super::script::command(&words, scope, cx, &mut notes));
    if let Some(port) = port {
        out += &format!("{inner}port: {port}\n");
    }
    if let Some(ready) = &ready {
        out += &format!("{inner}ready: {}\n", ready.quoted());
    }
    if port.is_none() && ready.is_none() {
        let help = "give it a port, or a probe: the steps wait until it answers";
        cx.cannot(
            &mut notes,
            findings::not_said(node.span, format!("nobody can tell when the sidecar `{name}` is ready"), help),
        );
        out += &format!("{inner}ready: \"true\"\n");
    }
    let env = environment(node, scope, cx, &mut notes);
    if !env.is_empty() {
        out += &env_field(&env, margin + STEP);
    }
    let args: Vec<String> = node.list("args").iter().filter_map(|one| cx.at(one)).map(|at| quoted(&at.text)).collect();
    if !args.is_empty() {
        out += &format!("{inner}args: [{}]\n", args.join(", "));
    }
    if let Some(at) = cx.at_of(node, "script") {
        let parted = super::shebang::part(&at.text);
        let script = Script::of(&format!("{}{}", parted.before(false), parted.body)).trimmed();
        out += &format!("{inner}run: {}\n", script.literal(margin + 2 * STEP, margin + STEP));
    }
    let needs = super::needs::of(&[Some(node)], cx, &mut notes);
    out += &needs.field().map(|field| format!("{inner}{field}\n")).unwrap_or_default();
    format!("{}{out}{pad}}}\n", remarks(&notes, margin))
}

/// What of a sidecar would be lost: variables, which nobody replaces there, and how often it is asked whether it is ready.
fn unsaid(node: &Node, name: &str, notes: &mut Vec<String>, cx: &mut Cx<'_, '_>) {
    let texts = node.get("image").into_iter().chain(node.get("script")).chain(node.list("args"));
    for text in texts {
        let found = text.text().into_iter().flat_map(parts).find_map(|part| match part {
            Part::Var(_, whole) => Some(whole),
            Part::Text(_) => None,
        });
        let Some(whole) = found else { continue };
        let span = cx.docs.within(text.span, whole);
        let help = "give it to the sidecar as an environment variable, and read that in its script";
        cx.cannot(notes, findings::not_said(span, format!("`{whole}` stands in the sidecar `{name}`"), help));
    }
    for (key, _) in node.get("readinessProbe").into_iter().flat_map(Look::entries) {
        if !matches!(key.text.as_str(), "exec" | "tcpSocket") {
            let what = format!("`{}` of the probe of `{name}`", key.text);
            cx.push(findings::left_out(
                key.span,
                &what,
                "the steps wait until the port answers, or the command ends well",
            ));
        }
    }
}
