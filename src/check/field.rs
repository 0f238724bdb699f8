//! Names and what stands behind a dot.

use crate::source::Span;
use crate::syntax::ast;

use super::checker::{Checker, poison, typed, written};
use super::findings;
use super::modules::Def;
use super::program::{Attr, Expr, Kind, LocalId, RecordId, TaskId, Type};
use super::scope::Origin;
use super::types::{element, opened, optional};

impl<'a> Checker<'a, '_> {
    /// A name in a value's place.
    pub(super) fn name(&mut self, name: &'a ast::Name) -> Expr {
        if &*name.text == "out"
            && let Some(ast::Outputs::Single(single)) = self.scope.outs
        {
            return typed(Kind::Out(0), self.made_by_out(single.ty.span), name.span);
        }
        if let Some(local) = self.scope.find(&name.text) {
            return self.bare_subject(local, name).unwrap_or_else(|| self.local_value(local, name.span));
        }
        if &*name.text == "outcome" && self.scope.finally_from.is_some() {
            return typed(Kind::Outcome, self.prelude_enum("Outcome"), name.span);
        }
        match self.find(&name.text) {
            Some(Def::Const(id)) => {
                let ty = self.program.consts[id.index()].ty.clone();
                typed(Kind::Const(id), ty, name.span)
            }
            Some(Def::Broken) => poison(name.span),
            // A name of the pipeline further down is more likely meant than a task that happens to be called so.
            Some(def) if self.scope.later.find(&name.text).is_none() => {
                let declared = self.span_of(def);
                self.report(findings::names::not_a_value(name, def.word(), declared));
                poison(name.span)
            }
            Some(_) | None => {
                self.unknown_value(name);
                poison(name.span)
            }
        }
    }

    /// A local as its reader sees it: in `finally`, what a task makes may not be there.
    fn local_value(&mut self, local: LocalId, span: Span) -> Expr {
        let made = self.scope.is_made(local);
        self.reads_task |= made;
        if let Origin::Export { clash: Some((then, otherwise)), .. } = self.scope.origin(local) {
            let report =
                findings::types::branches_bind_differently(span, &self.scope.local(local).name, *then, *otherwise);
            self.report(report);
            return poison(span);
        }
        let ty = self.scope.local(local).ty.clone();
        let unsure = made && self.scope.finally_from.is_some_and(|from| local < from);
        typed(Kind::Local(local), if unsure { optional(ty) } else { ty }, span)
    }

    /// Reports a name that is not in scope, by what is most likely meant.
    pub(super) fn unknown_value(&mut self, name: &'a ast::Name) {
        let text = &*name.text;
        if text == "out" {
            let report = findings::parts::out_elsewhere(name.span);
            return self.report(report);
        }
        if text == "outcome" {
            return self.report(findings::parts::outcome_elsewhere(name.span));
        }
        if let Some(bound) = self.scope.later.find(text) {
            return self.report(findings::names::used_before_bound(name, bound));
        }
        if self.is_lost(text) {
            return;
        }
        let near = self.near(text, |this| {
            let mut names: Vec<&str> = this.scope.names().collect();
            names.extend(this.names_in_reach(None, |def| matches!(def, Def::Const(_))));
            names
        });
        self.report(findings::names::unknown_name(name, near));
    }

    /// `base.name`, told apart by what `base` is.
    pub(super) fn field(&mut self, base: &'a ast::Expr, name: &'a ast::Name, span: Span) -> Expr {
        if let ast::ExprKind::Name(root) = &base.kind
            && &*root.text == "out"
            && let Some(outs) = self.scope.outs
        {
            return self.out_path(outs, root, name, span);
        }
        if let Some(def) = self.static_path(base)
            && !self.is_bound_later(base, def)
        {
            return self.member(def, base, name, span);
        }
        if let Some(part) = self.plan_part(base, name, span) {
            return part;
        }
        if let Some(status) = self.status(base, name, span) {
            return status;
        }
        if let ast::ExprKind::Name(root) = &base.kind
            && self.is_nowhere(&root.text)
        {
            self.unknown_root(root);
            return poison(span);
        }
        let made = self.infer(base, None);
        self.part(made, base, name, span)
    }

    fn is_nowhere(&self, name: &str) -> bool {
        let bound = self.scope.find(name).is_some() || self.scope.later.find(name).is_some();
        !bound && self.find(name).is_none() && !matches!(name, "out" | "outcome")
    }

    /// Reports a name before a dot that is nowhere: besides a value it may be meant as a module or an enum.
    fn unknown_root(&mut self, name: &'a ast::Name) {
        if self.is_lost(&name.text) {
            return;
        }
        if crate::source::stdlib(&name.text).is_some() {
            let before = self.place_of_use(&format!("use std.{}", name.text));
            return self.report(findings::names::unknown_module_name(name, None, true, before));
        }
        let near = self.near(&name.text, |this| {
            let mut names: Vec<&str> = this.scope.names().collect();
            names.extend(this.names_in_reach(None, |def| matches!(def, Def::Const(_) | Def::Module(_) | Def::Enum(_))));
            names
        });
        self.report(findings::names::unknown_name(name, near));
    }

    /// What a path of names stands for when its first name is no value: a module, a type, a task.
    pub(super) fn static_path(&self, expr: &'a ast::Expr) -> Option<Def> {
        if let ast::ExprKind::Name(name) = &expr.kind {
            let def = if self.scope.find(&name.text).is_some() { None } else { self.find(&name.text) };
            return def.filter(|def| !matches!(def, Def::Const(_)));
        }
        if let ast::ExprKind::Field(base, name) = &expr.kind
            && let Some(Def::Module(module)) = self.static_path(base)
        {
            return self.find_in(module, &name.text).filter(|def| !matches!(def, Def::Const(_)));
        }
        None
    }

    /// A binding further down that is called like a task or function is more likely meant than that.
    fn is_bound_later(&self, base: &'a ast::Expr, def: Def) -> bool {
        let ast::ExprKind::Name(name) = &base.kind else { return false };
        matches!(def, Def::Task(_) | Def::Fn(_) | Def::Pipeline(_)) && self.scope.later.find(&name.text).is_some()
    }

    /// `cosa.arches`, `Platform.aws`
    fn member(&mut self, def: Def, base: &'a ast::Expr, name: &'a ast::Name, span: Span) -> Expr {
        match def {
            Def::Broken => poison(span),
            Def::Enum(id) => self.case_of(id, name, span),
            Def::Module(module) => match self.find_in(module, &name.text) {
                Some(Def::Const(id)) => {
                    let ty = self.program.consts[id.index()].ty.clone();
                    typed(Kind::Const(id), ty, span)
                }
                Some(Def::Broken) => poison(span),
                Some(other) => {
                    let declared = self.span_of(other);
                    self.report(findings::names::not_a_value(name, other.word(), declared));
                    poison(span)
                }
                None => {
                    let names = self.names_in_reach(Some(module), |_| true);
                    self.report(findings::names::unknown_in_module(name, written(base), &names));
                    poison(span)
                }
            },
            Def::Record(_)
            | Def::Newtype(_)
            | Def::Artifact(_)
            | Def::Const(_)
            | Def::Fn(_)
            | Def::Task(_)
            | Def::Pipeline(_) => {
                let declared = self.span_of(def);
                self.report(findings::names::no_parts(
                    base.span,
                    &written(base).unwrap_or_default(),
                    def.word(),
                    declared,
                ));
                poison(span)
            }
        }
    }

    /// `out.commit` in a script
    fn out_path(&mut self, outs: &'a ast::Outputs, root: &ast::Name, name: &'a ast::Name, span: Span) -> Expr {
        if let ast::Outputs::Single(single) = outs
            && let Type::Record(id) = self.made_by_out(single.ty.span)
        {
            return self.record_part(typed(Kind::Out(0), Type::Record(id), root.span), id, name, span);
        }
        let outputs = match outs {
            ast::Outputs::Named(outputs) => outputs.as_slice(),
            ast::Outputs::Single(_) | ast::Outputs::None => &[],
        };
        let label = |one: &'a ast::Output| one.name.as_ref().map(|name| &*name.text);
        if let Some(at) = outputs.iter().position(|one| label(one) == Some(&name.text)) {
            let written = outputs[at].name.as_ref().map_or(outputs[at].ty.span, |name| name.span);
            return typed(Kind::Out(super::modules::id(at)), self.made_by_out(written), span);
        }
        let names: Vec<&str> = outputs.iter().filter_map(label).collect();
        let single = matches!(outs, ast::Outputs::Single(_));
        if let ast::Outputs::Single(one) = outs
            && matches!(one.ty.kind, ast::TypeKind::Broken)
        {
            return poison(span);
        }
        self.report(findings::parts::unknown_out(name, span, &names, single));
        poison(span)
    }

    /// What the output that is written there is in a script: a path, or a record of paths.
    fn made_by_out(&self, written: Span) -> Type {
        let made = self.scope.outs_made.iter().find(|(span, _)| *span == written);
        made.map_or(Type::Path, |(_, ty)| ty.clone())
    }

    /// `x.status` in `finally`
    fn status(&mut self, base: &'a ast::Expr, name: &'a ast::Name, span: Span) -> Option<Expr> {
        let ast::ExprKind::Name(root) = &base.kind else { return None };
        if &*name.text != "status" {
            return None;
        }
        let local = self.scope.find(&root.text)?;
        let is_call = self.scope.calls(local).is_some() && !matches!(self.scope.local(local).ty, Type::List(_));
        if !is_call || self.has_output(&self.scope.local(local).ty, "status") {
            return None;
        }
        if self.scope.finally_from.is_none() {
            self.report(findings::parts::status_elsewhere(span, &root.text));
            return Some(poison(span));
        }
        let base = self.local_value(local, root.span);
        let ty = self.prelude_enum("Status");
        Some(typed(Kind::Attr(Box::new(base), Attr::Status), ty, span))
    }

    /// A part of a value.
    pub(super) fn part(&mut self, made: Expr, base: &'a ast::Expr, name: &'a ast::Name, span: Span) -> Expr {
        if made.ty == Type::Unknown {
            return poison(span);
        }
        if let Type::Outputs(task) = opened(&made.ty) {
            let task = *task;
            return self.output(made, task, name, span);
        }
        if let Some(Type::Outputs(task)) = element(&made.ty).map(opened) {
            let task = *task;
            return self.output(made, task, name, span);
        }
        if let Type::Optional(_) = made.ty {
            let shown = self.show(&made.ty);
            let base = written(base);
            let report = findings::parts::optional_has_no_parts(made.span, base.as_deref(), &name.text, &shown);
            let report = self.about(report, &made);
            self.report(report);
            return poison(span);
        }
        if let Type::Record(id) = made.ty {
            return self.record_part(made, id, name, span);
        }
        if let Type::Map(value) = &made.ty {
            let ty = optional((**value).clone());
            return typed(Kind::Key(Box::new((made, name.text.clone()))), ty, span);
        }
        let artifact = matches!(made.ty, Type::Artifact(_));
        if artifact && &*name.text == "path" {
            return typed(Kind::Attr(Box::new(made), Attr::Path), Type::Path, span);
        }
        if artifact && &*name.text == "workspace" {
            return typed(Kind::Attr(Box::new(made), Attr::Workspace), Type::Workspace, span);
        }
        let shown = self.show(&made.ty);
        let parts: &[&str] = if artifact { &["path", "workspace"] } else { &[] };
        let listed = matches!(made.ty, Type::List(_));
        self.report(findings::parts::no_such_part(name, made.span, &shown, parts, listed));
        poison(span)
    }

    fn record_part(&mut self, made: Expr, id: RecordId, name: &'a ast::Name, span: Span) -> Expr {
        let fields = &self.program.records[id.index()].fields;
        if let Some(at) = fields.iter().position(|field| field.name == name.text) {
            let ty = if matches!(made.kind, Kind::Out(_)) { Type::Path } else { fields[at].ty.clone() };
            return typed(Kind::Field(Box::new(made), super::modules::id(at)), ty, span);
        }
        let names: Vec<&str> = fields.iter().map(|field| &*field.name).collect();
        if self.is_lost(&name.text) {
            return poison(span);
        }
        let (owner, declared) = (format!("`{}`", self.record_name(id)), self.program.records[id.index()].span);
        let report = findings::parts::unknown_field(name, &owner, &names);
        let report = self.traced(report.label(declared, format!("{owner} is declared here")), &made);
        self.report(report);
        poison(span)
    }

    /// `base.ostree`, optional when the call is; of the calls of a `for`, the list of theirs.
    fn output(&mut self, made: Expr, task: TaskId, name: &'a ast::Name, span: Span) -> Expr {
        if let Some((at, ty)) = self.find_output(task, &name.text) {
            let call = element(&made.ty).unwrap_or(&made.ty);
            let ty = if matches!(call, Type::Optional(_)) { optional(ty) } else { ty };
            let ty = if element(&made.ty).is_some() { Type::List(Box::new(ty)) } else { ty };
            return typed(Kind::Output(Box::new(made), at), ty, span);
        }
        let names = self.output_names(task);
        let declared = self.program.tasks.get(task.index()).map(|task| task.span);
        let report = findings::parts::unknown_output(name, self.task_name(task), declared, &names);
        self.report(report);
        poison(span)
    }

    fn find_output(&self, task: TaskId, name: &str) -> Option<(u32, Type)> {
        let mut outputs = self.outputs_of(task).enumerate();
        outputs.find(|(_, (one, _))| *one == name).map(|(at, (_, ty))| (super::modules::id(at), ty.clone()))
    }

    fn output_names(&self, task: TaskId) -> Vec<&str> {
        self.outputs_of(task).map(|(name, _)| name).collect()
    }

    /// Names and types, also of a task in place.
    pub(super) fn outputs_of(&self, task: TaskId) -> impl Iterator<Item = (&str, &Type)> {
        let declared = self.program.tasks.get(task.index());
        let in_place = task.index().checked_sub(self.program.tasks.len()).map(|at| &self.in_place[at]);
        let declared = declared.into_iter().flat_map(|def| def.outputs.iter().map(|one| (&*one.name, &one.ty)));
        declared.chain(in_place.into_iter().flat_map(|one| one.outputs.iter().map(|(name, ty)| (*name, ty))))
    }

    /// The name of an output by its index.
    pub(super) fn output_name(&self, ty: &Type, at: u32) -> Option<&str> {
        let Type::Outputs(task) = opened(ty) else { return None };
        self.output_names(*task).get(at as usize).copied()
    }

    fn has_output(&self, ty: &Type, name: &str) -> bool {
        matches!(opened(ty), Type::Outputs(task) if self.find_output(*task, name).is_some())
    }
}
