//! A command that needs much memory in a task that asks for none.

use crate::check::program::machine::Amount;
use crate::check::program::{Call, Fields, Kind};
use crate::check::rules::machine::{declared, field_of, needed, needs_much};
use crate::check::rules::ran::Ran;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};

use super::kvm::{Case, Once, cases};
use super::{LintInput, kvm_needed};

pub(super) fn run(input: &LintInput<'_>, out: &mut Diagnostics) {
    let mut ran = Ran::new(input.program, needs_much);
    if ran.is_empty() {
        return;
    }
    let mut once = Once::default();
    for case in cases(input) {
        let runs = ran.get(case.task, case.call.map_or(Fields::NONE, Call::modifiers), case.defaults);
        let needs = runs.iter().filter_map(|run| Some((run, needed(run, Amount::Memory)?)));
        let Some((run, need)) = needs.max_by_key(|(_, need)| need.least()) else { continue };
        if asks(input, &case) || run.written.file != input.root.id {
            continue;
        }
        let Some(least) = need.least() else { continue };
        let (words, needed, task) = (run.name(), Amount::Memory.text(least), &case.task.name);
        let sum = need.sum().map(|sum| format!(" ({sum})")).unwrap_or_default();
        let what = format!("memory: {needed}");
        let report = Diagnostic::new(
            Code::P0556,
            run.written,
            format!("`{words}` needs {needed} of memory{sum}, and `{task}` asks for none"),
        )
        .here(format!("needs {needed}"))
        .label(case.task.span, "in this task")
        .label(declared(run), "it is said here what it needs")
        .help(format!(
            "write `needs: {{ {what} }}`: a task that asks for nothing is put on any machine, and stopped when that is full"
        ));
        once.push(
            match kvm_needed::ask(input, case.task, &what) {
                Some((span, text)) => report.fix(format!("ask for {needed}"), span, text),
                None => report,
            },
            out,
        );
    }
}

/// Whether anything says how much memory there is to be, if only a parameter.
fn asks(input: &LintInput<'_>, case: &Case<'_>) -> bool {
    let gives = |fields: &&Fields| fields.needs_given.has("memory");
    let given = case.layers().find(gives).and_then(|fields| fields.needs.as_ref());
    given.is_some_and(|needs| {
        field_of(input.program, needs, "memory").is_none_or(|value| !matches!(value.kind, Kind::None))
    })
}
