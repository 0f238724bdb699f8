//! A loop whose turns only a run knows: what stands for an element inside, and for all turns together outside.

use std::sync::Arc;

use super::Builder;
use super::partial::{Partial, optional_ty};
use super::report::{lost, other_turn, turn_of_turn};
use super::stmt::Context;
use crate::plan::{Expr, ExprKind, Fan, FanVar, Task, TaskId, Turn, Ty, Value};
use crate::source::{Span, offset};

/// A fan in the making; one in another is their product.
#[derive(Debug)]
pub(super) struct Open {
    vars: Vec<FanVar>,
    filter: Option<Expr>,
    span: Span,
}

impl Open {
    pub(super) fn new(outer: Option<&Fan>, span: Span) -> Self {
        let vars = outer.iter().flat_map(|fan| &fan.vars);
        let copy = |var: &FanVar| FanVar { name: var.name.clone(), list: var.list.clone(), span: var.span };
        Self { vars: vars.map(copy).collect(), filter: outer.and_then(|fan| fan.filter.clone()), span }
    }

    /// One more variable, and what stands for its element.
    pub(super) fn add(&mut self, name: &str, list: Expr, span: Span) -> Partial {
        let element = if let Ty::List(of) = &list.ty { (**of).clone() } else { Ty::String };
        let turn = Turn::Element(offset(self.vars.len()), Arc::from(name));
        self.vars.push(FanVar { name: name.to_owned(), list, span });
        Partial::Expr(Expr::new(ExprKind::Turn(turn), element))
    }

    pub(super) fn filter(&mut self, cond: Expr) {
        self.filter = Some(match self.filter.take() {
            Some(outer) => super::fold::and(outer, cond),
            None => cond,
        });
    }

    pub(super) fn done(self) -> Arc<Fan> {
        Arc::new(Fan { vars: self.vars, filter: self.filter, span: self.span })
    }
}

/// A part of a value that may belong to one turn of a loop.
#[derive(Clone, Copy, Debug)]
pub(super) enum OfTurn {
    /// What this task gave in the same turn, where it is in a loop.
    Task(TaskId),
    /// What has no form outside of the loop over this list.
    Lost(Span),
}

impl OfTurn {
    pub(super) fn of(part: &Expr) -> Option<Self> {
        if let ExprKind::Turn(Turn::Lost(list)) = part.kind {
            return Some(Self::Lost(list));
        }
        let (ExprKind::Turn(Turn::Output(task, _)) | ExprKind::Artifact { task, .. }) = part.kind else { return None };
        Some(Self::Task(task))
    }
}

/// Whether a value differs from turn to turn.
pub(super) fn in_turn(value: &Expr) -> bool {
    let mut found = false;
    value.walk(&mut |part| found |= matches!(part.kind, ExprKind::Turn(_)));
    found
}

/// An output in the turn that gave it; a place in a workspace says itself of which turn it is.
pub(super) fn of_turn(one: Expr, task: TaskId, output: u32) -> Expr {
    let turn = ExprKind::Turn(Turn::Output(task, output));
    if let ExprKind::Result(..) = one.kind {
        return Expr::new(turn, one.ty);
    }
    // A text from elsewhere, which is looked at where it is read.
    if let ExprKind::Convert(inner) = one.kind {
        return Expr::new(ExprKind::Convert(Box::new(Expr::new(turn, inner.ty))), one.ty);
    }
    one
}

/// What a binding of the loop at `span` is outside: the list of what its turns gave.
pub(super) fn gathered(inside: Partial, span: Span, nested: bool) -> Partial {
    match inside {
        Partial::Expr(one) => gather(one, span, nested).into(),
        Partial::Call(outputs) => {
            Partial::Call(outputs.iter().map(|one| gathered(one.clone(), span, nested)).collect())
        }
        // What was skipped in a turn is `none` there by itself.
        Partial::Either(parts) if parts.2.is_none() => maybe(gathered(parts.1, span, nested)),
        Partial::Either(parts) if parts.1.is_none() => maybe(gathered(parts.2, span, nested)),
        Partial::List(_) | Partial::Record(_) | Partial::Either(_) => lost_at(span).into(),
    }
}

