//! What a variable may name inside a task, and the check of every text in one.

use super::cx::{Cx, finding};
use super::graph::Here;
use super::params::{Param, Place, misuse, used};
use super::refs::{Part, Ref, refs};
use super::since;
use crate::diag::code::Code;
use crate::diag::did_you_mean;
use crate::source::Span;
use crate::yaml_read::look::{Look, find, named};
use crate::yaml_read::{Node, Yaml};

/// What a task can see.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    pub(super) params: Vec<Param<'a>>,
    pub(super) workspaces: Vec<&'a str>,
    pub(super) results: Vec<&'a str>,
    pub(super) steps: &'a [Node],
    /// The tasks of the pipeline that it is written in.
    pub(super) here: Option<Here<'a>>,
    /// It is a step action, which sees no task.
    pub(super) action: bool,
}

/// Where in a task a text stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct At<'a> {
    pub(super) place: Place,
    /// The results of the step, when it is in one.
    pub(super) step: Option<&'a Node>,
    /// In the script itself.
    pub(super) script: bool,
    /// Where no result of a step is put in.
    pub(super) fixed: bool,
}

/// Every text below a node, which belongs to a step, a sidecar or a volume.
pub(super) fn texts(node: &Node, at: At<'_>, scope: &Scope<'_>, cx: &mut Cx<'_>) {
    match &node.value {
        Yaml::Text { text, .. } => text_of(text, node.span, at, scope, cx),
        Yaml::List(items) => items.iter().for_each(|item| texts(item, at, scope, cx)),
        Yaml::Map(entries) => {
            for (key, value) in entries {
                match key.text.as_str() {
                    "description" | "displayName" => {}
                    "command" | "args" | "values" => texts(value, At { place: Place::Element, ..at }, scope, cx),
                    "script" => texts(value, At { script: true, ..at }, scope, cx),
                    "image" | "workingDir" | "envFrom" | "volumeMounts" | "volumeDevices" => {
                        texts(value, At { fixed: true, ..at }, scope, cx);
                    }
                    "params" => texts(value, At { place: Place::Value, ..at }, scope, cx),
                    _ => texts(value, at, scope, cx),
                }
            }
        }
        Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) => {}
    }
}

fn text_of(text: &str, span: Span, at: At<'_>, scope: &Scope<'_>, cx: &mut Cx<'_>) {
    let all = refs(text);
    let places = cx.places(span, &all);
    for (one, place) in all.into_iter().zip(places) {
        let isolated = one.whole == text;
        since::variable(&one, place, cx);
        match one.head() {
            "params" => used(&one, 1, &scope.params, at.place, isolated, place, cx),
            "inputs" if one.name(1) == Some("params") => used(&one, 2, &scope.params, at.place, isolated, place, cx),
            "results" => result(&one, &scope.results, place, cx),
            "step" if one.name(1) == Some("results") => own_result(&one, at.step, place, cx),
            "artifacts" | "step" | "steps" if at.fixed && at.step.is_some() && is_artifact(&one) => {
                const HELP: &str = "it is put into `env`, `command`, `args` and `script` only: the document is refused";
                misuse(place, format!("`{}` stands where it is not put in", one.whole), HELP.to_owned(), cx);
            }
            "finally" => {
                if let Some(here) = scope.here {
                    here.last_value(&one, place, cx);
                }
            }
            "steps" => of_step(&one, at, scope, place, cx),
            "workspaces" => workspace(&one, scope, place, cx),
            "context" => context(&one, scope, place, cx),
            "tasks" => {
                if let Some(here) = scope.here {
                    here.task_value(&one, at.place, isolated, place, cx);
                }
            }
            head => misspelt(&one, head, place, cx),
        }
    }
}

/// The file of artifacts, or artifacts of a step.
fn is_artifact(one: &Ref<'_>) -> bool {
    let path = matches!((one.head(), one.name(1)), ("artifacts", Some("path")) | ("step", Some("artifacts")));
    path || one.head() == "steps" && matches!(one.name(2), Some("inputs" | "outputs"))
}

