//! Texts as words of bash.

use std::fmt::Write;

/// The text as one word of bash, whatever it holds; it does not depend on the locale in which bash reads it.
pub(super) fn word(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'\'') {
        format!("'{text}'")
    } else {
        escaped(text)
    }
}

/// The words with a blank before each.
pub(super) fn words<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for text in texts {
        out.push(' ');
        out.push_str(&word(text));
    }
    out
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_./:@%+,-".contains(&byte))
}

/// Octal, since `\x` takes no fixed number of digits in some versions.
fn escaped(text: &str) -> String {
    let mut out = String::from("$'");
    for byte in text.bytes() {
        match byte {
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            b'\'' => out.push_str("\\'"),
            b'\\' => out.push_str("\\\\"),
            b' '..=b'~' => out.push(char::from(byte)),
            _ => write!(out, "\\{byte:03o}").expect("a string takes every text"),
        }
    }
    out.push('\'');
    out
}

/// The text as a here-document that bash gives to the command `reader`, byte for byte.
pub(super) fn here_document(text: &str) -> String {
    let mark = mark(text);
    if text.is_empty() {
        ":\n".to_owned()
    } else if text.ends_with('\n') {
        ["cat <<'", &mark, "'\n", text, &mark, "\n"].concat()
    } else {
        format!("head -c {} <<'{mark}'\n{text}\n{mark}\n", text.len())
    }
}

/// A delimiter that no line of the text is.
fn mark(text: &str) -> String {
    if !text.contains("PIPEC_END") {
        return "PIPEC_END".to_owned();
    }
    let numbered = (2_u32..).map(|turn| format!("PIPEC_END_{turn}"));
    let mut names = std::iter::once("PIPEC_END".to_owned()).chain(numbered);
    names.find(|name| text.lines().all(|line| line != name)).expect("there are more numbers than lines")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_texts_stay_bare_and_others_are_quoted() {
        assert_eq!(word("s3://bucket/a_b-1.2"), "s3://bucket/a_b-1.2");
        assert_eq!(word(""), "''");
        assert_eq!(word("a $b `c`"), "'a $b `c`'");
        assert_eq!(word("it's\n\u{e4}\\"), "$'it\\'s\\n\\303\\244\\\\'");
    }

    #[test]
    fn a_delimiter_that_occurs_is_not_taken() {
        assert_eq!(here_document("a\nPIPEC_END\n"), "cat <<'PIPEC_END_2'\na\nPIPEC_END\nPIPEC_END_2\n");
        assert_eq!(here_document("ab"), "head -c 2 <<'PIPEC_END'\nab\nPIPEC_END\n");
    }
}
