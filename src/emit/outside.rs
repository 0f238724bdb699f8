//! What an engine says that runs scripts and nothing else.

use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::outside::Source;
use crate::plan::{Plan, Step, Task};

/// Reports every task, every pipeline and every step that is kept elsewhere.
pub(super) fn no_extern_tasks(plan: &Plan, engine: &str, out: &mut Diagnostics) {
    for (_, task) in plan.tasks() {
        if let Some(source) = &task.source {
            out.push(kept_elsewhere(task, source, engine));
        }
        for step in task.steps.iter().filter(|step| step.uses.is_some()) {
            out.push(step_kept_elsewhere(task, step, engine));
        }
    }
}

fn kept_elsewhere(task: &Task, source: &Source, engine: &str) -> Diagnostic {
    let message = format!("{engine} cannot run `{}`, an `extern {}`", task.name, source.what.word());
    Diagnostic::new(Code::P0602, task.span, message)
        .here("is kept elsewhere, in a form that only a cluster with Tekton reads")
        .label(task.declared, "declared here")
        .help("write a `task` with an `image` and a `run` that does the same, or emit for tekton")
}

fn step_kept_elsewhere(task: &Task, step: &Step, engine: &str) -> Diagnostic {
    let message = format!("{engine} cannot run the step `{}` of `{}`, an `extern step`", step.name, task.name);
    Diagnostic::new(Code::P0602, step.span, message)
        .here("is kept elsewhere, in a form that only a cluster with Tekton reads")
        .help("write a step with an `image` and a `run` that does the same, or emit for tekton")
}

/// Reports every service.
pub(super) fn no_services(plan: &Plan, engine: &str, out: &mut Diagnostics) {
    for (_, task) in plan.tasks() {
        for service in &task.services {
            let message = format!("{engine} has nothing beside `{}` where `{}` could run", task.name, service.name);
            out.push(
                Diagnostic::new(Code::P0602, service.span, message)
                    .here("needs a container of its own")
                    .label(task.span, "the task that uses it")
                    .help("start it in the script (`postgres & … kill %1`) from an image that has it, give the address of one that is there, or emit for tekton or shell"),
            );
        }
    }
}
