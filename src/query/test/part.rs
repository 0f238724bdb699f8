//! What a part of a plan comes to: a value, or the reason why there is none.

use std::rc::Rc;

use super::Run;
use super::planned::Planned;
use crate::check::program::LocalId;
use crate::check::suite::{Part, PartOf, Subject, TaskPart, TaskSet};
use crate::diag::Diagnostic;
use crate::plan::{Expr, ExprKind, Needs, OnFailure, Plan, Task, TaskId, Value};
use crate::source::Span;

/// What a call came to in one turn of the loops around it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Turn {
    Task(TaskId),
    /// The condition that is known to be false.
    LeftOut(Span),
}

/// Why something has no value.
#[derive(Clone, Debug)]
pub(super) enum Why {
    /// The plan could not be made, which was reported.
    NoPlan,
    /// The task is not in the plan; the condition that is false, when there is one.
    LeftOut(String, Option<Span>),
    /// Known only when running: what it depends on, and where that is.
    Running(String, Option<Span>),
    /// It is there, and its value is known only when running.
    ThereWhenRunning(String, Option<Span>),
    /// The tasks or steps that a name stands for differ in it.
    Differs(String),
    /// It cannot be computed.
    Fault(Box<Diagnostic>),
}

impl Why {
    /// Whether it is something, though nobody knows what.
    pub(super) fn is_there(&self) -> bool {
        match self {
            Self::ThereWhenRunning(..) => true,
            Self::NoPlan | Self::LeftOut(..) | Self::Running(..) | Self::Differs(_) | Self::Fault(_) => false,
        }
    }
}

impl Run<'_, '_> {
    pub(super) fn part(&self, part: &Part) -> Result<Value, Why> {
        match &part.of {
            PartOf::Names(plan) => {
                let planned = self.planned(*plan).ok_or(Why::NoPlan)?;
                let names = planned.plan().tasks().map(|(_, task)| Value::Text(task.name.clone()));
                Ok(Value::List(names.collect()))
            }
            PartOf::Value { plan, of } => {
                let planned = self.planned(*plan).ok_or(Why::NoPlan)?;
                planned.inspected.local(*of).map_err(|open| running(planned.plan(), &open))
            }
            PartOf::Task(set, part) => {
                let (plan, turns) = self.turns_of(set).ok_or(Why::NoPlan)?;
                let planned = self.planned(plan).ok_or(Why::NoPlan)?;
                match is_many(set) {
                    true => list(&planned, &turns, part),
                    false => single(&planned, &turns, part, &name_of(set)),
                }
            }
        }
    }

    pub(super) fn planned(&self, plan: LocalId) -> Option<Rc<Planned>> {
        self.plans.get(&plan).cloned().flatten()
    }

    /// What a name of a plan stands for, in the order of the source; `None` when there is no plan.
    pub(super) fn turns_of(&self, set: &TaskSet) -> Option<(LocalId, Vec<Turn>)> {
        match &set.of {
            Subject::Turn(var) => self.turns.get(var).map(|(plan, turn)| (*plan, vec![*turn])),
            Subject::Calls { plan, calls, .. } => {
                let planned = self.planned(*plan)?;
                let mut turns = Vec::new();
                for call in calls {
                    turns.extend(planned.made_by(call).iter().copied().map(Turn::Task));
                    turns.extend(planned.left_out(call).iter().copied().map(Turn::LeftOut));
                }
                Some((*plan, turns))
            }
        }
    }

    /// The name of the first unknown of what an evaluation left, with its reason.
    pub(super) fn why(&self, open: &Expr) -> Why {
        let mut first = None;
        open.walk(&mut |part| {
            if let ExprKind::Param(id) = part.kind {
                first = first.or(Some(LocalId(id.0)));
            }
        });
        let why = first.and_then(|local| self.unknown.get(&local)).cloned();
        why.unwrap_or_else(|| Why::Running("the run".to_owned(), None))
    }
}

fn is_many(set: &TaskSet) -> bool {
    match &set.of {
        Subject::Calls { many, .. } => *many,
        Subject::Turn(_) => false,
    }
}

pub(super) fn name_of(set: &TaskSet) -> String {
    match &set.of {
        Subject::Calls { name, .. } => name.to_string(),
        Subject::Turn(_) => "the task".to_owned(),
    }
}

/// One element a task that is in the plan; that one is skipped is said of those that are left out, too.
fn list(planned: &Planned, turns: &[Turn], part: &TaskPart) -> Result<Value, Why> {
    let mut values = Vec::with_capacity(turns.len());
    for turn in turns {
        match (turn, part) {
            (Turn::Task(task), _) => values.push(of_task(planned, *task, part)?),
            (Turn::LeftOut(_), TaskPart::Skipped) => values.push(Value::Bool(true)),
            (Turn::LeftOut(_), _) => {}
        }
    }
    Ok(Value::List(values))
}

