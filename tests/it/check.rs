//! The type checker, spoken to in `.pipe`.

mod accepted;
mod basics;
mod bodies;
mod calls;
mod long;
mod names;
mod optionals;
mod records;
mod secrets;
mod strangers;
mod tasks;

use pipec::check::program::Program;
use pipec::check::{Input, check};
use pipec::diag::code::Code;
use pipec::diag::{Diagnostic, Diagnostics};
use pipec::source::{FileId, Sources, Span, stdlib};
use pipec::syntax::{ast, parse};
use rustc_hash::FxHashMap;

/// What one check found.
pub(crate) struct Checked {
    pub(crate) program: Program,
    pub(crate) sources: Sources,
    pub(crate) found: Vec<Diagnostic>,
}

impl Checked {
    /// The findings as `CODE text under the primary label`.
    pub(crate) fn findings(&self) -> Vec<String> {
        let show = |one: &Diagnostic| {
            let place = one.span().map_or("", |span| self.sources.text(span));
            format!("{} {}", one.code.id(), place)
        };
        self.found.iter().map(show).collect()
    }

    fn details(&self) -> String {
        let show = |one: &Diagnostic| format!("{}: {} | {:?}\n", one.code.id(), one.message, one.help);
        self.found.iter().map(show).collect()
    }
}

/// Checks a program that may `use` the library.
pub(crate) fn run(text: &str) -> Checked {
    run_with(text, &[])
}

/// Checks a program beside which other modules lie.
pub(crate) fn run_with(text: &str, modules: &[(&str, &str)]) -> Checked {
    let mut sources = Sources::default();
    let root = sources.add("test.pipe", text);
    let others: Vec<(&str, FileId)> = modules.iter().map(|(name, text)| (*name, sources.add(*name, *text))).collect();
    let options = sources.add(
        "options.pipe",
        "enum Level { stable, alpha }\nrecord Options { level: Level = .stable, account: string? }",
    );
    let mut out = Diagnostics::default();
    let mut trees: Vec<(FileId, ast::File)> = Vec::new();
    let mut imports: Vec<(Span, FileId)> = Vec::new();
    let mut todo = vec![root, stdlib("prelude").expect("the prelude is there"), options];
    while let Some(id) = todo.pop() {
        if trees.iter().any(|(done, _)| *done == id) {
            continue;
        }
        let tree = parse(id, &sources.get(id).text, &mut out);
        for item in &tree.items {
            let ast::Item::Use(one) = item else { continue };
            let name = &*one.path.last().expect("a path has a name").text;
            let found = others.iter().find(|(other, _)| *other == name).map(|(_, id)| *id).or_else(|| stdlib(name));
            let Some(found) = found else { continue };
            imports.push((one.span, found));
            todo.push(found);
        }
        trees.push((id, tree));
    }
    let tree = |id: FileId| &trees.iter().find(|(other, _)| *other == id).expect("it was parsed").1;
    let imports: FxHashMap<Span, &ast::File> = imports.iter().map(|(span, id)| (*span, tree(*id))).collect();
    let prelude = tree(stdlib("prelude").expect("the prelude is there"));
    let input = Input { root: tree(root), prelude, imports, targets: vec![("demo", tree(options))] };
    let program = check(&input, &mut out);
    drop(input);
    let found = out.sorted().iter().filter(|one| !is_of_rules(one)).cloned().collect();
    Checked { program, sources, found }
}

/// What is said of whole pipelines has tests of its own (check_rules.rs, lints.rs); the bodies here are short and call
/// one task often.
fn is_of_rules(one: &Diagnostic) -> bool {
    if one.code.is_lint() {
        return true;
    }
    let order = matches!(one.code, Code::P0401 | Code::P0402 | Code::P0403 | Code::P0404);
    order || (one.code == Code::P0212 && one.message.starts_with("two tasks"))
}

/// The program is right.
#[track_caller]
pub(crate) fn accept(text: &str) -> Checked {
    let checked = run(text);
    assert!(checked.found.is_empty(), "found in\n{text}\n{}", checked.details());
    checked
}

/// The body of a pipeline is right, after these items and with these parameters.
#[track_caller]
pub(crate) fn accept_body(params: &str, body: &str) -> Checked {
    accept(&whole(params, body))
}

/// Exactly one finding: its code, the text under its primary label, and words of its message or help.
#[track_caller]
pub(crate) fn refuse(text: &str, code: &str, place: &str, words: &str) -> Checked {
    let checked = run(text);
    assert_eq!(checked.findings(), [format!("{code} {place}")], "in\n{text}\n{}", checked.details());
    let one = &checked.found[0];
    let said = format!("{} {}", one.message, one.help.as_deref().unwrap_or_default());
    assert!(said.contains(words), "`{words}` is not said: {said}");
    assert!(one.help.is_some(), "no help: {}", one.message);
    assert!(!one.labels[0].text.is_empty(), "no label: {}", one.message);
    checked
}

#[track_caller]
pub(crate) fn refuse_body(params: &str, body: &str, code: &str, place: &str, words: &str) -> Checked {
    refuse(&whole(params, body), code, place, words)
}

/// The findings of a body, with parameters and the items of [`ITEMS`].
#[track_caller]
pub(crate) fn findings(params: &str, body: &str) -> Vec<String> {
    run(&whole(params, body)).findings()
}

fn whole(params: &str, body: &str) -> String {
    format!("{ITEMS}pipeline p({params}) {{\n{body}\n}}\n")
}

/// The text after its first fix.
pub(crate) fn mended(checked: &Checked, text: &str) -> String {
    let mut edits = checked.found[0].fixes[0].edits.clone();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut made = text.to_owned();
    for edit in edits {
        made.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    made
}

/// Every test of a body sees these.
const ITEMS: &str = r#"enum Kind { production, development, testing_devel = "testing-devel" }
record Bucket { name: string, prefix: string = "", kind: Kind = .production }
type BuildId = string matching "[0-9]+"
type Version = string matching "[0-9.]+"
artifact Disk
artifact Live requires Disk
const base: image = "quay.io/fedora/fedora:41"
task build(ws: workspace, version: Version? = none, strict: bool = true, force: bool = false) -> (disk: Disk, id: BuildId, count: int) {
    image: base
    run:   "make ~{out.disk} ~{out.id} ~{out.count}"
}
task live(disk: Disk) -> Live {
    image: base
    run:   "make ~{disk} ~{out}"
}
task test(disk: Disk, jobs: int = 1) {
    image:   base
    on_exit: { 77: .skip }
    run:     "check ~{disk} ~{jobs}"
}
task probe() -> (found: string) {
    image:   base
    on_exit: { 77: .skip }
    run:     "probe > ~{out.found}"
}
task say(words: string) { image: base, run: "echo ~{words}" }
fn half(n: int, by: int = 2) -> int = n / by
"#;
