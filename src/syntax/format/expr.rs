//! Expressions and types.

use super::bracket::{FIELDS, ROUND, SHORT, SQUARE, Style};
use super::printer::{Glue, Printer};
use crate::syntax::ast::{Arg, Arm, Entry, Expr, ExprKind, Name, Op, TypeExpr, TypeKind};
use crate::syntax::words;

/// The arms of a `match`: never on one line.
const ARMS: Style = FIELDS;

/// Operators that bind alike.
fn level(op: Op) -> u8 {
    match op {
        Op::Or => 1,
        Op::And => 2,
        Op::Equal | Op::Unequal | Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual | Op::In => 3,
        Op::Coalesce => 4,
        Op::Add | Op::Subtract => 5,
        Op::Multiply | Op::Divide | Op::Remainder => 6,
    }
}

impl Printer<'_> {
    pub(super) fn expr(&mut self, expr: &Expr) {
        self.between(expr, expr.span.start, expr.span.end);
    }

    /// The expression that stands between two places, with the parentheses around it.
    fn between(&mut self, expr: &Expr, start: u32, end: u32) {
        if self.failed {
            return;
        }
        match self.parenthesis(start, end) {
            Some(close) => self.parentheses(expr, close),
            None => self.bare(expr),
        }
    }

    /// The index of the `)` that ends at `end`, when its `(` comes next and stands at `start`.
    fn parenthesis(&self, start: u32, end: u32) -> Option<usize> {
        let open = self.next();
        let close = self.tokens[open].pair as usize;
        let whole = self.tokens[open].start == start && self.tokens[close].end == end;
        (whole && self.text_of(open) == "(").then_some(close)
    }

    fn parentheses(&mut self, expr: &Expr, close: usize) {
        let before = (0..close).rev().find(|at| self.tokens[*at].kind != super::tokens::Kind::Comment);
        let end = before.map_or(expr.span.end, |at| self.tokens[at].end);
        let one_line = self.try_flat(|printer| {
            printer.token();
            let start = printer.tokens[printer.next()].start;
            printer.between(expr, start, end);
            printer.put(Glue::None);
        });
        if one_line {
            return;
        }
        self.token();
        self.scoped(|printer| {
            printer.indent += super::STEP;
            (printer.hung, printer.reserve, printer.glue) = (true, 0, Glue::Open);
            let start = printer.tokens[printer.next()].start;
            printer.between(expr, start, end);
            printer.glue = Glue::Break;
            printer.comments();
        });
        self.put(Glue::Break);
    }

    fn bare(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::None
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Duration(_)
            | ExprKind::Size(_)
            | ExprKind::Cpu(_)
            | ExprKind::Text(_)
            | ExprKind::Name(_)
            | ExprKind::Broken => self.token(),
            ExprKind::List(values) => self.bracket(SQUARE, values, Self::expr),
            ExprKind::Record(entries) => self.bracket(SHORT, entries, Self::record_entry),
            ExprKind::Case(_) => {
                self.token();
                self.put(Glue::None);
            }
            ExprKind::Field(of, _) => {
                self.expr(of);
                self.put(Glue::None);
                self.put(Glue::None);
            }
            ExprKind::Call { callee, args } => {
                self.expr(callee);
                self.args(args);
            }
            ExprKind::Force(of) => {
                self.expr(of);
                self.put(Glue::None);
            }
            ExprKind::Not(of) => {
                self.token();
                self.glue = Glue::Space;
                self.expr(of);
            }
            ExprKind::Negate(of) => {
                self.token();
                self.expr(of);
            }
            ExprKind::Binary { .. } => {
                if !self.try_flat(|printer| printer.chain(expr, false)) {
                    self.chain(expr, true);
                }
            }
            ExprKind::If { cond, then, otherwise } => {
                if !self.try_flat(|printer| printer.choice([cond, then, otherwise], false)) {
                    self.choice([cond, then, otherwise], true);
                }
            }
            ExprKind::Match { on, arms } => self.matching(on, arms),
        }
    }

    /// Operands and operators of one level; broken, each operator ends its line.
    fn chain(&mut self, expr: &Expr, broken: bool) {
        let ExprKind::Binary { op, left, right, .. } = &expr.kind else { return self.expr(expr) };
        if self.chains(left, *op) && *op != Op::Coalesce && self.parenthesis(left.span.start, left.span.end).is_none() {
            self.chain(left, broken);
        } else {
            self.reserving(4, |printer| printer.expr(left));
        }
        self.put(Glue::Space);
        self.next_line(broken);
        let start = self.tokens[self.next()].start;
        if self.chains(right, *op) && self.parenthesis(start, right.span.end).is_none() {
            self.chain(right, broken);
        } else {
            self.expr(right);
        }
    }

    /// Whether an operand is of the same level; of comparisons there is one.
    fn chains(&self, operand: &Expr, op: Op) -> bool {
        matches!(&operand.kind, ExprKind::Binary { op: other, .. } if level(*other) == level(op))
    }

    /// What follows stands on the next line, if it may: a word that begins a statement would be taken for one.
    fn next_line(&mut self, broken: bool) {
        if broken && !words::STATEMENTS.contains(&self.peek()) {
            self.hang();
            self.glue = Glue::Break;
        } else {
            self.glue = Glue::Space;
        }
    }

    /// `if a then b else c`; broken, what follows `else` begins a line.
    fn choice(&mut self, [cond, then, otherwise]: [&Expr; 3], broken: bool) {
        self.token();
        self.glue = Glue::Space;
        self.reserving(5, |printer| printer.expr(cond));
        self.put(Glue::Space);
        self.glue = Glue::Space;
        self.reserving(5, |printer| printer.beside_or_below(then));
        self.put(Glue::Space);
        self.next_line(broken);
        self.expr(otherwise);
    }

    fn matching(&mut self, on: &Expr, arms: &[Arm]) {
        self.failed |= self.flat && !arms.is_empty();
        if self.failed {
            return;
        }
        self.token();
        self.glue = Glue::Space;
        self.reserving(2, |printer| printer.expr(on));
        self.glue = Glue::Space;
        if self.flat { self.bracket(ARMS, arms, Self::arm) } else { self.one_a_line(ARMS, arms, Self::arm) }
    }

    fn arm(&mut self, arm: &Arm) {
        self.reserving(" =>".len(), |printer| printer.listed(&arm.cases, Self::case));
        self.put(Glue::Space);
        self.glue = Glue::Space;
        self.beside_or_below(&arm.value);
    }

    /// An expression on the rest of the line, else on the next line, else on several.
    fn beside_or_below(&mut self, value: &Expr) {
        if self.try_flat(|printer| printer.expr(value)) {
            return;
        }
        let beside = self.save();
        self.hang();
        self.glue = Glue::Break;
        if words::STATEMENTS.contains(&self.peek()) || !self.try_flat(|printer| printer.expr(value)) {
            self.restore(beside);
            self.expr(value);
        }
    }

    fn case(&mut self, _: &Name) {
        self.token();
        self.put(Glue::None);
    }

    fn record_entry(&mut self, entry: &Entry) {
        self.token();
        self.behind_colon(&entry.value);
    }

    /// Arguments; a list or record that is the only one keeps its brackets beside the parentheses.
    fn args(&mut self, args: &[Arg]) {
        if !self.hugs(args) {
            return self.bracket(ROUND, args, Self::arg);
        }
        self.token();
        args.iter().for_each(|arg| self.expr(&arg.value));
        self.skip_comma();
        self.put(Glue::None);
    }

    /// Whether brackets with something in them are the only argument, and stand beside the parenthesis that comes next.
    fn hugs(&self, args: &[Arg]) -> bool {
        let [Arg { name: None, value: Expr { kind: ExprKind::List(_) | ExprKind::Record(_), span } }] = args else {
            return false;
        };
        let inner = self.tokens[self.at + 1];
        inner.start == span.start && inner.lines == 0 && inner.pair as usize > self.at + 2
    }

    pub(super) fn arg(&mut self, arg: &Arg) {
        if arg.name.is_some() {
            self.token();
            self.behind_colon(&arg.value);
        } else {
            self.expr(&arg.value);
        }
    }

    /// `: value`, which may be aligned with those above and below.
    pub(super) fn behind_colon(&mut self, value: &Expr) {
        self.put(Glue::None);
        let mark = self.here();
        self.glue = Glue::Space;
        self.expr(value);
        self.mark = Some(mark);
    }

    pub(super) fn ty(&mut self, ty: &TypeExpr) {
        match &ty.kind {
            TypeKind::Named(path) => self.path(path),
            TypeKind::List(of) => {
                self.token();
                self.ty(of);
                self.put(Glue::None);
            }
            TypeKind::Map(of) => {
                self.token();
                self.put(Glue::None);
                self.put(Glue::None);
                self.glue = Glue::Space;
                self.ty(of);
                self.put(Glue::None);
            }
            TypeKind::Optional(of) => {
                self.ty(of);
                self.put(Glue::None);
            }
            TypeKind::Broken => self.token(),
        }
    }

    /// `a.b.c`
    pub(super) fn path(&mut self, path: &[Name]) {
        self.token();
        for _ in path.iter().skip(1) {
            self.put(Glue::None);
            self.put(Glue::None);
        }
    }

    /// A name that comes next.
    pub(super) fn name(&mut self, _: &Name) {
        self.token();
    }
}
