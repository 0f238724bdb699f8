//! Every expression below a place, the outer before the inner.

use crate::check::program::{
    Call, Callee, EnvDef, Expr, Fields, Kind, Script, ScriptPart, StepDef, Stmt, TaskDef, TextPart,
};

/// What is called with each expression.
pub(super) type Visit<'v, 'p> = &'v mut dyn FnMut(&'p Expr);

pub(super) fn expr<'p>(one: &'p Expr, visit: Visit<'_, 'p>) {
    visit(one);
    match &one.kind {
        Kind::Poison
        | Kind::None
        | Kind::Bool(_)
        | Kind::Int(_)
        | Kind::Str(_)
        | Kind::Duration(_)
        | Kind::Size(_)
        | Kind::Cpu(_)
        | Kind::Case(..)
        | Kind::Local(_)
        | Kind::Const(_)
        | Kind::Out(_)
        | Kind::Outcome => {}
        Kind::Text(parts) => parts.iter().for_each(|part| match part {
            TextPart::Text(_) => {}
            TextPart::Value(value) => expr(value, visit),
        }),
        Kind::List(parts) | Kind::Record(_, parts) | Kind::Fn(_, parts) | Kind::Builtin(_, parts) => all(parts, visit),
        Kind::Map(entries) => entries.iter().for_each(|(_, value)| expr(value, visit)),
        Kind::Output(of, _)
        | Kind::Field(of, _)
        | Kind::Key(of, _)
        | Kind::Attr(of, _)
        | Kind::Not(of)
        | Kind::Negate(of)
        | Kind::Force(of)
        | Kind::Convert(of) => expr(of, visit),
        Kind::Binary(_, left, right) | Kind::Coalesce(left, right) | Kind::Join(left, right) => {
            expr(left, visit);
            expr(right, visit);
        }
        Kind::If(cond, then, otherwise) => {
            expr(cond, visit);
            expr(then, visit);
            expr(otherwise, visit);
        }
        Kind::Match(one) => {
            expr(&one.on, visit);
            all(&one.arms, visit);
        }
    }
}

fn all<'p>(parts: impl IntoIterator<Item = &'p Expr>, visit: Visit<'_, 'p>) {
    parts.into_iter().for_each(|part| expr(part, visit));
}

/// Arguments, modifiers and, of a task in place, its body: all that speaks of the names of the pipeline.
pub(super) fn call<'p>(call: &'p Call, visit: Visit<'_, 'p>) {
    all(call.args.iter().flatten(), visit);
    fields(call.modifiers(), visit);
    match &call.callee {
        Callee::Task(_) => {}
        Callee::InPlace(task) => body(task, visit),
    }
}

fn body<'p>(task: &'p TaskDef, visit: Visit<'_, 'p>) {
    fields(&task.fields, visit);
    task.steps.iter().for_each(|one| step(one, visit));
    all(task.outputs.iter().filter_map(|output| output.path.as_ref()), visit);
}

fn fields<'p>(fields: &'p Fields, visit: Visit<'_, 'p>) {
    let Fields { image, needs, workdir, timeout, retries, retry_delay, on_failure, lock, .. } = fields;
    all([image, needs, timeout].into_iter().flatten(), visit);
    let rare = [workdir, retries, retry_delay, on_failure, lock];
    all(rare.into_iter().flatten().map(|one| &**one), visit);
    env(&fields.env, visit);
    for file in &fields.files {
        expr(&file.path, visit);
        expr(&file.content, visit);
    }
    all(fields.on_exit.iter().map(|(_, verdict, _)| verdict), visit);
    [&fields.before, &fields.cleanup].into_iter().flatten().for_each(|one| script(one, visit));
}

fn env<'p>(entries: &'p [EnvDef], visit: Visit<'_, 'p>) {
    all(entries.iter().map(|entry| &entry.value), visit);
}

fn step<'p>(step: &'p StepDef, visit: Visit<'_, 'p>) {
    all(step.image.iter().chain(step.workdir.as_deref()), visit);
    env(&step.env, visit);
    script(&step.run, visit);
}

fn script<'p>(script: &'p Script, visit: Visit<'_, 'p>) {
    script.parts.iter().for_each(|part| match part {
        ScriptPart::Text(_) => {}
        ScriptPart::Value { value, .. } => expr(value, visit),
    });
}

/// Every call of a body, in the order of the text, also those in blocks.
pub(super) fn calls<'p>(body: &'p [Stmt], visit: &mut dyn FnMut(&'p Call)) {
    for stmt in body {
        match stmt {
            Stmt::Call(call) => visit(call),
            Stmt::When(when) => {
                calls(&when.then, visit);
                calls(&when.otherwise, visit);
            }
            Stmt::For(each) => calls(&each.body, visit),
            Stmt::Stage { body, .. } | Stmt::Finally { body, .. } => calls(body, visit),
            Stmt::Bind { .. }
            | Stmt::Require { .. }
            | Stmt::Exclusive { .. }
            | Stmt::Workspace { .. }
            | Stmt::Defaults(_)
            | Stmt::Return(_)
            | Stmt::Target { .. } => {}
        }
    }
}
