//! The partial evaluator: an expression of the program becomes a value, or an expression of the plan.

use super::partial::{Partial, Pick, opened_ty};
use super::report::out_of_range;
use super::scope::{Frame, Inside};
use super::{Builder, arith, fold};
use crate::check::program::{self as p, Attr, EnumId, Kind, TextPart, Type};
use crate::plan::{Expr, ExprKind, Op, Ty, Value};
use crate::source::Span;

impl Builder<'_> {
    /// The value of an expression as far as it is known.
    pub(super) fn eval(&mut self, frame: &Frame, expr: &p::Expr) -> Partial {
        match &expr.kind {
            Kind::Poison | Kind::None => Partial::known(Value::None, self.types.ty(&expr.ty)),
            Kind::Bool(value) => Partial::Expr(Expr::bool(*value)),
            Kind::Int(value) => Partial::known(Value::Int(*value), Ty::Int),
            // The checker has looked at its form.
            Kind::Str(text) => Partial::known(Value::Text(text.to_string()), self.types.ty(&expr.ty)),
            Kind::Duration(value) => Partial::known(Value::Duration(*value), Ty::Duration),
            Kind::Size(value) => Partial::known(Value::Size(*value), Ty::Size),
            Kind::Cpu(value) => Partial::known(Value::Cpu(*value), Ty::Cpu),
            Kind::Case(id, case) => self.case(*id, *case, &expr.ty),
            Kind::Text(parts) => self.text(frame, parts, expr),
            Kind::List(list) => {
                let list = list.iter().map(|one| self.eval(frame, one)).collect();
                Partial::list(list, self.types.ty(&expr.ty))
            }
            Kind::Record(id, fields) => self.record(frame, *id, fields, &expr.ty),
            Kind::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| (key.to_string(), self.eval(frame, value))).collect();
                Partial::record(entries, self.types.ty(&expr.ty))
            }
            Kind::Local(id) => frame.value(*id),
            Kind::Const(id) => self.constant(id.index()),
            Kind::Output(base, output) => {
                let ty = self.types.ty(&expr.ty);
                self.eval(frame, base).map(&mut |base| output_of(base, *output, &ty))
            }
            Kind::Field(base, field) => self.field(frame, base, &expr.ty, Pick::At(*field)),
            Kind::Key(key) => self.field(frame, &key.0, &expr.ty, Pick::Name(&key.1)),
            Kind::Attr(base, attr) => self.attribute(frame, base, *attr, &expr.ty),
            Kind::Out(output) => self.out(*output, &expr.ty),
            Kind::Outcome => Partial::Expr(Expr::new(ExprKind::Outcome, self.types.ty(&expr.ty))),
            Kind::Not(one) => fold::not(self.plain(frame, one)).into(),
            Kind::Negate(one) => self.negate(frame, one, expr),
            Kind::Binary(op, a, b) => self.binary(frame, *op, a, b, expr),
            Kind::Coalesce(a, b) => self.coalesce(frame, a, b, &expr.ty),
            Kind::Force(one) => {
                let forced = force(self.eval(frame, one));
                self.given_workspace(forced)
            }
            Kind::Join(base, rest) => self.below(frame, base, rest),
            Kind::If(parts) => self.conditional(frame, parts, &expr.ty),
            Kind::Match(one) => self.matching(frame, one, &expr.ty),
            Kind::Fn(id, args) => self.inline(frame, id.index(), args),
            Kind::Builtin(builtin, args) => self.builtin(frame, *builtin, args, expr),
            Kind::Convert(one) => self.convert(frame, one, expr),
        }
    }

    /// As an expression of the plan.
    pub(super) fn plain(&mut self, frame: &Frame, expr: &p::Expr) -> Expr {
        let value = self.eval(frame, expr);
        if let Partial::Expr(value) = value {
            return value;
        }
        value.expr(&self.types.ty(&expr.ty))
    }

    fn case(&self, id: EnumId, case: u32, ty: &Type) -> Partial {
        let spelling = &self.program.enums[id.index()].cases[case as usize].spelling;
        Partial::known(Value::Case(spelling.to_string()), self.types.ty(ty))
    }

    fn text(&mut self, frame: &Frame, parts: &[TextPart], expr: &p::Expr) -> Partial {
        let parts = parts.iter().map(|part| match part {
            TextPart::Text(text) => Expr::string(&**text),
            TextPart::Value(value) => self.plain(frame, value),
        });
        let parts = parts.collect();
        let text = fold::concat(parts, Ty::String);
        self.typed_text(text, expr)
    }

    /// A text that takes the type of the expression: a declared string type is checked.
    fn typed_text(&mut self, text: Expr, expr: &p::Expr) -> Partial {
        let ty = self.types.ty(&expr.ty);
        match (text.kind, opened_ty(ty.clone())) {
            (ExprKind::Known(Value::Text(text)), _) => self.text_value(text, expr),
            (kind, Ty::Pattern(_)) => {
                let text = Expr::new(kind, Ty::String);
                Partial::Expr(Expr::new(ExprKind::Convert(Box::new(text)), ty))
            }
            (kind, _) => Partial::Expr(Expr::new(kind, ty)),
        }
    }

    fn text_value(&mut self, text: String, expr: &p::Expr) -> Partial {
        let ty = self.types.ty(&expr.ty);
        self.check_form(&text, &ty, expr.span);
        Partial::known(Value::Text(text), ty)
    }

    fn convert(&mut self, frame: &Frame, one: &p::Expr, expr: &p::Expr) -> Partial {
        let value = self.plain(frame, one);
        if let Some(Value::Text(text)) = value.value() {
            return self.text_value(text.clone(), expr);
        }
        let ty = self.types.ty(&expr.ty);
        match value.value() {
            Some(known) => Partial::known(known.clone(), ty),
            None => Partial::Expr(Expr::new(ExprKind::Convert(Box::new(value)), ty)),
        }
    }

    fn record(&mut self, frame: &Frame, id: p::RecordId, fields: &[p::Expr], ty: &Type) -> Partial {
        let program = self.program;
        let names = program.records[id.index()].fields.iter().map(|field| field.name.to_string());
        let fields = names.zip(fields).map(|(name, value)| (name, self.eval(frame, value))).collect();
        Partial::record(fields, self.types.ty(ty))
    }

    fn constant(&mut self, at: usize) -> Partial {
        if let Some(known) = &self.consts[at] {
            return known.clone();
        }
        let program = self.program;
        let value = self.eval(&Frame::new(0, Inside::Fn), &program.consts[at].value);
        self.consts[at] = Some(value.clone());
        value
    }

    fn field(&mut self, frame: &Frame, base: &p::Expr, ty: &Type, pick: Pick<'_>) -> Partial {
        let ty = self.types.ty(ty);
        self.eval(frame, base).map(&mut |base| base.field(&ty, pick).unwrap_or_else(Partial::none))
    }

    fn attribute(&mut self, frame: &Frame, base: &p::Expr, attr: Attr, ty: &Type) -> Partial {
        match attr {
            Attr::Status => {
                let value = status(frame, base);
                let ty = self.types.ty(ty);
                value.map(&mut |one| Partial::Expr(Expr { ty: ty.clone(), ..one.expr(&ty) }))
            }
            Attr::Path => self.plain_artifact(frame, base, Ty::Path),
            Attr::Workspace => self.plain_artifact(frame, base, Ty::Workspace),
        }
    }

    /// The path of an artifact, or its workspace: both still name the task, so that the order is kept.
    fn plain_artifact(&mut self, frame: &Frame, base: &p::Expr, want: Ty) -> Partial {
        let inside = frame.inside;
        self.eval(frame, base).map(&mut |base| Partial::Expr(part_of_artifact(base, &want, inside)))
    }

    fn negate(&mut self, frame: &Frame, one: &p::Expr, expr: &p::Expr) -> Partial {
        let (one, ty) = (self.plain(frame, one), self.types.ty(&expr.ty));
        let Some(value) = one.value() else {
            return Partial::Expr(Expr::new(ExprKind::Negate(Box::new(one)), ty));
        };
        match arith::negate(value, &ty) {
            Some(value) => Partial::known(value, ty),
            None => self.range_fault(Op::Subtract, &Value::Int(0), value, ty, expr.span),
        }
    }

    fn binary(&mut self, frame: &Frame, op: p::Op, a: &p::Expr, b: &p::Expr, expr: &p::Expr) -> Partial {
        let op = operator(op);
        if matches!(op, Op::Equal | Op::Unequal) {
            let same = self.equal(frame, a, b);
            return if op == Op::Equal { same } else { fold::not(same) }.into();
        }
        let a = self.plain(frame, a);
        match (op, fold::truth(&a)) {
            (Op::And, Some(false)) | (Op::Or, Some(true)) => return a.into(),
            _ => {}
        }
        let b = self.plain(frame, b);
        self.operate(op, a, b, expr)
    }

    fn operate(&mut self, op: Op, a: Expr, b: Expr, expr: &p::Expr) -> Partial {
        if op == Op::And {
            return fold::and(a, b).into();
        }
        if op == Op::Or {
            return fold::or(a, b).into();
        }
        let ty = self.types.ty(&expr.ty);
        if op == Op::In && b.value() == Some(&Value::List(Vec::new())) {
            return Expr::bool(false).into();
        }
        let (Some(left), Some(right)) = (a.value(), b.value()) else {
            return fold::binary(op, a, b, ty).into();
        };
        match arith::apply(op, left, right, &ty) {
            Some(value) => Partial::known(value, ty),
            None => self.range_fault(op, left, right, ty, expr.span),
        }
    }

    fn range_fault(&mut self, op: Op, a: &Value, b: &Value, ty: Ty, span: Span) -> Partial {
        let text = |value: &Value| value.text().unwrap_or_default();
        let finding = out_of_range(op, &text(a), &text(b), &ty.to_string(), span);
        self.report(finding);
        Partial::known(Value::None, ty)
    }

    fn equal(&mut self, frame: &Frame, a: &p::Expr, b: &p::Expr) -> Expr {
        let (left, right) = (self.eval(frame, a), self.eval(frame, b));
        match (left, right) {
            (Partial::Expr(a), Partial::Expr(b)) => fold::equal(a, b),
            (other, none) | (none, other) if none.is_none() => absent(&other),
            (left, right) => fold::equal(left.expr(&self.types.ty(&a.ty)), right.expr(&self.types.ty(&b.ty))),
        }
    }

    fn coalesce(&mut self, frame: &Frame, a: &p::Expr, b: &p::Expr, ty: &Type) -> Partial {
        let first = self.eval(frame, a);
        let ty = self.types.ty(ty);
        let Partial::Expr(first) = first else {
            let second = self.eval(frame, b);
            return first.map(&mut |one| if one.is_none() { second.clone() } else { one });
        };
        match first.value() {
            Some(Value::None) => self.eval(frame, b),
            Some(_) => Partial::Expr(Expr { ty, ..first }),
            None => {
                let second = self.eval(frame, b).expr(&ty);
                fold::coalesce(first, second, ty).into()
            }
        }
    }

    fn conditional(&mut self, frame: &Frame, [cond, then, otherwise]: &[p::Expr; 3], ty: &Type) -> Partial {
        let cond = self.plain(frame, cond);
        match fold::truth(&cond) {
            Some(true) => self.eval(frame, then),
            Some(false) => self.eval(frame, otherwise),
            None => {
                let (then, otherwise) = (self.eval(frame, then), self.eval(frame, otherwise));
                self.split(cond, then, otherwise, ty)
            }
        }
    }

    fn split(&self, cond: Expr, then: Partial, otherwise: Partial, ty: &Type) -> Partial {
        match (then, otherwise) {
            (Partial::Expr(then), Partial::Expr(otherwise)) => {
                fold::either(cond, then, otherwise, self.types.ty(ty)).into()
            }
            (then, otherwise) => Partial::either(cond, then, otherwise),
        }
    }

    fn matching(&mut self, frame: &Frame, one: &p::Match, ty: &Type) -> Partial {
        let p::Match { on, arms, arm_of_case } = one;
        let program = self.program;
        let subject = self.plain(frame, on);
        let Type::Enum(id) = on.ty else { return Partial::none() };
        let cases = &program.enums[id.index()].cases;
        if let Some(Value::Case(known)) = subject.value() {
            let case = cases.iter().position(|case| *case.spelling == **known);
            let arm = case.and_then(|case| arms.get(arm_of_case[case] as usize));
            return arm.map_or_else(Partial::none, |arm| self.eval(frame, arm));
        }
        let mut result: Option<Partial> = None;
        for (at, arm) in arms.iter().enumerate().rev() {
            let mine = cases.iter().zip(arm_of_case).filter(|(_, arm)| **arm as usize == at);
            let mine: Vec<Value> = mine.map(|(case, _)| Value::Case(case.spelling.to_string())).collect();
            if mine.is_empty() {
                continue;
            }
            let value = self.eval(frame, arm);
            result = Some(match result {
                None => value,
                Some(rest) => self.split(is_one_of(subject.clone(), mine), value, rest, ty),
            });
        }
        result.unwrap_or_else(Partial::none)
    }

    fn inline(&mut self, frame: &Frame, at: usize, args: &[p::Expr]) -> Partial {
        let program = self.program;
        let function = &program.fns[at];
        let mut inner = Frame::new(function.params.len(), Inside::Fn);
        for (param, arg) in function.params.iter().zip(args) {
            inner.bind(param.local, self.eval(frame, arg));
        }
        self.eval(&inner, &function.body)
    }

    fn below(&mut self, frame: &Frame, base: &p::Expr, end: &p::Expr) -> Partial {
        let rest = self.plain(frame, end);
        if let Some(Value::Text(text)) = rest.value() {
            self.check_joined(frame, text, end);
        }
        let inside = frame.inside;
        self.eval(frame, base).map(&mut |base| {
            let base = base.expr(&Ty::Path);
            Partial::Expr(below(base, rest.clone(), inside))
        })
    }
}

