//! What holds for every text.

use pipec::syntax::ast::{ExprKind, Item, Part};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::{FCOS, names, program, read, said, sound};

/// Statements and items, each with some ways to spoil it.
const UNITS: &[(&str, &[(&str, &str)])] = &[
    ("    src = f(a, b: 2)\n", &[("(a,", "(a a,"), ("2)", "2"), ("= f", "= = f"), ("f(", "f"), (")", "))")]),
    ("    when a == b {\n        x = g()\n    }\n", &[("when", "whem"), ("g()", "g(("), ("    }", ""), ("==", "=")]),
    (
        "    task t {\n        image: \"i\"\n        run: \"\"\"\n            make ~{a}\n        \"\"\"\n    } after x\n",
        &[("image:", "image"), ("\"i\"", "\"i"), ("~{a}", "~{a"), ("~{a}", "~{a b}"), ("after", "atfer"), (" {", "")],
    ),
    (
        "    for i in [1, 2] {\n        h(i)\n    }\n",
        &[("in [", "of ["), ("2]", "2"), ("h(i)", "h(i"), ("i in", "in in")],
    ),
    ("    require a > 1, \"m\"\n", &[("a > 1", "a > 1 2"), ("\"m\"", "\"m"), ("require", "requrie"), ("1,", "1.0,")]),
    ("    y = t.out + 512Mi\n", &[("512Mi", "512Mb"), ("+", "+ *"), ("t.out", "t."), ("y =", "Y =")]),
    ("    finally {\n        n(outcome)\n    }\n", &[("finally", "finaly"), ("(outcome)", "(outcome]"), ("n(", "n[")]),
    (
        "    z = k() { retries: 1 } after y\n",
        &[("retries:", "retries"), ("1 }", "1"), ("{ r", "r"), ("k()", "k(\"\\q\")")],
    ),
];
const ITEMS: &[(&str, &[(&str, &str)])] = &[
    ("enum E { a, b = \"c\" }\n", &[("{ a", "{ a a"), ("\"c\"", "\"c"), ("{", "("), ("enum", "enumm")]),
    ("record R {\n    a: string\n    b: int = 1\n}\n", &[("a:", "a"), ("= 1", "="), ("}", ""), ("int", "int int")]),
    ("const c: int = (1 + 2)\n", &[(": int", ""), ("2)", "2"), ("1 +", "1"), ("(1", "((1")]),
    (
        "task u(a: int) -> (b: string) {\n    image: \"i\"\n}\n",
        &[("a: int", "a int"), ("-> (b", "-> b"), ("\n}", ""), (") ->", " ->")],
    ),
];

fn program(order: &[(usize, Option<usize>)], items: &[(usize, Option<usize>)]) -> (String, usize) {
    let mut faults = 0;
    let mut spoil = |units: &[(&str, &[(&str, &str)])], which: usize, fault: Option<usize>| {
        let (text, ways) = units[which % units.len()];
        fault.map_or(text.to_owned(), |fault| {
            faults += 1;
            let (from, to) = ways[fault % ways.len()];
            assert!(text.contains(from), "{from} is not in {text}");
            text.replacen(from, to, 1)
        })
    };
    let mut text = String::from("pipeline p(a: int) {\n");
    text.extend(order.iter().map(|(which, fault)| spoil(UNITS, *which, *fault)));
    text.push_str("}\n\n");
    text.extend(items.iter().map(|(which, fault)| spoil(ITEMS, *which, *fault) + "\n"));
    (text, faults)
}

fn units() -> impl Strategy<Value = Vec<(usize, Option<usize>)>> {
    prop::collection::vec((0..8_usize, prop::option::weighted(0.3, 0..8_usize)), 1..12)
}

