//! A pipeline that calls another: the other's body stands in its place, under the name of the call.
//!
//! The body is typed again at each call, with names of its own and the locals of the caller, so that whoever reads the
//! program (the rules, a plan) sees one body. What is wrong with it is said where it is checked for itself.

use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Span;
use crate::syntax::ast;

use super::args::{Signature, Takes, assign};
use super::checker::{Checker, typed};
use super::findings;
use super::modules::PipelineAt;
use super::pipeline::{Progress, patch};
use super::program::{Expr, Kind, LocalId, OutputDef, ParamDef, Stmt, Type};
use super::report::Place;
use super::scope::{Later, Origin, Outside};
use super::stmt::Level;
use super::task::Owner;

/// So many calls of pipelines a file may come to: bodies that call each other twice grow with every level.
const MOST_CALLS: usize = 500;

/// What is written at one call.
#[derive(Clone, Copy)]
pub(super) struct Written<'a> {
    pub(super) bound: Option<&'a ast::Name>,
    pub(super) args: &'a [ast::Arg],
    pub(super) modifiers: &'a ast::Modifiers,
    /// Of the call, and of its head, for messages.
    pub(super) span: Span,
    pub(super) head: Span,
}

impl<'a> Checker<'a, '_> {
    /// `x = nightly(args) after y`
    pub(super) fn pipeline_call(&mut self, at: PipelineAt, written: Written<'a>, into: &mut Vec<Stmt>) {
        let (module, one) = self.decls.pipelines[at.0];
        if !self.may_inline(at, written.head) {
            self.stray_args(written.args);
            self.read_modifiers(written.modifiers);
            self.program.doubts.push(written.span);
            if let Some(name) = written.bound {
                self.declare(name, Type::Unknown, Origin::Call);
            }
            return;
        }
        self.calling.push((at, written.head));
        let (mut params, outputs) = self.quietly(module, None, |this| {
            this.elsewhere(module, |this| (this.params(&one.params), this.outputs(&one.outputs, Owner::Pipeline)))
        });
        let given = self.pipeline_args(one, &params, written);
        let after = self.after(&written.modifiers.after, written.modifiers.fields.is_empty().then_some(written.span));
        let late = given.iter().flatten().any(|(_, late)| *late).then_some(written.head);
        let mut body = self.quietly(module, late, |this| this.inlined(module, one, &mut params, given, &outputs));
        let mut calls = Vec::new();
        self.name_calls(&mut body, &mut calls);
        wait_for(&mut body, &after);
        self.calling.pop();
        self.bind_outputs(one, written, &outputs, calls, body, into);
    }

    /// Whether the call comes to an end, and the program stays of a size.
    fn may_inline(&mut self, at: PipelineAt, head: Span) -> bool {
        if let Some(start) = self.calling.iter().position(|(other, _)| *other == at) {
            let circle = self.circle(start, head);
            self.circles.push(circle);
            return false;
        }
        self.inlined += 1;
        if self.inlined == MOST_CALLS {
            let report = findings::calls::too_many_pipelines(head, MOST_CALLS);
            self.circles.push(report);
        }
        self.inlined < MOST_CALLS
    }

    /// The same finding from wherever in the circle one starts.
    fn circle(&self, start: usize, closing: Span) -> Diagnostic {
        let names = self.calling[start..].iter().map(|(at, _)| self.decls.pipelines[at.0].1.name.text.to_string());
        let places = self.calling[start + 1..].iter().map(|(_, head)| *head).chain([closing]);
        let mut circle: Vec<(Span, String)> = places.zip(names).collect();
        let first = circle.iter().enumerate().min_by_key(|(_, (span, _))| *span).map_or(0, |(at, _)| at);
        circle.rotate_left(first);
        findings::names::recursive("the pipeline", &circle[0].1.clone(), &circle)
    }

    /// The arguments, typed by the caller's names, and whether each waits for a task.
    fn pipeline_args(
        &mut self,
        one: &'a ast::Pipeline,
        params: &[ParamDef],
        written: Written<'a>,
    ) -> Vec<Option<(Expr, bool)>> {
        if let Some(field) = written.modifiers.fields.first() {
            self.report(findings::bodies::fields_of_pipeline(field_span(field, written.head), &one.name));
            self.read_modifiers(written.modifiers);
        }
        let signature = Signature { name: &one.name.text, declared: one.name.span, params, takes: Takes::Parameters };
        let (given, left_over) = assign(signature, written.args, written.span, self.out);
        left_over.into_iter().for_each(|arg| self.left_over(arg));
        let typed = given.into_iter().zip(params).map(|(arg, param)| {
            let arg = arg?;
            let declared = one.params.iter().find(|other| other.name.span == param.span);
            let place = Place::Default(declared.map_or(param.span, |param| param.ty.span));
            let outer = std::mem::replace(&mut self.reads_task, false);
            let value = self.expect(arg, &param.ty, place);
            let late = std::mem::replace(&mut self.reads_task, outer);
            self.reads_task |= late;
            Some((value, late))
        });
        typed.collect()
    }

    /// The body, in a scope of its own whose locals are the caller's.
    fn inlined(
        &mut self,
        module: usize,
        one: &'a ast::Pipeline,
        params: &mut [ParamDef],
        given: Vec<Option<(Expr, bool)>>,
        outputs: &[OutputDef],
    ) -> Vec<Stmt> {
        let outside: Outside<'a> = self.scope.step_inside();
        let pipe = std::mem::take(&mut self.pipe);
        let (here, secret, reads) = (self.module, self.secret, self.reads_task);
        (self.module, self.secret, self.reads_task) = (module, Code::P0802, false);

        self.bind_params(&one.params, params);
        let mut body = Vec::with_capacity(one.body.len() + params.len());
        for (param, given) in params.iter_mut().zip(given) {
            let (value, late) = match given {
                Some(given) => given,
                None => (param.default.take().unwrap_or_else(|| typed(Kind::None, Type::None, param.span)), false),
            };
            if late {
                self.scope.set_origin(param.local, Origin::Value { task: true });
            }
            self.scope.facts.define(param.local, &value);
            body.push(Stmt::Bind { local: param.local, value });
        }
        self.pipe = Progress {
            outputs: outputs.iter().map(|one| (one.name.clone(), one.ty.clone(), one.span)).collect(),
            ..Progress::default()
        };
        self.scope.later = Later::Body(&one.body, std::cell::OnceCell::new());
        self.look_at_defaults(&one.body);
        self.stmts(&one.body, Level::Top, &mut body);
        self.look_ahead(0);
        self.nothing_bound();
        patch(&mut body, &self.pipe.waits);

        (self.module, self.secret, self.reads_task) = (here, secret, reads);
        self.pipe = pipe;
        self.scope.step_outside(outside);
        body
    }

    /// Runs the work. What it finds in a pipeline of the file itself is found where that is checked for itself; but only
    /// here an argument may be `late`, known when a task has run, where that is too late.
    fn quietly<T>(&mut self, module: usize, late: Option<Span>, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.out.len();
        let made = work(self);
        if self.modules[module].file.id == self.input.root.id {
            let only_here = |found: &Diagnostic| found.code == Code::P0405;
            self.out.revise_from(before, |found| {
                let at = late.filter(|_| only_here(&found))?;
                Some(found.label(at, "an argument of this call waits for a task"))
            });
        }
        made
    }

    /// Gives every call a local, so that `after` finds it.
    fn name_calls(&mut self, body: &mut [Stmt], calls: &mut Vec<LocalId>) {
        for stmt in body {
            match stmt {
                Stmt::Call(call) => {
                    let hidden = || self.scope.hidden(&call.name, Type::Unknown, Origin::Call, call.span);
                    calls.push(*call.local.get_or_insert_with(hidden));
                }
                Stmt::When(when) => {
                    self.name_calls(&mut when.then, calls);
                    self.name_calls(&mut when.otherwise, calls);
                }
                Stmt::For(each) => self.name_calls(&mut each.body, calls),
                Stmt::Stage { body, .. } | Stmt::Inline { body, .. } => self.name_calls(body, calls),
                // Nothing of the body waits for `finally`.
                Stmt::Finally { .. }
                | Stmt::Bind { .. }
                | Stmt::Require { .. }
                | Stmt::Exclusive { .. }
                | Stmt::Workspace { .. }
                | Stmt::Defaults(_)
                | Stmt::Return(_)
                | Stmt::Target { .. } => {}
            }
        }
    }

    fn bind_outputs(
        &mut self,
        one: &'a ast::Pipeline,
        written: Written<'a>,
        outputs: &[OutputDef],
        calls: Vec<LocalId>,
        body: Vec<Stmt>,
        into: &mut Vec<Stmt>,
    ) {
        let lone = matches!(outputs, [single] if single.name.is_empty());
        let ty = match outputs {
            [single] if lone => single.ty.clone(),
            _ => Type::Outputs(self.add_in_place(&one.name.text, &one.outputs, outputs)),
        };
        let origin = Origin::Export { calls: calls.clone(), reads_task: true, clash: None };
        let name = written.bound.unwrap_or(&one.name);
        let local = match written.bound {
            Some(name) => self.declare(name, ty, origin),
            None => self.scope.hidden(&name.text, ty, origin, written.head),
        };
        let bound = written.bound.is_some();
        into.push(Stmt::Inline { local, name: name.text.clone(), bound, lone, calls, body, span: written.head });
    }
}

/// Every call of the body waits for what the call of the pipeline waits for.
fn wait_for(body: &mut [Stmt], after: &[super::program::After]) {
    if after.is_empty() {
        return;
    }
    for stmt in body {
        match stmt {
            Stmt::Call(call) => call.after.extend(after.iter().cloned()),
            Stmt::When(when) => {
                wait_for(&mut when.then, after);
                wait_for(&mut when.otherwise, after);
            }
            Stmt::For(each) => wait_for(&mut each.body, after),
            Stmt::Stage { body, .. } | Stmt::Inline { body, .. } => wait_for(body, after),
            // It runs when all else is over.
            Stmt::Finally { .. }
            | Stmt::Bind { .. }
            | Stmt::Require { .. }
            | Stmt::Exclusive { .. }
            | Stmt::Workspace { .. }
            | Stmt::Defaults(_)
            | Stmt::Return(_)
            | Stmt::Target { .. } => {}
        }
    }
}

fn field_span(field: &ast::Field, otherwise: Span) -> Span {
    match field {
        ast::Field::Value { name, .. } | ast::Field::Step { name, .. } | ast::Field::Service { name, .. } => name.span,
        ast::Field::Require { span, .. } => *span,
        ast::Field::Broken(_) => otherwise,
    }
}
