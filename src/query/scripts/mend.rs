//! A mend that ShellCheck proposes, as edits of the `.pipe` file.

use super::comment::Replacement;
use super::sheet::{HOLE, Origin, Sheet};
use crate::diag::Edit;
use crate::source::Span;
use crate::syntax;
use crate::syntax::ast::{Part, Text};

/// One replacement, in the file and in the flat text of the script.
#[derive(Debug)]
struct Change {
    edit: Edit,
    flat: (usize, usize),
    text: String,
}

/// The edits; `None` when one of them is about a value or our own lines, or would not do in the file what it does in the
/// script (three quotes would end a block).
pub(super) fn edits(source: &str, sheet: &Sheet, replacements: &[Replacement]) -> Option<Vec<Edit>> {
    let mut changes: Vec<Change> = replacements.iter().map(|one| change(source, sheet, one)).collect::<Option<_>>()?;
    changes.sort_by_key(|change| change.flat);
    let apart = changes.windows(2).all(|pair| pair[0].flat.1 <= pair[1].flat.0 && pair[0].flat != pair[1].flat);
    if changes.is_empty() || !apart {
        return None;
    }
    let place = sheet.place();
    let string = &source[place.start as usize..place.end as usize];
    let mut wanted = flat(&syntax::string(place.file, string, 0));
    let mut mended = string.to_owned();
    for change in changes.iter().rev() {
        wanted.replace_range(change.flat.0..change.flat.1, &change.text);
        let Edit { span, text } = &change.edit;
        mended.replace_range((span.start - place.start) as usize..(span.end - place.start) as usize, text);
    }
    let again = syntax::string(place.file, &mended, 0);
    let same = again.span.len() == mended.len() && flat(&again) == wanted;
    same.then(|| changes.into_iter().map(|change| change.edit).collect())
}

fn change(source: &str, sheet: &Sheet, one: &Replacement) -> Option<Change> {
    let start = sheet.offset(one.line, one.column);
    let end = sheet.offset(one.end_line, one.end_column);
    if end < start {
        return None;
    }
    let text = written(&one.replacement, sheet.is_block())?;
    let point = boundary(source, sheet, start)?;
    let (span, flat_end) = if end == start {
        (point.0, point.1)
    } else {
        let whole = literal(sheet, start, end).then(|| sheet.span(source, start, end)).flatten()?;
        (whole, point.1 + end - start)
    };
    Some(Change {
        edit: Edit { span, text },
        flat: (point.1 as usize, flat_end as usize),
        text: one.replacement.clone(),
    })
}

/// Where something can be put before a character: the place in the file, empty, and in the flat text.
fn boundary(source: &str, sheet: &Sheet, at: u32) -> Option<(Span, u32)> {
    let stretch = sheet.stretch(at);
    let point = |source| Span::new(sheet.place().file, source, source);
    match stretch.origin {
        Origin::Written(from) => {
            let written = from + at - stretch.from;
            // A line ends in one character, which in the file may be two.
            let before = if source[..written as usize].ends_with('\r') && source[written as usize..].starts_with('\n') {
                1
            } else {
                0
            };
            Some((point(written - before), stretch.flat + at - stretch.from))
        }
        Origin::Value(span) if at == stretch.from => Some((span.before(), stretch.flat)),
        Origin::End(source) => Some((point(source), stretch.flat)),
        Origin::Value(_) | Origin::Ours => None,
    }
}

/// Whether a range holds no value and nothing of ours.
fn literal(sheet: &Sheet, start: u32, end: u32) -> bool {
    sheet.between(start, end).iter().all(|stretch| matches!(stretch.origin, Origin::Written(_)))
}

/// A text as it is written inside a string; `None` for lines in a block, whose indentation nobody knows.
fn written(text: &str, block: bool) -> Option<String> {
    if block {
        return (!text.contains('\n')).then(|| text.replace("~{", "\\~{").replace("\"\"\"", "\\\"\"\""));
    }
    let mut out = String::with_capacity(text.len() + 4);
    for (at, character) in text.char_indices() {
        match character {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '"' | '\\' => out.extend(['\\', character]),
            '~' if text[at..].starts_with("~{") => out.push_str("\\~"),
            other => out.push(other),
        }
    }
    Some(out)
}

/// The script with each value as one character.
fn flat(text: &Text) -> String {
    let mut out = String::new();
    for part in &text.parts {
        match part {
            Part::Literal(one) => out.push_str(&one.text),
            Part::Value(..) => out.push(HOLE),
        }
    }
    out
}
