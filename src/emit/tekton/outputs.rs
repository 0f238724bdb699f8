//! What the pipeline returns: a result of a task as it is, or what a small task behind the others computes.

use std::borrow::Cow;

use super::condition::Input;
use super::inputs::Inputs;
use super::lower::{Lowered, Lowering, Unit};
use super::{object, reads, spelling, types};
use crate::emit::script;
use crate::plan::{ExprKind, Phase, PipelineOutput, Plan, TaskId, Ty, record};

/// Where the engine finds one value that is returned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Origin {
    /// An output of a task, as it is.
    Task(TaskId, u32),
    /// Computed when everything that it is made of is there.
    Computed,
}

/// `Err` says why there is none.
pub(super) fn origin(plan: &Plan, output: &PipelineOutput) -> Result<Origin, &'static str> {
    let value = &output.value;
    if is_deep(output) {
        return Err("is a record that holds more than texts");
    }
    let read = reads::results(value);
    if read.iter().any(|task| plan.task(*task).fan.is_some()) {
        return Err("is what the turns of a loop gave");
    }
    if read.iter().any(|task| plan.task(*task).phase == Phase::Finally) {
        return Err("is what a task of `finally` gave");
    }
    if let ExprKind::Result(task, at) = value.kind {
        return Ok(Origin::Task(task, at));
    }
    if matches!(value.kind, ExprKind::Artifact { .. } | ExprKind::Place { .. }) {
        return Err("is a path in a workspace, which ends with the run");
    }
    if !types::is_text(&value.ty) || script::is_list(value) {
        return Err("is not a text, and not just the output of a task");
    }
    Ok(Origin::Computed)
}

/// A field of a field, or one that is a list: an object has texts only.
fn is_deep(output: &PipelineOutput) -> bool {
    let is_text = types::is_text(&output.value.ty);
    record::parts(&output.name).is_some_and(|(_, key)| key.contains('.') || !is_text)
}

/// Whether the run simply has no such result when its task, which is kept elsewhere, was left out: nobody writes an empty one
/// there, and the engine passes over results of a task that did not succeed.
pub(super) fn may_be_missing(plan: &Plan, output: &PipelineOutput) -> bool {
    let ExprKind::Result(task, _) = output.value.kind else { return false };
    let task = plan.task(task);
    task.source.is_some() && task.condition.is_some() && matches!(output.value.ty, Ty::Optional(_))
}

/// What is to be computed.
pub(super) fn computed(plan: &Plan) -> impl Iterator<Item = &PipelineOutput> {
    plan.outputs.iter().filter(|output| origin(plan, output) == Ok(Origin::Computed))
}

/// Whether the value is an array there: what our own tasks write is a text of lines, since an empty array would be a
/// result that is missing.
pub(super) fn is_array(plan: &Plan, output: &PipelineOutput) -> bool {
    let ExprKind::Result(task, _) = output.value.kind else { return false };
    types::is_list(&output.value.ty) && plan.task(task).source.is_some()
}

/// The name of the result of the task that computes it: of a field, a text by itself.
fn result(output: &PipelineOutput) -> Cow<'_, str> {
    object::apart(spelling::result(&output.name))
}

/// The variable that stands for the value in the results of the pipeline; absent where that is a gap.
pub(super) fn value(lowered: &Lowered<'_>, output: &PipelineOutput) -> Option<String> {
    let (plan, names) = (lowered.plan, &lowered.names);
    let text = match origin(plan, output).ok()? {
        Origin::Task(task, at) => {
            let value = Input::Result(task, at).text(plan, names);
            if is_array(plan, output) { format!("{}[*])", value.trim_end_matches(')')) } else { value }
        }
        Origin::Computed => format!("$(tasks.{}.results.{})", lowered.outputs, result(output)),
    };
    Some(lowered.moved.text(text))
}

impl<'p> Lowering<'_, 'p> {
    /// The task that computes what is returned, a step for each; absent where nothing has to be.
    pub(super) fn outputs_unit(&self, name: &str) -> Option<Unit<'p>> {
        let (first, _) = self.plan.tasks().next()?;
        let mut inputs = Inputs::default();
        let (mut steps, mut results) = (Vec::new(), Vec::new());
        let mut serves = None;
        for output in computed(self.plan) {
            let result = result(output);
            let read = reads::results(&output.value).first().copied();
            serves = serves.or(read);
            let image = self.helper_image(read.unwrap_or(first));
            let file = ("PIPE_VALUE", format!("$(results.{result}.path)"));
            let rendered = script::value(self.plan, &output.value);
            steps.push(self.container(&mut inputs, &result, image, output.span, rendered, vec![file]));
            results.push((result, Cow::from(types::described(&output.doc, &output.value.ty))));
        }
        let unit = self.small(name, "Computes what the pipeline returns.".to_owned(), serves.unwrap_or(first));
        (!steps.is_empty()).then_some(Unit { steps, inputs, results, ..unit })
    }
}
