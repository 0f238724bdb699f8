//! What variables stand for where a text stands: in a pipeline, in a task of its own, in a task that is embedded.

use super::cx::Cx;
use super::findings;
use super::layout::Layout;
use super::model::{At, Body, Call, Callee, Given, Param, Pipeline, Space, Yield};
use super::refs::{Part, Tail, Var, parts};
use super::slots::Ty;
use super::uses;
use super::value::{Bit, Hole, Value};
use crate::diag::{Diagnostic, Diagnostics};
use crate::import::script::quoted;
use crate::source::Span;

/// Where a text stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope<'s, 'a> {
    /// With the task that the text belongs to; without one, it is a result of the pipeline.
    pub(super) pipeline: Option<(&'s Pipeline<'a>, &'s Layout, Option<usize>)>,
    /// The task whose steps hold the text.
    pub(super) body: Option<&'s Body<'a>>,
}

/// A variable as it is written, and where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written<'w> {
    pub(super) whole: &'w str,
    pub(super) span: Span,
}

/// Stands for a value that could not be carried over, and was reported.
const UNKNOWN: &str = "";

impl<'s, 'a> Scope<'s, 'a> {
    /// A value with the variables in it.
    pub(super) fn value(self, given: &Given, cx: &mut Cx<'a, '_>, remarks: &mut Vec<String>) -> Value {
        match given {
            Given::Text(at) => Value::Text(self.bits(at, cx, remarks)),
            Given::List(items, _) => Value::List(items.iter().map(|at| self.bits(at, cx, remarks)).collect()),
            Given::Object(entries, _) => {
                Value::Record(entries.iter().map(|(key, at)| (key.clone(), self.bits(at, cx, remarks))).collect())
            }
        }
    }

    /// A text with the variables in it.
    pub(super) fn bits(self, at: &At, cx: &mut Cx<'a, '_>, remarks: &mut Vec<String>) -> Vec<Bit> {
        let mut bits = Vec::new();
        let parts = parts(&at.text);
        let mut taken = 0;
        for (number, part) in parts.iter().enumerate() {
            match part {
                Part::Text(text) => push_text(&mut bits, &text[std::mem::take(&mut taken)..]),
                Part::Var(var, whole) => {
                    let behind = match parts.get(number + 1) {
                        Some(Part::Text(text)) => way(text),
                        Some(Part::Var(..)) | None => "",
                    };
                    let written = Written { whole, span: cx.docs.within(at.span, whole) };
                    let (more, used) = self.variable(*var, written, behind, cx, remarks);
                    taken = used;
                    more.into_iter().for_each(|bit| match bit {
                        Bit::Text(text) => push_text(&mut bits, &text),
                        Bit::Hole(_) => bits.push(bit),
                    });
                }
            }
        }
        bits
    }

    /// What a variable stands for, and how much of the way behind it was used.
    fn variable(
        self,
        var: Var<'_>,
        written: Written<'_>,
        behind: &str,
        cx: &mut Cx<'a, '_>,
        remarks: &mut Vec<String>,
    ) -> (Vec<Bit>, usize) {
        let Written { whole, span } = written;
        let made = match var {
            Var::Param(name, tail) => self.param(name, tail, written, cx, remarks),
            Var::Result { task, result, tail } => self.result(task, result, tail, written, cx, remarks),
            Var::Status(task) => self.status(task),
            Var::Outcome => Some(Bit::Hole(Hole::text(
                "match outcome { .succeeded => \"Succeeded\", .failed => \"Failed\", .cancelled => \"None\" }",
            ))),
            Var::Workspace(name, what) => return self.workspace(name, what, written, behind, cx, remarks),
            Var::ResultPath(name) => self.result_path(name, span, cx),
            Var::Context(name) => self.context(name, span, cx, remarks),
            Var::StepResult { step, result }
                if self.body.is_some_and(|body| uses::result_of(body, step, result, cx).is_some()) =>
            {
                let expr = self.body.and_then(|body| uses::result_of(body, step, result, cx));
                expr.map(|expr| Bit::Hole(Hole::text(expr)))
            }
            Var::StepResultPath(_) | Var::StepResult { .. } => {
                let help = "write the value to a file of the task's folder, which its steps share, or to an output";
                let found = findings::not_said(span, format!("`{whole}` is a result of a step"), help);
                cx.cannot(remarks, found);
                None
            }
            Var::Other(_) => {
                let help = "nothing of the program is called so; in a script, `$( params.x)` with a blank is a command";
                cx.cannot(remarks, findings::not_said(span, format!("`{whole}` has no form in the program"), help));
                None
            }
        };
        (vec![made.unwrap_or_else(|| Bit::Text(UNKNOWN.to_owned()))], 0)
    }

