//! Literals: their form, and the type that their place does not say.

use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Span;

pub(in crate::check) fn type_not_known(span: Span, literal: &str) -> Diagnostic {
    let help = match literal {
        "[]" | "[none]" => {
            "bind it where a list of a known type is needed, as an argument or a default, or write its elements"
        }
        "none" => "`none` alone has no type: write it where a `T?` is needed, as an argument or a default",
        _ => {
            "a record or map is written where its type is known: as an argument, a default, a constant `const x: T = { … }`"
        }
    };
    Diagnostic::new(Code::P0317, span, format!("the type of `{literal}` cannot be told here"))
        .here("nothing says what it is")
        .help(help)
}

pub(in crate::check) fn case_without_type(span: Span, case: &str, owners: &[String]) -> Diagnostic {
    let report = Diagnostic::new(Code::P0317, span, format!("the enum of `.{case}` cannot be told here"))
        .here("nothing says which enum it is of");
    match owners {
        [] => report.help(format!("name the enum: `Type.{case}`")),
        [owner] => report.help(format!("name the enum: `{owner}.{case}`")).fix(
            format!("write `{owner}.{case}`"),
            span,
            format!("{owner}.{case}"),
        ),
        several => {
            let all: Vec<String> = several.iter().map(|owner| format!("`{owner}.{case}`")).collect();
            report.help(format!("name the enum: {}", all.join(" or ")))
        }
    }
}

pub(in crate::check) fn case_for(span: Span, case: &str, shown: &str) -> Diagnostic {
    let report =
        Diagnostic::new(Code::P0301, span, format!("`.{case}` is a case of an enum, and a `{shown}` is needed"))
            .here("a case of an enum");
    if shown == "string" {
        let text = format!("\"{case}\"");
        return report.help(format!("write `{text}`, or declare an enum for the texts that there are")).fix(
            format!("write `{text}`"),
            span,
            text,
        );
    }
    report.help(format!("write a `{shown}`; where another enum is meant, name it: `Type.{case}`"))
}

pub(in crate::check) fn braces_for(span: Span, shown: &str) -> Diagnostic {
    Diagnostic::new(Code::P0301, span, format!("braces are a record or a map, and a `{shown}` is needed"))
        .here("a record or a map")
        .help(format!("write a `{shown}`"))
}

pub(in crate::check) fn not_written_out(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::P0501, span, format!("{what} is written out"))
        .here("holds a value that is known later only")
        .help("write a string without `~{…}`")
}

pub(in crate::check) fn key_is_number(value: i64, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0301, span, format!("the key `{value}` is a number, and a text is needed"))
        .here("a number")
        .help(format!("write `\"{value}\"`"))
        .fix(format!("write `\"{value}\"`"), span, format!("\"{value}\""))
}

pub(in crate::check) fn empty_command(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0313, span, "the command has no words")
        .here("nothing to look for in scripts")
        .help("write the words that a script begins it with: `command \"make image\" makes …`")
}
