//! The rules of a task: its steps, sidecars, volumes, workspaces and results.

use super::cx::{Cx, finding};
use super::graph::Here;
use super::params::{self, Param, Place};
use super::refs::refs;
use super::scope::{At, Scope, own_result, result, step_result, texts};
use super::{budget, hygiene, scalars, step, written};
use crate::diag::code::Code;
use crate::source::Span;
use crate::yaml_read::look::{Look, named};
use crate::yaml_read::{Node, Yaml};

/// What a task has besides what it declares: an embedded one sees what is around it.
#[derive(Clone, Debug, Default)]
pub(super) struct Outer<'a> {
    pub(super) params: Vec<Param<'a>>,
    /// Those of them that steps do not see unless the task declares them.
    pub(super) closed: Vec<&'a str>,
    pub(super) workspaces: Vec<&'a str>,
    /// Volumes of a pod template.
    pub(super) volumes: Vec<&'a str>,
    pub(super) here: Option<Here<'a>>,
}

/// Checks the spec of a task.
pub(super) fn task(spec: &Node, outer: &Outer<'_>, cx: &mut Cx<'_>) {
    if spec.has("apiVersion") || spec.has("kind") {
        return;
    }
    params::check(spec, true, cx);
    let mut scope = scope(spec, outer);
    for one in spec.list("sidecars") {
        step::sidecar(one, &scope, cx);
    }
    let declared = named(spec.list("params"), "name");
    let unseen = |name: &str| outer.closed.contains(&name) && !declared.iter().any(|(own, _)| *own == name);
    scope.params.retain(|one| !unseen(one.name));
    steps(spec, cx);
    for one in spec.list("steps") {
        step::step(one, spec, &scope, cx);
    }
    if let Some(template) = spec.get("stepTemplate") {
        step::container(template, &scope, None, cx);
    }
    if let Some(volumes) = spec.get("volumes") {
        texts(volumes, At { place: Place::Text, step: None, script: false, fixed: false }, &scope, cx);
    }
    volumes(spec, outer, cx);
    workspaces(spec, cx);
    results(spec, &scope, cx);
    written::check(spec, cx);
    budget::scripts(spec, cx);
    hygiene::task(spec, cx);
}

fn scope<'a>(spec: &'a Node, outer: &Outer<'a>) -> Scope<'a> {
    let mut all = params::declared(spec);
    for one in &mut all {
        one.given = outer.params.iter().find(|given| given.name == one.name).and_then(|given| given.given);
    }
    let fresh: Vec<Param<'a>> =
        outer.params.iter().filter(|given| !all.iter().any(|one| one.name == given.name)).cloned().collect();
    all.extend(fresh);
    let names = |key| named(spec.list(key), "name").into_iter().map(|(name, _)| name);
    Scope {
        params: all,
        workspaces: names("workspaces").chain(outer.workspaces.iter().copied()).collect(),
        results: names("results").collect(),
        steps: spec.list("steps"),
        here: outer.here,
        action: false,
    }
}

fn steps(spec: &Node, cx: &mut Cx<'_>) {
    let steps = spec.list("steps");
    if steps.is_empty() {
        let at = if spec.has("steps") {
            spec.key_span("steps")
        } else {
            spec.entries().first().map_or(spec.span, |(key, _)| key.span)
        };
        cx.push(finding(
            Code::P0644,
            at,
            "a task has no step",
            "nothing to run",
            "write at least one step under `steps`",
        ));
    }
    let names: Vec<(&str, Span)> = named(steps, "name").into_iter().filter(|(name, _)| !name.is_empty()).collect();
    cx.distinct("the step", &names, "rename one: the names of steps become those of containers");
    let sidecars = named(spec.list("sidecars"), "name");
    cx.distinct("the sidecar", &sidecars, "rename one: the pod is refused when the task runs");
    for (at, (name, span)) in names.iter().enumerate() {
        let cut = |text: &str| text.get(..LONGEST_STEP).map(str::to_owned);
        let twin =
            names[..at].iter().find(|(other, _)| other != name && cut(other).is_some() && cut(other) == cut(name));
        if let Some((_, first)) = twin {
            cx.duplicate(
                "in its first 58 letters, the step",
                name,
                *first,
                *span,
                "shorten one: names of containers are cut there",
            );
        }
    }
}

