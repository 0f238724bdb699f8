//! Source on one line, its names linked to what declares them.

use rustc_hash::FxHashMap;

use crate::syntax::string_end;

/// Source in pieces.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Code {
    pub pieces: Vec<Piece>,
}

/// A run of source; with a link when it is the name of an entry of the module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    pub text: String,
    pub anchor: Option<String>,
}

/// The names of a module and the anchors of their entries.
pub(super) type Anchors = FxHashMap<String, String>;

impl Code {
    pub fn plain(text: impl Into<String>) -> Self {
        Self { pieces: vec![Piece { text: text.into(), anchor: None }] }
    }

    pub fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    fn push(&mut self, text: &str) {
        match self.pieces.last_mut() {
            Some(Piece { text: last, anchor: None }) => last.push_str(text),
            _ => self.pieces.push(Piece { text: text.to_owned(), anchor: None }),
        }
    }

    fn link(&mut self, text: &str, anchor: &str) {
        self.pieces.push(Piece { text: text.to_owned(), anchor: Some(anchor.to_owned()) });
    }

    /// Takes away blanks at the end, and a comma that only a line end made sense of.
    fn close(&mut self) {
        if let Some(Piece { text, anchor: None }) = self.pieces.last_mut() {
            let kept = text.trim_end().trim_end_matches(',').trim_end().len();
            text.truncate(kept);
        }
    }

    fn ends_with(&self, ends: &[char]) -> bool {
        self.pieces.last().is_some_and(|piece| piece.text.ends_with(ends))
    }
}

/// `source` on one line, without comments. `own` are names of the place, which hide those of the module.
pub(super) fn read(source: &str, anchors: &Anchors, own: &[&str]) -> Code {
    scan(source, anchors, own, true)
}

/// `source` as it stands, in lines.
pub(super) fn verbatim(source: &str, anchors: &Anchors, own: &[&str]) -> Code {
    scan(source, anchors, own, false)
}

fn scan(source: &str, anchors: &Anchors, own: &[&str], one_line: bool) -> Code {
    let mut code = Code::default();
    let mut at = 0;
    while let Some(first) = source[at..].chars().next() {
        let end = token_end(source, at, first);
        let token = &source[at..end];
        let behind_dot = source[..at].ends_with('.');
        match anchors.get(token) {
            Some(anchor) if !behind_dot && !own.contains(&token) => code.link(token, anchor),
            _ if one_line => squeeze(&mut code, token),
            _ => code.push(token),
        }
        at = end;
    }
    code.close();
    code
}

/// The end of the string, comment, word, run of blanks or mark that begins at `at`.
fn token_end(source: &str, at: usize, first: char) -> usize {
    let rest = &source[at..];
    let run = |belongs: fn(char) -> bool| rest.find(|c| !belongs(c)).map_or(source.len(), |more| at + more);
    match first {
        '"' => string_end(source, at),
        '/' if rest.starts_with("//") => rest.find('\n').map_or(source.len(), |more| at + more),
        c if c.is_alphanumeric() || c == '_' => run(|c| c.is_alphanumeric() || c == '_'),
        c if c.is_whitespace() => run(char::is_whitespace),
        c => at + c.len_utf8(),
    }
}

fn squeeze(code: &mut Code, token: &str) {
    match token.chars().next() {
        Some(blank) if blank.is_whitespace() => {
            if !code.ends_with(&['[', '(', ' ']) {
                code.push(if token.contains('\n') && !code.ends_with(&[',', '{']) { ", " } else { " " });
            }
        }
        Some(')' | ']') => {
            code.close();
            code.push(token);
        }
        _ if token.starts_with("//") => {}
        _ => code.push(token),
    }
}

#[cfg(test)]
mod tests {
    use super::{Anchors, read};

    fn anchors() -> Anchors {
        [("Arch", "type-Arch"), ("tools", "const-tools")]
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .into_iter()
            .collect()
    }

    fn links(source: &str, own: &[&str]) -> Vec<String> {
        read(source, &anchors(), own).pieces.into_iter().filter_map(|piece| piece.anchor).collect()
    }

    #[test]
    fn lists_over_lines_are_one_line() {
        let one = |source| read(source, &anchors(), &[]).text();
        assert_eq!(one("[\n    .a, .b, // why\n    .c,\n]"), "[.a, .b, .c]");
        assert_eq!(one("[\n    .a\n    .b\n]"), "[.a, .b]");
        assert_eq!(one("{ kvm: true, cpu: 4 }"), "{ kvm: true, cpu: 4 }");
        assert_eq!(one("\"a  // ~{flag(\"--x\",  y)}  b\""), "\"a  // ~{flag(\"--x\",  y)}  b\"");
    }

    #[test]
    fn names_are_linked_where_they_mean_the_module() {
        assert_eq!(links("{string: [Arch?]}", &[]), ["type-Arch"]);
        assert_eq!(links("other.Arch", &[]), [""; 0]);
        assert_eq!(links("Arch.x == tools", &[]), ["type-Arch", "const-tools"]);
        assert_eq!(links("Arch.x == tools", &["tools"]), ["type-Arch"]);
        assert_eq!(links("\"Arch\" // Arch", &[]), [""; 0]);
    }
}
