//! Fields, cases, outputs: what stands behind a dot or a colon.

use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Span;
use crate::syntax::ast;

use super::{listed, meant, named};

/// `owner` comes with its backticks, or is words: "`Needs`", "a task".
pub(in crate::check) fn unknown_field(name: &ast::Name, owner: &str, names: &[&str]) -> Diagnostic {
    let (mut near, mut help) = meant(&name.text, names, "fields");
    if let (None, Some(ours)) = (&near, elsewhere_called(&name.text, names)) {
        (near, help) = (Some(ours.to_owned()), format!("here it is called `{ours}`"));
    }
    let report = Diagnostic::new(Code::P0204, name.span, format!("{owner} has no field `{}`", name.text))
        .here("unknown field")
        .help(help);
    near_fix(report, name.span, near)
}

/// A field of `needs` that stands beside it.
pub(in crate::check) fn field_of_needs(name: &ast::Name, owner: &str, ours: &str) -> Diagnostic {
    Diagnostic::new(Code::P0204, name.span, format!("{owner} has no field `{}`", name.text))
        .here("a field of `needs`")
        .help(format!("what a task needs of its machine stands together: `needs: {{ {ours}: … }}`"))
}

/// What a name is called in a list of ours, also when it is called otherwise elsewhere.
pub(in crate::check) fn ours<'n>(name: &str, names: &[&'n str]) -> Option<&'n str> {
    let wanted = elsewhere_called(name, names).unwrap_or(name);
    names.iter().copied().find(|ours| *ours == wanted)
}

/// What other languages for pipelines call the fields of a task.
const ELSEWHERE: &[(&str, &str)] = &[
    ("script", "run"),
    ("command", "run"),
    ("cmd", "run"),
    ("commands", "run"),
    ("environment", "env"),
    ("variables", "env"),
    ("container", "image"),
    ("docker", "image"),
    ("resources", "needs"),
    ("requires", "needs"),
    ("requests", "needs"),
    ("cwd", "workdir"),
    ("dir", "workdir"),
    ("working_dir", "workdir"),
    ("working_directory", "workdir"),
    ("retry", "retries"),
    ("before_script", "before"),
    ("after_script", "cleanup"),
    ("finally", "cleanup"),
    ("interpreter", "shell"),
    ("mem", "memory"),
    ("ram", "memory"),
    ("storage", "disk"),
];

fn elsewhere_called(name: &str, names: &[&str]) -> Option<&'static str> {
    ELSEWHERE.iter().find(|(theirs, ours)| *theirs == name && names.contains(ours)).map(|(_, ours)| *ours)
}

fn near_fix(report: Diagnostic, span: Span, near: Option<String>) -> Diagnostic {
    match near {
        Some(near) => report.fix(format!("write `{near}`"), span, near),
        None => report,
    }
}

pub(in crate::check) fn field_elsewhere(name: &ast::Name, block: &str, names: &[&str]) -> Diagnostic {
    Diagnostic::new(Code::P0204, name.span, format!("{block} has no field `{}`", name.text))
        .here("a field of the task itself")
        .help(format!("write `{}` where the task is declared; here stand {}", name.text, listed(names)))
}

pub(in crate::check) fn step_elsewhere(span: Span, block: &str) -> Diagnostic {
    Diagnostic::new(Code::P0204, span, format!("{block} has no steps"))
        .here("a step belongs to a task")
        .help("write the step in the body of the task that it is part of")
}

pub(in crate::check) fn require_elsewhere(span: Span, block: &str) -> Diagnostic {
    Diagnostic::new(Code::P0204, span, format!("{block} requires nothing"))
        .here("a `require` belongs to a task or a pipeline")
        .help("write it in the body of the task whose parameters it speaks of, or directly into the pipeline")
}

pub(in crate::check) fn missing_record_field(record: &str, field: &str, span: Span, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::P0215, span, format!("`{record}` needs the field `{field}`"))
        .here(format!("`{field}` is missing"))
        .label(declared, "declared without a default")
        .help(format!("add `{field}: …`"))
}

