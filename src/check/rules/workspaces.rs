//! An artifact has a place: said, or in the workspace of the task's inputs, or in the only one of the pipeline.

use crate::check::program::{Call, Callee, Expr, OutputDef, PipelineDef, Program, Stmt, Type};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::Span;

use super::doubts;
use super::made::{artifacts_in, task_of};
use super::walk;

pub(super) fn run(program: &Program, out: &mut Diagnostics) {
    for pipeline in &program.pipelines {
        let workspaces = workspaces(pipeline);
        if workspaces.len() == 1 || doubts::of_workspaces(program, pipeline) {
            continue;
        }
        walk::calls(&pipeline.body, &mut |call| {
            let outputs = task_of(program, call).outputs.iter();
            let mut homeless = outputs.filter(|output| is_artifact(output) && output.path.is_none()).peekable();
            if homeless.peek().is_some() && !has_workspace(program, call) && !doubts::of_call(program, call) {
                homeless.for_each(|output| out.push(no_workspace(call, output, &workspaces)));
            }
        });
    }
}

fn is_artifact(output: &OutputDef) -> bool {
    matches!(output.ty, Type::Artifact(_))
}

/// The workspaces that the pipeline has or is given, with their names.
fn workspaces(pipeline: &PipelineDef) -> Vec<(&str, Span)> {
    let given = pipeline.params.iter().filter(|param| param.ty == Type::Workspace);
    let mut found: Vec<_> = given.map(|param| (&*param.name, param.span)).collect();
    declared(&pipeline.body, &mut found);
    found
}

fn declared<'p>(body: &'p [Stmt], found: &mut Vec<(&'p str, Span)>) {
    for stmt in body {
        match stmt {
            Stmt::Workspace { name, span, .. } => found.push((name, *span)),
            Stmt::When(when) => {
                declared(&when.then, found);
                declared(&when.otherwise, found);
            }
            Stmt::For(each) => declared(&each.body, found),
            Stmt::Stage { body, .. } | Stmt::Finally { body, .. } => declared(body, found),
            Stmt::Bind { .. }
            | Stmt::Call(_)
            | Stmt::Require { .. }
            | Stmt::Exclusive { .. }
            | Stmt::Defaults(_)
            | Stmt::Return(_)
            | Stmt::Target { .. } => {}
        }
    }
}

/// Whether an input of the task lies in a workspace, or is one.
fn has_workspace(program: &Program, call: &Call) -> bool {
    let mut found = false;
    let mut look = |one: &Expr| found |= lies_in_workspace(program, &one.ty);
    match &call.callee {
        Callee::Task(_) => call.args.iter().flatten().for_each(look),
        Callee::InPlace(_) => walk::call(call, &mut look),
    }
    found
}

fn lies_in_workspace(program: &Program, ty: &Type) -> bool {
    let inner = if let Type::Optional(inner) = ty { inner } else { ty };
    let mut artifacts = Vec::new();
    artifacts_in(program, inner, &mut artifacts);
    *inner == Type::Workspace || !artifacts.is_empty()
}

fn no_workspace(call: &Call, output: &OutputDef, workspaces: &[(&str, Span)]) -> Diagnostic {
    let what = if output.name.is_empty() { "its output".to_owned() } else { format!("`{}`", output.name) };
    let mut report = Diagnostic::new(
        Code::P0403,
        call.span,
        format!("{what} of `{}` is an artifact, and there is no workspace to put it in", call.name),
    )
    .here("none of its inputs lies in a workspace")
    .label(output.span, "the artifact is declared here, without a path");
    for (name, span) in workspaces.iter().take(3) {
        report = report.label(*span, format!("`{name}` may be meant"));
    }
    report.help(match workspaces.first() {
        Some((name, _)) => format!(
            "the pipeline has {} workspaces; say which: give a path, `= {name} / \"…\"`, or pass the workspace to the task",
            workspaces.len()
        ),
        None => "write `workspace files { size: 10Gi }` in the pipeline: tasks run on machines of their own, and an artifact \
                 stays in a directory that they share"
            .to_owned(),
    })
}