fn below(base: Expr, rest: Expr, inside: Inside) -> Expr {
    let Expr { kind, ty } = base;
    if let ExprKind::If(cond, then, otherwise) = kind {
        return fold::either(*cond, below(*then, rest.clone(), inside), below(*otherwise, rest, inside), Ty::Path);
    }
    if let ExprKind::Known(Value::Workspace(workspace)) = kind {
        return Expr::place(workspace, fold::below(Expr::here(), rest));
    }
    if let ExprKind::Place { workspace, path } = kind {
        return Expr::place(workspace, fold::below(*path, rest));
    }
    if let ExprKind::Artifact { task, output, workspace, path } = kind {
        let path = fold::below(*path, rest);
        return match inside {
            // The call waits for all of its arguments, so inside a task the maker need not be named again.
            Inside::Task => Expr::place(workspace, path),
            Inside::Pipeline | Inside::Fn => {
                Expr::new(ExprKind::Artifact { task, output, workspace, path: Box::new(path) }, Ty::Path)
            }
        };
    }
    fold::below(Expr::new(kind, ty), rest)
}

/// The path of an artifact, or its workspace as `want` says.
fn part_of_artifact(base: Partial, want: &Ty, inside: Inside) -> Expr {
    let kind = base.expr(want).kind;
    if let ExprKind::If(cond, then, otherwise) = kind {
        let then = part_of_artifact(Partial::Expr(*then), want, inside);
        return fold::either(*cond, then, part_of_artifact(Partial::Expr(*otherwise), want, inside), want.clone());
    }
    if let (ExprKind::Artifact { task, output, workspace, .. }, Ty::Workspace) = (&kind, want) {
        let (task, output, workspace) = (*task, *output, *workspace);
        return match inside {
            Inside::Pipeline => {
                let kind = ExprKind::Artifact { task, output, workspace, path: Box::new(Expr::here()) };
                Expr::new(kind, Ty::Workspace)
            }
            Inside::Task | Inside::Fn => Expr::known(Value::Workspace(workspace), Ty::Workspace),
        };
    }
    Expr::new(kind, want.clone())
}

