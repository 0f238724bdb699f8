//! What the lints find, what they leave alone, and that their fixes mend it.

mod conditions;
mod images;
mod kvm;
mod machines;
mod names;
mod order;
mod outputs;
mod unused;
mod writers;

use std::io;

use pipec::diag::{Diagnostic, Fix};
use pipec::query::Analysis;
use pipec::source::Files;

/// `a.pipe` and what lies beside it.
struct Project<'a>(Vec<(&'a str, &'a str)>);

impl Files for Project<'_> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let text = self.0.iter().find(|(known, _)| *known == path).map(|(_, text)| (*text).as_bytes().to_vec());
        text.ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

fn analysis(text: &str, modules: &[(&str, &str)]) -> Analysis {
    let files = modules.iter().copied().chain([("a.pipe", text)]).collect();
    Analysis::open(&Project(files), "a.pipe")
}

fn line(analysis: &Analysis, one: &Diagnostic) -> String {
    let span = one.span().expect("a lint has a place");
    assert_eq!(analysis.sources.get(span.file).name, "a.pipe", "{}", one.message);
    format!("{} {}", one.code.id(), analysis.sources.text(span))
}

/// `P0251 name`: the code and what is written at the place. Every fix, taken alone, removes its finding and brings none.
#[track_caller]
fn found_with(text: &str, modules: &[(&str, &str)]) -> Vec<String> {
    let analysis = analysis(text, modules);
    let before: Vec<String> = analysis.diagnostics.iter().map(|one| line(&analysis, one)).collect();
    for (at, one) in analysis.diagnostics.iter().enumerate() {
        for fix in &one.fixes {
            let mended = applied(text, fix);
            let again = self::analysis(&mended, modules);
            let mut left: Vec<String> = again.diagnostics.iter().map(|one| line(&again, one)).collect();
            let mut wanted = before.clone();
            wanted.remove(at);
            left.sort();
            wanted.sort();
            assert_eq!(left, wanted, "after `{}`:\n{mended}", fix.title);
        }
    }
    before
}

#[track_caller]
fn found(text: &str) -> Vec<String> {
    found_with(text, &[])
}

fn applied(text: &str, fix: &Fix) -> String {
    let mut edits = fix.edits.clone();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut text = text.to_owned();
    for edit in edits {
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    text
}

/// The text after the first fix of the only finding.
#[track_caller]
fn mended(text: &str) -> String {
    let analysis = analysis(text, &[]);
    assert_eq!(analysis.diagnostics.len(), 1, "{:#?}", found(text));
    let one = analysis.diagnostics.iter().next().expect("there is one");
    applied(text, one.fixes.first().unwrap_or_else(|| panic!("no fix: {}", one.message)))
}

/// Every finding in words, for snapshots.
fn words(text: &str) -> String {
    let analysis = analysis(text, &[]);
    let mut all = String::new();
    for one in analysis.diagnostics.iter() {
        all += &format!("{} {}\n", one.code.id(), one.message);
        for label in &one.labels {
            let place = analysis.sources.text(label.span).lines().next().unwrap_or_default();
            all += &format!("  {}: `{place}` {}\n", analysis.sources.position(label.span).line, label.text);
        }
        all += &format!("  help: {}\n", one.help.as_deref().unwrap_or("none"));
        one.fixes.iter().for_each(|fix| all += &format!("  fix: {}\n", fix.title));
    }
    all
}

/// A task in place that runs a script.
fn task(name: &str, run: &str) -> String {
    format!("    task {name} {{ image: \"a/b:1\", run: \"{run}\" }}\n")
}

/// A pipeline with this body.
fn pipeline(params: &str, body: &str) -> String {
    format!("pipeline ci({params}) {{\n{body}}}\n")
}
