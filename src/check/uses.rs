//! A step that runs what somebody else keeps: `step fetch { uses: git_clone(url: url) }`, of an `extern step`.

use crate::source::Span;
use crate::syntax::ast;

use super::call::Callee;
use super::checker::{Checker, poison, written};
use super::fields::OF_EXTERN;
use super::findings;
use super::modules::Def;
use super::program::outside::{UseDef, What};
use super::program::{Script, StepDef, TaskDef, TaskId, Type};
use super::scope::Origin;
use super::types::{element, opened};

/// The field that names it.
pub(super) const USES: &str = "uses";

/// The place and the value of the field.
pub(super) fn field_of(fields: &[ast::Field]) -> Option<(&ast::Name, &ast::Expr)> {
    fields.iter().find_map(|field| match field {
        ast::Field::Value { name, value } if &*name.text == USES => Some((name, value)),
        ast::Field::Value { .. }
        | ast::Field::Step { .. }
        | ast::Field::Service { .. }
        | ast::Field::Require { .. }
        | ast::Field::Broken(_) => None,
    })
}

impl<'a> Checker<'a, '_> {
    /// Whether it is kept elsewhere as a step, which only a step can use.
    pub(super) fn is_step(&self, task: TaskId) -> bool {
        self.program.tasks[task.index()].source.as_ref().is_some_and(|source| source.what == What::Step)
    }

    /// The step, whose name stands for its results from here on.
    pub(super) fn used_step(
        &mut self,
        name: &'a ast::Name,
        fields: &'a [ast::Field],
        (key, value): (&'a ast::Name, &'a ast::Expr),
    ) -> StepDef {
        let found = self.out.len();
        self.nothing_beside(fields, key);
        let used = self.use_of(value);
        let ty = used.as_ref().map_or(Type::Unknown, |(task, _)| self.result_of(*task));
        self.doubt_since(found, name.span);
        let local = self.declare(name, ty, Origin::Value { task: false });
        let mut made = empty_step(name, value.span);
        match used {
            Some((task, args)) => made.uses = Some(Box::new(UseDef { task, args, local, span: value.span })),
            // What is missing was reported.
            None => made.image = Some(Box::new(poison(value.span))),
        }
        made
    }

    fn nothing_beside(&mut self, fields: &'a [ast::Field], key: &'a ast::Name) {
        for field in fields {
            match field {
                ast::Field::Value { name, .. } if name.span == key.span => {}
                ast::Field::Value { name, .. } if name.text == key.text => {
                    self.out.push(findings::names::duplicate("field", &name.text, name.span, key.span));
                }
                ast::Field::Value { name, .. } | ast::Field::Step { name, .. } | ast::Field::Service { name, .. } => {
                    self.report(findings::uses::beside(name, key.span));
                }
                ast::Field::Require { span, .. } => {
                    self.report(findings::parts::require_elsewhere(*span, "a step"));
                }
                ast::Field::Broken(_) => {}
            }
        }
    }

    fn use_of(&mut self, value: &'a ast::Expr) -> Option<(TaskId, Vec<Option<super::program::Expr>>)> {
        let ast::ExprKind::Call { callee, args } = &value.kind else {
            if !matches!(value.kind, ast::ExprKind::Broken) {
                self.report(findings::uses::not_a_step(value.span, written(value)));
            }
            return None;
        };
        match self.callee(callee) {
            Callee::Def(Def::Task(task)) if self.is_step(task) => Some((task, self.task_args(task, args, value.span))),
            Callee::Unknown | Callee::Def(Def::Broken) => {
                self.stray_args(args);
                None
            }
            Callee::Def(_) | Callee::Word(_) => {
                self.stray_args(args);
                self.report(findings::uses::not_a_step(callee.span, written(callee)));
                None
            }
        }
    }

    /// What only a task has that is kept elsewhere, and what no step can be given or give.
    pub(super) fn only_a_step(&mut self, one: &'a ast::Task, def: &TaskDef) {
        for field in &one.body {
            match field {
                ast::Field::Value { name, .. } if OF_EXTERN.contains(&&*name.text) => {
                    self.report(findings::uses::of_its_task(name.span, &name.text));
                }
                ast::Field::Require { span, .. } => self.report(findings::uses::of_its_task(*span, "require")),
                ast::Field::Value { .. }
                | ast::Field::Step { .. }
                | ast::Field::Service { .. }
                | ast::Field::Broken(_) => {}
            }
        }
        for param in &def.params {
            let inner = opened(&param.ty);
            if *inner == Type::Workspace {
                self.report(findings::uses::workspace(param.span));
            } else if matches!(element(inner).unwrap_or(inner), Type::Record(_)) {
                let shown = self.show(&param.ty);
                self.report(findings::uses::not_carried(param.span, &shown));
            }
        }
        for output in &def.outputs {
            if matches!(output.ty, Type::Optional(_) | Type::List(_) | Type::Record(_) | Type::Artifact(_)) {
                let shown = self.show(&output.ty);
                self.report(findings::uses::not_gained(output.span, &shown));
            }
        }
    }

    /// The last step writes and checks what the task gives.
    pub(super) fn last_is_ours(&mut self, def: &TaskDef) {
        let Some(last) = def.steps.last().filter(|last| last.uses.is_some()) else { return };
        if let Some(output) = def.outputs.first() {
            self.report(findings::uses::last(last.span, output.span, &def.name));
        }
    }
}

fn empty_step(name: &ast::Name, span: Span) -> StepDef {
    StepDef {
        name: name.text.clone(),
        doc: Box::default(),
        span: name.span,
        image: None,
        shell: None,
        run: Script { parts: Vec::new(), commands: None, span },
        env: Vec::new(),
        workdir: None,
        keeps: false,
        uses: None,
    }
}
