//! The statements of a pipeline, in the order of the source.

use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use super::fan::in_turn;
use super::partial::Partial;
use super::provenance::with;
use super::report::{before_the_first_task, known_none};
use super::require::first_task;
use super::scope::Frame;
use super::{Builder, fold};
use crate::check::program::{self as p, Fields, LocalId, Stmt, When};
use crate::plan::provenance::Cause;
use crate::plan::{Expr, Fan, Phase, TaskId, Ty, Value, Workspace, WorkspaceId};
use crate::source::{Span, offset};

/// The blocks around a statement.
#[derive(Clone, Debug)]
pub(super) struct Context<'a> {
    pub(super) phase: Phase,
    pub(super) stage: Option<Rc<str>>,
    /// The calls of pipelines around, the outermost first.
    pub(super) within: Arc<[Span]>,
    /// All conditions of the `when`s around, together.
    pub(super) condition: Option<Expr>,
    /// The tasks that the conditions read, and where.
    pub(super) condition_reads: Rc<[(TaskId, Span)]>,
    /// The loops around, by their place, with the turn of each.
    pub(super) turns: Rc<[(Span, u32)]>,
    /// For names: those of the calls of pipelines around it, each with `_`.
    pub(super) prefix: String,
    /// The loop around whose turns only a run knows.
    pub(super) fan: Option<Arc<Fan>>,
    /// All conditions of the `when`s around that depend on its turn, together.
    pub(super) turn_condition: Option<Expr>,
    /// For names: `_VALUE` of each loop variable.
    pub(super) suffix: String,
    /// Weakest first.
    pub(super) defaults: Vec<&'a Fields>,
    /// The condition that is known to be false.
    pub(super) because: Option<Span>,
    /// What brought in what stands here, or keeps it out.
    pub(super) causes: Arc<[Cause]>,
}

impl Context<'_> {
    pub(super) fn new() -> Self {
        Self {
            phase: Phase::Main,
            stage: None,
            within: Arc::default(),
            condition: None,
            condition_reads: Rc::from([]),
            turns: Rc::from([]),
            prefix: String::new(),
            fan: None,
            turn_condition: None,
            suffix: String::new(),
            defaults: Vec::new(),
            because: None,
            causes: Arc::from([]),
        }
    }
}

impl<'a> Builder<'a> {
    pub(super) fn block(&mut self, frame: &mut Frame, context: &Context<'a>, body: &'a [Stmt]) {
        let mut own = context.clone();
        own.defaults.extend(
            body.iter().filter_map(|stmt| if let Stmt::Defaults(fields) = stmt { Some(&**fields) } else { None }),
        );
        for stmt in body {
            self.statement(frame, &own, stmt);
        }
    }

    fn statement(&mut self, frame: &mut Frame, context: &Context<'a>, stmt: &'a Stmt) {
        match stmt {
            Stmt::Bind { local, value } => {
                // Another name for a call ends like the call.
                if let p::Kind::Local(other) = value.kind
                    && let Some(status) = frame.known_status(other)
                {
                    frame.bind_status(*local, status);
                }
                let value = self.eval(frame, value);
                if !self.turned_away {
                    self.note_workspace(&value);
                }
                frame.bind(*local, value);
            }
            Stmt::Call(call) => {
                self.call(frame, context, call);
            }
            Stmt::When(when) => self.when(frame, context, when),
            Stmt::For(each) => self.each(frame, context, each),
            Stmt::Inline { local, name, lone, calls, body, span, .. } => {
                let given = self.called_body(frame, context, (name, *span), body);
                self.bind_inlined(frame, *local, *lone, calls, given);
            }
            Stmt::Stage { name, body, .. } => {
                let start = self.graph.len();
                let before = self.graph.enter_stage();
                let stage = Some(Rc::from(format!("{}{name}", context.prefix)));
                self.block(frame, &Context { stage, ..context.clone() }, body);
                self.graph.leave_stage(before, start);
            }
            Stmt::Finally { body, .. } => {
                let before = frame.enter_finally();
                self.block(frame, &Context { phase: Phase::Finally, ..context.clone() }, body);
                frame.leave_finally(before);
            }
            Stmt::Require { cond, message, span } => {
                self.require(frame, context.condition.as_ref(), cond, message.as_ref(), *span);
            }
            Stmt::Exclusive { name, span } => self.exclusive(frame, name, *span),
            Stmt::Workspace { local, name, doc, size, span } => {
                let name = format!("{}{name}{}", context.prefix, context.suffix);
                self.workspace(frame, *local, (&name, doc), size.as_ref(), *span);
            }
            Stmt::Defaults(_) => {}
            Stmt::Return(values) => self.give_back(frame, values),
            Stmt::Target { .. } if self.turned_away => {}
            Stmt::Target { name, options, span } => {
                if let Some(value) = self.known(frame, options, format_args!("an option of the target `{name}`")) {
                    self.target_options((name, options), value, *span);
                }
            }
        }
    }

