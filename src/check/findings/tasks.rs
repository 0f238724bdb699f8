//! Tasks: their fields, scripts and outputs.

use crate::check::program::RecordField;
use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Span;

pub(in crate::check) fn no_image(call: Span, name: &str, declared: Option<Span>) -> Diagnostic {
    let report = Diagnostic::new(Code::P0215, call, format!("`{name}` has no image to run in"))
        .here("neither the task nor `defaults` gives one")
        .help("add `image: \"…\"` to the task, or `defaults { image: \"…\" }` to the pipeline");
    match declared {
        Some(span) => report.label(span, "the task is declared here"),
        None => report,
    }
}

pub(in crate::check) fn nothing_to_run(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::P0215, span, format!("`{name}` has nothing to run"))
        .here("no `run`")
        .help("add `run: \"…\"`; a task may have several `step name { run: … }` instead")
}

pub(in crate::check) fn run_and_steps(run: Span, step: Span) -> Diagnostic {
    Diagnostic::new(Code::P0405, run, "a task has either a `run` or steps")
        .here("a script of the task itself")
        .label(step, "and a step")
        .help("make the script a step too, `step name { run: … }`, in the place where it is to run")
}

pub(in crate::check) fn bad_shell(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0501, span, "the interpreter of a script is written out").here("not a string of words").help(
        "write `\"bash\"`, `\"sh\"`, `\"python3\"` or the words of another command: how a script is read depends on it",
    )
}

pub(in crate::check) fn script_not_written_out(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0301, span, "a script is written in its place")
        .here("not a string literal")
        .help("write the script here, with values as `~{x}`: a value never becomes script text")
}

pub(in crate::check) fn zero_time(span: Span, field: &str) -> Diagnostic {
    Diagnostic::new(Code::P0316, span, format!("`{field}` leaves no time at all"))
        .here("nothing")
        .help("give it more than nothing, or leave the field out for no limit")
}

pub(in crate::check) fn bad_count(span: Span, count: i64) -> Diagnostic {
    Diagnostic::new(Code::P0316, span, format!("a task cannot be tried again {count} times"))
        .here("out of range")
        .help("write how often it is tried again after the first time: 0 or more")
}

pub(in crate::check) fn braces_needed(span: Span, field: &str) -> Diagnostic {
    Diagnostic::new(Code::P0301, span, format!("`{field}` is written out in braces"))
        .here("not written out")
        .help(format!("write `{field}: {{ key: value }}` here, so that every target knows the keys"))
}

pub(in crate::check) fn exit_code_not_a_number(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0301, span, "an exit code is a number")
        .here("not a number")
        .help("write `on_exit: { 77: .warn }`")
}

pub(in crate::check) fn bad_exit_code(span: Span, code: i64) -> Diagnostic {
    let help = if code == 0 { "0 always means that all went well" } else { "a process ends with 0 to 255" };
    Diagnostic::new(Code::P0316, span, format!("`{code}` is no exit code that can have another meaning"))
        .here("out of range")
        .help(format!("write a code from 1 to 255: {help}"))
}

pub(in crate::check) fn bad_variable(span: Span, name: &str, why: &str) -> Diagnostic {
    Diagnostic::new(Code::P0212, span, format!("`{name}` cannot be the name of an environment variable"))
        .here("unusable name")
        .help(format!("{why}; write for example `BUILD_ID`"))
}

pub(in crate::check) fn place_of_value(span: Span, shown: &str) -> Diagnostic {
    Diagnostic::new(Code::P0405, span, format!("a `{shown}` has no place, only an artifact has one"))
        .here("where it would stand")
        .help("leave it out: the script writes the value to `~{out.name}`, and every target reads it from there")
}

pub(in crate::check) fn not_a_list_result(span: Span, shown: &str) -> Diagnostic {
    Diagnostic::new(Code::P0214, span, format!("a `{shown}` cannot be the result of a task"))
        .here("its elements are no texts")
        .help("the script writes one element a line, so an element is a string, int, bool, enum, path …; write files into a workspace and give their paths")
}

pub(in crate::check) fn optional_artifact(span: Span, shown: &str) -> Diagnostic {
    Diagnostic::new(Code::P0214, span, format!("a task makes a `{shown}`, or it fails"))
        .here("an artifact that may not be there")
        .help("a task that may end without it says so by its exit code, `on_exit: { 77: .skip }`: then it is a `T?` outside")
}

pub(in crate::check) fn not_a_result(span: Span, shown: &str, record: bool) -> Diagnostic {
    let help = match record {
        false => {
            "a result is text of a type (string, int, bool, an enum …) that the script writes, a record of such texts, or an artifact"
        }
        true => {
            "a task writes the record or fails: leave the `?` out, and make the fields optional that may be missing, or let an exit code say that there is nothing, `on_exit: { 77: .skip }`"
        }
    };
    Diagnostic::new(Code::P0214, span, format!("a `{shown}` cannot be the result of a task"))
        .here("no result")
        .help(help)
}

/// A field of a record that the script cannot write as one text.
pub(in crate::check) fn field_of_result(span: Span, record: &str, field: &RecordField, shown: &str) -> Diagnostic {
    let message = format!("a `{record}` cannot be the result of a task: its field `{}` is no text", field.name);
    Diagnostic::new(Code::P0214, span, message)
        .here("not only texts")
        .label(field.span, format!("a `{shown}`"))
        .help("the script writes each field to a file of its own, as one text: a string, int, bool, enum, path … or a `T?` of one; give what is nested or a list out as an output of its own")
}
