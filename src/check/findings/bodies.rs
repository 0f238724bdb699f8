//! Statements of pipelines.

use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Span;
use crate::syntax::ast;

use super::super::stmt::Level;

pub(in crate::check) fn misplaced(word: &str, span: Span, level: Level) -> Diagnostic {
    let place = match level {
        Level::Top => "in the pipeline",
        Level::Stage => "in a `stage`",
        Level::Inner => "in a `when` or `for`",
        Level::Finally => "in `finally`",
    };
    let help = match word {
        "require" => {
            "move it up; what depends on a condition is said in it: `require not upload or aws != none, \"…\"`"
        }
        "stage" => "write the `when` or `for` inside the stage",
        _ => "move it up: it holds for the whole pipeline",
    };
    Diagnostic::new(Code::P0405, span, format!("`{word}` stands {place}"))
        .here("belongs directly into the pipeline")
        .help(help)
}

pub(in crate::check) fn only_in_tests(word: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0405, span, format!("`{word}` stands outside a test"))
        .here("belongs into `test \"…\" { … }`")
        .help("a pipeline says what must hold of its parameters with `require cond, \"message\"`")
}

pub(in crate::check) fn value_as_statement(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0405, span, "a value alone does nothing")
        .here("not a call of a task")
        .help("bind it, `x = …`, or call a task")
}

pub(in crate::check) fn function_as_statement(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::P0405, span, format!("`{name}` has a value, and nothing is done with it"))
        .here("not a task")
        .help("bind its value, `x = …`, or call a task")
}

pub(in crate::check) fn modifiers_of_value(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0405, span, "modifiers belong to the call of a task")
        .here("this line calls no task")
        .help("a value is there at once: it has no fields and waits for nothing")
}

pub(in crate::check) fn branch_is_not_one_call(name: &ast::Name) -> Diagnostic {
    let text = &name.text;
    Diagnostic::new(Code::P0405, name.span, format!("each branch of `{text} = when …` is one call"))
        .here("which call is it?")
        .help(format!(
            "write the `when` as a block and bind inside: `when … {{ {text} = … }}`; outside, `{text}` is a `T?`"
        ))
}

pub(in crate::check) fn after_a_value(name: &ast::Name, shown: &str, bound: Span) -> Diagnostic {
    Diagnostic::new(Code::P0214, name.span, format!("`{}` is a value, not the call of a task", name.text))
        .here("nothing to wait for")
        .label(bound, format!("a `{shown}`"))
        .help("`after` names the binding of a call; a value that a task makes is waited for by using it")
}

pub(in crate::check) fn reads_a_task(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::P0405, span, format!("{what} is decided before the first task runs"))
        .here("uses what a task makes")
        .help("use parameters and constants only; a condition on a result is a `when`")
}

pub(in crate::check) fn no_return(name: &ast::Name, output: Span) -> Diagnostic {
    Diagnostic::new(Code::P0215, name.span, format!("`{}` returns nothing", name.text))
        .here("no `return`")
        .label(output, "but says that it has an output")
        .help("add `return (name: value)` to the end of the pipeline")
}

pub(in crate::check) fn returns_nothing(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0216, span, "the pipeline has no outputs")
        .here("nothing to return to")
        .help("declare them behind the parameters: `-> (name: Type)`")
}

pub(in crate::check) fn place_in_pipeline(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0405, span, "an output of a pipeline is given by `return`")
        .here("no place for a value")
        .help("leave it out, and write `return (name: value)`")
}

pub(in crate::check) fn artifact_from_outside(span: Span, shown: &str) -> Diagnostic {
    Diagnostic::new(Code::P0214, span, format!("a pipeline cannot be given a `{shown}`"))
        .here("made by tasks only")
        .help("take what it is made from (a `workspace`, a `path`, a `string`) and let a task make it")
}

pub(in crate::check) fn fields_of_pipeline(span: Span, name: &ast::Name) -> Diagnostic {
    Diagnostic::new(Code::P0204, span, format!("a call of the pipeline `{}` takes no fields", name.text))
        .here("a field of a task")
        .label(name.span, "declared here")
        .help("its tasks have fields of their own: give the pipeline a parameter for what differs")
}
