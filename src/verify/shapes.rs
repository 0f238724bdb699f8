//! Which fields an object may have: the table of `shapes.txt`, read once.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

/// What stands in a field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Text,
    Bool,
    /// A whole number of 31 bits.
    Int,
    /// A whole number of 63 bits.
    Long,
    /// A whole number of any sign.
    Number,
    /// A number or a text, such as a port.
    IntOrText,
    Quantity,
    Duration,
    /// A text, a list or a map of texts; other scalars become text.
    Value,
    Any,
    Word(Vec<&'static str>),
    Object(&'static str),
    List(Box<Self>),
    Map(Box<Self>),
}

/// One field of an object.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) required: bool,
}

/// The fields of an object of the table.
pub(super) fn fields(shape: &str) -> &'static [Field] {
    static TABLE: OnceLock<FxHashMap<&'static str, Vec<Field>>> = OnceLock::new();
    TABLE.get_or_init(table).get(shape).map_or(&[], Vec::as_slice)
}

fn table() -> FxHashMap<&'static str, Vec<Field>> {
    let lines = include_str!("shapes.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, rest)| (name, rest.split(", ").map(field).collect()))
        .collect()
}

fn field(text: &'static str) -> Field {
    let (name, kind) = text.split_once(' ').unwrap_or((text, "x"));
    let required = name.ends_with('!');
    Field { name: name.trim_end_matches('!'), kind: kind_of(kind), required }
}

fn kind_of(text: &'static str) -> Kind {
    let inside = |open: &str, close: &str| text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    if let Some(words) = inside("e(", ")") {
        return Kind::Word(words.split('|').collect());
    }
    if let Some(kind) = inside("[", "]") {
        return Kind::List(Box::new(kind_of(kind)));
    }
    if let Some(kind) = inside("{", "}") {
        return Kind::Map(Box::new(kind_of(kind)));
    }
    if let Some(shape) = text.strip_prefix('@') {
        return Kind::Object(shape);
    }
    match text {
        "s" => Kind::Text,
        "b" => Kind::Bool,
        "i" => Kind::Int,
        "l" => Kind::Long,
        "j" => Kind::Number,
        "n" => Kind::IntOrText,
        "q" => Kind::Quantity,
        "d" => Kind::Duration,
        "v" => Kind::Value,
        _ => Kind::Any,
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, fields, table};

    fn shapes(kind: &Kind) -> Option<&'static str> {
        match kind {
            Kind::Object(shape) => Some(shape),
            Kind::List(inner) | Kind::Map(inner) => shapes(inner),
            Kind::Text
            | Kind::Bool
            | Kind::Int
            | Kind::Long
            | Kind::Number
            | Kind::IntOrText
            | Kind::Quantity
            | Kind::Duration
            | Kind::Value
            | Kind::Any
            | Kind::Word(_) => None,
        }
    }

    #[test]
    fn every_line_is_read_and_every_object_that_is_named_is_there() {
        let all = table();
        let lines = include_str!("shapes.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        assert_eq!(lines.count(), all.len());
        for field in all.values().flatten() {
            assert!(shapes(&field.kind).is_none_or(|shape| !fields(shape).is_empty()), "{field:?}");
            let letter = matches!(field.kind, Kind::Any);
            assert!(!letter || include_str!("shapes.txt").contains(&format!("{} x", field.name)), "{field:?}");
        }
    }
}
