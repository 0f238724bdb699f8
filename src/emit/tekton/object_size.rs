//! How large the objects of a cluster become: its store takes none above a limit.
//!
//! Sizes are those of the texts and the keys around them, so never more than what is stored.

use super::budget::sum;
use super::inputs::{Given, Inputs, Variable};
use super::lower::{Container, Lowered, Unit};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};

/// etcd takes no larger request until it is told to (`--max-request-bytes`).
const OBJECT: usize = 1_572_864;
/// `{"name":"","taskRef":{"name":""}},`
const CALL: usize = 35;
/// `{"name":"","value":""},`
const PAIR: usize = 23;
/// In the status of a run, for each task: `{"apiVersion":"tekton.dev/v1","kind":"TaskRun","name":"","pipelineTaskName":""},`
const CHILD: usize = 81;

pub(super) fn report(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    for unit in lowered.tasks.iter().chain(&lowered.finally) {
        task_object(unit, out);
    }
    run_object(lowered, out);
}

fn task_object(unit: &Unit<'_>, out: &mut Diagnostics) {
    if unit.steps.iter().map(step).sum::<usize>() > OBJECT {
        let parts = unit.steps.iter().map(|one| (format!("step `{}`", one.name), step(one))).collect();
        let message = format!("the Task of `{}` is larger than what a cluster stores", unit.name);
        out.push(
            Diagnostic::new(Code::P0609, unit.span, message).here(sum(parts, OBJECT)).help(
                "put long texts into files of the repository or a workspace; or allow this finding where etcd has a higher `--max-request-bytes`",
            ),
        );
    }
}

/// What is stored of a step.
fn step(step: &Container<'_>) -> usize {
    let env: usize = step.wiring.env.iter().map(variable).sum();
    let args: usize = step.wiring.args.iter().map(|arg| arg.len() + 3).sum();
    let script = if step.wiring.command.is_empty() { step.script.len() } else { 0 };
    script + env + args
}

fn variable(variable: &Variable<'_>) -> usize {
    match variable {
        Variable::Text(name, value) => name.len() + value.len() + PAIR,
        Variable::Secret { name, secret, .. } => name.len() + secret.len() + PAIR,
    }
}

fn run_object(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    let units = || lowered.tasks.iter().chain(&lowered.finally);
    let (calls, children) =
        (units().map(|unit| call(unit)).sum::<usize>(), units().map(|unit| child(lowered, unit)).sum::<usize>());
    if calls + children > OBJECT {
        let count = lowered.tasks.len() + lowered.finally.len();
        let parts = vec![(format!("{count} tasks in the Pipeline"), calls), ("their runs".to_owned(), children)];
        let message = format!("a run of `{}` is larger than what a cluster stores", lowered.plan.name);
        out.push(
            Diagnostic::new(Code::P0609, lowered.plan.span, message).here(sum(parts, OBJECT)).help(
                "make several pipelines of it, or do more in a task: a PipelineRun holds its Pipeline and one line for each task; or allow this finding where etcd has a higher `--max-request-bytes`",
            ),
        );
    }
}

/// What the Pipeline holds of a task.
fn call(unit: &Unit<'_>) -> usize {
    let when = unit
        .when
        .iter()
        .map(|(input, _, values)| input.len() + values.iter().map(|one| one.len() + 3).sum::<usize>() + 40);
    let after = unit.run_after.iter().map(|name| name.len() + 3);
    CALL + unit.name.len() + unit.object.len() + when.sum::<usize>() + after.sum::<usize>() + given(&unit.inputs)
}

fn given(inputs: &Inputs) -> usize {
    let params = inputs.given.iter().map(|Given { name, value, .. }| name.len() + value.len() + PAIR);
    let workspaces = inputs.workspaces.iter().map(|name| 2 * name.len() + PAIR + 4);
    params.sum::<usize>() + workspaces.sum::<usize>()
}

/// What the status of a run holds of a task.
fn child(lowered: &Lowered<'_>, unit: &Unit<'_>) -> usize {
    CHILD + lowered.names.pipeline().len() + 7 + 2 * unit.name.len()
}
