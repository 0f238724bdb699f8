//! P0412 and P0413: conditions that decide nothing.

use super::{found, mended, pipeline, words};

const T: &str = "task t { image: \"a/b:1\", run: \"make\" }";

fn when(params: &str, body: &str) -> Vec<String> {
    let body =
        body.replace("{t}", &format!("{{ {T} }}")).replace("{u}", &format!("{{ {} }}", T.replace("task t", "task u")));
    let said = found(&pipeline(params, &format!("    {body}\n")));
    said.into_iter().filter(|one| one.starts_with("P0412") || one.starts_with("P0413")).collect()
}

#[test]
fn what_is_written_out_is_known() {
    assert_eq!(when("", "when true {t}"), ["P0413 true"]);
    assert_eq!(when("", "when false {t}"), ["P0412 false"]);
    assert_eq!(when("", "when 2 > 1 {t}"), ["P0413 2 > 1"]);
    assert_eq!(when("", "when 2 < 1 {t}"), ["P0412 2 < 1"]);
    assert_eq!(when("", "when 90s >= 2min {t}"), ["P0412 90s >= 2min"]);
    assert_eq!(when("", "when not (1Gi <= 1024Mi) {t}").len(), 1);
    assert_eq!(when("", "when \"a\" == \"b\" {t}"), ["P0412 \"a\" == \"b\""]);
    assert_eq!(when("a: bool", "when a == a {t}"), ["P0413 a == a"]);
}

#[test]
fn parameters_and_constants_are_open() {
    assert_eq!(when("a: bool = false", "when a {t}"), [""; 0]);
    assert_eq!(when("const a: bool = false", "when a {t}"), [""; 0]);
    let text = format!(
        "const a: bool = false\nconst n: int = 3\n{}",
        pipeline("", &format!("    when a {{ {T} }}\n    when n > 2 {{ {} }}\n", T.replace("task t", "task u")))
    );
    assert_eq!(found(&text), [""; 0]);
}

#[test]
fn what_stands_around_it_is_known() {
    assert_eq!(when("a: bool", "when a { when a {t} }"), ["P0413 a"]);
    assert_eq!(when("a: bool", "when a { when not a {t} }"), ["P0412 not a"]);
    assert_eq!(when("a: bool", "when a {t} else { when a {u} }"), ["P0412 a"]);
    assert_eq!(when("a: bool", "when a {t} else when not a {u}"), ["P0413 not a"]);
    assert_eq!(when("a: bool, b: bool", "when a { when b {t} else {u} }"), [""; 0]);
    assert_eq!(when("a: bool, b: bool", "when a or b { when a {t} }"), [""; 0]);
    assert_eq!(when("a: bool, b: bool", "when a and b { when b {t} }"), ["P0413 b"]);
    assert_eq!(when("n: int", "when n > 2 { when n > 2 {t} }"), ["P0413 n > 2"]);
    assert_eq!(when("n: int", "when n > 2 { when n > 3 {t} }"), [""; 0]);
    assert_eq!(when("a: bool", "when a {t}\n    when a {u}"), [""; 0]);
    assert_eq!(when("a: bool", "b = not a\n    when a { when b {t} }"), ["P0412 b"]);
}

#[test]
fn requirements_are_known() {
    assert_eq!(when("a: bool", "require a, \"no\"\n    when a {t}"), ["P0413 a"]);
    assert_eq!(when("a: bool", "when a {t}\n    require a, \"no\""), ["P0413 a"]);
    assert_eq!(when("a: bool, b: bool", "require a or b, \"no\"\n    when a {t}"), [""; 0]);
    assert_eq!(when("a: bool, b: bool", "require not a or b, \"no\"\n    when a { when b {t} }"), ["P0413 b"]);
    assert_eq!(
        when("a: bool", "require a, \"x\"\n    require a, \"y\"\n    task t { image: \"a/b:1\", run: \"make\" }"),
        ["P0413 a"]
    );
    assert_eq!(
        when("a: bool", "require a, \"x\"\n    require not a, \"y\"\n    task t { image: \"a/b:1\", run: \"make\" }"),
        ["P0412 not a"]
    );
}

