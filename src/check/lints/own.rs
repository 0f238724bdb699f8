//! The parts of a program that the file itself says. A pipeline that calls another holds a copy of its body; what is
//! wrong there is found where that body is written.

use crate::check::program::{Call, Callee, Fields, Kind, PipelineDef, Stmt, TaskDef, When};
use crate::check::rules::walk;

use super::LintInput;

/// The tasks of the file that have a body.
pub(super) fn tasks<'a>(input: &'a LintInput<'_>) -> impl Iterator<Item = &'a TaskDef> {
    let file = input.root.id;
    input.program.tasks.iter().filter(move |task| task.span.file == file && !task.steps.is_empty())
}

/// The tasks of the file and those in place, that have a body.
pub(super) fn all_tasks<'a>(input: &'a LintInput<'_>) -> Vec<&'a TaskDef> {
    let mut found: Vec<&TaskDef> = tasks(input).collect();
    for pipeline in &input.program.pipelines {
        stmts(&pipeline.body, &mut |stmt| {
            if let Stmt::Call(Call { callee: Callee::InPlace(task), .. }) = stmt
                && !task.steps.is_empty()
            {
                found.push(task);
            }
        });
    }
    found
}

/// Every statement, the outer before the inner.
pub(super) fn stmts<'p>(body: &'p [Stmt], see: &mut dyn FnMut(&'p Stmt)) {
    for stmt in body {
        see(stmt);
        match stmt {
            Stmt::When(when) => {
                stmts(&when.then, see);
                stmts(&when.otherwise, see);
            }
            Stmt::For(each) => stmts(&each.body, see),
            Stmt::Stage { body, .. } | Stmt::Finally { body, .. } => stmts(body, see),
            Stmt::Inline { .. }
            | Stmt::Bind { .. }
            | Stmt::Call(_)
            | Stmt::Require { .. }
            | Stmt::Exclusive { .. }
            | Stmt::Workspace { .. }
            | Stmt::Defaults(_)
            | Stmt::Return(_)
            | Stmt::Target { .. } => {}
        }
    }
}

/// Every call, with the `defaults` of the pipeline.
pub(super) fn calls<'p>(pipeline: &'p PipelineDef, see: &mut dyn FnMut(&'p Call, Option<&'p Fields>)) {
    let of = |stmt: &'p Stmt| if let Stmt::Defaults(fields) = stmt { Some(&**fields) } else { None };
    let defaults = pipeline.body.iter().find_map(of);
    stmts(&pipeline.body, &mut |stmt| {
        if let Stmt::Call(call) = stmt {
            see(call, defaults);
        }
    });
}

/// Every expression of a body, also of the copies in it: what is handed to another pipeline stands there.
pub(super) fn exprs<'p>(body: &'p [Stmt], see: walk::Visit<'_, 'p>) {
    stmts(body, &mut |stmt| {
        if let Stmt::Inline { body, .. } = stmt {
            exprs(body, see);
        }
        parts(stmt, &mut |part| walk::expr(part, see));
    });
}

/// The expressions that a statement itself holds, not those in blocks, each whole.
pub(super) fn parts<'p>(stmt: &'p Stmt, see: walk::Visit<'_, 'p>) {
    match stmt {
        Stmt::Bind { value, .. } => see(value),
        Stmt::Call(call) => walk::call_parts(call, see),
        Stmt::When(When { cond, .. }) => see(cond),
        Stmt::For(each) => each.vars.iter().map(|(_, list)| list).chain(&each.filter).for_each(see),
        Stmt::Require { cond, message, .. } => [Some(cond), message.as_ref()].into_iter().flatten().for_each(see),
        Stmt::Exclusive { name, .. } => see(name),
        Stmt::Workspace { size, .. } => size.iter().for_each(see),
        Stmt::Defaults(fields) => walk::fields(fields, see),
        Stmt::Return(values) => values.iter().for_each(see),
        Stmt::Target { options, .. } => see(options),
        Stmt::Inline { .. } | Stmt::Stage { .. } | Stmt::Finally { .. } => {}
    }
}

/// By local: whether an expression of the body reads it.
pub(super) fn locals_read(pipeline: &PipelineDef) -> Vec<bool> {
    let mut read = vec![false; pipeline.locals.len()];
    exprs(&pipeline.body, &mut |one| {
        if let Kind::Local(local) = one.kind
            && let Some(read) = read.get_mut(local.index())
        {
            *read = true;
        }
    });
    read
}
