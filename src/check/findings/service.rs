//! Services of a task.

use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Span;
use crate::syntax::ast;

pub(in crate::check) fn elsewhere(span: Span, block: &str) -> Diagnostic {
    Diagnostic::new(Code::P0204, span, format!("{block} has no services"))
        .here("a service belongs to a task")
        .help("write the service in the body of the task whose steps use it; it runs as long as they do")
}

pub(in crate::check) fn no_image(name: &ast::Name) -> Diagnostic {
    Diagnostic::new(Code::P0215, name.span, format!("the service `{}` has no image", name.text))
        .here("nothing to start")
        .help("add `image: \"…\"`; the image of the task and that of `defaults` are for its steps")
}

pub(in crate::check) fn never_ready(name: &ast::Name) -> Diagnostic {
    Diagnostic::new(Code::P0215, name.span, format!("nothing says when the service `{}` is ready", name.text))
        .here("the steps would start before it listens")
        .help("add `port: 5432`, at which it listens, or `ready: \"…\"`, a command that succeeds in it from then on")
}

pub(in crate::check) fn run_and_args(run: Span, args: Span) -> Diagnostic {
    Diagnostic::new(Code::P0405, args, "a service has either a `run` or `args`")
        .here("arguments for what the image runs")
        .label(run, "runs instead of it")
        .help("write the arguments in the script of `run`, or leave `run` out")
}

pub(in crate::check) fn bad_port(span: Span, port: i64) -> Diagnostic {
    Diagnostic::new(Code::P0316, span, format!("`{port}` is no port"))
        .here("out of range")
        .help("write a number from 1 to 65535, at which the service listens")
}

pub(in crate::check) fn same_port(span: Span, port: i64, first: Span) -> Diagnostic {
    Diagnostic::new(Code::P0202, span, format!("two services of one task listen at port {port}"))
        .here("the second one")
        .label(first, "the first one")
        .help(
            "let one of them listen at another port: all services of a task are `localhost` to it, and share its ports",
        )
}

pub(in crate::check) fn value_in_script(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0518, span, "a value stands in the script of a service")
        .here("would become text of the script")
        .help("put it into the environment, `env: { NAME: value }`, and read `\"$NAME\"` here: a value never becomes code")
}

pub(in crate::check) fn empty_script(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0215, span, "a script of a service is empty")
        .here("nothing to run")
        .help("write the command, or leave the field out")
}

pub(in crate::check) fn need_of_the_machine(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::P0204, span, format!("a service has no need `{name}`"))
        .here("of the machine, which it shares with its task")
        .help(format!(
            "write `{name}` in the `needs` of the task; a service has `cpu`, `memory`, `disk` and `privileged`"
        ))
}

pub(in crate::check) fn no_workspace(span: Span, shown: &str) -> Diagnostic {
    Diagnostic::new(Code::P0214, span, format!("a service cannot be given a `{shown}`"))
        .here("lies in a workspace, which it does not have")
        .help("let a step send the file to the service once it is ready")
}

pub(in crate::check) fn nothing_unset(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::P0309, span, format!("`{name}` of a service cannot be taken away"))
        .here("takes a variable from a script, and a service has none of ours")
        .help("write the text that it is to have, or let `run` of the service start its program with `env -u`")
}
