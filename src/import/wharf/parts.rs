//! A text as Wharf reads it: words, and variables between `${` and `}`.

/// A part of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part<'t> {
    Text(&'t str),
    /// `${%name%}`, which is `${name}` without being a variable: the name.
    Escaped(&'t str),
    Var {
        name: &'t str,
        /// With what is around it.
        whole: &'t str,
    },
}

/// The parts of a text.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let Some(length) = rest[at..].find('}') else { break };
        let (before, behind) = (&rest[..at], &rest[at + length + 1..]);
        let whole = &rest[at..=at + length];
        if !before.is_empty() {
            parts.push(Part::Text(before));
        }
        parts.push(part(whole));
        rest = behind;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}

fn part(whole: &str) -> Part<'_> {
    let name = whole[2..whole.len() - 1].trim();
    match name {
        "" => Part::Text(whole),
        "%" | "%%" => Part::Escaped(""),
        _ => match name.strip_prefix('%').and_then(|name| name.strip_suffix('%')) {
            Some(name) => Part::Escaped(name),
            None if name.starts_with('%') => Part::Text(whole),
            None => Part::Var { name, whole },
        },
    }
}

/// Whether a text has variables or what is written for one.
pub(super) fn has_variables(text: &str) -> bool {
    parts(text).iter().any(|part| matches!(part, Part::Var { .. } | Part::Escaped(_)))
}

#[cfg(test)]
mod tests {
    use super::{Part, parts};

    #[test]
    fn a_text_is_read_as_wharf_reads_it() {
        let var = |name, whole| Part::Var { name, whole };
        assert_eq!(parts("a${b}c"), [Part::Text("a"), var("b", "${b}"), Part::Text("c")]);
        assert_eq!(parts("${ b }"), [var("b", "${ b }")]);
        assert_eq!(parts("${%b%}${%}${%%}"), [Part::Escaped("b"), Part::Escaped(""), Part::Escaped("")]);
        assert_eq!(parts("${}${%x}"), [Part::Text("${}"), Part::Text("${%x}")]);
        assert_eq!(parts("$a ${b"), [Part::Text("$a ${b")]);
        assert_eq!(parts("${a:-${b}}"), [var("a:-${b", "${a:-${b}"), Part::Text("}")]);
    }
}
