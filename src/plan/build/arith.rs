//! Operators on known values; what leaves its range has no result.

use crate::plan::{Op, Ty, Value};

/// The result of an operator on two known values, of the type `ty`.
pub(super) fn apply(op: Op, a: &Value, b: &Value, ty: &Ty) -> Option<Value> {
    match op {
        Op::Or => Some(Value::Bool(is_true(a) || is_true(b))),
        Op::And => Some(Value::Bool(is_true(a) && is_true(b))),
        Op::Equal => Some(Value::Bool(a == b)),
        Op::Unequal => Some(Value::Bool(a != b)),
        Op::Less => Some(Value::Bool(number(a)? < number(b)?)),
        Op::LessEqual => Some(Value::Bool(number(a)? <= number(b)?)),
        Op::Greater => Some(Value::Bool(number(a)? > number(b)?)),
        Op::GreaterEqual => Some(Value::Bool(number(a)? >= number(b)?)),
        Op::In => Some(Value::Bool(matches!(b, Value::List(list) if list.contains(a)))),
        Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder => {
            measure(calculate(op, number(a)?, number(b)?)?, ty)
        }
    }
}

/// The number negated.
pub(super) fn negate(value: &Value, ty: &Ty) -> Option<Value> {
    measure(number(value)?.checked_neg()?, ty)
}

fn calculate(op: Op, a: i64, b: i64) -> Option<i64> {
    match op {
        Op::Add => a.checked_add(b),
        Op::Subtract => a.checked_sub(b),
        Op::Multiply => a.checked_mul(b),
        Op::Divide => a.checked_div(b),
        Op::Remainder => a.checked_rem(b),
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

/// A number as a value of the type; only an `int` may be negative.
fn measure(number: i64, ty: &Ty) -> Option<Value> {
    match ty {
        Ty::Duration => (number >= 0).then_some(Value::Duration(number)),
        Ty::Size => (number >= 0).then_some(Value::Size(number)),
        Ty::Cpu => (number >= 0).then_some(Value::Cpu(number)),
        Ty::Int
        | Ty::Bool
        | Ty::String
        | Ty::Path
        | Ty::Image
        | Ty::Pattern(_)
        | Ty::Enum(_)
        | Ty::Secret
        | Ty::Workspace
        | Ty::Artifact(_)
        | Ty::List(_)
        | Ty::Map(_)
        | Ty::Record(_)
        | Ty::Optional(_) => Some(Value::Int(number)),
    }
}

fn is_true(value: &Value) -> bool {
    *value == Value::Bool(true)
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) | Value::Duration(number) | Value::Size(number) | Value::Cpu(number) => Some(*number),
        Value::None
        | Value::Bool(_)
        | Value::Text(_)
        | Value::Case(_)
        | Value::Secret(_)
        | Value::Workspace(_)
        | Value::List(_)
        | Value::Record(_) => None,
    }
}