/// Pieces of programs in any order.
fn soup() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "pipeline", "task", "when", "for", "in", "if", "then", "else", "match", "not", "and", "a", "b1", "T", "1",
        "2Gi", "\"", "\"\"\"", "~{", "}", "{", "(", ")", "[", "]", ",", ".", ":", "=", "==", "=>", "->", "!", "?",
        "??", "+", "-", "/", "//", "///", "\\", "\n", "\r\n", " ", "    ", "\t", "after", "step", "enum", "record",
        "use", "const", "é", "\u{a0}", "\u{0}", "\u{feff}", "\n}", "\n    ", "f(", "x = ", "run: ",
    ]);
    prop::collection::vec(words, 0..120).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn every_fault_is_reported_and_hardly_anything_else(order in units(), items in units()) {
        let (text, faults) = program(&order, &items);
        let (_, out) = read(&text);
        prop_assert!((faults..=faults + 1).contains(&out.len()), "{faults} faults\n{text}\n{}", said(&text, &out));
    }

    #[test]
    fn no_text_makes_it_fall_over(text in soup()) {
        read(&text);
    }

    #[test]
    fn no_characters_make_it_fall_over(text in "\\PC{0,200}") {
        read(&text);
    }

    #[test]
    fn no_change_to_a_program_makes_it_fall_over(at in 0..FCOS.len(), length in 0..40_usize, what in soup()) {
        let end = (at + length).min(FCOS.len());
        if FCOS.is_char_boundary(at) && FCOS.is_char_boundary(end) {
            let text = format!("{}{what}{}", &FCOS[..at], &FCOS[end..]);
            let (file, out) = read(&text);
            // A span is a piece of the text, whatever the text.
            for one in out.iter().flat_map(|one| &one.labels) {
                prop_assert!(text.get(one.span.start as usize..one.span.end as usize).is_some(), "{one:?}");
            }
            for (name, start, end) in names(&file) {
                let escaped = name.contains('\\');
                prop_assert!(escaped || text.get(start..end) == Some(name.as_str()), "{}", name);
            }
        }
    }

    #[test]
    fn what_is_reported_does_not_depend_on_the_time(text in soup()) {
        let all = |text: &str| format!("{:?}", read(text).1);
        prop_assert_eq!(all(&text), all(&text));
    }

    #[test]
    fn a_literal_knows_where_each_character_stands(
        lines in prop::collection::vec("[ \t]{0,3}[a-zé$ ]{0,6}(\\\\~\\{|\\\\\"\"\"|\\\\n|~\\{v\\})?[a-z✓\\\\]{0,3}", 0..6),
        block in any::<bool>(),
        windows in any::<bool>(),
    ) {
        let newline = if windows { "\r\n" } else { "\n" };
        let string = if block {
            let body: String = lines.iter().map(|line| format!("    {line}{newline}")).collect();
            format!("\"\"\"{newline}{body}    \"\"\"")
        } else {
            format!("\"{}\"", lines.concat().replace("\\\"\"\"", "\\\"").replace('\t', " "))
        };
        let text = format!("const a: string = {string}{newline}");
        let (file, _) = read(&text);
        let Some(Item::Const(item)) = file.items.first() else { return Ok(()) };
        let ExprKind::Text(found) = &item.value.kind else { return Ok(()) };
        for part in &found.parts {
            let Part::Literal(literal) = part else { continue };
            prop_assert_eq!(literal.map[0].0, 0);
            prop_assert!(literal.map.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1));
            let mut in_escape = 0_usize;
            for (cooked, character) in literal.text.char_indices() {
                let source = &text[literal.locate(u32::try_from(cooked).unwrap()) as usize..];
                // What follows the first character of an escape stands for more than it says.
                if in_escape > 0 {
                    in_escape -= 1;
                } else if source.starts_with('\\') && !(block && character == '\\') {
                    in_escape = if source.starts_with("\\~{") { 1 } else if block { 2 } else { 0 };
                } else {
                    prop_assert!(source.starts_with(character), "{character:?} at {cooked} is {source:?}");
                }
            }
        }
    }
}

#[test]
fn no_beginning_of_a_program_makes_it_fall_over() {
    for at in (0..FCOS.len()).filter(|at| FCOS.is_char_boundary(*at)) {
        read(&FCOS[..at]);
    }
}

#[test]
fn the_span_of_a_name_is_the_name() {
    for text in [FCOS.to_owned(), program::generate(50), format!("\u{feff}// é\r\n{FCOS}")] {
        let found = names(&sound(&text));
        assert!(found.len() > 100);
        for (name, start, end) in found {
            assert_eq!(&text[start..end], name);
        }
    }
}

#[test]
fn what_nests_too_deep_is_an_error_and_no_crash() {
    let n = 10_000;
    let r = |text: &str| text.repeat(n);
    let table = [
        format!("const a: int = {}1{}\n", r("("), r(")")),
        format!("const a: int = {}\n", r("(")),
        format!("const a: int = {}1{}\n", r("["), r("]")),
        format!("const a: int = {}1{}\n", r("{a: "), r("}")),
        format!("const a: int = {}1{}\n", r("f("), r(")")),
        format!("const a: int = {}1{}\n", r("match("), r(")")),
        format!("const a: {}int{} = 1\n", r("["), r("]")),
        format!("const a: int = {}1\n", r("not ")),
        format!("const a: int = {}1\n", r("-")),
        format!("const a: int = {}1\n", r("1 + ")),
        format!("const a: int = a{}\n", r(".b")),
        format!("const a: int = {}1\n", r("if a then b else ")),
        format!("const a: int = {}1\n", r("if ")),
        format!("const a: string = {}1{}\n", r("\"~{"), r("}\"")),
        format!("pipeline p() {{\n{}{}}}\n", r("when a {\n"), r("}\n")),
        format!("pipeline p() {{\n{}{}}}\n", r("x = when a {\n"), r("}\n")),
        format!("pipeline p() {{\n    when a {{ }}{}\n}}\n", r(" else when a { }")),
        format!("pipeline p() {{\n    task t {{\n{}{}}}\n}}\n", r("step s {\n"), r("}\n")),
        format!("pipeline p() {{\n{}\n", r("when a {\n")),
    ];
    for text in table {
        let (_, out) = read(&text);
        let deep = out.iter().any(|one| one.code.id() == "P0104");
        assert!(deep, "{}…\n{}", &text[..60], said(&text, &out).chars().take(400).collect::<String>());
        assert!(out.len() < 5, "{}…: {} reports", &text[..60], out.len());
    }
}

#[test]
fn as_deep_as_is_allowed_is_read() {
    let r = |text: &str| text.repeat(120);
    for text in [
        format!("const a: int = {}1{}\n", r("("), r(")")),
        format!("const a: int = {}1{}\n", r("["), r("]")),
        format!("const a: int = {}1{}\n", r("f("), r(")")),
        format!("const a: int = {}1{}\n", r("{ a: "), r(" }")),
        format!("const a: int = {}1{}\n", r("match a { .b => "), r(" }")),
        format!("const a: {}int{} = 1\n", r("["), r("]")),
        format!("pipeline p() {{\n{}{}}}\n", r("when a {\n"), r("}\n")),
    ] {
        sound(&text);
    }
}
