//! `when` and `for`, and what is seen of them outside.

use rustc_hash::FxHashMap;

use crate::syntax::ast;

use super::checker::Checker;
use super::findings;
use super::program::{Expr, For, LocalId, Stmt, Type, When, WhenExport};
use super::scope::Origin;
use super::stmt::Level;
use super::types::{element, join, optional};

/// The names that a block bound, in order.
type Names<'a> = Vec<(&'a str, LocalId)>;

impl<'a> Checker<'a, '_> {
    /// `when`; with a name it is `name = when …`, whose branches are one call each.
    pub(super) fn when(&mut self, when: &'a ast::When, bound: Option<&'a ast::Name>, into: &mut Vec<Stmt>) {
        let outer = std::mem::replace(&mut self.reads_task, false);
        let torn = matches!(when.cond.kind, ast::ExprKind::Broken);
        let cond = self.condition(&when.cond, "when");
        let late = std::mem::replace(&mut self.reads_task, outer);
        let (then, then_names) = self.given(&cond, true, |this| this.inner_block(&when.then, bound, torn));
        let (otherwise, else_names) = self.given(&cond, false, |this| {
            if bound.is_some() && when.otherwise.is_empty() {
                return (Vec::new(), Vec::new());
            }
            this.inner_block(&when.otherwise, bound, torn)
        });
        let exports = self.export_when(then_names, else_names, late);
        exports.iter().for_each(|export| self.know_export(export, &cond));
        into.push(Stmt::When(When { cond, then, otherwise, exports, span: when.span }));
    }

    fn inner_block(
        &mut self,
        body: &'a [ast::Stmt],
        bound: Option<&'a ast::Name>,
        torn: bool,
    ) -> (Vec<Stmt>, Names<'a>) {
        let opened = self.scope.enter();
        let ahead = self.pipe.ahead.len();
        let mut made = Vec::with_capacity(body.len());
        match bound {
            Some(name) => self.bound_branch(body, name, torn, &mut made),
            None => self.stmts(body, Level::Inner, &mut made),
        }
        self.look_ahead(ahead);
        (made, self.scope.leave(opened))
    }

    /// The branch of `name = when …`: one call, or another `when`. Of a `torn` one it is not known what belongs to it.
    fn bound_branch(&mut self, body: &'a [ast::Stmt], name: &'a ast::Name, torn: bool, into: &mut Vec<Stmt>) {
        match body {
            [ast::Stmt::Call { value, modifiers, span }] => self.bind(name, value, modifiers, *span, into),
            [ast::Stmt::Task { task, after }] => self.in_place_call(name, task, after, into),
            [ast::Stmt::When(when) | ast::Stmt::BindWhen { when, .. }] => self.when(when, Some(name), into),
            [ast::Stmt::Broken(_)] => {
                self.declare(name, Type::Unknown, Origin::Call);
            }
            _ => {
                if !torn && !body.iter().any(is_torn) {
                    self.report(findings::bodies::branch_is_not_one_call(name));
                }
                self.stmts(body, Level::Inner, into);
                if self.scope.find(&name.text).is_none() {
                    self.declare(name, Type::Unknown, Origin::Call);
                }
            }
        }
    }

    fn export_when(&mut self, then: Names<'a>, otherwise: Names<'a>, late: bool) -> Vec<WhenExport> {
        let mut others: FxHashMap<&str, LocalId> = otherwise.iter().copied().collect();
        let mut exports = Vec::with_capacity(then.len().max(otherwise.len()));
        for (name, local) in then {
            exports.push(self.export_one(name, Some(local), others.remove(name), late));
        }
        for (name, local) in otherwise {
            if others.contains_key(name) {
                exports.push(self.export_one(name, None, Some(local), late));
            }
        }
        exports
    }

    /// A name of one branch is there exactly when the condition says so, unless it may be absent inside as well.
    fn know_export(&mut self, export: &WhenExport, cond: &Expr) {
        let (inner, truth) = match (export.then, export.otherwise) {
            (Some(then), None) => (then, true),
            (None, Some(otherwise)) => (otherwise, false),
            (Some(_), Some(_)) | (None, None) => return,
        };
        if !matches!(self.scope.local(inner).ty, Type::Optional(_) | Type::Unknown) {
            self.scope.facts.bind_where(export.outer, &[(cond, truth)]);
        }
    }

    fn export_one(
        &mut self,
        name: &'a str,
        then: Option<LocalId>,
        otherwise: Option<LocalId>,
        late: bool,
    ) -> WhenExport {
        let inner: Vec<LocalId> = then.into_iter().chain(otherwise).collect();
        let calls = inner.iter().filter_map(|local| self.scope.calls(*local)).flatten().collect();
        let reads_task = late || inner.iter().any(|local| self.scope.is_made(*local));
        let types: Vec<&Type> = inner.iter().map(|local| &self.scope.local(*local).ty).collect();
        let (ty, clash) = match types.as_slice() {
            [one, two] => match join(one, two) {
                Some(ty) => (ty, None),
                None => (Type::Unknown, Some((self.scope.local(inner[0]).span, self.scope.local(inner[1]).span))),
            },
            [one] => (optional((*one).clone()), None),
            _ => (Type::Unknown, None),
        };
        let origin = Origin::Export { calls, reads_task, clash };
        let outer = self.scope.export(inner[0], name, ty, origin);
        WhenExport { outer, then, otherwise }
    }

    /// `for a in as, b in bs if cond { … }`
    pub(super) fn each(&mut self, each: &'a ast::For, into: &mut Vec<Stmt>) {
        let lists: Vec<_> = each.vars.iter().map(|(_, list)| self.infer(list, None)).collect();
        let opened = self.scope.enter();
        let ahead = self.pipe.ahead.len();
        let mut vars = Vec::with_capacity(lists.len());
        for ((name, _), list) in each.vars.iter().zip(lists) {
            let ty = element(&list.ty).unwrap_or(&Type::Unknown).clone();
            if !matches!(list.ty, Type::List(_) | Type::Unknown) {
                let (shown, optional) = (self.show(&list.ty), matches!(list.ty, Type::Optional(_)));
                self.report(findings::types::for_over(list.span, &shown, optional));
            }
            vars.push((self.declare(name, ty, Origin::Each), list));
        }
        let filter = each.filter.as_ref().map(|filter| self.condition(filter, "if"));
        let mut body = Vec::with_capacity(each.body.len());
        let mark = self.scope.facts.mark();
        if let Some(filter) = &filter {
            self.scope.facts.assume(filter, true);
        }
        self.stmts(&each.body, Level::Inner, &mut body);
        self.scope.facts.undo(mark);
        self.look_ahead(ahead);
        let names = self.scope.leave(opened);
        let bound = names.into_iter().filter(|(_, local)| vars.iter().all(|(var, _)| var != local));
        let exports = bound.map(|(name, inner)| (inner, self.export_list(name, inner))).collect();
        into.push(Stmt::For(For { vars, filter, body, exports, span: each.span }));
    }

    fn export_list(&mut self, name: &'a str, inner: LocalId) -> LocalId {
        let inside = self.scope.local(inner).ty.clone();
        let ty = if inside == Type::Unknown { inside } else { Type::List(Box::new(inside)) };
        let calls = self.scope.calls(inner).unwrap_or_default();
        let clash = if let Origin::Export { clash, .. } = self.scope.origin(inner) { *clash } else { None };
        let origin = Origin::Export { calls, reads_task: self.scope.is_made(inner), clash };
        self.scope.export(inner, name, ty, origin)
    }
}

/// Whether a statement could not be read, or is what is left of one.
fn is_torn(stmt: &ast::Stmt) -> bool {
    let broken = |value: &ast::Expr| matches!(value.kind, ast::ExprKind::Broken);
    matches!(stmt, ast::Stmt::Broken(_))
        || matches!(stmt, ast::Stmt::When(when) if broken(&when.cond))
        || matches!(stmt, ast::Stmt::Call { value, .. } if broken(value))
}
