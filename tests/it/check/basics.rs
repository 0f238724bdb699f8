//! Types of values: nothing is converted, literals follow their place.

use super::{accept_body, findings, mended, refuse, refuse_body, run};

#[test]
fn conditions_take_a_bool_and_nothing_else() {
    refuse_body("", "when \"false\" { say(\"x\") }", "P0302", "\"false\"", "write `false` without quotes");
    refuse_body("s: string", "when s { say(\"x\") }", "P0302", "s", "compare it: `s ==");
    refuse_body("b: BuildId", "when b { say(\"x\") }", "P0302", "b", "compare it");
    refuse_body("", "when 0 { say(\"x\") }", "P0303", "0", "!= 0");
    refuse_body("l: [string]", "when l { say(\"x\") }", "P0303", "l", "len(l) > 0");
    refuse_body("k: Kind", "when k { say(\"x\") }", "P0303", "k", "k == .case");
    refuse_body("v: string?", "when v { say(\"x\") }", "P0304", "v", "v != none");
    refuse_body("v: bool?", "when v { say(\"x\") }", "P0304", "v", "v ?? false");
}

#[test]
fn every_place_of_a_condition_is_checked() {
    for place in ["s and true", "true or s", "not s", "if s then true else false"] {
        assert_eq!(findings("s: string", &format!("x = {place}")), ["P0302 s"], "{place}");
    }
    assert_eq!(findings("s: string", "require s, \"no\""), ["P0302 s"]);
    assert_eq!(findings("s: string", "for x in [1] if s { say(\"a\") }"), ["P0302 s"]);
}

#[test]
fn a_condition_in_quotes_is_mended() {
    let text = "task t { image: \"a/b:1\", run: \"x\" }\npipeline p() {\n    when \"false\" { t() }\n}\n";
    let checked = refuse(text, "P0302", "\"false\"", "");
    assert!(run(&mended(&checked, text)).found.is_empty());
}

#[test]
fn only_equal_types_are_compared() {
    refuse_body("s: string", "x = s == true", "P0305", "==", "write `\"true\"`");
    refuse_body("b: bool", "x = b == \"true\"", "P0305", "==", "write `true`");
    refuse_body("k: Kind", "x = k == \"testing-devel\"", "P0305", "==", ".testing_devel");
    refuse_body("n: int", "x = n == 5s", "P0305", "==", "");
    refuse_body("b: BuildId, v: Version", "x = b == v", "P0305", "==", "");
    refuse_body("s: string", "x = s == none", "P0305", "==", "never `none`");
    refuse_body("v: int?", "x = v == 3", "P0306", "v", "??");
    refuse_body("l: [int]", "x = l == [1]", "P0315", "==", "len");
    accept_body(
        "k: Kind, v: int?, b: BuildId",
        "x = k == .production\ny = v != none\nz = b == \"42\"\nw = .production == k",
    );
}

#[test]
fn a_literal_beside_a_declared_type_has_its_form() {
    refuse_body("b: BuildId", "x = b == \"v1\"", "P0313", "\"v1\"", "BuildId");
}

#[test]
fn order_is_for_numbers() {
    refuse_body("s: string", "x = s < \"b\"", "P0319", "<", "texts");
    refuse_body("k: Kind", "x = k >= .development", "P0319", ">=", "");
    refuse_body("n: int", "x = n > 1Gi", "P0305", ">", "");
    refuse_body("n: int?", "x = n > 1", "P0306", "n", "");
    accept_body("n: int, s: size, c: cpu", "x = n > 1 and s <= 1Gi and c < 2 and 500m < c");
}

#[test]
fn membership_is_in_a_list_of_the_same_type() {
    accept_body("k: Kind, ks: [Kind]", "x = k in [.production, .development]\ny = .production in ks");
    refuse_body("k: Kind", "x = k in \"production\"", "P0315", "in", "list");
    refuse_body("k: Kind", "x = k in [\"production\"]", "P0301", "\"production\"", ".production");
    refuse_body("k: Kind, names: [string]", "x = k in names", "P0305", "in", "");
}

