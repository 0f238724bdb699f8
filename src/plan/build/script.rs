//! Scripts: text and slots.

use super::Builder;
use super::hint::hint;
use super::scope::{Frame, Inside};
use super::task::Making;
use crate::check::program::{self as p, TaskDef};
use crate::plan::{Expr, Quoting, Script, ScriptPart, Slot, Ty, Value};
use crate::shell::Context;
use crate::source::offset;

impl Builder<'_> {
    pub(super) fn script(&mut self, making: &mut Making, frame: &Frame, task: &TaskDef, script: &p::Script) -> Script {
        let values = script.parts.iter().filter(|part| matches!(part, p::ScriptPart::Value { .. })).count();
        let (parts, slots) = (Vec::with_capacity(script.parts.len()), Vec::with_capacity(values));
        let mut made = Script { parts, slots, span: script.span };
        for part in &script.parts {
            match part {
                p::ScriptPart::Text(text) => made.parts.push(ScriptPart::Text(text.to_string())),
                p::ScriptPart::Value { value, context, span } => {
                    let hint = self.hint(frame, task, value);
                    let value = place(self.noted(making, frame, value, *span));
                    made.parts.push(ScriptPart::Slot(offset(made.slots.len()), quoting(*context)));
                    made.slots.push(Slot { hint, value, span: *span });
                }
            }
        }
        made
    }

    fn hint(&self, frame: &Frame, task: &TaskDef, value: &p::Expr) -> String {
        let locals = match frame.inside {
            Inside::Pipeline => self.pipeline.locals.as_slice(),
            Inside::Task | Inside::Fn => &task.locals,
        };
        hint(self.program, &task.outputs, locals, value)
    }
}

/// A workspace where a path stands is its root.
pub(super) fn place(value: Expr) -> Expr {
    if let Some(Value::Workspace(workspace)) = value.value() {
        return Expr::place(*workspace, Expr::here());
    }
    if value.ty == Ty::Workspace { Expr { ty: Ty::Path, ..value } } else { value }
}

fn quoting(context: Context) -> Quoting {
    match context {
        Context::Word => Quoting::Word,
        Context::DoubleQuoted => Quoting::DoubleQuoted,
        Context::HereDocument => Quoting::HereDocument,
        Context::Arithmetic => Quoting::Arithmetic,
        // Refused by the checker, so that no plan is built.
        Context::SingleQuoted | Context::QuotedHereDocument | Context::Comment | Context::Foreign => Quoting::Word,
    }
}
