//! Turns that the `if` of a `for` refuses: nothing of them is in the plan, but what they would make is said.

use super::Builder;
use super::provenance::with;
use super::scope::Frame;
use super::stmt::Context;
use crate::check::program::{self as p, Callee, Fields, For, LocalId, ScriptPart, Stmt, TaskDef, Type};

impl<'a> Builder<'a> {
    /// One turn, whose variables are bound and whose filter does not hold.
    pub(super) fn refused_turn(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        each: &'a For,
        filter: &p::Expr,
        suffix: &str,
    ) {
        let mut found = Inside::default();
        self.look(&each.body, &mut found);
        if !found.makes {
            return;
        }
        let mut own = context.clone();
        own.suffix.push_str(suffix);
        own.because = own.because.or(Some(filter.span));
        own.causes = with(&self.in_this_turn(frame, context, each), Some(self.decided(frame, filter, false, false)));
        let before = frame.keep(&found.locals);
        let outside = (self.left_out, self.turned_away);
        (self.left_out, self.turned_away) = (true, true);
        self.block(frame, &own, &each.body);
        (self.left_out, self.turned_away) = outside;
        frame.restore(before);
    }

    fn look(&self, body: &[Stmt], found: &mut Inside) {
        for stmt in body {
            match stmt {
                Stmt::Bind { local, .. } | Stmt::Workspace { local, .. } => found.locals.push(*local),
                Stmt::Call(call) => {
                    found.locals.extend(call.local);
                    let task = match &call.callee {
                        Callee::Task(id) => &self.program.tasks[id.index()],
                        Callee::InPlace(task) => task,
                    };
                    found.makes |= self.may_make(task, call.modifiers());
                }
                Stmt::When(when) => {
                    self.look(&when.then, found);
                    self.look(&when.otherwise, found);
                    found.locals.extend(when.exports.iter().map(|export| export.outer));
                }
                Stmt::For(each) => {
                    self.look(&each.body, found);
                    found.locals.extend(each.vars.iter().map(|(local, _)| *local));
                    found.locals.extend(each.exports.iter().map(|(_, outer)| *outer));
                }
                Stmt::Inline { local, body, .. } => {
                    found.locals.push(*local);
                    self.look(body, found);
                }
                Stmt::Stage { body, .. } | Stmt::Finally { body, .. } => self.look(body, found),
                Stmt::Require { .. }
                | Stmt::Exclusive { .. }
                | Stmt::Defaults(_)
                | Stmt::Return(_)
                | Stmt::Target { .. } => {}
            }
        }
    }

    fn may_make(&self, task: &TaskDef, modifiers: &Fields) -> bool {
        let around = [&task.fields, modifiers].into_iter().flat_map(Fields::around);
        let mut scripts = task.steps.iter().map(|step| &step.run).chain(around);
        task.outputs.iter().any(|output| matches!(output.ty, Type::Artifact(_)))
            || scripts.any(|script| {
                self.makers.may_run(script.parts.iter().filter_map(|part| match part {
                    ScriptPart::Text(text) => Some(&**text),
                    ScriptPart::Value { .. } => None,
                }))
            })
    }
}

/// What stands in a body.
#[derive(Default, Debug)]
struct Inside {
    /// Something in it may make an artifact.
    makes: bool,
    /// Every name that is bound in it.
    locals: Vec<LocalId>,
}
