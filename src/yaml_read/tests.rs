use proptest::prelude::*;

use super::{Key, Node, Yaml, read, read_all};
use crate::diag::Diagnostics;
use crate::source::{FileId, Sources};

/// The tree as text: every value with what it stands on in the source.
fn show(text: &str) -> String {
    let mut out = Diagnostics::default();
    let node = read(FileId(0), text, &mut out);
    let faults = out.iter().map(|one| {
        let places = one.labels.iter().map(|label| &text[label.span.start as usize..label.span.end as usize]);
        format!("{} @ {:?}", one.message, places.collect::<Vec<_>>())
    });
    let faults = faults.collect::<Vec<_>>().join("\n");
    assert_eq!(node.is_none(), !faults.is_empty(), "{faults}");
    node.map_or(faults, |node| value(&node, text))
}

fn value(node: &Node, text: &str) -> String {
    match &node.value {
        Yaml::Null => "null".to_owned(),
        Yaml::Bool(value) => value.to_string(),
        Yaml::Int(value) => value.to_string(),
        Yaml::Float(value) => format!("float {value}"),
        Yaml::Text { text, plain } => format!("{}{text:?}", if *plain { "plain " } else { "" }),
        Yaml::List(nodes) => format!("[{}]", nodes.iter().map(|one| value(one, text)).collect::<Vec<_>>().join(", ")),
        Yaml::Map(entries) => {
            let entries = entries.iter().map(|(Key { text: key, span }, node)| {
                let written = &text[span.start as usize..span.end as usize];
                assert_eq!(written.trim_matches(['"', '\'']), key);
                format!("{key}: {}", value(node, text))
            });
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

#[test]
fn scalars_are_read_by_the_core_schema_and_bools_narrowly() {
    let text = "[true, false, True, yes, 'true', 12, -3, +4, 007, 0o14, 0x1F, 0x, 1.10, 1e3, .5, 5., ., 1e, .inf, .nan, -, +, e12, 1_000]";
    let read = "[true, false, plain \"True\", plain \"yes\", \"true\", 12, -3, 4, 7, 12, 31, plain \"0x\", float 1.10, \
                float 1e3, float .5, float 5., plain \".\", plain \"1e\", float .inf, float .nan, plain \"-\", plain \"+\", plain \"e12\", plain \"1_000\"]";
    assert_eq!(show(&text.replace("-, ", "'-', ")), read.replace("plain \"-\"", "\"-\""));
    assert_eq!(show("99999999999999999999"), "float 99999999999999999999");
    assert_eq!(show("[~, null, NULL, nULL]"), "[null, null, null, plain \"nULL\"]");
}

#[test]
fn an_empty_text_is_null() {
    assert_eq!(show(""), "null");
    assert_eq!(show("# nothing\n"), "null");
    assert_eq!(show("---\n"), "null");
}

#[test]
fn a_parameter_file_is_read_in_order() {
    let text = "# job\nversion: \"42.1\"\nupload: yes\nclouds:\n- aws\n- gcp\nnote: |\n  one\n  two\nempty:\nneeds: {cpu: 2}\n";
    assert_eq!(
        show(text),
        "{version: \"42.1\", upload: plain \"yes\", clouds: [plain \"aws\", plain \"gcp\"], note: \"one\\ntwo\\n\", \
         empty: null, needs: {cpu: 2}}"
    );
}

#[test]
fn json_is_read() {
    let text = "{\n\t\"a\": [1, 2.5, null],\r\n\t\"b\": \"x\\u00e9\\/\\ud83d\\ude42\",\n\t\"c\": {}, \"d\":[]}\n";
    assert_eq!(show(text), "{a: [1, float 2.5, null], b: \"x\u{e9}/\u{1f642}\", c: {}, d: []}");
    let long = format!("{{\"a\": \"{}\"}}", "x".repeat(100_000));
    assert_eq!(show(&long), format!("{{a: \"{}\"}}", "x".repeat(100_000)));
}

#[test]
fn spans_end_where_the_value_ends() {
    let text = "list:\n  - a\n  - b\n\n\nblock: |\n  x\n\nnext: [1,\n 2]\n";
    let mut out = Diagnostics::default();
    let mut sources = Sources::default();
    let id = sources.add("p.yaml", text);
    let Some(Node { value: Yaml::Map(entries), span }) = read(id, text, &mut out) else {
        panic!("{out:?}");
    };
    let texts: Vec<_> = entries.iter().map(|(_, node)| sources.text(node.span)).collect();
    assert_eq!(texts, ["- a\n  - b", "x", "[1,\n 2]"]);
    assert_eq!(sources.text(span), text.trim_end());
}

#[test]
fn what_cannot_be_told_apart_is_refused() {
    assert_eq!(show("a: 1\nb: 2\na: 3\na: 4"), "the key `a` is given twice @ [\"a\", \"a\"]\n".repeat(2).trim_end());
    assert_eq!(show("a: 1\n---\nb: 2\n"), "a second document starts here @ [\"---\"]");
    assert_eq!(
        show("a: &x 1\nb: *x\nc: *y\n"),
        "an anchor names a value here @ [\"&x\"]\n\
         an alias stands for a value that is elsewhere @ [\"*x\"]\n\
         an alias stands for a value that is elsewhere @ [\"*y\"]"
    );
    assert_eq!(show("a: !!str 1"), "a tag `!!str` stands before a value @ [\"!!str\"]");
    assert_eq!(show("<<: {a: 1}"), "a merge key `<<` is not read @ [\"<<\"]");
    assert_eq!(show("{[a, b]: 1}"), "a list or map stands where a key belongs @ [\"[a, b]\"]");
    assert_eq!(show("*x : 1"), "an alias stands for a value that is elsewhere @ [\"*x\"]");
}

#[test]
fn a_syntax_error_has_its_place() {
    let found = show("a: 1\nb: [1, 2\nc: 3\n");
    assert!(found.starts_with("this is not YAML: "), "{found}");
    assert_eq!(show("a: @x"), "this is not YAML: unexpected character: `@` @ [\"@\"]");
}

#[test]
fn depth_is_limited() {
    for text in ["[".repeat(100_000), "- ".repeat(100_000), "{a: ".repeat(100_000)] {
        assert!(show(&text).starts_with("this is not YAML"), "{}", show(&text));
    }
    assert_eq!(
        show(&format!("{}1{}", "[".repeat(60), "]".repeat(60))),
        format!("{}1{}", "[".repeat(60), "]".repeat(60))
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        show(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_yaml_like_text_makes_it_panic(parts in proptest::collection::vec(proptest::sample::select(PARTS), 0..30)) {
        spans_nest(&parts.concat());
    }
}

const PARTS: &[&str] = &[
    "a",
    "b",
    ": ",
    ":",
    "- ",
    "-",
    "? ",
    "\n",
    "\n  ",
    "\n\t",
    " ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "'",
    "\"",
    "|",
    ">",
    "|2-",
    "&x ",
    "*x",
    "!t ",
    "!!str ",
    "---",
    "...",
    "%YAML 1.2",
    "# c",
    "\r\n",
    "\r",
    "é",
    "\u{feff}",
    "\u{85}",
    "\0",
    "<<",
    "yes",
    "\\u00e9",
    "~",
];

/// Every value lies inside the one that holds it.
fn spans_nest(text: &str) {
    let mut out = Diagnostics::default();
    let node = read(FileId(0), text, &mut out);
    for label in out.iter().flat_map(|one| &one.labels) {
        assert!(text.get(label.span.start as usize..label.span.end as usize).is_some(), "{text:?} {out:?}");
    }
    if let Some(node) = node {
        inside(&node, text);
    }
}

fn inside(node: &Node, text: &str) {
    assert!(text.get(node.span.start as usize..node.span.end as usize).is_some(), "{text:?} {node:?}");
    let holds = |inner: crate::source::Span| {
        assert!(node.span.start <= inner.start && inner.end <= node.span.end, "{text:?} {node:?}");
    };
    match &node.value {
        Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) | Yaml::Text { .. } => {}
        Yaml::List(nodes) => nodes.iter().for_each(|one| {
            holds(one.span);
            inside(one, text);
        }),
        Yaml::Map(entries) => entries.iter().for_each(|(key, one)| {
            holds(key.span);
            holds(one.span);
            inside(one, text);
        }),
    }
}

/// Every document of a text as other tools write them.
fn show_all(text: &str) -> String {
    let mut out = Diagnostics::default();
    let nodes = read_all(FileId(0), text, &mut out);
    let faults = out.iter().map(|one| format!("! {}", one.message));
    nodes.iter().map(|node| value(node, text)).chain(faults).collect::<Vec<_>>().join("\n")
}

#[test]
fn several_documents_are_read_with_their_anchors() {
    assert_eq!(show_all("a: 1\n---\nb: 2\n"), "{a: 1}\n{b: 2}");
    assert_eq!(show_all("---\n---\na: 1\n...\n"), "null\n{a: 1}");
    assert_eq!(show_all("a: &x [1]\nb: *x\n"), "{a: [1], b: [1]}");
    assert_eq!(show_all("a: &x {c: 1}\nb:\n  <<: *x\n  d: 2\n"), "{a: {c: 1}, b: {d: 2, c: 1}}");
    assert_eq!(show_all("a: &x {c: 1}\nb: {<<: [*x], c: 3}\n"), "{a: {c: 1}, b: {c: 3}}");
    assert_eq!(show_all("a: !!str 1\nb: !x 2\n"), "{a: \"1\", b: 2}");
}

#[test]
fn what_is_before_a_fault_is_read() {
    assert!(
        show_all("a: 1\n---\nb: [\n").starts_with("{a: 1}\n! this is not YAML"),
        "{}",
        show_all("a: 1\n---\nb: [\n")
    );
    assert_eq!(show_all("a: 1\na: 2\n"), "{a: 1, a: 2}\n! the key `a` is given twice");
    assert_eq!(show_all("a: *x\n"), "{a: null}\n! an alias stands for a value that is nowhere above");
    assert_eq!(
        show_all("a: &x 1\n---\nb: *x\n"),
        "{a: 1}\n{b: null}\n! an alias stands for a value that is nowhere above"
    );
}

/// Ten of ten of ten: nine lines that would be a thousand million values.
#[test]
fn aliases_do_not_fill_the_memory() {
    let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for at in 1..9 {
        let all = vec![format!("*a{}", at - 1); 10].join(",");
        text += &format!("a{at}: &a{at} [{all}]\n");
    }
    let mut out = Diagnostics::default();
    read_all(FileId(0), &text, &mut out);
    assert!(out.iter().any(|one| one.message == "aliases stand for too many values"));
}
