//! An expression of a task as its caller sees it: names stand for what is given, constants and functions for what they
//! are, and what is known by then is computed. What a plan knows is more: it comes later.

use super::checker::typed;
use super::program::{Builtin, Expr, FnId, Kind, LocalId, Match, Op, Program, TextPart, Type};
use super::rules::values::{Value, arithmetic};

/// One expression being made.
pub(super) struct Instance<'p> {
    program: &'p Program,
    /// How many nodes may still be made.
    left: usize,
}

/// What names stand for.
type Given<'g> = &'g [(LocalId, Expr)];

/// What became of an expression.
enum Made {
    /// Another one.
    Whole(Expr),
    /// Of the type and place that it had.
    New(Kind),
}

/// So much of a condition that nobody reads it; functions may call each other in a program that was refused.
const MOST: usize = 2_000;

impl<'p> Instance<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        Self { program, left: MOST }
    }

    /// `None` where it is too large.
    pub(super) fn of(&mut self, expr: &Expr, given: Given<'_>) -> Option<Expr> {
        self.left = self.left.checked_sub(1)?;
        let made = match &expr.kind {
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
            | Kind::Outcome => return Some(expr.clone()),
            Kind::Local(local) => {
                let value = given.iter().find(|(known, _)| known == local).map(|(_, value)| value);
                return Some(value.unwrap_or(expr).clone());
            }
            Kind::Const(id) => {
                let program = self.program;
                return self.of(&program.consts[id.index()].value, &[]);
            }
            Kind::Fn(id, args) => return self.called(*id, args, given),
            Kind::Force(inner) => self.opened(inner, given)?,
            Kind::Convert(inner) => Made::New(self.converted(inner, given)?),
            Kind::Text(parts) => Made::New(self.text(parts, given)?),
            Kind::List(parts) => Made::New(Kind::List(self.all(parts, given)?.into())),
            Kind::Record(id, fields) => Made::New(Kind::Record(*id, self.all(fields, given)?.into())),
            Kind::Map(entries) => {
                let entry = |(key, value): &(Box<str>, Expr)| Some((key.clone(), self.of(value, given)?));
                Made::New(Kind::Map(entries.iter().map(entry).collect::<Option<_>>()?))
            }
            Kind::Output(of, at) => Made::New(Kind::Output(self.boxed(of, given)?, *at)),
            Kind::Attr(of, attr) => Made::New(Kind::Attr(self.boxed(of, given)?, *attr)),
            Kind::Field(of, at) => self.field(of, *at, given)?,
            Kind::Key(key) => self.key(&key.0, &key.1, given)?,
            Kind::Not(of) => {
                let of = self.of(of, given)?;
                Made::New(if let Kind::Bool(value) = of.kind { Kind::Bool(!value) } else { Kind::Not(Box::new(of)) })
            }
            Kind::Negate(of) => Made::New(Kind::Negate(self.boxed(of, given)?)),
            Kind::Join(left, right) => Made::New(Kind::Join(self.boxed(left, given)?, self.boxed(right, given)?)),
            Kind::Binary(op, left, right) => {
                let (left, right) = (self.of(left, given)?, self.of(right, given)?);
                let known = binary(*op, &left, &right);
                Made::New(known.unwrap_or_else(|| Kind::Binary(*op, Box::new(left), Box::new(right))))
            }
            Kind::Coalesce(first, default) => self.coalesced(first, default, given)?,
            Kind::If(parts) => self.branch(parts, given)?,
            Kind::Match(one) => self.matched(one, given)?,
            Kind::Builtin(which, args) => Made::New(self.builtin(*which, args, given)?),
        };
        Some(match made {
            Made::Whole(made) => made,
            Made::New(kind) => typed(kind, expr.ty.clone(), expr.span),
        })
    }

    fn boxed(&mut self, expr: &Expr, given: Given<'_>) -> Option<Box<Expr>> {
        self.of(expr, given).map(Box::new)
    }

    fn called(&mut self, id: FnId, args: &[Expr], given: Given<'_>) -> Option<Expr> {
        let function = &self.program.fns[id.index()];
        let args = self.all(args, given)?;
        let params: Vec<(LocalId, Expr)> = function.params.iter().map(|param| param.local).zip(args).collect();
        self.of(&function.body, &params)
    }

    fn opened(&mut self, inner: &Expr, given: Given<'_>) -> Option<Made> {
        let inner = self.of(inner, given)?;
        let open = matches!(inner.ty, Type::Optional(_));
        Some(if open { Made::New(Kind::Force(Box::new(inner))) } else { Made::Whole(inner) })
    }

    fn field(&mut self, of: &Expr, at: u32, given: Given<'_>) -> Option<Made> {
        let of = self.of(of, given)?;
        if let Kind::Record(_, fields) = &of.kind {
            return fields.get(at as usize).cloned().map(Made::Whole);
        }
        Some(Made::New(Kind::Field(Box::new(of), at)))
    }

    fn key(&mut self, of: &Expr, key: &str, given: Given<'_>) -> Option<Made> {
        let of = self.of(of, given)?;
        let Kind::Map(entries) = &of.kind else { return Some(Made::New(Kind::Key(Box::new((of, key.into()))))) };
        let entry = entries.iter().find(|(known, _)| **known == *key);
        Some(entry.map_or(Made::New(Kind::None), |(_, value)| Made::Whole(value.clone())))
    }

    fn coalesced(&mut self, first: &Expr, default: &Expr, given: Given<'_>) -> Option<Made> {
        let first = self.of(first, given)?;
        Some(match is_there(&first) {
            Some(true) => Made::Whole(first),
            Some(false) => Made::Whole(self.of(default, given)?),
            None => Made::New(Kind::Coalesce(Box::new(first), self.boxed(default, given)?)),
        })
    }

    fn branch(&mut self, [cond, then, otherwise]: &[Expr; 3], given: Given<'_>) -> Option<Made> {
        let cond = self.of(cond, given)?;
        if let Kind::Bool(holds) = cond.kind {
            return self.of(if holds { then } else { otherwise }, given).map(Made::Whole);
        }
        let parts = [cond, self.of(then, given)?, self.of(otherwise, given)?];
        Some(Made::New(Kind::If(Box::new(parts))))
    }

    fn matched(&mut self, one: &Match, given: Given<'_>) -> Option<Made> {
        let on = self.of(&one.on, given)?;
        if let Kind::Case(_, case) = on.kind {
            let arm = one.arm_of_case.get(case as usize).and_then(|arm| one.arms.get(*arm as usize))?;
            return self.of(arm, given).map(Made::Whole);
        }
        let arms = self.all(&one.arms, given)?;
        Some(Made::New(Kind::Match(Box::new(Match { on, arms, arm_of_case: one.arm_of_case.clone() }))))
    }

    fn all(&mut self, parts: &[Expr], given: Given<'_>) -> Option<Vec<Expr>> {
        parts.iter().map(|part| self.of(part, given)).collect()
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
            _ => Kind::Text(made.into()),
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
        Some(known.unwrap_or_else(|| Kind::Builtin(which, args.into())))
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
