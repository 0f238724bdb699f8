//! Arguments.

use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Span;
use crate::syntax::ast;

use super::super::args::Signature;
use super::super::checker::written;
use super::super::program::ParamDef;
use super::{counted, listed, meant};

pub(in crate::check) fn unknown_parameter(callee: Signature<'_>, name: &ast::Name) -> Diagnostic {
    let names: Vec<&str> = callee.params.iter().map(|param| &*param.name).collect();
    let kind = callee.takes.word();
    let (near, help) = meant(&name.text, &names, &format!("{kind}s"));
    let report =
        Diagnostic::new(callee.takes.unknown(), name.span, format!("{} has no {kind} `{}`", callee.words(), name.text))
            .here(format!("unknown {kind}"))
            .label(callee.declared, "declared here")
            .help(help);
    match near {
        Some(near) => report.fix(format!("write `{near}`"), name.span, near),
        None => report,
    }
}

pub(in crate::check) fn too_many_arguments(callee: Signature<'_>, span: Span) -> Diagnostic {
    let takes = counted(callee.params.len(), callee.takes.value());
    Diagnostic::new(Code::P0208, span, format!("{} takes {takes}", callee.words()))
        .here("one too many")
        .label(callee.declared, "declared here")
        .help("remove it")
}

pub(in crate::check) fn given_twice(callee: Signature<'_>, param: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::P0208, span, format!("`{param}` is given twice to {}", callee.words()))
        .here("given again")
        .label(first, "first given here")
        .help("remove one of the two, or name the one that it is for")
}

pub(in crate::check) fn position_behind_name(callee: Signature<'_>, value: &ast::Expr) -> Diagnostic {
    let names: Vec<&str> = callee.params.iter().map(|param| &*param.name).collect();
    if let Some(name) = written(value) {
        let (near, help) = meant(&name, &names, "parameters");
        let report = Diagnostic::new(
            callee.takes.unknown(),
            value.span,
            format!("{} has no parameter `{name}`", callee.words()),
        )
        .here("behind a named argument, a bare name stands for `name: name`")
        .label(callee.declared, "declared here");
        return match near {
            Some(near) => {
                let text = format!("{near}: {name}");
                report.help(format!("did you mean `{text}`?")).fix(format!("write `{text}`"), value.span, text)
            }
            None => report.help(help),
        };
    }
    Diagnostic::new(Code::P0208, value.span, "an argument without a name stands behind one with a name")
        .here("which parameter is it for?")
        .label(callee.declared, "declared here")
        .help(format!("name it: {} are the parameters of {}", listed(&names), callee.words()))
}

pub(in crate::check) fn missing_argument(callee: Signature<'_>, param: &ParamDef, call: Span) -> Diagnostic {
    Diagnostic::new(Code::P0207, call, format!("{} needs `{}`", callee.words(), param.name))
        .here(format!("`{}` is missing", param.name))
        .label(param.span, "declared without a default")
        .help(format!("add `{}: …`", param.name))
}

pub(in crate::check) fn conversion_takes_one(span: Span, name: &str, count: usize) -> Diagnostic {
    let (code, here) =
        if count == 0 { (Code::P0207, "nothing to convert") } else { (Code::P0208, "one value is converted") };
    Diagnostic::new(code, span, format!("`{name}(…)` takes one value"))
        .here(here)
        .help(format!("write `{name}(x)`; a list is converted element by element"))
}

pub(in crate::check) fn no_argument_names(name: &ast::Name, value: Span, callee: &str) -> Diagnostic {
    Diagnostic::new(Code::P0206, name.span, format!("the arguments of `{callee}` have no names"))
        .here("unknown parameter")
        .help(format!("leave out `{}:`", name.text))
        .fix(format!("leave out `{}:`", name.text), name.span.to(value.before()), "")
}

pub(in crate::check) fn word_takes(span: Span, word: &str, names: &[&str], count: usize) -> Diagnostic {
    let code = if count < names.len() { Code::P0207 } else { Code::P0208 };
    Diagnostic::new(code, span, format!("`{word}` takes {}, not {count}", counted(names.len(), "argument")))
        .here(format!("`{word}({})`", names.join(", ")))
        .help(format!("write `{word}({})`", names.join(", ")))
}

pub(in crate::check) fn needs_list(span: Span, word: &str, shown: &str) -> Diagnostic {
    Diagnostic::new(Code::P0301, span, format!("`{word}` takes a list, and this is a `{shown}`"))
        .here(format!("a `{shown}`"))
        .help("write a list: `[a, b]`; an optional one is opened with `x ?? []`")
}

pub(in crate::check) fn flag_takes(span: Span, shown: &str, optional_bool: bool) -> Diagnostic {
    let help = if optional_bool {
        "open it first: `flag(\"--name\", x ?? false)`"
    } else {
        "`flag` takes a `bool` (no word or one), a `T?` (none or two) or a list (two an element) of what has a text form"
    };
    let report = Diagnostic::new(Code::P0301, span, format!("`flag` does not take a `{shown}`"))
        .here(format!("a `{shown}`"))
        .help(help);
    if optional_bool { report.fix("write `?? false` behind it", span.after(), " ?? false") } else { report }
}

pub(in crate::check) fn too_many_pipelines(span: Span, most: usize) -> Diagnostic {
    Diagnostic::new(Code::P0217, span, format!("pipelines call each other more than {most} times"))
        .here("one too many")
        .help("each call puts the whole body here: call a pipeline once in a `for`, or make tasks of what is repeated")
}
