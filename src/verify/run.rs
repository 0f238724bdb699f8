//! The rules of runs: what they run, what they give, how long they may take.

use super::calls::{self, Side};
use super::cx::{Cx, finding, one};
use super::graph::Graph;
use super::params::{self, of_value};
use super::pipeline::pipeline;
use super::task::{self, Outer};
use super::{clock, hygiene, reference, scalars, step};
use crate::diag::code::Code;
use crate::source::Span;
use crate::yaml_read::look::{Look, find, named};
use crate::yaml_read::{Node, Yaml};

/// Checks a run of a pipeline.
pub(super) fn pipeline_run<'a>(spec: &'a Node, cx: &mut Cx<'a>) {
    let at = spec.entries().first().map_or(spec.span, |(key, _)| key.span);
    exactly_one(spec, "pipelineRef", "pipelineSpec", at, cx);
    given(spec, cx);
    let embedded = spec.get("pipelineSpec");
    let referred = spec.get("pipelineRef");
    referred.into_iter().for_each(|one| reference::check(one, "pipeline", cx));
    let known = embedded.or_else(|| {
        let name = referred?.text_of("name").filter(|_| referred.is_some_and(|one| !one.has("resolver")))?;
        one(&cx.known.pipelines, name)?.get("spec")
    });
    let graph = known.map(|known| Graph::new(known, cx));
    if let (Some(known), Some(graph)) = (known, &graph) {
        let what = if embedded.is_some() { "the pipeline" } else { "the pipeline that is run" };
        handed(
            spec,
            known,
            Side { what: what.to_owned(), at, around: Vec::new(), open: embedded.is_some(), bare: true, params: &[] },
            cx,
        );
        specs(spec, graph, cx);
        claims(spec, graph, cx);
    }
    clock::check(spec, graph.as_ref(), at, cx);
    if let Some(graph) = graph.filter(|_| embedded.is_some()) {
        let is_step = |call: &&super::graph::Call<'_>| call.embedded && !call.finally && !call.is_pipeline();
        if graph.tasks.iter().any(|call| is_step(&call)) {
            let of_tasks = graph.tasks.iter().filter(|call| !call.finally).map(|call| call.node);
            of_tasks.chain([spec]).for_each(|node| forms(node.list("params"), cx));
        }
        pipeline(&around(spec, graph), cx);
    }
}

/// The pipeline as this run fills it: values, workspaces and volumes go to whatever is written inside it.
fn around<'a>(spec: &'a Node, mut graph: Graph<'a>) -> Graph<'a> {
    graph.inline = true;
    for value in params::given(spec.list("params")) {
        match graph.params.iter_mut().find(|one| one.name == value.name) {
            Some(param) => param.given = value.given,
            None => graph.params.push(value),
        }
    }
    for (name, _) in named(spec.list("workspaces"), "name") {
        if !graph.workspaces.contains(&name) {
            graph.workspaces.push(name);
        }
    }
    let own = spec.get("taskRunTemplate").and_then(|one| one.get("podTemplate"));
    let of_tasks = spec.list("taskRunSpecs").iter().filter_map(|one| one.get("podTemplate"));
    graph.volumes = own.into_iter().chain(of_tasks).flat_map(volumes).collect();
    graph
}

fn volumes(template: &Node) -> impl Iterator<Item = &str> {
    named(template.list("volumes"), "name").into_iter().map(|(name, _)| name)
}

/// Checks a run of a task.
pub(super) fn task_run<'a>(spec: &'a Node, cx: &mut Cx<'a>) {
    let at = spec.entries().first().map_or(spec.span, |(key, _)| key.span);
    exactly_one(spec, "taskRef", "taskSpec", at, cx);
    given(spec, cx);
    if let Some(message) = spec.get("statusMessage").filter(|_| !spec.has("status")) {
        cx.push(finding(
            Code::P0645,
            message.span,
            "`statusMessage` stands without `status`",
            "of no use here",
            "add `status:`, or leave it out",
        ));
    }
    let referred = spec.get("taskRef");
    referred.into_iter().for_each(|one| reference::check(one, "task", cx));
    if let Some(embedded) = spec.get("taskSpec") {
        forms(spec.list("params"), cx);
        let outer = Outer {
            params: params::given(spec.list("params")),
            workspaces: named(spec.list("workspaces"), "name").into_iter().map(|(name, _)| name).collect(),
            volumes: spec.get("podTemplate").map(|one| volumes(one).collect()).unwrap_or_default(),
            closed: Vec::new(),
            here: None,
        };
        task::task(embedded, &outer, cx);
    }
    let known = spec.get("taskSpec").or_else(|| task::referred(referred?, cx));
    if let Some(known) = known {
        let open = spec.has("taskSpec");
        let what = if open { "the task" } else { "the task that is run" };
        handed(spec, known, Side { what: what.to_owned(), at, around: Vec::new(), open, bare: false, params: &[] }, cx);
        step_specs(spec, known, cx);
    }
    resources(spec, cx);
    spec.get("debug").and_then(|one| one.get("breakpoints")).into_iter().for_each(|one| breakpoints(one, cx));
}

