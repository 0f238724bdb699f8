//! Small faults: one report each, at the right place, and the neighbours are read.

#![allow(clippy::print_stderr, reason = "a table says all that is wrong with it, not the first only")]

use pipec::diag::Diagnostics;
use pipec::diag::code::CODES;
use pipec::syntax::ast::{Field, Item, Stmt};

use super::{pipeline, read, said};

/// `«` stands before the place of the fault.
fn marked(text: &str) -> (String, usize) {
    (text.replacen('«', "", 1), text.find('«').expect("a place is marked"))
}

/// Whether there is that one report; says what there is on the test's output.
fn is_one(text: &str, out: &Diagnostics, code: &str, at: usize) -> bool {
    let found: Vec<_> = out.iter().map(|one| (one.code.id(), one.span().map(|span| span.start as usize))).collect();
    if found != [(code, Some(at))] {
        eprintln!("{text}\nfound {found:?}, not {code} at {at}\n{}", said(text, out));
        return false;
    }
    let one = out.iter().next().expect("there is one");
    assert!(one.labels.iter().all(|label| !label.text.is_empty()), "a label without words: {one:?}");
    let all = format!("{} {:?} {:?}", one.message, one.labels, one.help);
    assert!(!all.contains('_') || text.contains('_') || all.contains("snake_case"), "the name of a rule: {all}");
    true
}

const STATEMENTS: &[(&str, &str)] = &[
    ("P0101", "x = f(a «b)"),
    ("P0101", "task t «after y { image: \"a/b:1\", run: \"true\" }"),
    ("P0101", "x = «for y in [1] { f(y) }"),
    ("P0101", "x = «for y in [1] { a = f(y)\n        g(a) }"),
    ("P0101", "x = f() «afer y"),
    ("P0101", "x = a «&& b"),
    ("P0101", "x = a «|| b"),
    ("P0101", "x = «!a"),
    ("P0101", "x = «'a'"),
    ("P0101", "x = f()«;"),
    ("P0101", "x = f(a, «, b)"),
    ("P0101", "x = a +«"),
    ("P0101", "x =«"),
    ("P0101", "x = a «? b : c"),
    ("P0101", "x = if a then b«"),
    ("P0101", "x = if a«"),
    ("P0101", "x = a «then b"),
    ("P0101", "x = a < b «< c"),
    ("P0101", "x = a\n        «or b"),
    ("P0101", "x = match a { «b => c }"),
    ("P0101", "x = match a { .b «c }"),
    ("P0101", "x = \"~{a +«}\""),
    ("P0101", "x = \"«~{}\""),
    ("P0101", "x = f(a: «)"),
    ("P0101", "x = { a: 1 «b: 2 }"),
    ("P0101", "x = [a «b]"),
    ("P0101", "x = a.«1"),
    ("P0101", "x = f() after«"),
    ("P0101", "x = f() { «3: 4 }"),
    ("P0101", "«whem a { f() }"),
    ("P0101", "when «{ f() }"),
    ("P0103", "when a f() «}"),
    ("P0101", "«fro x in y { f() }"),
    ("P0101", "for x «of y { f() }"),
    ("P0101", "stage «{ f() }"),
    ("P0101", "stage one «two { f() }"),
    ("P0101", "«finaly { f() }"),
    ("P0101", "finally «x { f() }"),
    ("P0101", "«requires a, \"b\""),
    ("P0101", "require«"),
    ("P0101", "require a,«"),
    ("P0101", "exclusive«"),
    ("P0101", "workspace «{ size: 1Gi }"),
    ("P0101", "workspace srv { size «1Gi }"),
    ("P0101", "return (a: x) «y"),
    ("P0101", "target tekton { «= 3 }"),
    ("P0101", "when a { f() } «f()"),
    ("P0101", "when a { f() } else«"),
    ("P0101", "«else { f() }"),
    ("P0101", "«@@@"),
    ("P0101", "x =« f()"),
    ("P0102", "x = f(«\"abc)"),
    ("P0103", "x = f«(a, b"),
    ("P0103", "x = f(a, [b«)"),
    ("P0103", "x = f(a)«)"),
    ("P0103", "x = f«[a"),
    ("P0103", "when a «{"),
    ("P0103", "when a { f() }«}"),
    ("P0103", "x = \"«~{a\""),
    ("P0105", "«aB = f()"),
    ("P0106", "x = \"a«\\qb\""),
    ("P0106", "x = \"a«\\u{110000}b\""),
    ("P0106", "x = \"a«\\u12b\""),
    ("P0107", "x = «1.5Gi"),
    ("P0107", "x = «5x"),
    ("P0107", "x = «30min1h"),
    ("P0107", "x = «99999999999999999999"),
    ("P0107", "x = «010"),
    ("P0107", "x = «9999999999Ti"),
    ("P0109", "«match = f()"),
    ("P0109", "x = a + «when"),
    ("P0109", "x = f(«or)"),
    ("P0109", "for «in in a { f() }"),
];

