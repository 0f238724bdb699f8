//! What the engine cannot express of a plan, at the source line.

use super::lower::Lowered;
use super::options::Options;
use super::{
    alone_gaps, budget, defaults, fan_gaps, finally_gaps, inject_gaps, limits, outputs, reads, scripts, shape_gaps,
    stranger_gaps, types, used_gaps,
};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::emit::{kube, script};
use crate::plan::{OnFailure, Output, Param, Phase, PipelineOutput, Plan, Task, TaskId};
use crate::source::Span;

pub(super) fn report(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    let plan = lowered.plan;
    whole(plan, out);
    options(&lowered.options, out);
    super::options::gaps::report(lowered, out);
    super::levels::report(lowered, out);
    super::egress::report(lowered, out);
    if let Some(alone) = super::alone::Alone::of(plan) {
        return alone_gaps::report(lowered, &alone, out);
    }
    script::gaps(plan, out);
    inject_gaps::report(lowered, out);
    plan.params.iter().for_each(|param| parameter(lowered, param, out));
    for (id, task) in plan.tasks() {
        fields(task, out);
        missing_after_failure(plan, id, out);
        volumes(lowered, task, out);
        for output in &task.outputs {
            result(output, out);
        }
    }
    plan.outputs.iter().for_each(|output| returned(plan, output, out));
    fan_gaps::report(lowered, out);
    stranger_gaps::report(lowered, out);
    used_gaps::report(lowered, out);
    alone_gaps::among_others(lowered, out);
    finally_gaps::report(lowered, out);
    limits::report(lowered, out);
    budget::report(lowered, out);
    scripts::report(lowered, out);
    shape_gaps::report(lowered, out);
}

fn whole(plan: &Plan, out: &mut Diagnostics) {
    if let Some((_, span)) = &plan.exclusive
        && !Options::of(plan).exclusive_elsewhere
    {
        out.push(exclusive(*span));
    }
    let main = plan.tasks().any(|(_, task)| task.phase == Phase::Main);
    if let Some((_, task)) = plan.tasks().next().filter(|_| !main) {
        out.push(only_finally(task));
    }
}

fn exclusive(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0602, span, "tekton cannot keep two runs apart")
        .here("no PipelineRun knows of another")
        .help("say `target tekton { exclusive_elsewhere: true }` when what starts the runs keeps them apart, or leave `exclusive` out")
}

fn only_finally(task: &Task) -> Diagnostic {
    Diagnostic::new(Code::P0602, task.span, "tekton runs `finally` only behind other tasks")
        .here("nothing runs before it for these values")
        .help("move the task out of `finally`: with nothing before it, it is the same")
}

fn fields(task: &Task, out: &mut Diagnostics) {
    if task.retry_delay.is_some_and(|delay| delay > 0) && task.retries > 0 {
        out.push(retry_delay(task));
    }
    if task.on_failure == OnFailure::GoOn && task.retries > 0 {
        out.push(go_on_with_retries(task));
    }
    if !task.needs.network {
        out.push(no_network(task));
    }
}

fn retry_delay(task: &Task) -> Diagnostic {
    Diagnostic::new(Code::P0602, task.span, format!("tekton tries `{}` again at once", task.name))
        .here("has a `retry_delay`")
        .help("leave `retry_delay` out; a `sleep` in `before` delays each try, the first one too")
}

fn go_on_with_retries(task: &Task) -> Diagnostic {
    Diagnostic::new(Code::P0602, task.span, format!("tekton cannot both retry `{}` and go on when it fails", task.name))
        .here("has `retries` and `on_failure: .go_on`")
        .help("keep one of the two: loop in the script for the retries, or let a failure stop the run")
}

/// What reads an output of a task that failed gets nothing, and vanishes with all behind it.
fn missing_after_failure(plan: &Plan, id: TaskId, out: &mut Diagnostics) {
    let task = plan.task(id);
    if task.on_failure != OnFailure::GoOn {
        return;
    }
    let by_tasks = plan.dependents(id).map(|(next, _)| plan.task(next)).filter(|next| next.phase == Phase::Main);
    let reader = by_tasks.filter(|next| reads::exprs(next).any(|expr| reads::results(expr).contains(&id)));
    let places = reader.map(|next| next.span);
    let returned = plan.outputs.iter().filter(|output| reads::results(&output.value).contains(&id));
    if let Some(reader) = places.chain(returned.map(|output| output.span)).next() {
        out.push(
            Diagnostic::new(Code::P0602, task.span, format!("tekton has no outputs of `{}` when it fails", task.name))
                .here("has `on_failure: .go_on`")
                .label(reader, "reads one, and would vanish without a word")
                .help(
                    "let the script succeed and write what went wrong to an output, or map its exit code by `on_exit`",
                ),
        );
    }
}

