//! Names: what is in scope, and what was meant.

use super::{accept, accept_body, findings, mended, refuse, refuse_body, run, run_with};

#[test]
fn unknown_names_are_said_with_what_was_meant() {
    refuse_body("stream: string", "say(straem)", "P0201", "straem", "did you mean `stream`?");
    refuse_body("", "say(\"x\")\nsya(\"y\")", "P0201", "sya", "did you mean `say`?");
    refuse_body("", "cosa.build()", "P0201", "cosa", "use std.cosa");
    refuse("pipeline p(a: Strng) {}\n", "P0203", "Strng", "");
    refuse("pipeline p(a: cosa.Version) {}\n", "P0201", "cosa", "use std.cosa");
    refuse_body("k: Kind = .producton", "", "P0209", "producton", "did you mean `production`?");
    refuse_body("", "x = Kind.producton", "P0209", "producton", "did you mean `production`?");
    refuse_body("ws: workspace", "b = build(ws)\nlive(b.dsk)", "P0216", "dsk", "did you mean `disk`?");
    refuse_body("ws: workspace", "build(ws, stict: true)", "P0206", "stict", "did you mean `strict`?");
}

#[test]
fn the_fix_of_a_misspelt_name_works() {
    let text = "pipeline p(stream: string) {\n    task t { image: \"a/b:1\", run: \"echo ~{straem}\" }\n}\n";
    let checked = refuse(text, "P0201", "straem", "");
    assert!(run(&mended(&checked, text)).found.is_empty());
}

#[test]
fn a_name_is_bound_above_its_use() {
    let checked = refuse_body("ws: workspace", "live(b.disk)\nb = build(ws)", "P0210", "b", "move the binding above");
    let labels: Vec<&str> = checked.found[0].labels.iter().map(|label| checked.sources.text(label.span)).collect();
    assert_eq!(labels, ["b", "b"]);
    assert_ne!(checked.found[0].labels[0].span, checked.found[0].labels[1].span);
    refuse_body("", "x = half(x)", "P0210", "x", "");
    refuse_body("", "say(build.id)\nbuild = probe()", "P0210", "build", "");
    refuse("task t(a: string = b, b: string = \"x\") { image: \"a/b:1\", run: \"x\" }\n", "P0210", "b", "");
    accept("task t(a: string, b: string = a) { image: \"a/b:1\", run: \"echo ~{b}\" }\n");
}

#[test]
fn after_looks_ahead() {
    let checked = accept_body("ws: workspace", "say(\"x\") after b\nb = build(ws)");
    let call = format!("{:?}", checked.program.pipelines[0].body[0]);
    assert!(call.contains("calls: [LocalId(1)]"), "{call}");
    refuse_body("", "say(\"x\") after bb", "P0201", "bb", "bind the call");
    refuse_body("", "say(\"x\") after probe", "P0201", "probe", "probe = probe(…)");
    refuse_body("s: string", "say(\"x\") after s", "P0214", "s", "value");
    refuse_body("ws: workspace", "bld = build(ws)\nsay(\"x\") after bldd", "P0201", "bldd", "did you mean `bld`?");
}