#[test]
fn a_fault_in_a_statement_is_one_report_and_leaves_its_neighbours() {
    let mut faults = 0;
    for (code, statement) in STATEMENTS.iter().copied() {
        let statement = if code == "P0101" && statement.contains("=« f()") {
            // A blank that only looks like one.
            "x =«\u{a0}f()"
        } else {
            statement
        };
        let program =
            format!("pipeline p() {{\n    first = f()\n    {statement}\n    last = f()\n}}\n\nenum After {{ a }}\n");
        let (text, at) = marked(&program);
        let (file, out) = read(&text);
        let at = if code == "P0101" { at + blanks(&text, at) } else { at };
        faults += usize::from(!is_one(&text, &out, code, at));
        assert!(matches!(file.items.as_slice(), [Item::Pipeline(_), Item::Enum(_)]), "{text}{:?}", file.items);
        let body = &pipeline(&file).body;
        for (stmt, wanted) in [(body.first(), "first"), (body.last(), "last")] {
            let found = if let Some(Stmt::Bind { name, .. }) = stmt { &*name.text } else { "" };
            assert_eq!(found, wanted, "\n{text}\n{body:#?}");
        }
    }
    assert_eq!(faults, 0);
}

/// Where a word was expected and a blank stands, the report is at what follows, unless the line ends.
fn blanks(text: &str, at: usize) -> usize {
    let line = text[at..].lines().next().unwrap_or_default();
    if line.trim_matches(' ').is_empty() { 0 } else { line.len() - line.trim_start_matches(' ').len() }
}

#[test]
fn a_fault_in_a_field_is_one_report_and_leaves_its_neighbours() {
    let table = [
        ("P0101", "timeout «5h"),
        ("P0101", "timeout: 5h «6h"),
        ("P0101", "timeout:«"),
        ("P0101", "needs: { cpu «2 }"),
        ("P0101", "«stp build { run: \"a\" }"),
        ("P0101", "step «{ run: \"a\" }"),
        ("P0101", "step build«"),
        ("P0101", "step build { run «\"a\" }"),
        ("P0102", "lock: «\"a"),
        ("P0103", "needs: «{ cpu: 2"),
        ("P0103", "needs: { cpu: (2 «}"),
        ("P0103", "step build «{"),
        ("P0107", "timeout: «5hours"),
        ("P0105", "step «Build { run: \"a\" }"),
        ("P0110", "run: \"\"\"\n            a\n   «b\n        \"\"\""),
    ];
    let mut faults = 0;
    for (code, field) in table {
        let program = format!(
            "task t() {{\n        image: \"a\"\n        {field}\n        workdir: src\n}}\n\npipeline p() {{\n    f()\n}}\n"
        );
        let (text, at) = marked(&program);
        let (file, out) = read(&text);
        faults += usize::from(!is_one(&text, &out, code, at));
        let Some(Item::Task(task)) = file.items.first() else { panic!("{text}{:?}", file.items) };
        let labels: Vec<_> = [task.body.first(), task.body.last()].into_iter().map(label).collect();
        assert_eq!(labels, ["image", "workdir"], "\n{text}\n{task:#?}");
        assert_eq!(pipeline(&file).body.len(), 1);
    }
    assert_eq!(faults, 0);
}

fn label(field: Option<&Field>) -> &str {
    if let Some(Field::Value { name, .. }) = field { &name.text } else { "" }
}

