//! Values that have no text form: said the same way for scripts and for ordinary text.

use crate::check::program::Type;
use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind};

/// `base.ostree`, when an expression is only names.
pub fn spelled(expr: &Expr) -> Option<String> {
    if let ExprKind::Name(name) = &expr.kind {
        return Some(name.text.to_string());
    }
    let ExprKind::Field(base, name) = &expr.kind else { return None };
    Some(format!("{}.{}", spelled(base)?, name.text))
}

/// The finding for a value of this type in text; `None` when it has a text form, or is of a secret (which each place
/// says in its own way) or of what was reported already.
pub fn why_no_text(span: Span, name: Option<&str>, ty: &Type) -> Option<Diagnostic> {
    match ty {
        Type::Unknown
        | Type::Int
        | Type::String
        | Type::Duration
        | Type::Size
        | Type::Cpu
        | Type::Path
        | Type::Image
        | Type::Enum(_)
        | Type::Newtype(_)
        | Type::Artifact(_) => None,
        Type::Secret => None,
        Type::Bool => Some(bool_in_text(span, name)),
        Type::None => Some(optional_in_text(span, name)),
        Type::Optional(inner) if is_secret(inner) => None,
        Type::Optional(_) => Some(optional_in_text(span, name)),
        Type::List(_) | Type::Map(_) | Type::Record(_) | Type::Workspace | Type::Outputs(_) => {
            Some(not_text(span, name, ty))
        }
    }
}

/// A secret, or something made of secrets.
pub fn is_secret(ty: &Type) -> bool {
    match ty {
        Type::Secret => true,
        Type::Optional(inner) | Type::List(inner) | Type::Map(inner) => is_secret(inner),
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
        | Type::Workspace
        | Type::Enum(_)
        | Type::Record(_)
        | Type::Newtype(_)
        | Type::Artifact(_)
        | Type::Outputs(_) => false,
    }
}

/// P0308
pub fn bool_in_text(span: Span, name: Option<&str>) -> Diagnostic {
    let value = name.unwrap_or("x");
    let option = value.rsplit('.').next().unwrap_or(value).replace('_', "-");
    Diagnostic::new(Code::P0308, span, format!("{} stands in text", thing(name, "`bool`")))
        .here("is a `bool`")
        .help(format!(
            "in a script write `~{{flag(\"--{option}\", {value})}}`, which is one word or none; elsewhere say both texts: \
             `~{{if {value} then \"yes\" else \"no\"}}`; a `bool` as text becomes a string that is true whatever it says"
        ))
}

/// A `bool` in the words that it has everywhere else: the text that was meant, whatever reads it.
pub fn as_words(report: Diagnostic, value: Span, name: &str) -> Diagnostic {
    let text = format!("if {name} then \"true\" else \"false\"");
    report.fix(format!("write `{text}`"), value, text)
}

/// P0309
pub fn optional_in_text(span: Span, name: Option<&str>) -> Diagnostic {
    let value = name.unwrap_or("x");
    let option = value.rsplit('.').next().unwrap_or(value).replace('_', "-");
    Diagnostic::new(Code::P0309, span, format!("{} stands in text and may be `none`", thing(name, "optional")))
        .here("may be `none`")
        .help(format!(
            "give it a default, `~{{{value} ?? \"…\"}}`; or open it with `{value}!` under a condition that proves it; or in a \
             script write `~{{flag(\"--{option}\", {value})}}`, which is two words or none"
        ))
}

/// P0310
pub fn not_text(span: Span, name: Option<&str>, ty: &Type) -> Diagnostic {
    let value = name.unwrap_or("x");
    let (kind, help) = match ty {
        Type::Workspace => ("workspace", format!("name a place in it: `~{{{value} / \".\"}}` is its root")),
        Type::Record(_) => ("record", format!("name one of its fields: `~{{{value}.field}}`")),
        Type::Map(_) => ("map", format!("name one of its entries: `~{{{value}.key}}`")),
        Type::Outputs(_) => {
            ("task with several outputs or none", format!("name one of its outputs: `~{{{value}.output}}`"))
        }
        Type::List(element) => ("list", list_help(value, element)),
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
        | Type::Artifact(_) => ("value", "use a value that has one".to_owned()),
    };
    Diagnostic::new(Code::P0310, span, format!("{} has no text form", thing(name, kind)))
        .here(format!("is a {kind}"))
        .help(help)
}

fn list_help(value: &str, element: &Type) -> String {
    match why_no_text(Span::new(crate::source::FileId(0), 0, 0), None, element) {
        None => format!("join its elements: `~{{join({value}, \" \")}}`"),
        Some(_) => "only a list whose elements have a text form can stand in a script".to_owned(),
    }
}

/// P0801
pub fn secret_in_script(span: Span, name: Option<&str>) -> Diagnostic {
    let value = name.unwrap_or("x");
    let variable = value.rsplit('.').next().unwrap_or(value).to_uppercase();
    Diagnostic::new(Code::P0801, span, format!("{} stands in the text of a script", thing(name, "secret")))
        .here("is a secret")
        .help(format!(
            "write `env: {{ {variable}: {value} }}` and read `\"${variable}\"`, or put it in a file with `files:`; the text of a \
             script is shown in logs and kept in manifests"
        ))
}

fn thing(name: Option<&str>, kind: &str) -> String {
    match name {
        Some(name) => format!("the {kind} `{name}`"),
        None if kind.trim_matches('`').starts_with(['a', 'e', 'i', 'o', 'u']) => format!("an {kind}"),
        None => format!("a {kind}"),
    }
}