/// An output of a call, or of each call of a list.
fn output_of(base: Partial, output: u32, ty: &Ty) -> Partial {
    match base {
        Partial::Call(outputs) => outputs.get(output as usize).cloned().unwrap_or_else(Partial::none),
        Partial::List(calls) => {
            let outputs = calls.into_iter().map(|call| call.map(&mut |call| output_of(call, output, ty))).collect();
            Partial::list(outputs, ty.clone())
        }
        Partial::Expr(_) | Partial::Record(_) | Partial::Either(_) => base,
    }
}

fn status(frame: &Frame, base: &p::Expr) -> Partial {
    if let Kind::Local(id) = &base.kind {
        return frame.status(*id);
    }
    if let Kind::Force(inner) = &base.kind {
        return status(frame, inner);
    }
    // The checker lets only bindings of calls have a status.
    Partial::none()
}

/// `x!`: what is behind the condition that was proved.
fn force(value: Partial) -> Partial {
    match value {
        Partial::Expr(one) => Partial::Expr(force_expr(one)),
        Partial::Call(outputs) => Partial::Call(outputs.iter().cloned().map(force).collect()),
        Partial::Either(parts) if parts.2.is_none() => force(parts.1),
        Partial::Either(parts) if parts.1.is_none() => force(parts.2),
        Partial::List(_) | Partial::Record(_) | Partial::Either(_) => value,
    }
}

