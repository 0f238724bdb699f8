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
        if doubts::of_workspaces(program, pipeline) {
            continue;
        }
        let given = pipeline.params.iter().filter(|param| param.ty == Type::Workspace);
        body(program, pipeline, given.map(|param| (&*param.name, param.span)).collect(), &pipeline.body, out);
    }
}

/// The body of a pipeline, or of one that it calls, with the workspaces that it is given.
fn body<'p>(
    program: &Program,
    pipeline: &'p PipelineDef,
    mut workspaces: Vec<(&'p str, Span)>,
    stmts: &'p [Stmt],
    out: &mut Diagnostics,
) {
    let mut inside = Inside { workspaces: Vec::new(), calls: Vec::new(), bodies: Vec::new() };
    inside.look(stmts);
    workspaces.extend(inside.workspaces);
    for call in inside.calls.into_iter().filter(|_| workspaces.len() != 1) {
        let outputs = task_of(program, call).outputs.iter();
        let mut homeless = outputs.filter(|output| is_artifact(output) && output.path.is_none()).peekable();
        if homeless.peek().is_some() && !has_workspace(program, call) && !doubts::of_call(program, call) {
            homeless.for_each(|output| out.push(no_workspace(call, output, &workspaces)));
        }
    }
    for inner in inside.bodies {
        body(program, pipeline, given(pipeline, inner), inner, out);
    }
}

/// The workspaces that a call of a pipeline hands over: its parameters are its first bindings.
fn given<'p>(pipeline: &'p PipelineDef, body: &'p [Stmt]) -> Vec<(&'p str, Span)> {
    let bound = body.iter().map_while(|stmt| if let Stmt::Bind { local, .. } = stmt { Some(*local) } else { None });
    let locals = bound.filter_map(|local| pipeline.locals.get(local.index()));
    locals.filter(|local| local.ty == Type::Workspace).map(|local| (&*local.name, local.span)).collect()
}

fn is_artifact(output: &OutputDef) -> bool {
    matches!(output.ty, Type::Artifact(_))
}

/// What stands in one body, not in those of pipelines that it calls.
struct Inside<'p> {
    workspaces: Vec<(&'p str, Span)>,
    calls: Vec<&'p Call>,
    bodies: Vec<&'p [Stmt]>,
}

impl<'p> Inside<'p> {
    fn look(&mut self, body: &'p [Stmt]) {
        for stmt in body {
            match stmt {
                Stmt::Workspace { name, span, .. } => self.workspaces.push((name, *span)),
                Stmt::Call(call) => self.calls.push(call),
                Stmt::Inline { body, .. } => self.bodies.push(body),
                Stmt::When(when) => {
                    self.look(&when.then);
                    self.look(&when.otherwise);
                }
                Stmt::For(each) => self.look(&each.body),
                Stmt::Stage { body, .. } | Stmt::Finally { body, .. } => self.look(body),
                Stmt::Bind { .. }
                | Stmt::Require { .. }
                | Stmt::Exclusive { .. }
                | Stmt::Defaults(_)
                | Stmt::Return(_)
                | Stmt::Target { .. } => {}
            }
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
