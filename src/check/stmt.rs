//! Statements: bindings, calls of tasks, tasks in place.

use crate::source::Span;
use crate::syntax::ast;

use super::args::{Signature, Takes, assign};
use super::call::Callee;
use super::checker::{Checker, written};
use super::fields::Block;
use super::findings;
use super::inline::Written;
use super::modules::{Def, empty_task};
use super::program::{self, Call, Expr, Fields, Kind, LocalId, Stmt, TaskDef, TaskId, Type};
use super::report::Place;
use super::scope::Origin;

/// Where a statement stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// Directly in the pipeline.
    Top,
    Stage,
    /// In a `when` or `for`.
    Inner,
    Finally,
}

impl<'a> Checker<'a, '_> {
    pub(super) fn stmts(&mut self, body: &'a [ast::Stmt], level: Level, into: &mut Vec<Stmt>) {
        for stmt in body {
            self.stmt(stmt, level, into);
        }
    }

    fn stmt(&mut self, stmt: &'a ast::Stmt, level: Level, into: &mut Vec<Stmt>) {
        match stmt {
            ast::Stmt::Bind { name, value, modifiers, span } => self.bind(name, value, modifiers, *span, into),
            ast::Stmt::BindWhen { name, when } => self.when(when, Some(name), into),
            ast::Stmt::Call { value, modifiers, span } => self.bare_call(value, modifiers, *span, into),
            ast::Stmt::Task { task, after } => self.in_place_call(&task.name, task, after, into),
            ast::Stmt::When(when) => self.when(when, None, into),
            ast::Stmt::For(each) => self.each(each, into),
            ast::Stmt::Broken(span) => {
                // It may have been a `require`.
                self.scope.facts.doubt();
                self.program.doubts.push(*span);
            }
            ast::Stmt::Stage { .. }
            | ast::Stmt::Finally { .. }
            | ast::Stmt::Require { .. }
            | ast::Stmt::Exclusive { .. }
            | ast::Stmt::Workspace { .. }
            | ast::Stmt::Defaults { .. }
            | ast::Stmt::Return { .. }
            | ast::Stmt::Target { .. }
            | ast::Stmt::Assert { .. }
            | ast::Stmt::Expect { .. } => self.top_stmt(stmt, level, into),
        }
    }

    /// `name = value`: a call of a task, or a name for a value.
    pub(super) fn bind(
        &mut self,
        name: &'a ast::Name,
        value: &'a ast::Expr,
        modifiers: &'a ast::Modifiers,
        whole: Span,
        into: &mut Vec<Stmt>,
    ) {
        let ast::ExprKind::Call { callee, args } = &value.kind else {
            if matches!(value.kind, ast::ExprKind::Broken) {
                self.read_modifiers(modifiers);
            } else {
                self.no_modifiers(modifiers);
            }
            return self.bind_value(name, into, |this| this.infer(value, None));
        };
        let head = name.span.to(callee.span);
        match self.callee(callee) {
            Callee::Def(Def::Task(task)) => {
                let made = self.task_call(task, args, modifiers, value.span, head);
                self.push_call(Some(name), name.text.clone(), made, whole.after(), into);
            }
            Callee::Def(Def::Pipeline(at)) => {
                let written = Written { bound: Some(name), args, modifiers, span: value.span, head };
                self.pipeline_call(at, written, into);
            }
            called @ (Callee::Unknown | Callee::Def(Def::Broken)) => {
                self.call_of(called, callee, args, value.span, None);
                self.read_modifiers(modifiers);
                self.program.doubts.push(whole);
                // As a call, so that whoever waits for it is silent too.
                self.declare(name, Type::Unknown, Origin::Call);
            }
            called @ (Callee::Def(_) | Callee::Word(_)) => {
                self.no_modifiers(modifiers);
                self.bind_value(name, into, |this| this.call_of(called, callee, args, value.span, None));
            }
        }
    }

    fn bind_value(&mut self, name: &'a ast::Name, into: &mut Vec<Stmt>, value: impl FnOnce(&mut Self) -> Expr) {
        let outer = std::mem::replace(&mut self.reads_task, false);
        let made = value(self);
        let task = std::mem::replace(&mut self.reads_task, outer);
        if made.ty == Type::None {
            self.report(findings::literals::type_not_known(made.span, "none"));
        }
        let ty = if made.ty == Type::None { Type::Unknown } else { made.ty.clone() };
        // Another name for a call waits and ends like the call.
        let calls = if let Kind::Local(local) = made.kind { self.scope.calls(local) } else { None };
        let origin = match calls {
            Some(calls) => Origin::Export { calls, reads_task: task, clash: None },
            None => Origin::Value { task },
        };
        let local = self.declare(name, ty, origin);
        self.scope.facts.define(local, &made);
        into.push(Stmt::Bind { local, value: made });
    }

    /// A call whose outputs nobody names.
    fn bare_call(&mut self, value: &'a ast::Expr, modifiers: &'a ast::Modifiers, whole: Span, into: &mut Vec<Stmt>) {
        let ast::ExprKind::Call { callee, args } = &value.kind else {
            let made = self.infer(value, Some(&Type::Unknown));
            self.read_modifiers(modifiers);
            if matches!(value.kind, ast::ExprKind::Broken) {
                self.scope.facts.doubt();
                self.program.doubts.push(whole);
            } else {
                self.report(findings::bodies::value_as_statement(made.span));
            }
            return;
        };
        match self.callee(callee) {
            Callee::Def(Def::Task(task)) => {
                let made = self.task_call(task, args, modifiers, value.span, callee.span);
                let name = self.program.tasks[task.index()].name.clone();
                self.push_call(None, name, made, whole.after(), into);
            }
            Callee::Def(Def::Pipeline(at)) => {
                let written = Written { bound: None, args, modifiers, span: value.span, head: callee.span };
                self.pipeline_call(at, written, into);
            }
            called @ (Callee::Unknown | Callee::Def(Def::Broken)) => {
                self.call_of(called, callee, args, value.span, None);
                self.read_modifiers(modifiers);
                self.program.doubts.push(whole);
                // Its name is that of the task, and a test may ask a plan for it.
                if let ast::ExprKind::Name(name) | ast::ExprKind::Field(_, name) = &callee.kind {
                    self.scope.bind_hidden(name, Type::Unknown, Origin::Call);
                }
            }
            called @ (Callee::Def(_) | Callee::Word(_)) => {
                let is_value = matches!(called, Callee::Word(_) | Callee::Def(Def::Fn(_) | Def::Newtype(_)));
                self.call_of(called, callee, args, value.span, None);
                self.read_modifiers(modifiers);
                if is_value {
                    self.report(findings::bodies::function_as_statement(
                        callee.span,
                        &written(callee).unwrap_or_default(),
                    ));
                }
            }
        }
    }

    /// `task name { … } after x`, `extern task name(args) { … } after x`; `name` is that of the binding.
    pub(super) fn in_place_call(
        &mut self,
        name: &'a ast::Name,
        task: &'a ast::Task,
        after: &'a [ast::Name],
        into: &mut Vec<Stmt>,
    ) {
        let found = self.out.len();
        // It is large, and made where it stays.
        let mut def = Box::new(empty_task(task));
        let (ty, args) = match &task.given {
            Some(given) => {
                if task.what == ast::What::Step {
                    self.report(findings::uses::called(task.name.span, &task.name.text, task.span));
                }
                let args = self.extern_in_place(task, given, &mut def);
                (self.type_in_place(task, &def), args)
            }
            None => {
                let ty = self.task_in_place(task, &mut def);
                (self.skippable(ty, &[&def.fields]), Vec::new())
            }
        };
        if !self.has_image(&def.fields, &def.steps) {
            self.report(findings::tasks::no_image(task.name.span, &task.name.text, None));
        }
        self.demanded_in_place(&def);
        let after = self.after(after, Some(task.span));
        self.doubt_since(found, name.span);
        let local = self.declare(name, ty, Origin::Call);
        into.push(Stmt::Call(Call {
            name: name.text.clone(),
            local: Some(local),
            callee: program::Callee::InPlace(def),
            args,
            modifiers: None,
            after,
            span: task.name.span,
            end: task.span.after(),
        }));
    }

    fn task_call(
        &mut self,
        task: TaskId,
        args: &'a [ast::Arg],
        modifiers: &'a ast::Modifiers,
        span: Span,
        head: Span,
    ) -> (Call, Type) {
        let found = self.out.len();
        let args = self.task_args(task, args, span);
        self.demanded(task, &args, head);
        let foreign = self.program.tasks[task.index()].source.is_some();
        if self.is_step(task) {
            let def = &self.program.tasks[task.index()];
            let report = findings::uses::called(head, &def.name, def.span);
            self.report(report);
        }
        let block = if foreign { Block::ExternCall } else { Block::Modifiers };
        let fields = self.modifiers_of(modifiers, block);
        let def = &self.program.tasks[task.index()];
        if fields.image.is_none() && !self.has_image(&def.fields, &def.steps) {
            let report = findings::tasks::no_image(head, &def.name, Some(def.span));
            self.report(report);
        }
        let def: &TaskDef = &self.program.tasks[task.index()];
        let result = self.result_of(task);
        let ty = if foreign { result } else { self.skippable(result, &[&def.fields, &fields]) };
        let after = self.after(&modifiers.after, modifiers.fields.is_empty().then_some(span));
        self.doubt_since(found, head);
        let callee = program::Callee::Task(task);
        (
            Call {
                name: "".into(),
                local: None,
                callee,
                args,
                modifiers: (!modifiers.fields.is_empty()).then(|| Box::new(fields)),
                after,
                span: head,
                end: span.after(),
            },
            ty,
        )
    }

    fn push_call(
        &mut self,
        bound: Option<&'a ast::Name>,
        name: Box<str>,
        made: (Call, Type),
        end: Span,
        into: &mut Vec<Stmt>,
    ) {
        let (mut call, ty) = made;
        call.name = name;
        call.end = end;
        call.local = bound.map(|name| self.declare(name, ty, Origin::Call));
        into.push(Stmt::Call(call));
    }

    pub(super) fn task_args(&mut self, task: TaskId, args: &'a [ast::Arg], span: Span) -> Vec<Option<Expr>> {
        let def = &self.program.tasks[task.index()];
        let signature =
            Signature { name: &def.name, declared: def.span, params: &def.params, takes: Takes::Parameters };
        let (given, left_over) = assign(signature, args, span, self.out);
        left_over.into_iter().for_each(|arg| self.left_over(arg));
        let mut made = Vec::with_capacity(given.len());
        for (at, arg) in given.into_iter().enumerate() {
            made.push(arg.map(|arg| {
                let def = &self.program.tasks[task.index()];
                let (ty, what) = (def.params[at].ty.clone(), def.source.as_ref().map(|source| source.what));
                match what {
                    Some(what) => self.handed(arg, &ty, what, Place::TaskParam(task, at)),
                    None => self.expect(arg, &ty, Place::TaskParam(task, at)),
                }
            }));
        }
        made
    }

    /// An argument without a parameter, checked for its own mistakes: a name that means nothing was reported as that.
    pub(super) fn left_over(&mut self, arg: &'a ast::Expr) {
        let unknown = |name: &ast::Name| self.scope.find(&name.text).is_none() && self.find(&name.text).is_none();
        if !matches!(&arg.kind, ast::ExprKind::Name(name) if unknown(name)) {
            self.infer(arg, Some(&Type::Unknown));
        }
    }

    /// Whether a task has an image before its modifiers.
    fn has_image(&self, fields: &Fields, steps: &[program::StepDef]) -> bool {
        self.pipe.default_image
            || fields.image.is_some()
            || steps.iter().all(|step| step.image.is_some() || step.uses.is_some())
    }

    pub(super) fn read_modifiers(&mut self, modifiers: &'a ast::Modifiers) -> Fields {
        self.modifiers_of(modifiers, Block::Modifiers)
    }

    fn modifiers_of(&mut self, modifiers: &'a ast::Modifiers, block: Block) -> Fields {
        let mut made = Fields::default();
        self.fields(&modifiers.fields, block, None, None, &mut made);
        made
    }

    pub(super) fn no_modifiers(&mut self, modifiers: &'a ast::Modifiers) {
        if let Some(name) = modifiers.after.first() {
            self.report(findings::bodies::modifiers_of_value(name.span));
        } else if let Some(ast::Field::Value { name, .. }) = modifiers.fields.first() {
            self.report(findings::bodies::modifiers_of_value(name.span));
        }
    }

    /// Binds a name; one that is taken is reported and hides nothing.
    pub(super) fn declare(&mut self, name: &'a ast::Name, ty: Type, origin: Origin) -> LocalId {
        if name.text.is_empty() {
            return self.scope.bind_hidden(name, ty, origin);
        }
        if let Some(first) = self.scope.find(&name.text) {
            let first = self.scope.local(first).span;
            self.report(findings::names::bound_twice(name, first));
            return self.scope.bind_hidden(name, ty, origin);
        }
        self.scope.bind(name, ty, origin)
    }
}
