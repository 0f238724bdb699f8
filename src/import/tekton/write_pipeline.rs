//! The text of a pipeline.

use super::cx::Cx;
use super::duration;
use super::findings;
use super::layout::{Block, Layout};
use super::model::{Call, Callee, Given, Param, Pipeline, Space};
use super::options::{self, Options};
use super::refs::{Var, variables};
use super::scope::Scope;
use super::shebang::{self, Reader};
use super::slots::Ty;
use super::text::{STEP, WIDTH, bracketed, comment, doc, remarks};
use super::value::Value;
use super::{when, write_extern, write_task};
use crate::import::script::quoted;
use crate::source::Span;
use crate::yaml_read::look::Look;

/// What a parameter may stand for that the engine knows of each run, and what the program calls it.
const OF_RUN: [(&str, &str); 3] =
    [("pipelineRun.name", ".run_name"), ("pipelineRun.namespace", ".run_namespace"), ("pipelineRun.uid", ".run_uid")];

/// What the program calls something that the engine knows of each run.
pub(super) fn of_run(context: &str) -> Option<&'static str> {
    OF_RUN.iter().find(|(theirs, _)| *theirs == context).map(|(_, ours)| *ours)
}

/// The declaration; `of_target` is what its target is told.
pub(super) fn write<'a>(
    pipeline: &Pipeline<'a>,
    layout: &Layout,
    mut of_target: Options,
    origins: &mut Vec<(String, Span)>,
    cx: &mut Cx<'a, '_>,
) -> String {
    let mut out = doc(&pipeline.doc, 0);
    out += &remarks(&pipeline.remarks, 0);
    origins.push((pipeline.ours.clone(), pipeline.span));
    cx.asked.clear();
    cx.all_sh = is_of_sh(pipeline);
    let mut statements_of = String::new();
    for block in &layout.blocks {
        statements_of += &statements(pipeline, layout, block, STEP, origins, cx);
    }
    if !layout.last.is_empty() {
        statements_of += "\n    finally {\n";
        for block in &layout.last {
            statements_of += &statements(pipeline, layout, block, 2 * STEP, origins, cx);
        }
        statements_of += "    }\n";
    }
    let (outputs, returned) = results(pipeline, layout, cx);
    let mut body = String::new();
    for param in &pipeline.params {
        body += &required(param, cx);
    }
    // Of a lone run, which binds them all, nobody hands one over.
    for space in pipeline.spaces.iter().filter(|_| pipeline.is_lone_run()) {
        origins.push((space.ours.clone(), space.span));
        body += &format!("    workspace {}\n", space.ours);
    }
    let known = cx.asked.iter().filter_map(|(context, ours)| Some((ours.clone(), of_run(context)?.to_owned())));
    of_target.context(known);
    if std::mem::take(&mut cx.all_sh) {
        body += "    defaults { shell: \"sh\" }\n";
    }
    body += &options::lines(of_target);
    // What is more than a call is set apart from what is said about it.
    let gap = if pipeline.calls.len() > 1 { "\n" } else { "" };
    if !body.is_empty() {
        body += gap;
    }
    body += &statements_of;
    out += &format!("{}{outputs} {{\n{body}{returned}}}\n", head(pipeline, origins, cx));
    out
}

/// Whether several tasks that are written in the pipeline are read by `sh`, and no script by `bash`.
fn is_of_sh(pipeline: &Pipeline<'_>) -> bool {
    let mut count = 0;
    for call in &pipeline.calls {
        let Callee::Embedded(body) = &call.callee else { continue };
        let mut all = true;
        for step in body.spec.list("steps").iter().filter(|step| !step.has("ref")) {
            match shebang::of_step(step) {
                Reader::Sh => {}
                Reader::Bash => return false,
                Reader::Other(_) => all = false,
            }
        }
        count += usize::from(all);
    }
    count > 1
}

fn head(pipeline: &Pipeline<'_>, origins: &mut Vec<(String, Span)>, cx: &mut Cx<'_, '_>) -> String {
    let mut list: Vec<(String, String)> = Vec::new();
    for param in &pipeline.params {
        origins.push((param.ours.clone(), param.span));
        list.push((param.doc.clone(), declared(param, cx)));
    }
    for space in pipeline.spaces.iter().filter(|_| !pipeline.is_lone_run()) {
        origins.push((space.ours.clone(), space.span));
        list.push((space.doc.clone(), declared_space(space)));
    }
    for (context, ours) in &cx.asked {
        let about =
            if of_run(context).is_some() { String::new() } else { format!("`$(context.{context})` of the run.") };
        list.push((about, format!("{ours}: string")));
    }
    signature(&format!("pipeline {}", pipeline.ours), &list)
}

