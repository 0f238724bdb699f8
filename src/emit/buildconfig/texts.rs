//! Texts that no process can be given: they reach a step by its environment and arguments.

use crate::contract::{ListSource, Source};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::emit::script::{self, Rendered};
use crate::plan::{Param, Plan, Step};
use crate::source::Span;

/// Linux takes no longer string (`NAME=value` and its end).
const LONGEST: usize = 131_072;

pub(super) fn report(plan: &Plan, out: &mut Diagnostics) {
    for (id, task) in plan.tasks() {
        for (at, step) in task.steps.iter().enumerate() {
            check(&script::step(plan, id, at), step, out);
        }
    }
}

fn check(rendered: &Rendered, step: &Step, out: &mut Diagnostics) {
    if rendered.body.contains('\0') {
        out.push(nul("the script of the step", step.script.span));
    }
    for (name, source) in &rendered.env {
        if let Source::Literal(text) = source {
            let place = step.env.iter().find(|env| env.name == *name).map_or(step.script.span, |env| env.span);
            check_text(&format!("the value of `{name}`"), name.len() + text.len() + 2, text, place, out);
        }
    }
    for list in &rendered.args {
        if let ListSource::Literal(words) = list {
            for text in words {
                check_text("an element of a list", text.len() + 1, text, step.script.span, out);
            }
        }
    }
}

/// A value of a run, which has the name of its parameter before it, or of the variable that stands for that.
pub(super) fn check_value(param: &Param, text: &str, out: &mut Diagnostics) {
    check_text(
        &format!("a value of `{}`", param.name),
        PREFIX + param.name.len() + text.len() + 2,
        text,
        param.span,
        out,
    );
}

/// The longest that a script puts before the name of a parameter, and an index behind it.
const PREFIX: usize = 24;

fn check_text(what: &str, length: usize, text: &str, span: Span, out: &mut Diagnostics) {
    if text.contains('\0') {
        out.push(nul(what, span));
    } else if length > LONGEST {
        out.push(
            Diagnostic::new(Code::P0603, span, format!("{what} is {} bytes long", text.len()))
                .here(format!("a process takes at most {LONGEST} bytes in one text"))
                .help("put the text into `files`, or into a file of a workspace that the script reads"),
        );
    }
}

fn nul(what: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0602, span, format!("{what} has a NUL byte"))
        .here("no process can be given it")
        .help("make the byte when it runs: `printf '\\0'`")
}