fn force_expr(one: Expr) -> Expr {
    let Expr { kind, ty } = one;
    let is_none = |one: &Expr| one.value() == Some(&Value::None);
    if let ExprKind::If(cond, then, otherwise) = kind {
        return match (is_none(&then), is_none(&otherwise)) {
            (_, true) => force_expr(*then),
            (true, false) => force_expr(*otherwise),
            (false, false) => Expr::new(ExprKind::If(cond, then, otherwise), opened_ty(ty)),
        };
    }
    Expr::new(kind, opened_ty(ty))
}

/// `x == none`
fn absent(value: &Partial) -> Expr {
    match value {
        Partial::Expr(one) => fold::is_none(one.clone()),
        Partial::Either(parts) => fold::either(parts.0.clone(), absent(&parts.1), absent(&parts.2), Ty::Bool),
        // A call that skips itself gives none of its outputs.
        Partial::Call(outputs) => outputs.first().map_or_else(|| Expr::bool(false), absent),
        Partial::List(_) | Partial::Record(_) => Expr::bool(false),
    }
}

fn is_one_of(subject: Expr, mut cases: Vec<Value>) -> Expr {
    let ty = subject.ty.clone();
    match cases.len() {
        1 => fold::equal(subject, Expr::known(cases.remove(0), ty)),
        _ => {
            let list = Expr::known(Value::List(cases), Ty::List(Box::new(ty)));
            fold::binary(Op::In, subject, list, Ty::Bool)
        }
    }
}

fn operator(op: p::Op) -> Op {
    match op {
        p::Op::Or => Op::Or,
        p::Op::And => Op::And,
        p::Op::Equal => Op::Equal,
        p::Op::Unequal => Op::Unequal,
        p::Op::Less => Op::Less,
        p::Op::LessEqual => Op::LessEqual,
        p::Op::Greater => Op::Greater,
        p::Op::GreaterEqual => Op::GreaterEqual,
        p::Op::In => Op::In,
        p::Op::Add => Op::Add,
        p::Op::Subtract => Op::Subtract,
        p::Op::Multiply => Op::Multiply,
        p::Op::Divide => Op::Divide,
        p::Op::Remainder => Op::Remainder,
    }
}