/// `name(params)`: one a line where one has a comment, else as many as fit.
pub(super) fn signature(head: &str, params: &[(String, String)]) -> String {
    if params.iter().all(|(about, _)| about.is_empty()) {
        let params: Vec<String> = params.iter().map(|(_, param)| param.clone()).collect();
        return bracketed(head, &params, "", 2);
    }
    format!("{head}(\n{})", documented(params, STEP))
}

/// An entry a line, with what is said of it: beside it where there is room, else above.
fn documented(entries: &[(String, String)], margin: usize) -> String {
    let pad = " ".repeat(margin);
    let written = |(about, entry): &(String, String)| {
        let columns = margin + entry.chars().count() + ", /// ".len() + about.chars().count();
        match about.as_str() {
            "" => format!("{pad}{entry},\n"),
            line if !line.contains('\n') && columns <= WIDTH => format!("{pad}{entry}, /// {line}\n"),
            _ => format!("{}{pad}{entry},\n", doc(about, margin)),
        }
    };
    entries.iter().map(written).collect()
}

/// ` -> (outputs)`: one a line where one has a comment, else as many as fit.
pub(super) fn outputs(entries: &[(String, String)], margin: usize) -> String {
    if entries.is_empty() {
        return String::new();
    }
    if entries.iter().all(|(about, _)| about.is_empty()) {
        let entries: Vec<String> = entries.iter().map(|(_, entry)| entry.clone()).collect();
        return bracketed(" -> ", &entries, "", margin);
    }
    format!(" -> (\n{}{})", documented(entries, margin + STEP), " ".repeat(margin))
}

/// `name: workspace`
pub(super) fn declared_space(space: &Space) -> String {
    let (ty, default) = if space.optional { ("workspace?", " = none") } else { ("workspace", "") };
    format!("{}: {ty}{default}", space.ours)
}

/// `name: type = default`
pub(super) fn declared(param: &Param, cx: &mut Cx<'_, '_>) -> String {
    let ty = cx.slots.ty(param.slot);
    let shown = match &ty {
        Ty::Bool => "bool".to_owned(),
        Ty::Text => "string".to_owned(),
        Ty::List => "[string]".to_owned(),
        Ty::Record(name) => name.clone(),
    };
    let bare = Scope { pipeline: None, body: None };
    let mut unused = Vec::new();
    let default = param.default.as_ref().map(|value| match value {
        Given::Text(at) => Value::word(&at.text),
        Given::List(..) | Given::Object(..) => bare.value(value, cx, &mut unused),
    });
    let default = default.map(|value| format!(" = {}", value.expr(&ty))).unwrap_or_default();
    format!("{}: {shown}{default}", param.ours)
}

/// A parameter that takes some texts only.
fn required(param: &Param, cx: &mut Cx<'_, '_>) -> String {
    if param.only.is_empty() || cx.slots.ty(param.slot) != Ty::Text {
        return String::new();
    }
    let list: Vec<String> = param.only.iter().map(|one| quoted(one)).collect();
    format!(
        "    require {} in [{}], \"`{}` is one of {}\"\n",
        param.ours,
        list.join(", "),
        param.ours,
        param.only.join(", ").replace(['"', '\\', '~'], "")
    )
}

/// A block of tasks under one condition.
fn statements<'a>(
    pipeline: &Pipeline<'a>,
    layout: &Layout,
    block: &Block,
    margin: usize,
    origins: &mut Vec<(String, Span)>,
    cx: &mut Cx<'a, '_>,
) -> String {
    let pad = " ".repeat(margin);
    let Some(&first) = block.calls.first() else { return String::new() };
    if block.conds.is_empty() {
        return block.calls.iter().map(|call| statement(pipeline, layout, *call, margin, origins, cx)).collect();
    }
    let scope = Scope { pipeline: Some((pipeline, layout, Some(first))), body: None };
    let mut notes = Vec::new();
    let span = place_of_condition(&pipeline.calls[first]);
    let cond = when::all(&block.conds, scope, span, cx, &mut notes);
    let shown = remarks(&notes, margin);
    if cond == "true" {
        return block.calls.iter().map(|call| statement(pipeline, layout, *call, margin, origins, cx)).collect();
    }
    let inner: Vec<String> =
        block.calls.iter().map(|call| statement(pipeline, layout, *call, margin + STEP, origins, cx)).collect();
    let one_line = format!("when {cond} {{ {} }}", inner.concat().trim());
    let is_short = inner.len() == 1 && !inner[0].trim().contains('\n') && margin + one_line.len() <= WIDTH;
    if is_short {
        let text = inner[0].trim();
        // `x = when c { call() }`
        if let Some((name, call)) = text.split_once(" = ").filter(|(name, _)| !name.contains(['(', ' '])) {
            return format!("{shown}{pad}{name} = when {cond} {{ {call} }}\n");
        }
        return format!("{shown}{pad}{one_line}\n");
    }
    format!("{shown}{pad}when {cond} {{\n{}{pad}}}\n", inner.concat())
}

