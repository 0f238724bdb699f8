//! `start.sh`: starts the builds in the order of the plan. Its data is written here, its code is `start.sh` beside this.

use super::archive;
use super::segment::Segment;
use crate::contract::{END_OF_LIST, ListSource, Source};
use crate::emit::quote::{here_document, word};
use crate::emit::script::{self, Rendered};
use crate::emit::shell::JSON;
use crate::plan::{Param, Phase, Plan, Ty, Value};

const DRIVER: &str = include_str!("start.sh");
const SUMMARY: &str = include_str!("summary.sh");

pub(super) fn script(plan: &Plan, segments: &[Segment], header: &str) -> String {
    let mut out = String::from("#!/usr/bin/env bash\n");
    out.extend(header.lines().map(|line| format!("# {line}\n")));
    // Texts of the program are data, and functions are called by name from traps.
    out += "# shellcheck disable=SC2016,SC2317,SC2329\nset -euo pipefail\n\n";
    out += &format!("pipeline={}\n", word(&plan.name));
    out += &format!("has_exclusive={}\n", plan.exclusive.is_some());
    // In quotes, or a linter takes `build-arch` for a subtraction.
    out += &format!("prefix='{}'\n", super::model::base(plan));
    out += &format!("about={}\n", word(plan.doc.trim()));
    out += &parameters(plan);
    out += &builds(plan, segments);
    out += &function("give_lists", &list_defaults(plan));
    out += &function("check_types", &script::parameters(plan).map(|one| call("check", &one)).unwrap_or_default());
    out += &function("name_exclusive", &exclusive(plan));
    [&out, "\n", JSON, "\n", SUMMARY, DRIVER].concat()
}

fn array(name: &str, words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.map(|text| word(&text)).collect();
    format!("{name}=({})\n", words.join(" "))
}

/// How a parameter is given. A secret is part of the manifests, so its name is only written into the archive.
fn kind(param: &Param) -> &'static str {
    match crate::emit::spec::opened(&param.ty) {
        Ty::List(_) => "list",
        Ty::Secret => "secret",
        Ty::Bool
        | Ty::Int
        | Ty::String
        | Ty::Duration
        | Ty::Size
        | Ty::Cpu
        | Ty::Path
        | Ty::Image
        | Ty::Pattern(_)
        | Ty::Enum(_)
        | Ty::Workspace
        | Ty::Artifact(_)
        | Ty::Map(_)
        | Ty::Record(_)
        | Ty::Optional(_) => "text",
    }
}

fn parameters(plan: &Plan) -> String {
    let each = |of: &dyn Fn(&Param) -> String| plan.params.iter().map(of).collect::<Vec<_>>().into_iter();
    array("param_names", each(&|param| param.name.clone()))
        + &array("param_types", each(&|param| param.ty.to_string()))
        + &array("param_docs", each(&|param| param.doc.trim().replace('\n', " ")))
        + &array("param_kinds", each(&|param| kind(param).to_owned()))
        + &array("param_required", each(&|param| param.default.is_none().to_string()))
        + &array("param_defaults", each(&|param| param.default.as_ref().map(shown).unwrap_or_default()))
}

/// The text of a default; a list is only shown.
fn shown(value: &Value) -> String {
    match value {
        Value::List(elements) => elements.iter().filter_map(Value::text).collect::<Vec<_>>().join(" "),
        Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Text(_)
        | Value::Case(_)
        | Value::Duration(_)
        | Value::Size(_)
        | Value::Cpu(_)
        | Value::Secret(_)
        | Value::Workspace(_)
        | Value::Record(_) => value.text().unwrap_or_default(),
    }
}

fn builds(plan: &Plan, segments: &[Segment]) -> String {
    let phase = |segment: &Segment| match segment.phase {
        Phase::Main => "main".to_owned(),
        Phase::Finally => "finally".to_owned(),
    };
    let tasks = |segment: &Segment| {
        let names: Vec<&str> = segment.tasks.iter().map(|task| plan.task(*task).name.as_str()).collect();
        names.join(" ")
    };
    let names = segments.iter().enumerate().map(|(at, segment)| archive::name(at, segment));
    array("segment_names", names)
        + &array("segment_classes", segments.iter().map(|segment| segment.class.name().to_owned()))
        + &array("segment_phases", segments.iter().map(phase))
        + &array("segment_tasks", segments.iter().map(tasks))
}

fn function(name: &str, body: &str) -> String {
    let body = if body.is_empty() { "    :\n" } else { body };
    format!("\n{name}() {{\n{body}}}\n")
}

fn list_defaults(plan: &Plan) -> String {
    let elements = |param: &Param| match &param.default {
        Some(Value::List(elements)) => elements.iter().filter_map(Value::text).collect(),
        _ => Vec::new(),
    };
    let add = |(at, param): (usize, &Param)| {
        elements(param).into_iter().map(move |text| format!("    add {at} {}\n", word(&text))).collect::<String>()
    };
    plan.params.iter().enumerate().map(add).collect()
}

/// Runs a script that speaks of parameters only, with their values from the files of the archive.
fn call(name: &str, rendered: &Rendered) -> String {
    let mut out =
        format!("    {{\n{}    }} >\"$scratch/{name}.sh\"\n    local env=() args=()\n", here_document(&rendered.body));
    out.extend(rendered.env.iter().map(|(variable, source)| variable_of(variable, source)));
    out.extend(rendered.args.iter().map(list_of));
    let shell = if rendered.body.starts_with("#!/bin/sh") { "sh" } else { "bash" };
    out + &format!(
        "    env \"${{env[@]+\"${{env[@]}}\"}}\" {shell} \"$scratch/{name}.sh\" \"${{args[@]+\"${{args[@]}}\"}}\"\n"
    )
}

fn variable_of(variable: &str, source: &Source) -> String {
    match source {
        Source::Literal(text) => format!("    env+=({})\n", word(&format!("{variable}={text}"))),
        Source::Param(name) => format!("    value {variable} {name}\n"),
        // A condition over parameters reads nothing else; a secret counts as given when it was named.
        Source::Result { .. }
        | Source::OutputFile(_)
        | Source::Place { .. }
        | Source::SecretValue(_)
        | Source::SecretFile(_)
        | Source::Status(_)
        | Source::StepResult { .. }
        | Source::Outcome => format!("    env+=({variable}=)\n"),
    }
}

fn list_of(list: &ListSource) -> String {
    let close = format!("    args+=({END_OF_LIST})\n");
    match list {
        ListSource::Literal(words) => {
            words.iter().map(|text| format!("    args+=({})\n", word(text))).collect::<String>() + &close
        }
        ListSource::Param(name) => format!("    words {name}\n{close}"),
        // What tasks give is not known when parameters are checked.
        ListSource::Each(_) | ListSource::Gathered { .. } | ListSource::Result { .. } => close,
    }
}

fn exclusive(plan: &Plan) -> String {
    let Some((name, _)) = &plan.exclusive else { return String::new() };
    let run = call("exclusive", &script::value(plan, name));
    format!(
        "    local PIPE_VALUE=$scratch/exclusive\n    export PIPE_VALUE\n{run}    content \"$PIPE_VALUE\"\n    exclusive=$REPLY\n"
    )
}
