//! What no bash script can do: nearly nothing.
//!
//! Limits of processors, memory and disk, `privileged` and `network: false` are no gaps: they say what a task may count
//! on, and `--help` says when this machine is not held to them.

use super::settings::Settings;
use crate::contract::{ListSource, Source};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::emit::outside;
use crate::emit::script::{self, Rendered};
use crate::plan::{Plan, Step};
use crate::source::Span;

/// Linux takes no longer string (`NAME=value` and its end) in the environment of a process.
const LONGEST_VARIABLE: usize = 131_072;

/// `steps` are the scripts of each task.
pub(super) fn report(plan: &Plan, steps: &[Vec<Rendered>], out: &mut Diagnostics) {
    outside::no_extern_tasks(plan, "shell", out);
    script::gaps(plan, out);
    if out.has_errors() {
        return;
    }
    if Settings::of(plan).jobs().is_some_and(|jobs| jobs < 1) {
        plan.options
            .iter()
            .filter(|(target, _, _)| target == "shell")
            .for_each(|(_, _, span)| out.push(no_jobs(*span)));
    }
    for ((_, task), scripts) in plan.tasks().zip(steps) {
        task.steps.iter().zip(scripts).for_each(|(step, script)| check_step(script, step, out));
    }
}

/// Variables that bash makes itself: what a run would give them is lost.
const OF_BASH: [&str; 20] = [
    "BASHOPTS",
    "BASHPID",
    "BASH_ARGC",
    "BASH_ARGV",
    "BASH_COMMAND",
    "BASH_LINENO",
    "BASH_SOURCE",
    "BASH_SUBSHELL",
    "BASH_VERSINFO",
    "DIRSTACK",
    "EUID",
    "FUNCNAME",
    "GROUPS",
    "LINENO",
    "PIPESTATUS",
    "PPID",
    "RANDOM",
    "SECONDS",
    "SHELLOPTS",
    "UID",
];

fn check_step(script: &Rendered, step: &Step, out: &mut Diagnostics) {
    if script.body.contains('\0') {
        out.push(nul_in_script(step));
    }
    for (name, source) in &script.env {
        if let Source::Literal(text) = source {
            check_text(name, text, place_of(step, name), out);
        }
    }
    for list in &script.args {
        if let ListSource::Literal(list) = list {
            list.iter().for_each(|text| check_text("an element", text, step.script.span, out));
        }
    }
    for env in step.env.iter().filter(|env| OF_BASH.contains(&env.name.as_str())) {
        out.push(variable_of_bash(&env.name, env.span));
    }
}

fn check_text(name: &str, text: &str, span: Span, out: &mut Diagnostics) {
    if text.contains('\0') {
        out.push(nul_in_value(name, span));
    } else if name.len() + text.len() + 2 > LONGEST_VARIABLE {
        out.push(too_long(name, text.len(), span));
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

fn variable_of_bash(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0602, span, format!("`{name}` is a variable that bash makes itself"))
        .here("a step would not see this value")
        .help("give the variable another name, and set it in the script just before the command that reads it")
}

fn too_long(name: &str, length: usize, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0603, span, format!("the value of `{name}` is {length} bytes long"))
        .here(format!("a process takes at most {LONGEST_VARIABLE} bytes in one variable"))
        .help("put the text into `files`, or into a file of the repository that the script reads")
}