fn breakpoints(node: &Node, cx: &mut Cx<'_>) {
    let steps: Vec<(&str, Span)> =
        node.list("beforeSteps").iter().filter_map(|one| Some((one.text()?, one.span))).collect();
    cx.distinct("in `beforeSteps` the step", &steps, "name it once: the run is refused");
    if node.text_of("onFailure") != Some("enabled") {
        let at = node.get("onFailure").map_or(node.span, |one| one.span);
        let help = "write `onFailure: enabled`: breakpoints without it are refused";
        cx.push(finding(Code::P0648, at, "`onFailure` is not `enabled`", "not the value", help));
    }
}

fn exactly_one(spec: &Node, reference: &str, inline: &str, at: Span, cx: &mut Cx<'_>) {
    let there = |key: &str| spec.has(key);
    match (there(reference), there(inline)) {
        (true, true) => step::both(spec.key_span(inline), inline, reference, cx),
        (false, false) => {
            let help = format!("name what is run under `{reference}`, or write it under `{inline}`");
            cx.push(finding(Code::P0644, at, "a run runs nothing", "in this spec", help));
        }
        (true, false) | (false, true) => {}
    }
}

/// Params and workspaces by themselves.
fn given(spec: &Node, cx: &mut Cx<'_>) {
    let params = named(spec.list("params"), "name");
    let mut seen: Vec<(String, Span)> = Vec::new();
    for (name, span) in &params {
        let lower = name.to_ascii_lowercase();
        match seen.iter().find(|(other, _)| *other == lower) {
            Some((_, first)) => {
                let first = *first;
                cx.duplicate(
                    "the param",
                    name,
                    first,
                    *span,
                    "keep one: the names of values are compared without case",
                );
            }
            None => seen.push((lower, *span)),
        }
    }
    for one in spec.list("params") {
        let mut found = Vec::new();
        one.get("value").into_iter().for_each(|value| super::graph::sources(value, &mut found));
        for (name, span) in found {
            let help = "a run gives values before any task ran: leave it out, and read the result in the pipeline";
            cx.push(finding(
                Code::P0650,
                span,
                format!("a value of a run reads a result of `{name}`"),
                "not known yet",
                help,
            ));
        }
    }
    hygiene::values(spec.list("params"), cx);
    let list = spec.list("workspaces");
    cx.distinct("the workspace", &named(list, "name"), "bind it once: the run is refused");
    list.iter().for_each(|one| binding(one, cx));
}

/// What is given to a task that is written inside of a run is a param of it.
fn forms(given: &[Node], cx: &mut Cx<'_>) {
    for (name, span) in named(given, "name").into_iter().filter(|(name, _)| !scalars::is_param(name)) {
        let help = "a name begins with a letter or `_`; letters, digits, `_`, `-` and `.` follow";
        cx.push(finding(Code::P0646, span, format!("`{name}` is no name of a param"), "not in this form", help));
    }
}

/// The kinds of volumes, with what each must say.
const SOURCES: [(&str, &str); 7] = [
    ("volumeClaimTemplate", "spec"),
    ("persistentVolumeClaim", "claimName"),
    ("emptyDir", ""),
    ("configMap", "name"),
    ("secret", "secretName"),
    ("projected", "sources"),
    ("csi", "driver"),
];

fn binding(node: &Node, cx: &mut Cx<'_>) {
    let there: Vec<(&str, &str, &Node, Span)> = SOURCES
        .into_iter()
        .filter_map(|(key, must)| {
            let (written, value) =
                node.entries().iter().find(|(one, value)| one.text == key && value.value != Yaml::Null)?;
            Some((key, must, value, written.span))
        })
        .collect();
    match there.as_slice() {
        [] if node.has("name") => {
            let at = node.get("name").map_or(node.span, |name| name.span);
            let help = "say what it is: `emptyDir: {}`, `persistentVolumeClaim`, `volumeClaimTemplate`, `secret`, `configMap` …";
            cx.push(finding(Code::P0644, at, "a workspace is bound to nothing", "no source", help));
        }
        [] => {}
        [(key, must, value, span)] => {
            let empty = |one: &Node| match &one.value {
                Yaml::Text { text, .. } => text.is_empty(),
                Yaml::List(items) => items.is_empty(),
                Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) | Yaml::Map(_) => false,
            };
            let said = value.get(must).is_some_and(|one| !empty(one));
            if !must.is_empty() && !said && !matches!(value.value, Yaml::Text { .. }) {
                cx.push(finding(
                    Code::P0644,
                    *span,
                    format!("`{key}` has no `{must}`"),
                    "in this binding",
                    format!("add `{must}:`: the run is refused"),
                ));
            }
        }
        [(first, ..), (second, _, _, span), ..] => step::both(*span, second, first, cx),
    }
}

