//! An expression of a task as its caller sees it: names stand for what is given, constants and functions for what they
//! are, and what is known by then is computed. What a plan knows is more: it comes later.

use super::checker::typed;
use super::program::{Builtin, Expr, Kind, LocalId, Match, Op, Program, TextPart, Type};
use super::rules::values::{Value, arithmetic};

/// One expression being made.
pub(super) struct Instance<'p> {
    program: &'p Program,
    /// How many nodes may still be made.
    left: usize,
}

/// What names stand for.
type Given<'g> = &'g [(LocalId, Expr)];

/// So much of a condition that nobody reads it; functions may call each other in a program that was refused.
const MOST: usize = 2_000;

impl<'p> Instance<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        Self { program, left: MOST }
    }

    /// `None` where it is too large.
    pub(super) fn of(&mut self, expr: &Expr, given: Given<'_>) -> Option<Expr> {
        self.left = self.left.checked_sub(1)?;
        let kind = match &expr.kind {
            Kind::Poison
            | Kind::None
            | Kind::Bool(_)
            | Kind::Int(_)
            | Kind::Str(_)
            | Kind::Duration(_)
            | Kind::Size(_)
            | Kind::Cpu(_)
            | Kind::Case(..)
            | Kind::Out(_)
            | Kind::Outcome => expr.kind.clone(),
            Kind::Local(local) => return Some(self.local(*local, given).unwrap_or_else(|| expr.clone())),
            Kind::Const(id) => {
                let program = self.program;
                return self.of(&program.consts[id.index()].value, &[]);
            }
            Kind::Fn(id, args) => {
                let function = &self.program.fns[id.index()];
                let args = self.all(args, given)?;
                let params: Vec<(LocalId, Expr)> =
                    function.params.iter().map(|param| param.local).zip(args).collect();
                return self.of(&function.body, &params);
            }
            Kind::Force(inner) => {
                let inner = self.of(inner, given)?;
                if matches!(inner.ty, Type::Optional(_)) { Kind::Force(Box::new(inner)) } else { return Some(inner) }
            }
            Kind::Convert(inner) => self.converted(inner, given)?,
            Kind::Text(parts) => self.text(parts, given)?,
            Kind::List(parts) => Kind::List(self.all(parts, given)?),
            Kind::Record(id, fields) => Kind::Record(*id, self.all(fields, given)?),
            Kind::Map(entries) => {
                let entry = |(key, value): &(Box<str>, Expr)| Some((key.clone(), self.of(value, given)?));
                Kind::Map(entries.iter().map(entry).collect::<Option<_>>()?)
            }
            Kind::Output(of, at) => Kind::Output(Box::new(self.of(of, given)?), *at),
            Kind::Attr(of, attr) => Kind::Attr(Box::new(self.of(of, given)?), *attr),
            Kind::Field(of, at) => {
                let of = self.of(of, given)?;
                if let Kind::Record(_, fields) = &of.kind {
                    return fields.get(*at as usize).cloned();
                }
                Kind::Field(Box::new(of), *at)
            }
            Kind::Key(of, key) => {
                let of = self.of(of, given)?;
                match if let Kind::Map(entries) = &of.kind { Some(entries) } else { None } {
                    Some(entries) => match entries.iter().find(|(known, _)| known == key) {
                        Some((_, value)) => return Some(value.clone()),
                        None => Kind::None,
                    },
                    None => Kind::Key(Box::new(of), key.clone()),
                }
            }
            Kind::Not(of) => {
                let of = self.of(of, given)?;
                if let Kind::Bool(value) = of.kind { Kind::Bool(!value) } else { Kind::Not(Box::new(of)) }
            }
            Kind::Negate(of) => Kind::Negate(Box::new(self.of(of, given)?)),
            Kind::Join(left, right) => {
                Kind::Join(Box::new(self.of(left, given)?), Box::new(self.of(right, given)?))
            }
            Kind::Binary(op, left, right) => {
                let (left, right) = (self.of(left, given)?, self.of(right, given)?);
                binary(*op, &left, &right).unwrap_or_else(|| Kind::Binary(*op, Box::new(left), Box::new(right)))
            }
            Kind::Coalesce(first, default) => {
                let first = self.of(first, given)?;
                match is_there(&first) {
                    Some(true) => return Some(first),
                    Some(false) => return self.of(default, given),
                    None => Kind::Coalesce(Box::new(first), Box::new(self.of(default, given)?)),
                }
            }
            Kind::If(cond, then, otherwise) => {
                let cond = self.of(cond, given)?;
                if let Kind::Bool(holds) = cond.kind {
                    return self.of(if holds { then } else { otherwise }, given);
                }
                let (then, otherwise) = (self.of(then, given)?, self.of(otherwise, given)?);
                Kind::If(Box::new(cond), Box::new(then), Box::new(otherwise))
            }
            Kind::Match(one) => {
                let on = self.of(&one.on, given)?;
                if let Kind::Case(_, case) = on.kind {
                    let arm = one.arm_of_case.get(case as usize).and_then(|arm| one.arms.get(*arm as usize))?;
                    return self.of(arm, given);
                }
                let arms = self.all(&one.arms, given)?;
                Kind::Match(Box::new(Match { on, arms, arm_of_case: one.arm_of_case.clone() }))
            }
            Kind::Builtin(which, args) => self.builtin(*which, args, given)?,
        };
        Some(typed(kind, expr.ty.clone(), expr.span))
    }

    fn all(&mut self, parts: &[Expr], given: Given<'_>) -> Option<Vec<Expr>> {
        parts.iter().map(|part| self.of(part, given)).collect()
    }

    fn local(&mut self, local: LocalId, given: Given<'_>) -> Option<Expr> {
        given.iter().find(|(known, _)| *known == local).map(|(_, value)| value.clone())
    }

    /// A literal keeps its text: whether it has the form of its type was checked.
    fn converted(&mut self, inner: &Expr, given: Given<'_>) -> Option<Kind> {
        let inner = self.of(inner, given)?;
        Some(if matches!(inner.kind, Kind::Str(_)) { inner.kind } else { Kind::Convert(Box::new(inner)) })
    }

    fn text(&mut self, parts: &[TextPart], given: Given<'_>) -> Option<Kind> {
        let mut made: Vec<TextPart> = Vec::with_capacity(parts.len());
        for part in parts {
            let text: Box<str> = match part {
                TextPart::Text(text) => text.clone(),
                TextPart::Value(value) => {
                    let value = self.of(value, given)?;
                    match self.written(&value) {
                        Some(text) => text,
                        None => {
                            made.push(TextPart::Value(value));
                            continue;
                        }
                    }
                }
            };
            match made.last_mut() {
                Some(TextPart::Text(last)) => *last = format!("{last}{text}").into(),
                Some(TextPart::Value(_)) | None => made.push(TextPart::Text(text)),
            }
        }
        Some(match made.as_slice() {
            [] => Kind::Str("".into()),
            [TextPart::Text(text)] => Kind::Str(text.clone()),
            _ => Kind::Text(made),
        })
    }

    /// The text of a literal, as far as it is the same at every border.
    fn written(&self, value: &Expr) -> Option<Box<str>> {
        if let Kind::Str(text) = &value.kind {
            return Some(text.clone());
        }
        if let Kind::Int(value) = value.kind {
            return Some(value.to_string().into());
        }
        let Kind::Case(id, case) = value.kind else { return None };
        self.program.enums[id.index()].cases.get(case as usize).map(|case| case.spelling.clone())
    }

    fn builtin(&mut self, which: Builtin, args: &[Expr], given: Given<'_>) -> Option<Kind> {
        let args = self.all(args, given)?;
        let known = match (which, args.as_slice()) {
            (Builtin::Len, [Expr { kind: Kind::List(items), .. }]) => i64::try_from(items.len()).ok().map(Kind::Int),
            (Builtin::Concat, [Expr { kind: Kind::List(a), .. }, Expr { kind: Kind::List(b), .. }]) => {
                Some(Kind::List(a.iter().chain(b).cloned().collect()))
            }
            (Builtin::Text, [value]) => self.written(value).map(Kind::Str),
            (Builtin::Flag | Builtin::Len | Builtin::Join | Builtin::Secret | Builtin::Concat | Builtin::Text, _) => {
                None
            }
        };
        Some(known.unwrap_or(Kind::Builtin(which, args)))
    }
}