#[test]
fn after_names_whole_blocks() {
    let checked = accept_body(
        "ws: workspace, l: [string]",
        "say(\"x\") after b, c\nfor x in l { b = say(x) }\nwhen len(l) > 0 { c = build(ws) } else { c = say(\"a\") }",
    );
    let body = &checked.program.pipelines[0].body;
    let pipec::check::program::Stmt::Call(call) = &body[0] else { panic!("no call") };
    assert_eq!(call.after.iter().map(|after| after.calls.len()).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn names_are_bound_once() {
    refuse_body("a: string", "a = probe()", "P0202", "a", "");
    refuse_body("", "a = probe()\na = probe()", "P0202", "a", "");
    refuse_body("u: bool", "when u { a = probe() }\na = probe()", "P0202", "a", "");
    refuse_body("a: string, l: [string]", "for a in l { say(a) }", "P0202", "a", "");
    accept_body("l: [string]", "for a in l { say(a) }\nfor a in l { say(a) }");
    refuse("enum A { x, x }\n", "P0202", "x", "");
    refuse("enum A { x, y = \"x\" }\n", "P0202", "\"x\"", "spelling");
    refuse("record A { x: int, x: int }\n", "P0202", "x", "");
    refuse("pipeline p(a: int, a: int) {}\n", "P0202", "a", "");
    refuse("const a: int = 1\nconst a: int = 2\n", "P0202", "a", "");
    refuse("task t() -> (a: int, a: int) { image: \"a/b:1\", run: \"x > ~{out.a}\" }\n", "P0202", "a", "");
}

#[test]
fn a_binding_may_have_the_name_of_its_task() {
    accept_body("ws: workspace", "build = build(ws)\nlive = live(build.disk)\nsay(text(build.id))");
}

#[test]
fn a_name_of_another_kind_is_told() {
    refuse_body("", "say(probe)", "P0214", "probe", "x = probe(…)");
    refuse_body("", "say(probe.found)", "P0214", "probe", "bind one");
    refuse_body("", "x = half", "P0214", "half", "half(…)");
    refuse_body("s: string", "s(\"x\")", "P0214", "s", "not called");
    refuse_body("", "x = len(probe())", "P0214", "probe", "statement of its own");
    refuse_body("", "x = Bucket(\"a\")", "P0214", "Bucket", "braces");
    refuse("const a: int = 1\nconst b: a = 2\n", "P0214", "a", "");
    refuse("artifact A requires string\n", "P0214", "string", "");
    refuse("type T = int\n", "P0214", "int", "");
}

#[test]
fn definitions_come_to_an_end() {
    refuse("fn f(n: int) -> int = f(n)\n", "P0213", "f", "needs itself");
    refuse("fn f(n: int) -> int = g(n)\nfn g(n: int) -> int = f(n)\n", "P0213", "f", "");
    refuse("const a: int = b\nconst b: int = a\n", "P0213", "a", "");
    refuse("record A { b: B }\nrecord B { a: A }\n", "P0213", "A", "");
    refuse("artifact A requires B\nartifact B requires A\n", "P0213", "A", "");
    refuse("record A { a: int = f() }\nfn f() -> int = c.a\nconst c: A = {}\n", "P0213", "c", "");
    refuse("fn f(n: int = f()) -> int = n\n", "P0213", "f", "");
    accept("record A { next: A?, more: [A] = [] }\nconst a: A = { next: { more: [{}] } }\n");
}

#[test]
fn modules_are_seen_by_their_last_name() {
    let lib = "use lib.git\nenum Color { red, green }\nconst best: Color = .red\nrecord R { c: Color = .green }\ntask paint(c: Color = .red) { image: \"a/b:1\", run: \"echo ~{c}\" }\nfn twice(n: int) -> int = 2 * n\n";
    let with = |text: &str| run_with(text, &[("paint", lib), ("git", "const url: string = \"x\"\n")]);
    let good = "use lib.paint\npipeline p(c: paint.Color = .green) {\n    paint.paint(c)\n    x = paint.twice(3)\n    y = paint.best == paint.Color.red\n    when paint.best == c { paint.paint(paint.best) }\n}\n";
    assert_eq!(with(good).findings(), [""; 0]);
    let codes = |text: &str| with(text).findings();
    assert_eq!(codes("use lib.paint\npipeline p() {\n    paint.pant()\n}\n"), ["P0201 pant"]);
    assert_eq!(codes("use lib.paint\npipeline p(c: paint.Colour) {}\n"), ["P0203 Colour"]);
    assert_eq!(codes("use lib.paint\npipeline p(c: paint.git.X) {}\n"), ["P0203 paint.git.X"]);
    assert_eq!(codes("use lib.paint\npipeline p() {\n    paint(\"x\")\n}\n"), ["P0214 paint"]);
    assert_eq!(codes("use lib.paint\npipeline p() {\n    x = paint.git\n}\n"), ["P0201 git"]);
    assert_eq!(codes("use lib.paint\nuse other.paint\npipeline p() {}\n"), ["P0202 paint"]);
}

#[test]
fn modules_do_not_use_each_other_in_a_circle() {
    let found = run_with("use lib.a\npipeline p() {}\n", &[("a", "use lib.b\n"), ("b", "use lib.a\n")]).findings();
    assert_eq!(found, ["P0211 use lib.a"]);
}

#[test]
fn a_module_that_was_not_found_is_silent() {
    assert_eq!(findings("", ""), [""; 0]);
    let found = run(
        "use lib.nowhere\npipeline p(a: nowhere.T) {\n    x = nowhere.f(1)\n    nowhere.go(x)\n    y = nowhere.c\n}\n",
    );
    assert_eq!(found.findings(), [""; 0]);
}

#[test]
fn what_follows_from_an_error_is_silent() {
    let text = "x = half(nothing)\ny = x + 1\nz = \"~{y}\"\nsay(z)\nb = build(ws2)\nlive(b.disk)\nsay(\"a\") after b";
    assert_eq!(findings("", text), ["P0201 nothing", "P0201 ws2"]);
    let text = "b = biuld(1)\nlive(b.disk)\nsay(\"a\") after b\nwhen b.ok { say(text(b.x)) }";
    assert_eq!(findings("", text), ["P0201 biuld"]);
}

#[test]
fn independent_errors_are_all_reported() {
    let text = "say(a)\nsay(3)\nwhen \"x\" { say(b) }\nx = 1 + \"a\"\ny = []\nbuild()\nlive(4)\nsay(\"x\", \"y\")\nz = Kind.nope\nsay(words: \"x\", wrds: \"y\")";
    assert_eq!(
        findings("", text),
        [
            "P0201 a",
            "P0301 3",
            "P0302 \"x\"",
            "P0201 b",
            "P0315 +",
            "P0317 []",
            "P0207 build()",
            "P0301 4",
            "P0208 \"y\"",
            "P0209 nope",
            "P0206 wrds",
        ]
    );
}

#[test]
fn a_module_has_another_name_or_gives_names_away() {
    let lib = "use lib.git\nenum Color { red, green }\ntype Ref = string matching \"[a-z]+\"\nconst best: Color = .red\ntask paint(c: Color = .red, r: Ref = \"a\") { image: \"a/b:1\", run: \"echo ~{c} ~{r}\" }\n";
    let git = "type X = string\n";
    let files = [("paint", lib), ("git", git)];
    let codes = |text: &str| run_with(text, &files).findings();
    let aliased = "use lib.paint as brush\npipeline p(c: brush.Color = .green) {\n    brush.paint(c)\n}\n";
    assert!(codes(aliased).is_empty(), "{:?}", codes(aliased));
    let opened = "use lib.paint.{ Color as Hue, paint as put, best, Ref }\npipeline p(c: Hue = best, r: Ref = \"b\") {\n    put(c, r)\n    when c == Hue.red { x = put() }\n}\n";
    assert!(codes(opened).is_empty(), "{:?}", codes(opened));

    assert_eq!(codes("use lib.paint as brush\npipeline p() {\n    paint.paint()\n}\n"), ["P0201 paint"]);
    assert_eq!(codes("use lib.paint.{ paint }\npipeline p() {\n    x = paint.paint()\n}\n"), ["P0214 paint"]);
    assert_eq!(
        codes("use lib.paint.{ pant, X, git }\npipeline p() { pant() }\n"),
        ["P0201 pant", "P0201 X", "P0201 git"]
    );
    assert_eq!(codes("use lib.paint.{ paint as P, Color as hue }\npipeline p() { P() }\n"), ["P0105 P", "P0105 hue"]);
    assert_eq!(codes("use lib.paint.{ paint, best as paint }\npipeline p() {}\n"), ["P0202 paint"]);
    assert_eq!(codes("use lib.paint.{ paint }\ntask paint() { image: \"a/b:1\", run: \"x\" }\n"), ["P0202 paint"]);
    // What a module brings in for itself is nobody else's.
    assert_eq!(
        codes("use lib.paint.{ Color }\nuse lib.git as paint\npipeline p(x: paint.Color) {}\n"),
        ["P0203 Color"]
    );
    let wrong = run_with("use lib.paint.{ paint, Ref as Branch }\npipeline p(s: string) { paint(r: s) }\n", &files);
    let help = wrong.found[0].help.clone().unwrap_or_default();
    assert!(help.contains("`Branch(s)`"), "{help}");
}
