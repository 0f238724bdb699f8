//! What holds of every program.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::common::{formatted, holds, programs, reads, string_end};

#[test]
fn every_program_of_the_repository_keeps_its_tree_and_its_comments() {
    let mut tried = 0;
    for (name, text) in programs() {
        if let Some(after) = formatted(&text) {
            holds(&name, &text, &after);
            tried += usize::from(!text.trim().is_empty());
        }
    }
    assert!(tried > 150, "{tried}");
}

#[test]
fn the_library_and_the_examples_are_laid_out() {
    let own = |name: &str| (name.contains("/stdlib/") || name.contains("/examples/")) && !name.contains("/tests/");
    let files: Vec<_> = programs().into_iter().filter(|(name, _)| own(name) && name.ends_with(".pipe")).collect();
    assert!(files.len() > 5, "{}", files.len());
    for (name, text) in files {
        assert_eq!(formatted(&text).as_deref(), Some(text.as_str()), "{name}: run `pipec fmt stdlib examples`");
    }
}

/// What is put between two tokens.
const BETWEEN: &[&str] = &[
    "",
    " ",
    " \t ",
    "\n",
    "\n\n\n",
    " // end of line\n",
    "\n// own line\n",
    "\n\n        // apart\n\n",
    " // one\n // two  \n",
    " /// doc\n",
    "\n/// own doc\n",
    "//! file\n",
    "\r\n",
    " // returns\r\n",
    ",",
    ",\n",
    "(",
    ")",
];

/// Programs small enough to be read many times, and one with every form.
static SMALL: LazyLock<Vec<String>> = LazyLock::new(|| {
    let readable = |text: &String| text.len() < 4000 && text.len() > 20 && reads(text);
    let mut small: Vec<String> = programs().into_iter().map(|(_, text)| text).filter(readable).collect();
    small.truncate(400);
    small
});

const EVERY_FORM: &str = include_str!("../../format/every_form_keeps_its_meaning.pipe");

/// The places between tokens, outside strings and comments.
fn gaps(text: &str) -> Vec<usize> {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
    let bytes = text.as_bytes();
    let (mut found, mut at) = (vec![0], 0);
    while at < bytes.len() {
        let length = bytes[at..].iter().take_while(|byte| word(**byte)).count();
        at = match bytes[at] {
            b'"' => string_end(text, at),
            b'/' if bytes.get(at + 1) == Some(&b'/') => text[at..].find('\n').map_or(text.len(), |more| at + more),
            _ => at + length.max(1),
        };
        found.push(at);
    }
    found
}

/// A program with blanks, line ends, commas and comments put in or taken away, wherever it still reads.
fn spoilt(program: &str, changes: &[(usize, usize, bool)]) -> String {
    let mut text = program.to_owned();
    for (place, what, instead) in changes {
        let gaps = gaps(&text);
        let at = gaps[place % gaps.len()];
        let blanks = if *instead { text[at..].len() - text[at..].trim_start().len() } else { 0 };
        let mut other = text.clone();
        other.replace_range(at..at + blanks, BETWEEN[what % BETWEEN.len()]);
        if reads(&other) {
            text = other;
        }
    }
    text
}

fn changes(most: usize) -> impl Strategy<Value = Vec<(usize, usize, bool)>> {
    prop::collection::vec((0..100_000_usize, 0..BETWEEN.len(), any::<bool>()), 1..most)
}

/// Names short and long, so that lines break in all places.
fn word() -> impl Strategy<Value = String> {
    prop_oneof!["[a-e]{1,3}", "[a-e]{20,40}", Just("target".to_owned()), Just("stage".to_owned()), "é{3}"]
        .prop_filter("a word of its own", |word| !["if", "in", "or"].contains(&word.as_str()))
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        word(),
        word().prop_map(|name| format!(".{name}")),
        Just("1h30min".to_owned()),
        Just("512Mi".to_owned()),
        "[a-z ]{0,50}".prop_map(|text| format!("\"{text}\"")),
        word().prop_map(|name| format!("\"a ~{{{name}}} b\"")),
        Just("\"\"\"\n    a\n      b\n    \"\"\"".to_owned()),
        Just("none".to_owned()),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        let several = prop::collection::vec(inner.clone(), 0..6);
        let op = prop::sample::select(vec!["+", "-", "*", "/", "and", "or", "==", "<", "??", "in", "%"]);
        prop_oneof![
            (inner.clone(), op, inner.clone()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
            inner.clone().prop_map(|a| format!("({a})")),
            inner.clone().prop_map(|a| format!("not {a}")),
            inner.clone().prop_map(|a| format!("- {a}")),
            inner.clone().prop_map(|a| format!("(({a}).x)!")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("if {a} then {b} else {c}")),
            several.clone().prop_map(|all| format!("[{}]", all.join(", "))),
            several.clone().prop_map(|all| format!("[\n{}\n]", all.join("\n"))),
            (word(), several.clone()).prop_map(|(name, all)| format!("{name}.call({})", all.join(","))),
            (word(), word(), several.clone()).prop_map(|(name, label, all)| {
                format!("{name}({})", all.iter().map(|one| format!("{label}: {one}\n")).collect::<String>())
            }),
            several.prop_map(|all| {
                format!("{{ {} }}", all.iter().map(|one| format!("\"k\": {one}, ")).collect::<String>())
            }),
            (inner.clone(), inner).prop_map(|(a, b)| format!("match {a} {{ .a, .b => {b}\n.c => {b} }}")),
        ]
    })
}

