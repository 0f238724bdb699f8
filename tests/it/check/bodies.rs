//! Statements of pipelines.

use super::{accept, accept_body, findings, refuse, refuse_body, run};
use pipec::check::program::Stmt;

#[test]
fn what_holds_for_the_whole_stands_at_the_top() {
    refuse_body("u: bool", "when u { require u, \"x\" }", "P0405", "require", "move it up");
    refuse_body("u: bool", "when u { workspace w { size: 1Gi } }", "P0405", "workspace", "");
    refuse_body("l: [int]", "for x in l { exclusive \"a\" }", "P0405", "exclusive", "");
    refuse_body("", "stage a { stage b { say(\"x\") } }", "P0405", "stage", "");
    refuse_body("", "finally { defaults { retries: 1 } }", "P0405", "defaults", "");
    accept_body("ws: workspace", "stage a { b = build(ws) }\nstage b { live(b.disk) }");
}

#[test]
fn what_is_said_once_is_said_once() {
    refuse_body("", "finally { say(\"a\") }\nfinally { say(\"b\") }", "P0202", "finally", "");
    refuse_body("", "exclusive \"a\"\nexclusive \"b\"", "P0202", "exclusive", "");
    refuse_body("", "defaults { retries: 1 }\ndefaults { retries: 2 }", "P0202", "defaults", "");
    refuse_body("", "target demo { level: .alpha }\ntarget demo { }", "P0202", "demo", "");
    refuse("pipeline p() -> int {\n    return 1\n    return 2\n}\n", "P0202", "return", "");
}

#[test]
fn conditions_between_parameters_do_not_wait_for_tasks() {
    refuse_body(
        "ws: workspace",
        "b = build(ws)\nrequire b.count > 1, \"x\"",
        "P0405",
        "b.count > 1",
        "parameters and constants",
    );
    refuse_body("ws: workspace", "b = build(ws)\nexclusive \"x-~{b.id}\"", "P0405", "\"x-~{b.id}\"", "");
    refuse_body("ws: workspace", "b = build(ws)\nc = b.count + 1\nrequire c > 1, \"x\"", "P0405", "c > 1", "");
    accept_body("n: int, s: string", "c = n + 1\nrequire c > 1, \"too small: ~{c}\"\nexclusive \"x-~{s}\"");
    refuse_body("n: int", "require n > 1, 3", "P0301", "3", "\"3\"");
}

#[test]
fn loops_give_lists() {
    let checked = accept_body(
        "ws: workspace, l: [string]",
        "for x in l {\n    b = build(ws)\n    d = b.disk\n    i = text(b.id)\n}\nsay(join(i, \",\"))\nfor y in d { live(y) }",
    );
    let Stmt::For(each) = &checked.program.pipelines[0].body[0] else { panic!("no for") };
    assert_eq!(each.exports.len(), 3);
    let locals = &checked.program.pipelines[0].locals;
    assert!(
        each.exports
            .iter()
            .all(|(inner, outer)| locals[inner.index()].name == locals[outer.index()].name && inner < outer)
    );
    accept_body("ws: workspace, l: [string]", "for x in l { b = build(ws) }\nfor i in b.id { say(text(i)) }");
    refuse_body("ws: workspace, l: [string]", "for x in l { b = build(ws) }\nsay(b.id)", "P0301", "b.id", "");
    refuse_body("ws: workspace, l: [string]", "for x in l { b = build(ws) }\nsay(b.name)", "P0216", "name", "");
    refuse_body("s: string", "for x in s { say(x) }", "P0301", "s", "[a, b]");
    refuse_body("l: [int]?", "for x in l { say(\"a\") }", "P0306", "l", "?? []");
    accept_body("a: [string], b: [int]", "for x in a, y in b if y > 1 and x != \"c\" { say(\"~{x}~{y}\") }");
    refuse_body("l: [string]", "for x in l { say(x) }\nsay(x)", "P0201", "x", "");
}

