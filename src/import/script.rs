//! Scripts of the program: text of the JobSpec, values in it, and how both are written as a string.

use std::fmt::Write as _;

use crate::source::is_harmful;

/// A part of a script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::import) enum Piece {
    /// Text that the shell reads.
    Raw(String),
    /// An expression of the program.
    Hole(String),
}

/// A script, or another text with values in it.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(in crate::import) struct Script {
    pub(in crate::import) pieces: Vec<Piece>,
}

impl Script {
    pub(in crate::import) fn of(text: &str) -> Self {
        let mut script = Self::default();
        script.raw(text);
        script
    }

    pub(in crate::import) fn raw(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Piece::Raw(last)) = self.pieces.last_mut() {
            last.push_str(text);
        } else {
            self.pieces.push(Piece::Raw(text.to_owned()));
        }
    }

    pub(in crate::import) fn hole(&mut self, expr: impl Into<String>) {
        self.pieces.push(Piece::Hole(expr.into()));
    }

    /// Takes the last character away, where it is this one.
    pub(in crate::import) fn cut(&mut self, last: char) -> bool {
        let Some(Piece::Raw(text)) = self.pieces.last_mut() else { return false };
        let Some(rest) = text.strip_suffix(last) else { return false };
        text.truncate(rest.len());
        true
    }

    /// A text as one word of the shell.
    pub(in crate::import) fn word(&mut self, text: &str) {
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-/:@%+,=".contains(c);
        if text.chars().all(plain) && !text.is_empty() {
            self.raw(text);
        } else {
            self.hole(quoted(text));
        }
    }

    /// One script behind the other, each on lines of its own.
    pub(in crate::import) fn joined(scripts: Vec<Self>) -> Self {
        let mut all = Self::default();
        for script in scripts {
            if !all.pieces.is_empty() {
                all.raw("\n");
            }
            for piece in script.pieces {
                match piece {
                    Piece::Raw(text) => all.raw(&text),
                    Piece::Hole(expr) => all.hole(expr),
                }
            }
        }
        all
    }

    /// What the shell reads, without the values.
    pub(in crate::import) fn text(&self) -> String {
        let raw = self.pieces.iter().map(|piece| match piece {
            Piece::Raw(text) => text.as_str(),
            Piece::Hole(_) => "_",
        });
        raw.collect()
    }

    /// The line ends behind the last line say nothing to a shell.
    #[must_use]
    pub(in crate::import) fn trimmed(mut self) -> Self {
        if let Some(Piece::Raw(last)) = self.pieces.last_mut() {
            last.truncate(last.trim_end_matches('\n').len());
            if last.is_empty() {
                self.pieces.pop();
            }
        }
        self
    }

    /// As a string of the program; the lines of a block stand `indent` blanks to the right, its end at `close`.
    pub(in crate::import) fn literal(&self, indent: usize, close: usize) -> String {
        if self.is_block() { self.block(indent, close) } else { self.quoted() }
    }

    /// A block takes away the blanks that all its lines share, and those of lines with nothing else.
    fn is_block(&self) -> bool {
        let text = self.text();
        let plain = |c: char| c == '\n' || c == '\t' || !is_harmful(c);
        let blank = |line: &&str| !line.is_empty() && line.trim().is_empty();
        let lines = || text.split('\n');
        let shared = lines().filter(|line| !line.is_empty()).all(|line| line.starts_with([' ', '\t']));
        let ends = lines().any(|line| line.ends_with([' ', '\t']));
        let odd = lines().any(|line| blank(&line)) || shared || ends || !text.chars().all(plain);
        !odd && (text.contains('\n') || text.contains(['"', '\\']) || text.len() > 60)
    }

    fn block(&self, indent: usize, close: usize) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Raw(raw) => text += &raw.replace("\"\"\"", "\\\"\"\"").replace("~{", "\\~{"),
                Piece::Hole(expr) => text = text + "~{" + expr + "}",
            }
        }
        let mut out = "\"\"\"\n".to_owned();
        for line in text.split('\n') {
            if !line.is_empty() {
                out.extend(std::iter::repeat_n(' ', indent));
            }
            out = out + line + "\n";
        }
        out.extend(std::iter::repeat_n(' ', close));
        out + "\"\"\""
    }

    /// On one line.
    pub(in crate::import) fn quoted(&self) -> String {
        let mut out = "\"".to_owned();
        for piece in &self.pieces {
            match piece {
                Piece::Raw(raw) => out += &escaped(raw),
                Piece::Hole(expr) => out = out + "~{" + expr + "}",
            }
        }
        out + "\""
    }
}

/// A text as a string of the program.
pub(in crate::import) fn quoted(text: &str) -> String {
    Script::of(text).quoted()
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for (at, c) in text.char_indices() {
        match c {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '\n' => out += "\\n",
            '\t' => out += "\\t",
            '\r' => out += "\\r",
            '\0' => out += "\\0",
            '~' if text[at..].starts_with("~{") => out += "\\~",
            c if is_harmful(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// A value as YAML: numbers and flags as they are, all else as text.
pub(in crate::import) fn yaml_of(ty: &str, text: &str) -> String {
    if matches!(ty, "int" | "bool") { text.to_owned() } else { yaml(text) }
}

/// A text as a scalar of YAML that is text whatever it looks like.
pub(in crate::import) fn yaml(text: &str) -> String {
    let mut out = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '\n' => out += "\\n",
            '\t' => out += "\\t",
            c if is_harmful(c) || c == '\u{feff}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out + "\""
}
