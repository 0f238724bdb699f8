//! Arguments: by position, by name, by a bare name.

use super::{Checked, accept_body, findings, refuse_body};
use pipec::check::program::{Kind, Stmt};

/// For each argument of the first call: the name of the local that it is, or `-`.
fn args(checked: &Checked) -> Vec<String> {
    let pipeline = &checked.program.pipelines[0];
    let call = pipeline
        .body
        .iter()
        .find_map(|stmt| if let Stmt::Call(call) = stmt { Some(call) } else { None })
        .expect("a call");
    let show = |arg: &Option<pipec::check::program::Expr>| match arg.as_ref().map(|arg| &arg.kind) {
        Some(Kind::Local(local)) => pipeline.locals[local.index()].name.to_string(),
        Some(_) => "+".to_owned(),
        None => "-".to_owned(),
    };
    call.args.iter().map(show).collect()
}

#[test]
fn arguments_go_by_position_then_by_name() {
    let params = "ws: workspace, version: Version, force: bool, strict: bool";
    assert_eq!(args(&accept_body(params, "build(ws, version, false)")), ["ws", "version", "+", "-"]);
    assert_eq!(
        args(&accept_body(params, "build(ws, force: force, version: version)")),
        ["ws", "version", "-", "force"]
    );
}

#[test]
fn a_bare_name_stands_for_a_named_argument() {
    let params = "ws: workspace, version: Version, force: bool, strict: bool";
    assert_eq!(args(&accept_body(params, "build(ws, force)")), ["ws", "-", "-", "force"]);
    assert_eq!(args(&accept_body(params, "build(ws, version, strict: true, force)")), ["ws", "version", "+", "force"]);
    assert_eq!(args(&accept_body(params, "build(force, ws)")), ["ws", "-", "-", "force"]);
}

#[test]
fn what_does_not_fit_a_call_is_refused() {
    refuse_body("", "say(\"a\", \"b\")", "P0208", "\"b\"", "takes 1 argument");
    refuse_body("", "say(\"a\", words: \"b\")", "P0208", "\"b\"", "given twice");
    refuse_body("ws: workspace", "build(ws: ws, true)", "P0208", "true", "name it");
    refuse_body("ws: workspace, forc: bool", "build(ws: ws, forc)", "P0206", "forc", "did you mean `force: forc`?");
    refuse_body("", "say()", "P0207", "say()", "add `words: …`");
    refuse_body("", "x = half()", "P0207", "half()", "add `n: …`");
    assert_eq!(findings("", "x = half(b: 3)"), ["P0206 b"]);
}

#[test]
fn a_wrong_argument_shows_the_parameter() {
    let checked = refuse_body("", "say(3)", "P0301", "3", "");
    assert_eq!(checked.sources.text(checked.found[0].labels[1].span), "words");
    assert_eq!(checked.found[0].labels[1].text, "`words` is declared as `string`");
}

#[test]
fn functions_fill_their_defaults() {
    let checked = accept_body("", "x = half(8)");
    let Stmt::Bind { value, .. } = &checked.program.pipelines[0].body[0] else { panic!("no binding") };
    let Kind::Fn(_, args) = &value.kind else { panic!("no call") };
    assert!(matches!(args[1].kind, Kind::Int(2)));
}

#[test]
fn words_of_the_language_take_what_they_say() {
    accept_body(
        "b: bool, v: Version?, l: [int], s: string",
        "f = concat(flag(\"-f\", b), flag(\"-v\", v))\ng = concat(flag(\"-n\", l), flag(\"-s\", s))\nn = len(l) + len([\"a\"])\nsay(join(l, \",\"))\nsay(text(n))\nh = concat([], l)",
    );
    refuse_body("b: bool?", "x = flag(\"-f\", b)", "P0301", "b", "?? false");
    refuse_body("b: Bucket", "x = flag(\"-f\", b)", "P0301", "b", "");
    refuse_body("s: string", "x = len(s)", "P0301", "s", "list");
    refuse_body("l: [bool]", "x = join(l, \",\")", "P0308", "l", "");
    refuse_body("a: [int], b: [string]", "x = concat(a, b)", "P0301", "b", "one type");
    refuse_body("", "x = len()", "P0207", "len", "1 argument");
    refuse_body("", "x = len([1], [2])", "P0208", "len", "1 argument");
    refuse_body("", "x = secret(3)", "P0301", "3", "");
    refuse_body("v: string?", "x = BuildId(v)", "P0306", "v", "");
    refuse_body("n: int", "x = BuildId(n)", "P0301", "n", "text(n)");
    refuse_body("", "x = BuildId()", "P0207", "BuildId()", "");
}

#[test]
fn statements_call_tasks() {
    refuse_body("", "half(3)", "P0405", "half", "bind its value");
    refuse_body("", "x = half(3) after y\ny = probe()", "P0405", "y", "modifiers");
    refuse_body("", "x = half(3) { retries: 1 }", "P0405", "retries", "");
    assert_eq!(super::run("pipeline a() {}\npipeline b() {\n    a()\n    x = a()\n}\n").findings(), [""; 0]);
}
