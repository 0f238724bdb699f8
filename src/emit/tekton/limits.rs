//! The budgets of the engine, and requests that it cannot take as they are.

use rustc_hash::FxHashMap;

use super::inputs::Variable;
use super::lower::{Lowered, Unit};
use super::{names, reads};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::emit::kube;
use crate::plan::value::{cpu_text, size_text};
use crate::plan::{Phase, Task, Ty, Value};

/// All scripts of a task travel as base64 in one argument, for which Linux has this limit.
pub(super) const SCRIPTS: usize = 131_072;
/// What stands around each script there.
pub(super) const SCRIPT_FRAME: usize = 200;
/// One variable or argument; some room for its name.
const LONGEST_TEXT: usize = 130_000;
/// All results of a container, as JSON.
const RESULTS: usize = 4096;
/// What stands around each result there.
pub(super) const RESULT_FRAME: usize = 35;
/// No container starts with less memory.
const LEAST_MEMORY: i64 = 6 << 20;

pub(super) fn report(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    clashing_names(lowered, out);
    for unit in lowered.tasks.iter().chain(&lowered.finally) {
        scripts(unit, out);
        variables(unit, out);
    }
    for (_, task) in lowered.plan.tasks() {
        results(task, out);
        requests(task, out);
        timeouts(lowered, task, out);
        secrets(task, out);
    }
}

fn clashing_names(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    let plan = lowered.plan;
    let mut seen: FxHashMap<&str, &Task> = FxHashMap::default();
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

fn scripts(unit: &Unit<'_>, out: &mut Diagnostics) {
    let scripts = unit.steps.iter().map(|step| &step.script);
    let scripts = scripts.chain(unit.sidecars.iter().filter_map(|sidecar| sidecar.script.as_ref()));
    let total: usize = scripts.map(|script| script.len().div_ceil(3) * 4 + SCRIPT_FRAME).sum();
    if total >= SCRIPTS {
        let message = format!("the scripts of `{}` are too long for tekton", unit.name);
        out.push(
            Diagnostic::new(Code::P0603, unit.span, message)
                .here(format!("{total} bytes as base64, of {SCRIPTS}"))
                .help("put the text into a file of the repository or the image and call it; a task has about 96 kB for all its scripts"),
        );
    }
    for step in unit.steps.iter().filter(|step| super::escape::cannot_be_escaped(&step.script)) {
        let message = "tekton would replace `$(credentials.path)` in the script";
        let help =
            "write `$( credentials.path)`, which is the same to a shell: Tekton puts a path there, and knows no escape";
        out.push(Diagnostic::new(Code::P0602, step.span, message).here("holds this text").help(help));
    }
}

fn variables(unit: &Unit<'_>, out: &mut Diagnostics) {
    for step in &unit.steps {
        let texts = step.wiring.env.iter().filter_map(Variable::text).chain(step.wiring.args.iter().map(AsRef::as_ref));
        if let Some(size) = texts.map(str::len).max().filter(|size| *size >= LONGEST_TEXT) {
            let message = format!("a value of `{}` is too long for tekton", unit.name);
            out.push(
                Diagnostic::new(Code::P0603, step.span, message)
                    .here(format!("{size} bytes, of {LONGEST_TEXT}"))
                    .help("write it to a file in a workspace and give the task the path: no program can be started with a longer text"),
            );
        }
    }
}

fn results(task: &Task, out: &mut Diagnostics) {
    let values = task.outputs.iter().filter(|output| output.place.is_none());
    let total: usize = values.map(|output| names::result(&output.name).len() + least(&output.ty) + RESULT_FRAME).sum();
    if total > RESULTS {
        out.push(
            Diagnostic::new(Code::P0603, task.span, format!("`{}` has too many outputs for tekton", task.name))
                .here(format!("{total} bytes with the shortest values, of {RESULTS}"))
                .help("write most of them to one file in a workspace, or make several tasks"),
        );
    }
}

/// The bytes that the longest value of a closed type takes; what is open may be empty.
fn least(ty: &Ty) -> usize {
    match ty {
        Ty::Bool => "false".len(),
        Ty::Enum(of) => of.cases.iter().map(String::len).max().unwrap_or(0),
        Ty::Optional(of) => least(of),
        Ty::Int | Ty::Duration | Ty::Size | Ty::Cpu => 1,
        Ty::String | Ty::Path | Ty::Image | Ty::Pattern(_) | Ty::Secret => 0,
        Ty::Workspace | Ty::Artifact(_) | Ty::List(_) | Ty::Map(_) | Ty::Record(_) => 0,
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
