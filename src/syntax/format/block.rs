//! Block strings: moved as a whole, so that their text stays the same.

use super::STEP;
use crate::syntax::strings::indent;

/// The block string `text` with its end at the margin and its lines one step further right. `None` when its text would
/// change: it begins behind the opening `"""`, or only blanks are in it.
pub(super) fn moved(text: &str, margin: usize) -> Option<String> {
    let inside = text.strip_prefix("\"\"\"")?.strip_suffix("\"\"\"")?;
    let (first, rest) = inside.split_once('\n')?;
    if !first.trim_ascii().is_empty() {
        return None;
    }
    let lines = lines(rest);
    let common = margin_of(&lines);
    if common.is_none() && !lines.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(text.len() + lines.len() * STEP);
    out.push_str("\"\"\"\n");
    for line in &lines {
        // Of a line of blanks, what is more than the margin belongs to the text.
        let kept = line.get(common.unwrap_or(0)..).unwrap_or_default();
        if !kept.is_empty() {
            out.extend(std::iter::repeat_n(' ', margin + STEP));
            out.push_str(kept);
        }
        out.push('\n');
    }
    out.extend(std::iter::repeat_n(' ', margin));
    out.push_str("\"\"\"");
    Some(out)
}

/// The lines of the text: a last one of blanks only holds the end.
fn lines(rest: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = rest.split('\n').collect();
    if lines.last().is_some_and(|last| is_blank(last)) {
        lines.pop();
    }
    lines
}

/// How many blanks all lines begin with; those that are blank do not count.
fn margin_of(lines: &[&str]) -> Option<usize> {
    let blanks = |line: &&str| line.as_bytes()[..indent(line.as_bytes(), 0)].to_vec();
    let mut solid = lines.iter().filter(|line| !is_blank(line));
    let first = blanks(solid.next()?);
    let shared = |so_far: usize, line: &&str| {
        first[..so_far].iter().zip(line.as_bytes()).take_while(|(one, other)| one == other).count()
    };
    Some(solid.fold(first.len(), shared))
}

fn is_blank(line: &str) -> bool {
    indent(line.as_bytes(), 0) == line.len()
}
