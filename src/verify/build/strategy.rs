//! How a build is made: exactly one of four ways.

use super::image::Role;
use super::{image, path, source, spec, volume};
use crate::diag::code::Code;
use crate::source::Span;
use crate::verify::cx::{Cx, finding};
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// The strategies of a build that are given.
#[derive(Debug)]
pub(super) struct Strategies<'a> {
    pub(super) docker: Option<&'a Node>,
    pub(super) source: Option<&'a Node>,
    pub(super) custom: Option<&'a Node>,
    pub(super) jenkins: Option<&'a Node>,
    /// `type: Docker` is enough for that one.
    pub(super) docker_by_type: bool,
}

impl<'a> Strategies<'a> {
    pub(super) fn new(spec: &'a Node) -> Self {
        let of = |key: &str| spec.get("strategy").and_then(|strategy| strategy.get(key));
        let kind = spec.get("strategy").and_then(|strategy| strategy.text_of("type"));
        let docker = of("dockerStrategy");
        Self {
            docker,
            source: of("sourceStrategy"),
            custom: of("customStrategy"),
            jenkins: of("jenkinsPipelineStrategy"),
            docker_by_type: docker.is_none() && kind == Some("Docker"),
        }
    }

    pub(super) fn is_docker(&self) -> bool {
        self.docker.is_some() || self.docker_by_type
    }

    /// Those that are given, with their keys.
    pub(super) fn given(&self) -> impl Iterator<Item = (&'static str, &'a Node)> {
        let all = [
            ("sourceStrategy", self.source),
            ("dockerStrategy", self.docker),
            ("customStrategy", self.custom),
            ("jenkinsPipelineStrategy", self.jenkins),
        ];
        all.into_iter().filter_map(|(key, node)| Some((key, node?)))
    }

    /// The image that the build is made from, by which a trigger goes that names none.
    pub(super) fn from(&self) -> Option<&'a Node> {
        let node = if self.source.is_some() {
            self.source
        } else if self.is_docker() {
            self.docker
        } else {
            self.custom
        };
        node?.get("from")
    }
}

const ONE: &str = "write exactly one of `customStrategy`, `dockerStrategy`, `sourceStrategy` and `jenkinsPipelineStrategy` under `strategy:`";

pub(super) fn missing(at: Span, cx: &mut Cx<'_>) {
    cx.push(finding(Code::P0670, at, "the build has no strategy", "how is it made?", ONE));
}

pub(super) fn check(spec: &Node, all: &Strategies<'_>, cx: &mut Cx<'_>) {
    let strategy = spec.get("strategy");
    let given: Vec<_> = all.given().collect();
    match (given.len() + usize::from(all.docker_by_type), strategy) {
        (0, Some(strategy)) if strategy.text().is_some() => return,
        (0, _) => return missing(spec.key_span("strategy"), cx),
        (1, _) => {}
        (_, Some(strategy)) => return several(strategy, &given, all, cx),
        (_, None) => return,
    }
    strategy.into_iter().for_each(|strategy| type_of(strategy, &given, cx));
    if all.is_docker() {
        input(spec, cx);
    }
    for (key, node) in given {
        one(key, node, cx);
    }
}

