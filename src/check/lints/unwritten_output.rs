//! An output that no script of its task writes.

use rustc_hash::FxHashSet;

use crate::check::program::{Kind, OutputDef, TaskDef, Type};
use crate::check::rules::walk;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};

use super::{LintInput, own};

pub(super) fn run(input: &LintInput<'_>, out: &mut Diagnostics) {
    for task in own::all_tasks(input) {
        if task.outputs.is_empty() {
            continue;
        }
        let mut written: FxHashSet<u32> = FxHashSet::default();
        walk::task_parts(task, &mut |part| {
            part.walk(&mut |one| {
                if let Kind::Out(at) = one.kind {
                    written.insert(at);
                }
            });
        });
        let unwritten = (0..).zip(&task.outputs).filter(|(at, output)| !written.contains(at) && is_written(output));
        unwritten.for_each(|(_, output)| out.push(unwritten_output(task, output)));
    }
}

/// What has a place of its own is found there.
fn is_written(output: &OutputDef) -> bool {
    !matches!(output.ty, Type::Artifact(_)) || output.path.is_none()
}

fn unwritten_output(task: &TaskDef, output: &OutputDef) -> Diagnostic {
    let place = if output.name.is_empty() { "~{out}".to_owned() } else { format!("~{{out.{}}}", output.name) };
    let what = if output.name.is_empty() { "its output".to_owned() } else { format!("the output `{}`", output.name) };
    let is_artifact = matches!(output.ty, Type::Artifact(_));
    let write = if is_artifact {
        format!("put it at `{place}`, or say where it stands: `= workspace / \"…\"`")
    } else {
        format!("write it: `command > {place}`")
    };
    Diagnostic::new(Code::P0415, output.span, format!("no script of `{}` writes {what}", task.name))
        .here(format!("`{place}` is not mentioned"))
        .label(task.span, "in this task")
        .help(format!("{write}; a task that does not leave what it promises fails when it ends, after all its work"))
}
