//! What an expression comes to, evaluated in the plainest way; `Err` is a run that ends with exit 2.

use std::collections::BTreeMap;

use pipec::plan::{Expr, ExprKind, Op, Plan, Ty, Value};

/// Values of parameters and results, by name.
pub(super) type World = BTreeMap<String, Value>;

#[derive(Debug)]
pub(super) struct Failed;

pub(super) fn evaluate(plan: &Plan, world: &World, expr: &Expr) -> Result<Value, Failed> {
    let eval = |one: &Expr| evaluate(plan, world, one);
    Ok(match &expr.kind {
        ExprKind::Known(value) => value.clone(),
        ExprKind::Param(id) => world[&plan.params[id.index()].name].clone(),
        ExprKind::Result(task, _) => world[&plan.task(*task).name].clone(),
        ExprKind::Status(_) => Value::Case("succeeded".to_owned()),
        ExprKind::Concat(parts) => {
            Value::Text(parts.iter().map(|part| Ok(text(&eval(part)?))).collect::<Result<String, Failed>>()?)
        }
        ExprKind::Not(inner) => Value::Bool(!is_true(&eval(inner)?)),
        ExprKind::Negate(inner) => number_as(&expr.ty, number(&eval(inner)?).checked_neg())?,
        ExprKind::Binary(op, a, b) => return binary(plan, world, *op, a, b, &expr.ty),
        ExprKind::IsNone(inner) => Value::Bool(is_none(&eval(inner)?)),
        ExprKind::Coalesce(a, b) => match eval(a)? {
            value if is_none(&value) => eval(b)?,
            value => value,
        },
        ExprKind::If(cond, a, b) => eval(if is_true(&eval(cond)?) { a } else { b })?,
        ExprKind::List(parts) => Value::List(parts.iter().map(eval).collect::<Result<_, _>>()?),
        ExprKind::Flag(name, value) => Value::List(words(name, &value.ty, eval(value)?)),
        ExprKind::Len(list) => Value::Int(i64::try_from(elements(eval(list)?).len()).unwrap()),
        ExprKind::Join(list, separator) => {
            let texts: Vec<String> = elements(eval(list)?).iter().map(text).collect();
            Value::Text(texts.join(&text(&eval(separator)?)))
        }
        ExprKind::Append(a, b) => Value::List([elements(eval(a)?), elements(eval(b)?)].concat()),
        ExprKind::Convert(inner) => converted(&expr.ty, eval(inner)?)?,
        ExprKind::Artifact { .. } | ExprKind::Place { .. } | ExprKind::Out(_) | ExprKind::Outcome => unreachable!(),
        ExprKind::Turn(_) | ExprKind::StepResult(..) => unreachable!(),
    })
}

fn binary(plan: &Plan, world: &World, op: Op, a: &Expr, b: &Expr, ty: &Ty) -> Result<Value, Failed> {
    let eval = |one: &Expr| evaluate(plan, world, one);
    let a = eval(a)?;
    match op {
        Op::And if !is_true(&a) => return Ok(Value::Bool(false)),
        Op::Or if is_true(&a) => return Ok(Value::Bool(true)),
        _ => {}
    }
    let b = eval(b)?;
    let numbers = || (number(&a), number(&b));
    Ok(match op {
        Op::And | Op::Or => b,
        Op::Equal => Value::Bool(a == b),
        Op::Unequal => Value::Bool(a != b),
        Op::Less => Value::Bool(numbers().0 < numbers().1),
        Op::LessEqual => Value::Bool(numbers().0 <= numbers().1),
        Op::Greater => Value::Bool(numbers().0 > numbers().1),
        Op::GreaterEqual => Value::Bool(numbers().0 >= numbers().1),
        Op::In => Value::Bool(elements(b).contains(&a)),
        Op::Add => number_as(ty, numbers().0.checked_add(numbers().1))?,
        Op::Subtract => number_as(ty, numbers().0.checked_sub(numbers().1))?,
        Op::Multiply => number_as(ty, numbers().0.checked_mul(numbers().1))?,
        Op::Divide => number_as(ty, numbers().0.checked_div(numbers().1))?,
        Op::Remainder => number_as(ty, numbers().0.checked_rem(numbers().1))?,
    })
}

pub(super) fn text(value: &Value) -> String {
    value.text().unwrap()
}

pub(super) fn elements(value: Value) -> Vec<Value> {
    match value {
        Value::List(list) => list,
        other => panic!("{other:?} is no list"),
    }
}

fn is_true(value: &Value) -> bool {
    *value == Value::Bool(true)
}

/// At the border of an engine `none` is the empty text.
fn is_none(value: &Value) -> bool {
    matches!(value, Value::None) || *value == Value::Text(String::new()) || *value == Value::List(Vec::new())
}

fn number(value: &Value) -> i64 {
    match value {
        Value::Int(number) | Value::Duration(number) | Value::Size(number) | Value::Cpu(number) => *number,
        other => panic!("{other:?} is no number"),
    }
}

fn number_as(ty: &Ty, number: Option<i64>) -> Result<Value, Failed> {
    let number = number.ok_or(Failed)?;
    let of = match ty {
        Ty::Duration => Value::Duration(number),
        Ty::Size => Value::Size(number),
        Ty::Cpu => Value::Cpu(number),
        _ => return Ok(Value::Int(number)),
    };
    if number < 0 { Err(Failed) } else { Ok(of) }
}

fn words(flag: &str, ty: &Ty, value: Value) -> Vec<Value> {
    let name = Value::Text(flag.to_owned());
    let with_value = |one: Value| match flag.ends_with('=') {
        true => vec![Value::Text(format!("{flag}{}", text(&one)))],
        false => vec![name.clone(), word(&one)],
    };
    match (ty, value) {
        (_, Value::Bool(set)) => {
            if set {
                vec![name]
            } else {
                Vec::new()
            }
        }
        (_, Value::List(list)) => list.into_iter().flat_map(with_value).collect(),
        (Ty::Optional(_), value) if is_none(&value) => Vec::new(),
        (_, value) => with_value(value),
    }
}

fn word(value: &Value) -> Value {
    Value::Text(text(value))
}

/// The only pattern that the tests convert to is `[a-z]+`.
fn converted(ty: &Ty, value: Value) -> Result<Value, Failed> {
    let plain = text(&value);
    let good = match ty {
        Ty::Pattern(_) => !plain.is_empty() && plain.bytes().all(|byte| byte.is_ascii_lowercase()),
        _ => !plain.is_empty(),
    };
    if good { Ok(value) } else { Err(Failed) }
}