fn several(strategy: &Node, given: &[(&'static str, &Node)], all: &Strategies<'_>, cx: &mut Cx<'_>) {
    let keys: Vec<Span> = given.iter().map(|(key, _)| strategy.key_span(key)).collect();
    let by_type = strategy.get("type").filter(|_| all.docker_by_type).map(|kind| kind.span);
    let at = by_type.or(keys.last().copied()).unwrap_or(strategy.span);
    let help = match by_type {
        Some(_) => {
            "leave `type: Docker` out, or write the type of the strategy that is there: by its type alone there is a second one"
        }
        None => ONE,
    };
    let found = finding(Code::P0670, at, "the build has more than one strategy", "another one", help);
    cx.push(found.label(keys.first().copied().unwrap_or(strategy.span), "the first one"));
}

/// The type says nothing that counts, but may mislead who reads it.
fn type_of(strategy: &Node, given: &[(&'static str, &Node)], cx: &mut Cx<'_>) {
    let Some((node, text)) = strategy.get("type").and_then(|node| Some((node, node.text()?))) else { return };
    let Some((key, _)) = given.first() else { return };
    let is = match *key {
        "sourceStrategy" => "Source",
        "dockerStrategy" => "Docker",
        "customStrategy" => "Custom",
        _ => "JenkinsPipeline",
    };
    if text != is && !text.is_empty() {
        spec::type_astray(node, text, &format!("`{key}`"), cx);
    }
}

/// This one builds from something.
fn input(spec: &Node, cx: &mut Cx<'_>) {
    let has_any = ["git", "dockerfile", "images"].into_iter().any(|key| source::has(spec, key));
    if !has_any && !source::is_binary(spec) {
        let help = "write one of `git:`, `binary: {}`, `dockerfile:` and `images:` under `source:`: there is nothing that could be built";
        let at = if spec.has("source") { spec.key_span("source") } else { spec.key_span("strategy") };
        cx.push(finding(Code::P0671, at, "a build from a Dockerfile has no source", "of what?", help));
    }
}

fn one(key: &str, node: &Node, cx: &mut Cx<'_>) {
    let from = node.get("from");
    match (key, from) {
        ("jenkinsPipelineStrategy", _) => return jenkins(node, cx),
        ("dockerStrategy", None) => {}
        (_, Some(from)) => image::check(from, Role::Strategy, cx),
        (_, None) => {
            let help = "add `from:` with `kind:` and `name:`: it is the image that builds";
            cx.push(finding(Code::P0673, node.span, format!("`{key}` has no image"), "in which image?", help));
        }
    }
    source::secret_name(node, "pullSecret", cx);
    if let Some(policy) = node.get("imageOptimizationPolicy") {
        spec::word(policy, "policy of layers", &["None", "SkipLayers", "SkipLayersAndWarn"], cx);
    }
    if let Some(file) = node.get("dockerfilePath") {
        relative(file, cx);
    }
    if key != "customStrategy" {
        node.list("volumes").iter().for_each(|one| volume::check(one, cx));
    }
}

fn relative(node: &Node, cx: &mut Cx<'_>) {
    let Some(text) = node.text().filter(|text| !text.is_empty()) else { return };
    let cleaned = path::clean(text);
    if cleaned.starts_with('/') || cleaned == ".." || cleaned.starts_with("../") {
        let help = "write it from the folder of the source, without a `/` before it and without `..`";
        source::path_fault(node.span, format!("`{text}` lies outside of the source"), help, cx);
    }
}

/// What a Jenkinsfile may have.
const JENKINSFILE: usize = 100_000;

fn jenkins(node: &Node, cx: &mut Cx<'_>) {
    let given = |key: &str| node.get(key).filter(|one| one.text().is_some_and(|text| !text.is_empty()));
    match (given("jenkinsfilePath"), given("jenkinsfile")) {
        (Some(file), Some(text)) => {
            let help = "keep one of them: the API refuses the document";
            let found =
                finding(Code::P0678, text.span, "a Jenkinsfile is given, and the path of one", "the text", help);
            cx.push(found.label(file.span, "the path"));
        }
        (Some(file), None) => relative(file, cx),
        (None, Some(text)) => {
            let size = text.text().map_or(0, str::len);
            if size > JENKINSFILE {
                let help = "keep it in the repository and name its `jenkinsfilePath:`";
                spec::value(
                    text.span,
                    format!("a Jenkinsfile has {size} bytes, and {JENKINSFILE} are the most"),
                    help,
                    cx,
                );
            }
        }
        (None, None) => {}
    }
    let help = "run it as a Pipeline of Tekton, or as a custom build: no pod is made for this strategy any more";
    cx.push(finding(Code::P0696, node.span, "no cluster runs this strategy any more", "of Jenkins", help));
}
