//! What no bash script can do: nearly nothing.
//!
//! Limits of processors, memory and disk, `privileged` and `network: false` are no gaps: they say what a task may count
//! on, and `--help` says when this machine is not held to them.

use super::settings::Settings;
use crate::contract::Source;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::emit::script::{self, Rendered};
use crate::plan::{Plan, Step};
use crate::source::Span;

/// Linux takes no longer string (`NAME=value` and its end) in the environment of a process.
const LONGEST_VARIABLE: usize = 131_072;

pub(super) fn report(plan: &Plan, out: &mut Diagnostics) {
    script::gaps(plan, out);
    if out.has_errors() {
        return;
    }
    if Settings::of(plan).jobs().is_some_and(|jobs| jobs < 1) {
        plan.options.iter().filter(|(target, _, _)| target == "shell").for_each(|(_, _, span)| out.push(no_jobs(*span)));
    }
    for (id, task) in plan.tasks() {
        for (number, step) in task.steps.iter().enumerate() {
            check_step(&script::step(plan, id, number), step, out);
        }
    }
}

fn check_step(script: &Rendered, step: &Step, out: &mut Diagnostics) {
    if script.body.contains('\0') {
        out.push(nul_in_script(step));
    }
    for (name, source) in &script.env {
        let Source::Literal(text) = source else { continue };
        let place = place_of(step, name);
        if text.contains('\0') {
            out.push(nul_in_value(name, place));
        } else if name.len() + text.len() + 2 > LONGEST_VARIABLE {
            out.push(too_long(name, text.len(), place));
        }
    }
}

fn place_of(step: &Step, name: &str) -> Span {
    step.env.iter().find(|env| env.name == name).map_or(step.script.span, |env| env.span)
}

fn no_jobs(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0608, span, "`jobs` is less than 1")
        .here("no task could ever run")
        .help("write how many tasks may run together, or leave `jobs` out for as many as the machine has processors")
}

fn nul_in_script(step: &Step) -> Diagnostic {
    Diagnostic::new(Code::P0602, step.script.span, format!("the script of step `{}` has a NUL byte", step.name))
        .here("a file of bash cannot hold it")
        .help("make the byte when it runs: `printf '\\0'`")
}

fn nul_in_value(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0602, span, format!("the value of `{name}` has a NUL byte"))
        .here("no environment can hold it")
        .help("leave the byte out, or let the script make it: `printf '\\0'`")
}

fn too_long(name: &str, length: usize, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0603, span, format!("the value of `{name}` is {length} bytes long"))
        .here(format!("a process takes at most {LONGEST_VARIABLE} bytes in one variable"))
        .help("put the text into `files`, or into a file of the repository that the script reads")
}
