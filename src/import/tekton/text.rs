//! How statements and declarations are put on lines; the layout of the language does the rest.

/// Lines are at most this long where they can be broken.
pub(super) const WIDTH: usize = 120;

/// The blanks of a level.
pub(super) const STEP: usize = 4;

/// `head(a, b)tail`, on one line where it fits below `margin`, else with as many entries a line as fit.
pub(super) fn bracketed(head: &str, entries: &[String], tail: &str, margin: usize) -> String {
    let flat = format!("{head}({}){tail}", entries.join(", "));
    let first = flat.split('\n').next().unwrap_or_default();
    if margin + first.chars().count() <= WIDTH || entries.is_empty() {
        return flat;
    }
    let pad = " ".repeat(margin + STEP);
    format!("{head}(\n{pad}{},\n{}){tail}", entries.join(", "), " ".repeat(margin))
}

/// A doc comment.
pub(super) fn doc(text: &str, margin: usize) -> String {
    marked("///", text, margin)
}

/// A comment.
pub(super) fn comment(text: &str, margin: usize) -> String {
    marked("//", text, margin)
}

fn marked(mark: &str, text: &str, margin: usize) -> String {
    let pad = " ".repeat(margin);
    let line = |line: &str| format!("{pad}{}\n", format!("{mark} {line}").trim_end());
    text.lines().map(line).collect()
}

/// What `--lenient` left out, where it stood.
pub(super) fn remarks(list: &[String], margin: usize) -> String {
    let pad = " ".repeat(margin);
    list.iter().map(|one| format!("{pad}// pipec import: {}\n", one.replace('\n', " "))).collect()
}

/// How many columns a line takes, but for texts that would have no room on a line of their own at the margin either: the
/// layout leaves those where they are.
pub(super) fn columns(line: &str, entries: &[String], margin: usize) -> usize {
    let text = |entry: &String| entry.find('"').map_or(0, |at| entry[at..].chars().count());
    let overlong: usize = entries.iter().map(text).filter(|columns| margin + columns > WIDTH).sum();
    line.chars().count() - overlong
}

/// A key of a record, in quotes where it is no name.
pub(super) fn key(text: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
    if begins && text.chars().all(plain) { text.to_owned() } else { crate::import::script::quoted(text) }
}

/// A record, on one line where it fits below `margin` behind `before` columns, else with as many entries a line as fit.
pub(super) fn record(entries: &[(String, String)], margin: usize, before: usize) -> String {
    let entries: Vec<String> = entries.iter().map(|(name, value)| format!("{}: {value}", key(name))).collect();
    let flat = format!("{{ {} }}", entries.join(", "));
    if margin + before + columns(&flat, &entries, margin + STEP) <= WIDTH && !flat.contains('\n') {
        return flat;
    }
    let pad = " ".repeat(margin + STEP);
    format!("{{\n{pad}{}\n{}}}", entries.join(", "), " ".repeat(margin))
}