#[test]
fn a_fault_in_an_item_is_one_report_and_leaves_its_neighbours() {
    let table = [
        ("P0101", "«pipline p() { f() }"),
        ("P0101", "«what is this"),
        ("P0101", "«x = f()"),
        ("P0101", "use «3"),
        ("P0101", "use std.«"),
        ("P0101", "enum «{ a }"),
        ("P0101", "enum E { a «b }"),
        ("P0101", "enum E { a, b = «c }"),
        ("P0101", "record R { a «}"),
        ("P0101", "record R { a: «}"),
        ("P0101", "record R { a: string, b: int =« }"),
        ("P0101", "type T «string"),
        ("P0101", "type T = string «match \"a\""),
        ("P0101", "artifact A «require B"),
        ("P0101", "command «cosa makes A"),
        ("P0101", "command \"cosa\" «makess A"),
        ("P0101", "const a «= 3"),
        ("P0101", "const a: int«"),
        ("P0101", "fn f(a: int) «= 3"),
        ("P0101", "fn f(a: int) -> int«"),
        ("P0101", "task t(a «int) { image: \"a\" }"),
        ("P0101", "task t() -> «{ image: \"a\" }"),
        ("P0101", "task t()«"),
        ("P0101", "task t() { image: \"a\" } after «x"),
        ("P0101", "pipeline p(a: T?«?) { f() }"),
        ("P0101", "pipeline «(a: int) { f() }"),
        ("P0101", "pipeline p() { f() } «junk"),
        ("P0102", "const a: string = «\"abc"),
        ("P0102", "const a: string = «\"\"\"\n    abc"),
        ("P0103", "enum E «{ a, b"),
        ("P0103", "pipeline p() «{\n    x = f()"),
        ("P0103", "pipeline p() {\n    x = f()\n}\n«}"),
        ("P0103", "pipeline p«(a: int {\n    x = f()\n}"),
        ("P0104", &format!("const a: int = {}«{}", "(".repeat(128), "(".repeat(9) + "1" + &")".repeat(137))),
        ("P0105", "enum «stream_type { a }"),
        ("P0105", "enum E { «Aa }"),
        ("P0105", "const «A: int = 3"),
        ("P0105", "task «buildAll() { image: \"a\" }"),
        ("P0105", "artifact «ostree"),
        ("P0109", "const «true: bool = false"),
        ("P0109", "fn f(«if: int) -> int = 3"),
        ("P0101", "test «name {\n    assert true\n}"),
        ("P0101", "test \"a\" {\n    assert after «b\n}"),
        ("P0101", "test \"a\" {\n    expect error «P0401 in { a = f() }\n}"),
        ("P0103", "test \"a\" «{\n    assert true"),
        ("P0101", "extern «record scan(a: int) -> (b: string) { a: 1 }"),
        ("P0101", "use std.cosa as« "),
        ("P0101", "use std.cosa.{ build«: 1 }"),
        ("P0105", "use std.cosa as «Cosa"),
        ("P0101", "«\u{1}"),
    ];
    let mut faults = 0;
    for (code, item) in table {
        let (text, at) = marked(&format!("enum Before {{ a }}\n\n{item}\n\nenum After {{ a }}\n"));
        let (file, out) = read(&text);
        let at = at + blanks(&text, at);
        faults += usize::from(!is_one(&text, &out, code, at));
        let ends = [file.items.first(), file.items.last()];
        assert!(matches!(ends, [Some(Item::Enum(_)), Some(Item::Enum(_))]), "\n{text}\n{:#?}", file.items);
    }
    assert_eq!(faults, 0);
}

#[test]
fn several_faults_in_one_task_are_all_reported() {
    let text = "task t(a int, b: , c: int) -> (d: string) {\n    image \"a\"\n    run: 3 +\n    timeout: f(1,\n    lock: \"x\n    env: { A: 1 B: 2 }\n}\n";
    let (file, out) = read(text);
    let codes: Vec<_> = out.iter().map(|one| one.code.id()).collect();
    assert_eq!(codes, ["P0101", "P0101", "P0101", "P0101", "P0103", "P0102", "P0101"], "{}", said(text, &out));
    let Some(Item::Task(task)) = file.items.first() else { panic!("{:?}", file.items) };
    let params: Vec<_> = task.params.iter().map(|param| &*param.name.text).collect();
    assert_eq!(params, ["a", "b", "c"], "what uses a parameter with a fault is not reported");
}

