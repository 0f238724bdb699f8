//! Pipelines out of their documents: what each task is given, reads and waits for.

use std::collections::BTreeSet;

use super::condition::{self, Cond};
use super::cx::{Cx, doc};
use super::externs;
use super::findings;
use super::model::{At, Body, Call, Callee, Given, Pipeline};
use super::names::Names;
use super::parts;
use super::refs::{Tail, Var, only, variables};
use super::slots::Fact;
use super::uses;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// A task that is written in the manifests: its head. Its steps are read when it is written.
pub(super) fn body<'a>(theirs: &'a str, spec: &'a Node, cx: &mut Cx<'a, '_>) -> Body<'a> {
    let mut names = Names::default();
    let mut remarks = Vec::new();
    let spaces = parts::spaces(spec, &mut names, cx, &mut remarks);
    let params = parts::params(spec, &mut names, cx, &mut remarks);
    let mut of_results = Names::default();
    let results = parts::results(spec, &mut of_results, cx, &mut remarks);
    let uses = uses::gather(spec, &params, names, &mut remarks, cx);
    let (ours, doc, span) = (String::new(), doc(spec), spec.span);
    Body { theirs, ours, doc, params, spaces, results, uses, spec, span, remarks }
}

/// A pipeline and all its tasks. `root` is the document that it stands in.
pub(super) fn pipeline<'a>(theirs: &'a str, root: &'a Node, spec: &'a Node, cx: &mut Cx<'a, '_>) -> Pipeline<'a> {
    let mut names = Names::default();
    let mut remarks = Vec::new();
    cx.rest(
        spec,
        &["tasks", "finally", "params", "workspaces", "results", "description", "displayName"],
        "a pipeline",
        &mut remarks,
    );
    let nodes: Vec<(&Node, bool)> = spec
        .list("tasks")
        .iter()
        .map(|one| (one, false))
        .chain(spec.list("finally").iter().map(|one| (one, true)))
        .collect();
    // Tasks first: whoever looks at a run looks for their names.
    let named: Vec<(String, &Node, bool)> = nodes
        .iter()
        .map(|(node, last)| (names.claim(node.text_of("name").unwrap_or("unnamed"), "task"), *node, *last))
        .collect();
    let spaces = parts::spaces(spec, &mut names, cx, &mut remarks);
    let params = parts::params(spec, &mut names, cx, &mut remarks);
    let mut made = Pipeline {
        theirs,
        ours: String::new(),
        doc: doc(spec),
        display: spec.text_of("displayName").map(str::to_owned),
        span: root.key_span("metadata"),
        root,
        params,
        spaces,
        calls: Vec::new(),
        results: Vec::new(),
        names,
        remarks,
    };
    for (ours, node, in_finally) in named {
        let mut remarks = Vec::new();
        match call(&made, ours, node, in_finally, &mut remarks, cx) {
            Some(call) => made.calls.push(Call { remarks, ..call }),
            None => made.remarks.extend(remarks),
        }
    }
    for at in 0..made.calls.len() {
        relate(&mut made, at, cx);
    }
    results(&mut made, spec, cx);
    made
}

const OF_A_TASK: [&str; 13] = [
    "name",
    "displayName",
    "description",
    "taskRef",
    "taskSpec",
    "pipelineRef",
    "when",
    "retries",
    "runAfter",
    "params",
    "matrix",
    "workspaces",
    "timeout",
];

