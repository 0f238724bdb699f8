//! Runs: what is bound, given and asked for when a pipeline is started.

use super::bindings;
use super::cx::Cx;
use super::docs::Doc;
use super::duration;
use super::externs;
use super::findings;
use super::gather;
use super::lone;
use super::model::{At, Given, Pipeline};
use super::names::snake;
use super::options::{Options, metadata};
use super::pac;
use super::pod;
use super::slots::Ty;
use crate::import::script::quoted;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// A run and the pipeline that it starts, by its place.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pipeline: usize,
    root: &'a Node,
    spec: &'a Node,
    /// The pipeline stands in the run.
    is_whole: bool,
    /// What parameters are given: their name, and the value.
    given: Vec<(String, Given)>,
}

const KNOWN: [&str; 10] = [
    "params",
    "pipelineRef",
    "pipelineSpec",
    "workspaces",
    "timeouts",
    "timeout",
    "taskRunTemplate",
    "taskRunSpecs",
    "serviceAccountName",
    "podTemplate",
];

/// All runs; those that hold their pipeline, or name one that is kept elsewhere, add it.
pub(super) fn read<'a>(pipelines: &mut Vec<Pipeline<'a>>, cx: &mut Cx<'a, '_>) -> Vec<Run<'a>> {
    let mut runs: Vec<Run<'a>> = Vec::new();
    for doc in &cx.docs.runs {
        let mut remarks = Vec::new();
        cx.rest(doc.spec, &KNOWN, "a run", &mut remarks);
        let mut given = values(doc.spec, cx);
        let is_whole = doc.spec.has("pipelineSpec");
        let at = match doc.spec.get("pipelineSpec") {
            Some(spec) => Some(add(pipelines, gather::pipeline(doc.name, doc.root, spec, cx))),
            None => named(doc, &mut given, pipelines, &mut remarks, cx),
        };
        let Some(at) = at else { continue };
        pipelines[at].remarks.extend(remarks);
        if let Some(first) = runs.iter().find(|run| run.pipeline == at) {
            let help = "import them one by one: the program says of one run how it is started";
            let found = findings::not_said(doc.root.key_span("metadata"), "a second run of the same pipeline", help);
            cx.push(found.label(first.root.key_span("metadata"), "the first"));
            continue;
        }
        runs.push(Run { pipeline: at, root: doc.root, spec: doc.spec, is_whole, given });
    }
    runs
}

fn add<'a>(pipelines: &mut Vec<Pipeline<'a>>, made: Pipeline<'a>) -> usize {
    pipelines.push(made);
    pipelines.len() - 1
}

fn values(spec: &Node, cx: &mut Cx<'_, '_>) -> Vec<(String, Given)> {
    let read = |one: &Node, cx: &mut Cx<'_, '_>| Some((one.text_of("name")?.to_owned(), cx.given(one.get("value")?)?));
    spec.list("params").iter().filter_map(|one| read(one, cx)).collect()
}

/// The pipeline that a run names: one of the documents, or one that is kept elsewhere, as the only task of a new one.
fn named<'a>(
    doc: &Doc<'a>,
    given: &mut Vec<(String, Given)>,
    pipelines: &mut Vec<Pipeline<'a>>,
    remarks: &mut Vec<String>,
    cx: &mut Cx<'a, '_>,
) -> Option<usize> {
    let (root, spec) = (doc.root, doc.spec);
    let Some(reference) = spec.get("pipelineRef") else {
        cx.push(findings::not_said(
            root.key_span("metadata"),
            "the run says nowhere what it runs",
            "add `pipelineRef`",
        ));
        return None;
    };
    if let Some(at) = reference.text_of("name").and_then(|name| cx.docs.pipeline(name)) {
        let text = "its name is made of that of the pipeline";
        cx.push(findings::left_out(root.key_span("metadata"), &format!("the name of the run `{}`", doc.name), text));
        return Some(at);
    }
    let at = externs::found("pipeline", reference, cx, remarks)?;
    Some(add(pipelines, lone::pipeline(doc, at, given, cx)))
}

