//! A command of which an exit code means something, in a task that does not say what is then.

use crate::check::program::facts::Exit;
use crate::check::program::{Call, Fields};
use crate::check::rules::ran::Ran;
use crate::check::rules::runs::{Part, Run};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::Span;

use super::kvm::{Case, Once, cases};
use super::{LintInput, kvm_needed};

pub(super) fn run(input: &LintInput<'_>, out: &mut Diagnostics) {
    let mut ran = Ran::new(input.program, |command| !command.facts.exits.is_empty());
    if ran.is_empty() {
        return;
    }
    let mut once = Once::default();
    for case in cases(input) {
        let runs = ran.get(case.task, case.call.map_or(Fields::NONE, Call::modifiers), case.defaults);
        for run in runs.iter().filter(|run| run.part == Part::Body && run.written.file == input.root.id) {
            let read = |code: i64| case.layers().any(|fields| fields.on_exit.iter().any(|(other, ..)| *other == code));
            if let Some(exit) = run.of_exits().facts.exits.iter().find(|exit| !read(exit.code)) {
                once.push(report(input, &case, run, exit), out);
            }
        }
    }
}

fn report(input: &LintInput<'_>, case: &Case<'_>, run: &Run<'_>, exit: &Exit) -> Diagnostic {
    let (words, task, Exit { code, meaning, span }) = (run.name(), &case.task.name, exit);
    let report = Diagnostic::new(
        Code::P0557,
        run.written,
        format!("`{words}` ends with {code} to say: {meaning}; `{task}` takes that for a failure"),
    )
    .here(format!("may end with {code}"))
    .label(*span, format!("it is said here what {code} means"))
    .help(format!(
        "write `on_exit: {{ {code}: .warn }}`, or `.skip`, `.ok` or `.fail`: a code that means something is not a failure \
         like others, and what it is has to be decided"
    ));
    match insert(input, case, *code) {
        Some((span, text)) => report.fix("go on with a warning", span, text),
        None => report,
    }
}

fn insert(input: &LintInput<'_>, case: &Case<'_>, code: i64) -> Option<(Span, String)> {
    match case.task.fields.on_exit.last() {
        Some((_, verdict, _)) if verdict.span.file == input.root.id => {
            Some((verdict.span.after(), format!(", {code}: .warn")))
        }
        Some(_) => None,
        None if case.task.span.file == input.root.id => {
            kvm_needed::before_first_field(input.root, case.task, &format!("on_exit: {{ {code}: .warn }}"))
        }
        None => None,
    }
}
