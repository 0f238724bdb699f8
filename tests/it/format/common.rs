//! What every test of the layout asks.

use std::fs;
use std::path::{Path, PathBuf};

use pipec::diag::Diagnostics;
use pipec::source::FileId;
use pipec::syntax;

/// The text in the one layout; `None` when it has syntax errors.
pub(super) fn formatted(text: &str) -> Option<String> {
    syntax::format::format(FileId(0), text, &mut Diagnostics::default())
}

/// The tree as text, without places.
pub(super) fn tree(text: &str) -> String {
    let file = syntax::parse(FileId(0), text, &mut Diagnostics::default());
    let mut tree = String::new();
    let shown = format!("{file:#?}");
    let mut lines = shown.lines();
    while let Some(line) = lines.next() {
        let content = line.trim();
        if content == "map: [" {
            let margin = line.len() - content.len();
            let close = format!("{}],", " ".repeat(margin));
            assert!(lines.any(|line| line == close), "a map ends");
        } else if !is_place(content) {
            tree.push_str(line);
            tree.push('\n');
        }
    }
    tree
}

/// `span: 0:1..2,`, `0:1..2,`
fn is_place(line: &str) -> bool {
    let place = line.rsplit(": ").next().unwrap_or_default();
    place.starts_with("0:") && place.contains("..") && !place.contains('"')
}

/// The texts of the comments, in order; `tokens` the rest of the text without blanks and without commas at ends.
pub(super) fn comments(text: &str) -> Vec<String> {
    pieces(text).into_iter().filter(|piece| piece.starts_with("//")).map(|piece| piece.trim_end().to_owned()).collect()
}

/// Comments, strings, and what stands between them.
fn pieces(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let end = match bytes[at] {
            b'"' => string_end(text, at),
            b'/' if bytes.get(at + 1) == Some(&b'/') => text[at..].find('\n').map_or(text.len(), |more| at + more),
            _ => at + text[at..].chars().next().map_or(1, char::len_utf8),
        };
        found.push(&text[at..end]);
        at = end;
    }
    found
}

/// Behind the string at `at`, of a text that can be read.
pub(super) fn string_end(text: &str, at: usize) -> usize {
    let quote = if text[at..].starts_with("\"\"\"") { "\"\"\"" } else { "\"" };
    let mut i = at + quote.len();
    while i < text.len() {
        let rest = &text[i..];
        if rest.starts_with(quote) {
            return i + quote.len();
        }
        let escaped = quote.len() == 3 && (rest.starts_with("\\\"\"\"") || rest.starts_with("\\~{"));
        if escaped {
            i += if rest.starts_with("\\~") { 3 } else { 4 };
        } else if quote.len() == 1 && rest.starts_with('\\') {
            i += 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
        } else if rest.starts_with("~{") {
            i = hole_end(text, i);
        } else {
            i += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

fn hole_end(text: &str, at: usize) -> usize {
    let (mut i, mut open) = (at + 2, 0);
    while i < text.len() {
        match text.as_bytes()[i] {
            b'"' => {
                i = string_end(text, i);
                continue;
            }
            b'{' => open += 1,
            b'}' if open == 0 => return i + 1,
            b'}' => open -= 1,
            _ => {}
        }
        i += 1;
    }
    text.len()
}

/// All that must hold of a layout.
pub(super) fn holds(what: &str, text: &str, after: &str) {
    let (is, was) = (tree(after), tree(text));
    if let Some((is, was)) = is.lines().zip(was.lines()).find(|(is, was)| is != was) {
        panic!("{what}: the tree has changed from {} to {}\n{text}\n=>\n{after}", was.trim(), is.trim());
    }
    assert_eq!(is.len(), was.len(), "{what}: the tree has changed\n{text}\n=>\n{after}");
    assert_eq!(comments(after), comments(text), "{what}: the comments have changed\n{text}\n=>\n{after}");
    let again = formatted(after);
    assert_eq!(again.as_deref(), Some(after), "{what}: a second time is another layout\n{text}");
    assert!(after.is_empty() || after.ends_with('\n') && !after.ends_with("\n\n"), "{what}: {after:?}");
    lines_are_good(what, after);
}

/// No blanks at ends of lines and no long lines, but in strings and comments.
fn lines_are_good(what: &str, text: &str) {
    let mut code = String::new();
    for piece in pieces(text) {
        match piece {
            string if string.starts_with('"') && string.contains('\n') => {
                code.push_str("\u{1}\n\u{1}");
            }
            string if string.starts_with('"') => code.extend(string.chars().map(|_| '\u{1}')),
            comment if comment.starts_with("//") => code.push('\u{2}'),
            other => code.push_str(other),
        }
    }
    for line in code.lines() {
        let line = line.trim_end_matches('\r');
        assert_eq!(line.trim_end(), line, "{what}: blanks at the end of a line\n{text}");
        let long = line.trim_end_matches(['\u{2}', ' ']).chars().count() > 120;
        assert!(!long || line.contains('\u{1}') || is_one_name(line), "{what}: a long line\n{line}\n{text}");
    }
}

/// Nothing in it where it could be broken.
fn is_one_name(line: &str) -> bool {
    !line.contains([',', '+'])
}

/// Every program in the repository: files, and those in pages, the README and the tests.
pub(super) fn programs() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["src", "stdlib", "examples", "tests"] {
        collect(&root.join(folder), &mut found);
    }
    found.sort();
    assert!(found.len() > 150, "{}", found.len());
    found
}

fn collect(folder: &Path, found: &mut Vec<(String, String)>) {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.display().to_string();
        match path.extension().and_then(|extension| extension.to_str()) {
            _ if path.is_dir() => collect(&path, found),
            Some("pipe") => found.push((name, fs::read_to_string(&path).unwrap())),
            Some("md") => found.extend(blocks(&name, &fs::read_to_string(&path).unwrap())),
            Some("rs") => found.extend(literals(&name, &fs::read_to_string(&path).unwrap())),
            Some(_) | None => {}
        }
    }
}

/// The programs of a page.
fn blocks(name: &str, page: &str) -> Vec<(String, String)> {
    let parts = page.split("```pipe").skip(1).map(|part| part.split_once('\n').map_or("", |(_, rest)| rest));
    let programs = parts.filter_map(|part| part.split("```").next());
    programs.enumerate().map(|(at, program)| (format!("{name} {at}"), program.to_owned())).collect()
}

/// The string literals of a test that hold more than a line.
fn literals(name: &str, source: &str) -> Vec<(String, String)> {
    let raw = source.split("r#\"").skip(1).filter_map(|part| part.split("\"#").next());
    let plain = source.split('"').skip(1).filter(|part| part.contains('{') && part.contains('}'));
    let all = raw.map(str::to_owned).chain(plain.map(|part| part.replace("\\n", "\n").replace("\\\"", "\"")));
    all.enumerate().map(|(at, program)| (format!("{name} {at}"), program)).collect()
}

/// Whether a text has no syntax errors.
pub(super) fn reads(text: &str) -> bool {
    let mut found = Diagnostics::default();
    syntax::parse(FileId(0), text, &mut found);
    found.is_empty()
}
