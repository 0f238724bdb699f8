//! Numbers: ints, and durations, sizes and CPU in their smallest unit. Every step is checked against 64 bits.

use super::code::{Atom, quoted};
use super::helpers::Helper;
use super::prelude::Prelude;
use super::unit::Unit;
use crate::plan::{Expr, ExprKind, Op, Ty, Value};

impl Prelude<'_> {
    /// Code that leaves the text of a calculated value in the variable.
    pub(super) fn measure(&mut self, target: &str, expr: &Expr) {
        let number = self.number(expr);
        let Some(unit) = Unit::of(&expr.ty) else {
            return self.code.push(format!("{target}={}", number.assigned()));
        };
        let (print, name) = unit.print();
        let print = self.call(print, name);
        self.code.push(format!("{print} {}", number.word()));
        self.code.push(format!("{target}=$pipe_r"));
    }

    /// The number of an expression, as a word that is safe in `[` and as an argument of a calculation.
    pub(super) fn number(&mut self, expr: &Expr) -> Atom {
        match &expr.kind {
            ExprKind::Known(
                Value::Int(number) | Value::Duration(number) | Value::Size(number) | Value::Cpu(number),
            ) => Atom::Literal(number.to_string()),
            ExprKind::Negate(inner) => {
                let inner = self.number(inner);
                let made = self.calculate(Op::Subtract, &Atom::Literal("0".to_owned()), &inner);
                self.positive(&expr.ty, &made);
                made
            }
            ExprKind::Binary(op, a, b) => {
                let a = self.number(a);
                let b = self.number(b);
                let made = self.calculate(*op, &a, &b);
                self.positive(&expr.ty, &made);
                made
            }
            ExprKind::Len(list) => {
                let list = self.list(list);
                self.count(&list)
            }
            ExprKind::Known(_)
            | ExprKind::Param(_)
            | ExprKind::Result(..)
            | ExprKind::Artifact { .. }
            | ExprKind::Place { .. }
            | ExprKind::Out(_)
            | ExprKind::Status(_)
            | ExprKind::StepResult(..)
            | ExprKind::Outcome
            | ExprKind::Turn(_)
            | ExprKind::Concat(_)
            | ExprKind::Not(_)
            | ExprKind::IsNone(_)
            | ExprKind::Coalesce(..)
            | ExprKind::If(..)
            | ExprKind::List(_)
            | ExprKind::Flag(..)
            | ExprKind::Join(..)
            | ExprKind::Append(..)
            | ExprKind::Convert(_) => self.read_number(expr),
        }
    }

    fn calculate(&mut self, op: Op, a: &Atom, b: &Atom) -> Atom {
        let (helper, name) = match op {
            Op::Subtract => (Helper::Subtract, "pipe_subtract"),
            Op::Multiply => (Helper::Multiply, "pipe_multiply"),
            Op::Divide => (Helper::Divide, "pipe_divide"),
            Op::Remainder => (Helper::Remainder, "pipe_remainder"),
            Op::Add
            | Op::Or
            | Op::And
            | Op::Equal
            | Op::Unequal
            | Op::Less
            | Op::LessEqual
            | Op::Greater
            | Op::GreaterEqual
            | Op::In => (Helper::Add, "pipe_add"),
        };
        self.fallible = true;
        let call = self.call(helper, name);
        self.code.push(format!("{call} {} {}", a.word(), b.word()));
        self.result()
    }

    /// What the last call left, under a name of its own.
    fn result(&mut self) -> Atom {
        let name = self.names.temporary();
        self.code.push(format!("{name}=$pipe_r"));
        Atom::Var(name)
    }

    /// What lies between two steps of a calculation is checked too, as it is when compiling.
    fn positive(&mut self, ty: &Ty, made: &Atom) {
        let Some(unit) = Unit::of(ty) else { return };
        let positive = self.call(Helper::Positive, "pipe_positive");
        self.code.push(format!("{positive} {} {}", made.word(), unit.word()));
    }

    /// A number from its text, which is checked: the shell would run what stands in a bad one.
    fn read_number(&mut self, expr: &Expr) -> Atom {
        let atom = self.scalar(expr);
        let Some(unit) = Unit::of(&expr.ty) else {
            self.require_int(&atom);
            return atom;
        };
        let (helper, name) = unit.read();
        let wrong = self.wrong(unit.form(), &atom);
        let call = self.call(helper, name);
        self.code.push(format!("{call} {} || {wrong}", atom.word()));
        self.result()
    }

    /// Ends the body when a text is not an int.
    pub(super) fn require_int(&mut self, atom: &Atom) {
        let Atom::Var(name) = atom else { return };
        if self.ints.insert(name.clone()) {
            let wrong = self.wrong("an int of 64 bits", atom);
            let int = self.call(Helper::Int, "pipe_int");
            self.code.push(format!("{int} {} || {wrong}", atom.word()));
        }
    }

    fn wrong(&mut self, form: &str, atom: &Atom) -> String {
        self.fallible = true;
        let wrong = self.call(Helper::Wrong, "pipe_wrong");
        format!("{wrong} {} {}", quoted(form), atom.word())
    }
}
