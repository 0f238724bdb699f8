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
        // An output, or the field of one that is a record.
        let mut written: FxHashSet<(u32, Option<u32>)> = FxHashSet::default();
        walk::task_parts(task, &mut |part| {
            part.walk(&mut |one| {
                if let Kind::Out(at) = one.kind {
                    written.insert((at, None));
                }
                if let Kind::Field(base, field) = &one.kind
                    && let Kind::Out(at) = base.kind
                {
                    written.insert((at, Some(*field)));
                }
            });
        });
        for (at, output) in (0..).zip(&task.outputs).filter(|(_, output)| is_written(output)) {
            let Type::Record(id) = output.ty else {
                if !written.contains(&(at, None)) {
                    out.push(unwritten_output(task, output, None));
                }
                continue;
            };
            let fields = &input.program.records[id.index()].fields;
            let unwritten = (0..).zip(fields).filter(|(field, _)| !written.contains(&(at, Some(*field))));
            unwritten.for_each(|(_, field)| out.push(unwritten_output(task, output, Some(&field.name))));
        }
    }
}

/// What has a place of its own is found there.
fn is_written(output: &OutputDef) -> bool {
    !matches!(output.ty, Type::Artifact(_)) || output.path.is_none()
}

fn unwritten_output(task: &TaskDef, output: &OutputDef, field: Option<&str>) -> Diagnostic {
    let path: Vec<&str> =
        ["out", &output.name, field.unwrap_or_default()].into_iter().filter(|one| !one.is_empty()).collect();
    let place = format!("~{{{}}}", path.join("."));
    let what = match path.as_slice() {
        [] | [_] => "its output".to_owned(),
        [_, named @ ..] => format!("the output `{}`", named.join(".")),
    };
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
