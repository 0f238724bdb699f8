//! The tasks of a pipeline: who reads whose results, who waits for whom.

use rustc_hash::FxHashMap;

use super::cx::{Cx, finding, one};
use super::params::{self, Param, Place, use_of};
use super::refs::{Part, Ref, refs};
use crate::diag::code::Code;
use crate::source::Span;
use crate::yaml_read::look::{Look, find};
use crate::yaml_read::{Node, Yaml};

/// A pipeline with what a run adds to it.
#[derive(Debug)]
pub(super) struct Graph<'a> {
    pub(super) spec: &'a Node,
    pub(super) params: Vec<Param<'a>>,
    pub(super) workspaces: Vec<&'a str>,
    pub(super) volumes: Vec<&'a str>,
    pub(super) tasks: Vec<Call<'a>>,
    /// It is written inside a run.
    pub(super) inline: bool,
    /// The first task of each name.
    by_name: FxHashMap<&'a str, usize>,
}

/// One task of a pipeline.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call<'a> {
    pub(super) name: &'a str,
    pub(super) span: Span,
    pub(super) node: &'a Node,
    /// What it runs, when that is known; a custom task is not.
    pub(super) spec: Option<&'a Node>,
    /// The pipeline that it runs, when that is known.
    pub(super) pipeline: Option<&'a Node>,
    pub(super) embedded: bool,
    pub(super) finally: bool,
}

/// A place in a pipeline: inside one of its tasks, or in its results.
#[derive(Clone, Copy, Debug)]
pub(super) struct Here<'a> {
    pub(super) graph: &'a Graph<'a>,
    pub(super) task: &'a str,
    pub(super) finally: bool,
}

impl<'a> Graph<'a> {
    pub(super) fn new(spec: &'a Node, cx: &Cx<'a>) -> Self {
        let calls = |key: &str, finally| {
            let list = spec.list(key).iter();
            list.filter_map(|node| call(node, finally, cx)).collect::<Vec<_>>()
        };
        let mut tasks = calls("tasks", false);
        tasks.extend(calls("finally", true));
        let mut by_name = FxHashMap::default();
        for (at, one) in tasks.iter().enumerate() {
            by_name.entry(one.name).or_insert(at);
        }
        let workspaces =
            crate::yaml_read::look::named(spec.list("workspaces"), "name").into_iter().map(|(name, _)| name).collect();
        Self { spec, params: params::declared(spec), workspaces, volumes: Vec::new(), tasks, inline: false, by_name }
    }

    pub(super) fn call(&self, name: &str) -> Option<&Call<'a>> {
        self.by_name.get(name).map(|at| &self.tasks[*at])
    }

    /// Those that a task waits for by what it says, with where it says so.
    pub(super) fn awaited<'n>(&self, call: &Call<'n>) -> Vec<(&'n str, Span)> {
        let mut all: Vec<(&str, Span)> =
            call.node.list("runAfter").iter().filter_map(|one| Some((one.text()?, one.span))).collect();
        for key in ["params", "matrix", "when"] {
            call.node.get(key).into_iter().for_each(|node| sources(node, &mut all));
        }
        if call.embedded {
            for key in ["steps", "sidecars", "stepTemplate"] {
                call.spec.and_then(|spec| spec.get(key)).into_iter().for_each(|node| sources(node, &mut all));
            }
        }
        all
    }
}

fn call<'a>(node: &'a Node, finally: bool, cx: &Cx<'a>) -> Option<Call<'a>> {
    let name = node.get("name")?;
    let embedded = node.get("taskSpec").filter(|spec| !spec.has("apiVersion"));
    let custom =
        |reference: &Node| reference.text_of("apiVersion").is_some_and(|version| !version.starts_with("tekton.dev/"));
    let referred = node.get("taskRef").filter(|reference| !custom(reference));
    let spec = embedded.or_else(|| {
        let name = referred?
            .text_of("name")
            .filter(|_| referred.is_some_and(|one| !one.has("resolver") && !one.has("version")))?;
        one(&cx.known.tasks, name)?.get("spec")
    });
    let within = node.get("pipelineSpec");
    let pipeline = within.or_else(|| {
        let named = node.get("pipelineRef").filter(|one| !one.has("resolver"))?.text_of("name")?;
        one(&cx.known.pipelines, named)?.get("spec")
    });
    let embedded = embedded.is_some() || within.is_some();
    Some(Call { name: name.text()?, span: name.span, node, spec, pipeline, embedded, finally })
}

