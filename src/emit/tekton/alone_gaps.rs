//! What the engine cannot do with a pipeline that is kept elsewhere: alone it is a run, among others a task without results.

use rustc_hash::FxHashMap;

use super::alone::{Alone, Given};
use super::levels::Level;
use super::lower::Lowered;
use super::{reads, shape_gaps};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::emit::kube;
use crate::plan::outside::{Handed, What};
use crate::plan::{ExprKind, OnFailure, Phase, Plan, Task, TaskId};
use crate::source::Span;

/// Of a program that is one run of it.
pub(super) fn report(lowered: &Lowered<'_>, alone: &Alone<'_>, out: &mut Diagnostics) {
    shape_gaps::report(lowered, out);
    if let Some((what, help)) = alone.asks_for() {
        let message = format!("tekton cannot start `{}` as it is called", alone.task.name);
        return out.push(Diagnostic::new(Code::P0602, alone.task.span, message).here(what).help(help));
    }
    for handed in &alone.source.params {
        match alone.given(handed, &lowered.options.shape.given) {
            Given::Value(_) | Given::Left | Given::Open => {}
            Given::Computed => out.push(computed(alone, handed)),
            Given::Changed => out.push(super::stranger_gaps::changed_value(alone.task, handed)),
        }
    }
    super::stranger_gaps::names_there(alone.task, alone.source, out);
    for output in &alone.plan.outputs {
        let same =
            matches!(output.value.kind, ExprKind::Result(_, at) if alone.source.results[at as usize] == output.name);
        if !same {
            out.push(not_its_own(alone, &output.name, output.span));
        }
    }
}

fn computed(alone: &Alone<'_>, handed: &Handed) -> Diagnostic {
    let message = format!("tekton cannot put `{}` of `{}` together", handed.name, alone.task.name);
    Diagnostic::new(Code::P0602, handed.span, message).here("is made of what only the run knows").help(
        "bind the parameters that it is made of, or give them defaults: a run hands its values over as they stand",
    )
}

fn not_its_own(alone: &Alone<'_>, name: &str, span: Span) -> Diagnostic {
    let message = format!("tekton has no result `{name}` of this run");
    Diagnostic::new(Code::P0602, span, message)
        .here("is not an output of that pipeline under its own name")
        .label(alone.task.span, "the whole run")
        .help("return its outputs as they are, each under the name that it has there: the run has the results of that pipeline and no others")
}

/// Of pipelines among other tasks.
pub(super) fn among_others(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    let plan = lowered.plan;
    let is_pipeline = |task: &Task| task.source.as_ref().is_some_and(|source| source.what == What::Pipeline);
    if !plan.tasks().any(|(_, task)| is_pipeline(task)) {
        return;
    }
    let alpha = lowered.options.level == Level::Alpha;
    let read = readers(plan);
    for (id, task) in plan.tasks().filter(|(_, task)| is_pipeline(task)) {
        if !alpha {
            out.push(needs_alpha(task));
            continue;
        }
        if let Some(span) = read.get(&id) {
            out.push(nothing_out(task, *span));
        }
        asks_for(task).into_iter().for_each(|gap| out.push(gap));
    }
}

/// Where each task is first read, whose outputs or status are.
fn readers(plan: &Plan) -> FxHashMap<TaskId, Span> {
    let mut found = FxHashMap::default();
    for (_, task) in plan.tasks() {
        for expr in reads::exprs(task) {
            let read = reads::results(expr).into_iter().chain(reads::statuses(expr));
            for read in read {
                found.entry(read).or_insert(task.span);
            }
        }
    }
    for output in &plan.outputs {
        for read in reads::results(&output.value) {
            found.entry(read).or_insert(output.span);
        }
    }
    found
}

fn needs_alpha(task: &Task) -> Diagnostic {
    Diagnostic::new(Code::P0619, task.span, format!("tekton runs `{}` among other tasks at its alpha level only", task.name))
        .here("a pipeline that is kept elsewhere")
        .label(task.declared, "declared here")
        .help("say `target tekton { level: .alpha }` (or `--level alpha`) where the cluster has `enable-api-fields: alpha`; or call it alone in a pipeline: then the run is one of that pipeline")
}

fn nothing_out(task: &Task, reader: Span) -> Diagnostic {
    Diagnostic::new(
        Code::P0602,
        task.span,
        format!("tekton has no outputs of `{}`, a pipeline among other tasks", task.name),
    )
    .here("runs as a pipeline in a pipeline")
    .label(reader, "reads what it gives, or how it ended")
    .help("wait for it by `after` and read what it made elsewhere, or declare its tasks one by one as `extern task`")
}

fn asks_for(task: &Task) -> Option<Diagnostic> {
    let asked = [
        (task.timeout.is_some(), "has a `timeout`"),
        (task.retries > 0, "has `retries`"),
        (task.fan.is_some(), "runs once for each element of a list that only the run knows"),
        (task.on_failure == OnFailure::GoOn, "has `on_failure: .go_on`"),
        (!kube::quantities(&task.needs).is_empty() || task.needs.arch.is_some(), "has `needs`"),
        (task.phase == Phase::Finally, "stands in `finally`"),
    ];
    let (_, what) = asked.into_iter().find(|(asked, _)| *asked)?;
    let message = format!("tekton cannot run `{}`, a pipeline among other tasks, as it is called", task.name);
    Some(Diagnostic::new(Code::P0602, task.span, message).here(what).help(
        "leave it out: a pipeline in a pipeline has neither of its own; call it alone, where it is a whole run, or declare its tasks one by one",
    ))
}