/// Where the conditions of a task are written, else its name.
fn place_of_condition(call: &Call<'_>) -> Span {
    if call.node.has("when") { call.node.key_span("when") } else { call.span }
}

fn statement<'a>(
    pipeline: &Pipeline<'a>,
    layout: &Layout,
    at: usize,
    margin: usize,
    origins: &mut Vec<(String, Span)>,
    cx: &mut Cx<'a, '_>,
) -> String {
    let call = &pipeline.calls[at];
    origins.push((call.ours.clone(), call.span));
    let pad = " ".repeat(margin);
    let mut notes = call.remarks.clone();
    let text = if call.matrix.is_empty() {
        called(pipeline, layout, at, margin, &mut notes, cx)
    } else {
        looped(pipeline, layout, at, margin, &mut notes, cx)
    };
    format!("{}{}{pad}{text}\n", remarks(&notes, margin), about(call, margin, cx))
}

/// What is said of a call, above it: a doc comment only where a task is declared too. One that is embedded says it itself.
fn about(call: &Call<'_>, margin: usize, cx: &Cx<'_, '_>) -> String {
    match &call.callee {
        Callee::Embedded(_) => String::new(),
        Callee::Extern(one) if cx.externs[*one].in_place && call.matrix.is_empty() => doc(&call.doc, margin),
        Callee::Extern(_) | Callee::Declared(_) => comment(&call.doc, margin),
    }
}

/// `for x in xs { call(x) }`
fn looped<'a>(
    pipeline: &Pipeline<'a>,
    layout: &Layout,
    at: usize,
    margin: usize,
    notes: &mut Vec<String>,
    cx: &mut Cx<'a, '_>,
) -> String {
    let call = &pipeline.calls[at];
    let scope = Scope { pipeline: Some((pipeline, layout, Some(at))), body: None };
    let each: Vec<String> = call
        .matrix
        .iter()
        .map(|(name, list)| {
            let list = scope.value(list, cx, notes).expr(&Ty::List);
            format!("{} in {list}", super::names::snake(name))
        })
        .collect();
    let inner = called(pipeline, layout, at, margin + STEP, notes, cx);
    let pad = " ".repeat(margin);
    format!("for {} {{\n{pad}    {inner}\n{pad}}}", each.join(", "))
}

/// The statement behind its blanks.
fn called<'a>(
    pipeline: &Pipeline<'a>,
    layout: &Layout,
    at: usize,
    margin: usize,
    notes: &mut Vec<String>,
    cx: &mut Cx<'a, '_>,
) -> String {
    let call = &pipeline.calls[at];
    let fields = modifiers(call, notes, cx);
    let after: Vec<&str> = layout.after[at].iter().map(|other| pipeline.calls[*other].ours.as_str()).collect();
    let after = if after.is_empty() { String::new() } else { format!(" after {}", after.join(", ")) };
    if let Callee::Embedded(body) = &call.callee {
        let scope = Scope { pipeline: Some((pipeline, layout, Some(at))), body: Some(body) };
        return write_task::embedded(call, body, scope, &fields, margin, notes, cx) + &after;
    }
    let callee = match &call.callee {
        Callee::Extern(one) => cx.externs[*one].ours.clone(),
        Callee::Declared(one) => cx.bodies[*one].ours.clone(),
        Callee::Embedded(_) => String::new(),
    };
    let head = if callee == call.ours && !is_named(pipeline, layout, at) {
        callee
    } else {
        format!("{} = {callee}", call.ours)
    };
    let args = arguments(pipeline, layout, at, notes, cx);
    if let Callee::Extern(one) = &call.callee
        && is_once(call, cx)
        && args.iter().all(|arg| has_type(arg))
    {
        cx.externs[*one].in_place = true;
        notes.extend(cx.externs[*one].remarks.iter().cloned());
        return write_extern::in_place(&cx.externs[*one], &call.ours, &args, (fields, &after), margin);
    }
    let fields = if fields.is_empty() { String::new() } else { format!(" {{ {} }}", fields.join(", ")) };
    bracketed(&head, &args, &(fields + &after), margin)
}

