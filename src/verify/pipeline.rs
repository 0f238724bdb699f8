//! The rules of a pipeline: its tasks, their order, what they are given, its results.

use std::collections::VecDeque;

use rustc_hash::FxHashSet;

use super::cx::{Cx, finding};
use super::graph::{self, Call, Graph, Here, order};
use super::params::{self, Place, misuse, used};
use super::refs::refs;
use super::scope::{context_of, misspelt};
use super::task::{self, Outer};
use super::{calls, matrix, reference, since, step, when};
use crate::diag::code::Code;
use crate::source::Span;
use crate::yaml_read::look::{Look, find, named};
use crate::yaml_read::{Node, Yaml};

/// Checks a pipeline; `graph` has what a run adds.
pub(super) fn pipeline<'a>(graph: &Graph<'a>, cx: &mut Cx<'a>) {
    let spec = graph.spec;
    params::check(spec, false, cx);
    if graph.inline && graph.tasks.iter().any(|call| call.embedded && !call.is_pipeline()) {
        spec.list("params").iter().for_each(|one| params::properties("param", one, cx));
    }
    tasks(graph, cx);
    workspaces(spec, cx);
    for call in &graph.tasks {
        let here = Here { graph, task: call.name, finally: call.finally };
        body(call, here, cx);
        inner(call, graph, cx);
        wiring(call, here, cx);
        waits(call, graph, cx);
        calls::call(call, graph, cx);
    }
    graph::cycle(graph, cx);
    for call in &graph.tasks {
        hidden(call, graph, cx);
    }
    results(graph, cx);
}

fn workspaces(spec: &Node, cx: &mut Cx<'_>) {
    let names = named(spec.list("workspaces"), "name");
    cx.distinct("the workspace", &names, "rename one: the pipeline is refused");
    for (_, span) in names.into_iter().filter(|(name, _)| name.is_empty()) {
        let help = "give it a name, by which tasks bind it: the pipeline is refused";
        cx.push(finding(Code::P0644, span, "a workspace of a pipeline has no name", "empty", help));
    }
}

fn tasks(graph: &Graph<'_>, cx: &mut Cx<'_>) {
    let spec = graph.spec;
    if spec.list("tasks").is_empty() {
        empty(spec, cx);
    }
    let names: Vec<(&str, Span)> = graph.tasks.iter().map(|one| (one.name, one.span)).collect();
    cx.distinct("the task", &names, "rename one: the pipeline is refused");
    for (name, span) in names {
        step::label(name, span, "pipeline task", cx);
    }
    for node in spec.list("tasks").iter().chain(spec.list("finally")) {
        let at = node.entries().first().map_or(node.span, |(key, _)| key.span);
        if !node.has("name") && matches!(node.value, Yaml::Map(_)) {
            cx.push(finding(Code::P0644, at, "a task of a pipeline has no name", "in this task", "add `name:`"));
        }
    }
}

/// A pipeline that says something else is taken, and does nothing.
fn empty(spec: &Node, cx: &mut Cx<'_>) {
    let first = spec.entries().first().map_or(spec.span, |(key, _)| key.span);
    let at = if spec.has("tasks") { spec.key_span("tasks") } else { first };
    let taken = ["description", "params", "workspaces"].into_iter().any(|key| spec.has(key));
    let code = if taken && spec.list("finally").is_empty() { Code::P0667 } else { Code::P0644 };
    let help = "write at least one under `tasks`; `finally` alone is refused";
    cx.push(finding(code, at, "a pipeline has no task", "nothing to run", help));
}

