//! What was reported may be what a rule misses: then the rule is silent.

use crate::check::program::{Call, PipelineDef, Program, Stmt, Type};
use crate::source::Span;

use super::made::task_of;
use super::walk;

/// Whether what a call does, or what it waits for, is not known for sure.
pub(super) fn of_call(program: &Program, call: &Call) -> bool {
    let task = task_of(program, call);
    let reported = program.doubts.iter().any(|span| *span == call.span || *span == task.span);
    let mut unknown = task.outputs.iter().any(|output| holds_unknown(&output.ty));
    unknown |= call.after.iter().any(|after| after.calls.is_empty());
    walk::call(call, &mut |expr| expr.walk(&mut |part| unknown |= holds_unknown(&part.ty)));
    reported || unknown
}

/// Whether a command could not be read, so that anything may be made by a script.
pub(super) fn of_commands(program: &Program) -> bool {
    program.commands.iter().any(|command| command.words.is_empty())
}

/// Whether a workspace of the pipeline could not be read.
pub(super) fn of_workspaces(program: &Program, pipeline: &PipelineDef) -> bool {
    program.doubts.contains(&pipeline.span) || pipeline.params.iter().any(|param| holds_unknown(&param.ty))
}

/// Whether something in an earlier stage could not be read: what is in a later one waits for it.
pub(super) fn of_earlier_stages(program: &Program, pipeline: &PipelineDef, call: &Call) -> bool {
    let mut reported = false;
    for stmt in &pipeline.body {
        let Stmt::Stage { span, .. } = stmt else { continue };
        if within(call.span, *span) {
            return reported;
        }
        reported |= program.doubts.iter().any(|doubt| within(*doubt, *span));
    }
    false
}

fn within(inner: Span, outer: Span) -> bool {
    inner.file == outer.file && outer.start <= inner.start && inner.end <= outer.end
}

fn holds_unknown(ty: &Type) -> bool {
    match ty {
        Type::Unknown => true,
        Type::List(inner) | Type::Map(inner) | Type::Optional(inner) => holds_unknown(inner),
        Type::None
        | Type::Bool
        | Type::Int
        | Type::String
        | Type::Duration
        | Type::Size
        | Type::Cpu
        | Type::Path
        | Type::Image
        | Type::Secret
        | Type::Workspace
        | Type::Enum(_)
        | Type::Record(_)
        | Type::Newtype(_)
        | Type::Artifact(_)
        | Type::Outputs(_) => false,
    }
}
