//! Tests: plans, what is claimed of them, and what is no claim.

use crate::diag::Diagnostic;
use crate::diag::code::{CODES, Code};
use crate::source::Span;
use crate::syntax::ast;

use super::{listed, meant};

pub(in crate::check) fn not_in_tests(word: &str, span: Span) -> Diagnostic {
    let what = if word.is_empty() { "this".to_owned() } else { format!("`{word}`") };
    Diagnostic::new(Code::P0405, span, format!("{what} has no meaning here in a test"))
        .here("not a statement of a test")
        .help("a test binds plans (`plan = my_pipeline(x: 1)`), asserts, and expects errors; the rest stands in a pipeline, or in the body of `expect error \"…\" in { … }`")
}

pub(in crate::check) fn nothing_claimed(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0405, span, "a value alone claims nothing")
        .here("neither a plan nor an assertion")
        .help("write `assert` before it, or bind it: `x = …`")
}

pub(in crate::check) fn one_list_only(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0405, span, "a `for` in a test goes over the tasks of one name")
        .here("several lists, or an `if`")
        .help("write `for one in plan.name { assert … }`; put a condition into the assertion")
}

pub(in crate::check) fn task_in_test(name: &ast::Name, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::P0214, name.span, format!("`{}` is a task, and a test makes plans of pipelines", name.text))
        .here("a pipeline is needed here")
        .label(declared, "declared here")
        .help("call the task in a pipeline and test that: order and conditions are of the pipeline")
}

pub(in crate::check) fn unknown_pipeline(name: &ast::Name, near: &str) -> Diagnostic {
    Diagnostic::new(Code::P0201, name.span, format!("there is no pipeline `{}`", name.text))
        .here("not declared in this file")
        .help(format!("did you mean `{near}`?"))
        .fix(format!("write `{near}`"), name.span, near)
}

pub(in crate::check) fn unknown_member(
    name: &ast::Name,
    pipeline: &str,
    declared: Span,
    names: &[&str],
    is_param: bool,
) -> Diagnostic {
    let text = &name.text;
    let report = Diagnostic::new(Code::P0216, name.span, format!("a plan of `{pipeline}` has no `{text}`"))
        .here("no task or value of the pipeline has this name")
        .label(declared, "the pipeline");
    if is_param {
        let path = format!("params.{text}");
        return report.help(format!("it is a parameter: write `{path}`")).fix(
            format!("write `{path}`"),
            name.span,
            path,
        );
    }
    with_near(report, name, names, "names")
}

pub(in crate::check) fn unknown_param(name: &ast::Name, pipeline: &str, declared: Span, names: &[&str]) -> Diagnostic {
    let report =
        Diagnostic::new(Code::P0216, name.span, format!("the pipeline `{pipeline}` has no parameter `{}`", name.text))
            .here("unknown parameter")
            .label(declared, "the pipeline");
    with_near(report, name, names, "parameters")
}

pub(in crate::check) fn unknown_task_part(name: &ast::Name, parts: &[&str], of: &str) -> Diagnostic {
    let report = Diagnostic::new(Code::P0216, name.span, format!("{of} has no `{}`", name.text)).here("unknown part");
    with_near(report, name, parts, "parts")
}

fn with_near(report: Diagnostic, name: &ast::Name, names: &[&str], kind: &str) -> Diagnostic {
    let (near, help) = meant(&name.text, names, kind);
    let report = report.help(help);
    match near {
        Some(near) => report.fix(format!("write `{near}`"), name.span, near),
        None => report,
    }
}

pub(in crate::check) fn no_arguments(name: &ast::Name) -> Diagnostic {
    Diagnostic::new(Code::P0216, name.span, format!("there is no argument `{}` to read", name.text))
        .here("not the call of one task with parameters")
        .help("a task in place has no parameters, and calls of different tasks have none in common: give the calls names of their own")
}

pub(in crate::check) fn plan_is_no_value(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::P0214, span, format!("`{name}` is a plan, and not a value"))
        .here("a plan alone says nothing")
        .help(format!("say what of it: `{name}.task.skipped`, `{name}.tasks`, `{name}.params.x`"))
}

pub(in crate::check) fn task_is_no_value(span: Span, name: &str, parts: &[&str]) -> Diagnostic {
    Diagnostic::new(Code::P0214, span, format!("`{name}` is a task, and not a value"))
        .here("a task alone says nothing")
        .help(format!("say what of it: {}; or an order: `assert a after b`", listed(parts)))
}

pub(in crate::check) fn needs_a_part(span: Span, what: &str, form: &str) -> Diagnostic {
    Diagnostic::new(Code::P0214, span, format!("{what} have to be read one by one"))
        .here("which one?")
        .help(format!("write `.{form}`"))
}

pub(in crate::check) fn not_tasks(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0214, span, "this is no task of a plan")
        .here("tasks are needed here")
        .help("write names of a plan: `assert plan.a after plan.b`, `assert plan.a after [plan.b, plan.c]`, `for one in plan.a { … }`; one `after` stands in each `assert`")
}

pub(in crate::check) fn two_plans(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0214, span, "the two sides are of different plans")
        .here("tasks of two plans have no order")
        .help("compare tasks of one plan")
}

pub(in crate::check) fn no_such_code(span: Span, name: &str) -> Diagnostic {
    let words = CODES.iter().flat_map(|code| [code.id(), code.name()]);
    let report = Diagnostic::new(Code::P0705, span, format!("there is no code `{name}`")).here("no finding has it");
    match crate::diag::did_you_mean(name, words) {
        Some(near) => report.help(format!("did you mean `{near}`? `pipec explain --list` shows all")).fix(
            format!("write `{near}`"),
            span,
            format!("\"{near}\""),
        ),
        None => report.help("`pipec explain --list` shows all"),
    }
}