/// What the run gives, against what is declared.
fn handed(spec: &Node, known: &Node, side: Side<'_>, cx: &mut Cx<'_>) {
    let given: Vec<&Node> = spec.list("params").iter().collect();
    calls::against(known, &given, &[], &|value| Some(of_value(value)), &side, cx);
    calls::workspaces(known, &named(spec.list("workspaces"), "name"), &side, cx);
}

/// What a run says about single tasks and steps.
fn specs(spec: &Node, graph: &Graph<'_>, cx: &mut Cx<'_>) {
    let list = spec.list("taskRunSpecs");
    let names = named(list, "pipelineTaskName");
    cx.distinct("in `taskRunSpecs` the task", &names, "say all about a task in one place");
    for (name, span) in names {
        if graph.call(name).is_none() {
            let all = graph.tasks.iter().map(|one| one.name);
            cx.unknown(
                span,
                "the task",
                name,
                all,
                "`taskRunSpecs` names tasks of the pipeline that is run: this one has no effect",
            );
        }
    }
    for one in list {
        resources(one, cx);
        let call = one.text_of("pipelineTaskName").and_then(|name| graph.call(name));
        if let Some(known) = call.and_then(|call| call.spec) {
            step_specs(one, known, cx);
        }
    }
}

fn step_specs(node: &Node, known: &Node, cx: &mut Cx<'_>) {
    for (key, of, what) in [("stepSpecs", "steps", "the step"), ("sidecarSpecs", "sidecars", "the sidecar")] {
        let names = named(node.list(key), "name");
        cx.distinct(what, &names, "say all about it in one place");
        let all = named(known.list(of), "name");
        for (name, span) in names.iter().filter(|(name, _)| !all.iter().any(|(other, _)| other == name)) {
            cx.unknown(*span, what, name, all.iter().map(|(name, _)| *name), "it names what the task has");
        }
    }
}

/// Resources of a whole task and of a step of it exclude each other.
fn resources(node: &Node, cx: &mut Cx<'_>) {
    if let Some(whole) = node.get("computeResources") {
        step::limits(whole, cx);
        if node.list("stepSpecs").iter().any(|one| one.has("computeResources")) {
            step::both(node.key_span("computeResources"), "computeResources", "stepSpecs", cx);
        }
    }
}

/// More than one claim in one task.
fn claims(spec: &Node, graph: &Graph<'_>, cx: &mut Cx<'_>) {
    let is_claim = |name: &str| {
        find(spec.list("workspaces"), name)
            .is_some_and(|one| one.has("volumeClaimTemplate") || one.has("persistentVolumeClaim"))
    };
    let claim = |name: &str| {
        let bound = find(spec.list("workspaces"), name);
        let named = bound.and_then(|one| one.get("persistentVolumeClaim")).and_then(|one| one.text_of("claimName"));
        named.map_or_else(|| format!("template of {name}"), str::to_owned)
    };
    for call in &graph.tasks {
        let mut claimed: Vec<(String, &str)> = Vec::new();
        for binding in call.node.list("workspaces") {
            let name = binding.text_of("workspace").or_else(|| binding.text_of("name")).unwrap_or_default();
            if is_claim(name) && !claimed.iter().any(|(other, _)| *other == claim(name)) {
                claimed.push((claim(name), name));
            }
        }
        if let [(_, first), (_, second), ..] = claimed.as_slice() {
            let at = find(spec.list("workspaces"), second)
                .map_or(spec.span, |one| one.get("name").map_or(one.span, |name| name.span));
            let message = format!("`{}` uses two volume claims, `{first}` and `{second}`", call.name);
            let help = "use one with `subPath`, or an `emptyDir` for one: the run fails where pods are scheduled by their volumes, which is the default";
            cx.push(finding(Code::P0665, at, message, "the second claim", help).label(call.span, "used here"));
        }
    }
}