#[test]
fn expressions_are_looked_at_too() {
    let of =
        |params: &str, value: &str| when(params, &format!("task t {{ image: \"a/b:1\", run: \"make ~{{{value}}}\" }}"));
    assert_eq!(of("", "if true then \"a\" else \"b\""), ["P0413 true"]);
    assert_eq!(of("a: bool", "if a then (if a then \"1\" else \"2\") else \"3\""), ["P0413 a"]);
    assert_eq!(of("a: bool", "if a then \"1\" else \"2\""), [""; 0]);
    assert_eq!(of("a: string?", "a ?? \"x\""), [""; 0]);
    assert_eq!(of("a: string?", "if a != none then a ?? \"x\" else \"y\""), ["P0412 \"x\""]);
}

#[test]
fn a_match_on_what_is_known_is_one_arm() {
    let kind = "enum Kind { one, two, three }\n";
    let of = |body: &str| found(&format!("{kind}{}", pipeline("k: Kind", body)));
    let task = |text: &str| format!("task t {{ image: \"a/b:1\", run: \"make ~{{{text}}}\" }}\n");
    let all = "match k { .one => \"1\", .two, .three => \"2\" }";
    assert_eq!(of(&task(all)), [""; 0]);
    assert_eq!(of(&format!("    when k == .one {{ {} }}\n", task(all))), ["P0412 k"]);
    assert_eq!(of(&format!("    when k != .one {{ {} }}\n", task(all))), ["P0412 k"]);
    assert_eq!(of(&format!("    when k != .two {{ {} }}\n", task(all))), [""; 0]);
}

#[test]
fn loops_have_conditions_and_lists() {
    assert_eq!(when("", "for i in [1, 2] if true { task t { image: \"a/b:1\", run: \"make ~{i}\" } }"), ["P0413 true"]);
    assert_eq!(
        when(
            "a: bool",
            "for i in [1, 2] if a and i > 1 { when a { task t { image: \"a/b:1\", run: \"make ~{i}\" } } }"
        ),
        ["P0413 a"]
    );
    assert_eq!(
        when("a: bool", "when a { for i in [1, 2] if i > 1 { task t { image: \"a/b:1\", run: \"make ~{i}\" } } }"),
        [""; 0]
    );
}

#[test]
fn in_finally_only_the_parameters_are_known() {
    let body =
        "when a { u = v() }\n    finally { when a { when u != none { task t { image: \"a/b:1\", run: \"make\" } } } }";
    let text = format!(
        "task v() -> string {{ image: \"a/b:1\", run: \"make > ~{{out}}\" }}\n{}",
        pipeline("a: bool", &format!("    {body}\n"))
    );
    assert_eq!(found(&text), [""; 0]);
    assert_eq!(
        when(
            "a: bool",
            "task u { image: \"a/b:1\", run: \"make\" }\n    require a, \"no\"\n    finally { when a {t} }"
        ),
        ["P0413 a"]
    );
}

#[test]
fn an_argument_of_a_called_pipeline_is_no_constant_of_it() {
    let inner = pipeline(
        "a: bool = false",
        &format!("    when a {{ {T} }}\n    task v {{ image: \"a/b:1\", run: \"make\" }}\n"),
    );
    let text = format!("{inner}pipeline outer() {{\n    x = ci(true)\n    y = ci(false)\n    z = ci()\n}}\n");
    assert_eq!(found(&text), [""; 0]);
}

#[test]
fn values_alone_are_left() {
    let of = |value: &str| format!("task t(a: string) {{ image: \"a/b:1\", run: \"make ~{{{value}}}\" }}\n");
    assert_eq!(mended(&of("if true then a else \"b\"")), of("a"));
    assert_eq!(mended(&of("if 1 > 2 then \"b\" else a")), of("a"));
    let of = |value: &str| {
        format!(
            "task t(a: string?) {{ image: \"a/b:1\", env: {{ A: if a != none then {value} else \"\" }}, run: \"make\" }}\n"
        )
    };
    assert_eq!(mended(&of("a ?? \"x\"")), of("a!"));
}

#[test]
fn it_says_what_decides_nothing() {
    let body = format!(
        "    require a != none, \"no\"\n    when a == none {{ {T} }}\n    task u {{ image: \"a/b:1\", run: \"make ~{{a ?? \"x\"}}\" }}\n"
    );
    insta::assert_snapshot!(words(&pipeline("a: string?", &body)));
}
