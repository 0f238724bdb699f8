//! What holds of every text that is read as a program. The fuzzer looks for one of which it does not;
//! `tests/it/fuzz.rs` holds what it found, and the corpus, to the same.

use std::io;

use pipec::diag::render::{self, Style};
use pipec::diag::report::{self, FORMATS, Run};
use pipec::diag::{Diagnostic, Diagnostics};
use pipec::query::Analysis;
use pipec::source::{FileId, Files, Sources};
use pipec::syntax::parse;

/// The name of the text.
const PATH: &str = "fuzz.pipe";

/// Thousands of findings about one text say nothing that the first ones do not.
const SHOWN: usize = 10;

/// Reads, checks and reports the text.
///
/// # Panics
/// When something does not hold.
pub(crate) fn hold(text: &str) {
    let mut sources = Sources::default();
    let id = sources.add(PATH, text);
    let (tree, out) = read(id, text);
    assert_eq!(tree, read(id, text).0, "the same text is read the same");
    assert_pieces(&tree, text, id.0);
    out.iter().for_each(|one| placed(&sources, one));
    let analysis = Analysis::open(&Only(text), PATH);
    analysis.diagnostics.iter().for_each(|one| placed(&analysis.sources, one));
    said(&analysis.sources, &analysis.diagnostics);
    assert!(analysis.diagnostics.len() >= out.sorted().len().min(1), "what cannot be read is reported");
}

/// The tree in words: no node can be forgotten in them.
fn read(id: FileId, text: &str) -> (String, Diagnostics) {
    let mut out = Diagnostics::default();
    let file = parse(id, text, &mut out);
    (format!("{file:?}"), out)
}

/// Each place of a tree is a piece of its text.
///
/// # Panics
/// When one is not.
pub(crate) fn assert_pieces(tree: &str, text: &str, id: u32) {
    for (file, start, end) in spans(tree) {
        assert!(file == id && text.get(start..end).is_some(), "{file}:{start}..{end} is no piece of the text");
    }
}

/// Every `file:start..end` of a tree in words, outside the strings in it.
fn spans(tree: &str) -> impl Iterator<Item = (u32, usize, usize)> {
    let outside = tree.split_inclusive(['"', '\\']).scan((false, false), |(inside, escaped), part| {
        // A part ends at a mark; one behind a backslash counts for nothing when nothing is between them.
        let mark = !(*escaped && part.len() == 1);
        let kept = (!*inside).then_some(part);
        *escaped = mark && part.ends_with('\\');
        *inside ^= mark && part.ends_with('"');
        Some(kept)
    });
    outside.flatten().flat_map(|part| part.split([' ', ',', ')', '(', ']', '[', '}'])).filter_map(span)
}

fn span(word: &str) -> Option<(u32, usize, usize)> {
    let (file, range) = word.split_once(':')?;
    let (start, end) = range.split_once("..")?;
    Some((file.parse().ok()?, start.parse().ok()?, end.parse().ok()?))
}

/// Each place of a finding is a piece of its text, and so is what a fix replaces.
fn placed(sources: &Sources, one: &Diagnostic) {
    let labels = one.labels.iter().map(|label| label.span);
    let edits = one.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
    for span in labels.chain(edits) {
        let text = &sources.get(span.file).text;
        assert!(
            text.get(span.start as usize..span.end as usize).is_some(),
            "{span:?} is no piece of its text: {one:?}"
        );
    }
    for fix in &one.fixes {
        let mut edits: Vec<_> = fix.edits.iter().map(|edit| edit.span).collect();
        edits.sort_unstable();
        assert!(edits.windows(2).all(|two| two[0].file != two[1].file || two[0].end <= two[1].start), "{one:?}");
    }
}

/// Findings can be written in every format, and none of them drives a terminal.
fn said(sources: &Sources, out: &Diagnostics) {
    let style = Style { width: 100, color: false, unicode: true, links: None };
    for one in out.iter().take(SHOWN) {
        let text = render::full(sources, one, style);
        assert!(!text.is_empty() && !text.contains(['\u{1b}', '\r', '\u{7}']), "{text:?}");
    }
    let run = Run { files: vec![PATH], findings: out.iter().take(SHOWN).map(|one| (sources, one)).collect() };
    for format in FORMATS {
        let text = report::render(*format, &run);
        assert!(!text.contains(['\u{1b}', '\r', '\u{7}']), "{text:?}");
    }
}

/// A machine with one file.
struct Only<'a>(&'a str);

impl Files for Only<'_> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if path == PATH { Ok(self.0.as_bytes().to_vec()) } else { Err(io::ErrorKind::NotFound.into()) }
    }
}
