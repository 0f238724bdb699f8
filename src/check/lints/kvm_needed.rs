//! A command that needs KVM in a task that does not ask for it.

use crate::check::program::{CommandDef, Expr, Fields, Kind, Program, TaskDef};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::Span;
use crate::syntax::ast::{self, Field, Item, Stmt};

use super::kvm::{Asked, Case, Needed, Once, Reader, cases, kvm_of};
use super::{LintInput, names};

pub(super) fn run(input: &LintInput<'_>, out: &mut Diagnostics) {
    let mut reader = Reader::new(input.program);
    let mut once = Once::default();
    for case in cases(input) {
        if !reader.may_need(&case) {
            continue;
        }
        let Asked::No = case.asked(input.program) else { continue };
        let Needed::Yes(command, written) = reader.needed(&case) else { continue };
        if let Some(place) = place(input, &case, written) {
            once.push(report(input, &case, command, place), out);
        }
    }
}

/// The command, or what says `kvm: false` of a task of a module.
fn place(input: &LintInput<'_>, case: &Case<'_>, written: Span) -> Option<Span> {
    let modifiers = case.call.map(|call| call.modifiers());
    let said = modifiers.and_then(|fields| fields.needs.as_ref()).and_then(|needs| kvm_of(input.program, needs));
    let said = said.map(|value| value.span).filter(|_| modifiers.is_some_and(gives_kvm));
    [Some(written), said].into_iter().flatten().find(|span| span.file == input.root.id)
}

fn gives_kvm(fields: &Fields) -> bool {
    fields.needs_given.has("kvm")
}

fn report(input: &LintInput<'_>, case: &Case<'_>, command: &CommandDef, place: Span) -> Diagnostic {
    let (name, words) = (&case.task.name, command.words.join(" "));
    let report = Diagnostic::new(Code::P0554, place, format!("`{words}` needs KVM, and `{name}` does not ask for it"))
        .here("needs KVM")
        .label(case.task.span, "in this task")
        .label(command.span, "it is said here that it needs KVM")
        .help(
            "write `needs: { kvm: true }`: on a machine without it the command fails after everything before it has run, \
             or takes ten times as long",
        );
    let modifiers = case.call.map(|call| call.modifiers()).filter(|fields| gives_kvm(fields));
    // What asks for KVM has a timeout: without one there is more to do than this.
    if case.layers().all(|fields| fields.timeout.is_none()) {
        return report;
    }
    let insert = match modifiers {
        Some(fields) => of_fields(input.program, fields),
        None if case.task.span.file == input.root.id => {
            of_fields(input.program, &case.task.fields).or_else(|| ask(input, case.task, "kvm: true"))
        }
        None => None,
    };
    match insert {
        Some((span, text)) => report.fix("ask for KVM", span, text),
        None => report,
    }
}

/// Where the task of the file can ask for one thing more, and the text.
pub(super) fn ask(input: &LintInput<'_>, task: &TaskDef, what: &str) -> Option<(Span, String)> {
    if task.span.file != input.root.id {
        return None;
    }
    match &task.fields.needs {
        Some(needs) => into_record(needs, what),
        None => before_first_field(input.root, task, &format!("needs: {{ {what} }}")),
    }
}

/// Into a record that is written out.
fn of_fields(program: &Program, fields: &Fields) -> Option<(Span, String)> {
    let needs = fields.needs.as_ref()?;
    if gives_kvm(fields) {
        return kvm_of(program, needs).map(|value| (value.span, "true".to_owned()));
    }
    into_record(needs, "kvm: true")
}

fn into_record(needs: &Expr, what: &str) -> Option<(Span, String)> {
    matches!(needs.kind, Kind::Record(..)).then(|| {
        let brace = Span::new(needs.span.file, needs.span.start, needs.span.start + 1);
        (brace.after(), format!(" {what},"))
    })
}

/// A field in front of all others.
pub(super) fn before_first_field(root: &ast::File, task: &TaskDef, field: &str) -> Option<(Span, String)> {
    let mut first = None;
    for item in &root.items {
        match item {
            Item::Task(one) if one.name.span == task.span => first = one.body.first(),
            Item::Pipeline(one) => names::stmts(&one.body, &mut |stmt| {
                if let Stmt::Task { task: one, .. } = stmt
                    && one.name.span == task.span
                {
                    first = one.body.first();
                }
            }),
            Item::Task(_)
            | Item::Use(_)
            | Item::Enum(_)
            | Item::Record(_)
            | Item::Type(_)
            | Item::Artifact(_)
            | Item::Command(_)
            | Item::Const(_)
            | Item::Fn(_)
            | Item::Extern(_)
            | Item::Test(_)
            | Item::Broken(..) => {}
        }
    }
    match first {
        Some(Field::Value { name, .. }) => Some((name.span.before(), format!("{field}, "))),
        Some(Field::Step { .. } | Field::Service { .. } | Field::Require { .. } | Field::Broken(_)) | None => None,
    }
}
