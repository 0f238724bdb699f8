//! Expressions of the plan made so that known parts vanish. All are pure, so the order of the parts does not matter.

use super::arith::apply;
use crate::plan::{Expr, ExprKind, Op, Ty, Value};

pub(super) fn not(one: Expr) -> Expr {
    if let Some(known) = truth(&one) {
        return Expr::bool(!known);
    }
    let Expr { kind, ty } = one;
    if let ExprKind::Not(inner) = kind {
        return *inner;
    }
    if let ExprKind::Binary(op, a, b) = kind {
        let negated = opposite(op).map(|op| Expr::new(ExprKind::Binary(op, a.clone(), b.clone()), Ty::Bool));
        return negated.unwrap_or_else(|| inverted(Expr::new(ExprKind::Binary(op, a, b), ty)));
    }
    inverted(Expr::new(kind, ty))
}

fn inverted(one: Expr) -> Expr {
    Expr::new(ExprKind::Not(Box::new(one)), Ty::Bool)
}

fn opposite(op: Op) -> Option<Op> {
    match op {
        Op::Equal => Some(Op::Unequal),
        Op::Unequal => Some(Op::Equal),
        Op::Less => Some(Op::GreaterEqual),
        Op::LessEqual => Some(Op::Greater),
        Op::Greater => Some(Op::LessEqual),
        Op::GreaterEqual => Some(Op::Less),
        Op::Or | Op::And | Op::In | Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder => None,
    }
}

pub(super) fn and(a: Expr, b: Expr) -> Expr {
    match (truth(&a), truth(&b)) {
        (Some(true), _) | (_, Some(false)) => b,
        (Some(false), _) | (_, Some(true)) => a,
        (None, None) => binary(Op::And, a, b, Ty::Bool),
    }
}

pub(super) fn or(a: Expr, b: Expr) -> Expr {
    match (truth(&a), truth(&b)) {
        (Some(true), _) | (_, Some(false)) => a,
        (Some(false), _) | (_, Some(true)) => b,
        (None, None) => binary(Op::Or, a, b, Ty::Bool),
    }
}

/// The truth of a known `bool`.
pub(super) fn truth(one: &Expr) -> Option<bool> {
    one.value().map(|value| *value == Value::Bool(true))
}

pub(super) fn binary(op: Op, a: Expr, b: Expr, ty: Ty) -> Expr {
    Expr::new(ExprKind::Binary(op, Box::new(a), Box::new(b)), ty)
}

/// `a == b`
pub(super) fn equal(a: Expr, b: Expr) -> Expr {
    match (a.value(), b.value()) {
        (Some(left), Some(right)) => Expr::bool(left == right),
        (Some(Value::None), None) => is_none(b),
        (None, Some(Value::None)) => is_none(a),
        (Some(Value::Bool(want)), None) if b.ty == Ty::Bool => as_wanted(*want, b),
        (None, Some(Value::Bool(want))) if a.ty == Ty::Bool => as_wanted(*want, a),
        _ => binary(Op::Equal, a, b, Ty::Bool),
    }
}

fn as_wanted(want: bool, one: Expr) -> Expr {
    if want { one } else { not(one) }
}

pub(super) fn is_none(one: Expr) -> Expr {
    match (one.kind, &one.ty) {
        (ExprKind::Known(value), _) => Expr::bool(value == Value::None),
        (ExprKind::If(cond, then, otherwise), _) => either(*cond, is_none(*then), is_none(*otherwise), Ty::Bool),
        (kind, Ty::Optional(_)) => Expr::new(ExprKind::IsNone(Box::new(Expr::new(kind, one.ty))), Ty::Bool),
        (_, _) => Expr::bool(false),
    }
}

/// `if cond then … else …`
pub(super) fn either(cond: Expr, then: Expr, otherwise: Expr, ty: Ty) -> Expr {
    if let Some(known) = truth(&cond) {
        let taken = if known { then } else { otherwise };
        return Expr { ty, ..taken };
    }
    if let ExprKind::Not(inner) = cond.kind {
        return either(*inner, otherwise, then, ty);
    }
    match (then.value(), otherwise.value()) {
        (Some(a), Some(b)) if a == b => Expr { ty, ..then },
        (Some(Value::Bool(true)), _) if ty == Ty::Bool => or(cond, otherwise),
        (Some(Value::Bool(false)), _) if ty == Ty::Bool => and(not(cond), otherwise),
        (_, Some(Value::Bool(true))) if ty == Ty::Bool => or(not(cond), then),
        (_, Some(Value::Bool(false))) if ty == Ty::Bool => and(cond, then),
        _ => Expr::new(ExprKind::If(Box::new(cond), Box::new(then), Box::new(otherwise)), ty),
    }
}

/// `a ?? b`
pub(super) fn coalesce(a: Expr, b: Expr, ty: Ty) -> Expr {
    let is_none = |one: &Expr| one.value() == Some(&Value::None);
    if is_none(&a) {
        return Expr { ty, ..b };
    }
    if a.value().is_some() || !matches!(a.ty, Ty::Optional(_)) {
        return Expr { ty, ..a };
    }
    let Expr { kind, ty: first } = a;
    if let ExprKind::If(cond, then, otherwise) = kind {
        if is_none(&otherwise) {
            return either(*cond, coalesce(*then, b.clone(), ty.clone()), b, ty);
        }
        let a = Expr::new(ExprKind::If(cond, then, otherwise), first);
        return Expr::new(ExprKind::Coalesce(Box::new(a), Box::new(b)), ty);
    }
    Expr::new(ExprKind::Coalesce(Box::new(Expr::new(kind, first)), Box::new(b)), ty)
}

