//! KVM that is asked for and that no command of the task needs.

use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};

use super::LintInput;
use super::kvm::{Asked, Needed, Once, Reader, cases};

pub(super) fn run(input: &LintInput<'_>, out: &mut Diagnostics) {
    let mut reader = Reader::new(input.program);
    let mut once = Once::default();
    for case in cases(input) {
        let Asked::Yes(value) = case.asked(input.program) else { continue };
        // A default is for all tasks of the pipeline, some of which may need it.
        let is_default = case.defaults.and_then(|fields| fields.needs.as_ref());
        if is_default.is_some_and(|needs| within(needs.span, value.span)) || value.span.file != input.root.id {
            continue;
        }
        if let Needed::No = reader.needed(&case) {
            let name = &case.task.name;
            let report = Diagnostic::new(Code::P0553, value.span, format!("`{name}` asks for KVM, and needs none"))
                .here("no command of its scripts needs it, as far as the library says")
                .label(case.task.span, "in this task")
                .help(
                    "leave it out: machines with KVM are few and privileged, so the task waits for one, and runs with \
                     more rights than it has use for",
                )
                .fix("do not ask for KVM", value.span, "false");
            once.push(report, out);
        }
    }
}

fn within(outer: crate::source::Span, inner: crate::source::Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}