/// The part of the one task; where a name stands for several, they have to agree.
fn single(planned: &Planned, turns: &[Turn], part: &TaskPart, name: &str) -> Result<Value, Why> {
    let tasks = turns.iter().filter_map(|turn| if let Turn::Task(id) = turn { Some(*id) } else { None });
    let values: Vec<Value> = tasks.map(|task| of_task(planned, task, part)).collect::<Result<_, _>>()?;
    match values.split_first() {
        Some((first, others)) if others.iter().all(|other| other == first) => Ok(first.clone()),
        Some(_) => Err(Why::Differs(format!("either of {} tasks called `{name}` runs, and they differ", values.len()))),
        None if *part == TaskPart::Skipped => Ok(Value::Bool(true)),
        None => Err(Why::LeftOut(name.to_owned(), because(turns))),
    }
}

pub(super) fn because(turns: &[Turn]) -> Option<Span> {
    turns.iter().find_map(|turn| if let Turn::LeftOut(span) = turn { Some(*span) } else { None })
}

fn of_task(planned: &Planned, id: TaskId, part: &TaskPart) -> Result<Value, Why> {
    let (plan, task) = (planned.plan(), planned.plan().task(id));
    let text = |text: &Option<String>| text.clone().map_or(Value::None, Value::Text);
    let duration = |amount: Option<i64>| amount.map_or(Value::None, Value::Duration);
    Ok(match part {
        TaskPart::Name => Value::Text(task.name.clone()),
        TaskPart::Skipped => match &task.condition {
            None => Value::Bool(false),
            Some(condition) => return Err(running(plan, condition)),
        },
        TaskPart::Image => image(task)?,
        TaskPart::Timeout => duration(task.timeout),
        TaskPart::Retries => Value::Int(i64::from(task.retries)),
        TaskPart::RetryDelay => duration(task.retry_delay),
        TaskPart::OnFailure => Value::Case(on_failure(task.on_failure).to_owned()),
        TaskPart::Lock => text(&task.lock),
        TaskPart::Stage => text(&task.stage),
        TaskPart::Needs(name) => need(&task.needs, name),
        TaskPart::Env(name) => environment(plan, task, name)?,
        TaskPart::Arg(at) => planned.inspected.argument(id, *at).map_err(|open| running(plan, &open))?,
    })
}

fn image(task: &Task) -> Result<Value, Why> {
    let mut images: Vec<&str> =
        task.steps.iter().filter(|step| step.uses.is_none()).map(|step| step.image.as_str()).collect();
    images.dedup();
    match images.as_slice() {
        [one] => Ok(Value::Text((*one).to_owned())),
        several => Err(Why::Differs(format!("the steps of `{}` run in {}", task.name, several.join(", ")))),
    }
}

fn on_failure(what: OnFailure) -> &'static str {
    match what {
        OnFailure::Stop => "stop",
        OnFailure::GoOn => "go_on",
    }
}

/// By the names of the record `Needs`.
fn need(needs: &Needs, name: &str) -> Value {
    let size = |amount: Option<i64>| amount.map_or(Value::None, Value::Size);
    match name {
        "kvm" => Value::Bool(needs.kvm),
        "privileged" => Value::Bool(needs.privileged),
        "network" => Value::Bool(needs.network),
        "cpu" => needs.cpu.map_or(Value::None, Value::Cpu),
        "memory" => size(needs.memory),
        "disk" => size(needs.disk),
        "arch" => needs.arch.clone().map_or(Value::None, Value::Case),
        _ => Value::None,
    }
}

/// Of the first step that has it, as text; a secret is there by its name.
fn environment(plan: &Plan, task: &Task, name: &str) -> Result<Value, Why> {
    let Some(found) = task.steps.iter().flat_map(|step| &step.env).find(|one| one.name == name) else {
        return Ok(Value::None);
    };
    if let Some(value) = found.value.value() {
        return Ok(value.text().map_or(Value::None, Value::Text));
    }
    let (what, span) = waited_for(plan, &found.value);
    Err(Why::ThereWhenRunning(what, span))
}

fn running(plan: &Plan, open: &Expr) -> Why {
    let (what, span) = waited_for(plan, open);
    Why::Running(what, span)
}

/// What an expression of the plan waits for, and where that is.
fn waited_for(plan: &Plan, open: &Expr) -> (String, Option<Span>) {
    let mut found = None;
    open.walk(&mut |part| {
        let new = match &part.kind {
            ExprKind::Result(task, _) | ExprKind::Artifact { task, .. } => {
                Some((format!("what the task `{}` makes", plan.task(*task).name), Some(plan.task(*task).span)))
            }
            ExprKind::Status(task) => {
                Some((format!("how the task `{}` ends", plan.task(*task).name), Some(plan.task(*task).span)))
            }
            ExprKind::StepResult(step, _) => Some((format!("what the step `{step}` gives"), None)),
            ExprKind::Outcome => Some(("how the run ends".to_owned(), None)),
            ExprKind::Turn(_) => Some(("the turns of a loop".to_owned(), None)),
            ExprKind::Place { workspace, .. } => {
                let workspace = &plan.workspaces[workspace.0 as usize];
                Some((format!("where the workspace `{}` lies", workspace.name), Some(workspace.span)))
            }
            ExprKind::Known(_)
            | ExprKind::Param(_)
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
            | ExprKind::Convert(_) => None,
        };
        if found.is_none() {
            found = new;
        }
    });
    found.unwrap_or_else(|| ("the run".to_owned(), None))
}