    /// The value of a place that has to be known; what is not has been reported.
    pub(super) fn known(&mut self, frame: &Frame, expr: &p::Expr, place: impl fmt::Display) -> Option<Value> {
        let value = self.eval(frame, expr);
        if value.value().is_none() {
            let open = first_open(value, &self.types.ty(&expr.ty));
            self.not_known(place, expr.span, &open);
            return None;
        }
        value.value().cloned()
    }

    /// As [`Builder::known`], for a place that takes no `none`.
    pub(super) fn known_text(&mut self, frame: &Frame, expr: &p::Expr, place: &str) -> Option<String> {
        let value = self.known(frame, expr, place)?;
        if value == Value::None {
            self.report(known_none(place, expr.span));
            return None;
        }
        value.text()
    }

    fn exclusive(&mut self, frame: &Frame, name: &p::Expr, span: Span) {
        let value = self.plain(frame, name);
        if self.left_out {
            return;
        }
        if let Some(task) = first_task(&value) {
            let finding = before_the_first_task(&self.plan, "`exclusive`", task, name.span);
            self.report(finding);
            return;
        }
        self.exclude(value, span);
    }

    fn workspace(
        &mut self,
        frame: &mut Frame,
        local: LocalId,
        (name, doc): (&str, &str),
        size: Option<&p::Expr>,
        span: Span,
    ) {
        if self.left_out {
            return;
        }
        let size = size.and_then(|size| self.known(frame, size, format_args!("the size of the workspace `{name}`")));
        let size = if let Some(Value::Size(bytes)) = size { Some(bytes) } else { None };
        let id = WorkspaceId(offset(self.plan.workspaces.len()));
        self.plan.workspaces.push(Workspace { name: name.to_owned(), doc: doc.to_owned(), size, param: None, span });
        self.body.workspaces.push(id);
        frame.bind(local, Partial::known(Value::Workspace(id), Ty::Workspace));
    }

    fn when(&mut self, frame: &mut Frame, context: &Context<'a>, when: &'a When) {
        let cond = self.plain(frame, &when.cond);
        self.not_lost(&cond, when.cond.span);
        let before = self.graph.stages();
        let decided = |negated| fold::truth(&cond).map(|holds| self.decided(frame, &when.cond, holds, negated));
        let causes = [decided(false), decided(true)];
        let [then, otherwise] = causes.map(|cause| Context { causes: with(&context.causes, cause), ..context.clone() });
        self.branch(frame, &then, cond.clone(), &when.then, when.cond.span);
        let after_then = self.graph.swap_stages(before);
        self.branch(frame, &otherwise, fold::not(cond.clone()), &when.otherwise, when.cond.span);
        self.graph.merge_stages(after_then);
        for export in &when.exports {
            let value = |local: Option<LocalId>| local.map_or_else(Partial::none, |local| frame.value(local));
            let value = Partial::either(cond.clone(), value(export.then), value(export.otherwise));
            let status = |local: Option<LocalId>| local.and_then(|local| frame.known_status(local));
            let status = match (status(export.then), status(export.otherwise)) {
                (Some(then), Some(otherwise)) => Some(Partial::either(cond.clone(), then, otherwise)),
                (one, other) => one.or(other),
            };
            frame.bind(export.outer, value);
            if let Some(status) = status {
                frame.bind_status(export.outer, status);
            }
            [export.then, export.otherwise]
                .into_iter()
                .flatten()
                .for_each(|inner| self.graph.alias(export.outer, inner));
        }
    }

    fn branch(&mut self, frame: &mut Frame, context: &Context<'a>, cond: Expr, body: &'a [Stmt], span: Span) {
        let mut own = context.clone();
        match fold::truth(&cond) {
            Some(true) => self.block(frame, &own, body),
            Some(false) => {
                own.because = own.because.or(Some(span));
                let outside = std::mem::replace(&mut self.left_out, true);
                self.block(frame, &own, body);
                self.left_out = outside;
            }
            None => {
                let mut reads = own.condition_reads.to_vec();
                cond.walk(&mut |part| reads.extend(super::edges::read_of(part).map(|(task, _)| (task, span))));
                own.condition_reads = Rc::from(reads);
                let outer = if in_turn(&cond) { &mut own.turn_condition } else { &mut own.condition };
                *outer = Some(match outer.take() {
                    Some(outer) => fold::and(outer, cond),
                    None => cond,
                });
                self.block(frame, &own, body);
            }
        }
    }
}

/// An expression of the plan that says why a value is not known.
pub(super) fn first_open(value: Partial, ty: &Ty) -> Expr {
    let mut open = None;
    value.walk(&mut |part| {
        if open.is_none() && part.value().is_none() {
            open = Some(part.clone());
        }
    });
    open.unwrap_or_else(|| value.expr(ty))
}