    fn param(
        self,
        name: &str,
        tail: Tail<'_>,
        written: Written<'_>,
        cx: &mut Cx<'a, '_>,
        remarks: &mut Vec<String>,
    ) -> Option<Bit> {
        let span = written.span;
        if let Some(body) = self.body
            && let Some(param) = body.params.iter().find(|param| param.theirs == name)
        {
            return match self.embedding() {
                None => hole_of(param, tail, written, cx, remarks),
                Some(call) => self.given_to(call, param, tail, written, cx, remarks),
            };
        }
        let Some((pipeline, ..)) = self.pipeline.filter(|_| self.body.is_none() || self.embedding().is_some()) else {
            let known: Vec<&str> =
                self.body.iter().flat_map(|body| &body.params).map(|one| one.theirs.as_str()).collect();
            cx.push(findings::unknown(span, "the parameter", name, &known));
            return None;
        };
        if let Some(turn) = self.turn(name) {
            return Some(Bit::Hole(Hole::text(turn)));
        }
        let Some(param) = pipeline.params.iter().find(|param| param.theirs == name) else {
            let known: Vec<&str> = pipeline.params.iter().map(|one| one.theirs.as_str()).collect();
            cx.push(findings::unknown(span, "the parameter", name, &known));
            return None;
        };
        hole_of(param, tail, written, cx, remarks)
    }

    /// The call that a task is embedded in.
    fn embedding(self) -> Option<&'s Call<'a>> {
        let (pipeline, _, at) = self.pipeline?;
        let call = &pipeline.calls[at?];
        matches!(call.callee, Callee::Embedded(_)).then_some(call)
    }

    /// The variable of the loop that gives a parameter.
    fn turn(self, name: &str) -> Option<String> {
        let call = self.embedding()?;
        let given = call.matrix.iter().any(|(known, _)| known == name);
        given.then(|| super::names::snake(name))
    }

    /// What the call gives for a parameter of the task that is embedded in it.
    fn given_to(
        self,
        call: &Call<'a>,
        param: &Param,
        tail: Tail<'_>,
        written: Written<'_>,
        cx: &mut Cx<'a, '_>,
        remarks: &mut Vec<String>,
    ) -> Option<Bit> {
        let span = written.span;
        if let Some(turn) = self.turn(&param.theirs) {
            return Some(Bit::Hole(Hole::text(turn)));
        }
        let given = call.args.iter().find(|(known, _)| *known == param.theirs).map(|(_, given)| given);
        let outer = Self { body: None, ..self };
        let value = match (given, &param.default) {
            (Some(given), _) => outer.value(given, cx, remarks),
            (None, Some(default)) => Self { pipeline: None, body: None }.value(default, cx, remarks),
            (None, None) => {
                cx.push(findings::unknown(span, "a value for the parameter", &param.theirs, &[]));
                return None;
            }
        };
        match (value, tail) {
            (Value::Text(mut bits), Tail::Whole | Tail::All) if bits.len() == 1 => bits.pop(),
            (Value::Text(bits), Tail::Whole) if bits.is_empty() => Some(Bit::Text(String::new())),
            (Value::Text(bits), Tail::Whole) => Some(Bit::Hole(Hole::text(super::value::text_expr(&bits)))),
            (Value::Text(bits), Tail::Key(key)) => super::value::only(&bits)
                .map(|hole| Bit::Hole(Hole::text(format!("{}.{}", hole.expr, super::names::snake(key))))),
            (Value::List(items), Tail::All) => {
                Some(Bit::Hole(Hole { expr: super::value::list_expr(&items), ty: Ty::List }))
            }
            (Value::Record(entries), Tail::Key(key)) => {
                let (_, bits) = entries.into_iter().find(|(known, _)| known == key)?;
                Some(Bit::Hole(Hole::text(super::value::text_expr(&bits))))
            }
            (Value::Text(_) | Value::List(_) | Value::Record(_), _) => {
                cx.cannot(remarks, one_of_a_list(written));
                None
            }
        }
    }