/// Whether nobody else calls what is kept elsewhere, so that it needs no declaration of its own.
fn is_once(call: &Call<'_>, cx: &Cx<'_, '_>) -> bool {
    matches!(&call.callee, Callee::Extern(one) if cx.externs[*one].calls == 1)
}

/// Whether the value alone says of which type it is.
fn has_type(arg: &str) -> bool {
    let value = arg.split_once(": ").map_or(arg, |(_, value)| value);
    !value.starts_with(['{', '.']) && !value.starts_with("[]")
}

/// Whether something refers to the task by its name.
fn is_named(pipeline: &Pipeline<'_>, layout: &Layout, at: usize) -> bool {
    let by_others = pipeline.calls.iter().any(|call| call.reads.contains(&at) || call.asks.contains(&at));
    let by_order = layout.after.iter().any(|after| after.contains(&at));
    let theirs = pipeline.calls[at].theirs;
    let by_results = pipeline.results.iter().any(|(_, value)| value.text.contains(&format!("tasks.{theirs}.")));
    by_others || by_order || by_results
}

/// What a call says beside its values.
fn modifiers(call: &Call<'_>, notes: &mut Vec<String>, cx: &mut Cx<'_, '_>) -> Vec<String> {
    let mut fields = Vec::new();
    if let Some(retries) = cx.number_of(call.node, "retries").filter(|at| at.text != "0") {
        fields.push(format!("retries: {}", retries.text));
    }
    if let Some(timeout) = cx.at_of(call.node, "timeout") {
        match duration::written(&timeout.text) {
            Some(text) => fields.push(format!("timeout: {text}")),
            None if timeout.text == "0" || timeout.text == "0s" => {
                let help = "the program has no task without an end: give it the longest time that it may take";
                cx.cannot(notes, findings::not_said(timeout.span, "the task may take for ever", help));
            }
            None => {
                let found =
                    findings::not_said(timeout.span, format!("`{}` is no duration", timeout.text), "write `1h30m`");
                cx.cannot(notes, found);
            }
        }
    }
    match call.node.get("onError").and_then(|node| node.text()) {
        Some("continue") => fields.push("on_failure: .go_on".to_owned()),
        Some("stopAndFail") | None => {}
        Some(other) => {
            let span = call.node.get("onError").map_or(call.span, |node| node.span);
            cx.cannot(notes, findings::not_said(span, format!("`onError: {other}` is not known"), "write `continue`"));
        }
    }
    fields
}

/// The arguments of a call: without a name as long as the values say what they are.
fn arguments<'a>(
    pipeline: &Pipeline<'a>,
    layout: &Layout,
    at: usize,
    notes: &mut Vec<String>,
    cx: &mut Cx<'a, '_>,
) -> Vec<String> {
    let call = &pipeline.calls[at];
    let scope = Scope { pipeline: Some((pipeline, layout, Some(at))), body: None };
    let mut made = Vec::new();
    // In place nothing says which is first.
    let mut in_order = !is_once(call, cx);
    let defaults: Vec<String> = match &call.callee {
        Callee::Extern(one) => {
            let one = &cx.externs[*one];
            one.params.iter().filter(|param| one.always(param).is_some()).map(|param| param.theirs.clone()).collect()
        }
        Callee::Declared(_) | Callee::Embedded(_) => Vec::new(),
    };
    for (theirs, ours, slot) in parameters(call, cx) {
        let looped = call.matrix.iter().any(|(name, _)| *name == theirs);
        let given = call.args.iter().find(|(name, _)| *name == theirs).map(|(_, given)| given);
        let expr = match given {
            _ if looped => super::names::snake(&theirs),
            Some(_) if defaults.contains(&theirs) => {
                in_order = false;
                continue;
            }
            Some(given) => {
                let ty = cx.slots.ty(slot);
                if matches!(call.callee, Callee::Extern(_)) {
                    handed_end(given, notes, cx);
                }
                scope.value(given, cx, notes).expr(&ty)
            }
            None => {
                in_order = false;
                continue;
            }
        };
        made.push(argument(&ours, expr, &mut in_order));
    }
    for (theirs, ours) in places(call, cx) {
        let Some((_, space, folder)) = call.bound.iter().find(|(name, ..)| *name == theirs) else {
            in_order = false;
            continue;
        };
        let space = &pipeline.spaces[*space];
        let expr = match options::cut(call, space, folder) {
            Some(folder) => format!("{} / {}", space.ours, quoted(folder)),
            None => space.ours.clone(),
        };
        made.push(argument(&ours, expr, &mut in_order));
    }
    made
}

