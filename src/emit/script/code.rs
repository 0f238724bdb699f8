//! Shell text in the making: indented lines, and words that are safe.

/// A value as a word of shell code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Atom {
    /// The text of a variable.
    Var(String),
    /// Written in the code: only texts of a closed alphabet.
    Literal(String),
}

impl Atom {
    /// One word, whatever the value holds.
    pub(super) fn word(&self) -> String {
        match self {
            Self::Var(name) => format!("\"${name}\""),
            Self::Literal(text) => quoted(text),
        }
    }

    /// The right side of an assignment; bare words there look like commands.
    pub(super) fn assigned(&self) -> String {
        match self {
            Self::Var(name) => format!("${name}"),
            Self::Literal(text) => single_quoted(text),
        }
    }

    pub(super) fn as_number(&self) -> Option<i64> {
        match self {
            Self::Var(_) => None,
            Self::Literal(text) => text.parse().ok(),
        }
    }

    /// For the inside of double quotes.
    pub(super) fn inside(&self) -> String {
        match self {
            Self::Var(name) => format!("${{{name}}}"),
            Self::Literal(text) => text.clone(),
        }
    }
}

/// Whether a text needs no quotes in any place of a script.
pub(super) fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./:@%+".contains(&byte))
}

/// A text as one word.
pub(super) fn quoted(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { single_quoted(text) }
}

fn single_quoted(text: &str) -> String {
    match text.contains('\'') {
        true => ["'", &text.replace('\'', "'\\''"), "'"].concat(),
        false => ["'", text, "'"].concat(),
    }
}

/// Lines of code, indented by blocks.
#[derive(Clone, Default, Debug)]
pub(super) struct Lines {
    text: String,
    depth: usize,
}

impl Lines {
    pub(super) fn push(&mut self, line: impl AsRef<str>) {
        self.push_all(&[line.as_ref()]);
    }

    /// One line, given in parts.
    pub(super) fn push_all(&mut self, parts: &[&str]) {
        self.text.reserve(parts.iter().map(|part| part.len()).sum::<usize>() + 2 * self.depth + 1);
        (0..self.depth).for_each(|_| self.text.push_str("  "));
        parts.iter().for_each(|part| self.text.push_str(part));
        self.text.push('\n');
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Lines that stand one block deeper than these.
    pub(super) fn deeper(&self) -> Self {
        Self { text: String::new(), depth: self.depth + 1 }
    }

    /// Lines that stand where these end.
    pub(super) fn beside(&self) -> Self {
        Self { text: String::new(), depth: self.depth }
    }

    pub(super) fn append(&mut self, other: Self) {
        if self.text.is_empty() {
            self.text = other.text;
        } else {
            self.text.push_str(&other.text);
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}
