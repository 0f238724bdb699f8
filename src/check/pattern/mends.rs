//! A pattern as other languages write it, put into ours.

/// Sets that have a letter elsewhere: alone, and inside `[ ]`.
const SETS: &[(&str, &str, &str)] = &[
    ("\\d", "[0-9]", "0-9"),
    ("\\w", "[A-Za-z0-9_]", "A-Za-z0-9_"),
    ("\\s", "[ ]", " "),
    ("\\D", "[^0-9]", ""),
    ("\\W", "[^A-Za-z0-9_]", ""),
    ("(?:", "(", ""),
    ("*?", "*", ""),
    ("+?", "+", ""),
];

/// The same pattern without what only some read; `None` when nothing of that is in it.
pub(super) fn mend(pattern: &str) -> Option<String> {
    let (mut out, mut rest) = (String::with_capacity(pattern.len() + 16), pattern);
    let mut inside = false;
    while let Some(first) = rest.chars().next() {
        let set = SETS.iter().find(|(theirs, _, within)| rest.starts_with(theirs) && (!inside || !within.is_empty()));
        let (text, length) = match set {
            Some((theirs, alone, within)) => (if inside { *within } else { *alone }, theirs.len()),
            None if first == '\\' && !inside => {
                let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                (&rest[..length], length)
            }
            None => (&rest[..first.len_utf8()], first.len_utf8()),
        };
        inside = match first {
            '[' => true,
            ']' => false,
            _ => inside,
        };
        out.push_str(text);
        rest = &rest[length..];
    }
    (out != pattern).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::mend;

    #[test]
    fn sets_are_written_out() {
        assert_eq!(mend(r"\d+\.\d+").as_deref(), Some(r"[0-9]+\.[0-9]+"));
        assert_eq!(mend(r"[\w.-]+(?:\d)*?").as_deref(), Some("[A-Za-z0-9_.-]+([0-9])*"));
        assert_eq!(mend(r"\\d[\D]"), None);
        assert_eq!(mend("[0-9]+"), None);
    }
}