fn no_network(task: &Task) -> Diagnostic {
    Diagnostic::new(Code::P0602, task.span, format!("tekton cannot take the network from `{}`", task.name))
        .here("needs `network: false`")
        .help("write `target tekton { deny_egress: true }`, which closes the ways out of all tasks of the run, and drop `network: false`: the script would run with a network unnoticed")
}

fn volumes(lowered: &Lowered<'_>, task: &Task, out: &mut Diagnostics) {
    if task.workspaces.len() < 2 || lowered.options.several_volumes {
        return;
    }
    // What a run may leave out is no volume that tasks work in together: credentials, a configuration.
    let is_optional =
        |id: crate::plan::WorkspaceId| super::task::is_optional(lowered, &lowered.plan.workspaces[id.index()]);
    let claims = task.workspaces.iter().filter(|id| !is_optional(**id) && lowered.options.is_claim(lowered.plan, **id));
    let claims: Vec<_> = claims.collect();
    let [first, second, ..] = claims[..] else { return };
    let workspace = |id: crate::plan::WorkspaceId| &lowered.plan.workspaces[id.index()];
    let (first, second) = (workspace(*first), workspace(*second));
    let message = format!("`{}` uses the workspaces `{}` and `{}`", task.name, first.name, second.name);
    out.push(
        Diagnostic::new(Code::P0604, task.span, message)
            .here("needs both volumes on one node")
            .label(first.span, "one volume")
            .label(second.span, "the other")
            .help(
                "keep what the task uses in one workspace, in two directories; or set `several_volumes: true` in `target tekton` \
                 if the cluster does not place tasks by their volume (`coschedule` is not `workspaces`): else the run fails or waits forever",
            ),
    );
}

fn parameter(lowered: &Lowered<'_>, param: &Param, out: &mut Diagnostics) {
    if !types::is_text(&param.ty) && !types::is_list(&param.ty) && !types::is_workspace(&param.ty) {
        let message = format!("tekton has no parameters of type `{}`", param.ty);
        let help = format!(
            "declare `{0}` as `const`, bind it with `-p` or `--params`, or split it into parameters of its own",
            param.name
        );
        out.push(
            Diagnostic::new(Code::P0602, param.span, message).here("is neither a text nor a list of texts").help(help),
        );
    }
    if defaults::is_lost(lowered, param) {
        out.push(changed_default(param));
    }
}

fn changed_default(param: &Param) -> Diagnostic {
    let message = format!("tekton would change the default of `{}`", param.name);
    Diagnostic::new(Code::P0602, param.span, message)
        .here("holds `$(` or `$$`")
        .help(format!("a condition, a loop, a secret or a task that is kept elsewhere reads it, which no escape reaches: declare `{0}` as `const` or bind it with `-p {0}=…`; a value that is known when compiling arrives as it is", param.name))
}

fn result(output: &Output, out: &mut Diagnostics) {
    if output.place.is_none() && !types::is_text(&output.ty) && !types::is_list(&output.ty) {
        let message = format!("tekton has no results of type `{}`", output.ty);
        let help = "write the value to a file in a workspace, and give the next task the path";
        out.push(Diagnostic::new(Code::P0602, output.span, message).here("is not one text").help(help));
    }
}

fn returned(plan: &Plan, output: &PipelineOutput, out: &mut Diagnostics) {
    let Err(reason) = outputs::origin(plan, output) else { return };
    out.push(
        Diagnostic::new(Code::P0602, output.span, "tekton cannot return this").here(reason).help(
            "return a text, or an output of a task; or let the last task compute the value and write it to an output of its own",
        ),
    );
}

fn options(options: &Options, out: &mut Diagnostics) {
    let Some(span) = options.span else { return };
    let names = [
        ("namespace", &options.namespace),
        ("service_account", &options.service_account),
        ("storage_class", &options.storage_class),
    ];
    for (field, name) in names {
        if let Some(name) = name.as_deref().filter(|name| !kube::is_subdomain(name)) {
            out.push(bad_name(span, field, name));
        }
    }
}

pub(super) fn bad_name(span: Span, field: &str, name: &str) -> Diagnostic {
    Diagnostic::new(Code::P0212, span, format!("`{name}` cannot be the name of a `{field}`"))
        .here("is not a name that a cluster takes")
        .help("write lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit")
}
