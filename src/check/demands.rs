//! What tasks require of their parameters, and calls that break it.

use crate::source::Span;
use crate::syntax::ast;

use super::checker::{Checker, poison, typed};
use super::findings;
use super::findings::demands::Given;
use super::instance::Instance;
use super::program::demand::Demand;
use super::program::{Expr, Kind, LocalId, ParamDef, TaskDef, TaskId, TextPart, Type};
use super::proof::Mark;
use super::report::Place;

impl<'a> Checker<'a, '_> {
    /// Reads every `require` of a task, wherever it stands in the body: they hold in all of it. Undoing the mark forgets
    /// them.
    pub(super) fn demands(&mut self, one: &'a ast::Task, def: &mut TaskDef) -> Mark {
        let before = self.scope.facts.mark();
        for field in &one.body {
            match field {
                ast::Field::Require { cond, message, span } => {
                    let cond = self.condition(cond, "require");
                    let message = message.as_ref();
                    let message = message.map(|message| self.expect(message, &Type::String, Place::Field("require")));
                    self.scope.facts.assume(&cond, true);
                    def.requires.push(Demand { cond, message, span: *span });
                }
                // It may have been one.
                ast::Field::Broken(_) => self.scope.facts.doubt(),
                ast::Field::Value { .. } | ast::Field::Step { .. } | ast::Field::Service { .. } => {}
            }
        }
        before
    }

    /// Reports what a call breaks, as far as its arguments are known here.
    pub(super) fn demanded(&mut self, task: TaskId, args: &[Option<Expr>], head: Span) {
        if self.program.tasks[task.index()].requires.is_empty() || self.unreached(head) {
            return;
        }
        let values = self.values(task, args);
        let def = &self.program.tasks[task.index()];
        let mut found = Vec::new();
        for demand in &def.requires {
            let Some(cond) = Instance::new(&self.program).of(&demand.cond, &values) else { continue };
            if !self.scope.facts.holds(&cond, false) {
                continue;
            }
            let message = demand.message.as_ref().and_then(|one| Instance::new(&self.program).of(one, &values));
            let given = self.given_to(def, args, &values, &demand.cond);
            found.push(findings::demands::broken(def, demand, text_of(message.as_ref()), head, &given));
        }
        found.into_iter().for_each(|one| self.report(one));
    }

    /// The same for a task in place, which speaks of the names around it.
    pub(super) fn demanded_in_place(&mut self, def: &TaskDef) {
        if def.requires.is_empty() || self.unreached(def.span) {
            return;
        }
        for demand in &def.requires {
            let cond = Instance::new(&self.program).of(&demand.cond, &[]);
            if cond.is_some_and(|cond| self.scope.facts.holds(&cond, false)) {
                let message = demand.message.as_ref();
                self.report(findings::demands::broken(def, demand, text_of(message), def.span, &[]));
            }
        }
    }

    /// Whether what is known here contradicts itself, so that no run comes here.
    fn unreached(&mut self, at: Span) -> bool {
        let never = typed(Kind::Bool(false), Type::Bool, at);
        self.scope.facts.holds(&never, true)
    }

    /// What the parameters of a task stand for in a call, in the names of the caller.
    fn values(&self, task: TaskId, args: &[Option<Expr>]) -> Vec<(LocalId, Expr)> {
        let mut values: Vec<(LocalId, Expr)> = Vec::with_capacity(args.len());
        for (param, arg) in self.program.tasks[task.index()].params.iter().zip(args) {
            let mut instance = Instance::new(&self.program);
            let value = match (arg, &param.default) {
                (Some(arg), _) => instance.of(arg, &[]),
                (None, Some(default)) => instance.of(default, &values),
                (None, None) if matches!(param.ty, Type::Optional(_)) => {
                    Some(typed(Kind::None, param.ty.clone(), param.span))
                }
                (None, None) => None,
            };
            values.push((param.local, value.unwrap_or_else(|| poison(param.span))));
        }
        values
    }

    /// What a call gives for the parameters that a condition reads.
    fn given_to(&self, def: &TaskDef, args: &[Option<Expr>], values: &[(LocalId, Expr)], cond: &Expr) -> Vec<Given> {
        let mut read = Vec::new();
        cond.walk(&mut |part| {
            if let Kind::Local(local) = part.kind {
                read.push(local);
            }
        });
        let params = def.params.iter().zip(args).zip(values);
        let params = params.filter(|((param, _), _)| read.contains(&param.local));
        let given = |((param, arg), (_, value)): ((&ParamDef, &Option<Expr>), &(LocalId, Expr))| Given {
            name: param.name.to_string(),
            value: self.shown(value),
            place: arg.as_ref().map(|arg| arg.span),
        };
        params.map(given).collect()
    }

    /// A value as it is written, when it is a literal.
    fn shown(&self, value: &Expr) -> Option<String> {
        match &value.kind {
            Kind::None => Some("none".to_owned()),
            Kind::Bool(value) => Some(value.to_string()),
            Kind::Int(value) => Some(value.to_string()),
            Kind::Str(text) => Some(format!("\"{text}\"")),
            Kind::Case(id, case) => {
                Some(format!(".{}", self.program.enums[id.index()].cases.get(*case as usize)?.name))
            }
            Kind::List(items) => {
                let items: Option<Vec<String>> = items.iter().map(|one| self.shown(one)).collect();
                Some(format!("[{}]", items?.join(", ")))
            }
            Kind::Poison
            | Kind::Duration(_)
            | Kind::Size(_)
            | Kind::Cpu(_)
            | Kind::Text(_)
            | Kind::Record(..)
            | Kind::Map(_)
            | Kind::Local(_)
            | Kind::Const(_)
            | Kind::Output(..)
            | Kind::Field(..)
            | Kind::Key(..)
            | Kind::Attr(..)
            | Kind::Out(_)
            | Kind::Outcome
            | Kind::Not(_)
            | Kind::Negate(_)
            | Kind::Binary(..)
            | Kind::Coalesce(..)
            | Kind::Force(_)
            | Kind::Join(..)
            | Kind::If(..)
            | Kind::Match(_)
            | Kind::Fn(..)
            | Kind::Builtin(..)
            | Kind::Convert(_) => None,
        }
    }
}

/// A message, with `…` for what is not known.
fn text_of(message: Option<&Expr>) -> Option<String> {
    let kind = &message?.kind;
    if let Kind::Str(text) = kind {
        return Some(text.to_string());
    }
    let Kind::Text(parts) = kind else { return None };
    Some(parts.iter().map(|part| if let TextPart::Text(text) = part { text } else { "…" }).collect())
}