    fn result(
        self,
        task: &str,
        result: &str,
        tail: Tail<'_>,
        written: Written<'_>,
        cx: &mut Cx<'a, '_>,
        remarks: &mut Vec<String>,
    ) -> Option<Bit> {
        let span = written.span;
        let (pipeline, layout, reader) = self.pipeline?;
        let at = pipeline.calls.iter().position(|call| call.theirs == task)?;
        let call = &pipeline.calls[at];
        let (ours, is_list) = match &call.callee {
            Callee::Extern(one) => {
                let (_, ours, is_list) = cx.externs[*one].results.iter().find(|(known, ..)| known == result)?;
                (ours.clone(), *is_list)
            }
            Callee::Declared(one) => yielded(&cx.bodies[*one].results, result, span, cx.out)?,
            Callee::Embedded(body) => yielded(&body.results, result, span, cx.out)?,
        };
        let together = reader.is_some_and(|reader| layout.block_of[reader] == layout.block_of[at]);
        let reads_at_end = reader.is_some_and(|reader| pipeline.calls[reader].in_finally && !call.in_finally);
        let may_be_missing = !layout.conds[at].is_empty() && !together && reader.is_some() || reads_at_end;
        let opened = if may_be_missing { "!" } else { "" };
        let expr = format!("{}{opened}.{ours}", call.ours);
        let is_list = is_list || !call.matrix.is_empty();
        match tail {
            Tail::Whole | Tail::All => Some(Bit::Hole(Hole { expr, ty: if is_list { Ty::List } else { Ty::Text } })),
            Tail::Key(key) => Some(Bit::Hole(Hole::text(format!("{expr}.{}", super::names::snake(key))))),
            Tail::Index(_) => {
                cx.cannot(remarks, one_of_a_list(written));
                None
            }
        }
    }

    fn status(self, task: &str) -> Option<Bit> {
        let (pipeline, ..) = self.pipeline?;
        let call = pipeline.calls.iter().find(|call| call.theirs == task)?;
        let expr = format!(
            "match {}.status {{ .succeeded => \"Succeeded\", .failed => \"Failed\", .skipped, .cancelled => \"None\" }}",
            call.ours
        );
        Some(Bit::Hole(Hole::text(expr)))
    }

    fn result_path(self, name: &str, span: Span, cx: &mut Cx<'a, '_>) -> Option<Bit> {
        let body = self.body?;
        let (ours, _) = yielded(&body.results, name, span, cx.out)?;
        Some(Bit::Hole(Hole::text(format!("out.{ours}"))))
    }

    fn workspace(
        self,
        name: &str,
        what: &str,
        written: Written<'_>,
        behind: &str,
        cx: &mut Cx<'a, '_>,
        remarks: &mut Vec<String>,
    ) -> (Vec<Bit>, usize) {
        let Written { whole, span } = written;
        let nothing = || (vec![Bit::Text(UNKNOWN.to_owned())], 0);
        let Some((space, below)) = self.space(name, span, cx) else { return nothing() };
        let Some(space) = space else {
            // Declared, and bound to nothing.
            let text = if what == "bound" { "false" } else { "" };
            return (vec![Bit::Text(text.to_owned())], 0);
        };
        match what {
            "bound" if space.optional => (vec![Bit::Hole(Hole::bool(format!("{} != none", space.ours)))], 0),
            "bound" => (vec![Bit::Text("true".to_owned())], 0),
            "path" if self.body.is_none() => {
                let help = "where a workspace lies is known in a task only: hand the workspace over";
                cx.cannot(remarks, findings::not_said(span, format!("`{whole}` is handed to a task as a text"), help));
                nothing()
            }
            "path" if space.optional => {
                let place = format!("text({}! / {})", space.ours, quoted(below.as_deref().unwrap_or(".")));
                let expr = format!("if {} == none then \"\" else {place}", space.ours);
                (vec![Bit::Hole(Hole::text(expr))], 0)
            }
            "path" => {
                let joined = match (below, behind.strip_prefix('/').filter(|way| !way.is_empty())) {
                    (Some(below), Some(way)) => format!("{below}/{way}"),
                    (Some(below), None) => below,
                    (None, Some(way)) => way.to_owned(),
                    (None, None) => ".".to_owned(),
                };
                let used = if behind.len() > 1 { behind.len() } else { 0 };
                (vec![Bit::Hole(Hole::text(format!("{} / {}", space.ours, quoted(&joined))))], used)
            }
            _ => {
                let help = "which volume a workspace is, only the engine knows";
                cx.cannot(remarks, findings::not_said(span, format!("`{whole}` has no form in the program"), help));
                nothing()
            }
        }
    }