fn call<'a>(
    pipeline: &Pipeline<'a>,
    ours: String,
    node: &'a Node,
    in_finally: bool,
    remarks: &mut Vec<String>,
    cx: &mut Cx<'a, '_>,
) -> Option<Call<'a>> {
    let theirs = node.text_of("name")?;
    let known: Vec<&str> = OF_A_TASK.iter().copied().chain(["onError"]).collect();
    cx.rest(node, &known, "a task of a pipeline", remarks);
    let args: Vec<(String, Given)> = node
        .list("params")
        .iter()
        .filter_map(|one| Some((one.text_of("name")?.to_owned(), cx.given(one.get("value")?)?)))
        .collect();
    node.list("params").iter().for_each(|one| cx.rest(one, &["name", "value"], "a value", remarks));
    let matrix = matrix(node, cx, remarks);
    let mut bound = Vec::new();
    for one in node.list("workspaces") {
        cx.rest(one, &["name", "workspace", "subPath"], "a workspace of a task", remarks);
        let Some(name) = cx.at_of(one, "name") else { continue };
        // Without a name of the pipeline's, both are called the same.
        let of_pipeline = cx.at_of(one, "workspace").unwrap_or_else(|| name.clone());
        match pipeline.spaces.iter().position(|space| space.theirs == of_pipeline.text) {
            Some(at) => bound.push((name.text, at, cx.at_of(one, "subPath"))),
            None => {
                let known: Vec<&str> = pipeline.spaces.iter().map(|space| space.theirs.as_str()).collect();
                cx.push(findings::unknown(of_pipeline.span, "the workspace", &of_pipeline.text, &known));
            }
        }
    }
    let conds = condition::read(node, cx, remarks);
    let mut callee = callee(theirs, node, cx, remarks)?;
    if let Callee::Embedded(body) = &mut callee {
        uses::embed(body, &ours, pipeline, cx);
    }
    let span = node.get("name").map_or(node.span, |name| name.span);
    let doc = doc(node);
    let (reads, after, asks) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    Some(Call {
        theirs,
        ours,
        doc,
        span,
        node,
        in_finally,
        callee,
        args,
        bound,
        matrix,
        conds,
        reads,
        after,
        asks,
        remarks: Vec::new(),
    })
}

fn callee<'a>(theirs: &'a str, node: &'a Node, cx: &mut Cx<'a, '_>, remarks: &mut Vec<String>) -> Option<Callee<'a>> {
    if let Some(spec) = node.get("taskSpec") {
        if spec.has("apiVersion") && spec.has("kind") {
            let found = findings::not_said(
                spec.span,
                "a custom task runs nothing that is known here",
                "call a task that does the same",
            );
            cx.cannot(remarks, found);
            return None;
        }
        return Some(Callee::Embedded(Box::new(body(theirs, spec, cx))));
    }
    let reference = node.get("taskRef").or_else(|| node.get("pipelineRef"));
    let Some(reference) = reference else {
        let found = findings::not_said(
            node.span,
            format!("`{theirs}` says nowhere what it runs"),
            "add `taskRef` or `taskSpec`",
        );
        cx.cannot(remarks, found);
        return None;
    };
    if reference.has("version") {
        cx.versions.push(reference.key_span("version"));
    }
    if let Some(at) = reference.text_of("name").filter(|_| node.has("taskRef")).and_then(|name| cx.docs.task(name)) {
        cx.called.insert(cx.docs.tasks[at].name);
        return Some(Callee::Declared(at));
    }
    let word = if node.has("taskRef") { "task" } else { "pipeline" };
    externs::found(word, reference, cx, remarks).map(Callee::Extern)
}

fn matrix(node: &Node, cx: &mut Cx<'_, '_>, remarks: &mut Vec<String>) -> Vec<(String, Given)> {
    let Some(matrix) = node.get("matrix") else { return Vec::new() };
    cx.rest(matrix, &["params", "include"], "a matrix", remarks);
    if !matrix.list("include").is_empty() {
        let help = "write a call for each combination, or a `for` over the values that the included ones add";
        let found = findings::not_said(matrix.key_span("include"), "`include` adds combinations to a matrix", help);
        cx.cannot(remarks, found);
    }
    let read = |one: &Node, cx: &mut Cx<'_, '_>| Some((one.text_of("name")?.to_owned(), cx.given(one.get("value")?)?));
    matrix.list("params").iter().filter_map(|one| read(one, cx)).collect()
}

