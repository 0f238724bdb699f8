//! What Pipelines-as-Code would never start, or not as it is meant.

use super::lower::Lowered;
use super::shape::{Pac, Shape, Style};
use super::{pac, pac_cel, shape_gaps, task};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::emit::{kube, yaml};
use crate::plan::{Value, Workspace};
use crate::source::Span;

pub(super) fn report(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    let shape = &lowered.options.shape;
    let wanted = shape.style == Style::Pac;
    match &shape.pac {
        None if wanted => {
            let help = "say when: `pac: { events: [.pull_request], branches: [\"main\"] }`";
            out.push(
                shape_gaps::wrong(shape, "style", "nothing says when Pipelines-as-Code starts the run", "has no `pac`")
                    .help(help),
            );
        }
        None => {}
        Some(_) if !wanted => {
            let help = "say `style: .pac` as well, or leave `pac` out";
            out.push(
                shape_gaps::wrong(shape, "pac", "`pac` says when a run starts that is not emitted", "has no effect")
                    .help(help),
            );
        }
        Some(pac) => {
            start(shape, pac, out);
            values(shape, pac, out);
            condition(shape, pac, out);
            unreachable(shape, pac, out);
            unbound(lowered, out);
            replaced(lowered, out);
        }
    }
}

/// An event and a branch are both needed; with a condition, neither is looked at.
fn start(shape: &Shape, pac: &Pac, out: &mut Diagnostics) {
    let lists = [
        ("events", !pac.events.is_empty()),
        ("branches", !pac.branches.is_empty()),
        ("paths", !pac.paths.is_empty()),
        ("ignore_paths", !pac.ignore_paths.is_empty()),
        ("labels", !pac.labels.is_empty()),
    ];
    let said = |field: &str| lists.iter().any(|(name, said)| *name == field && *said);
    if pac.cel.is_some() {
        for (field, _) in lists.iter().filter(|(_, said)| *said) {
            let message = format!("`{field}` is not looked at beside `cel`");
            let help = "say all of it in `cel`, or leave `cel` out";
            out.push(shape_gaps::wrong(shape, &format!("pac.{field}"), message, "has no effect").help(help));
        }
    } else if said("events") != said("branches") {
        let (has, lacks) = if said("events") { ("events", "branches") } else { ("branches", "events") };
        let message = format!("nothing is started without `{lacks}`");
        let help = format!("write `{lacks}` too: a run starts where both an event and a branch are as asked");
        out.push(shape_gaps::wrong(shape, &format!("pac.{has}"), message, "is not enough").help(help));
    } else if !said("events") && pac.comment.is_none() {
        let help = "write `events` and `branches`, or `cel`, or `comment`";
        out.push(shape_gaps::wrong(shape, "pac", "nothing would ever start this run", "names no event").help(help));
    }
}

fn values(shape: &Shape, pac: &Pac, out: &mut Diagnostics) {
    let lists = [
        ("branches", &pac.branches),
        ("paths", &pac.paths),
        ("ignore_paths", &pac.ignore_paths),
        ("labels", &pac.labels),
        ("tasks", &pac.tasks),
    ];
    for (field, list) in lists {
        for (at, one) in list.iter().enumerate() {
            if one.trim() != one || one.is_empty() || one.contains(['\n', '&']) {
                let message = format!("`{one}` cannot stand in a list of Pipelines-as-Code");
                let help = "write a text that is not empty, without blanks around it and without `&`";
                out.push(
                    shape_gaps::wrong(shape, &format!("pac.{field}.{at}"), message, "would be read as another")
                        .help(help),
                );
            } else if field != "labels" && field != "tasks" && !is_glob(one) {
                let message = format!("`{one}` is no pattern: a `[` or `{{` has no end");
                let help =
                    "close it, or write `\\\\` before one that is meant: Pipelines-as-Code fails on such a pattern";
                out.push(shape_gaps::wrong(shape, &format!("pac.{field}.{at}"), message, "is not closed").help(help));
            }
        }
    }
    if let Some(count) = pac.max_keep_runs.filter(|count| *count < 1) {
        let message = format!("`{count}` runs cannot be kept");
        out.push(
            shape_gaps::wrong(shape, "pac.max_keep_runs", message, "is less than one")
                .help("write at least `1`, or leave it out to keep all"),
        );
    }
    if let Some(name) = pac.target_namespace.as_deref().filter(|name| !kube::is_label(name)) {
        let message = format!("`{name}` cannot be the name of a namespace");
        let help = "write lower-case letters, digits and `-`, beginning and ending with a letter or digit";
        out.push(shape_gaps::wrong(shape, "pac.target_namespace", message, "is not of that form").help(help));
    }
    if let Some(regex) = pac.comment.as_deref().filter(|regex| !is_closed(regex, true)) {
        let message = format!("`{regex}` is no regular expression: a bracket has no end");
        let help = "close it, or write `\\\\` before one that is meant: Pipelines-as-Code leaves such a run out, and says so only in its log";
        out.push(shape_gaps::wrong(shape, "pac.comment", message, "is not closed").help(help));
    }
}

