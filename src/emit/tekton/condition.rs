//! What of a condition the engine's own `when` can say: an input that is, or is not, one of some texts.

use super::cel;
use super::names::Names;
use super::types;
use crate::plan::{Expr, ExprKind, Op, Plan, TaskId, Ty, Value};

/// One `when`: all of a task's have to hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct When {
    pub(super) input: Input,
    /// `in` or `notin`
    pub(super) is_in: bool,
    pub(super) values: Vec<String>,
}

/// What is compared; its text form is one for each value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Input {
    /// A parameter of the pipeline, by name.
    Param(String),
    Result(TaskId, u32),
    Status(TaskId),
    Outcome,
    /// Whether a run binds a workspace, by name.
    Bound(String),
    /// A whole expression, compared with nothing.
    Cel(String),
}

impl Input {
    pub(super) fn text(&self, plan: &Plan, names: &Names) -> String {
        match self {
            Self::Param(name) => names.variable(name),
            Self::Result(task, output) => {
                let name = names.result_at(plan, *task, *output as usize);
                format!("$(tasks.{}.results.{name})", names.of(*task))
            }
            Self::Status(task) => format!("$(tasks.{}.status)", names.of(*task)),
            Self::Outcome => "$(tasks.status)".to_owned(),
            Self::Bound(name) => format!("$(workspaces.{}.bound)", names.workspace(name)),
            Self::Cel(text) => text.clone(),
        }
    }
}

/// All of these together say the same as the condition; `None` when `when` cannot say it. With `cel`, the parts of it that
/// texts cannot say are expressions, of these names.
pub(super) fn lower(plan: &Plan, condition: &Expr, cel: Option<&Names>) -> Option<Vec<When>> {
    let plain = say(plan, condition, true);
    let Some(names) = cel.filter(|_| plain.is_none()) else { return plain };
    let part = |part| say(plan, part, true).or_else(|| Some(vec![expression(cel::say(plan, names, part)?)]));
    conjuncts(condition).into_iter().map(part).collect::<Option<Vec<_>>>().map(|parts| parts.concat())
}

fn expression(text: String) -> When {
    When { input: Input::Cel(text), is_in: true, values: Vec::new() }
}

/// Whether a `when` of a task is CEL: then no texts are compared.
pub(super) fn is_cel((_, _, values): &(String, bool, Vec<String>)) -> bool {
    values.is_empty()
}

/// The parts of a condition that have to hold together.
pub(super) fn conjuncts(condition: &Expr) -> Vec<&Expr> {
    if let ExprKind::Binary(Op::And, a, b) = &condition.kind {
        return [conjuncts(a), conjuncts(b)].concat();
    }
    vec![condition]
}

fn say(plan: &Plan, expr: &Expr, holds: bool) -> Option<Vec<When>> {
    match &expr.kind {
        ExprKind::Known(Value::Bool(value)) if *value == holds => Some(Vec::new()),
        ExprKind::Not(inner) => say(plan, inner, !holds),
        ExprKind::Binary(Op::And, a, b) if holds => both(plan, a, b, holds),
        ExprKind::Binary(Op::Or, a, b) if !holds => both(plan, a, b, holds),
        ExprKind::Binary(Op::And | Op::Or, a, b) => either(say(plan, a, holds)?, say(plan, b, holds)?),
        ExprKind::Binary(Op::Equal, a, b) => equal(plan, a, b, holds),
        ExprKind::Binary(Op::Unequal, a, b) => equal(plan, a, b, !holds),
        ExprKind::Binary(Op::In, a, list) => {
            let Value::List(values) = list.value()? else { return None };
            one_of(plan, a, values, holds)
        }
        ExprKind::IsNone(inner) => match bound(plan, inner) {
            Some(input) => Some(vec![When { input, is_in: true, values: vec![(!holds).to_string()] }]),
            None => one_of(plan, inner, &[Value::None], holds),
        },
        ExprKind::Param(_) | ExprKind::Result(..) => one_of(plan, expr, &[Value::Bool(true)], holds),
        ExprKind::Known(_)
        | ExprKind::Artifact { .. }
        | ExprKind::Place { .. }
        | ExprKind::Out(_)
        | ExprKind::Status(_)
        | ExprKind::StepResult(..)
        | ExprKind::Outcome
        | ExprKind::Turn(_)
        | ExprKind::Concat(_)
        | ExprKind::Negate(_)
        | ExprKind::Binary(..)
        | ExprKind::Coalesce(..)
        | ExprKind::If(..)
        | ExprKind::List(_)
        | ExprKind::Flag(..)
        | ExprKind::Len(_)
        | ExprKind::Join(..)
        | ExprKind::Append(..)
        | ExprKind::Convert(_) => None,
    }
}

