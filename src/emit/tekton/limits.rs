//! Names, requests, timeouts and texts that the engine cannot take as they are.

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::lower::{Lowered, Unit};
use super::{escape, reads};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::emit::kube;
use crate::plan::value::{cpu_text, size_text};
use crate::plan::{Phase, Task, Value};

/// No container starts with less memory.
const LEAST_MEMORY: i64 = 6 << 20;

pub(super) fn report(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    clashing_names(lowered, out);
    for unit in lowered.tasks.iter().chain(&lowered.finally) {
        credentials(unit, out);
    }
    for (_, task) in lowered.plan.tasks() {
        requests(task, out);
        timeouts(lowered, task, out);
        secrets(task, out);
    }
}

fn clashing_names(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    let plan = lowered.plan;
    let mut seen: FxHashMap<&str, &Task> = FxHashMap::with_capacity_and_hasher(plan.len(), FxBuildHasher);
    for (id, task) in plan.tasks() {
        if let Some(other) = seen.insert(lowered.names.of(id), task) {
            out.push(
                Diagnostic::new(
                    Code::P0212,
                    task.span,
                    format!("`{}` and `{}` have one name in a cluster", task.name, other.name),
                )
                .here(format!("becomes `{}`", lowered.names.of(id)))
                .label(other.span, "so does this")
                .help("give one of them another name"),
            );
        }
    }
}

fn credentials(unit: &Unit<'_>, out: &mut Diagnostics) {
    let spliced = unit.steps.iter().filter(|step| step.wiring.command.is_empty());
    for step in spliced.filter(|step| escape::cannot_be_escaped(&step.script)) {
        let message = "tekton would replace `$(credentials.path)` in the script";
        let help =
            "write `$( credentials.path)`, which is the same to a shell: Tekton puts a path there, and knows no escape";
        out.push(Diagnostic::new(Code::P0602, step.span, message).here("holds this text").help(help));
    }
}

fn requests(task: &Task, out: &mut Diagnostics) {
    let needs = &task.needs;
    if let Some(memory) = needs.memory.filter(|memory| *memory < LEAST_MEMORY) {
        out.push(too_little(task, "memory", &size_text(memory), "no container starts with less than `6Mi`"));
    }
    if let Some(cpu) = needs.cpu.filter(|cpu| *cpu <= 0) {
        out.push(too_little(
            task,
            "cpu",
            &cpu_text(cpu),
            "a limit of nothing is no limit there: write `100m`, or leave it out",
        ));
    }
    if let Some(disk) = needs.disk.filter(|disk| *disk <= 0) {
        out.push(too_little(
            task,
            "disk",
            &size_text(disk),
            "a pod that may write nothing is evicted: write `1Gi`, or leave it out",
        ));
    }
}

fn too_little(task: &Task, field: &str, value: &str, why: &str) -> Diagnostic {
    Diagnostic::new(Code::P0608, task.span, format!("`{}` asks for `{value}` of {field}", task.name))
        .here(format!("needs `{field}: {value}`"))
        .help(format!("{why}; what a task needs is its limit too"))
}

fn timeouts(lowered: &Lowered<'_>, task: &Task, out: &mut Diagnostics) {
    match (task.timeout, lowered.options.timeout, lowered.options.span) {
        (Some(0), _, _) => out.push(
            Diagnostic::new(Code::P0605, task.span, format!("`{}` may take no time at all", task.name))
                .here("has `timeout: 0s`")
                .help("to tekton that is no limit; write how long one try may take, or leave it out"),
        ),
        (Some(time), Some(all), Some(span)) if time > all && task.phase == Phase::Main => out.push(
            Diagnostic::new(Code::P0605, task.span, format!("`{}` may take longer than the whole run", task.name))
                .here(format!("has up to {}", kube::go_duration(time)))
                .label(span, format!("gives all tasks together {}", kube::go_duration(all)))
                .help("raise `timeout` in `target tekton`, or leave it out: then it is what the tasks add up to. Tekton refuses such a run"),
        ),
        (Some(_) | None, _, _) => {}
    }
}

fn secrets(task: &Task, out: &mut Diagnostics) {
    for expr in reads::exprs(task) {
        if let Some(Value::Secret(name)) = expr.value()
            && !kube::is_subdomain(name)
        {
            out.push(
                Diagnostic::new(
                    Code::P0212,
                    task.span,
                    format!("`{name}` cannot be the name of a secret in a cluster"),
                )
                .here("uses it")
                .help("write lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit"),
            );
        }
    }
}