impl Call<'_> {
    /// It runs a pipeline, known or not.
    pub(super) fn is_pipeline(&self) -> bool {
        self.node.has("pipelineRef") || self.node.has("pipelineSpec")
    }
}

/// The tasks whose results stand in the texts below a node.
pub(super) fn sources<'n>(node: &'n Node, out: &mut Vec<(&'n str, Span)>) {
    match &node.value {
        Yaml::Text { text, .. } if text.contains("$(tasks") || text.contains("$(finally") => {
            let is_result = |one: &Ref<'_>| matches!(one.head(), "tasks" | "finally") && one.name(2) == Some("results");
            let found = refs(text).into_iter().filter(is_result);
            out.extend(found.filter_map(|one| Some((one.name(1)?, node.span))));
        }
        Yaml::List(items) => items.iter().for_each(|item| sources(item, out)),
        Yaml::Map(entries) => {
            // Nobody looks there for what a task waits for.
            let shown = |key: &str| matches!(key, "name" | "displayName" | "description");
            entries.iter().filter(|(key, _)| !shown(&key.text)).for_each(|(_, value)| sources(value, out));
        }
        Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) | Yaml::Text { .. } => {}
    }
}

impl Here<'_> {
    /// `$(tasks.T.results.R)`, `$(tasks.T.status)`, `$(tasks.status)`.
    pub(super) fn task_value(&self, found: &Ref<'_>, place: Place, isolated: bool, span: Span, cx: &mut Cx<'_>) {
        match (found.name(1), found.name(2)) {
            (Some("status"), None) if found.parts.len() == 2 => self.only_finally(found.whole, span, cx),
            (Some(task), Some("status" | "reason")) => {
                if let Some(call) = self.known(task, span, cx) {
                    self.only_finally(found.whole, span, cx);
                    if call.finally {
                        order(
                            span,
                            format!("`{task}` is itself in `finally`"),
                            "its status is not known to others there",
                            cx,
                        );
                    }
                }
            }
            (Some(task), Some("results")) => self.result(found, task, place, isolated, span, cx),
            (Some(task), _) => {
                self.known(task, span, cx);
            }
            (None, _) => {}
        }
    }

    /// `$(finally.T.results.R)`, which only results of the pipeline may read.
    pub(super) fn last_value(&self, found: &Ref<'_>, span: Span, cx: &mut Cx<'_>) {
        if found.name(2) == Some("results") {
            let message = format!("`{}` is read by a task", found.whole);
            let help = "read results of `tasks`, as `$(tasks.NAME.results.RESULT)`: those of `finally` are known to results of the pipeline only";
            order(span, message, help, cx);
        }
    }

    fn known(&self, task: &str, span: Span, cx: &mut Cx<'_>) -> Option<Call<'_>> {
        let call = self.graph.call(task).copied();
        if call.is_none() {
            let all = self.graph.tasks.iter().map(|one| one.name);
            cx.unknown(span, "the task", task, all, "a variable names a task of the same pipeline");
        }
        call
    }

    fn only_finally(&self, whole: &str, span: Span, cx: &mut Cx<'_>) {
        if !self.finally {
            order(
                span,
                format!("`{whole}` is known only in `finally`"),
                "read it in a task of `finally`; between tasks, write a result",
                cx,
            );
        }
    }

    fn result(&self, found: &Ref<'_>, task: &str, place: Place, isolated: bool, span: Span, cx: &mut Cx<'_>) {
        let Some(call) = self.known(task, span, cx) else { return };
        let rest = found.parts.get(4..).unwrap_or_default();
        if found.whole.starts_with(&format!("$(tasks.{task}.results[")) || rest.len() > 1 {
            let help = format!(
                "write `$(tasks.{task}.results.NAME)`, with `[0]`, `[*]` or `.KEY` at most: other forms stay text and make no order; a result whose name has a point cannot be read"
            );
            return params::misuse(span, "this form of a result is not replaced".to_owned(), help, cx);
        }
        if call.finally && !self.task.is_empty() {
            return order(
                span,
                format!("a result of `{task}` is read, which is in `finally`"),
                "tasks of `finally` run together, after all others: read it nowhere but in results of the pipeline",
                cx,
            );
        }
        if call.name == self.task {
            return order(
                span,
                format!("`{task}` reads its own result"),
                "inside a task, a file or a result of a step carries a value on",
                cx,
            );
        }
        if call.is_pipeline() {
            let message = format!("`{task}` runs a pipeline, whose results do not come out");
            let help = "run its tasks in this pipeline, or hand the value on by a workspace: the document is refused";
            return params::misuse(span, message, help.to_owned(), cx);
        }
        if call.node.has("matrix") && rest != [Part::Index("*")] {
            let name = found.name(3).unwrap_or_default();
            let help = format!("write `$(tasks.{task}.results.{name}[*])`: each turn of the matrix has one");
            return params::misuse(span, format!("`{task}` runs in a matrix"), help, cx);
        }
        let (Some(spec), Some(name)) = (call.spec, found.name(3)) else { return };
        let Some(result) = find(spec.list("results"), name) else {
            let known = crate::yaml_read::look::named(spec.list("results"), "name");
            let what = format!("of the task `{task}` the result");
            return cx.unknown(
                span,
                &what,
                name,
                known.into_iter().map(|(name, _)| name),
                "a result must be declared by the task that makes it",
            );
        };
        if call.node.has("matrix") {
            return;
        }
        let keys = params::keys(result.get("properties"), None);
        let param = Param { name, span, ty: params::ty(result), default: None, keys, given: None, choices: Vec::new() };
        use_of(found, 3, &param, place, isolated, span, cx);
    }
}

