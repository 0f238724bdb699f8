//! A task with KVM that may run forever.

use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};

use super::LintInput;
use super::kvm::{Asked, Case, Once, cases};

pub(super) fn run(input: &LintInput<'_>, out: &mut Diagnostics) {
    let mut once = Once::default();
    for case in cases(input) {
        if case.layers().any(|fields| fields.timeout.is_some()) {
            continue;
        }
        if let Asked::Yes(value) = case.asked(input.program) {
            once.push(without_timeout(input, &case, value.span), out);
        }
    }
}

fn without_timeout(input: &LintInput<'_>, case: &Case<'_>, asked: crate::source::Span) -> Diagnostic {
    let own = case.task.span.file == input.root.id;
    let place = match case.call {
        Some(call) if !own => call.span,
        Some(_) | None => case.task.span,
    };
    let name = &case.task.name;
    Diagnostic::new(Code::P0555, place, format!("`{name}` asks for KVM and has no `timeout`"))
        .here("it may run forever")
        .label(asked, "KVM is asked for here")
        .help(
            "write a `timeout`: what starts machines hangs sooner or later, and one that hangs keeps one of the few machines \
             with KVM from everybody else",
        )
}
