//! Expressions of type `bool` as conditions of the shell.

use super::code::Atom;
use super::helpers::Helper;
use super::prelude::Prelude;
use super::source::{is_list, literal};
use crate::plan::{Expr, ExprKind, Op, Value};

/// A condition.
#[derive(Debug)]
pub(super) struct Test {
    pub(super) text: String,
    /// It has `&&` or `||`, so it needs braces beside another of them.
    joined: bool,
}

impl Test {
    fn single(text: String) -> Self {
        Self { text, joined: false }
    }

    fn grouped(&self) -> String {
        if self.joined { format!("{{ {}; }}", self.text) } else { self.text.clone() }
    }
}

impl Prelude<'_> {
    /// A condition that is true when the expression is `want`.
    pub(super) fn cond(&mut self, expr: &Expr, want: bool) -> Test {
        if let Some(name) = self.find(expr) {
            return truth_of(&Atom::Var(name), want);
        }
        match &expr.kind {
            ExprKind::Known(value) => Test::single((*value == Value::Bool(want)).to_string()),
            ExprKind::Not(inner) => self.cond(inner, !want),
            ExprKind::IsNone(inner) => Test::single(self.is_none(inner, want)),
            ExprKind::Binary(op, a, b) => self.binary(*op, a, b, expr, want),
            ExprKind::Param(_)
            | ExprKind::Result(..)
            | ExprKind::Artifact { .. }
            | ExprKind::Place { .. }
            | ExprKind::Out(_)
            | ExprKind::Status(_)
            | ExprKind::StepResult(..)
            | ExprKind::Outcome
            | ExprKind::Turn(_)
            | ExprKind::Concat(_)
            | ExprKind::Negate(_)
            | ExprKind::Coalesce(..)
            | ExprKind::If(..)
            | ExprKind::List(_)
            | ExprKind::Flag(..)
            | ExprKind::Len(_)
            | ExprKind::Join(..)
            | ExprKind::Append(..)
            | ExprKind::Convert(_) => truth_of(&self.scalar(expr), want),
        }
    }

    fn binary(&mut self, op: Op, a: &Expr, b: &Expr, expr: &Expr, want: bool) -> Test {
        match op {
            Op::And => self.both(a, b, want, want),
            Op::Or => self.both(a, b, !want, want),
            Op::Equal => Test::single(self.equal(a, b, want)),
            Op::Unequal => Test::single(self.equal(a, b, !want)),
            Op::Less => Test::single(self.ordered(a, if want { "-lt" } else { "-ge" }, b)),
            Op::LessEqual => Test::single(self.ordered(a, if want { "-le" } else { "-gt" }, b)),
            Op::Greater => Test::single(self.ordered(a, if want { "-gt" } else { "-le" }, b)),
            Op::GreaterEqual => Test::single(self.ordered(a, if want { "-ge" } else { "-lt" }, b)),
            Op::In => Test::single(self.within(a, b, want)),
            Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder => truth_of(&self.scalar(expr), want),
        }
    }

    /// Two conditions, the second of which is evaluated only where the first does not decide.
    fn both(&mut self, a: &Expr, b: &Expr, all: bool, want: bool) -> Test {
        let a = self.cond(a, want);
        let (before, b) = self.block_of(|this| this.cond(b, want));
        let sign = if all { "&&" } else { "||" };
        if before.is_empty() {
            return Test { text: format!("{} {sign} {}", a.grouped(), b.grouped()), joined: true };
        }
        let name = self.names.temporary();
        let decided = format!("  {name}={}", !all);
        self.code.push(format!("if {}; then", a.text));
        let mut inner = before;
        inner.push(format!("if {}; then {name}=true; else {name}=false; fi", b.text));
        if all {
            self.code.append(inner);
            self.code.push("else");
            self.code.push(decided);
        } else {
            self.code.push(decided);
            self.code.push("else");
            self.code.append(inner);
        }
        self.code.push("fi");
        truth_of(&Atom::Var(name), true)
    }

    fn equal(&mut self, a: &Expr, b: &Expr, want: bool) -> String {
        match (a.value(), b.value()) {
            (_, Some(Value::None)) => return self.is_none(a, want),
            (Some(Value::None), _) => return self.is_none(b, want),
            (Some(_) | None, Some(_) | None) => {}
        }
        if let (Some(a), Some(b)) = (literal(a), literal(b)) {
            return ((a == b) == want).to_string();
        }
        let sign = if want { "=" } else { "!=" };
        let [a, b] =
            if is_list(&a.ty) { [self.as_one_text(a), self.as_one_text(b)] } else { [self.scalar(a), self.scalar(b)] };
        format!("[ {} {sign} {} ]", a.word(), b.word())
    }

    fn ordered(&mut self, a: &Expr, sign: &str, b: &Expr) -> String {
        let [a, b] = [self.number(a), self.number(b)];
        if let (Some(a), Some(b)) = (a.as_number(), b.as_number()) {
            let holds = match sign {
                "-lt" => a < b,
                "-le" => a <= b,
                "-gt" => a > b,
                _ => a >= b,
            };
            return holds.to_string();
        }
        format!("[ {} {sign} {} ]", a.word(), b.word())
    }

    fn within(&mut self, one: &Expr, list: &Expr, want: bool) -> String {
        let one = self.scalar(one).word();
        let has = self.call(Helper::Has, "pipe_has");
        let call = match self.elements(list) {
            Some(words) => format!("{has} {one}{words}"),
            None => {
                let list = self.list(list);
                self.with_words(&format!("{has} {one}"), &list)
            }
        };
        if want { call } else { format!("! {call}") }
    }
}

fn truth_of(atom: &Atom, want: bool) -> Test {
    Test::single(format!("[ {} {} true ]", atom.word(), if want { "=" } else { "!=" }))
}