/// What a task runs.
fn body<'a>(call: &Call<'a>, here: Here<'_>, cx: &mut Cx<'a>) {
    const BODIES: [&str; 4] = ["taskRef", "taskSpec", "pipelineRef", "pipelineSpec"];
    let node = call.node;
    let given: Vec<&str> = BODIES.into_iter().filter(|key| node.has(key)).collect();
    match given.as_slice() {
        [] => cx.push(finding(
            Code::P0644,
            call.span,
            format!("`{}` runs nothing", call.name),
            "neither `taskRef` nor `taskSpec`",
            "say which task it runs, `taskRef: {name: …}`, or write it under `taskSpec`",
        )),
        [_] => {}
        [first, second, ..] => step::both(node.key_span(second), first, second, cx),
    }
    for (key, kind) in [("taskRef", "task"), ("pipelineRef", "pipeline")] {
        node.get(key).into_iter().for_each(|reference| reference::check(reference, kind, cx));
    }
    let continues = node.text_of("onError") == Some("continue");
    if let Some(retries) = node.get("retries").filter(|retries| continues && matches!(retries.value, Yaml::Int(1..))) {
        let help = "keep one: a task that is tried again and one whose failure is passed over exclude each other";
        cx.push(finding(
            Code::P0645,
            retries.span,
            "`retries` and `onError: continue` stand together",
            "they exclude each other",
            help,
        ));
    }
    when::check(node.list("when"), &|one| params::is_tame(one, &here.graph.params), cx);
    matrix::check(node, cx);
    custom(node, cx);
    if let Some(spec) = call.spec.filter(|_| call.embedded) {
        embedded(spec, node, here, cx);
    }
}

/// A task that another controller runs says which kind of which group it is.
fn custom(node: &Node, cx: &mut Cx<'_>) {
    for key in ["taskRef", "taskSpec"] {
        let Some(one) = node.get(key) else { continue };
        let version = one.get("apiVersion");
        let plain =
            key == "taskRef" && version.and_then(Look::text).is_some_and(|text| text.starts_with("tekton.dev/"));
        let is_task = one.text_of("kind").map_or(!one.has("resolver"), |kind| kind == "Task");
        if plain && is_task {
            continue;
        }
        let kind = one.get("kind").filter(|kind| !matches!(kind.text(), Some("Task" | "")));
        if let (Some(kind), None) = (kind, version) {
            let message = format!("`{}` of a custom task has no `apiVersion`", kind.text().unwrap_or_default());
            let help = "add `apiVersion: GROUP/VERSION`, or name a Task; there are no tasks of the whole cluster any more, the resolver `cluster` finds those of another namespace";
            cx.push(finding(Code::P0644, kind.span, message, "of which group?", help));
        }
        let Some(version) = version else { continue };
        if !one.has("kind") {
            let help =
                "add `kind:` of the custom task: without it the document is refused, or waits for what nobody runs";
            cx.push(finding(Code::P0644, version.span, "a custom task has no `kind`", "of which kind?", help));
        }
        let form = version.text().and_then(|text| text.split_once('/'));
        if !form.is_some_and(|(group, number)| !group.is_empty() && !number.is_empty() && !number.contains('/')) {
            let message = format!("`{}` is no version of a custom task", version.text().unwrap_or_default());
            cx.push(finding(Code::P0648, version.span, message, "not in this form", "write `GROUP/VERSION`"));
        }
        if key == "taskSpec" && one.has("steps") {
            step::both(version.span, "apiVersion", "steps", cx);
        }
    }
}

/// A pipeline inside: what it does not do, and its own rules.
fn inner<'a>(call: &Call<'a>, around: &Graph<'a>, cx: &mut Cx<'a>) {
    for key in
        ["timeout", "retries", "matrix", "onError"].into_iter().filter(|key| call.is_pipeline() && call.node.has(key))
    {
        let help = "leave it out: a pipeline that runs inside another one is not timed, tried again or multiplied";
        let message = format!("`{key}` has no effect on a pipeline inside");
        cx.push(finding(Code::P0667, call.node.key_span(key), message, "read by nothing", help));
    }
    if let Some(spec) = call.node.get("pipelineSpec") {
        let inside = spec.list("tasks").iter().chain(spec.list("finally")).filter_map(|one| one.get("taskSpec"));
        inside.chain([spec]).for_each(|one| typed(one, cx));
        let mut graph = Graph::new(spec, cx);
        for one in params::given(call.node.list("params")).iter().chain(&around.params) {
            if !graph.params.iter().any(|own| own.name == one.name) {
                graph.params.push(one.clone());
            }
        }
        pipeline(&graph, cx);
    }
}

