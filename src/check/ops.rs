//! Operators: logic, arithmetic with folding, joining of paths.

use crate::source::Span;
use crate::syntax::ast;

use super::checker::{Checker, poison, typed};
use super::expr::is_soft;
use super::program::{Expr, Kind, Op, Type};
use super::report::Place;
use super::types::opened;
use super::{compare, findings, pattern};

impl<'a> Checker<'a, '_> {
    pub(super) fn binary(
        &mut self,
        op: ast::Op,
        at: Span,
        sides: [&'a ast::Expr; 2],
        span: Span,
        want: Option<&Type>,
    ) -> Expr {
        let [left, right] = sides;
        match op {
            ast::Op::Or => self.logic(Op::Or, left, right, span),
            ast::Op::And => self.logic(Op::And, left, right, span),
            ast::Op::Equal => self.compare(Op::Equal, at, left, right, span),
            ast::Op::Unequal => self.compare(Op::Unequal, at, left, right, span),
            ast::Op::Less => self.compare(Op::Less, at, left, right, span),
            ast::Op::LessEqual => self.compare(Op::LessEqual, at, left, right, span),
            ast::Op::Greater => self.compare(Op::Greater, at, left, right, span),
            ast::Op::GreaterEqual => self.compare(Op::GreaterEqual, at, left, right, span),
            ast::Op::In => self.contains(at, left, right, span),
            ast::Op::Coalesce => self.coalesce(left, right, span, want),
            ast::Op::Add => self.arithmetic(Op::Add, at, left, right, span, want),
            ast::Op::Subtract => self.arithmetic(Op::Subtract, at, left, right, span, want),
            ast::Op::Multiply => self.arithmetic(Op::Multiply, at, left, right, span, want),
            ast::Op::Divide => self.divide(at, left, right, span, want),
            ast::Op::Remainder => self.arithmetic(Op::Remainder, at, left, right, span, want),
        }
    }

    fn logic(&mut self, op: Op, left: &'a ast::Expr, right: &'a ast::Expr, span: Span) -> Expr {
        let word = if op == Op::And { "and" } else { "or" };
        let left = self.condition(left, word);
        let right = self.given(&left, op == Op::And, |this| this.condition(right, word));
        typed(Kind::Binary(op, Box::new(left), Box::new(right)), Type::Bool, span)
    }

    /// Both sides; a bare literal takes its type from the other side.
    pub(super) fn operands(&mut self, left: &'a ast::Expr, right: &'a ast::Expr) -> (Expr, Expr) {
        if is_soft(left) && !is_soft(right) {
            let right = self.infer(right, None);
            return (self.infer(left, Some(&right.ty)), right);
        }
        let left = self.infer(left, None);
        let right = self.infer(right, Some(&left.ty));
        (left, right)
    }

    fn arithmetic(
        &mut self,
        op: Op,
        at: Span,
        left: &'a ast::Expr,
        right: &'a ast::Expr,
        span: Span,
        want: Option<&Type>,
    ) -> Expr {
        let same = matches!(op, Op::Add | Op::Subtract | Op::Remainder);
        let (left, right) = if same && want.map(opened) == Some(&Type::Cpu) {
            (self.infer(left, want), self.infer(right, want))
        } else if same {
            self.operands(left, right)
        } else {
            (self.infer(left, None), self.infer(right, None))
        };
        self.compute(op, at, left, right, span)
    }

    /// `/` divides numbers and joins paths.
    fn divide(&mut self, at: Span, left: &'a ast::Expr, right: &'a ast::Expr, span: Span, want: Option<&Type>) -> Expr {
        let hint = want.map(opened).filter(|ty| **ty == Type::Path);
        let made = self.infer(left, hint);
        if !matches!(made.ty, Type::Workspace | Type::Path) {
            let right = self.infer(right, None);
            return self.compute(Op::Divide, at, made, right, span);
        }
        let tail = self.expect(right, &Type::Path, Place::Join);
        if let Kind::Str(text) = &tail.kind
            && let Err(why) = pattern::relative_path(text)
        {
            let report = pattern::malformed(tail.span, &why);
            self.report(
                report
                    .here("not below what it is joined to")
                    .help("write a path inside of it: `x / \"builds/latest\"`"),
            );
            return typed(Kind::Poison, Type::Path, span);
        }
        typed(Kind::Join(Box::new(made), Box::new(tail)), Type::Path, span)
    }

    /// A typed operation, folded when both sides are known.
    fn compute(&mut self, op: Op, at: Span, left: Expr, right: Expr, span: Span) -> Expr {
        if left.ty == Type::Unknown || right.ty == Type::Unknown {
            return poison(span);
        }
        let Some(ty) = result(op, &left.ty, &right.ty) else {
            let report = self.bad_operands(op, at, &left, &right);
            let value = if matches!(right.ty, Type::Optional(_)) && !matches!(left.ty, Type::Optional(_)) {
                &right
            } else {
                &left
            };
            let report = self.about(report, value);
            self.report(report);
            return poison(span);
        };
        let divides = matches!(op, Op::Divide | Op::Remainder);
        match (number(&left.kind), number(&right.kind)) {
            (_, Some(0)) if divides => {
                self.report(findings::types::division_by_zero(right.span));
                poison(span)
            }
            (Some(a), Some(b)) => self.fold(op, a, b, ty, span),
            _ => typed(Kind::Binary(op, Box::new(left), Box::new(right)), ty, span),
        }
    }

    fn fold(&mut self, op: Op, a: i64, b: i64, ty: Type, span: Span) -> Expr {
        match op.on(a, b) {
            None => {
                self.report(findings::types::overflow(span));
                typed(Kind::Poison, ty, span)
            }
            Some(value) if value < 0 && ty != Type::Int => {
                let shown = self.show(&ty);
                self.report(findings::types::negative(span, &shown));
                typed(Kind::Poison, ty, span)
            }
            Some(value) => typed(of_number(value, &ty), ty, span),
        }
    }

    /// `-x`
    pub(super) fn negate(&mut self, inner: &'a ast::Expr, span: Span, want: Option<&Type>) -> Expr {
        let made = self.infer(inner, want);
        match (&made.ty, number(&made.kind)) {
            (Type::Unknown, _) => poison(span),
            (Type::Int, Some(value)) => match value.checked_neg() {
                Some(value) => typed(Kind::Int(value), Type::Int, span),
                None => {
                    self.report(findings::types::overflow(span));
                    poison(span)
                }
            },
            (Type::Int, None) => typed(Kind::Negate(Box::new(made)), Type::Int, span),
            (Type::Size | Type::Duration | Type::Cpu, _) => {
                let shown = self.show(&made.ty);
                self.report(findings::types::negative(span, &shown));
                poison(span)
            }
            (other, _) => {
                let shown = self.show(other);
                self.report(findings::types::cannot_negate(span, &shown));
                poison(span)
            }
        }
    }

    /// `x in list`
    fn contains(&mut self, at: Span, left: &'a ast::Expr, right: &'a ast::Expr, span: Span) -> Expr {
        let (item, list) = if is_soft(left) && !is_soft(right) {
            let list = self.infer(right, None);
            let unknown = (list.ty == Type::Unknown).then_some(Type::Unknown);
            let hint = if let Type::List(inner) = &list.ty { Some((**inner).clone()) } else { unknown };
            (self.infer(left, hint.as_ref()), list)
        } else {
            let item = self.infer(left, None);
            let hint = Type::List(Box::new(item.ty.clone()));
            let list = self.infer(right, Some(&hint));
            (item, list)
        };
        if item.ty == Type::Unknown || list.ty == Type::Unknown {
            return typed(Kind::Poison, Type::Bool, span);
        }
        let Type::List(inner) = &list.ty else {
            let shown = self.show(&list.ty);
            self.report(findings::types::not_a_list(at, list.span, &shown));
            return typed(Kind::Poison, Type::Bool, span);
        };
        let inner = (**inner).clone();
        if !self.comparable(Op::Equal, at, &item, &typed(Kind::Poison, inner, list.span)) {
            return typed(Kind::Poison, Type::Bool, span);
        }
        typed(Kind::Binary(Op::In, Box::new(item), Box::new(list)), Type::Bool, span)
    }

    fn bad_operands(&self, op: Op, at: Span, left: &Expr, right: &Expr) -> crate::diag::Diagnostic {
        for side in [left, right] {
            if let Type::Optional(_) = side.ty {
                return findings::types::optional_operand(
                    side.span,
                    self.name_of(side).as_deref(),
                    &self.show(&side.ty),
                );
            }
        }
        let (a, b) = ((left.span, self.show(&left.ty)), (right.span, self.show(&right.ty)));
        let report = findings::types::bad_operands(compare::sign(op), at, a, b, help(op, &left.ty, &right.ty));
        match self.joined(left, right).filter(|_| op == Op::Add) {
            Some(text) => report.fix(format!("write `{text}`"), left.span.to(right.span), text),
            None => report,
        }
    }
}