/// Whom a task waits for, and what its values tell of parameters.
fn relate(pipeline: &mut Pipeline<'_>, at: usize, cx: &mut Cx<'_, '_>) {
    let call = &pipeline.calls[at];
    let mut texts: Vec<At> =
        call.args.iter().chain(&call.matrix).flat_map(|(_, value)| value.texts()).cloned().collect();
    let span = call.node.key_span("when");
    for cond in &call.conds {
        cond.texts(&mut |text| texts.push(At::new(text, span)));
    }
    if let Callee::Embedded(body) = &call.callee {
        texts_of(body.spec, &mut texts);
    }
    let (mut reads, mut asks) = (BTreeSet::new(), BTreeSet::new());
    let (node, conds) = (call.node, call.conds.clone());
    for text in &texts {
        for var in variables(&text.text) {
            if let Var::Result { task, .. } | Var::Status(task) = var {
                let known = pipeline.calls.iter().position(|other| other.theirs == task);
                match (known, var) {
                    (Some(other), Var::Status(_)) => drop(asks.insert(other)),
                    (Some(other), _) => drop(reads.insert(other)),
                    (None, _) => {
                        let span = cx.docs.within(text.span, task);
                        cx.push(unknown_task(pipeline, span, task));
                    }
                }
            }
        }
    }
    let mut after = BTreeSet::new();
    let waits: Vec<At> = node.list("runAfter").iter().filter_map(|one| cx.at(one)).collect();
    for waits in waits {
        match pipeline.calls.iter().position(|other| other.theirs == waits.text) {
            Some(other) => drop(after.insert(other)),
            None => cx.push(unknown_task(pipeline, waits.span, &waits.text)),
        }
    }
    for cond in &conds {
        told(pipeline, cond, cx);
    }
    hand_over(pipeline, at, cx);
    if pipeline.calls[at].in_finally {
        only_behind_success(pipeline, at, &reads);
    }
    let call = &mut pipeline.calls[at];
    (call.reads, call.after, call.asks) = (reads, after, asks);
}

/// The cluster leaves a task of `finally` out that reads a result which is not there, and says nothing; the program says so.
fn only_behind_success(pipeline: &mut Pipeline<'_>, at: usize, reads: &BTreeSet<usize>) {
    for (place, other) in reads.iter().enumerate() {
        let input = format!("$(tasks.{}.status)", pipeline.calls[*other].theirs);
        let succeeded = Cond::In { input, holds: true, values: vec!["Succeeded".to_owned()] };
        let conds = &mut pipeline.calls[at].conds;
        conds.retain(|one| *one != succeeded);
        conds.insert(place.min(conds.len()), succeeded);
    }
}

fn unknown_task(pipeline: &Pipeline<'_>, span: crate::source::Span, name: &str) -> crate::diag::Diagnostic {
    let known: Vec<&str> = pipeline.calls.iter().map(|call| call.theirs).collect();
    findings::unknown(span, "the task", name, &known)
}

/// Every text below a node.
pub(super) fn texts_of(node: &Node, into: &mut Vec<At>) {
    if let Some(text) = node.text() {
        into.push(At::new(text, node.span));
    }
    node.items().iter().for_each(|one| texts_of(one, into));
    node.entries().iter().for_each(|(_, one)| texts_of(one, into));
}

fn told(pipeline: &Pipeline<'_>, cond: &Cond, cx: &mut Cx<'_, '_>) {
    cond.comparisons(&mut |name, values| {
        if let Some(param) = pipeline.params.iter().find(|param| param.theirs == name) {
            cx.slots.say(param.slot, Fact::Compared(values.to_vec()));
        }
    });
}

