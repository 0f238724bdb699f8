//! A secret has no text form, and what holds one is one.

use super::{accept_body, refuse, refuse_body};

#[test]
fn secrets_stand_in_environments_and_files() {
    accept_body("t: secret", "task a { image: base, env: { T: t }, files: { \"key\": t }, run: \"x\" }");
    accept_body("t: secret?", "when t != none {\n    task a { image: base, env: { T: t! }, run: \"x\" }\n}");
    accept_body("", "task a { image: base, env: { T: secret(\"aws\") }, run: \"x\" }");
}

#[test]
fn secrets_are_no_arguments_and_no_text() {
    refuse_body("t: secret", "say(t)", "P0802", "t", "parameter of type `secret`");
    refuse_body("t: secret?", "say(t)", "P0802", "t", "");
    refuse_body("t: secret", "say(\"a ~{t}\")", "P0802", "t", "");
    refuse_body(
        "t: secret",
        "task a { image: base, env: { T: \"Bearer ~{t}\" }, run: \"x\" }",
        "P0802",
        "t",
        "as a whole",
    );
    refuse_body("t: secret", "x = text(t)", "P0802", "t", "");
    refuse_body("t: secret", "x = flag(\"-t\", t)", "P0802", "t", "");
    refuse_body("t: secret, u: secret", "x = t == u", "P0315", "==", "");
}

#[test]
fn secrets_are_no_results() {
    refuse("task t() -> (a: secret) { image: \"a/b:1\", run: \"x > ~{out.a}\" }\n", "P0803", "secret", "");
    refuse("pipeline p(t: secret) -> secret {\n    return t\n}\n", "P0803", "secret", "");
    refuse("pipeline p(t: secret) -> string {\n    return t\n}\n", "P0803", "t", "");
    refuse("pipeline p(t: secret) -> string {\n    return \"x ~{t}\"\n}\n", "P0803", "t", "");
}

#[test]
fn secrets_are_no_names() {
    for field in
        ["image: t", "lock: t", "lock: \"a-~{t}\"", "workdir: t", "image: \"a/~{t}\"", "files: { \"a/~{t}\": \"x\" }"]
    {
        let image = if field.starts_with("image") { "" } else { "image: base, " };
        refuse_body("t: secret", &format!("task a {{ {image}{field}, run: \"x\" }}"), "P0804", "t", "");
    }
    refuse_body("t: secret", "exclusive t", "P0804", "t", "");
    refuse_body("t: secret, ws: workspace", "x = ws / t", "P0804", "t", "");
}

#[test]
fn what_holds_a_secret_is_one() {
    let items = "record R { t: secret }\ntask use(r: R) { image: \"a/b:1\", env: { T: r.t }, run: \"x\" }\ntask say(s: string) { image: \"a/b:1\", run: \"echo ~{s}\" }\n";
    super::accept(&format!("{items}pipeline p(r: R) {{\n    use(r)\n}}\n"));
    refuse(&format!("{items}pipeline p(r: R) {{\n    say(r)\n}}\n"), "P0802", "r", "");
    refuse(&format!("{items}pipeline p(r: R) -> [secret] {{\n    return [r.t]\n}}\n"), "P0803", "[secret]", "");
    refuse(&format!("{items}pipeline p(l: [secret]) {{\n    say(join(l, \",\"))\n}}\n"), "P0802", "l", "");
}

/// 2.14: the supervisor is told what to do by options and variables of its own; no program speaks to it, least of all with a
/// secret.
#[test]
fn capability_2_14_nothing_is_said_to_the_supervisor() {
    for name in ["PIPEC_ENTRYPOINT_ENV", "PIPEC_ENTRYPOINT_SECRET", "PIPEC_ENTRYPOINT_"] {
        let body = format!("task a {{ image: base, env: {{ {name}: t }}, run: \"x\" }}");
        refuse_body("t: secret", &body, "P0212", name, "takes them away");
    }
    accept_body(
        "t: secret",
        "task a { image: base, env: { PIPEC_STORE: \"x\", MY_PIPEC_ENTRYPOINT_X: t }, run: \"x\" }",
    );
}
