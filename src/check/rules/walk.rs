//! Every expression below a place, the outer before the inner.

use crate::check::program::outside::ServiceDef;
use crate::check::program::{Call, Callee, EnvDef, Expr, Fields, Script, ScriptPart, StepDef, Stmt, TaskDef};

/// What is called with each expression.
pub(in crate::check) type Visit<'v, 'p> = &'v mut dyn FnMut(&'p Expr);

pub(in crate::check) fn expr<'p>(one: &'p Expr, visit: Visit<'_, 'p>) {
    one.walk(visit);
}

/// Arguments, modifiers and, of a task in place, its body: all that speaks of the names of the pipeline.
pub(in crate::check) fn call<'p>(one: &'p Call, visit: Visit<'_, 'p>) {
    call_parts(one, &mut |part| expr(part, visit));
}

/// The same, each expression whole.
pub(in crate::check) fn call_parts<'p>(call: &'p Call, visit: Visit<'_, 'p>) {
    all(call.args.iter().flatten(), visit);
    fields(call.modifiers(), visit);
    match &call.callee {
        Callee::Task(_) => {}
        Callee::InPlace(task) => task_parts(task, visit),
    }
}

/// All of a task but its parameters, each expression whole.
pub(in crate::check) fn task_parts<'p>(task: &'p TaskDef, visit: Visit<'_, 'p>) {
    task.requires.iter().for_each(|one| all([Some(&one.cond), one.message.as_ref()].into_iter().flatten(), visit));
    fields(&task.fields, visit);
    task.steps.iter().for_each(|one| step(one, visit));
    all(task.services.iter().flat_map(ServiceDef::exprs), visit);
    all(task.outputs.iter().filter_map(|output| output.path.as_deref()), visit);
}

fn all<'p>(parts: impl IntoIterator<Item = &'p Expr>, visit: Visit<'_, 'p>) {
    parts.into_iter().for_each(visit);
}

/// The expressions in fields, each whole.
pub(in crate::check) fn fields<'p>(fields: &'p Fields, visit: Visit<'_, 'p>) {
    let Fields { image, needs, workdir, timeout, retries, retry_delay, on_failure, lock, .. } = fields;
    all([image, needs, timeout].into_iter().flatten(), visit);
    let rare = [workdir, retries, retry_delay, on_failure, lock];
    all(rare.into_iter().flatten().map(|one| &**one), visit);
    env(&fields.env, visit);
    for file in &fields.files {
        visit(&file.path);
        visit(&file.content);
    }
    all(fields.on_exit.iter().map(|(_, verdict, _)| verdict), visit);
    fields.around().for_each(|one| script(one, visit));
}

fn env<'p>(entries: &'p [EnvDef], visit: Visit<'_, 'p>) {
    all(entries.iter().map(|entry| &entry.value), visit);
}

fn step<'p>(step: &'p StepDef, visit: Visit<'_, 'p>) {
    all(step.image.as_deref().into_iter().chain(step.workdir.as_deref()), visit);
    env(&step.env, visit);
    script(&step.run, visit);
    all(step.uses.iter().flat_map(|uses| uses.args.iter().flatten()), visit);
}

fn script<'p>(script: &'p Script, visit: Visit<'_, 'p>) {
    script.parts.iter().for_each(|part| match part {
        ScriptPart::Text(_) => {}
        ScriptPart::Value { value, .. } => visit(value),
    });
}

/// Every call of a body, in the order of the text, also those in blocks, with the `defaults` that hold for it.
pub(in crate::check) fn calls<'p>(body: &'p [Stmt], visit: &mut dyn FnMut(&'p Call, Option<&'p Fields>)) {
    let defaults = body.iter().find_map(|stmt| if let Stmt::Defaults(fields) = stmt { Some(&**fields) } else { None });
    calls_in(body, defaults, visit);
}

fn calls_in<'p>(body: &'p [Stmt], defaults: Option<&'p Fields>, visit: &mut dyn FnMut(&'p Call, Option<&'p Fields>)) {
    for stmt in body {
        match stmt {
            Stmt::Call(call) => visit(call, defaults),
            Stmt::When(when) => {
                calls_in(&when.then, defaults, visit);
                calls_in(&when.otherwise, defaults, visit);
            }
            Stmt::For(each) => calls_in(&each.body, defaults, visit),
            Stmt::Stage { body, .. } | Stmt::Finally { body, .. } => calls_in(body, defaults, visit),
            // Its own defaults hold there and no others.
            Stmt::Inline { body, .. } => calls(body, visit),
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