/// An expression wherever one may stand.
const HOLDERS: &[&str] = &[
    "const c: int = X\n",
    "fn f(a: int = X, b: string) -> int = X\n",
    "task t(a: int = X) -> Metal = X { image: X, env: { A: X } }\n",
    "pipeline p { x = f(a: X) { retries: X } after some_name, other_name\n X\n }\n",
    "pipeline p(a: bool, b: int) -> (c: int = X, d: int) { when X { f(X) } else when X { g() } else { h() }\n }\n",
    "pipeline p { x = when X { f() } else { g(X) }\n for i in X, j in X if X { h() }\n }\n",
    "pipeline p { require X, X\n return (a: X, b: X)\n }\n",
    "test \"t\" { assert X after X, X\n assert X\n return X\n }\n",
];

/// The lines of a script, with margins of all kinds.
fn script() -> impl Strategy<Value = String> {
    let margin = prop::sample::select(vec!["", " ", "    ", "        ", "\t", "\t\t", "    \t", "  \t  "]);
    let rest =
        prop::sample::select(vec!["", "x", "if ~{a.b}; then", "\\~{", "\\\"\"\"", "y  ", "\\", "// no comment", "\té"]);
    prop::collection::vec((margin, rest), 0..7)
        .prop_map(|lines| lines.iter().map(|(margin, rest)| format!("{margin}{rest}\n")).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, rng_seed: RngSeed::Fixed(3), failure_persistence: None, max_shrink_iters: 300, ..ProptestConfig::default() })]

    #[test]
    fn comments_and_blanks_anywhere_stay_and_change_nothing(which in 0..10_000_usize, changes in changes(12)) {
        let text = spoilt(&SMALL[which % SMALL.len()], &changes);
        let after = formatted(&text).expect("it reads");
        holds("spoilt", &text, &after);
    }

    #[test]
    fn comments_anywhere_in_every_form_stay_and_change_nothing(changes in changes(30)) {
        let text = spoilt(EVERY_FORM, &changes);
        let after = formatted(&text).expect("it reads");
        holds("every form", &text, &after);
    }

    #[test]
    fn expressions_of_any_size_keep_their_tree(
        values in prop::collection::vec(expression(), 8), which in 0..HOLDERS.len(), changes in changes(6),
    ) {
        let mut text = HOLDERS[which].to_owned();
        for value in &values {
            text = text.replacen('X', value, 1);
        }
        let text = text.replace('X', "1");
        if reads(&text) {
            let text = spoilt(&text, &changes);
            holds("expression", &text, &formatted(&text).expect("it reads"));
        }
    }

    #[test]
    fn scripts_keep_every_byte(
        lines in script(), first in prop::sample::select(vec!["", "  ", "text"]),
        last in prop::sample::select(vec!["", "    ", "\t", "x"]), returns in any::<bool>(), deep in any::<bool>(),
    ) {
        let field = format!("run: \"\"\"{first}\n{lines}{last}\"\"\"");
        let text = if deep { format!("pipeline p {{ task t {{\n step s {{ {field} }} }}\n}}\n") }
            else { format!("task t {{ image: \"i\"\n{field} }}\n") };
        let text = if returns { text.replace('\n', "\r\n") } else { text };
        if reads(&text) {
            holds("script", &text, &formatted(&text).expect("it reads"));
        }
    }

    #[test]
    fn no_change_to_a_program_makes_it_fall_over(at in 0..100_000_usize, length in 0..30_usize, what in "[a-c(){}\\[\\]\",:=~/\n .]{0,8}") {
        let at = at % EVERY_FORM.len();
        let end = (at + length).min(EVERY_FORM.len());
        let mut text = EVERY_FORM.to_owned();
        text.replace_range(at..end, &what);
        if let Some(after) = formatted(&text) {
            holds("changed", &text, &after);
        }
    }
}