/// What a call gives is told to the parameters that take it.
fn hand_over(pipeline: &mut Pipeline<'_>, at: usize, cx: &mut Cx<'_, '_>) {
    let call = &pipeline.calls[at];
    let mut taken = Vec::new();
    let each = call.matrix.iter().map(|(name, value)| (name, value, true));
    for (name, value, is_each) in call.args.iter().map(|(name, value)| (name, value, false)).chain(each) {
        let slot = match &call.callee {
            Callee::Extern(one) => {
                let slot = externs::asked(&mut cx.externs[*one], name, &mut cx.slots);
                externs::given(&mut cx.externs[*one], name, value);
                Some(slot)
            }
            Callee::Declared(one) => {
                cx.bodies[*one].params.iter().find(|param| param.theirs == *name).map(|param| param.slot)
            }
            Callee::Embedded(body) => body.params.iter().find(|param| param.theirs == *name).map(|param| param.slot),
        };
        match slot {
            Some(slot) => taken.push((slot, value.clone(), is_each)),
            None => {
                let known: Vec<&str> = match &call.callee {
                    Callee::Declared(one) => cx.bodies[*one].params.iter().map(|param| param.theirs.as_str()).collect(),
                    Callee::Embedded(body) => body.params.iter().map(|param| param.theirs.as_str()).collect(),
                    Callee::Extern(_) => Vec::new(),
                };
                let span = value.texts().first().map_or(call.span, |at| at.span);
                let found = findings::unknown(span, &format!("the parameter of `{}`", call.theirs), name, &known);
                cx.out.push(found);
            }
        }
    }
    if let Callee::Extern(one) = call.callee {
        let bound = call.bound.iter().map(|(name, space, _)| (name.as_str(), pipeline.spaces[*space].optional));
        externs::called(&mut cx.externs[one], bound);
    }
    for (slot, value, is_each) in taken {
        match &value {
            Given::Text(text) => handed(pipeline, slot, text, cx),
            // Each turn is given one of them.
            Given::List(items, _) if is_each => {
                let known = |at: &At| variables(&at.text).next().is_none();
                for item in items {
                    cx.slots.say(slot, if known(item) { Fact::Word(item.text.clone()) } else { Fact::AnyText });
                }
            }
            Given::List(..) => cx.slots.say(slot, Fact::List),
            Given::Object(entries, _) => {
                cx.slots.say(slot, Fact::Object(entries.iter().map(|(key, _)| key.clone()).collect()));
            }
        }
        if !matches!(value, Given::Text(_)) {
            value.texts().into_iter().for_each(|at| inside(pipeline, &at.text, cx));
        }
    }
}

fn handed(pipeline: &Pipeline<'_>, slot: super::slots::Slot, at: &At, cx: &mut Cx<'_, '_>) {
    let named = |name: &str| pipeline.params.iter().find(|param| param.theirs == name);
    match only(&at.text) {
        Some(Var::Param(name, Tail::Whole | Tail::All)) => {
            if let Some(param) = named(name) {
                cx.slots.join(param.slot, slot);
            }
        }
        // A whole list is told by its brackets, which a record has too.
        Some(Var::Result { tail: Tail::All, .. }) => cx.slots.say(slot, Fact::List),
        Some(_) => cx.slots.say(slot, Fact::AnyText),
        None if variables(&at.text).next().is_some() => {
            cx.slots.say(slot, Fact::AnyText);
            inside(pipeline, &at.text, cx);
        }
        None => cx.slots.say(slot, Fact::Word(at.text.clone())),
    }
}

/// A parameter inside a text is a text.
fn inside(pipeline: &Pipeline<'_>, text: &str, cx: &mut Cx<'_, '_>) {
    for var in variables(text) {
        if let Var::Param(name, Tail::Whole) = var
            && let Some(param) = pipeline.params.iter().find(|param| param.theirs == name)
        {
            cx.slots.say(param.slot, Fact::AnyText);
        }
    }
}

fn results(pipeline: &mut Pipeline<'_>, spec: &Node, cx: &mut Cx<'_, '_>) {
    let mut names = Names::default();
    let mut remarks = Vec::new();
    let declared = parts::results(spec, &mut names, cx, &mut remarks);
    pipeline.remarks.extend(remarks);
    for one in declared {
        let node = spec.list("results").iter().find(|node| node.text_of("name") == Some(&one.theirs));
        let Some(value) = node.and_then(|node| node.get("value")).and_then(|value| cx.at(value)) else { continue };
        for var in variables(&value.text) {
            if let Var::Result { task, .. } = var
                && !pipeline.calls.iter().any(|call| call.theirs == task)
            {
                let span = cx.docs.within(value.span, task);
                cx.push(unknown_task(pipeline, span, task));
            }
        }
        pipeline.results.push((one, value));
    }
    // What is read of tasks that are kept elsewhere is what they leave.
    for at in 0..pipeline.calls.len() {
        externs::read(pipeline, at, cx);
    }
}
