//! `require`: what is known holds or is refused, what is not is checked before the first task.

use super::Builder;
use super::fold;
use super::report::{requirement_broken, requirement_on_result};
use super::scope::Frame;
use crate::check::program::{self as p, Kind, LocalId};
use crate::plan::{Expr, ExprKind, Require, TaskId, Value};
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
        self.plan.requires.push(Require { cond, message, span });
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