const WORDS: [&str; 6] = ["params", "results", "workspaces", "context", "tasks", "steps"];

/// `$(param.x)`: a command of such a name is unlikely.
pub(super) fn misspelt(one: &Ref<'_>, head: &str, place: Span, cx: &mut Cx<'_>) {
    const NEAR: [(&str, &str); 6] = [
        ("param", "params"),
        ("parameters", "params"),
        ("result", "results"),
        ("workspace", "workspaces"),
        ("task", "tasks"),
        ("contexts", "context"),
    ];
    let plain = one.parts.len() > 1 && !one.whole[2..].contains([' ', '\t', '$', '|', ';', '<', '>']);
    let twisted = (head.len() > 4)
        .then(|| did_you_mean(head, WORDS))
        .flatten()
        .filter(|word| one.parts.len() == 2 && *word == "params");
    let meant = NEAR.iter().find(|(near, _)| *near == head).map(|(_, meant)| *meant).or(twisted);
    if let Some(meant) = meant.filter(|_| plain) {
        let message = format!("there are no variables `{head}`");
        let fixed = Span::new(place.file, place.start + 2, place.start + 2 + crate::source::offset(head.len()));
        let found = finding(
            Code::P0649,
            place,
            message,
            "not replaced",
            format!("did you mean `{meant}`? What is not known stays in the text as it is"),
        );
        let whole = cx.source(place) == one.whole;
        cx.push(if whole { found.fix(format!("write `{meant}`"), fixed, meant) } else { found });
    }
}

/// `$(results.R.path)`.
pub(super) fn result(one: &Ref<'_>, known: &[&str], place: Span, cx: &mut Cx<'_>) {
    let Some(name) = one.name(1) else { return };
    let ends = matches!(one.parts.last(), Some(Part::Name("path"))) && one.parts.len() > 2;
    // A name with points in it is written in brackets, or not at all.
    let dotted = one.whole.trim_start_matches("$(results.").trim_end_matches(".path)");
    if !known.contains(&name) && !known.contains(&dotted) {
        const WHY: &str = "only the path of a result that the task declares is replaced, `$(results.NAME.path)`";
        return cx.unknown(place, "the result", name, known.iter().copied(), WHY);
    }
    if !ends {
        misuse(
            place,
            format!("of the result `{name}` only the path is known here"),
            format!("write `$(results.{name}.path)`"),
            cx,
        );
    }
}

/// `$(step.results.R.path)` of a step, or of a step action.
pub(super) fn own_result(one: &Ref<'_>, step: Option<&Node>, place: Span, cx: &mut Cx<'_>) {
    let (Some(step), Some(name)) = (step, one.name(2)) else { return };
    let known: Vec<&str> = named(step.list("results"), "name").into_iter().map(|(name, _)| name).collect();
    if !known.contains(&name) {
        cx.unknown(place, "the result of the step", name, known, "declare it under `results` of the step");
    }
}

fn of_step(one: &Ref<'_>, at: At<'_>, scope: &Scope<'_>, place: Span, cx: &mut Cx<'_>) {
    let Some(name) = one.name(1) else { return };
    match one.name(2) {
        Some("results") => {
            if at.script {
                const HELP: &str = "hand it over by `env`: in a script it is refused";
                return misuse(place, "a result of a step stands in a script".to_owned(), HELP.to_owned(), cx);
            }
            if at.fixed && at.step.is_some() {
                const HELP: &str =
                    "results of steps are put into `env`, `command` and `args` only: the document is refused";
                return misuse(place, "a result of a step stands where none is put in".to_owned(), HELP.to_owned(), cx);
            }
            step_result(name, one.name(3), scope, place, cx);
        }
        Some("exitCode") => {
            let short = name.strip_prefix("step-").unwrap_or(name);
            let known = named(scope.steps, "name").iter().any(|(other, _)| *other == short);
            if !known && !short.starts_with("unnamed-") {
                let steps = named(scope.steps, "name");
                cx.unknown(
                    place,
                    "the step",
                    short,
                    steps.iter().map(|(name, _)| *name),
                    "write `$(steps.step-NAME.exitCode.path)`",
                );
            }
        }
        Some(_) | None => {}
    }
}

