//! Values and types as text: the forms that hold at every border.

use std::fmt;

use super::{Ty, Value};
use crate::check::program::machine;

impl Value {
    /// The text at every border; lists, records and workspaces have none.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::None => Some(String::new()),
            Self::Bool(value) => Some(value.to_string()),
            Self::Int(value) => Some(value.to_string()),
            Self::Text(text) | Self::Case(text) | Self::Secret(text) => Some(text.clone()),
            Self::Duration(milliseconds) => Some(duration_text(*milliseconds)),
            Self::Size(bytes) => Some(size_text(*bytes)),
            Self::Cpu(thousandths) => Some(cpu_text(*thousandths)),
            Self::Workspace(_) | Self::List(_) | Self::Record(_) => None,
        }
    }
}

/// `5400s`, `250ms`
pub fn duration_text(milliseconds: i64) -> String {
    match milliseconds % 1000 {
        0 => format!("{}s", milliseconds / 1000),
        _ => format!("{milliseconds}ms"),
    }
}

/// `10752Mi`, `500000000`
pub fn size_text(bytes: i64) -> String {
    machine::size_text(bytes)
}

/// `2`, `500m`
pub fn cpu_text(thousandths: i64) -> String {
    machine::cpu_text(thousandths)
}

impl fmt::Display for Ty {
    /// As the type is written in a program.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::String => f.write_str("string"),
            Self::Duration => f.write_str("duration"),
            Self::Size => f.write_str("size"),
            Self::Cpu => f.write_str("cpu"),
            Self::Path => f.write_str("path"),
            Self::Image => f.write_str("image"),
            Self::Pattern(pattern) => f.write_str(&pattern.name),
            Self::Enum(one) => f.write_str(&one.name),
            Self::Secret => f.write_str("secret"),
            Self::Workspace => f.write_str("workspace"),
            Self::Artifact(name) | Self::Record(name) => f.write_str(name),
            Self::List(of) => write!(f, "[{of}]"),
            Self::Map(of) => write!(f, "{{string: {of}}}"),
            Self::Optional(of) => write!(f, "{of}?"),
        }
    }
}