/// Whether a value is `none`, when that can be told.
fn is_there(value: &Expr) -> Option<bool> {
    if matches!(value.kind, Kind::None) {
        return Some(false);
    }
    let sure = !matches!(value.ty, Type::Optional(_) | Type::Unknown | Type::None) || is_literal(&value.kind);
    sure.then_some(true)
}

fn is_literal(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Bool(_) | Kind::Int(_) | Kind::Str(_) | Kind::Duration(_) | Kind::Size(_) | Kind::Cpu(_) | Kind::Case(..)
    )
}

/// What an operator makes of two values that are known.
fn binary(op: Op, left: &Expr, right: &Expr) -> Option<Kind> {
    let truth = |one: &Expr| if let Kind::Bool(value) = one.kind { Some(value) } else { None };
    let known = match op {
        Op::And => match (truth(left), truth(right)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), other) | (other, Some(true)) => other,
            (None, None) => None,
        },
        Op::Or => match (truth(left), truth(right)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), other) | (other, Some(false)) => other,
            (None, None) => None,
        },
        Op::Equal => same(left, right),
        Op::Unequal => same(left, right).map(|same| !same),
        Op::In => {
            let Kind::List(items) = &right.kind else { return None };
            let all: Option<Vec<bool>> = items.iter().map(|one| same(left, one)).collect();
            all.map(|all| all.contains(&true))
        }
        Op::Less => ordered(left, right).map(std::cmp::Ordering::is_lt),
        Op::LessEqual => ordered(left, right).map(std::cmp::Ordering::is_le),
        Op::Greater => ordered(left, right).map(std::cmp::Ordering::is_gt),
        Op::GreaterEqual => ordered(left, right).map(std::cmp::Ordering::is_ge),
        Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder => {
            return arithmetic(op, number(left)?, number(right)?).and_then(written_out);
        }
    };
    known.map(Kind::Bool)
}

