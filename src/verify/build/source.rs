//! What a build is made of.

use super::image::Role;
use super::strategy::Strategies;
use super::{address, image, path, spec, words};
use crate::diag::code::Code;
use crate::source::Span;
use crate::verify::cx::{Cx, finding};
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// What a Dockerfile in the text may have.
const DOCKERFILE: usize = 60_000;

/// Whether something is uploaded for each build: said, or said by the type.
pub(super) fn is_binary(spec: &Node) -> bool {
    has(spec, "binary") || spec.get("source").and_then(|source| source.text_of("type")) == Some("Binary")
}

pub(super) fn has(spec: &Node, key: &str) -> bool {
    spec.get("source").is_some_and(|source| source.has(key))
}

pub(super) fn check(spec: &Node, all: &Strategies<'_>, cx: &mut Cx<'_>) {
    let empty = Node { value: crate::yaml_read::Yaml::Null, span: spec.span };
    let source = spec.get("source").unwrap_or(&empty);
    if let (Some(_), true, None) = (source.get("git"), is_binary(spec), all.custom) {
        let at = if source.has("binary") { source.key_span("binary") } else { source.key_span("type") };
        let help = "keep `git:`, or `binary:`: only a custom build may have both; the API refuses the document";
        let found = finding(Code::P0671, at, "a build has a repository, and is uploaded too", "uploaded", help);
        return cx.push(found.label(source.key_span("git"), "the repository"));
    }
    type_of(spec, source, cx);
    source.get("git").into_iter().for_each(|git| repository(git, cx));
    source.get("binary").and_then(|binary| binary.get("asFile")).into_iter().for_each(|node| file_name(node, cx));
    source.get("dockerfile").into_iter().for_each(|node| dockerfile(node, cx));
    images(source, cx);
    jenkins(spec, source, all, cx);
    for (list, key) in [("secrets", "secret"), ("configMaps", "configMap")] {
        for item in source.list(list) {
            input(item, key, all.is_docker(), cx);
        }
    }
    secret_name(source, "sourceSecret", cx);
    if let Some((node, text)) = source.get("contextDir").and_then(|node| Some((node, node.text()?)))
        && path::leaves(text)
    {
        path_fault(node.span, format!("`{text}` leaves the source"), LEAVES, cx);
    }
}

const LEAVES: &str = "name a folder inside, and no name that begins with `..`: the API refuses the document";

/// A path that is refused.
pub(super) fn path_fault(at: Span, message: String, help: &str, cx: &mut Cx<'_>) {
    cx.push(finding(Code::P0672, at, message, "refused", help));
}

fn fault(at: Span, message: String, help: &str, cx: &mut Cx<'_>) {
    cx.push(finding(Code::P0671, at, message, "refused", help));
}

/// What is there counts, not the type; only `Binary` makes something of itself.
fn type_of(spec: &Node, source: &Node, cx: &mut Cx<'_>) {
    let Some((node, text)) = source.get("type").and_then(|node| Some((node, node.text()?))) else { return };
    let is = if source.has("git") {
        "Git"
    } else if is_binary(spec) {
        "Binary"
    } else if source.has("dockerfile") {
        "Dockerfile"
    } else if !source.list("images").is_empty() {
        "Image"
    } else {
        "None"
    };
    let stands = if is == "None" { "nothing".to_owned() } else { format!("`{is}`") };
    if text != is && !text.is_empty() && !(text == "Binary" && is_binary(spec)) {
        spec::type_astray(node, text, &stands, cx);
    }
}

fn repository(git: &Node, cx: &mut Cx<'_>) {
    match git.get("uri") {
        Some(node) => {
            let Some(text) = node.text() else { return };
            if text.is_empty() {
                fault(node.span, "a repository has no address".to_owned(), ADDRESS, cx);
            } else if let Some(why) = address::git_fault(text) {
                fault(node.span, format!("`{text}` is no address of a repository: {why}"), ADDRESS, cx);
            }
        }
        None => fault(git.span, "a repository has no address".to_owned(), ADDRESS, cx),
    }
    for key in ["httpProxy", "httpsProxy"] {
        let Some((node, text)) = git.get(key).and_then(|node| Some((node, node.text()?))) else { continue };
        if let Some(why) = address::proxy_fault(text).filter(|_| !text.is_empty()) {
            let help = "write `http://HOST:PORT`, or `HOST:PORT`";
            fault(node.span, format!("`{text}` is no address of a proxy: {why}"), help, cx);
        }
    }
}

const ADDRESS: &str = "write `uri:` with `https://HOST/PATH.git`, `git@HOST:PATH.git` or a path; a file of this machine is `file:///PATH`";

fn file_name(node: &Node, cx: &mut Cx<'_>) {
    let Some(text) = node.text().filter(|text| !text.is_empty()) else { return };
    let cleaned = path::clean(text);
    let name = cleaned.strip_prefix('/').unwrap_or(&cleaned);
    if name.is_empty() || name == "." || name.starts_with("..") || name.contains(['/', '\\']) {
        let help = "write the name of one file, without a folder: `app.jar`";
        fault(node.span, format!("`{text}` is no name of a file"), help, cx);
    }
}

fn dockerfile(node: &Node, cx: &mut Cx<'_>) {
    let size = node.text().map_or(0, str::len);
    if size > DOCKERFILE {
        let help = "keep it in the repository and name its `dockerfilePath:`";
        spec::value(node.span, format!("a Dockerfile has {size} bytes, and {DOCKERFILE} are the most"), help, cx);
    }
}

