//! Every expression of a task, to read and to change.

use super::{Expr, ExprKind, Script, Task};

impl Expr {
    /// The expressions that this one is made of, in order.
    pub(super) fn parts_mut(&mut self) -> Vec<&mut Self> {
        match &mut self.kind {
            ExprKind::Known(_)
            | ExprKind::Param(_)
            | ExprKind::Result(..)
            | ExprKind::Out(_)
            | ExprKind::Status(_)
            | ExprKind::StepResult(..)
            | ExprKind::Outcome
            | ExprKind::Turn(_) => Vec::new(),
            ExprKind::Artifact { path: one, .. }
            | ExprKind::Place { path: one, .. }
            | ExprKind::Not(one)
            | ExprKind::Negate(one)
            | ExprKind::IsNone(one)
            | ExprKind::Flag(_, one)
            | ExprKind::Len(one)
            | ExprKind::Convert(one) => vec![one],
            ExprKind::Binary(_, a, b) | ExprKind::Coalesce(a, b) | ExprKind::Join(a, b) | ExprKind::Append(a, b) => {
                vec![a, b]
            }
            ExprKind::If(a, b, c) => vec![a, b, c],
            ExprKind::Concat(list) | ExprKind::List(list) => list.iter_mut().collect(),
        }
    }
}

impl Task {
    /// Calls `visit` with every whole expression of the task, but for those of its fan, which tasks share.
    pub(super) fn each_expr(&mut self, visit: &mut dyn FnMut(&mut Expr)) {
        let scripts = self.before.as_deref_mut().into_iter().chain(self.cleanup.as_deref_mut());
        scripts.chain(self.steps.iter_mut().map(|step| &mut step.script)).for_each(|script| of_script(script, visit));
        self.condition.iter_mut().chain(self.turn_condition.as_deref_mut()).for_each(&mut *visit);
        self.requires.iter_mut().flat_map(|one| [&mut one.cond, &mut one.message]).for_each(&mut *visit);
        for step in &mut self.steps {
            step.env.iter_mut().map(|env| &mut env.value).chain(step.workdir.as_deref_mut()).for_each(&mut *visit);
            step.uses.iter_mut().flat_map(|uses| &mut uses.params).for_each(|param| visit(&mut param.value));
        }
        for service in &mut self.services {
            service.env.iter_mut().for_each(|env| visit(&mut env.value));
        }
        self.source.iter_mut().flat_map(|source| &mut source.params).for_each(|param| visit(&mut param.value));
        self.files.iter_mut().for_each(|file| visit(&mut file.content));
        self.outputs.iter_mut().filter_map(|output| output.place.as_mut()).for_each(|(_, path)| visit(path));
    }
}

fn of_script(script: &mut Script, visit: &mut dyn FnMut(&mut Expr)) {
    script.slots.iter_mut().for_each(|slot| visit(&mut slot.value));
}
