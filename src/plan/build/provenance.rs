//! Why a task is in the plan, and why another is not.

use std::sync::Arc;

use super::Builder;
use super::partial::Partial;
use super::require::{locals_of, shown_value};
use super::scope::Frame;
use super::stmt::Context;
use crate::check::program::{self as p, Call, For, TaskDef};
use crate::plan::provenance::{Cause, Provenance};
use crate::plan::{Expr, ExprKind, LeftOut, Task, Ty, Value};

/// The enum of the library whose cases are the architectures of machines.
const ARCH: &str = "Arch";

/// A list of more elements is shown by their number.
const SHOWN: usize = 6;

impl<'a> Builder<'a> {
    /// `inner` is the scope of the task.
    pub(super) fn provenance(
        &mut self,
        inner: &Frame,
        context: &Context<'a>,
        call: &Call,
        def: &TaskDef,
        task: &Task,
    ) -> Provenance {
        let makes = self.makes(task);
        let mut made = Provenance {
            call: format!("{}{}", context.prefix, call.name),
            makes,
            causes: Arc::clone(&context.causes),
            ..Provenance::default()
        };
        if made.makes.is_empty() {
            return made;
        }
        for param in &def.params {
            let value = inner.value(param.local);
            if let (Some(of_arch), Some(text)) = (self.case_of_arch(&param.ty), self.text_of(&value)) {
                add(&mut made, of_arch, &param.name, text);
            }
        }
        for cause in context.causes.iter() {
            if let Cause::Turn { variable, value, arch, .. } = cause
                && !made.of.iter().any(|(_, known)| known == value)
            {
                add(&mut made, *arch, variable, value.clone());
            }
        }
        made.arch = made.arch.or_else(|| task.needs.arch.clone());
        made
    }

    /// Of a type whose values are cases: whether they are architectures.
    fn case_of_arch(&self, ty: &p::Type) -> Option<bool> {
        match self.types.ty(ty) {
            Ty::Enum(one) => Some(one.name == ARCH),
            Ty::Optional(of) => {
                if let Ty::Enum(one) = *of {
                    Some(one.name == ARCH)
                } else {
                    None
                }
            }
            Ty::Bool
            | Ty::Int
            | Ty::String
            | Ty::Duration
            | Ty::Size
            | Ty::Cpu
            | Ty::Path
            | Ty::Image
            | Ty::Pattern(_)
            | Ty::Secret
            | Ty::Workspace
            | Ty::Artifact(_)
            | Ty::List(_)
            | Ty::Map(_)
            | Ty::Record(_) => None,
        }
    }

    /// The text of a value; a parameter that is still open by its name, what a run makes not at all.
    fn text_of(&self, value: &Partial) -> Option<String> {
        if let Partial::Expr(Expr { kind: ExprKind::Param(id), .. }) = value {
            return Some(format!("~{{{}}}", self.plan.params.get(id.index())?.name));
        }
        value.value().filter(|value| **value != Value::None)?.text()
    }

    /// Why a condition that is known is as it is.
    pub(super) fn decided(&self, frame: &Frame, cond: &p::Expr, holds: bool, negated: bool) -> Cause {
        let mut locals = Vec::new();
        locals_of(cond, &mut locals);
        let named = |local: &p::LocalId| {
            let name = self.pipeline.locals.get(local.index())?.name.to_string();
            let value = frame.value(*local);
            Some((name, short(value.value()?)?))
        };
        Cause::Decided { span: cond.span, holds, negated, values: locals.iter().filter_map(named).collect() }
    }

    /// The causes of what stands in a turn whose variables are bound.
    pub(super) fn in_this_turn(&self, frame: &Frame, context: &Context<'_>, each: &For) -> Arc<[Cause]> {
        let turns = each.vars.iter().filter_map(|(local, list)| {
            let variable = self.pipeline.locals.get(local.index())?.name.to_string();
            let value = frame.value(*local);
            let arch = matches!(&value, Partial::Expr(Expr { ty: Ty::Enum(one), .. }) if one.name == ARCH);
            Some(Cause::Turn { span: list.span, variable, value: value.value()?.text()?, arch })
        });
        context.causes.iter().cloned().chain(turns).collect()
    }

    /// Notes a task that is left out, with what it would make.
    pub(super) fn keep_out(&mut self, context: &Context<'_>, call: &Call, task: Task) {
        let Some(because) = context.because else { return };
        let Task { name, provenance, .. } = task;
        let (within, stage) = (Arc::clone(&context.within), context.stage.as_deref().map(str::to_owned));
        let one = LeftOut { name, span: call.span, within, because, stage, provenance };
        match self.turned_away {
            false => self.plan.left_out.push(one),
            true if one.provenance.makes.is_empty() => {}
            true => self.plan.turned_away.push(one),
        }
    }
}

/// What was known before, and one thing more.
pub(super) fn with(causes: &Arc<[Cause]>, more: Option<Cause>) -> Arc<[Cause]> {
    match more {
        Some(more) => causes.iter().cloned().chain([more]).collect(),
        None => Arc::clone(causes),
    }
}

fn add(made: &mut Provenance, arch: bool, name: &str, text: String) {
    match arch {
        true => made.arch = Some(text),
        false => made.of.push((name.to_owned(), text)),
    }
}

fn short(value: &Value) -> Option<String> {
    match value {
        Value::List(list) if list.len() > SHOWN => Some(format!("[{} elements]", list.len())),
        Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Text(_)
        | Value::Case(_)
        | Value::Duration(_)
        | Value::Size(_)
        | Value::Cpu(_)
        | Value::Secret(_)
        | Value::Workspace(_)
        | Value::List(_)
        | Value::Record(_) => shown_value(value).map(|text| text.trim_matches('`').to_owned()),
    }
}