const LONGEST_STEP: usize = 58;

fn volumes(spec: &Node, outer: &Outer<'_>, cx: &mut Cx<'_>) {
    let known = named(spec.list("volumes"), "name");
    cx.distinct("the volume", &known, "rename one: the task is refused");
    for one in spec.list("volumes").iter().filter(|one| one.entries().len() > 2) {
        let second = one.entries().iter().filter(|(key, _)| key.text != "name").nth(1);
        if let Some((key, _)) = second {
            cx.push(finding(Code::P0645, key.span, "a volume has two sources", "the second", "keep one of them"));
        }
    }
    let template = spec.get("stepTemplate").into_iter();
    for container in spec.list("steps").iter().chain(spec.list("sidecars")).chain(template) {
        for (name, span) in named(container.list("volumeMounts"), "name") {
            let found =
                known.iter().any(|(one, _)| *one == name) || outer.volumes.contains(&name) || name.contains("$(");
            if !found && !is_reserved(name) {
                let all = known.iter().map(|(name, _)| *name);
                cx.unknown(
                    span,
                    "the volume",
                    name,
                    all,
                    "add it to `volumes`: else the pod is refused when the task runs",
                );
            }
        }
    }
}

pub(super) fn is_reserved(name: &str) -> bool {
    name.starts_with("tekton-internal-")
}

fn workspaces(spec: &Node, cx: &mut Cx<'_>) {
    let all = spec.list("workspaces");
    cx.distinct("the workspace", &named(all, "name"), "rename one: the task is refused");
    let mut paths: Vec<(String, Span)> = Vec::new();
    for one in all {
        let Some(name) = one.get("name") else { continue };
        let node = one.get("mountPath").unwrap_or(name);
        let path =
            one.text_of("mountPath").map_or_else(|| format!("/workspace/{}", name.text().unwrap_or_default()), clean);
        if let Some((_, first)) = paths.iter().find(|(other, _)| *other == path) {
            let first = *first;
            cx.duplicate("the mount path", &path, first, node.span, "mount each somewhere else: the task is refused");
        }
        paths.push((path, node.span));
    }
    let template = spec.get("stepTemplate").map_or(&[][..], |one| one.list("volumeMounts"));
    for mount in spec.list("steps").iter().flat_map(|one| one.list("volumeMounts")).chain(template) {
        let Some(node) = mount.get("mountPath") else { continue };
        let path = node.text().map(clean).unwrap_or_default();
        if let Some((_, first)) = paths.iter().find(|(other, _)| *other == path) {
            let first = *first;
            cx.duplicate(
                "the mount path",
                &path,
                first,
                node.span,
                "a workspace is mounted there: mount it somewhere else",
            );
        }
    }
}

/// A path without doubled and last slashes.
pub(super) fn clean(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    format!("{}{}", if path.starts_with('/') { "/" } else { "" }, parts.join("/"))
}

fn results(spec: &Node, scope: &Scope<'_>, cx: &mut Cx<'_>) {
    let all = spec.list("results");
    declared_results(all, cx);
    for one in all {
        let Some(value) = one.get("value") else { continue };
        let isolated = value.text().map(refs).and_then(|found| found.into_iter().next());
        let text = value.text().unwrap_or_default();
        match isolated.filter(|one| one.whole == text && one.head() == "steps" && one.name(2) == Some("results")) {
            Some(found) if found.parts.len() == 4 => {
                let (step, name) = (found.name(1).unwrap_or_default(), found.name(3));
                let made = step_result(step, name, scope, value.span, cx);
                types(one, made, value.span, cx);
            }
            Some(_) | None => {
                let help = "write `$(steps.STEP.results.RESULT)` alone; a script writes other results to `$(results.NAME.path)`";
                cx.push(finding(
                    Code::P0650,
                    value.span,
                    "the value of a result is no result of a step",
                    "not in this form",
                    help,
                ));
            }
        }
    }
}