#[test]
fn arithmetic_knows_its_units() {
    accept_body(
        "n: int, s: size, d: duration, c: cpu",
        "a = n * 1536Mi + 512Mi\nb = s / 2\nc2 = s / 1Gi + 1\nd2 = 2 * d - 5min\ne = c + 1\nf = n % 3\ng = s % 1Mi\nh = -n",
    );
    refuse_body("n: int, s: size", "x = n + s", "P0315", "+", "converted");
    refuse_body("s: size", "x = s * s", "P0315", "*", "");
    refuse_body("s: string", "x = s + \"a\"", "P0315", "+", "~{a}~{b}");
    refuse_body("", "x = [1] + [2]", "P0315", "+", "concat");
    refuse_body("n: int?", "x = n + 1", "P0306", "n", "??");
    refuse_body("b: bool", "x = -b", "P0315", "-b", "not");
}

#[test]
fn literals_are_folded_and_stay_in_range() {
    refuse_body("", "x = 9223372036854775807 + 1", "P0316", "9223372036854775807 + 1", "too large");
    refuse_body("", "x = 512Mi - 1Gi", "P0316", "512Mi - 1Gi", "never negative");
    refuse_body("", "x = -5s", "P0316", "-5s", "never negative");
    refuse_body("n: int", "x = n / 0", "P0316", "0", "zero");
    accept_body("", "x = 5 - 7\ny = -3");
}

#[test]
fn cores_are_written_as_ints() {
    let checked = accept_body("", "task t { image: base, needs: { cpu: 4 }, run: \"x\" }");
    assert!(format!("{:?}", checked.program.pipelines[0]).contains("Cpu(4000)"));
    refuse_body("n: int", "task t { image: base, needs: { cpu: n }, run: \"x\" }", "P0301", "n", "n * 1000m");
    accept_body("n: int", "task t { image: base, needs: { cpu: n * 1000m }, run: \"x\" }");
}

#[test]
fn strings_are_no_images_paths_or_declared_types() {
    refuse_body("s: string", "task t { image: s, run: \"x\" }", "P0311", "s", "image(s)");
    refuse_body("s: string", "task t { image: base, workdir: s, run: \"x\" }", "P0311", "s", "path(s)");
    refuse_body("ws: workspace, s: string", "build(ws, version: s)", "P0312", "s", "Version(s)");
    refuse_body("ws: workspace, b: BuildId", "build(ws, version: b)", "P0312", "b", "swapped");
    accept_body(
        "ws: workspace, s: string, tag: string",
        "build(ws, version: Version(s))\ntask t { image: \"quay.io/a/b:~{tag}\", workdir: ws / \"a/~{tag}\", run: \"x\" }",
    );
}

#[test]
fn literals_of_declared_types_are_checked_now() {
    refuse_body("ws: workspace", "build(ws, version: \"v1\")", "P0313", "\"v1\"", "Version");
    refuse_body("", "x = BuildId(\"v1\")", "P0313", "\"v1\"", "BuildId");
    refuse_body("", "task t { image: \"not an image\", run: \"x\" }", "P0313", "\"not an image\"", "");
    accept_body("ws: workspace", "build(ws, version: \"42.1\")\nx = BuildId(\"7\")");
}

#[test]
fn a_value_in_a_literal_of_a_declared_type_needs_a_conversion() {
    refuse_body("ws: workspace, n: int", "build(ws, version: \"~{n}.1\")", "P0312", "\"~{n}.1\"", "Version(x)");
    accept_body("ws: workspace, n: int", "build(ws, version: Version(\"~{n}.1\"))");
}

#[test]
fn nothing_is_converted_between_other_types() {
    refuse_body("", "say(3)", "P0301", "3", "write `\"3\"`");
    refuse_body("b: BuildId", "say(b)", "P0301", "b", "text(b)");
    refuse_body("", "x = half(\"4\")", "P0301", "\"4\"", "write `4`");
    refuse_body("", "x = half(4s)", "P0301", "4s", "int");
    refuse_body("ws: workspace, b: string", "build(ws, strict: \"true\")", "P0301", "\"true\"", "write `true`");
    refuse_body("", "task t { image: base, timeout: 60, run: \"x\" }", "P0301", "60", "30min");
    accept_body("b: BuildId, n: int", "say(text(b))\nsay(text(n))");
}

