//! Steps that are kept elsewhere: `ref` in a step becomes `step name { uses: what(args) }`, of an `extern step`.

use super::cx::{Cx, is_empty};
use super::externs;
use super::findings;
use super::gather::texts_of;
use super::model::{Body, Given, Param, Pipeline};
use super::names::Names;
use super::options::HELPER;
use super::refs::{Tail, Var, only, variables};
use super::scope::Scope;
use super::shebang::Reader;
use super::slots::{Fact, Slot};
use super::step::Step;
use super::text::{STEP, bracketed};
use crate::import::script::{Script, quoted};
use crate::source::Span;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// A step that refers to another's.
#[derive(Debug)]
pub(super) struct Use {
    pub(super) theirs: String,
    pub(super) ours: String,
    /// Which step of the task it is.
    at: usize,
    /// Which of those that are kept elsewhere.
    callee: usize,
    /// Theirs, in the order of the manifest.
    args: Vec<(String, Given)>,
}

/// The steps of a task that are kept elsewhere, and what is known of their signatures. `names` are those that the task has.
pub(super) fn gather<'a>(
    spec: &'a Node,
    params: &[Param],
    mut names: Names,
    remarks: &mut Vec<String>,
    cx: &mut Cx<'a, '_>,
) -> Vec<Use> {
    let mut found: Vec<Use> = Vec::new();
    for (at, node) in spec.list("steps").iter().enumerate() {
        let Some(reference) = node.get("ref") else { continue };
        let Some(callee) = externs::found("step", reference, cx, remarks) else { continue };
        let theirs = node.text_of("name").unwrap_or_default().to_owned();
        let ours = names.claim(if theirs.is_empty() { "used" } else { &theirs }, "step");
        let given = node.list("params").iter();
        let args: Vec<(String, Given)> =
            given.filter_map(|one| Some((one.text_of("name")?.to_owned(), cx.given(one.get("value")?)?))).collect();
        externs::called(&mut cx.externs[callee], std::iter::empty());
        for (name, value) in &args {
            let slot = externs::asked(&mut cx.externs[callee], name, &mut cx.slots);
            tell(slot, value, params, cx);
            let is_place = matches!(value, Given::Text(at) if is_place(&at.text));
            externs::is_place(&mut cx.externs[callee], name, is_place);
        }
        found.push(Use { theirs, ours, at, callee, args });
    }
    read(spec, &found, cx);
    found
}

/// A place in a workspace, with the way behind it.
fn is_place(text: &str) -> bool {
    let first = variables(text).next();
    matches!(first, Some(Var::Workspace(_, "path"))) && text.starts_with("$(") && variables(text).count() == 1
}

fn tell(slot: Slot, value: &Given, params: &[Param], cx: &mut Cx<'_, '_>) {
    let fact = match value {
        Given::Text(at) => match (only(&at.text), variables(&at.text).next()) {
            (Some(Var::Param(name, Tail::Whole | Tail::All)), _) => {
                if let Some(param) = params.iter().find(|param| param.theirs == name) {
                    cx.slots.join(param.slot, slot);
                }
                return;
            }
            (_, Some(_)) => Fact::AnyText,
            (_, None) => Fact::Word(at.text.clone()),
        },
        Given::List(..) => Fact::List,
        Given::Object(entries, _) => Fact::Object(entries.iter().map(|(key, _)| key.clone()).collect()),
    };
    cx.slots.say(slot, fact);
}

/// What later steps and the task read of a step is what it leaves.
fn read(spec: &Node, uses: &[Use], cx: &mut Cx<'_, '_>) {
    let mut texts = Vec::new();
    texts_of(spec, &mut texts);
    for text in &texts {
        for var in variables(&text.text) {
            let Var::StepResult { step, result } = var else { continue };
            if let Some(one) = uses.iter().find(|one| one.theirs == step) {
                externs::leaves(&mut cx.externs[one.callee], result, Tail::Whole);
            }
        }
    }
}

/// What the task `own` that is embedded takes from its pipeline as it is: parameters, and names that are not free there.
pub(super) fn embed(body: &mut Body<'_>, own: &str, pipeline: &Pipeline<'_>, cx: &mut Cx<'_, '_>) {
    let mut names = pipeline.names.clone();
    names.release(own);
    for one in &mut body.uses {
        one.ours = names.claim(&one.ours, "step");
        for (name, value) in &one.args {
            let Given::Text(at) = value else { continue };
            let Some(Var::Param(param, Tail::Whole | Tail::All)) = only(&at.text) else { continue };
            if body.params.iter().any(|own| own.theirs == param) {
                continue;
            }
            if let Some(outer) = pipeline.params.iter().find(|outer| outer.theirs == param) {
                let slot = externs::slot_of(&cx.externs[one.callee], name);
                slot.into_iter().for_each(|slot| cx.slots.join(outer.slot, slot));
            }
        }
    }
}