/// Nobody fills in the types of what a pipeline inside declares.
fn typed(spec: &Node, cx: &mut Cx<'_>) {
    for one in spec.list("params").iter().filter(|one| !one.has("type")) {
        let Some(name) = one.get("name") else { continue };
        let message = format!("the param `{}` of a pipeline inside has no type", name.text().unwrap_or_default());
        let help = "write `type:`: it is filled in everywhere but here, and the document is refused";
        cx.push(finding(Code::P0644, name.span, message, "no type", help));
    }
}

/// A task that is written where it is run.
fn embedded<'a>(spec: &'a Node, node: &'a Node, here: Here<'_>, cx: &mut Cx<'a>) {
    let mut outer = params::given(node.list("params"));
    outer.extend(
        params::given(node.get("matrix").map_or(&[][..], |one| one.list("params")))
            .into_iter()
            .map(|one| params::Param { ty: Some(params::Ty::Text), given: None, ..one }),
    );
    for include in node.get("matrix").map_or(&[][..], |one| one.list("include")) {
        outer.extend(params::given(include.list("params")).into_iter().map(|one| params::Param { given: None, ..one }));
    }
    // Of an object that is given here and around, the keys of both are there.
    for one in &mut outer {
        let same = here.graph.params.iter().filter(|other| other.name == one.name);
        one.keys.extend(same.flat_map(|other| &other.keys));
    }
    let more: Vec<_> =
        here.graph.params.iter().filter(|one| !outer.iter().any(|other| other.name == one.name)).cloned().collect();
    outer.extend(more);
    let bound = named(node.list("workspaces"), "name").into_iter().map(|(name, _)| name);
    let workspaces = here.graph.workspaces.iter().copied().chain(bound).collect();
    // Only inside a run does a step see what is given to its task and not declared by it.
    let own = |one: &params::Param<'_>| here.graph.params.iter().any(|other| other.name == one.name);
    let closed = outer.iter().filter(|one| !here.graph.inline && !own(one)).map(|one| one.name).collect();
    let around = Outer { params: outer, closed, workspaces, volumes: here.graph.volumes.clone(), here: Some(here) };
    task::task(spec, &around, cx);
}

/// Every text that the pipeline puts values into.
fn wiring(call: &Call<'_>, here: Here<'_>, cx: &mut Cx<'_>) {
    let node = call.node;
    cx.distinct("the param", &named(node.list("params"), "name"), "keep one: the pipeline is refused");
    for one in node.list("params") {
        value(one.get("value"), true, here, cx);
    }
    let matrix = node.get("matrix");
    let includes = matrix.map_or(&[][..], |one| one.list("include")).iter().flat_map(|one| one.list("params"));
    for one in matrix.map_or(&[][..], |one| one.list("params")).iter().chain(includes) {
        value(one.get("value"), true, here, cx);
    }
    for one in node.list("when") {
        one.get("input").into_iter().for_each(|one| text(one, Place::Text, true, here, cx));
        one.list("values").iter().for_each(|one| text(one, Place::Compared, true, here, cx));
        value(one.get("cel"), false, here, cx);
    }
    // With a matrix, what is shown may name the params of the turn.
    let shown = node.get("displayName").filter(|_| matrix.is_none());
    [shown, node.get("onError")].into_iter().for_each(|one| value(one, false, here, cx));
    node.list("workspaces").iter().for_each(|one| value(one.get("subPath"), false, here, cx));
    let reference = node.get("taskRef").or_else(|| node.get("pipelineRef"));
    reference.map_or(&[][..], |one| one.list("params")).iter().for_each(|one| value(one.get("value"), false, here, cx));
}

fn value(node: Option<&Node>, strict: bool, here: Here<'_>, cx: &mut Cx<'_>) {
    let Some(node) = node else { return };
    match &node.value {
        Yaml::Text { .. } => text(node, if strict { Place::Whole } else { Place::Value }, strict, here, cx),
        Yaml::List(items) => items.iter().for_each(|item| text(item, Place::Element, strict, here, cx)),
        Yaml::Map(entries) => entries.iter().for_each(|(_, item)| text(item, Place::Text, strict, here, cx)),
        Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) => {}
    }
}