/// A result of a step, as it is named by another step or by a result of the task; gives it when it is known.
pub(super) fn step_result<'a, 'c: 'a>(
    name: &str,
    result: Option<&str>,
    scope: &Scope<'a>,
    place: Span,
    cx: &mut Cx<'c>,
) -> Option<&'a Node> {
    let Some(step) = scope.steps.iter().find(|step| step.text_of("name") == Some(name)) else {
        let steps = named(scope.steps, "name");
        cx.unknown(
            place,
            "the step",
            name,
            steps.iter().map(|(name, _)| *name),
            "a result can be had only of a step of this task",
        );
        return None;
    };
    let action =
        step.get("ref").map(|one| one.text_of("name").and_then(|name| super::cx::one(&cx.known.actions, name)));
    let list = match action {
        Some(Some(action)) => action.get("spec").map_or(&[][..], |spec| spec.list("results")),
        Some(None) => return None,
        None => step.list("results"),
    };
    let known = named(list, "name");
    if let Some(result) = result.filter(|result| !known.iter().any(|(name, _)| name == result)) {
        cx.unknown(
            place,
            "the result of the step",
            result,
            known.iter().map(|(name, _)| *name),
            "declare it under `results` of the step",
        );
    }
    result.and_then(|result| find(list, result))
}

fn workspace(one: &Ref<'_>, scope: &Scope<'_>, place: Span, cx: &mut Cx<'_>) {
    let Some(name) = one.name(1) else { return };
    const PARTS: [&str; 4] = ["path", "bound", "claim", "volume"];
    // A name with points in it.
    let known =
        scope.workspaces.iter().any(|known| *known == name || one.whole.starts_with(&format!("$(workspaces.{known}.")));
    if !known {
        const WHY: &str =
            "declare it under `workspaces` of the task: else the text stays, and a shell runs it as a command";
        return cx.unknown(place, "the workspace", name, scope.workspaces.iter().copied(), WHY);
    }
    if let Some(part) = one.name(2).filter(|part| one.parts.len() == 3 && !PARTS.contains(part)) {
        cx.unknown(place, &format!("of the workspace `{name}`"), part, PARTS, "what is not known stays in the text");
    }
}

const RUN: [&str; 3] = ["name", "namespace", "uid"];

fn context(one: &Ref<'_>, scope: &Scope<'_>, place: Span, cx: &mut Cx<'_>) {
    let embedded = scope.here.is_some();
    context_of(one, &[("taskRun", &RUN), ("task", &["name", "retry-count"])], embedded, place, cx);
}

/// `$(context.OF.WHAT)`; of the pipeline, only where one is.
pub(super) fn context_of(one: &Ref<'_>, own: &[(&str, &[&str])], in_pipeline: bool, place: Span, cx: &mut Cx<'_>) {
    const PIPELINE: [(&str, &[&str]); 3] =
        [("pipelineRun", &RUN), ("pipeline", &["name"]), ("pipelineTask", &["retries"])];
    let (Some(of), Some(name)) = (one.name(1), one.name(2)) else { return };
    let all: Vec<(&str, &[&str])> = own.iter().chain(PIPELINE.iter().filter(|_| in_pipeline)).copied().collect();
    const WHY: &str = "it stays in the text as it is";
    match all.iter().find(|(known, _)| *known == of) {
        None => cx.unknown(place, "the context", of, all.iter().map(|(known, _)| *known), WHY),
        Some((_, names)) if !names.contains(&name) => {
            cx.unknown(place, &format!("in the context `{of}` the name"), name, names.iter().copied(), WHY);
        }
        Some(_) => {}
    }
}
