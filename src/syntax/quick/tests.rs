//! What is read by hand is what the grammar reads.

use proptest::prelude::*;

use super::super::ast::{Field, Name, Task};
use super::super::grammar::{self, Rule};
use super::super::parser::Parser;
use super::super::scan::Scan;
use super::super::slice::{Cut, Unit};
use crate::diag::Diagnostics;
use crate::source::FileId;

const VALUES: &[&str] = &[
    "a",
    "b_1",
    "true",
    "none",
    "in",
    "and",
    "not",
    "match",
    "after",
    ".",
    ".aws",
    "a.b",
    "a.in",
    "1",
    "1h30min",
    "1.5Gi",
    "512Mi",
    "007",
    "\"s\"",
    "\"~{a.b} c\"",
    "\"\\q\"",
    "\"~{f(\\\"x\\\")}\"",
    "\"~{ }\"",
    "\"\"\"\n    l ~{a}\n  \"\"\"",
    "é",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    ":",
    " ",
    "  ",
    "\n",
    "\n  ",
    "\r\n",
    "\t",
    "+",
    "-",
    "!",
    "?",
    "=",
    " // c\n",
    "{ k: 1, l: \"x\" }",
    "{ k: .a\n  l: [1, b] }",
    "[a, \"b\",\n 3,]",
    "k: ",
    "else",
    "x",
];

const HEADS: &[&str] = &[
    "t",
    "after",
    "when",
    "Tt",
    "t2",
    "é",
    " ",
    "  ",
    "->",
    "-> (a: string)",
    "-> (a: T, B: X)",
    "-> ()",
    "(",
    ")",
    "a: int",
    ",",
    "-> T",
    "= p",
    "?",
    ".",
    "\n",
];

const AFTERS: &[&str] =
    &["after", " after a", " after a, b", ",b", ",", " ", "in", "x", "é", "\n", "a.b", "  after  a ,b"];

fn made(of: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(of), 1..most).prop_map(|parts| parts.concat())
}

/// What a reading gives of a text whose brackets match and which has no faults, and what was reported.
fn with<T: std::fmt::Debug>(
    text: &str,
    read: impl FnOnce(&mut Parser<'_>) -> Option<T>,
) -> Option<(String, Diagnostics)> {
    let mut out = Diagnostics::default();
    let scan = Scan::of(text);
    let mut parser = Parser::new(FileId(0), text, &scan, &mut out);
    if scan.pieces.len() != 1 || !scan.pieces[0].sound || !scan.faults.is_empty() {
        return None;
    }
    let tree = format!("{:?}", read(&mut parser)?);
    let wrong = format!("{:?}", parser.wrong);
    Some((tree + &wrong, out))
}

fn quick(text: &str) -> Option<(String, Diagnostics)> {
    with(text, |parser| parser.quick_field(0, text.len()).map(|(field, end, _)| (field, end)))
}

fn by_grammar(text: &str) -> Option<(String, Diagnostics)> {
    with(text, |parser| {
        let mut cut = parser.source.cut(0, text.len(), Unit::Field, true);
        let field: Field =
            parser.leaf(Rule::one_field, 0, &mut cut).map(|mut inner| parser.field(inner.need(Rule::field)))?;
        Some((field, cut.end))
    })
}

fn same(one: Option<(String, Diagnostics)>, other: Option<(String, Diagnostics)>) -> Result<(), TestCaseError> {
    let show = |read: Option<(String, Diagnostics)>| read.map(|(tree, out)| (tree, format!("{out:?}")));
    prop_assert_eq!(show(one), show(other));
    Ok(())
}

fn whole(text: &str) -> Option<(String, Diagnostics)> {
    with(text, |parser| {
        let mut inner = grammar::read(Rule::one_task, text.trim_end())?;
        let (task, after): (Option<Task>, Vec<Name>) = parser.whole_task(inner.need(Rule::task), String::new());
        Some((task, after))
    })
}

fn in_parts(text: &str) -> Option<(String, Diagnostics)> {
    let cut = Cut { end: text.trim_end().len(), sound: true };
    with(text, |parser| Some(parser.task_in_parts(0, cut)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fields_are_read_as_by_the_grammar(value in made(VALUES, 9)) {
        let text = format!("x: {value}");
        if let Some(read) = quick(&text) {
            same(Some(read), by_grammar(&text))?;
        }
    }

    #[test]
    fn tasks_are_read_as_by_the_grammar(
        head in made(HEADS, 5), one in made(VALUES, 4), two in made(VALUES, 4), after in made(AFTERS, 4)
    ) {
        let text = format!("task {head} {{\n  a: {one}\n  b: {two} }}{after}");
        if let Some(read) = whole(&text) {
            same(Some(read), in_parts(&text))?;
        }
    }

    #[test]
    fn heads_and_afters_are_read_as_by_the_grammar(head in made(HEADS, 6), after in made(AFTERS, 5)) {
        let text = format!("task {head}");
        let end = text.trim_end().len();
        let read = with(&text, |parser| parser.quick_signature(0, end).map(|made| format!("{made:?}")));
        if read.is_some() {
            same(read, with(&text, |parser| {
                let mut inner = grammar::read(Rule::one_task_head, text.trim_end())?;
                let mut inner = grammar::Inner::of(inner.need(Rule::task_head));
                Some(format!("{:?}", parser.signature(&mut inner)))
            }))?;
        }
        let text = format!("after{after}");
        let end = text.trim_end().len();
        let read = with(&text, |parser| parser.quick_after(0, end));
        if read.is_some() {
            same(read, with(&text, |parser| {
                let mut inner = grammar::read(Rule::one_after, text.trim_end())?;
                Some(parser.after(&mut inner))
            }))?;
        }
    }
}

#[test]
fn the_commonest_fields_are_read_by_hand() {
    for text in [
        "image: \"a:1\"\n",
        "x: a.b,",
        "needs: { cpu: 1, memory: 512Mi }",
        "list: [\n  .a,\n  \"b\"\n]\n",
        "run: \"\"\"\n    make ~{a.b}\n  \"\"\"\n",
    ] {
        assert!(quick(text).is_some(), "{text}");
    }
    for text in
        ["x: a + b", "x: f(a)", "x: a!", "x: 1.5Gi", "x: a\n  + b", "x: \"\\q\" b", "x: 09", "x: if", "x: {a: 1 b: 2}"]
    {
        assert!(quick(text).is_none(), "{text}");
    }
}

#[test]
fn the_commonest_heads_are_read_by_hand() {
    let head = |text: &'static str| with(text, |parser| parser.quick_signature(0, text.len()).map(|made| made.name));
    assert!(head("task t").is_some() && head("task t -> (a: string, b: T)").is_some());
    assert!(head("task t(a: int)").is_none() && head("task t -> T = p").is_none() && head("task").is_none());
}