/// What the run of a pipeline says.
pub(super) fn options(
    runs: &[Run<'_>],
    at: usize,
    pipeline: &Pipeline<'_>,
    options: &mut Options,
    cx: &mut Cx<'_, '_>,
) {
    let Some(run) = runs.iter().find(|run| run.pipeline == at) else { return };
    let is_pac = pac::is_started(run.root);
    let style = match (is_pac, run.is_whole) {
        (true, _) => Some(".pac"),
        (false, true) => Some(".inline"),
        (false, false) => None,
    };
    if let Some(at) = run.root.get("metadata").and_then(|meta| cx.at_of(meta, "namespace")) {
        options.push("namespace", quoted(&at.text));
    }
    let template = run.spec.get("taskRunTemplate").unwrap_or(run.spec);
    if let Some(at) = cx.at_of(template, "serviceAccountName") {
        options.push("service_account", quoted(&at.text));
    }
    if let Some(style) = style {
        options.push("style", style);
    }
    timeouts(run, pipeline, options, cx);
    if is_pac {
        pac::option(run.root, options, cx);
    }
    given(run, pipeline, options, cx);
    bindings::option(run.spec, pipeline, options, cx);
    let mut remarks = Vec::new();
    if let Some(node) = template.get("podTemplate")
        && let Some(pod) = pod::template(node, cx, &mut remarks)
    {
        options.push("pod", pod);
    }
    pod::tasks(run.spec, pipeline, options, cx, &mut remarks);
    metadata(run.root, "run_", options, cx);
}

/// What `finally` has where nobody says so, in milliseconds.
const FINALLY: u64 = 3_600_000;

/// How long all tasks, and those at the end, may take.
fn timeouts(run: &Run<'_>, pipeline: &Pipeline<'_>, options: &mut Options, cx: &mut Cx<'_, '_>) {
    let node = run.spec.get("timeouts");
    let mut read = |key: &str| node.and_then(|node| cx.at_of(node, key));
    let (all, tasks, last) = (read("pipeline"), read("tasks"), read("finally"));
    let all = all.or_else(|| cx.at_of(run.spec, "timeout"));
    for at in [&all, &tasks, &last].into_iter().flatten() {
        if duration::millis(&at.text).is_none_or(|time| time == 0) {
            let message = format!("`{}` is no time after which a run ends", at.text);
            cx.push(findings::not_said(at.span, message, "write `1h30m`: the program has no run without an end"));
        }
    }
    let millis = |at: &Option<At>| at.as_ref().and_then(|at| duration::millis(&at.text));
    let has_last = pipeline.calls.iter().any(|call| call.in_finally);
    let before = match (millis(&tasks), millis(&all), millis(&last)) {
        (Some(tasks), _, _) => Some(tasks),
        (None, Some(all), Some(last)) if has_last => all.checked_sub(last).filter(|left| *left > 0),
        // What `finally` may take is taken from it.
        (None, Some(all), None) if has_last => all.checked_sub(FINALLY).filter(|left| *left > 0),
        (None, Some(all), _) => Some(all),
        (None, None, _) => None,
    };
    if let Some(text) = before.and_then(duration::of_millis) {
        options.push("timeout", text);
    }
    if let Some(text) = millis(&last).filter(|_| has_last).and_then(duration::of_millis) {
        options.push("finally_timeout", text);
    }
}

/// Values that the run gives to parameters.
fn given(run: &Run<'_>, pipeline: &Pipeline<'_>, options: &mut Options, cx: &mut Cx<'_, '_>) {
    let alone = pipeline.is_lone_run();
    let mut entries = Vec::new();
    for (theirs, value) in &run.given {
        let Some(param) = pipeline.params.iter().find(|param| param.theirs == *theirs) else {
            if !alone {
                let span = value.texts().first().map_or(run.spec.span, |at| at.span);
                let known: Vec<&str> = pipeline.params.iter().map(|param| param.theirs.as_str()).collect();
                cx.push(findings::unknown(span, "the parameter", theirs, &known));
            }
            continue;
        };
        let text = match value {
            Given::Text(at) => at.text.clone(),
            Given::List(items, _) => {
                let items: Vec<String> = items.iter().map(|at| json(&at.text)).collect();
                format!("[{}]", items.join(","))
            }
            Given::Object(entries, _) => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, at)| format!("{}:{}", json(&snake(key)), json(&at.text))).collect();
                format!("{{{}}}", entries.join(","))
            }
        };
        if cx.slots.ty(param.slot) == Ty::Bool && !matches!(text.as_str(), "true" | "false") {
            let span = value.texts().first().map_or(run.spec.span, |at| at.span);
            cx.push(findings::not_said(
                span,
                format!("`{theirs}` is given `{text}`"),
                "it is `true` or `false` everywhere else",
            ));
        }
        entries.push((param.ours.clone(), quoted(&text)));
    }
    options.give(entries);
}

fn json(text: &str) -> String {
    let mut out = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '\n' => out += "\\n",
            '\t' => out += "\\t",
            c => out.push(c),
        }
    }
    out + "\""
}
