//! A pipeline that another one calls: its tasks stand in the plan under the name of the call.

use std::rc::Rc;

use super::partial::Partial;
use super::record::Part;
use super::report::two_exclusives;
use super::scope::Frame;
use super::stmt::Context;
use super::{Builder, fold};
use crate::check::program::{self as p, LocalId, Stmt};
use crate::plan::{Expr, Ty, Value, WorkspaceId};
use crate::source::Span;

/// What one body has for itself, whoever calls it.
#[derive(Default, Debug)]
pub(super) struct Body {
    /// The body of a pipeline that is called, not the one that runs.
    called: bool,
    /// Its own workspaces and those it is given.
    pub(super) workspaces: Vec<WorkspaceId>,
    returned: Vec<Partial>,
}

impl<'a> Builder<'a> {
    /// A body under the name of its call. The `defaults` of the caller are not its own.
    pub(super) fn called_body(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        (name, call): (&str, Span),
        body: &'a [Stmt],
    ) -> Vec<Partial> {
        let outside = std::mem::replace(&mut self.body, Body { called: true, ..Body::default() });
        let inner = Context {
            prefix: format!("{}{name}{}_", context.prefix, context.suffix),
            suffix: String::new(),
            within: context.within.iter().copied().chain([call]).collect(),
            defaults: Vec::new(),
            ..context.clone()
        };
        let stages = self.graph.enter_stage();
        self.block(frame, &inner, body);
        self.graph.swap_stages(stages);
        std::mem::replace(&mut self.body, outside).returned
    }

    /// What the call stands for: its outputs, and how its tasks ended.
    pub(super) fn bind_inlined(
        &mut self,
        frame: &mut Frame,
        local: LocalId,
        lone: bool,
        calls: &[LocalId],
        mut given: Vec<Partial>,
    ) {
        if self.left_out {
            return frame.forget(local);
        }
        let value = match lone {
            true => given.pop().unwrap_or_else(Partial::none),
            false => Partial::Call(Rc::from(given)),
        };
        frame.bind(local, value);
        let statuses: Vec<Expr> =
            calls.iter().filter_map(|call| frame.known_status(*call)).map(|one| one.expr(&Ty::String)).collect();
        if !statuses.is_empty() {
            frame.bind_status(local, status_of_all(&statuses).into());
        }
    }

    /// `return`
    pub(super) fn give_back(&mut self, frame: &Frame, values: &[p::Expr]) {
        if self.body.called {
            self.body.returned = values.iter().map(|value| self.eval(frame, value)).collect();
            return;
        }
        let pipeline = self.pipeline;
        for (output, value) in pipeline.outputs.iter().zip(values) {
            let given = self.eval(frame, value);
            for Part { name, value: given } in self.spread(&output.name, &output.ty, given) {
                self.not_lost(&given, value.span);
                let doc = output.doc.clone();
                self.plan.outputs.push(crate::plan::PipelineOutput { name, doc, value: given, span: value.span });
            }
        }
    }

    /// Options of a target: where the pipeline that runs says nothing, those of one that it calls hold.
    pub(super) fn target_options(&mut self, (name, written): (&str, &p::Expr), value: Value, span: Span) {
        let known = self.plan.options.iter().position(|(other, ..)| other == name);
        match (known, self.body.called) {
            (None, _) => self.plan.options.push((name.to_owned(), value, span)),
            (Some(at), false) => self.plan.options[at] = (name.to_owned(), value, span),
            (Some(_), true) => return,
        }
        let below = format!("{name}/");
        self.plan.option_places.retain(|(path, _)| !path.starts_with(&below));
        self.option_places(name, written, span);
    }

    /// Notes where the parts of a value were written; a default stands in another file.
    fn option_places(&mut self, path: &str, written: &p::Expr, block: Span) {
        if written.span.file != block.file {
            return;
        }
        self.plan.option_places.push((path.to_owned(), written.span));
        let parts: Vec<(String, &p::Expr)> = if let p::Kind::Record(id, values) = &written.kind {
            let fields = &self.program.records[id.index()].fields;
            fields.iter().zip(values).map(|(field, value)| (field.name.to_string(), value)).collect()
        } else if let p::Kind::Map(entries) = &written.kind {
            entries.iter().map(|(key, value)| (key.to_string(), value)).collect()
        } else if let p::Kind::List(items) = &written.kind {
            items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect()
        } else {
            Vec::new()
        };
        parts.into_iter().for_each(|(name, value)| self.option_places(&format!("{path}/{name}"), value, block));
    }

    /// `exclusive`: a run has one such name.
    pub(super) fn exclude(&mut self, name: Expr, span: Span) {
        match &self.plan.exclusive {
            Some((other, first)) if *other != name => {
                let report = two_exclusives(span, *first);
                self.report(report);
            }
            Some(_) => {}
            None => self.plan.exclusive = Some((name, span)),
        }
    }

    /// A parameter or binding that is a workspace counts as one of the body's.
    pub(super) fn note_workspace(&mut self, value: &Partial) {
        if let Some(Value::Workspace(id)) = value.value()
            && !self.body.workspaces.contains(id)
        {
            self.body.workspaces.push(*id);
        }
    }
}

/// Failed or cancelled when one is, skipped when all are.
fn status_of_all(statuses: &[Expr]) -> Expr {
    let case = |name: &str| Expr::known(Value::Case(name.to_owned()), Ty::String);
    let is = |one: &Expr, name: &str| fold::equal(one.clone(), case(name));
    let join = |name: &str, join: fn(Expr, Expr) -> Expr| {
        statuses
            .iter()
            .map(|one| is(one, name))
            .reduce(join)
            .unwrap_or_else(|| Expr::known(Value::Bool(false), Ty::Bool))
    };
    let over = fold::either(join("skipped", fold::and), case("skipped"), case("succeeded"), Ty::String);
    let cancelled = fold::either(join("cancelled", fold::or), case("cancelled"), over, Ty::String);
    fold::either(join("failed", fold::or), case("failed"), cancelled, Ty::String)
}
