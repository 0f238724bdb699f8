//! A value half way: what is known is folded, what is not is an expression of the plan.

use std::rc::Rc;

use super::fold;
use crate::plan::{Expr, ExprKind, TaskId, Turn, Ty, Value};

/// What an expression of the program comes to.
#[derive(Clone, Debug)]
pub(super) enum Partial {
    Expr(Expr),
    /// A binding to a call with named outputs: their values.
    Call(Rc<[Self]>),
    /// A list with an element that is no expression of the plan.
    List(Vec<Self>),
    /// A record or map with a field that is not known.
    Record(Vec<(String, Self)>),
    /// The first where the condition holds, else the second; at least one is no expression of the plan.
    Either(Box<(Expr, Self, Self)>),
}

/// Which field of a record or entry of a map.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pick<'a> {
    At(u32),
    Name(&'a str),
}

impl Pick<'_> {
    fn find<'b>(self, mut names: impl Iterator<Item = &'b str>) -> Option<usize> {
        match self {
            Self::At(at) => ((at as usize) < names.count()).then_some(at as usize),
            Self::Name(wanted) => names.position(|name| name == wanted),
        }
    }
}

impl Partial {
    pub(super) fn known(value: Value, ty: Ty) -> Self {
        Self::Expr(Expr::known(value, ty))
    }

    /// `none`, of no type in particular.
    pub(super) fn none() -> Self {
        Self::known(Value::None, Ty::Optional(Box::new(Ty::String)))
    }

    pub(super) fn value(&self) -> Option<&Value> {
        match self {
            Self::Expr(expr) => expr.value(),
            Self::Call(_) | Self::List(_) | Self::Record(_) | Self::Either(_) => None,
        }
    }

    pub(super) fn is_none(&self) -> bool {
        self.value() == Some(&Value::None)
    }

    /// As an expression of the plan; what has no such form (calls and records) is `none`.
    pub(super) fn expr(self, ty: &Ty) -> Expr {
        match self {
            Self::Expr(expr) => expr,
            Self::List(list) => {
                let element = if let Ty::List(element) = ty { element } else { ty };
                Expr::new(ExprKind::List(list.into_iter().map(|one| one.expr(element)).collect()), ty.clone())
            }
            Self::Either(parts) => {
                let (cond, then, otherwise) = *parts;
                fold::either(cond, then.expr(ty), otherwise.expr(ty), ty.clone())
            }
            Self::Call(_) | Self::Record(_) => Expr::known(Value::None, ty.clone()),
        }
    }

    /// The first where the condition holds, else the second. A lone result is `none` by itself when its task was skipped.
    pub(super) fn either(cond: Expr, then: Self, otherwise: Self) -> Self {
        match cond.value() {
            Some(Value::Bool(true)) => return then,
            Some(_) => return otherwise,
            None => {}
        }
        match (then, otherwise) {
            (Self::Expr(then), Self::Expr(otherwise)) => Self::Expr(choose(cond, then, otherwise)),
            (then, otherwise) => Self::Either(Box::new((cond, then, otherwise))),
        }
    }

    /// As `finally` sees it, where the task of a result may not have run: then the result is `none`.
    pub(super) fn unsure(self) -> Self {
        match self {
            Self::Expr(one) => Self::Expr(if_there(one)),
            Self::Call(outputs) => Self::Call(outputs.iter().cloned().map(Self::unsure).collect()),
            Self::List(list) => Self::List(list.into_iter().map(Self::unsure).collect()),
            Self::Record(_) => self.where_made(),
            Self::Either(parts) => {
                let (cond, then, otherwise) = *parts;
                Self::Either(Box::new((cond, then.unsure(), otherwise.unsure())))
            }
        }
    }

    /// A record of results, and `none` where a task that it reads has written nothing at all: a field of it may well be an
    /// empty text.
    pub(super) fn where_made(self) -> Self {
        // A task of which only optional fields are read counts as well.
        let mut made: Vec<(TaskId, bool, Expr)> = Vec::new();
        self.walk(&mut |part| {
            let Some(task) = task_of(part) else { return };
            let (sure, there) = (!matches!(part.ty, Ty::Optional(_)), fold::not(fold::is_none(optional(part.clone()))));
            match made.iter_mut().find(|(other, ..)| *other == task) {
                Some((_, known, any)) if *known == sure => *any = fold::or(any.clone(), there),
                Some((_, known, any)) if sure => (*known, *any) = (true, there),
                Some(_) => {}
                None => made.push((task, sure, there)),
            }
        });
        match made.into_iter().map(|(.., any)| any).reduce(fold::and) {
            Some(all) => Self::either(all, self, Self::none()),
            None => self,
        }
    }

    /// Calls `make` on every value that this one may be.
    pub(super) fn map(self, make: &mut dyn FnMut(Self) -> Self) -> Self {
        match self {
            Self::Either(parts) => {
                let (cond, then, otherwise) = *parts;
                let then = then.map(make);
                Self::either(cond, then, otherwise.map(make))
            }
            Self::Expr(_) | Self::Call(_) | Self::List(_) | Self::Record(_) => make(self),
        }
    }