/// A result of a step and the result of the task that it becomes are of one type.
fn types(one: &Node, made: Option<&Node>, at: Span, cx: &mut Cx<'_>) {
    let (Some(wanted), Some(is)) = (params::ty(one), made.and_then(params::ty)) else { return };
    if wanted != is {
        let message = format!("the result is {}, and the result of the step is {}", wanted.words(), is.words());
        let help = "give both one `type`: the run fails when the step is done";
        cx.push(finding(Code::P0643, at, message, "of another type", help));
    }
}

/// Names and types of the results of a task, a step or a step action.
pub(super) fn declared_results(all: &[Node], cx: &mut Cx<'_>) {
    let names = named(all, "name");
    cx.distinct("the result", &names, "keep one: both would be the same file");
    for (name, span) in &names {
        if !scalars::is_result(name) {
            const FORM: &str = "letters, digits, `-`, `_` and `.`, with a letter or digit first and last";
            cx.push(finding(Code::P0646, *span, format!("`{name}` is no name of a result"), "not in this form", FORM));
        }
    }
    all.iter().for_each(|one| params::properties("result", one, cx));
}

/// A result of a step says the type of each of its properties; elsewhere a string is meant.
pub(super) fn typed_properties(results: &[Node], cx: &mut Cx<'_>) {
    for (key, property) in results.iter().filter_map(|one| one.get("properties")).flat_map(Look::entries) {
        if property.text_of("type").is_none_or(str::is_empty) {
            let message = format!("the property `{}` of a result of a step has no type", key.text);
            cx.push(finding(Code::P0644, key.span, message, "no type", "write `{type: string}`: the task is refused"));
        }
    }
}

/// A step action by itself.
pub(super) fn action(spec: &Node, cx: &mut Cx<'_>) {
    params::check(spec, true, cx);
    declared_results(spec.list("results"), cx);
    let list = |key| named(spec.list(key), "name").into_iter().map(|(name, _)| name).collect();
    let scope = Scope {
        params: params::declared(spec),
        workspaces: Vec::new(),
        results: list("results"),
        steps: &[],
        here: None,
        action: true,
    };
    if !step::has_image(spec) {
        let at = spec.entries().first().map_or(spec.span, |(key, _)| key.span);
        cx.push(finding(Code::P0644, at, "a step action has no image", "in this spec", "add `image:`"));
    }
    for name in spec.list("volumeMounts").iter().filter_map(|one| one.get("name")) {
        let text = name.text().unwrap_or_default();
        let is_param = refs(text).first().is_some_and(|one| one.whole == text && one.head() == "params");
        if !is_param {
            let help = "write one param, `$(params.NAME)`: the task that uses the step action says which volume it is";
            let message = format!("`{text}` is no param, which names the volume of a step action");
            cx.push(finding(Code::P0648, name.span, message, "not a param", help));
        }
    }
    if spec.has("script") && spec.has("command") {
        step::both(spec.key_span("script"), "script", "command", cx);
    }
    if let Some(script) = spec.get("script") {
        for one in script.text().map(refs).unwrap_or_default() {
            let at = cx.within(script.span, one.whole, one.nth);
            const HELP: &str = "hand it over by `env`, and read the variable of the environment in the script";
            match one.head() {
                "params" => {
                    params::misuse(at, "a param stands in the script of a step action".to_owned(), HELP.to_owned(), cx);
                }
                "step" if one.name(1) == Some("results") => own_result(&one, Some(spec), at, cx),
                "results" => result(&one, &scope.results, at, cx),
                _ => {}
            }
        }
    }
    step::container(&without_script(spec), &scope, Some(spec), cx);
}

fn without_script(spec: &Node) -> Node {
    const OWN: [&str; 4] = ["script", "params", "results", "description"];
    let entries = spec.entries().iter().filter(|(key, _)| !OWN.contains(&key.text.as_str())).cloned().collect();
    Node { value: Yaml::Map(entries), span: spec.span }
}

/// The task that a pipeline task or a run names, when it is known.
pub(super) fn referred<'a>(reference: &Node, cx: &Cx<'a>) -> Option<&'a Node> {
    let name = reference.text_of("name").filter(|_| !reference.has("resolver"))?;
    let task = super::cx::one(&cx.known.tasks, name)?;
    task.get("spec")
}