fn is_glob(text: &str) -> bool {
    is_closed(text, false)
}

/// Every bracket has its end; what stands behind a `\` is itself.
fn is_closed(text: &str, groups: bool) -> bool {
    let mut open = Vec::new();
    let mut letters = text.chars();
    while let Some(c) = letters.next() {
        match c {
            '\\' if letters.next().is_none() => return false,
            // Within `[…]` only its end counts.
            ']' if open.last() == Some(&']') => drop(open.pop()),
            _ if open.last() == Some(&']') => {}
            '[' => open.push(']'),
            '{' if !groups => open.push('}'),
            '}' if !groups && open.pop() != Some('}') => return false,
            '(' if groups => open.push(')'),
            ')' if groups && open.pop() != Some(')') => return false,
            _ => {}
        }
    }
    open.is_empty()
}

fn condition(shape: &Shape, pac: &Pac, out: &mut Diagnostics) {
    let Some(text) = &pac.cel else { return };
    for fault in pac_cel::faults(text, &pac.variables) {
        let help = match &fault.unknown {
            Some((word, known)) => shape_gaps::did_you_mean(word, known),
            None => "close it: Pipelines-as-Code leaves a run out whose condition it cannot read".to_owned(),
        };
        out.push(shape_gaps::wrong(shape, "pac.cel", fault.message, "is in the condition").help(help));
    }
}

/// Changed files are named from the root of the repository, without `./` or `/` before.
fn unreachable(shape: &Shape, pac: &Pac, out: &mut Diagnostics) {
    for looked in pac::looked(pac).iter().filter(|looked| is_unreachable(&looked.path)) {
        out.push(never_changed(shape, &looked.place, &looked.path));
    }
}

pub(super) fn is_unreachable(path: &str) -> bool {
    path.starts_with('/') || path.split('/').any(|part| matches!(part, "." | ".."))
}

fn never_changed(shape: &Shape, place: &str, path: &str) -> Diagnostic {
    let message = format!("no changed file is ever called `{path}`");
    let found = match shape.place(place) {
        Some(place) => Diagnostic::new(Code::P0615, place, message).here("is compared with names as git has them"),
        None => Diagnostic::global(Code::P0615, message),
    };
    found.help("write the path from the root of the repository, without `./`, `../` or `/` before it")
}

/// Nobody can give a workspace to a run that starts by itself.
fn unbound(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    let workspaces = lowered.plan.workspaces.iter().filter(|workspace| workspace.param.is_some());
    let unbound = |workspace: &&Workspace| {
        !task::is_optional(lowered, workspace) && lowered.options.binding(&workspace.name).is_none()
    };
    for workspace in workspaces.filter(unbound) {
        let message = format!("nobody gives the workspace `{}` to a run that Pipelines-as-Code starts", workspace.name);
        out.push(
            Diagnostic::new(Code::P0617, workspace.span, message)
                .here("is given from outside")
                .help("declare it in the pipeline, by `workspace NAME { size: 10Gi }`, so that the run brings a volume of its own, or say in `bindings` what the run binds it to"),
        );
    }
}

/// Texts that would be replaced, and that no escape reaches.
fn replaced(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    let shows = |text: &str| yaml::templates(text).next().is_some();
    for param in &lowered.plan.params {
        let texts = match &param.default {
            Some(Value::List(items)) => items.iter().filter_map(Value::text).collect(),
            Some(value) => value.text().into_iter().collect::<Vec<_>>(),
            None => Vec::new(),
        };
        if texts.iter().any(|text| shows(text)) {
            out.push(would_replace(param.span, "the default of this parameter"));
        }
    }
    for unit in lowered.tasks.iter().chain(&lowered.finally) {
        let when = unit.when.iter().flat_map(|(_, _, values)| values);
        if when.into_iter().any(|text| shows(text)) {
            out.push(would_replace(unit.span, "what the condition of this task is compared with"));
        }
        let given = unit.inputs.given.iter().map(|given| &given.value);
        let lists = unit.found.iter().flat_map(|found| found.lists.iter().flat_map(|(_, elements)| elements));
        if given.chain(lists).any(|text| shows(text)) {
            out.push(would_replace(unit.span, "what this task is given"));
        }
        for sidecar in unit.sidecars.iter().filter(|one| one.service.ready.as_deref().is_some_and(shows)) {
            out.push(would_replace(sidecar.service.span, "the command that tells whether this service is ready"));
        }
    }
}

fn would_replace(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::P0602, span, format!("`{{{{ … }}}}` would be replaced in {what}"))
        .here("holds `{{` before a name")
        .help("put the text into a script or an environment variable, where it is kept as it is; or take the value by `given`")
}