    /// The workspace of a name, with the folder of it that is meant; nothing inside where none is bound.
    fn space(self, name: &str, span: Span, cx: &mut Cx<'a, '_>) -> Option<(Option<&'s Space>, Option<String>)> {
        if let Some(call) = self.embedding()
            && self.body.is_some()
        {
            let (pipeline, ..) = self.pipeline?;
            if let Some((_, at, below)) = call.bound.iter().find(|(theirs, ..)| theirs == name) {
                return Some((Some(&pipeline.spaces[*at]), below.as_ref().map(|below| below.text.clone())));
            }
            if self.body.is_some_and(|body| body.spaces.iter().any(|space| space.theirs == name && space.optional)) {
                return Some((None, None));
            }
        }
        let of_body = self.body.filter(|_| self.embedding().is_none()).map(|body| &body.spaces);
        let spaces = of_body.or_else(|| self.pipeline.map(|(pipeline, ..)| &pipeline.spaces))?;
        match spaces.iter().find(|space| space.theirs == name) {
            Some(space) => Some((Some(space), None)),
            None => {
                let known: Vec<&str> = spaces.iter().map(|space| space.theirs.as_str()).collect();
                cx.push(findings::unknown(span, "the workspace", name, &known));
                None
            }
        }
    }

    fn context(self, name: &str, span: Span, cx: &mut Cx<'a, '_>, remarks: &mut Vec<String>) -> Option<Bit> {
        match (name, self.pipeline, self.body) {
            ("pipeline.name", Some((pipeline, ..)), _) => return Some(Bit::Text(pipeline.theirs.to_owned())),
            ("task.name", _, Some(body)) if self.pipeline.is_none() => return Some(Bit::Text(body.theirs.to_owned())),
            _ => {}
        }
        if let Some((pipeline, ..)) = self.pipeline.filter(|_| super::write_pipeline::of_run(name).is_some()) {
            return Some(asked(name, pipeline, cx));
        }
        let help =
            "what the engine calls a run is not known to the program: take it as a parameter, as `--lenient` does";
        let mut unremarked = Vec::new();
        let pipeline = self.pipeline.filter(|_| cx.lenient);
        let remarks = if pipeline.is_some() { &mut unremarked } else { remarks };
        cx.cannot(remarks, findings::not_said(span, format!("`$(context.{name})` is known to the engine only"), help));
        pipeline.map(|(pipeline, ..)| asked(name, pipeline, cx))
    }
}

/// A parameter that stands for what the engine knows.
fn asked(name: &str, pipeline: &Pipeline<'_>, cx: &mut Cx<'_, '_>) -> Bit {
    if let Some((_, ours)) = cx.asked.iter().find(|(known, _)| known == name) {
        return Bit::Hole(Hole::text(ours.clone()));
    }
    let mut names = pipeline.names.clone();
    cx.asked.iter().for_each(|(_, ours)| drop(names.claim(ours, "the")));
    let wish = super::write_pipeline::of_run(name).map_or(name, |case| case.trim_start_matches('.'));
    let ours = names.claim(wish, "the");
    cx.asked.push((name.to_owned(), ours.clone()));
    Bit::Hole(Hole::text(ours))
}

fn hole_of(
    param: &Param,
    tail: Tail<'_>,
    written: Written<'_>,
    cx: &mut Cx<'_, '_>,
    remarks: &mut Vec<String>,
) -> Option<Bit> {
    let ty = cx.slots.ty(param.slot);
    match tail {
        Tail::Whole | Tail::All => Some(Bit::Hole(Hole { expr: param.ours.clone(), ty })),
        Tail::Key(key) => Some(Bit::Hole(Hole::text(format!("{}.{}", param.ours, super::names::snake(key))))),
        Tail::Index(_) => {
            cx.cannot(remarks, one_of_a_list(written));
            None
        }
    }
}

fn one_of_a_list(written: Written<'_>) -> Diagnostic {
    let help = "a list is taken as a whole: make a parameter of its own of what has a place of its own";
    findings::not_said(written.span, format!("`{}` is one element of a list", written.whole), help)
}

fn yielded(results: &[Yield], result: &str, span: Span, out: &mut Diagnostics) -> Option<(String, bool)> {
    let found = results.iter().find(|one| one.theirs == result);
    if found.is_none() {
        let known: Vec<&str> = results.iter().map(|one| one.theirs.as_str()).collect();
        out.push(findings::unknown(span, "the result", result, &known));
    }
    found.map(|one| (one.ours.clone(), one.is_list))
}

/// The way at the beginning of a text that a place may have behind it.
fn way(text: &str) -> &str {
    if !text.starts_with('/') {
        return "";
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"._-/".contains(c)).unwrap_or(text.len());
    let way = text[..end].trim_end_matches('/');
    // What goes upwards, or holds a `//`, is left to the shell.
    if way.split('/').skip(1).any(|part| part.is_empty() || part == "..") { "" } else { way }
}

fn push_text(bits: &mut Vec<Bit>, text: &str) {
    if text.is_empty() {
        return;
    }
    match bits.last_mut() {
        Some(Bit::Text(last)) => last.push_str(text),
        Some(Bit::Hole(_)) | None => bits.push(Bit::Text(text.to_owned())),
    }
}
