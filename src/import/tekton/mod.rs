//! Tasks, Pipelines and PipelineRuns of Tekton, into one program that says the same with types.
//!
//! In reading order: `docs` sorts documents, `cx` is what every part is given; `gather` reads a pipeline into `model`,
//! with `parts`, `externs`, `condition` and `cel`; `slots` finds types; `layout` finds the order and who is skipped with
//! whom; `scope` says what a variable stands for, `value` and `when` how that is written; `script`, `shebang`, `step`,
//! `needs` and `service` are about tasks; `options` about the target; `run`, `lone`, `pac`, `bindings` and `pod` about
//! runs; `write_*` is the text.

mod bindings;
mod cel;
mod condition;
mod cx;
mod docs;
mod duration;
mod externs;
mod extras;
pub(super) mod findings;
mod gather;
mod layout;
mod lone;
mod model;
pub(super) mod names;
mod needs;
mod options;
mod pac;
mod parts;
mod pod;
mod refs;
mod run;
mod scope;
mod script;
mod service;
mod shebang;
mod slots;
mod step;
mod text;
mod uses;
mod value;
mod volumes;
mod when;
mod write_extern;
mod write_pipeline;
mod write_task;

use std::collections::BTreeSet;

use super::Imported;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{FileId, Span};
use crate::syntax::format;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;
use cx::Cx;
use docs::Docs;
use model::{Body, Callee, Pipeline};
use names::{Names, snake};
use slots::Slots;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The name of the pipeline, where there is one only.
    pub name: Option<&'a str>,
    /// What cannot be said is a warning, and a comment in the program.
    pub lenient: bool,
    /// What may be something else tomorrow is kept, with a warning; so it is when `lenient`.
    pub unpinned: bool,
}

/// The program that the manifests in the texts are. What is wrong, guessed or left out goes to `out`; there is nothing
/// when something is wrong.
pub fn import(texts: &[(FileId, &str)], options: Options<'_>, out: &mut Diagnostics) -> Option<Imported> {
    let mut found = Diagnostics::default();
    let nodes: Vec<Node> = texts.iter().flat_map(|(id, text)| docs::read(*id, text, &mut found)).collect();
    let docs = Docs::of(texts, &nodes, &mut found);
    let imported = read(&docs, options, &mut found);
    let sound = !found.has_errors();
    out.append(found);
    imported.filter(|_| sound)
}

/// A field of a reference that a cluster does not know, and that is dropped with a warning of its own: findings of others
/// about its key say nothing more.
pub fn dropped_keys(texts: &[(FileId, &str)]) -> Vec<Span> {
    let mut nothing = Diagnostics::default();
    let nodes: Vec<Node> = texts.iter().flat_map(|(id, text)| docs::read(*id, text, &mut nothing)).collect();
    let mut keys = Vec::new();
    let mut open: Vec<&Node> = nodes.iter().collect();
    while let Some(node) = open.pop() {
        if let Some(reference) = node.get("taskRef").filter(|reference| reference.has("version")) {
            keys.push(reference.key_span("version"));
        }
        open.extend(node.items());
        open.extend(node.entries().iter().map(|(_, value)| value));
    }
    keys
}

/// What a place of the program that was refused says of what it was made of.
pub fn refused(found: &Diagnostic, origin: Span) -> Diagnostic {
    findings::refused(found, origin)
}

/// The file that a program is written to has no id yet.
const NOWHERE: FileId = FileId(u32::MAX);

