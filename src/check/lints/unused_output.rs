//! A value that a task writes and nothing reads.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::check::program::{Call, Callee, Kind, OutputDef, PipelineDef, Stmt, TaskDef, TaskId, Type};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::Span;

use super::{LintInput, own};

pub(super) fn run(input: &LintInput<'_>, out: &mut Diagnostics) {
    let mut called: FxHashSet<TaskId> = FxHashSet::default();
    let mut candidates: Vec<&TaskDef> = Vec::new();
    let mut read: FxHashSet<Span> = FxHashSet::default();
    for pipeline in &input.program.pipelines {
        let in_place = tasks_in_place(pipeline);
        candidates.extend(in_place.values());
        own::calls(pipeline, &mut |call, _| match &call.callee {
            Callee::Task(id) => called.extend([*id]),
            Callee::InPlace(_) => {}
        });
        own::exprs(&pipeline.body, &mut |one| {
            let Kind::Output(of, at) = &one.kind else { return };
            let Some(id) = outputs_of(&of.ty) else { return };
            let task = input.program.tasks.get(id.index()).or_else(|| in_place.get(&id).copied());
            read.extend(task.and_then(|task| task.outputs.get(*at as usize)).map(|output| output.span));
        });
    }
    let tasks = input.program.tasks.iter().enumerate();
    let is_called = |at: usize| called.contains(&TaskId(crate::check::modules::id(at)));
    candidates.extend(tasks.filter(|(at, _)| is_called(*at)).map(|(_, task)| task));
    for task in candidates.into_iter().filter(|task| task.span.file == input.root.id && !task.steps.is_empty()) {
        let unread = task.outputs.iter().filter(|output| is_named_value(output) && !read.contains(&output.span));
        unread.for_each(|output| out.push(unused_output(&task.name, output)));
    }
}

/// By the id in the type of their bindings.
fn tasks_in_place(pipeline: &PipelineDef) -> FxHashMap<TaskId, &TaskDef> {
    let mut found = FxHashMap::default();
    own::stmts(&pipeline.body, &mut |stmt| {
        if let Stmt::Call(Call { callee: Callee::InPlace(task), local: Some(local), .. }) = stmt
            && let Some(id) = pipeline.locals.get(local.index()).and_then(|local| outputs_of(&local.ty))
        {
            found.insert(id, &**task);
        }
    });
    found
}

fn outputs_of(ty: &Type) -> Option<TaskId> {
    match ty {
        Type::Outputs(id) => Some(*id),
        Type::List(of) | Type::Optional(of) => outputs_of(of),
        Type::Unknown
        | Type::None
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
        | Type::Map(_)
        | Type::Enum(_)
        | Type::Record(_)
        | Type::Newtype(_)
        | Type::Artifact(_) => None,
    }
}

/// An artifact has its effect by being made.
fn is_named_value(output: &OutputDef) -> bool {
    !output.name.is_empty() && !matches!(output.ty, Type::Artifact(_))
}

fn unused_output(task: &str, output: &OutputDef) -> Diagnostic {
    let name = &output.name;
    Diagnostic::new(Code::P0253, output.span, format!("nothing reads the output `{name}` of `{task}`"))
        .here("written by the task, and never read")
        .help(format!(
            "read `{name}` where it is meant to be, return it, or leave it out: a task fails when it does not write an \
             output, so each of them can break the run"
        ))
}