fn images(source: &Node, cx: &mut Cx<'_>) {
    let mut names: Vec<(&str, Span)> = Vec::new();
    for one in source.list("images") {
        match one.get("from") {
            Some(from) => image::check(from, Role::Input, cx),
            None => cx.push(finding(
                Code::P0673,
                one.span,
                "an image of the source is not named",
                "which one?",
                "add `from:` with `kind:` and `name:`",
            )),
        }
        secret_name(one, "pullSecret", cx);
        if one.list("paths").is_empty() && one.list("as").is_empty() {
            let help =
                "add `paths:`, what is copied out of it, or `as:`, the names in the Dockerfile that it stands for";
            spec::value(one.span, "an image of the source gives nothing".to_owned(), help, cx);
        }
        one.list("paths").iter().for_each(|one| copied(one, cx));
        for node in one.list("as") {
            let Some(name) = node.text() else { continue };
            if name.is_empty() {
                spec::value(
                    node.span,
                    "an image stands for no name".to_owned(),
                    "write the name in the Dockerfile",
                    cx,
                );
            } else if let Some((_, first)) = names.iter().find(|(other, _)| *other == name) {
                let help = "leave it out at one of them: the API refuses the document";
                let found =
                    finding(Code::P0677, node.span, format!("two images stand for `{name}`"), "again here", help);
                cx.push(found.label(*first, "first here"));
            } else {
                names.push((name, node.span));
            }
        }
    }
}

/// A path of an image, and where it goes.
fn copied(one: &Node, cx: &mut Cx<'_>) {
    let text = |key: &str| one.get(key).map(|node| (node.span, node.text()));
    match text("sourcePath") {
        Some((at, Some(path))) if !path.starts_with('/') => {
            path_fault(
                at,
                format!("`{path}` is no path of an image"),
                "begin it with `/`: images have no other folder to begin at",
                cx,
            );
        }
        Some(_) => {}
        None => path_fault(one.span, "nothing is named that is copied".to_owned(), "add `sourcePath: /PATH`", cx),
    }
    match text("destinationDir") {
        Some((at, Some(""))) => {
            path_fault(at, "no folder is named that it is copied to".to_owned(), "write `.` for the source itself", cx);
        }
        Some((at, Some(path))) => destination(path, at, true, cx),
        Some((_, None)) => {}
        None => {
            path_fault(one.span, "no folder is named that it is copied to".to_owned(), "add `destinationDir: .`", cx)
        }
    }
}

fn destination(path: &str, at: Span, is_relative: bool, cx: &mut Cx<'_>) {
    if path.starts_with('/') && is_relative {
        let help = "write it from the folder of the source, without a `/` before it";
        path_fault(at, format!("`{path}` lies outside of the source"), help, cx);
    } else if path::leaves(path) {
        path_fault(at, format!("`{path}` leaves the source"), LEAVES, cx);
    }
}

/// A Secret or a ConfigMap whose keys become files of the source.
fn input(item: &Node, key: &str, is_docker: bool, cx: &mut Cx<'_>) {
    let name = item.get(key).and_then(|one| one.get("name"));
    let what = if key == "secret" { "Secret" } else { "ConfigMap" };
    match name.map(Look::text) {
        Some(None) => {}
        None | Some(Some("")) => no_name(item.span, what, &format!("add `{key}:` with `name:` in it"), cx),
        Some(Some(text)) if !words::is_subdomain(text) => {
            let at = name.map_or(item.span, |name| name.span);
            let help = "write small letters, digits, `-` and `.`, with a letter or digit first and last";
            cx.push(finding(Code::P0674, at, format!("`{text}` is no name of a {what}"), "not in this form", help));
        }
        Some(Some(_)) => {}
    }
    if let Some((node, text)) = item.get("destinationDir").and_then(|node| Some((node, node.text()?))) {
        destination(text, node.span, is_docker, cx);
    }
}

fn no_name(at: Span, what: &str, help: &str, cx: &mut Cx<'_>) {
    cx.push(finding(Code::P0674, at, format!("a {what} is not named"), "which one?", help));
}

/// A reference of a Secret by `name`.
pub(super) fn secret_name(node: &Node, key: &str, cx: &mut Cx<'_>) {
    let Some(reference) = node.get(key).filter(|one| matches!(one.value, crate::yaml_read::Yaml::Map(_))) else {
        return;
    };
    if matches!(reference.get("name").map(Look::text), None | Some(Some(""))) {
        no_name(node.key_span(key), "Secret", &format!("add `name:` under `{key}:`, or leave `{key}:` out"), cx);
    }
}

fn jenkins(spec: &Node, source: &Node, all: &Strategies<'_>, cx: &mut Cx<'_>) {
    let from_repository =
        all.jenkins.is_some_and(|one| one.text_of("jenkinsfile").is_none_or(str::is_empty)) && !source.has("git");
    if from_repository {
        let help = "add `git:` with `uri:` under `source:`, or give the Jenkinsfile as `jenkinsfile:`";
        let at = if spec.has("source") { spec.key_span("source") } else { spec.key_span("strategy") };
        fault(at, "a Jenkinsfile lies in a repository, and there is none".to_owned(), help, cx);
    }
}