pub(in crate::check) fn key_not_a_field(span: Span, plain: Option<&str>) -> Diagnostic {
    let report = Diagnostic::new(Code::P0204, span, "a field of a record is a name")
        .here("not a name")
        .help("write the field without quotes: `{ name: value }`");
    match plain {
        Some(plain) => report.fix(format!("write `{plain}`"), span, plain),
        None => report,
    }
}

pub(in crate::check) fn unknown_case(name: &ast::Name, owner: &str, declared: Span, names: &[&str]) -> Diagnostic {
    let (near, help) = meant(&name.text, names, "cases");
    let report = Diagnostic::new(Code::P0209, name.span, format!("`{owner}` has no case `{}`", name.text))
        .here("unknown case")
        .label(declared, format!("`{owner}` is declared here"))
        .help(help);
    near_fix(report, name.span, near)
}

pub(in crate::check) fn unknown_output(
    name: &ast::Name,
    task: &str,
    declared: Option<Span>,
    names: &[&str],
) -> Diagnostic {
    let (near, help) = meant(&name.text, names, "outputs");
    let mut report = Diagnostic::new(Code::P0216, name.span, format!("`{task}` has no output `{}`", name.text))
        .here("unknown output")
        .help(help);
    if let Some(declared) = declared {
        report = report.label(declared, "the task is declared here");
    }
    near_fix(report, name.span, near)
}

pub(in crate::check) fn unknown_out(name: &ast::Name, span: Span, names: &[&str], single: bool) -> Diagnostic {
    if single {
        return Diagnostic::new(
            Code::P0216,
            name.span,
            format!("this task has one output, and it is not called `{}`", name.text),
        )
        .here("unknown output")
        .help("the path of an output without a name is `out`")
        .fix("write `out`", span, "out");
    }
    let (near, help) = meant(&name.text, names, "outputs");
    let report = Diagnostic::new(Code::P0216, name.span, format!("this task has no output `{}`", name.text))
        .here("unknown output")
        .help(help);
    near_fix(report, name.span, near)
}

pub(in crate::check) fn no_such_part(
    name: &ast::Name,
    base: Span,
    shown: &str,
    parts: &[&str],
    list: bool,
) -> Diagnostic {
    let (near, mut help) = meant(&name.text, parts, "parts");
    if list {
        help =
            "a list has no parts; inside the `for`, bind what you need (`y = x.part`): outside it is the list of them"
                .into();
    }
    let report = Diagnostic::new(Code::P0216, name.span, format!("a `{shown}` has no `{}`", name.text))
        .here("unknown part")
        .label(base, format!("this is a `{shown}`"))
        .help(help);
    near_fix(report, name.span, near)
}

pub(in crate::check) fn optional_has_no_parts(span: Span, name: Option<&str>, part: &str, shown: &str) -> Diagnostic {
    let value = named(name, "this value");
    Diagnostic::new(Code::P0306, span, format!("{value} may be `none`, and `none` has no `{part}`"))
        .here(format!("a `{shown}`"))
        .help(format!("open it first: `(x ?? default).{part}`, or `x!.{part}` where `x != none` is known"))
}

pub(in crate::check) fn out_elsewhere(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0201, span, "there is no `out` here")
        .here("known only in the scripts and the environment of a task that has outputs")
        .help("declare the output behind the parameters, `-> (commit: string)`, and write to `~{out.commit}` in `run`")
}

pub(in crate::check) fn outcome_elsewhere(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0201, span, "there is no `outcome` here")
        .here("known only inside `finally`")
        .help("move what depends on how the run ended into `finally { … }`")
}

pub(in crate::check) fn status_elsewhere(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::P0216, span, format!("how `{name}` ended is known only inside `finally`"))
        .here("no `status` here")
        .help("move what depends on it into `finally { … }`; a task that needs another one simply comes after it")
}
