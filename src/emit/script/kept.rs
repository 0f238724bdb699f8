//! A task that keeps the command of its image, where nothing has to be done around that: no shell need be in the image.

use super::Rendered;
use super::source::{Origin, SecretAs, is_reworked};
use crate::contract::{ListSource, Source};
use crate::plan::{Expr, Plan, Task, TaskId};

/// What the command is given, with no body; `None` where only a script can do what the task asks for. The words before the
/// arguments are those of [`crate::plan::outside::Kept`].
pub(super) fn render(plan: &Plan, id: TaskId) -> Option<Rendered> {
    let task = plan.task(id);
    let [step] = task.steps.as_slice() else { return None };
    if step.kept.is_none() || needs_script(task) {
        return None;
    }
    let origin = Origin { plan, task: Some(id), secrets: SecretAs::Value };
    let text = |value: &Expr| origin.text(value).filter(|_| !is_reworked(value));
    let env = step.env.iter().map(|one| Some((one.name.clone(), text(&one.value)?))).collect::<Option<_>>()?;
    let args = step.script.slots.iter().map(|slot| origin.list(&slot.value)).collect::<Option<Vec<ListSource>>>()?;
    let workdir = match &step.workdir {
        Some(path) => Some(text(path).filter(is_folder)?),
        None => None,
    };
    Some(Rendered { body: String::new(), env, args, workdir })
}

/// Something stands before the command, behind it, or decides about it.
fn needs_script(task: &Task) -> bool {
    let around = task.before.is_some() || task.cleanup.is_some() || !task.files.is_empty() || !task.outputs.is_empty();
    let around = around || task.steps.iter().any(|step| step.env.iter().any(|env| env.is_unset));
    let decided = task.condition.is_some() || task.fan.is_some() || task.turn_condition.is_some();
    around || decided || !task.on_exit.is_empty() || task.requires.iter().any(|one| !one.early)
}

/// A folder that an engine can be told as it is.
fn is_folder(source: &Source) -> bool {
    match source {
        Source::Literal(path) | Source::Place { path, .. } => !path.contains(['$', '{']),
        Source::Param(_)
        | Source::Result { .. }
        | Source::OutputFile(_)
        | Source::SecretValue(_)
        | Source::SecretFile(_)
        | Source::Status(_)
        | Source::StepResult { .. }
        | Source::Outcome => false,
    }
}
