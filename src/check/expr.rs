//! Expressions: every one gets a type, from what it is and from the place it stands in.

use crate::source::Span;
use crate::syntax::ast;

use super::checker::{Checker, poison, typed, written};
use super::findings;
use super::program::{Builtin, Expr, Kind, Type};
use super::proof;
use super::report::Place;
use super::types::{fits, join, opened, optional};

impl<'a> Checker<'a, '_> {
    /// An expression in a place of a known type; what does not fit is reported and becomes poison.
    pub(super) fn expect(&mut self, expr: &'a ast::Expr, want: &Type, place: Place) -> Expr {
        if let ast::ExprKind::If { cond, then, otherwise } = &expr.kind {
            return self.if_else(expr.span, cond, [then, otherwise], Some((want, place)));
        }
        if let ast::ExprKind::Match { on, arms } = &expr.kind {
            return self.match_on(expr.span, on, arms, Some((want, place)));
        }
        let made = self.infer(expr, Some(want));
        self.fit(made, want, place)
    }

    /// Reports a typed expression that does not fit its place.
    pub(super) fn fit(&mut self, made: Expr, want: &Type, place: Place) -> Expr {
        if fits(&made.ty, want) {
            return made;
        }
        let report = self.mismatch(&made, want, place);
        let report = self.about(report, &made);
        self.report(report);
        poison(made.span)
    }

    /// An expression with what its place would like it to be; only literals follow.
    pub(super) fn infer(&mut self, expr: &'a ast::Expr, want: Option<&Type>) -> Expr {
        let span = expr.span;
        match &expr.kind {
            ast::ExprKind::None => self.none(span, want),
            ast::ExprKind::Bool(value) => typed(Kind::Bool(*value), Type::Bool, span),
            ast::ExprKind::Int(value) => self.int(*value, span, want),
            ast::ExprKind::Duration(value) => typed(Kind::Duration(*value), Type::Duration, span),
            ast::ExprKind::Size(value) => typed(Kind::Size(*value), Type::Size, span),
            ast::ExprKind::Cpu(value) => typed(Kind::Cpu(*value), Type::Cpu, span),
            ast::ExprKind::Text(text) => self.text(text, want.map(opened)),
            ast::ExprKind::List(items) => self.list(items, span, want.map(opened)),
            ast::ExprKind::Record(entries) => self.braces(entries, span, want.map(opened)),
            ast::ExprKind::Case(name) => self.case(name, span, want.map(opened)),
            ast::ExprKind::Name(name) => self.name(name),
            ast::ExprKind::Field(base, name) => self.field(base, name, span),
            ast::ExprKind::Call { callee, args } => self.value_call(callee, args, span, want),
            ast::ExprKind::Force(inner) => self.force(inner, span, want),
            ast::ExprKind::Not(inner) => {
                let inner = self.condition(inner, "not");
                typed(Kind::Not(Box::new(inner)), Type::Bool, span)
            }
            ast::ExprKind::Negate(inner) => self.negate(inner, span, want),
            ast::ExprKind::Binary { op, op_span, left, right } => self.binary(*op, *op_span, [left, right], span, want),
            ast::ExprKind::If { cond, then, otherwise } => self.if_else(span, cond, [then, otherwise], None),
            ast::ExprKind::Match { on, arms } => self.match_on(span, on, arms, None),
            ast::ExprKind::Broken => poison(span),
        }
    }

    /// What stands after `when`, `if`, `not` …: a `bool` and nothing else.
    pub(super) fn condition(&mut self, expr: &'a ast::Expr, word: &'static str) -> Expr {
        let made = self.infer(expr, Some(&Type::Bool));
        if fits(&made.ty, &Type::Bool) {
            return made;
        }
        let name = written(expr);
        let report = self.not_a_condition(&made, name.as_deref(), word);
        let report = self.traced(report, &made);
        self.report(report);
        poison(made.span)
    }

    /// Work done while a condition is known to be true or false.
    pub(super) fn given<T>(&mut self, cond: &Expr, truth: bool, work: impl FnOnce(&mut Self) -> T) -> T {
        let mark = self.scope.facts.mark();
        self.scope.facts.assume(cond, truth);
        let made = work(self);
        self.scope.facts.undo(mark);
        made
    }

    fn force(&mut self, inner: &'a ast::Expr, span: Span, want: Option<&Type>) -> Expr {
        let made = self.infer(inner, want);
        if made.ty == Type::Unknown {
            return poison(span);
        }
        let Type::Optional(of) = &made.ty else {
            let shown = self.show(&made.ty);
            self.report(findings::types::nothing_to_open(span, inner.span, &shown));
            return made;
        };
        let ty = (**of).clone();
        // A claim may open what it reads: where there is nothing, it does not hold.
        if self.testing.is_none() && !self.scope.facts.is_some(&made) {
            if self.scope.facts.may_be_some(&made) {
                return typed(Kind::Poison, ty, span);
            }
            let name = written(inner).unwrap_or_else(|| "this value".to_owned());
            let report = self.traced(proof::not_proved(span, &name), &made);
            self.report(report);
            return typed(Kind::Poison, ty, span);
        }
        typed(Kind::Force(Box::new(made)), ty, span)
    }

    fn if_else(
        &mut self,
        span: Span,
        cond: &'a ast::Expr,
        branches: [&'a ast::Expr; 2],
        place: Option<(&Type, Place)>,
    ) -> Expr {
        let cond = self.condition(cond, "if");
        let [then, otherwise] = branches;
        // A literal takes its type from the other branch when it has none of its own.
        let (then, otherwise) = if place.is_none() && is_soft(then) && !is_soft(otherwise) {
            let otherwise = self.given(&cond, false, |this| this.infer(otherwise, None));
            (self.given(&cond, true, |this| this.infer(then, Some(&otherwise.ty))), otherwise)
        } else {
            let then = self.given(&cond, true, |this| this.branch(then, place, None));
            let hint = then.ty.clone();
            (then, self.given(&cond, false, |this| this.branch(otherwise, place, Some(&hint))))
        };
        let ty = self.join_branches(&then, &otherwise, place.is_some());
        typed(Kind::If(Box::new([cond, then, otherwise])), ty, span)
    }

    /// One branch, in the place of the whole or with the type of the branch before it.
    pub(super) fn branch(&mut self, expr: &'a ast::Expr, place: Option<(&Type, Place)>, hint: Option<&Type>) -> Expr {
        match place {
            Some((want, place)) => self.expect(expr, want, place),
            None => self.infer(expr, hint.filter(|ty| **ty != Type::Unknown)),
        }
    }

    /// The type of what is one of two; branches in a place were reported there.
    pub(super) fn join_branches(&mut self, first: &Expr, second: &Expr, placed: bool) -> Type {
        if let Some(ty) = join(&first.ty, &second.ty) {
            return ty;
        }
        if !placed {
            let (a, b) = (self.show(&first.ty), self.show(&second.ty));
            self.report(findings::types::branches_differ(first.span, &a, second.span, &b));
        }
        Type::Unknown
    }

    /// `x ?? y`
    pub(super) fn coalesce(
        &mut self,
        left: &'a ast::Expr,
        right: &'a ast::Expr,
        span: Span,
        want: Option<&Type>,
    ) -> Expr {
        let made = self.infer(left, want);
        let Type::Optional(inner) = &made.ty else {
            if made.ty == Type::None {
                self.report(findings::literals::type_not_known(made.span, "none"));
            } else if made.ty != Type::Unknown {
                let shown = self.show(&made.ty);
                self.report(findings::types::never_none(span, left.span, &shown));
            }
            self.infer(right, Some(&Type::Unknown));
            return poison(span);
        };
        let inner = (**inner).clone();
        let other = self.infer(right, Some(&inner));
        let ty = if fits(&other.ty, &inner) {
            inner
        } else if fits(&other.ty, &optional(inner.clone())) {
            optional(inner)
        } else {
            let report = self.mismatch(&other, &inner, Place::Default(left.span));
            self.report(report);
            return poison(span);
        };
        typed(Kind::Coalesce(Box::new(made), Box::new(other)), ty, span)
    }

    /// The text form of a value, for `text(x)`.
    pub(super) fn text_form(&mut self, expr: &'a ast::Expr, span: Span) -> Expr {
        let made = self.infer(expr, None);
        match self.text_value(made, span) {
            Some(made) => typed(Kind::Builtin(Builtin::Text, Box::new([made])), Type::String, span),
            None => poison(span),
        }
    }
}

/// A literal that takes its type from its place.
pub(super) fn is_soft(expr: &ast::Expr) -> bool {
    match &expr.kind {
        ast::ExprKind::None
        | ast::ExprKind::Int(_)
        | ast::ExprKind::Text(_)
        | ast::ExprKind::List(_)
        | ast::ExprKind::Record(_)
        | ast::ExprKind::Case(_) => true,
        ast::ExprKind::Negate(inner) => is_soft(inner),
        ast::ExprKind::Bool(_)
        | ast::ExprKind::Duration(_)
        | ast::ExprKind::Size(_)
        | ast::ExprKind::Cpu(_)
        | ast::ExprKind::Name(_)
        | ast::ExprKind::Field(..)
        | ast::ExprKind::Call { .. }
        | ast::ExprKind::Force(_)
        | ast::ExprKind::Not(_)
        | ast::ExprKind::Binary { .. }
        | ast::ExprKind::If { .. }
        | ast::ExprKind::Match { .. }
        | ast::ExprKind::Broken => false,
    }
}