fn read<'a>(docs: &'a Docs<'a>, options: Options<'_>, out: &mut Diagnostics) -> Option<Imported> {
    let mut cx = Cx {
        docs,
        lenient: options.lenient,
        unpinned: options.unpinned || options.lenient,
        slots: Slots::default(),
        externs: Vec::new(),
        bodies: Vec::new(),
        out,
        said: BTreeSet::new(),
        versions: Vec::new(),
        asked: Vec::new(),
        all_sh: false,
        called: BTreeSet::new(),
    };
    for doc in &docs.tasks {
        let body = gather::body(doc.name, doc.spec, &mut cx);
        cx.bodies.push(Body { span: doc.root.key_span("metadata"), ..body });
    }
    let mut pipelines: Vec<Pipeline<'a>> =
        docs.pipelines.iter().map(|doc| gather::pipeline(doc.name, doc.root, doc.spec, &mut cx)).collect();
    let runs = run::read(&mut pipelines, &mut cx);
    let versions = findings::versions(&cx.versions);
    versions.into_iter().for_each(|found| cx.push(found));
    let layouts: Option<Vec<layout::Layout>> =
        pipelines.iter().map(|pipeline| layout::settle(pipeline, &mut cx)).collect();
    let layouts = layouts?;
    name_all(&mut pipelines, options, &mut cx);
    let mut origins = Vec::new();
    let mut declared = String::new();
    let mut written = String::new();
    for (at, (pipeline, layout)) in pipelines.iter().zip(&layouts).enumerate() {
        let mut of_target = options::of_pipeline(pipeline, &mut cx);
        run::options(&runs, at, pipeline, &mut of_target, &mut cx);
        written += "\n";
        written += &write_pipeline::write(pipeline, layout, of_target, &mut origins, &mut cx);
    }
    for at in 0..cx.externs.len() {
        if cx.externs[at].in_place {
            continue;
        }
        let one = write_extern::write(at, &mut origins, &mut cx);
        let gap = if one.trim_end().contains('\n') || declared.trim_end().ends_with("\n}") { "\n" } else { "" };
        declared = declared + gap + &one;
    }
    let mut tasks = String::new();
    for at in 0..cx.bodies.len() {
        tasks += "\n";
        tasks += &write_task::declaration(at, &mut origins, &mut cx);
    }
    let records: String = cx
        .slots
        .records()
        .iter()
        .map(|(name, keys)| {
            let fields: Vec<String> = keys.iter().map(|key| format!("{}: string", snake(key))).collect();
            format!("\nrecord {name} {{ {} }}\n", fields.join(", "))
        })
        .collect();
    let apart = if records.is_empty() { "" } else { "\n" };
    let items = format!("{records}{apart}{declared}{tasks}{written}");
    let items = items.trim_start_matches('\n');
    // What is said of the first item is not said of the file.
    let gap = if items.starts_with("//") { "\n" } else { "" };
    let text = ["//! Imported from Tekton.\n", gap, items].concat();
    let Some(program) = format::format(NOWHERE, &text, &mut Diagnostics::default()) else {
        // What was refused leaves holes.
        if !cx.out.has_errors() {
            cx.push(findings::unwritable(pipelines.first().map(|one| one.span)));
        }
        return None;
    };
    Some(Imported { program, params: String::new(), origins })
}

/// The names of declarations: those of pipelines are what a run is called by, those of tasks are seen in the program only.
fn name_all(pipelines: &mut [Pipeline<'_>], options: Options<'_>, cx: &mut Cx<'_, '_>) {
    let mut names = Names::default();
    let lone = pipelines.len() == 1;
    if let (Some(name), [_, second, ..]) = (options.name, &*pipelines) {
        cx.push(findings::one_name_for_several(second.span, name, pipelines.len()));
    }
    for pipeline in pipelines.iter_mut() {
        let wanted = options.name.filter(|_| lone).unwrap_or(pipeline.theirs).trim_end_matches('-');
        pipeline.ours = names.claim(wanted, "run");
        if pipeline.ours.replace('_', "-") != wanted.replace('_', "-") {
            let (span, theirs) = (pipeline.span, pipeline.theirs);
            cx.push(findings::renamed(span, "the pipeline", theirs, &pipeline.ours));
        }
        let others = |call: &&model::Call<'_>| !call.theirs.is_empty() && call.ours.replace('_', "-") != call.theirs;
        for call in pipeline.calls.iter().filter(others) {
            cx.push(findings::renamed(call.span, "the task", call.theirs, &call.ours));
        }
    }
    for at in 0..cx.bodies.len() {
        let wanted = snake(cx.bodies[at].theirs);
        cx.bodies[at].ours =
            declared(&wanted, pipelines, |callee| matches!(callee, Callee::Declared(one) if *one == at), &mut names);
    }
    for at in 0..cx.externs.len() {
        let wanted = snake(&cx.externs[at].wish);
        cx.externs[at].ours =
            declared(&wanted, pipelines, |callee| matches!(callee, Callee::Extern(one) if *one == at), &mut names);
    }
}

/// A name for a declaration that no name of a pipeline hides where it is called.
fn declared(
    wanted: &str,
    pipelines: &[Pipeline<'_>],
    is_it: impl Fn(&Callee<'_>) -> bool,
    names: &mut Names,
) -> String {
    let is_hidden = |name: &str| {
        pipelines.iter().any(|pipeline| {
            let mut calls = pipeline.calls.iter().filter(|call| is_it(&call.callee));
            // Its only call may be called as it is.
            let own =
                calls.next().is_some_and(|call| call.ours == name && call.matrix.is_empty()) && calls.next().is_none();
            !own && !pipeline.names.is_free(name)
        })
    };
    let numbered = |n: u32| match n {
        1 => wanted.to_owned(),
        2 => format!("{wanted}_task"),
        _ => format!("{wanted}_task_{n}"),
    };
    let free = (1..).map(numbered).find(|name| names.is_free(name) && !is_hidden(name));
    let name = free.expect("there are more numbers than names");
    names.claim(&name, "task")
}
