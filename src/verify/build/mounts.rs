//! What is mounted where something else is: the API takes it, and no pod is made.

use rustc_hash::FxHashMap;

use super::path;
use super::strategy::Strategies;
use crate::diag::code::Code;
use crate::source::Span;
use crate::verify::cx::{Cx, finding};
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// What every build has mounted.
const KEPT: [&str; 8] = [
    "/var/run/secrets/openshift.io/push",
    "/var/run/secrets/openshift.io/pull",
    "/var/run/secrets/openshift.io/source",
    "/var/run/secrets/kubernetes.io/serviceaccount",
    "/var/run/configs/openshift.io",
    "/var/lib/containers",
    "/var/run/containers",
    "/tmp/build",
];

pub(super) fn check(spec: &Node, all: &Strategies<'_>, cx: &mut Cx<'_>) {
    let mut places = Places::default();
    for (key, strategy) in all.given() {
        let volumes = if key == "customStrategy" { &[] } else { strategy.list("volumes") };
        names(volumes, cx);
        for node in
            volumes.iter().flat_map(|volume| volume.list("mounts")).filter_map(|mount| mount.get("destinationPath"))
        {
            places.take(node, cx);
        }
        for secret in strategy.list("secrets") {
            match secret.get("mountPath") {
                Some(node) => places.take(node, cx),
                None => fails(
                    secret.span,
                    "a Secret is mounted nowhere".to_owned(),
                    "add `mountPath: /PATH`: no pod is made without it",
                    cx,
                ),
            }
            if secret.get("secretSource").and_then(|one| one.text_of("name")).is_none_or(str::is_empty) {
                fails(
                    secret.span,
                    "a Secret that is mounted is not named".to_owned(),
                    "add `secretSource:` with `name:` in it",
                    cx,
                );
            }
        }
    }
    stages(spec, cx);
}

fn fails(at: Span, message: String, help: &str, cx: &mut Cx<'_>) {
    cx.push(finding(Code::P0689, at, message, "taken, and no pod is made", help));
}

fn names(volumes: &[Node], cx: &mut Cx<'_>) {
    let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
    for node in volumes.iter().filter_map(|volume| volume.get("name")) {
        let Some(name) = node.text() else { continue };
        if let Some(first) = seen.insert(name, node.span) {
            let help = "give each its own name: the API takes both, and the pod is refused";
            let found =
                finding(Code::P0689, node.span, format!("the volume `{name}` is there twice"), "again here", help);
            cx.push(found.label(first, "first here"));
        }
    }
}

/// Where something is mounted already.
#[derive(Default, Debug)]
struct Places {
    seen: FxHashMap<String, Span>,
}

impl Places {
    fn take(&mut self, node: &Node, cx: &mut Cx<'_>) {
        let Some(text) = node.text().filter(|text| !text.is_empty()) else { return };
        let cleaned = path::clean(text);
        let below =
            |kept: &&&str| cleaned == **kept || cleaned.strip_prefix(**kept).is_some_and(|rest| rest.starts_with('/'));
        if let Some(kept) = KEPT.iter().find(below) {
            let help = format!("choose another path: `{kept}` is what every build has there");
            return fails(node.span, format!("`{text}` is mounted already"), &help, cx);
        }
        if let Some(first) = self.seen.insert(cleaned, node.span) {
            let help = "give each its own path: the API takes both, and the pod is refused";
            let found =
                finding(Code::P0689, node.span, format!("something else is mounted at `{text}`"), "again here", help);
            cx.push(found.label(first, "first here"));
        }
    }
}

/// Names that an image stands for, which no line of the Dockerfile has.
fn stages(spec: &Node, cx: &mut Cx<'_>) {
    let Some(source) = spec.get("source") else { return };
    let Some(text) = source.text_of("dockerfile").filter(|text| !text.is_empty()) else { return };
    let used: Vec<&str> = text.lines().flat_map(named).collect();
    for node in source.list("images").iter().flat_map(|one| one.list("as")) {
        let Some(name) = node.text().filter(|name| !name.is_empty() && !used.contains(name)) else { continue };
        let help = "write a name as it stands behind `FROM` or `--from=` in the Dockerfile: the image is fetched and used by nothing";
        cx.push(finding(
            Code::P0691,
            node.span,
            format!("the Dockerfile speaks of no `{name}`"),
            "read by nothing",
            help,
        ));
    }
}

/// What a line of a Dockerfile takes from elsewhere, and the stages that it makes.
fn named(line: &str) -> Vec<&str> {
    let mut words = line.split_whitespace();
    match words.next().map(str::to_ascii_uppercase).as_deref() {
        Some("FROM") => words.filter(|word| !word.starts_with("--")).collect(),
        Some("COPY" | "ADD" | "RUN") => words
            .filter_map(|word| word.split_once("from="))
            .map(|(_, from)| from.split(',').next().unwrap_or(from))
            .collect(),
        Some(_) | None => Vec::new(),
    }
}
