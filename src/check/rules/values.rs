//! Values of a call that are known when the program is checked: written out, or computed from what is.

use crate::check::program::{Call, Callee, EnumId, Expr, Kind, LocalId, Op, Program};

use super::told::Names;

/// A value that a machine is asked for with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::check) enum Value {
    None,
    Case(EnumId, u32),
    Int(i64),
    Size(i64),
    Cpu(i64),
}

/// Where an expression stands.
#[derive(Clone, Copy, Debug)]
pub(in crate::check) struct Scope<'s, 'p> {
    pub(in crate::check) program: &'p Program,
    pub(in crate::check) names: &'s Names<'p>,
    /// In the body of the task that is called.
    pub(in crate::check) call: Option<&'p Call>,
}

impl<'p> Scope<'_, 'p> {
    pub(in crate::check) fn value(&self, expr: &Expr) -> Option<Value> {
        self.at(expr, DEEPEST)
    }

    /// Names stand for names: a program that was refused may hold a circle of them.
    fn at(&self, expr: &Expr, depth: usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        match &expr.kind {
            Kind::None => Some(Value::None),
            Kind::Case(id, case) => Some(Value::Case(*id, *case)),
            Kind::Int(value) => Some(Value::Int(*value)),
            Kind::Size(value) => Some(Value::Size(*value)),
            Kind::Cpu(value) => Some(Value::Cpu(*value)),
            Kind::Const(id) => self.at(&self.program.consts[id.index()].value, depth),
            Kind::Local(local) => self.local(*local, depth),
            Kind::Binary(op, left, right) => arithmetic(*op, self.at(left, depth)?, self.at(right, depth)?),
            Kind::Poison
            | Kind::Bool(_)
            | Kind::Str(_)
            | Kind::Duration(_)
            | Kind::Text(_)
            | Kind::List(_)
            | Kind::Record(..)
            | Kind::Map(_)
            | Kind::Output(..)
            | Kind::Field(..)
            | Kind::Key(..)
            | Kind::Attr(..)
            | Kind::Out(_)
            | Kind::Outcome
            | Kind::Not(_)
            | Kind::Negate(_)
            | Kind::Coalesce(..)
            | Kind::Force(_)
            | Kind::Join(..)
            | Kind::If(..)
            | Kind::Match(_)
            | Kind::Fn(..)
            | Kind::Builtin(..)
            | Kind::Convert(_) => None,
        }
    }

    fn local(&self, local: LocalId, depth: usize) -> Option<Value> {
        let outside = Scope { call: None, ..*self };
        let Some(Call { callee: Callee::Task(id), args, .. }) = self.call else {
            return outside.at(self.names.value(local)?, depth);
        };
        let params = &self.program.tasks[id.index()].params;
        let at = params.iter().position(|param| param.local == local)?;
        match args.get(at)? {
            Some(arg) => outside.at(arg, depth),
            None => self.at(params[at].default.as_ref()?, depth),
        }
    }
}

/// How deep names and expressions are followed.
const DEEPEST: usize = 32;

pub(in crate::check) fn arithmetic(op: Op, left: Value, right: Value) -> Option<Value> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => op.on(a, b).map(Value::Int),
        (Value::Size(a), Value::Size(b)) if op != Op::Divide => op.on(a, b).map(Value::Size),
        (Value::Size(a), Value::Size(b)) => op.on(a, b).map(Value::Int),
        (Value::Size(a), Value::Int(b)) | (Value::Int(b), Value::Size(a)) => op.on(a, b).map(Value::Size),
        (Value::Cpu(a), Value::Cpu(b)) if op != Op::Divide => op.on(a, b).map(Value::Cpu),
        (Value::Cpu(a), Value::Cpu(b)) => op.on(a, b).map(Value::Int),
        (Value::Cpu(a), Value::Int(b)) | (Value::Int(b), Value::Cpu(a)) => op.on(a, b).map(Value::Cpu),
        (Value::None | Value::Case(..) | Value::Size(_) | Value::Cpu(_), _) | (_, Value::None | Value::Case(..)) => {
            None
        }
    }
}
