//! Optionals are opened before use, where that is proved.

use super::{accept_body, refuse_body};

#[test]
fn an_optional_is_opened_or_passed_on() {
    refuse_body("v: string?", "say(v)", "P0306", "v", "v ?? default");
    refuse_body("b: Bucket?", "say(b.name)", "P0306", "b", "b");
    accept_body("ws: workspace, v: Version?", "build(ws, version: v)\nsay(text(v ?? \"1.0\"))");
    accept_body("ws: workspace, v: Version?, w: Version?", "build(ws, version: v ?? w)");
    refuse_body("v: string", "say(v ?? \"a\")", "P0315", "v", "never `none`");
    refuse_body("v: int?", "say(v ?? \"a\")", "P0301", "\"a\"", "");
}

#[test]
fn what_is_not_proved_is_not_opened() {
    refuse_body("v: string?", "say(v!)", "P0307", "v!", "v");
    refuse_body("v: string", "say(v!)", "P0315", "v!", "leave out");
    refuse_body("u: bool, v: string?", "when u { say(v!) }", "P0307", "v!", "v");
}

#[test]
fn conditions_above_prove() {
    accept_body("v: string?", "when v != none { say(v!) }");
    accept_body("v: string?", "when v == none { say(\"a\") } else { say(v!) }");
    accept_body("v: string?", "require v != none, \"x\"\nsay(v!)");
    accept_body("u: bool, v: string?", "require not u or v != none, \"x\"\nwhen u { say(v!) }");
    accept_body("v: string?", "x = v != none and v! == \"a\"\ny = v == none or v! == \"a\"");
    accept_body("v: string?", "say(if v != none then v! else \"a\")");
    accept_body("v: string?, l: [string]", "for x in l if v != none { say(v!) }");
    accept_body("v: string?", "has = v != none\nwhen has { say(v!) }");
    accept_body("v: string?", "when v != none { task t { image: base, run: \"echo ~{v!}\" } }");
}

#[test]
fn what_was_proved_in_a_block_ends_with_it() {
    refuse_body("v: string?", "when v != none { say(v!) }\nsay(v!)", "P0307", "v!", "");
    refuse_body("v: string?", "x = v != none and v! == \"a\"\nsay(v!)", "P0307", "v!", "");
}

#[test]
fn what_a_when_binds_is_optional_outside() {
    refuse_body("ws: workspace, u: bool", "when u { b = build(ws) }\nlive(b.disk)", "P0306", "b.disk", "b.disk ??");
    accept_body("ws: workspace, u: bool", "when u { b = build(ws) }\nsay(text(b.id ?? \"1\"))");
    accept_body("ws: workspace, u: bool", "when u { b = build(ws) }\nwhen u { live(b!.disk) }");
    accept_body("ws: workspace, u: bool", "b = when u { build(ws) }\nsay(text(b.id ?? \"1\"))");
    accept_body("ws: workspace, u: bool", "when u { b = build(ws) } else { b = build(ws, force: true) }\nlive(b.disk)");
    accept_body("ws: workspace, u: bool", "b = when u { build(ws) } else { build(ws, force: true) }\nlive(b.disk)");
    accept_body("u: bool", "x = when u { half(4) } else { half(6) }\nsay(\"~{x}\")");
}

#[test]
fn two_types_in_two_branches_are_reported_where_they_are_used() {
    accept_body("u: bool", "when u { x = 1 } else { x = \"a\" }");
    refuse_body("u: bool", "when u { x = 1 } else { x = \"a\" }\nsay(\"~{x}\")", "P0301", "x", "two types");
}

#[test]
fn a_task_that_may_be_skipped_gives_optionals() {
    refuse_body("", "p = probe()\nsay(p.found)", "P0306", "p.found", "??");
    accept_body("", "p = probe()\nsay(p.found ?? \"a\")");
    refuse_body("ws: workspace", "b = build(ws) { on_exit: { 3: .skip } }\nlive(b.disk)", "P0306", "b.disk", "");
    accept_body("ws: workspace", "b = build(ws) { on_exit: { 3: .warn } }\nlive(b.disk)");
    refuse_body(
        "ws: workspace",
        "b = build(ws)\nlive(b.disk)\ndefaults { on_exit: { 3: .skip } }",
        "P0306",
        "b.disk",
        "",
    );
}

#[test]
fn finally_cannot_be_sure_of_results() {
    refuse_body("ws: workspace", "b = build(ws)\nfinally { say(text(b.id)) }", "P0309", "b.id", "");
    accept_body("ws: workspace", "b = build(ws)\nfinally { say(text(b.id ?? \"1\")) }");
    refuse_body(
        "ws: workspace, u: bool",
        "when u { b = build(ws) }\nfinally { when u { say(text(b!.id)) } }",
        "P0307",
        "b!",
        "",
    );
    accept_body("v: string?", "require v != none, \"x\"\nfinally { say(v!) }");
    refuse_body("ws: workspace", "b = build(ws)\nx = b.count + 1\nfinally { say(\"~{x}\") }", "P0309", "x", "");
}
