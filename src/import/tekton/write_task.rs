//! The text of tasks with scripts.

use super::cx::Cx;
use super::duration;
use super::findings;
use super::model::{Body, Call};
use super::needs::Needs;
use super::scope::Scope;
use super::service;
use super::shebang::Reader;
use super::step::{self, Step, env_field};
use super::text::{STEP, doc, remarks};
use super::write_pipeline::{declared, declared_space, signature};
use super::{uses, write_pipeline};
use crate::import::script::quoted;
use crate::source::Span;
use crate::yaml_read::look::Look;

/// A task that is declared for itself.
pub(super) fn declaration<'a>(at: usize, origins: &mut Vec<(String, Span)>, cx: &mut Cx<'a, '_>) -> String {
    let body = std::mem::replace(&mut cx.bodies[at], empty(cx.docs.tasks[at].spec));
    let scope = Scope { pipeline: None, body: Some(&body) };
    origins.push((body.ours.clone(), body.span));
    let mut params: Vec<(String, String)> =
        body.params.iter().map(|param| (param.doc.clone(), declared(param, cx))).collect();
    params.extend(body.spaces.iter().map(|space| (space.doc.clone(), declared_space(space))));
    let head = signature(&format!("task {}", body.ours), &params);
    let mut notes = body.remarks.clone();
    let inside = inside(&body, None, scope, &[], 0, &mut notes, cx);
    let meta = cx.docs.tasks[at].root.get("metadata");
    for name in ["labels", "annotations"] {
        if let Some(meta) = meta.filter(|meta| meta.has(name)) {
            let help =
                "`target tekton { labels, annotations, version, categories }` says it of all that a program emits";
            let what = format!("what the Task `{}` has as `{name}`", body.theirs);
            cx.push(findings::left_out(meta.key_span(name), &what, help));
        }
    }
    let text = format!("{}{}{head}{} {inside}\n", doc(&body.doc, 0), remarks(&notes, 0), outputs(&body, 0));
    cx.bodies[at] = body;
    text
}

fn empty(spec: &crate::yaml_read::Node) -> Body<'_> {
    let (params, spaces, results, uses) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (ours, doc) = (String::new(), String::new());
    Body { theirs: "", ours, doc, params, spaces, results, uses, spec, span: spec.span, remarks: Vec::new() }
}

/// A task that is declared where it is called, behind its blanks.
pub(super) fn embedded<'a>(
    call: &Call<'a>,
    body: &Body<'a>,
    scope: Scope<'_, 'a>,
    fields: &[String],
    margin: usize,
    notes: &mut Vec<String>,
    cx: &mut Cx<'a, '_>,
) -> String {
    notes.extend(body.remarks.iter().cloned());
    let inside = inside(body, Some(call), scope, fields, margin, notes, cx);
    undocumented(body, cx);
    let said = [&call.doc, &body.doc].into_iter().filter(|said| !said.is_empty());
    let mut said: Vec<&str> = said.map(String::as_str).collect();
    said.dedup();
    let about = doc(&said.join("\n\n"), margin);
    let pad = " ".repeat(margin);
    let text = format!("task {}{} {inside}", call.ours, outputs(body, margin));
    // The first line stands behind its blanks already.
    if about.is_empty() { text } else { format!("{}{pad}{text}", about.trim_start()) }
}

/// What is said of the parameters and workspaces of a task in place, which it does not have: the pipeline's are read there.
fn undocumented(body: &Body<'_>, cx: &mut Cx<'_, '_>) {
    let params = body.params.iter().map(|one| (&one.theirs, &one.doc, one.span));
    let all = params.chain(body.spaces.iter().map(|one| (&one.theirs, &one.doc, one.span)));
    let said: Vec<_> = all.filter(|(_, about, _)| !about.is_empty()).collect();
    if let Some((_, _, first)) = said.first() {
        let names: Vec<String> = said.iter().map(|(name, ..)| format!("`{name}`")).collect();
        let what = format!("what is said of {}", names.join(", "));
        let why = "a task that is written in its pipeline reads the values there: say it of the pipeline's parameters";
        cx.push(findings::left_out(*first, &what, why));
    }
}

fn outputs(body: &Body<'_>, margin: usize) -> String {
    let typed =
        |one: &super::model::Yield| format!("{}: {}", one.ours, if one.is_list { "[string]" } else { "string" });
    let entries: Vec<(String, String)> = body.results.iter().map(|one| (one.doc.clone(), typed(one))).collect();
    write_pipeline::outputs(&entries, margin)
}

