//! The forms of names: labels, keys, variables, streams of images.

use crate::verify::scalars;

/// A name of most objects.
pub(super) fn is_subdomain(text: &str) -> bool {
    text.len() <= 253 && scalars::is_subdomain(text)
}

/// A name of a volume or a namespace.
pub(super) fn is_label(text: &str) -> bool {
    text.len() <= 63 && scalars::is_label(text)
}

/// A name that can be a part of an address: of roles and the like.
pub(super) fn is_segment(text: &str) -> bool {
    !text.is_empty() && text != "." && text != ".." && !text.contains(['/', '%'])
}

/// The name of a stream of images: small letters and digits with one of `.`, `_`, `-` between.
pub(super) fn is_stream(text: &str) -> bool {
    let part =
        |part: &str| !part.is_empty() && part.bytes().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit());
    text.split(['.', '_', '-']).all(part)
}

/// The name of a label or an annotation: `example.com/a.B_c`.
pub(in crate::verify) fn is_qualified(text: &str) -> bool {
    let (prefix, name) = match text.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, text),
    };
    prefix.is_none_or(is_subdomain) && !name.is_empty() && name.len() <= 63 && is_value(name)
}

/// The value of a label.
pub(super) fn is_label_value(text: &str) -> bool {
    text.is_empty() || text.len() <= 63 && is_value(text)
}

fn is_value(text: &str) -> bool {
    let edge = |one: char| one.is_ascii_alphanumeric();
    let inner = |one: char| edge(one) || matches!(one, '-' | '_' | '.');
    text.starts_with(edge) && text.ends_with(edge) && text.chars().all(inner)
}

/// The name of a variable.
pub(super) fn is_variable(text: &str) -> bool {
    let first = |one: char| one.is_ascii_alphabetic() || matches!(one, '-' | '.' | '_');
    let inner = |one: char| first(one) || one.is_ascii_digit();
    text.starts_with(first) && text.chars().all(inner) && text != "." && !text.starts_with("..")
}

/// A key of a Secret or a ConfigMap.
pub(super) fn is_key(text: &str) -> bool {
    let inner = |one: char| one.is_ascii_alphanumeric() || matches!(one, '-' | '_' | '.');
    !text.is_empty() && text.len() <= 253 && text.chars().all(inner) && text != "." && !text.starts_with("..")
}

#[cfg(test)]
mod tests {
    use super::{is_key, is_label_value, is_qualified, is_segment, is_stream, is_variable};

    #[test]
    fn names_have_their_forms() {
        assert!(is_stream("a.b-c_d1") && !is_stream("a__b") && !is_stream("A") && !is_stream("-a") && !is_stream(""));
        assert!(
            is_qualified("example.com/a.B_c") && is_qualified("a") && !is_qualified("/a") && !is_qualified("a/b/c")
        );
        assert!(!is_qualified("a/") && !is_qualified("-a") && !is_qualified(&"a".repeat(64)));
        assert!(is_label_value("") && is_label_value("a_B.1") && !is_label_value("a-") && !is_label_value("a b"));
        assert!(is_variable("-a.B_1") && !is_variable("1a") && !is_variable("..a") && !is_variable("a=b"));
        assert!(is_key(".dockerconfigjson") && is_key("a_b") && !is_key("a/b") && !is_key("..a"));
        assert!(is_segment("system:x") && !is_segment("a/b") && !is_segment(".."));
    }
}