fn text(node: &Node, place: Place, strict: bool, here: Here<'_>, cx: &mut Cx<'_>) {
    let Some(text) = node.text() else { return };
    let all = refs(text);
    let places = cx.places(node.span, &all);
    for (one, at) in all.into_iter().zip(places) {
        let isolated = one.whole == text;
        since::variable(&one, at, cx);
        match one.head() {
            "params" => used(&one, 1, &here.graph.params, place, isolated, at, cx),
            "tasks" => here.task_value(&one, place, isolated, at, cx),
            "context" => context_of(&one, &[], true, at, cx),
            "workspaces" => bound(&one, here, at, cx),
            "finally" => here.last_value(&one, at, cx),
            "results" => {}
            head if strict && !is_free(one.whole) => {
                let help = "only `params`, `tasks`, `context` and `workspaces` are known here; a command is not run: compute it in a task, and read its result";
                misuse(at, format!("there are no variables `{head}`"), help.to_owned(), cx);
            }
            head => misspelt(&one, head, at, cx),
        }
    }
    for (start, _) in text.match_indices("$(").filter(|_| strict) {
        let Some(end) = text[start..].find(')') else { continue };
        let whole = &text[start..=start + end];
        let word = &whole[2..whole.len() - 1];
        if !word.is_empty() && !word.contains(['.', '[']) && !is_free(whole) {
            let at = cx.within(node.span, whole, 0);
            const HELP: &str = "a command is not run here, and a variable has a point in its name: compute it in a task, and read its result";
            misuse(at, format!("`{whole}` is no variable"), HELP.to_owned(), cx);
        }
    }
}

/// Not of the form of a variable, so that it stays text.
fn is_free(whole: &str) -> bool {
    let body = &whole[2..whole.len() - 1];
    let name = body.split('[').next().unwrap_or_default();
    name.is_empty()
        || !name.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '_' | '.' | '-'))
        || name.starts_with('.')
}

fn bound(one: &super::refs::Ref<'_>, here: Here<'_>, at: Span, cx: &mut Cx<'_>) {
    let Some(name) = one.name(1) else { return };
    let call = here.graph.call(here.task);
    // What is text for the pipeline is a variable for the task that the text is given to.
    if one.name(2) != Some("bound") && call.is_some_and(|call| find(call.node.list("workspaces"), name).is_some()) {
        return;
    }
    if !here.graph.workspaces.contains(&name) {
        let all = here.graph.workspaces.iter().copied();
        return cx.unknown(at, "the workspace", name, all, "declare it under `workspaces` of the pipeline");
    }
    if one.name(2).is_some_and(|part| part != "bound") {
        misuse(
            at,
            format!("of the workspace `{name}` only `bound` is known in a pipeline"),
            "paths are known inside a task".to_owned(),
            cx,
        );
    }
}

/// `runAfter`, and what `finally` may not have.
fn waits(call: &Call<'_>, graph: &Graph<'_>, cx: &mut Cx<'_>) {
    let list = call.node.list("runAfter");
    if let Some(node) = call.node.get("runAfter").filter(|_| call.finally && !list.is_empty()) {
        return order(
            node.span,
            "a task of `finally` has `runAfter`".to_owned(),
            "tasks of `finally` run together: put what has an order into the steps of one",
            cx,
        );
    }
    let names: Vec<(&str, Span)> = list.iter().filter_map(|one| Some((one.text()?, one.span))).collect();
    cx.distinct("in `runAfter` the task", &names, "name it once");
    for (name, span) in names {
        match graph.call(name) {
            None => {
                let all = graph.tasks.iter().filter(|one| !one.finally).map(|one| one.name);
                cx.unknown(span, "the task", name, all, "`runAfter` names tasks of the same pipeline");
            }
            Some(other) if other.finally => {
                order(span, format!("`{name}` is in `finally`"), "tasks of `finally` run after all others", cx)
            }
            Some(_) => {}
        }
    }
}