/// `{ fields }`
fn inside<'a>(
    body: &Body<'a>,
    call: Option<&Call<'a>>,
    scope: Scope<'_, 'a>,
    fields: &[String],
    margin: usize,
    notes: &mut Vec<String>,
    cx: &mut Cx<'a, '_>,
) -> String {
    const KNOWN: [&str; 10] = [
        "params",
        "displayName",
        "description",
        "steps",
        "stepTemplate",
        "sidecars",
        "workspaces",
        "results",
        "volumes",
        "metadata",
    ];
    cx.rest(body.spec, &KNOWN, "a task", notes);
    unsaid(body, call, notes, cx);
    let mut steps = step::steps(body.spec, scope, cx);
    steps.extend(uses::last(body, cx, notes));
    let pad = " ".repeat(margin + STEP);
    let mut out = String::new();
    let shared = |get: &dyn Fn(&Step) -> String| {
        let mut own = steps.iter().filter(|step| step.uses.is_none());
        let first = own.next().map(get)?;
        own.all(|step| get(step) == first).then_some(first)
    };
    let image = shared(&|step| step.image.clone());
    let all_sh = cx.all_sh && call.is_some();
    let shell = shared(&|step| shell_of(&step.reader, all_sh));
    let env = shared_env(&steps);
    let workdir = shared(&|step| step.workdir.clone().unwrap_or_default());
    if let Some(image) = &image {
        out += &format!("{pad}image: {image}\n");
    }
    if let Some(shell) = shell.as_ref().filter(|shell| !shell.is_empty()) {
        out += &format!("{pad}shell: {shell}\n");
    }
    let needs = steps.iter().fold(Needs::default(), |all, step| all.with(&step.needs));
    out += &needs.field().map(|field| format!("{pad}{field}\n")).unwrap_or_default();
    fields.iter().for_each(|field| out += &format!("{pad}{field}\n"));
    out += &time(&steps, fields, margin + STEP, cx);
    if let Some(workdir) = workdir.as_ref().filter(|workdir| !workdir.is_empty()) {
        out += &format!("{pad}workdir: {workdir}\n");
    }
    if !env.is_empty() {
        out += &env_field(&env, margin + STEP);
    }
    for sidecar in body.spec.list("sidecars") {
        out += &service::write(sidecar, scope, margin + STEP, cx);
    }
    if let [only] = steps.as_slice()
        && only.uses.is_none()
    {
        out += &remarks(&only.remarks, margin + STEP);
        out += &format!("{pad}run: {}\n", only.script.literal(margin + 2 * STEP, margin + STEP));
    } else {
        for step in &steps {
            out += &remarks(&step.remarks, margin + STEP);
            let reader = shell_of(&step.reader, all_sh);
            let own =
                Own { image: image.is_none(), shell: shell.is_none().then_some(reader), workdir: workdir.is_none() };
            out += &several(step, &own, &env, margin + STEP);
        }
    }
    format!("{{\n{out}{}}}", " ".repeat(margin))
}

/// What all steps have in their environment.
fn shared_env(steps: &[Step]) -> Vec<(String, String)> {
    let mut own = steps.iter().filter(|step| step.uses.is_none());
    let Some(first) = own.next() else { return Vec::new() };
    first.env.iter().filter(|one| own.clone().all(|step| step.env.contains(one))).cloned().collect()
}

/// What a step says itself, since not all steps of its task say the same.
struct Own {
    image: bool,
    shell: Option<String>,
    workdir: bool,
}

/// `step name { … }`
fn several(step: &Step, says: &Own, shared: &[(String, String)], margin: usize) -> String {
    let (pad, inner) = (" ".repeat(margin), " ".repeat(margin + STEP));
    if let Some(uses) = &step.uses {
        return format!("{pad}step {} {{ uses: {uses} }}\n", step.name);
    }
    let mut out = format!("{pad}step {} {{\n", step.name);
    if says.image {
        out += &format!("{inner}image: {}\n", step.image);
    }
    if let Some(reader) = says.shell.as_ref().filter(|reader| !reader.is_empty()) {
        out += &format!("{inner}shell: {reader}\n");
    }
    if let Some(workdir) = step.workdir.as_ref().filter(|_| says.workdir) {
        out += &format!("{inner}workdir: {workdir}\n");
    }
    let own: Vec<(String, String)> = step.env.iter().filter(|one| !shared.contains(one)).cloned().collect();
    if !own.is_empty() {
        out += &env_field(&own, margin + STEP);
    }
    out += &format!("{inner}run: {}\n{pad}}}\n", step.script.literal(margin + 2 * STEP, margin + STEP));
    out
}

/// The literal of an interpreter; empty for the one that every script has, which may be `sh`.
fn shell_of(reader: &Reader, all_sh: bool) -> String {
    match reader {
        Reader::Bash => String::new(),
        Reader::Sh if all_sh => String::new(),
        Reader::Sh => quoted("sh"),
        Reader::Other(words) => quoted(&words.join(" ")),
    }
}

/// A time of a lone step is that of its task; several have none.
fn time(steps: &[Step], fields: &[String], margin: usize, cx: &mut Cx<'_, '_>) -> String {
    let mut out = String::new();
    let mut notes = Vec::new();
    for step in steps {
        let Some(at) = &step.timeout else { continue };
        let is_free = steps.len() == 1 && !fields.iter().any(|field| field.starts_with("timeout"));
        match duration::written(&at.text).filter(|_| is_free) {
            Some(text) => out = format!("{}timeout: {text}\n", " ".repeat(margin)),
            None => {
                let help = "give the task a `timeout`, or call the command with `timeout`";
                cx.cannot(
                    &mut notes,
                    findings::not_said(at.span, format!("the step `{}` has a time of its own", step.name), help),
                );
            }
        }
    }
    remarks(&notes, margin) + &out
}

/// What of a task has no form.
fn unsaid(body: &Body<'_>, call: Option<&Call<'_>>, notes: &mut Vec<String>, cx: &mut Cx<'_, '_>) {
    let is_called = call.is_some() || cx.called.contains(body.theirs);
    super::extras::report(body, is_called, notes, cx);
    for result in body.spec.list("results") {
        if result.text_of("type") == Some("object") {
            let help = "leave one result for each field";
            cx.cannot(notes, findings::not_said(result.span, "a result is an object", help));
        }
    }
}
