//! `require`: what is known holds or is refused, what is not is checked before the first task.

use super::Builder;
use super::fold;
use super::report::{call_broken, requirement_broken, requirement_on_result};
use super::scope::Frame;
use super::stmt::Context;
use crate::check::program::{self as p, Call, Kind, LocalId, TaskDef};
use crate::plan::{Expr, ExprKind, Require, Task, TaskId, Ty, Value};
use crate::source::Span;

impl Builder<'_> {
    /// `when` is the condition of the blocks around it.
    pub(super) fn require(
        &mut self,
        frame: &Frame,
        when: Option<&Expr>,
        cond: &p::Expr,
        message: Option<&p::Expr>,
        span: Span,
    ) {
        if self.left_out {
            return;
        }
        let own = self.plain(frame, cond);
        let whole = when.map_or_else(|| own.clone(), |when| fold::or(fold::not(when.clone()), own.clone()));
        let message = message.map(|message| self.plain(frame, message));
        match fold::truth(&whole) {
            Some(true) => {}
            Some(false) => {
                let values = self.values_of(frame, cond);
                let text = message.as_ref().and_then(Expr::value).and_then(Value::text);
                self.report(requirement_broken(text.as_deref(), span, &values));
            }
            None => self.keep(whole, message, span),
        }
    }

    fn keep(&mut self, cond: Expr, message: Option<Expr>, span: Span) {
        if let Some(task) = first_task(&cond).or_else(|| message.as_ref().and_then(first_task)) {
            let finding = requirement_on_result(&self.plan, task, span);
            self.report(finding);
            return;
        }
        let message = message.unwrap_or_else(|| Expr::string(self.names_in(&cond)));
        self.plan.requires.push(Require { cond, message, span, early: true });
    }

    /// What a call has to hold to, since its task requires it: only where it runs.
    pub(super) fn demands(
        &mut self,
        inner: &Frame,
        context: &Context<'_>,
        call: &Call,
        def: &TaskDef,
        task: &mut Task,
    ) {
        if self.left_out {
            return;
        }
        for demand in &def.requires {
            let own = self.plain(inner, &demand.cond);
            if fold::truth(&own) == Some(true) {
                continue;
            }
            let guard = context.condition.clone();
            let whole = guard.map_or_else(|| own.clone(), |when| fold::or(fold::not(when), own.clone()));
            // Where the call runs its condition holds.
            let granted = context.condition.as_ref().is_some_and(|when| *when == own);
            if granted || fold::truth(&whole) == Some(true) {
                continue;
            }
            let message = demand.message.as_ref().map(|message| self.plain(inner, message));
            let early = context.fan.is_none() && !in_run(&whole) && !message.as_ref().is_some_and(in_run);
            let sure = fold::truth(&own) == Some(false);
            let elsewhere = def.source.is_some() && !early;
            if fold::truth(&whole) == Some(false) && context.fan.is_none() || sure && elsewhere {
                let values = self.given_values(inner, call, def, &demand.cond);
                let text = message.as_ref().and_then(Expr::value).and_then(Value::text);
                self.report(call_broken(def, text.as_deref(), call.span, demand.span, &values));
            } else if let Some(reason) = first_task(&whole).filter(|_| elsewhere) {
                let finding = requirement_on_result(&self.plan, reason, call.span);
                self.report(finding.label(demand.span, format!("`{}` requires this", def.name)));
            } else {
                let message = message.unwrap_or_else(|| Expr::string("what it requires does not hold".to_owned()));
                let message = if early { of_task(&task.name, message) } else { message };
                let cond = if early { whole } else { own };
                task.requires.push(Require { cond, message, span: demand.span, early });
            }
        }
    }

    /// Name, value and place of what a condition of the task reads.
    fn given_values(
        &self,
        inner: &Frame,
        call: &Call,
        def: &TaskDef,
        cond: &p::Expr,
    ) -> Vec<(String, String, Option<Span>)> {
        let mut locals = Vec::new();
        locals_of(cond, &mut locals);
        let shown = |local: &LocalId| {
            let at = def.params.iter().position(|param| param.local == *local)?;
            let value = shown_value(inner.value(*local).value()?)?;
            let place = call.args.get(at).and_then(Option::as_ref).map(|arg| arg.span);
            Some((def.params[at].name.to_string(), value, place))
        };
        locals.iter().filter_map(shown).collect()
    }

    fn names_in(&self, cond: &Expr) -> String {
        let mut names: Vec<&str> = Vec::new();
        cond.walk(&mut |part| {
            if let ExprKind::Param(id) = part.kind {
                let name = self.plan.params[id.index()].name.as_str();
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        });
        format!("a requirement on {} does not hold", names.join(", "))
    }

    /// Name, value and place of what the condition reads.
    fn values_of(&self, frame: &Frame, cond: &p::Expr) -> Vec<(String, String, Option<Span>)> {
        let mut locals = Vec::new();
        locals_of(cond, &mut locals);
        let shown = |local: &LocalId| {
            let name = self.pipeline.locals.get(local.index())?.name.to_string();
            let value = shown_value(frame.value(*local).value()?)?;
            let place = self.bindings.iter().find(|one| one.name == name).and_then(|one| one.span);
            Some((name, value, place))
        };
        locals.iter().filter_map(shown).collect()
    }
}

pub(super) fn shown_value(value: &Value) -> Option<String> {
    match value {
        Value::None => Some("`none`".to_owned()),
        Value::Text(text) => Some(format!("`\"{text}\"`")),
        Value::List(list) => {
            let parts: Option<Vec<String>> = list.iter().map(Value::text).collect();
            Some(format!("`[{}]`", parts?.join(", ")))
        }
        Value::Bool(_) | Value::Int(_) | Value::Case(_) | Value::Duration(_) | Value::Size(_) | Value::Cpu(_) => {
            Some(format!("`{}`", value.text()?))
        }
        // The name of a secret says nothing here.
        Value::Secret(_) => Some("given".to_owned()),
        Value::Workspace(_) | Value::Record(_) => None,
    }
}

/// Whether a value is known only while tasks run.
fn in_run(value: &Expr) -> bool {
    let mut found = first_task(value).is_some();
    value.walk(&mut |part| found |= matches!(part.kind, ExprKind::Outcome | ExprKind::Turn(_)));
    found
}

/// A message that names the task, for who reads it before any has begun.
fn of_task(task: &str, message: Expr) -> Expr {
    let head = format!("task {task}: ");
    let text = |part: &Expr| part.value().and_then(Value::text);
    if let Some(text) = text(&message) {
        return Expr::string(head + &text);
    }
    let mut parts = if let ExprKind::Concat(parts) = message.kind { parts } else { vec![message] };
    match parts.first().and_then(text) {
        Some(text) => parts[0] = Expr::string(head + &text),
        None => parts.insert(0, Expr::string(head)),
    }
    Expr::new(ExprKind::Concat(parts), Ty::String)
}

/// The first task that a value waits for.
pub(super) fn first_task(value: &Expr) -> Option<TaskId> {
    let mut found = None;
    value.walk(&mut |part| {
        if let ExprKind::Result(task, _) | ExprKind::Artifact { task, .. } | ExprKind::Status(task) = part.kind {
            found = found.or(Some(task));
        }
    });
    found
}

/// Every local that an expression reads, each once, in order.
pub(super) fn locals_of(expr: &p::Expr, found: &mut Vec<LocalId>) {
    expr.walk(&mut |one| {
        if let Kind::Local(id) = &one.kind
            && !found.contains(id)
        {
            found.push(*id);
        }
    });
}
