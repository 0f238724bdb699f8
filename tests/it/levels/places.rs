//! Which part of a file a comment speaks of.

use pipec::diag::Diagnostics;
use pipec::source::FileId;
use pipec::syntax::directives::{Place, directives};
use pipec::syntax::parse;

/// Place, words, and the first and last line of what each comment covers, blank lines at the end left out.
fn read(text: &str) -> Vec<(Place, String, usize, usize)> {
    let file = parse(FileId(0), text, &mut Diagnostics::default());
    let row = |one: &pipec::syntax::directives::Directive| {
        let (start, end) = (one.covers.start as usize, one.covers.end as usize);
        let covered = text[start..end].trim_end();
        let line = |at: usize| text[..at].matches('\n').count() + 1;
        let words = text[one.words.start as usize..one.words.end as usize].to_owned();
        (one.place, words, line(start), line(start + covered.len()))
    };
    directives(&file, text).iter().map(row).collect()
}

#[track_caller]
fn covers(text: &str, expected: &[(usize, usize)]) {
    let found: Vec<(usize, usize)> = read(text).into_iter().map(|(_, _, first, last)| (first, last)).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn above_an_item_it_is_the_whole_item() {
    covers("// pipec: allow(x)\nuse std.cosa\nuse lib.b\n", &[(2, 2)]);
    covers(
        "// pipec: allow(x)\n\n// why\n/// What it is.\ntask t() {\n    image: \"a:1\"\n}\nconst c: int = 1\n",
        &[(5, 7)],
    );
    covers("use std.cosa\n// pipec: allow(x)\npipeline p() {\n    f()\n    // no\n}\n", &[(3, 6)]);
}

#[test]
fn above_a_statement_or_field_it_is_that_alone() {
    covers(
        "pipeline p() {\n    // pipec: allow(x)\n    a = f(\n        1,\n    )\n    b = g()\n    when c {\n        // pipec: allow(y)\n        h()\n        i()\n    }\n}\n",
        &[(3, 5), (9, 9)],
    );
    covers(
        "task t() {\n    // pipec: allow(x)\n    image: \"a:1\"\n    // pipec: allow(y)\n    run: \"\"\"\n        a\n        b\n    \"\"\"\n    timeout: 1h\n}\n",
        &[(3, 3), (5, 8)],
    );
    covers(
        "pipeline p() {\n    task t {\n        // pipec: allow(x)\n        env: {\n            A: \"1\"\n            // pipec: allow(y)\n            B: \"2\"\n            C: \"3\"\n        }\n        run: \"a\"\n    }\n}\n",
        &[(4, 9), (7, 7)],
    );
}

#[test]
fn above_a_parameter_it_is_the_parameter() {
    covers("pipeline p(\n    // pipec: allow(x)\n    a: int,\n    b: int,\n) {\n    f()\n}\n", &[(3, 3)]);
    covers("record R {\n    // pipec: allow(x)\n    a: int\n    b: int\n}\n", &[(3, 3)]);
    covers("enum E {\n    // pipec: allow(x)\n    a,\n    b,\n}\n", &[(3, 3)]);
}

#[test]
fn at_the_end_of_a_line_it_is_what_begins_there() {
    covers("use std.cosa // pipec: allow(x)\nuse lib.b\n", &[(1, 1)]);
    covers("pipeline p() { // pipec: allow(x)\n    f()\n    g() // pipec: allow(y)\n    h()\n}\n", &[(1, 5), (3, 3)]);
    covers("pipeline p() {\n    task t { // pipec: allow(x)\n        image: \"a:1\"\n    }\n    g()\n}\n", &[(2, 4)]);
    covers("pipeline p() {\n    a = f(\n        1,\n    ) // pipec: allow(x)\n    g()\n}\n", &[(4, 4)]);
}

#[test]
fn where_nothing_begins_below_it_is_one_line() {
    covers("pipeline p() {\n    f()\n    // pipec: allow(x)\n}\nuse a\n", &[(4, 4)]);
    covers("use a\n// pipec: allow(x)\n", &[(3, 3)]);
}

#[test]
fn the_whole_file_is_meant_by_an_exclamation_mark_and_nothing_by_a_doc_comment() {
    let text = "//! What it is.\n//! pipec: allow(x) because y\nuse a\n/// pipec: allow(z)\nconst c: int = 1\n";
    let found = read(text);
    assert_eq!(found[0], (Place::File, "allow(x) because y".to_owned(), 1, 5));
    assert_eq!((found[1].0, &*found[1].1), (Place::Doc, "allow(z)"));
    let file = parse(FileId(0), text, &mut Diagnostics::default());
    assert_eq!(file.doc, "What it is.");
}

#[test]
fn a_string_and_a_script_hold_no_comment() {
    let text = "const a: string = \"// pipec: allow(x)\"\npipeline p() {\n    task t { image: \"a:1\", run: \"\"\"\n        // pipec: allow(x)\n        # pipec: allow(y) ~{f(\"// pipec: allow(z)\")}\n    \"\"\" }\n    // see pipec: it is no directive\n}\n";
    assert_eq!(read(text), []);
}

#[test]
fn blanks_and_line_ends_mean_nothing() {
    let text = "\u{feff}\tuse a //pipec:allow(x)   \r\n  //   pipec:   allow(y) because z\t\r\nuse b\r\n";
    let found = read(text);
    let short: Vec<_> = found.iter().map(|(place, words, first, last)| (*place, &**words, *first, *last)).collect();
    assert_eq!(short, [(Place::Behind, "allow(x)", 1, 1), (Place::Above, "allow(y) because z", 3, 3)]);
}

#[test]
fn twenty_thousand_comments_are_read_in_one_pass() {
    let comment = "// pipec: allow(x)\n";
    let text = format!("{}pipeline p() {{\n    f()\n{}}}\n", comment.repeat(10_000), comment.repeat(10_000));
    let found = read_spans(&text);
    assert_eq!(found.len(), 20_000);
    assert_eq!(found[0], (190_000, text.len() - 1));
    assert_eq!(found[19_999], (text.len() - 2, text.len() - 1));
}

fn read_spans(text: &str) -> Vec<(usize, usize)> {
    let file = parse(FileId(0), text, &mut Diagnostics::default());
    directives(&file, text).iter().map(|one| (one.covers.start as usize, one.covers.end as usize)).collect()
}
