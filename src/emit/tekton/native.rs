//! A task kept elsewhere, once for each element of lists that only a run knows: the engine's own matrix over the lists.
//!
//! What is handed to such a task cannot be picked by a body of ours, so the lists themselves are the matrix. That takes
//! two things that the engine does otherwise than the language: of no turn nobody who reads the results would run, and
//! with more than ten the results come in another order. So where they are read, the number of turns is looked at first.

use super::foreign::{Part, parts};
use super::gate::Readers;
use crate::plan::{Expr, ExprKind, Fan, Op, Plan, Require, Task, TaskId, Turn, Ty, Value};

/// The most turns whose results come in their order: they are ordered by names that end in their numbers.
const IN_ORDER: i64 = 10;

/// Whether the matrix of a task is over the lists of its loop.
pub(super) fn is_native(task: &Task) -> bool {
    task.source.is_some() && task.fan.is_some()
}

/// The variable of the loop that a value is, as it stands.
pub(super) fn element(value: &Expr) -> Option<usize> {
    if let ExprKind::Turn(Turn::Element(at, _)) = value.kind { Some(at as usize) } else { None }
}

/// Why a matrix cannot be over the lists of a loop.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Obstacle {
    Filter,
    TurnCondition,
    /// The list of a variable is put together by scripts.
    List(String),
    /// Something of the turn is handed over in another form, by the name of the parameter.
    Reworked(String),
    /// A variable is not handed over, or more than once.
    NotOnce(String),
}

pub(super) fn obstacle(plan: &Plan, task: &Task, fan: &Fan) -> Option<Obstacle> {
    let source = task.source.as_ref()?;
    if fan.filter.is_some() {
        return Some(Obstacle::Filter);
    }
    if task.turn_condition.is_some() {
        return Some(Obstacle::TurnCondition);
    }
    for handed in &source.params {
        let mut in_turn = false;
        handed.value.walk(&mut |part| in_turn |= matches!(part.kind, ExprKind::Turn(_)));
        if in_turn && element(&handed.value).is_none() {
            return Some(Obstacle::Reworked(handed.name.clone()));
        }
    }
    for (at, var) in fan.vars.iter().enumerate() {
        let alone = fan.vars.len() == 1;
        let computed = |part: &Part<'_>| match part {
            Part::Text(text) => super::computed::needs_computing(plan, text),
            Part::Known(_) | Part::Param(_) => false,
            // How many there are is not known before they ran, so nothing could count the product.
            Part::Turns(..) => !alone,
        };
        if parts(plan, &var.list).is_none_or(|parts| parts.iter().any(computed)) {
            return Some(Obstacle::List(var.name.clone()));
        }
        if source.params.iter().filter(|handed| element(&handed.value) == Some(at)).count() != 1 {
            return Some(Obstacle::NotOnce(var.name.clone()));
        }
    }
    None
}

/// What has to hold of the lists before anything runs.
pub(super) fn bounds(plan: &Plan, readers: &Readers) -> Vec<Require> {
    let is_read = |id: TaskId| readers.outside[id.index()] || !readers.tasks[id.index()].is_empty();
    let read = plan.tasks().filter(|(id, task)| is_native(task) && is_read(*id));
    read.filter_map(|(_, task)| Some(bound(task, task.fan.as_ref()?))).collect()
}

fn bound(task: &Task, fan: &Fan) -> Require {
    let turns = fan.vars.iter().map(|var| length(&var.list));
    let turns = turns.reduce(|all, one| number(Op::Multiply, all, one)).unwrap_or_else(|| known(1));
    let [least, most] = [(Op::GreaterEqual, 1), (Op::LessEqual, IN_ORDER)]
        .map(|(op, limit)| Expr::new(ExprKind::Binary(op, Box::new(turns.clone()), Box::new(known(limit))), Ty::Bool));
    let names: Vec<&str> = fan.vars.iter().map(|var| var.name.as_str()).collect();
    let message = format!(
        "the loop over {} has to have 1 to {IN_ORDER} turns: what `{}` gives in them is read in their order",
        names.join(", "),
        task.name
    );
    Require {
        cond: Expr::new(ExprKind::Binary(Op::And, Box::new(least), Box::new(most)), Ty::Bool),
        message: Expr::string(message),
        span: fan.span,
        early: true,
    }
}

/// How many elements a list has, by parameters alone. What turns gave was counted where they run.
fn length(list: &Expr) -> Expr {
    if let ExprKind::Append(first, second) = &list.kind {
        return number(Op::Add, length(first), length(second));
    }
    if let ExprKind::List(elements) = &list.kind {
        return known(i64::try_from(elements.len()).unwrap_or(i64::MAX));
    }
    if let Some(Value::List(elements)) = list.value() {
        return known(i64::try_from(elements.len()).unwrap_or(i64::MAX));
    }
    if let ExprKind::Param(_) = list.kind {
        return Expr::new(ExprKind::Len(Box::new(list.clone())), Ty::Int);
    }
    known(1)
}

fn number(op: Op, a: Expr, b: Expr) -> Expr {
    Expr::new(ExprKind::Binary(op, Box::new(a), Box::new(b)), Ty::Int)
}

fn known(number: i64) -> Expr {
    Expr::known(Value::Int(number), Ty::Int)
}

/// Whether the names of the runs of a matrix stay whole, so that they have an order: the run's own name is that of the
/// pipeline, a dash and five signs.
pub(super) fn keeps_order(pipeline: &str, task: &str) -> bool {
    pipeline.len() + "-xxxxx-".len() + task.len() + "-9".len() <= crate::emit::kube::LONGEST_NAME
}