/// How something ended, handed to a task that is kept elsewhere: the program has its own words for it, and nobody
/// translates them in `finally`.
fn handed_end(given: &Given, notes: &mut Vec<String>, cx: &mut Cx<'_, '_>) {
    for at in given.texts() {
        if let Some(Var::Status(_) | Var::Outcome) =
            variables(&at.text).find(|var| matches!(var, Var::Status(_) | Var::Outcome))
        {
            let help = "make it a task with a script here, which reads `outcome` or `x.status`; or call it under `when x.status == .failed`, once for each end that matters";
            let message = "how something ended is handed to a task that is kept elsewhere";
            cx.cannot(notes, findings::not_said(at.span, message, help));
        }
    }
}

fn argument(name: &str, expr: String, in_order: &mut bool) -> String {
    // `build.image_url` says that it is an `image_url`, and `output_image` that it is an `image`.
    let last = expr.rsplit('.').next().unwrap_or_default();
    let speaks = last == name || last.strip_suffix(name).is_some_and(|before| before.ends_with('_'));
    let says_it = expr == name || *in_order && speaks && !expr.contains(['"', ' ', '(']);
    *in_order &= says_it;
    if says_it { expr } else { format!("{name}: {expr}") }
}

fn parameters(call: &Call<'_>, cx: &Cx<'_, '_>) -> Vec<(String, String, super::slots::Slot)> {
    match &call.callee {
        Callee::Extern(one) => {
            cx.externs[*one].params.iter().map(|param| (param.theirs.clone(), param.ours.clone(), param.slot)).collect()
        }
        Callee::Declared(one) => {
            cx.bodies[*one].params.iter().map(|param| (param.theirs.clone(), param.ours.clone(), param.slot)).collect()
        }
        Callee::Embedded(_) => Vec::new(),
    }
}

fn places(call: &Call<'_>, cx: &Cx<'_, '_>) -> Vec<(String, String)> {
    match &call.callee {
        Callee::Extern(one) => {
            cx.externs[*one].spaces.iter().map(|space| (space.theirs.clone(), space.ours.clone())).collect()
        }
        Callee::Declared(one) => {
            cx.bodies[*one].spaces.iter().map(|space| (space.theirs.clone(), space.ours.clone())).collect()
        }
        Callee::Embedded(_) => Vec::new(),
    }
}

/// What the pipeline hands out, and the statement that does.
fn results<'a>(pipeline: &Pipeline<'a>, layout: &Layout, cx: &mut Cx<'a, '_>) -> (String, String) {
    if pipeline.results.is_empty() {
        return (String::new(), String::new());
    }
    let scope = Scope { pipeline: Some((pipeline, layout, None)), body: None };
    let (mut declared, mut values) = (Vec::new(), Vec::new());
    let mut notes = Vec::new();
    for (one, at) in &pipeline.results {
        let bits = scope.bits(at, cx, &mut notes);
        let missing = variables(&at.text).any(|var| may_be_missing(pipeline, layout, var));
        let is_list = super::value::only(&bits).is_some_and(|hole| hole.ty == Ty::List);
        let ty = match (is_list, missing) {
            (true, _) => "[string]",
            (false, true) => "string?",
            (false, false) => "string",
        };
        declared.push((one.doc.clone(), format!("{}: {ty}", one.ours)));
        let expr = if is_list { Value::Text(bits).expr(&Ty::List) } else { super::value::text_expr(&bits) };
        values.push(format!("{}: {expr}", one.ours));
    }
    let returned = format!("{}    {}\n", remarks(&notes, STEP), bracketed("return ", &values, "", STEP));
    (outputs(&declared, 0), returned)
}

/// Whether a result may not be there.
fn may_be_missing(pipeline: &Pipeline<'_>, layout: &Layout, var: Var<'_>) -> bool {
    let Var::Result { task, .. } = var else { return false };
    let at = pipeline.calls.iter().position(|call| call.theirs == task);
    at.is_some_and(|at| !layout.conds[at].is_empty())
}