pub(super) fn order(span: Span, message: String, help: &str, cx: &mut Cx<'_>) {
    cx.push(finding(Code::P0652, span, message, "not possible here", help));
}

/// Tasks that wait for each other in a circle: one finding for the first that is found.
pub(super) fn cycle(graph: &Graph<'_>, cx: &mut Cx<'_>) {
    let by_name: FxHashMap<&str, usize> = graph.tasks.iter().enumerate().map(|(at, one)| (one.name, at)).collect();
    let edges: Vec<Vec<(usize, Span)>> = graph
        .tasks
        .iter()
        .map(|call| {
            let all = graph.awaited(call).into_iter();
            all.filter_map(|(name, span)| Some((*by_name.get(name)?, span))).collect()
        })
        .collect();
    let mut state = vec![State::New; edges.len()];
    for start in 0..edges.len() {
        // The way from the start, with how many edges of each task were followed.
        let mut way: Vec<(usize, usize)> = vec![(start, 0)];
        if state[start] != State::New {
            continue;
        }
        state[start] = State::Open;
        while let Some((at, next)) = way.last_mut() {
            let Some((to, span)) = edges[*at].get(*next).copied() else {
                state[*at] = State::Done;
                way.pop();
                continue;
            };
            *next += 1;
            match state[to] {
                State::Done => {}
                State::New => {
                    state[to] = State::Open;
                    way.push((to, 0));
                }
                State::Open => {
                    let from = way.iter().position(|(one, _)| *one == to).unwrap_or(0);
                    let names: Vec<&str> = way[from..].iter().map(|(one, _)| graph.tasks[*one].name).collect();
                    // That a task waits for itself through a result is said where the result is read.
                    return circle(&names, span, cx);
                }
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    New,
    Open,
    Done,
}

fn circle(names: &[&str], span: Span, cx: &mut Cx<'_>) {
    let message = match names {
        [alone] => format!("`{alone}` waits for itself"),
        _ => format!(
            "tasks wait for each other: {}",
            names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" → ")
        ),
    };
    if cx
        .out
        .iter()
        .any(|one| one.code == Code::P0652 && one.span().is_some_and(|at| at.start >= span.start && at.end <= span.end))
    {
        return;
    }
    order(span, message, "remove one of the references or `runAfter`: the pipeline is refused", cx);
}