/// Whether two values are the same, when both are literals, or one of them is `none`.
fn same(left: &Expr, right: &Expr) -> Option<bool> {
    match (&left.kind, &right.kind) {
        (Kind::None, _) => is_there(right).map(|there| !there),
        (_, Kind::None) => is_there(left).map(|there| !there),
        (Kind::Bool(a), Kind::Bool(b)) => Some(a == b),
        (Kind::Str(a), Kind::Str(b)) => Some(a == b),
        (Kind::Case(_, a), Kind::Case(_, b)) => Some(a == b),
        (Kind::Duration(a), Kind::Duration(b)) => Some(a == b),
        (Kind::List(a), Kind::List(b)) => {
            let parts: Option<Vec<bool>> = a.iter().zip(b).map(|(a, b)| same(a, b)).collect();
            parts.map(|parts| a.len() == b.len() && !parts.contains(&false))
        }
        (_, _) => ordered(left, right).map(std::cmp::Ordering::is_eq),
    }
}

fn ordered(left: &Expr, right: &Expr) -> Option<std::cmp::Ordering> {
    match (number(left)?, number(right)?) {
        (Value::Int(a), Value::Int(b)) | (Value::Size(a), Value::Size(b)) | (Value::Cpu(a), Value::Cpu(b)) => {
            Some(a.cmp(&b))
        }
        (Value::None | Value::Case(..) | Value::Int(_) | Value::Size(_) | Value::Cpu(_), _) => None,
    }
}

fn number(value: &Expr) -> Option<Value> {
    if let Kind::Int(value) = value.kind {
        return Some(Value::Int(value));
    }
    if let Kind::Size(value) = value.kind {
        return Some(Value::Size(value));
    }
    if let Kind::Cpu(value) = value.kind { Some(Value::Cpu(value)) } else { None }
}

fn written_out(value: Value) -> Option<Kind> {
    match value {
        Value::Int(value) => Some(Kind::Int(value)),
        Value::Size(value) => Some(Kind::Size(value)),
        Value::Cpu(value) => Some(Kind::Cpu(value)),
        Value::None | Value::Case(..) => None,
    }
}