#[test]
fn text_takes_what_has_a_text_form() {
    accept_body(
        "s: string, n: int, p: path, i: image, z: size, d: duration, c: cpu, k: Kind, b: BuildId",
        "say(\"~{s} ~{n} ~{p} ~{i} ~{z} ~{d} ~{c} ~{k} ~{b}\")",
    );
    refuse_body("b: bool", "say(\"x ~{b}\")", "P0308", "b", "flag(\"--name\", b)");
    refuse_body("v: string?", "say(\"x ~{v}\")", "P0309", "v", "v ?? ");
    refuse_body("l: [string]", "say(\"x ~{l}\")", "P0310", "l", "join(l");
    refuse_body("b: Bucket", "say(\"x ~{b}\")", "P0310", "b", "b.field");
    refuse_body("ws: workspace", "say(\"x ~{ws}\")", "P0310", "ws", "ws / ");
    refuse_body("ws: workspace", "b = build(ws)\nsay(\"x ~{b}\")", "P0310", "b", "output");
}

#[test]
fn the_type_of_a_literal_may_be_unknown() {
    refuse_body("", "x = []", "P0317", "[]", "");
    refuse_body("", "x = none", "P0317", "none", "T?");
    refuse_body("", "x = .production", "P0317", ".production", "Kind.production");
    refuse_body("", "x = { a: 1 }", "P0317", "{ a: 1 }", "");
    accept_body("b: bool, k: Kind", "x = Kind.production\ny = if b then .production else k\nz = [.development, k]");
}

#[test]
fn match_names_every_case() {
    refuse_body("k: Kind", "x = match k { .production => 1 }", "P0314", "k", ".development, .testing_devel");
    refuse_body(
        "k: Kind",
        "x = match k { .production, .developmnt, .testing_devel => 1 }",
        "P0209",
        "developmnt",
        "development",
    );
    refuse_body(
        "k: Kind",
        "x = match k { .production, .production => 1, .development, .testing_devel => 2 }",
        "P0202",
        "production",
        "",
    );
    refuse_body("s: string", "x = match s { .a => 1 }", "P0315", "s", "enums");
    refuse_body("k: Kind?", "x = match k { .production => 1 }", "P0306", "k", "");
    refuse_body(
        "k: Kind",
        "x = match k { .production => 1, .development => \"a\", .testing_devel => 2 }",
        "P0301",
        "\"a\"",
        "one type",
    );
    accept_body("k: Kind", "say(match k { .production, .development => \"a\", .testing_devel => \"b\" })");
}

#[test]
fn branches_have_one_type() {
    refuse_body("b: bool", "x = if b then 1 else \"a\"", "P0301", "\"a\"", "one type");
    refuse_body("b: bool", "say(if b then \"a\" else 2)", "P0301", "2", "\"2\"");
    accept_body("b: bool, v: int?", "x = if b then v else 3\ny = x ?? 1");
}

#[test]
fn records_are_closed_and_have_defaults() {
    let items = "record R { a: int, b: string = \"x\", c: int? }\n";
    let with = |value: &str| format!("{items}const r: R = {value}\n");
    let checked = super::accept(&with("{ a: 1 }"));
    let value = format!("{:?}", checked.program.consts[0].value.kind);
    assert!(value.contains("Int(1)") && value.contains("Str(\"x\")") && value.contains("kind: None"), "{value}");
    refuse(&with("{ a: 1, d: 2 }"), "P0204", "d", "");
    refuse(&with("{ a: 1, a: 2 }"), "P0202", "a", "");
    refuse(&with("{ b: \"y\" }"), "P0215", "{ b: \"y\" }", "add `a: …`");
    refuse(&with("{ a: \"1\" }"), "P0301", "\"1\"", "write `1`");
    refuse(&with("{ \"a\": 1 }"), "P0204", "\"a\"", "without quotes");
}

#[test]
fn maps_have_text_keys() {
    let with = |value: &str| format!("const m: {{string: int}} = {value}\n");
    super::accept(&with("{ a: 1, \"b c\": 2 }"));
    refuse(&with("{ a: 1, \"a\": 2 }"), "P0202", "\"a\"", "");
    refuse(&with("{ 7: 1 }"), "P0301", "7", "\"7\"");
    refuse_body("m: {string: int}", "x = m.a + 1", "P0306", "m.a", "");
}

#[test]
fn paths_are_joined_and_stay_inside() {
    accept_body("ws: workspace, p: path", "a = ws / \"x\" / \"y\"\nb = p / \"z\"\nc = ws / p");
    refuse_body("ws: workspace", "a = ws / \"/etc\"", "P0313", "\"/etc\"", "");
    refuse_body("ws: workspace, s: string", "a = ws / s", "P0311", "s", "path(s)");
    refuse_body("ws: workspace", "b = build(ws)\na = b.disk / \"x\"", "P0315", "/", ".path");
}