fn both(plan: &Plan, a: &Expr, b: &Expr, holds: bool) -> Option<Vec<When>> {
    let mut all = say(plan, a, holds)?;
    for one in say(plan, b, holds)? {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    Some(all)
}

/// One of the two holds: can be said where both ask whether the same input is one of some texts.
fn either(a: Vec<When>, b: Vec<When>) -> Option<Vec<When>> {
    let (mut a, b) = (only(a)?, only(b)?);
    if a.input != b.input || !a.is_in || !b.is_in {
        return None;
    }
    for value in b.values {
        if !a.values.contains(&value) {
            a.values.push(value);
        }
    }
    Some(vec![a])
}

fn only(list: Vec<When>) -> Option<When> {
    <[When; 1]>::try_from(list).ok().map(|[one]| one)
}

fn equal(plan: &Plan, a: &Expr, b: &Expr, holds: bool) -> Option<Vec<When>> {
    match (a.value(), b.value()) {
        (Some(value), None) => one_of(plan, b, std::slice::from_ref(value), holds),
        (None, Some(value)) => one_of(plan, a, std::slice::from_ref(value), holds),
        (Some(_), Some(_)) | (None, None) => None,
    }
}

fn one_of(plan: &Plan, input: &Expr, values: &[Value], holds: bool) -> Option<Vec<When>> {
    let is_none = values.iter().all(|value| *value == Value::None);
    if !is_none && !has_one_text(&input.ty) {
        return None;
    }
    let name = match &input.kind {
        ExprKind::Param(id) if types::is_text(&input.ty) => Input::Param(plan.params[id.index()].name.clone()),
        ExprKind::Result(task, output) => Input::Result(*task, *output),
        ExprKind::Status(task) => Input::Status(*task),
        ExprKind::Outcome => Input::Outcome,
        ExprKind::Known(_)
        | ExprKind::Param(_)
        | ExprKind::Turn(_)
        | ExprKind::StepResult(..)
        | ExprKind::Artifact { .. }
        | ExprKind::Place { .. }
        | ExprKind::Out(_)
        | ExprKind::Concat(_)
        | ExprKind::Not(_)
        | ExprKind::Negate(_)
        | ExprKind::Binary(..)
        | ExprKind::IsNone(_)
        | ExprKind::Coalesce(..)
        | ExprKind::If(..)
        | ExprKind::List(_)
        | ExprKind::Flag(..)
        | ExprKind::Len(_)
        | ExprKind::Join(..)
        | ExprKind::Append(..)
        | ExprKind::Convert(_) => return None,
    };
    let texts: Option<Vec<Vec<String>>> = values.iter().map(|value| spellings(&name, value)).collect();
    let values = texts?.concat();
    let whole = !values.is_empty() && values.iter().all(|text| !text.contains("$("));
    whole.then(|| vec![When { input: name, is_in: holds, values }])
}

/// Of a workspace that a run may leave unbound.
fn bound(plan: &Plan, workspace: &Expr) -> Option<Input> {
    let ExprKind::Param(id) = workspace.kind else { return None };
    let is_one = matches!(&workspace.ty, Ty::Optional(of) if **of == Ty::Workspace);
    is_one.then(|| Input::Bound(plan.params[id.index()].name.clone()))
}

/// Equal values are equal texts: `1024Mi` is `1Gi` and `007` is `7`, so not of numbers.
fn has_one_text(ty: &Ty) -> bool {
    match ty {
        Ty::Bool | Ty::String | Ty::Path | Ty::Image | Ty::Pattern(_) | Ty::Enum(_) | Ty::Secret => true,
        Ty::Optional(of) => has_one_text(of),
        Ty::Int | Ty::Duration | Ty::Size | Ty::Cpu => false,
        Ty::Workspace | Ty::Artifact(_) | Ty::List(_) | Ty::Map(_) | Ty::Record(_) => false,
    }
}

/// What the engine writes for a value; how tasks and runs end, it names in its own words.
fn spellings(input: &Input, value: &Value) -> Option<Vec<String>> {
    let text = value.text()?;
    let words: &[&str] = match input {
        Input::Param(_) | Input::Result(..) | Input::Bound(_) | Input::Cel(_) => return Some(vec![text]),
        Input::Status(_) => match text.as_str() {
            "succeeded" => &["Succeeded"],
            "failed" => &["Failed"],
            "skipped" => &["None"],
            _ => return None,
        },
        Input::Outcome => match text.as_str() {
            "succeeded" => &["Succeeded", "Completed"],
            "failed" => &["Failed"],
            "cancelled" => &["None"],
            _ => return None,
        },
    };
    Some(words.iter().map(|word| (*word).to_owned()).collect())
}