#[test]
fn faults_in_the_modifiers_of_a_call_are_all_reported() {
    let text = "pipeline p() {\n    x = f(a) { retries 1, timeout: 2h, lock: + } after 3\n    y = x.z\n}\n";
    let (file, out) = read(text);
    assert_eq!(out.len(), 3, "{}", said(text, &out));
    assert_eq!(pipeline(&file).body.len(), 2);
}

#[test]
fn the_name_of_a_broken_binding_and_item_stays() {
    let (file, _) = read("enum E { a b }\n\npipeline p() {\n    x = f(a b)\n}\n");
    assert!(matches!(&file.items[0], Item::Enum(one) if &*one.name.text == "E"));
    assert!(matches!(&pipeline(&file).body[..], [Stmt::Bind { name, .. }] if &*name.text == "x"));
}

#[test]
fn a_misspelt_word_is_read_as_it_was_meant() {
    let text = "pipline p() {\n    whem a {\n        x = f()\n    }\n}\n";
    let (file, out) = read(text);
    assert_eq!(out.len(), 2, "{}", said(text, &out));
    assert!(out.iter().all(|one| one.fixes.len() == 1));
    let Stmt::When(when) = &pipeline(&file).body[0] else { panic!("{:?}", file.items) };
    assert_eq!(when.then.len(), 1);
}

#[test]
fn the_fix_of_a_wrong_case_changes_every_place() {
    let text = "pipeline p() {\n    task BuildAll { image: \"a\", run: \"b BuildAll\" }\n    c(~BuildAll)\n    d(BuildAll.x, \"~{BuildAll.y}\") after BuildAll\n}\n";
    let text = text.replace("~BuildAll)", "BuildAll)");
    let (_, out) = read(&text);
    let mended = apply(&text, &out);
    assert_eq!(mended, text.replace("BuildAll", "build_all").replace("\"b build_all\"", "\"b BuildAll\""));
    assert!(read(&mended).1.is_empty());
}

#[test]
fn the_fix_of_an_outdented_line_and_of_a_misspelt_word_removes_the_finding() {
    for text in [
        "const a: string = \"\"\"\n        a\n  b\n    \"\"\"\n",
        "pipeline p() {\n    wehn a { f() }\n    x = f() atfer y\n}\n",
        "const a:\u{a0}int = 3\n",
        "const a: string = \"\\d\"\n",
    ] {
        let (_, out) = read(text);
        assert!(!out.is_empty());
        let mended = apply(text, &out);
        let (_, out) = read(&mended);
        assert!(out.is_empty(), "{mended}\n{}", said(&mended, &out));
    }
}

/// The text after the first fix of each finding.
fn apply(text: &str, out: &Diagnostics) -> String {
    let mut edits: Vec<_> = out.iter().flat_map(|one| one.fixes.first()).flat_map(|fix| fix.edits.clone()).collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut text = text.to_owned();
    for edit in edits {
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    text
}

#[test]
fn the_pages_of_syntax_show_their_code_and_how_to_put_it_right() {
    let blocks = |half: &str| -> Vec<String> {
        half.split("```pipe\n").skip(1).filter_map(|block| Some(block.split_once("\n```")?.0.to_owned())).collect()
    };
    for code in CODES.iter().filter(|code| code.id().starts_with("P01")) {
        let (refused, accepted) = code.page().split_once("## Accepted").expect("a page has both parts");
        for text in blocks(refused) {
            let (_, out) = read(&text);
            assert!(!out.is_empty() && out.iter().all(|one| one.code == *code), "{text}\n{}", said(&text, &out));
        }
        for text in blocks(accepted) {
            let (_, out) = read(&text);
            assert!(out.is_empty(), "{text}\n{}", said(&text, &out));
        }
        assert_eq!(blocks(refused).is_empty(), matches!(code.id(), "P0108" | "P0111"), "{}", code.id());
    }
}

#[test]
fn control_characters_are_reported_once_a_line() {
    let (_, out) =
        read("enum E { a }\n// \u{1}\u{2}\nconst a: string = \"\u{1b}[0m\"\nconst b: int = 1\r\rconst c: int = 2\n");
    let codes: Vec<_> = out.iter().map(|one| one.code.id()).collect();
    assert_eq!(codes, ["P0101", "P0101", "P0101"]);
}