/// Text of parts: neighbours that are known become one.
pub(super) fn concat(parts: Vec<Expr>, ty: Ty) -> Expr {
    let mut joined: Vec<Expr> = Vec::with_capacity(parts.len());
    let mut text = String::new();
    for part in parts {
        let Expr { kind, ty } = part;
        if let ExprKind::Concat(inner) = kind {
            inner.into_iter().for_each(|one| add_part(one, &mut text, &mut joined));
        } else {
            add_part(Expr::new(kind, ty), &mut text, &mut joined);
        }
    }
    if joined.is_empty() {
        return Expr::known(Value::Text(text), ty);
    }
    if !text.is_empty() {
        joined.push(Expr::string(text));
    }
    match joined.pop() {
        Some(only) if joined.is_empty() && only.ty == ty => only,
        last => {
            joined.extend(last);
            Expr::new(ExprKind::Concat(joined), ty)
        }
    }
}

fn add_part(part: Expr, text: &mut String, joined: &mut Vec<Expr>) {
    if let Some(value) = part.value() {
        text.push_str(&value.text().unwrap_or_default());
        return;
    }
    if !text.is_empty() {
        joined.push(Expr::string(std::mem::take(text)));
    }
    joined.push(part);
}

/// A relative path below another; both may be empty, and `.` is the same as empty.
pub(super) fn below(base: Expr, rest: Expr) -> Expr {
    let known = |one: &Expr| one.value().and_then(Value::text);
    let here = |text: &Option<String>| text.as_ref().is_some_and(|text| text.is_empty() || text == ".");
    let (first, second) = (known(&base), known(&rest));
    match (here(&first), here(&second)) {
        (_, true) if here(&first) => Expr::known(Value::Text(String::new()), Ty::Path),
        (_, true) => base,
        (true, false) => Expr { ty: Ty::Path, ..rest },
        (false, false) => {
            let base = first.map_or(base, |text| Expr::string(text.trim_end_matches('/')));
            concat(vec![base, Expr::string("/"), rest], Ty::Path)
        }
    }
}

/// An expression of which parts became known, folded anew.
pub(in crate::plan) fn again(one: Expr) -> Expr {
    let Expr { kind, ty } = one;
    let part = |one: Box<Expr>| again(*one);
    let kept = |kind| Expr::new(kind, ty.clone());
    match kind {
        ExprKind::Not(one) => not(part(one)),
        ExprKind::IsNone(one) => is_none(part(one)),
        ExprKind::Coalesce(a, b) => coalesce(part(a), part(b), ty),
        ExprKind::If(cond, then, otherwise) => either(part(cond), part(then), part(otherwise), ty),
        ExprKind::Binary(op, a, b) => operate(op, part(a), part(b), ty),
        ExprKind::Concat(parts) => concat(parts.into_iter().map(again).collect(), ty),
        ExprKind::Negate(one) => kept(ExprKind::Negate(Box::new(part(one)))),
        ExprKind::Flag(name, one) => kept(ExprKind::Flag(name, Box::new(part(one)))),
        ExprKind::Len(one) => kept(ExprKind::Len(Box::new(part(one)))),
        ExprKind::Convert(one) => kept(ExprKind::Convert(Box::new(part(one)))),
        ExprKind::Join(a, b) => kept(ExprKind::Join(Box::new(part(a)), Box::new(part(b)))),
        ExprKind::Append(a, b) => kept(ExprKind::Append(Box::new(part(a)), Box::new(part(b)))),
        ExprKind::List(list) => kept(ExprKind::List(list.into_iter().map(again).collect())),
        ExprKind::Artifact { task, output, workspace, path } => {
            kept(ExprKind::Artifact { task, output, workspace, path: Box::new(part(path)) })
        }
        ExprKind::Place { workspace, path } => kept(ExprKind::Place { workspace, path: Box::new(part(path)) }),
        ExprKind::Known(_)
        | ExprKind::Param(_)
        | ExprKind::Result(..)
        | ExprKind::Out(_)
        | ExprKind::Status(_)
        | ExprKind::StepResult(..)
        | ExprKind::Outcome
        | ExprKind::Turn(_) => Expr { kind, ty },
    }
}

fn operate(op: Op, a: Expr, b: Expr, ty: Ty) -> Expr {
    match (op, a.value(), b.value()) {
        (Op::And, ..) => and(a, b),
        (Op::Or, ..) => or(a, b),
        (Op::Equal, ..) => equal(a, b),
        (Op::Unequal, ..) => not(equal(a, b)),
        (_, Some(left), Some(right)) => match apply(op, left, right, &ty) {
            Some(value) => Expr::known(value, ty),
            None => binary(op, a, b, ty),
        },
        _ => binary(op, a, b, ty),
    }
}