fn gather(one: Expr, span: Span, nested: bool) -> Expr {
    // Of a block that is left out.
    if one.value() == Some(&Value::None) {
        return one;
    }
    // A list of lists has no form that a run could hold.
    if let (ExprKind::Turn(Turn::Output(task, output)), false) = (&one.kind, nested || is_list(&one.ty)) {
        return Expr::new(ExprKind::Result(*task, *output), Ty::List(Box::new(one.ty)));
    }
    if let ExprKind::Convert(inner) = &one.kind {
        let ty = Ty::List(Box::new(one.ty.clone()));
        let list = gather((**inner).clone(), span, nested);
        let lost = matches!(list.kind, ExprKind::Turn(_));
        return if lost { list } else { Expr::new(ExprKind::Convert(Box::new(list)), ty) };
    }
    lost_at(span)
}

fn lost_at(span: Span) -> Expr {
    Expr::new(ExprKind::Turn(Turn::Lost(span)), Ty::List(Box::new(Ty::String)))
}

fn is_list(ty: &Ty) -> bool {
    match ty {
        Ty::Optional(of) => is_list(of),
        Ty::List(_) => true,
        Ty::Bool
        | Ty::Int
        | Ty::String
        | Ty::Duration
        | Ty::Size
        | Ty::Cpu
        | Ty::Path
        | Ty::Image
        | Ty::Pattern(_)
        | Ty::Enum(_)
        | Ty::Secret
        | Ty::Workspace
        | Ty::Artifact(_)
        | Ty::Map(_)
        | Ty::Record(_) => false,
    }
}

/// The elements of a gathered list may be `none`.
fn maybe(list: Partial) -> Partial {
    let open = |one: &Expr| {
        let Ty::List(of) = &one.ty else { return one.clone() };
        Expr { ty: Ty::List(Box::new(optional_ty((**of).clone()))), ..one.clone() }
    };
    match list {
        Partial::Expr(one) => open(&one).into(),
        Partial::Call(outputs) => Partial::Call(outputs.iter().cloned().map(maybe).collect()),
        Partial::List(_) | Partial::Record(_) | Partial::Either(_) => list,
    }
}

/// One gathered list behind another, output by output.
pub(super) fn behind(first: Partial, second: Partial) -> Partial {
    match (first, second) {
        (Partial::Expr(a), Partial::Expr(b)) => append(a, b).into(),
        (Partial::Call(a), Partial::Call(b)) => {
            Partial::Call(a.iter().zip(b.iter()).map(|(a, b)| behind(a.clone(), b.clone())).collect())
        }
        (first, _) => first,
    }
}

fn append(a: Expr, b: Expr) -> Expr {
    for one in [&a, &b] {
        if matches!(one.kind, ExprKind::Turn(Turn::Lost(_))) {
            return one.clone();
        }
    }
    let ty = a.ty.clone();
    Expr::new(ExprKind::Append(Box::new(a), Box::new(b)), ty)
}

impl Builder<'_> {
    /// Reports a value that has no form outside of its loop.
    pub(super) fn not_lost(&mut self, value: &Expr, span: Span) {
        if self.fans == 0 {
            return;
        }
        let mut found = None;
        value.walk(&mut |part| {
            if let ExprKind::Turn(Turn::Lost(each)) = part.kind {
                found = Some(each);
            }
        });
        if let Some(each) = found {
            self.report(lost(span, each));
        }
    }

    /// Reports what a task reads of the turns of a loop other than its own.
    pub(super) fn turns_fit(&mut self, task: &Task, read: &[(OfTurn, Span)]) {
        if self.fans == 0 {
            return;
        }
        for (what, span) in read {
            let finding = match *what {
                OfTurn::Lost(list) => Some(lost(*span, list)),
                OfTurn::Task(of) => {
                    let own = &self.plan.task(of).fan;
                    let same = matches!((own, &task.fan), (Some(a), Some(b)) if Arc::ptr_eq(a, b));
                    (own.is_some() && !same).then(|| other_turn(&self.plan, of, *span))
                }
            };
            finding.into_iter().for_each(|finding| self.report(finding));
        }
    }

    /// Reports a list of an inner loop that differs from turn to turn of the outer one.
    pub(super) fn depends_on_turn(&mut self, context: &Context<'_>, list: Span) {
        let outer = context.fan.as_ref().map_or(list, |fan| fan.span);
        self.report(turn_of_turn(list, outer));
    }
}
