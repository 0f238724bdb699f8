//! What the writer writes is what every reader reads: YAML 1.1 (PyYAML) and 1.2 (ruamel.yaml).
#![allow(clippy::disallowed_methods, reason = "a test starts python and hands it files")]

use std::process::Command;

use pipec::emit::yaml::{Map, Node, file};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

mod corpus;

/// Reads the documents with both readers and compares them with the JSON beside them.
const READER: &str = r#"
import json, sys
try:
    import yaml
    from ruamel.yaml import YAML
except ImportError as missing:
    sys.exit(f"this test needs the python packages PyYAML and ruamel.yaml: {missing}")
folder, reader = sys.argv[1], sys.argv[2]
text = open(f"{folder}/documents.yaml", encoding="utf-8", newline="").read()
expected = json.load(open(f"{folder}/expected.json", encoding="utf-8"))
if reader == "1.1":
    documents = list(yaml.load_all(text, Loader=yaml.SafeLoader))
else:
    documents = list(YAML(typ="safe", pure=True).load_all(text))
wrong = [(want, got) for want, got in zip(expected, documents) if want != got or repr(want) != repr(got)]
for want, got in wrong[:5]:
    print(f"wrote {want!r}\nread  {got!r}")
if wrong or len(documents) != len(expected):
    sys.exit(f"YAML {reader}: {len(wrong)} of {len(expected)} wrong, {len(documents)} documents read")
"#;

/// As a value, as an item, as a nested item, deep, and as a key.
fn document(text: &str) -> (Node, serde_json::Value) {
    let own = || Node::from(text.to_owned());
    let node = Map::new()
        .with("value", own())
        .with("list", vec![own(), own()])
        .with("nested", vec![Node::from(vec![own()]), Map::new().with("in", own()).with("after", "x").into()])
        .with("deep", Map::new().with("er", Map::new().with("est", own())))
        .with("keys", Map::new().with(text.to_owned(), own()).with(format!("{text}~"), vec![own()]))
        .with("end", true);
    let json = serde_json::json!({
        "value": text, "list": [text, text], "nested": [[text], {"in": text, "after": "x"}],
        "deep": {"er": {"est": text}}, "keys": {text: text, format!("{text}~"): [text]}, "end": true,
    });
    (node.into(), json)
}

fn assert_read_back(texts: &[String], reader: &str) {
    let (nodes, expected): (Vec<_>, Vec<_>) = texts.iter().map(|text| document(text)).unzip();
    let folder = tempfile::tempdir().expect("a directory for the test");
    std::fs::write(folder.path().join("documents.yaml"), file("a test", &nodes)).expect("written");
    std::fs::write(folder.path().join("expected.json"), serde_json::json!(expected).to_string()).expect("written");
    let out = Command::new("python3").args(["-c", READER]).arg(folder.path()).arg(reader).output();
    let out = out.expect("this test needs `python3` in the PATH");
    let said = [out.stdout, out.stderr].concat();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&said));
}

fn random_texts() -> Vec<String> {
    let nasty = prop::sample::select(corpus::PARTS).prop_map(str::to_owned);
    let any = any::<char>().prop_map(String::from);
    let text = prop::collection::vec(prop_oneof![4 => nasty, 1 => any], 0..12).prop_map(|parts| parts.concat());
    let mut runner = TestRunner::deterministic();
    (0..2000).map(|_| text.new_tree(&mut runner).expect("no filter refuses").current()).collect()
}

fn chosen_texts() -> Vec<String> {
    corpus::texts()
}

#[test]
fn chosen_texts_are_read_back_by_a_1_1_reader() {
    assert_read_back(&chosen_texts(), "1.1");
}

#[test]
fn chosen_texts_are_read_back_by_a_1_2_reader() {
    assert_read_back(&chosen_texts(), "1.2");
}

#[test]
fn random_texts_are_read_back_by_a_1_1_reader() {
    assert_read_back(&random_texts(), "1.1");
}

#[test]
fn random_texts_are_read_back_by_a_1_2_reader() {
    assert_read_back(&random_texts(), "1.2");
}

/// What both readers above take for a string may still be a number to a third one: only the safe alphabet is plain.
#[test]
fn nothing_outside_the_safe_alphabet_is_plain() {
    for text in chosen_texts() {
        let written = file("", &[Map::new().with("k", text.clone()).into()]);
        let written = written.strip_prefix("k: ").expect("the key");
        if !written.starts_with(['"', '|']) {
            let safe = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
            assert!(written.trim_end().chars().all(safe) && text.len() > 1, "{written}");
            assert!(!corpus::WORDS.iter().any(|word| word.eq_ignore_ascii_case(&text)), "{written}");
        }
    }
}

#[test]
fn the_layout_is_that_of_kubectl() {
    let step = Map::new().with("name", "run").with("script", "#!/bin/sh\necho \"a\"\n\nexit 0\n");
    let node = Map::new()
        .with("apiVersion", "tekton.dev/v1")
        .with("empty", Map::new())
        .with("none", Vec::<Node>::new())
        .with("steps", vec![Node::from(step), Map::new().with("name", "yes").with("n", 1i64).into()])
        .with("lists", vec![vec!["a", "1.10"], vec!["b"]])
        .with("open", "a\nb")
        .with("kept", "a\nb\n\n");
    insta::assert_snapshot!(file("made by\n\na test", &[node.into(), Map::new().with("second", true).into()]), @r#"
    # made by
    #
    # a test
    apiVersion: tekton.dev/v1
    empty: {}
    none: []
    steps:
    - name: run
      script: |
        #!/bin/sh
        echo "a"

        exit 0
    - name: "yes"
      "n": 1
    lists:
    - - a
      - "1.10"
    - - b
    open: |-
      a
      b
    kept: |+
      a
      b

    ---
    second: true
    "#);
}

#[test]
fn a_comment_cannot_end_itself() {
    let text = file("a\rb: 1\u{85}c\u{2028}d  ", &[Map::new().with("k", "v").into()]);
    assert_eq!(text, "# a\u{fffd}b: 1\u{fffd}c\u{fffd}d\nk: v\n");
}