    /// The elements, where their number is known.
    pub(super) fn elements(&self) -> Option<Vec<Self>> {
        match self {
            Self::List(list) => Some(list.clone()),
            Self::Expr(Expr { kind: ExprKind::List(list), .. }) => Some(list.iter().cloned().map(Self::Expr).collect()),
            Self::Expr(Expr { kind: ExprKind::Known(Value::List(list)), ty }) => {
                let element = if let Ty::List(element) = ty { (**element).clone() } else { Ty::String };
                Some(list.iter().map(|one| Self::known(one.clone(), element.clone())).collect())
            }
            Self::Expr(_) | Self::Call(_) | Self::Record(_) | Self::Either(_) => None,
        }
    }

    /// A list of these; known when all are.
    pub(super) fn list(elements: Vec<Self>, ty: Ty) -> Self {
        if let Some(values) = elements.iter().map(|one| one.value().cloned()).collect() {
            return Self::known(Value::List(values), ty);
        }
        let plain = elements.iter().all(|one| matches!(one, Self::Expr(_)));
        match plain {
            true => Self::List(elements).expr(&ty).into(),
            false => Self::List(elements),
        }
    }

    /// A record of these; known when all are.
    pub(super) fn record(fields: Vec<(String, Self)>, ty: Ty) -> Self {
        let known = fields.iter().map(|(name, field)| Some((name.clone(), field.value()?.clone()))).collect();
        match known {
            Some(values) => Self::known(Value::Record(values), ty),
            None => Self::Record(fields),
        }
    }

    /// The field at an index, or the entry of a name.
    pub(super) fn field(self, ty: &Ty, pick: Pick<'_>) -> Option<Self> {
        match self {
            Self::Record(mut fields) => {
                let at = pick.find(fields.iter().map(|(name, _)| name.as_str()))?;
                Some(fields.swap_remove(at).1)
            }
            Self::Expr(Expr { kind: ExprKind::Known(Value::Record(mut fields)), .. }) => {
                let at = pick.find(fields.iter().map(|(name, _)| name.as_str()))?;
                Some(Self::known(fields.swap_remove(at).1, ty.clone()))
            }
            Self::Expr(_) | Self::Call(_) | Self::List(_) | Self::Either(_) => None,
        }
    }

    /// Calls `visit` with every expression in it.
    pub(super) fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match self {
            Self::Expr(expr) => expr.walk(visit),
            Self::Call(outputs) => outputs.iter().for_each(|one| one.walk(visit)),
            Self::List(list) => list.iter().for_each(|one| one.walk(visit)),
            Self::Record(fields) => fields.iter().for_each(|(_, one)| one.walk(visit)),
            Self::Either(parts) => {
                parts.0.walk(visit);
                parts.1.walk(visit);
                parts.2.walk(visit);
            }
        }
    }
}

impl From<Expr> for Partial {
    fn from(expr: Expr) -> Self {
        Self::Expr(expr)
    }
}

fn choose(cond: Expr, then: Expr, otherwise: Expr) -> Expr {
    let (then_none, otherwise_none) = (then.value() == Some(&Value::None), otherwise.value() == Some(&Value::None));
    if otherwise_none && is_result(&then) {
        return optional(then);
    }
    if then_none && is_result(&otherwise) {
        return optional(otherwise);
    }
    let ty = match (then_none, otherwise_none) {
        (_, true) => optional_ty(then.ty.clone()),
        (true, false) => optional_ty(otherwise.ty.clone()),
        (false, false) => then.ty.clone(),
    };
    let absent = |one: Expr| if is_result(&one) { optional(one) } else { one };
    fold::either(cond, absent(then), absent(otherwise), ty)
}

/// A result, or what is made of results: `none` where one of them is missing.
fn if_there(one: Expr) -> Expr {
    if is_result(&one) {
        return optional(one);
    }
    let mut read: Vec<Expr> = Vec::new();
    one.walk(&mut |part| {
        if is_result(part) && !matches!(part.ty, Ty::Optional(_)) && !read.contains(part) {
            read.push(part.clone());
        }
    });
    let there = |result: Expr| fold::not(fold::is_none(optional(result)));
    let Some(all) = read.into_iter().map(there).reduce(fold::and) else { return one };
    let ty = optional_ty(one.ty.clone());
    fold::either(all, one, Expr::known(Value::None, ty.clone()), ty)
}

fn is_result(one: &Expr) -> bool {
    task_of(one).is_some()
}

/// The task whose result it is.
fn task_of(one: &Expr) -> Option<TaskId> {
    let (ExprKind::Result(task, _) | ExprKind::Turn(Turn::Output(task, _))) = one.kind else { return None };
    Some(task)
}

fn optional(expr: Expr) -> Expr {
    Expr { ty: optional_ty(expr.ty), ..expr }
}

pub(super) fn optional_ty(ty: Ty) -> Ty {
    if matches!(ty, Ty::Optional(_)) { ty } else { Ty::Optional(Box::new(ty)) }
}

/// What an optional holds.
pub(super) fn opened_ty(ty: Ty) -> Ty {
    if let Ty::Optional(of) = ty { *of } else { ty }
}
