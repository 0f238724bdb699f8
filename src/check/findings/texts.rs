//! What stands in text and has no place there.

use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Span;

use super::super::program::Type;
use super::named;

pub(in crate::check) fn bool_in_text(value: Span, hole: Span, name: Option<&str>) -> Diagnostic {
    let x = name.unwrap_or("x");
    Diagnostic::new(Code::P0308, value, format!("{} is a `bool`, which has no text form", named(name, "this value")))
        .here("a `bool`")
        .label(hole, "in text")
        .help(format!(
            "say what the words are: `flag(\"--name\", {x})` in a script, or `if {x} then \"yes\" else \"no\"`"
        ))
}

pub(in crate::check) fn optional_in_text(value: Span, name: Option<&str>, shown: &str) -> Diagnostic {
    let x = name.unwrap_or("x");
    Diagnostic::new(Code::P0309, value, format!("{} may be `none`, which has no text form", named(name, "this value")))
        .here(format!("a `{shown}`"))
        .help(format!("say what stands there then: `{x} ?? \"none\"`, or `{x}!` where `{x} != none` is known"))
}

pub(in crate::check) fn no_text_form(value: Span, name: Option<&str>, ty: &Type, shown: &str) -> Diagnostic {
    let x = name.unwrap_or("x");
    let help = match ty {
        Type::List(_) => format!("say how its elements are put together: `join({x}, \",\")`"),
        Type::Record(_) | Type::Map(_) => format!("name the part that is meant: `{x}.field`"),
        Type::Workspace => format!("a place in it is a path: `{x} / \"builds\"`, or `workdir: {x}`"),
        Type::Outputs(_) => format!("name the output that is meant: `{x}.output`"),
        Type::Unknown
        | Type::None
        | Type::Bool
        | Type::Int
        | Type::String
        | Type::Duration
        | Type::Size
        | Type::Cpu
        | Type::Path
        | Type::Image
        | Type::Secret
        | Type::Optional(_)
        | Type::Enum(_)
        | Type::Newtype(_)
        | Type::Artifact(_) => {
            "text takes string, int, path, image, size, duration, cpu, enums and string types".to_owned()
        }
    };
    Diagnostic::new(Code::P0310, value, format!("{} is a `{shown}`, which has no text form", named(name, "this value")))
        .here(format!("a `{shown}`"))
        .help(help)
}

/// `code` says what the text is for: P0802 an ordinary one, P0803 a result, P0804 a name, an image or a path.
pub(in crate::check) fn secret_in_text(code: Code, value: Span, name: Option<&str>) -> Diagnostic {
    secret(code, value, name).here("a secret, in text")
}

/// A secret where anyone can read it.
pub(in crate::check) fn secret(code: Code, value: Span, name: Option<&str>) -> Diagnostic {
    let value_name = named(name, "this value");
    let (message, help) = if code == Code::P0803 {
        (
            format!("{value_name} is a secret and would leave as a result"),
            "results are kept and shown by every engine: hand on the name of the secret, never the secret",
        )
    } else if code == Code::P0804 {
        (
            format!("{value_name} is a secret and would become part of a name"),
            "names, images, paths and locks are shown in every log: make them from values that are not secret",
        )
    } else {
        (
            format!("{value_name} is a secret and would become ordinary text"),
            "pass it to a parameter of type `secret`; in a task it stands in `env` or `files` only, as a whole",
        )
    };
    Diagnostic::new(code, value, message).here("a secret").help(help)
}

pub(in crate::check) fn secret_in_result(span: Span, name: Option<&str>, of_task: bool) -> Diagnostic {
    let owner = if of_task { "task" } else { "pipeline" };
    Diagnostic::new(Code::P0803, span, format!("a {owner} cannot give out {}", named(name, "a secret")))
        .here("a secret as a result")
        .help("results are kept and shown by every engine: let the task store the secret, and give out its name")
}