/// The expression of a result of a step that is kept elsewhere.
pub(super) fn result_of(body: &Body<'_>, step: &str, result: &str, cx: &Cx<'_, '_>) -> Option<String> {
    let one = body.uses.iter().find(|one| one.theirs == step)?;
    let results = &cx.externs[one.callee].results;
    let (_, ours, _) = results.iter().find(|(known, ..)| known == result)?;
    Some(format!("{}.{ours}", one.ours))
}

const KNOWN: [&str; 8] =
    ["name", "displayName", "ref", "params", "computeResources", "securityContext", "onError", "imagePullPolicy"];

/// The name of the step and `what(args)`, where it is kept elsewhere.
pub(super) fn written<'a>(
    at: usize,
    node: &'a Node,
    scope: Scope<'_, 'a>,
    cx: &mut Cx<'a, '_>,
    remarks: &mut Vec<String>,
) -> Option<(String, String)> {
    let one = scope.body?.uses.iter().find(|one| one.at == at)?;
    cx.rest(node, &KNOWN, "a step that is kept elsewhere", remarks);
    let asked: Vec<(String, String, Slot)> = {
        let params = cx.externs[one.callee].params.iter();
        params.map(|param| (param.theirs.clone(), param.ours.clone(), param.slot)).collect()
    };
    let mut args = Vec::new();
    for (theirs, ours, slot) in asked {
        let Some((_, value)) = one.args.iter().find(|(name, _)| *name == theirs) else { continue };
        let ty = cx.slots.ty(slot);
        let expr = scope.value(value, cx, remarks).expr(&ty);
        args.push(if expr == ours { expr } else { format!("{ours}: {expr}") });
    }
    let ours = cx.externs[one.callee].ours.clone();
    Some((one.ours.clone(), bracketed(&ours, &args, "", 3 * STEP)))
}

/// A step behind all others that writes the results which the task takes from steps that are kept elsewhere. The language
/// has what a task gives written by a script of its last step.
pub(super) fn last<'a>(body: &Body<'a>, cx: &mut Cx<'a, '_>, remarks: &mut Vec<String>) -> Option<Step> {
    let mut script = Script::default();
    let mut first: Option<Span> = None;
    for node in body.spec.list("results") {
        let Some(value) = node.get("value").filter(|value| !is_empty(value)) else { continue };
        let taken = match value.text().and_then(only) {
            Some(Var::StepResult { step, result }) => result_of(body, step, result, cx),
            _ => None,
        };
        let ours = body.results.iter().find(|one| Some(one.theirs.as_str()) == node.text_of("name"));
        match (taken, ours) {
            (Some(taken), Some(ours)) => {
                script.raw(if first.is_some() { "\nprintf %s " } else { "printf %s " });
                script.hole(taken);
                script.raw(" > ");
                script.hole(format!("out.{}", ours.ours));
                first.get_or_insert(value.span);
            }
            _ => {
                let help = "let the step write it to the output of the task";
                cx.cannot(remarks, findings::not_said(value.span, "a result is taken from a step", help));
            }
        }
    }
    let uses_last = body.uses.iter().any(|one| one.at + 1 == body.spec.list("steps").len());
    let span = first.or_else(|| (uses_last && !body.results.is_empty()).then_some(body.span))?;
    let help = "what a task gives, a script of its last step writes: one more step does";
    cx.push(findings::assumed(span, "results of the task are those of a step that is kept elsewhere", help));
    if first.is_none() {
        script.raw("true");
    }
    let mut names = Names::default();
    body.uses.iter().for_each(|one| drop(names.claim(&one.ours, "step")));
    let taken = body.spec.list("steps").iter().filter_map(|node| node.text_of("name"));
    taken.for_each(|name| drop(names.claim(name, "step")));
    Some(Step {
        name: names.claim("results", "step"),
        image: quoted(HELPER),
        reader: Reader::Sh,
        script,
        env: Vec::new(),
        workdir: None,
        needs: Default::default(),
        timeout: None,
        uses: None,
        remarks: Vec::new(),
    })
}
