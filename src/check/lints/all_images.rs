//! The images that a program writes out, wherever they stand.

use crate::check::Kept;
use crate::check::program::{Call, Callee, Expr, Kind, Program, Stmt, TaskDef, Type};
use crate::check::rules::walk;
use crate::check::types::opened;
use crate::source::Span;

use super::own;

/// The text of each literal that is an image, and its place; one may come several times.
pub(in crate::check) fn written(program: &Program) -> Vec<(&str, Span)> {
    let mut whole: Vec<&Expr> = program.consts.iter().map(|one| &one.value).collect();
    whole.extend(program.fns.iter().map(|one| &one.body));
    whole.extend(program.records.iter().flat_map(|one| &one.fields).filter_map(|field| field.default.as_ref()));
    program.tasks.iter().for_each(|task| {
        whole.extend(task.params.iter().filter_map(|one| one.default.as_ref()));
        walk::task_parts(task, &mut |part| whole.push(part));
    });
    let mut found = Vec::new();
    let mut see = |one| found.extend(literal(one));
    for pipeline in &program.pipelines {
        whole.extend(pipeline.params.iter().filter_map(|one| one.default.as_ref()));
        own::exprs(&pipeline.body, &mut see);
    }
    whole.into_iter().for_each(|one| one.walk(&mut see));
    found
}

fn literal(one: &Expr) -> Option<(&str, Span)> {
    let Kind::Str(text) = &one.kind else { return None };
    (*opened(&one.ty) == Type::Image).then_some((text, one.span))
}

/// The tasks without a script whose image is written out, or is a constant.
pub(in crate::check) fn kept(program: &Program) -> Vec<Kept<'_>> {
    let mut found: Vec<Kept<'_>> = program.tasks.iter().filter_map(|task| kept_by(program, task)).collect();
    for pipeline in &program.pipelines {
        own::stmts(&pipeline.body, &mut |stmt| {
            if let Stmt::Call(Call { callee: Callee::InPlace(task), .. }) = stmt {
                found.extend(kept_by(program, task));
            }
        });
    }
    found
}

fn kept_by<'p>(program: &'p Program, task: &'p TaskDef) -> Option<Kept<'p>> {
    let step = task.steps.iter().find(|step| step.keeps)?;
    let image = task.fields.image.as_ref()?;
    let written = if let Kind::Const(id) = image.kind { &program.consts[id.index()].value } else { image };
    let (text, _) = literal(written)?;
    Some(Kept { task: &task.name, image: text, span: image.span, has_args: !step.run.parts.is_empty() })
}