/// Results that are read where no order comes of it.
fn hidden(call: &Call<'_>, graph: &Graph<'_>, cx: &mut Cx<'_>) {
    let mut quiet = Vec::new();
    for key in ["taskRef", "pipelineRef", "workspaces", "displayName"] {
        call.node.get(key).into_iter().for_each(|node| graph::sources(node, &mut quiet));
    }
    if quiet.is_empty() || call.finally {
        return;
    }
    let before = before(call, graph, quiet.iter().map(|(name, _)| *name).collect());
    for (name, span) in quiet.into_iter().filter(|(name, _)| graph.call(name).is_some() && !before.contains(name)) {
        let help =
            format!("add `runAfter: [{name}]`: a reference in this place makes no order, and the task may run first");
        cx.push(finding(
            Code::P0664,
            span,
            format!("`{}` may run before `{name}`, whose result it reads", call.name),
            "makes no order",
            help,
        ));
    }
}

/// Tasks that are done when this one starts: all that are looked for, or every one.
fn before<'n>(call: &Call<'n>, graph: &Graph<'n>, mut wanted: FxHashSet<&str>) -> FxHashSet<&'n str> {
    let mut all = FxHashSet::default();
    let mut left = VecDeque::from([*call]);
    while let Some(one) = left.pop_front().filter(|_| !wanted.is_empty()) {
        for (name, _) in graph.awaited(&one) {
            if all.insert(name) {
                wanted.remove(name);
                left.extend(graph.call(name).copied());
            }
        }
    }
    all
}

/// A text that begins with a result, or a list or a map with one in it.
fn is_of_tasks(value: &Node) -> bool {
    let reads = |one: &Node| {
        one.text().is_some_and(|text| refs(text).iter().any(|one| matches!(one.head(), "tasks" | "finally")))
    };
    match &value.value {
        Yaml::List(items) => items.iter().any(reads),
        Yaml::Map(entries) => entries.iter().any(|(_, item)| reads(item)),
        Yaml::Text { text, .. } => text.starts_with("$(") && reads(value),
        Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) => false,
    }
}

fn results(graph: &Graph<'_>, cx: &mut Cx<'_>) {
    let list = graph.spec.list("results");
    cx.distinct("the result", &named(list, "name"), "keep one");
    let here = Here { graph, task: "", finally: true };
    let given = list.iter().flat_map(Look::entries).filter(|(key, _)| key.text == "value");
    for (_, one) in given {
        let found = one.text().map(refs).unwrap_or_default();
        if !is_of_tasks(one) {
            let help =
                "write `$(tasks.TASK.results.RESULT)`, with nothing before it: a result of a pipeline is one of a task";
            cx.push(finding(
                Code::P0650,
                one.span,
                "the value of a result of the pipeline is no result of a task",
                "not in this form",
                help,
            ));
            continue;
        }
        for variable in found {
            let at = cx.within(one.span, variable.whole, variable.nth);
            match variable.head() {
                "tasks" if variable.name(1).and_then(|name| graph.call(name)).is_some_and(|call| call.finally) => {
                    let task = variable.name(1).unwrap_or_default();
                    let help = format!("write `$(finally.{task}.results.RESULT)`: the document is refused");
                    misuse(at, format!("`{task}` is in `finally`, and is looked for in `tasks`"), help, cx);
                }
                "tasks" => here.task_value(&variable, Place::Value, one.text() == Some(variable.whole), at, cx),
                "finally" => {
                    let task = variable.name(1).unwrap_or_default();
                    if !graph.call(task).is_some_and(|call| call.finally) {
                        let all = graph.tasks.iter().filter(|one| one.finally).map(|one| one.name);
                        cx.unknown(
                            at,
                            "in `finally` the task",
                            task,
                            all,
                            "a result is one of a task of the same pipeline",
                        );
                    }
                }
                _ => misuse(
                    at,
                    "a result of a pipeline is only made of results of tasks".to_owned(),
                    "write `$(tasks.TASK.results.RESULT)`".to_owned(),
                    cx,
                ),
            }
        }
    }
}