#[test]
fn blocks_nest() {
    accept_body(
        "ws: workspace, u: bool, v: bool, l: [string]",
        "when u {\n    when v { b = build(ws) } else { b = build(ws, force: true) }\n    for x in l { when v { t = say(x) } }\n}\nsay(text(b.id ?? \"1\")) after t",
    );
    accept_body(
        "ws: workspace, u: bool, v: bool",
        "b = when u { build(ws) } else when v { build(ws, force: true) }\nsay(text(b.id ?? \"1\"))",
    );
    refuse_body("u: bool", "x = when u {\n    say(\"a\")\n    say(\"b\")\n}", "P0405", "x", "one call");
}

#[test]
fn what_ends_is_known_in_finally_only() {
    accept_body(
        "ws: workspace",
        "b = build(ws)\nfinally { when outcome == .failed and b.status == .skipped { say(\"~{outcome} ~{b.status}\") } }",
    );
    refuse_body("", "say(\"~{outcome}\")", "P0201", "outcome", "finally");
    refuse_body("ws: workspace", "b = build(ws)\nsay(\"~{b.status}\")", "P0216", "b.status", "finally");
    refuse_body("", "finally { x = probe() }\nsay(x.found)", "P0201", "x", "");
    let checked = accept_body("", "say(\"a\") after x\nfinally { x = say(\"b\") }");
    let Stmt::Call(call) = &checked.program.pipelines[0].body[0] else { panic!("no call") };
    assert_eq!(call.after[0].calls.len(), 1);
}

#[test]
fn results_of_a_pipeline_are_all_returned() {
    let with = |outputs: &str, ret: &str| {
        format!("pipeline p(a: int = 1, s: string = \"x\") -> {outputs} {{\n    {ret}\n}}\n")
    };
    accept(&with("(a: int, b: string)", "return (a: a, b: s)"));
    accept(&with("(a: int, b: string)", "return (a, b: s)"));
    accept(&with("int", "return a + 1"));
    refuse(&with("(a: int)", ""), "P0215", "p", "return");
    refuse(&with("(a: int, b: string)", "return (a: a)"), "P0207", "return", "b");
    refuse(&with("(a: int)", "return (a: a, c: 1)"), "P0216", "c", "");
    refuse(&with("(a: int)", "return (a: s)"), "P0301", "s", "int");
    refuse(&with("int", "return s"), "P0301", "s", "");
    refuse("pipeline p() {\n    return (a: 1)\n}\n", "P0216", "return", "declare them");
    refuse(&with("(a: int = 3)", "return (a: a)"), "P0405", "3", "return");
}

#[test]
fn options_of_a_target_are_typed_by_it() {
    let checked = accept_body("s: string", "target demo { level: .alpha, account: s }");
    let Stmt::Target { options, .. } = &checked.program.pipelines[0].body[0] else { panic!("no target") };
    assert!(format!("{:?}", options.kind).contains("Record"));
    refuse_body("", "target demo { levle: .alpha }", "P0204", "levle", "did you mean `level`?");
    refuse_body("", "target demo { level: .beta }", "P0209", "beta", "");
    refuse_body("", "target demo { level: \"alpha\" }", "P0301", "\"alpha\"", ".alpha");
    refuse_body("", "target dmo { level: .alpha }", "P0601", "dmo", "did you mean `demo`?");
}

#[test]
fn workspaces_have_a_size() {
    accept_body("", "workspace w { size: 60Gi }\nb = build(w)");
    refuse_body("", "workspace w { sise: 60Gi }", "P0204", "sise", "did you mean `size`?");
    refuse_body("", "workspace w { size: 60 }", "P0301", "60", "512Mi");
}

#[test]
fn a_statement_that_cannot_be_read_hides_its_name_only() {
    let found = run("pipeline p() {\n    x = = 3\n    y = x + 1\n    z = 1 + \"a\"\n    task t { image: \"a/b:1\", run: \"echo ~{y} ~{z}\" }\n}\n").findings();
    assert_eq!(found.iter().filter(|one| !one.starts_with("P01")).collect::<Vec<_>>(), ["P0315 +"], "{found:?}");
}

#[test]
fn a_value_alone_is_no_statement() {
    let found = findings("s: string", "s");
    assert_eq!(found, ["P0405 s"]);
}