/// What to write instead of an operator that does not exist.
fn help(op: Op, left: &Type, right: &Type) -> &'static str {
    match (op, left, right) {
        (Op::Add, Type::List(_), Type::List(_)) => "one list behind another is `concat(a, b)`",
        (Op::Add, a, b) if super::types::is_string_like(a) || super::types::is_string_like(b) => {
            "texts are put together in a string: `\"~{a}~{b}\"`"
        }
        (Op::Divide, Type::Artifact(_), _) => "the place of an artifact is its path: `x.path / \"name\"`",
        (Op::Add | Op::Subtract, Type::Int, Type::Cpu) | (Op::Add | Op::Subtract, Type::Cpu, Type::Int) => {
            "cores are made from an int by multiplying: `n * 1000m`"
        }
        _ => {
            "int, size, duration and cpu are added to their own kind and multiplied or divided by an int; nothing is converted silently"
        }
    }
}

/// The type of an operation, when there is one.
fn result(op: Op, left: &Type, right: &Type) -> Option<Type> {
    let amount = |ty: &Type| matches!(ty, Type::Size | Type::Duration | Type::Cpu);
    match op {
        Op::Add | Op::Subtract => (left == right && (amount(left) || *left == Type::Int)).then(|| left.clone()),
        Op::Multiply if *left == Type::Int && (amount(right) || *right == Type::Int) => Some(right.clone()),
        Op::Multiply => (amount(left) && *right == Type::Int).then(|| left.clone()),
        Op::Divide if *right == Type::Int => (amount(left) || *left == Type::Int).then(|| left.clone()),
        Op::Divide => (amount(left) && left == right).then_some(Type::Int),
        Op::Remainder => (left == right && (amount(left) || *left == Type::Int)).then(|| left.clone()),
        Op::Or
        | Op::And
        | Op::Equal
        | Op::Unequal
        | Op::Less
        | Op::LessEqual
        | Op::Greater
        | Op::GreaterEqual
        | Op::In => None,
    }
}

/// The number of a literal.
pub(super) fn number(kind: &Kind) -> Option<i64> {
    if let Kind::Int(value) | Kind::Size(value) | Kind::Duration(value) | Kind::Cpu(value) = kind {
        Some(*value)
    } else {
        None
    }
}

fn of_number(value: i64, ty: &Type) -> Kind {
    match ty {
        Type::Size => Kind::Size(value),
        Type::Duration => Kind::Duration(value),
        Type::Cpu => Kind::Cpu(value),
        Type::Int
        | Type::Unknown
        | Type::None
        | Type::Bool
        | Type::String
        | Type::Path
        | Type::Image
        | Type::Secret
        | Type::Workspace
        | Type::List(_)
        | Type::Map(_)
        | Type::Optional(_)
        | Type::Enum(_)
        | Type::Record(_)
        | Type::Newtype(_)
        | Type::Artifact(_)
        | Type::Outputs(_) => Kind::Int(value),
    }
}
