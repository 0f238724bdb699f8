//! Text to tree: what is read, what is refused and where, and that nothing makes it fall over.

mod faults;
mod properties;
mod trees;

use pipec::diag::Diagnostics;
use pipec::source::{FileId, Span};
use pipec::syntax::ast::{File, Item, Pipeline};
use pipec::syntax::parse;

#[path = "../../benches/program.rs"]
pub(crate) mod program;

/// The whole programs of the design, which use most of the language.
const FCOS: &str = include_str!("syntax/fcos.pipe");

fn read(text: &str) -> (File, Diagnostics) {
    let mut out = Diagnostics::default();
    let file = parse(FileId(0), text, &mut out);
    (file, out.sorted())
}

/// The tree of a text without faults.
fn sound(text: &str) -> File {
    let (file, out) = read(text);
    assert!(out.is_empty(), "{}", said(text, &out));
    file
}

/// One line a finding, for messages of failed tests.
fn said(text: &str, out: &Diagnostics) -> String {
    let line = |span: Span| text[..span.start as usize].matches('\n').count() + 1;
    let one = |finding: &pipec::diag::Diagnostic| {
        let span = finding.span().expect("every fault of syntax has a place");
        let place = text.get(span.start as usize..span.end as usize);
        format!("{} line {} at {:?}: {}\n", finding.code.id(), line(span), place, finding.message)
    };
    out.iter().map(one).collect()
}

fn pipeline(file: &File) -> &Pipeline {
    let found = file.items.iter().find_map(|item| if let Item::Pipeline(found) = item { Some(found) } else { None });
    found.expect("there is a pipeline")
}

/// Text and place of every name of a tree, read off its `Debug` form, so that no node is forgotten.
fn names(file: &File) -> Vec<(String, usize, usize)> {
    let text = format!("{file:?}");
    let mut found = Vec::new();
    for part in text.split("Name { text: \"").skip(1) {
        let (name, rest) = part.split_once("\", span: ").expect("a name has a span");
        let (_, range) = rest.split_once(':').expect("a span has a file");
        let (start, rest) = range.split_once("..").expect("a span is a range");
        let end: String = rest.chars().take_while(char::is_ascii_digit).collect();
        found.push((name.to_owned(), start.parse().expect("a number"), end.parse().expect("a number")));
    }
    found
}
