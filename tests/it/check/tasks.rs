//! Tasks: fields, steps, outputs.

use super::{accept, findings, refuse, refuse_body, run};
use pipec::check::program::{Shell, Stmt};

/// A task with these fields behind its image and run.
fn with(fields: &str) -> String {
    format!("task t(s: string = \"x\", n: int = 1) {{\n    image: \"a/b:1\"\n    run: \"x\"\n    {fields}\n}}\n")
}

#[test]
fn every_field_has_a_type() {
    accept(&with(
        "needs: { kvm: true, cpu: 4, memory: 2Gi, arch: .aarch64, network: false }\n    timeout: 2h\n    retries: n\n    retry_delay: 30s\n    on_exit: { 77: .warn, 78: .fail }\n    on_failure: .go_on\n    before: \"echo ~{s}\"\n    cleanup: \"rm ~{s}\"\n    lock: \"l-~{s}\"\n    env: { A: s, \"B\": \"~{n}\", C: n }\n    files: { \"a/~{s}\": s, b: \"text\" }\n    workdir: \"src\"\n    shell: \"bash\"",
    ));
    refuse(&with("needs: { kvn: true }"), "P0204", "kvn", "did you mean `kvm`?");
    refuse(&with("needs: { kvm: \"true\" }"), "P0301", "\"true\"", "write `true`");
    refuse(&with("needs: { arch: .arm }"), "P0209", "arm", "x86_64");
    refuse(&with("timout: 2h"), "P0204", "timout", "did you mean `timeout`?");
    refuse(&with("network: false"), "P0204", "network", "`needs: { network: … }`");
    refuse(&with("ram: 4Gi"), "P0204", "ram", "`needs: { memory: … }`");
    refuse(&with("timeout: \"2h\""), "P0301", "\"2h\"", "duration");
    refuse(&with("timeout: 0s"), "P0316", "0s", "no time");
    refuse(&with("retries: -1"), "P0316", "-1", "0 or more");
    refuse(&with("on_failure: .continue"), "P0209", "continue", "stop");
    refuse(&with("on_exit: { 77: .wran }"), "P0209", "wran", "did you mean `warn`?");
    refuse(&with("on_exit: { 0: .warn }"), "P0316", "0", "1 to 255");
    refuse(&with("on_exit: { 300: .warn }"), "P0316", "300", "1 to 255");
    refuse(&with("on_exit: { a: .warn }"), "P0301", "a", "77");
    refuse(&with("on_exit: { 77: .warn, 77: .fail }"), "P0202", "77", "");
    refuse(&with("lock: n"), "P0301", "n", "text(n)");
    refuse(&with("timeout: 1h\n    timeout: 2h"), "P0202", "timeout", "");
}

#[test]
fn environments_and_files_take_text() {
    refuse(&with("env: { A: true }"), "P0308", "true", "flag");
    refuse(&with("env: { A: [1] }"), "P0310", "[1]", "join");
    refuse(&with("env: { \"1A\": s }"), "P0212", "\"1A\"", "letters");
    refuse(&with("env: { PIPE_A: s }"), "P0212", "PIPE_A", "PIPE_");
    refuse(&with("env: { A: s, A: s }"), "P0202", "A", "");
    refuse(&with("env: s"), "P0301", "s", "braces");
    // `none` itself takes a variable away; what may be `none` is no text.
    accept(&with("env: { A: none }"));
    refuse(&with("env: { A: if n > 1 then s else none }"), "P0309", "if n > 1 then s else none", "");
    let service = "service db { image: \"a/b:1\", port: 1, env: { A: none } }";
    refuse(&with(service), "P0309", "none", "taken away");
    refuse(&with("files: { a: n }"), "P0301", "n", "text(n)");
    refuse(&with("files: { a: s, \"a\": s }"), "P0202", "\"a\"", "");
}

#[test]
fn a_task_has_something_to_run_and_an_image() {
    refuse("task t { timeout: 1h }\n", "P0215", "t", "`run: ");
    accept("task t { image: \"a/b:1\" }\n");
    refuse("task t { image: \"a/b:1\", args: [1] }\n", "P0301", "1", "");
    refuse("task t { image: \"a/b:1\", shell: \"sh\" }\n", "P0536", "\"sh\"", "remove `shell`");
    refuse("task t { image: \"a/b:1\", run: \"x\", args: [\"y\"] }\n", "P0536", "[\"y\"]", "~{x}");
    refuse("task t { image: \"a/b:1\", run: \"x\"\n step a { run: \"y\" } }\n", "P0405", "\"x\"", "step");
    refuse("task t { image: \"a/b:1\", step a { timeout: 1h, run: \"y\" } }\n", "P0204", "timeout", "");
    refuse("task t { image: \"a/b:1\", step a { env: {} } }\n", "P0215", "a", "run");
    refuse("task t { image: \"a/b:1\"\n step a { run: \"y\" }\n step a { run: \"z\" } }\n", "P0202", "a", "");
    accept("task t { run: \"x\" }\n");
    refuse("task t { run: \"x\" }\npipeline p() {\n    t()\n}\n", "P0215", "t", "defaults");
    refuse("pipeline p() {\n    task t { run: \"x\" }\n}\n", "P0215", "t", "defaults");
    accept("task t { run: \"x\" }\npipeline p() {\n    t()\n    defaults { image: \"a/b:1\" }\n}\n");
    accept("task t { run: \"x\" }\npipeline p() {\n    t() { image: \"a/b:1\" }\n}\n");
    let with_shell = |shell: &str, task: &str| {
        format!(
            "pipeline p(s: string) {{\n    task t {{ image: \"a/b:1\"{task} }}\n    defaults {{ shell: {shell} }}\n}}\n"
        )
    };
    accept(&with_shell("\"python3\"", ", shell: \"bash\", run: \"echo ~{s}\""));
    accept(&with_shell("\"sh\"", ""));
    refuse(&with_shell("\"python3\"", ", run: \"print(~{s})\""), "P0508", "~{s}", "");
    refuse(&with_shell("1", ", run: \"x\""), "P0501", "1", "written out");
    accept(
        "task t {\n step a { image: \"a/b:1\", run: \"x\" }\n step b { image: \"a/b:1\", run: \"x\" } }\npipeline p() {\n    t()\n}\n",
    );
    refuse(
        "task t {\n step a { image: \"a/b:1\", run: \"x\" }\n step b { run: \"x\" } }\npipeline p() {\n    t()\n}\n",
        "P0215",
        "t",
        "",
    );
}

#[test]
fn modifiers_are_fields_that_may_be_changed() {
    accept(
        "task t { image: \"a/b:1\", run: \"x\" }\npipeline p() {\n    t() { retries: 1, needs: { kvm: true } }\n}\n",
    );
    refuse_body("", "say(\"x\") { run: \"y\" }", "P0204", "run", "where the task is declared");
    refuse_body("", "say(\"x\") { shell: \"sh\" }", "P0204", "shell", "where the task is declared");
    refuse_body("", "say(\"x\") { retrys: 1 }", "P0204", "retrys", "did you mean `retries`?");
    let checked = super::accept_body("", "say(\"x\") { needs: { kvm: true } }");
    let Stmt::Call(call) = &checked.program.pipelines[0].body[0] else { panic!("no call") };
    let given = call.modifiers().needs_given;
    let all = ["kvm", "privileged", "cpu", "memory", "disk", "arch", "network"];
    assert_eq!(all.into_iter().filter(|name| given.has(name)).collect::<Vec<_>>(), ["kvm"]);
    assert!(call.modifiers().needs.is_some() && call.modifiers().image.is_none());
}

#[test]
fn interpreters_are_written_out() {
    let shell = |words: &str| {
        let checked = accept(&format!("task t {{ image: \"a/b:1\", shell: {words}, run: \"x\" }}\n"));
        checked.program.tasks.last().unwrap().fields.shell.clone().unwrap().0
    };
    assert_eq!(shell("\"bash\""), Shell::Bash);
    assert_eq!(shell("\"sh\""), Shell::Sh);
    assert_eq!(shell("\"node --check\""), Shell::Other(vec!["node".into(), "--check".into()]));
    assert_eq!(shell("[\"my tool\", \"-x\"]"), Shell::Other(vec!["my tool".into(), "-x".into()]));
    refuse(&with("shell: s"), "P0501", "s", "bash");
    refuse("const x: string = \"a\"\ntask t { image: \"a/b:1\", run: x }\n", "P0301", "x", "never becomes script text");
}

#[test]
fn outputs_are_written_in_scripts_and_environments() {
    accept(
        "task t() -> (a: string, b: int) { image: \"a/b:1\", env: { P: out.b }, run: \"echo > ~{out.a}; echo > \\\"$P\\\"\" }\n",
    );
    accept("task t() -> string { image: \"a/b:1\", run: \"echo > ~{out}\" }\n");
    refuse("task t() -> (a: string) { image: \"a/b:1\", run: \"echo > ~{out.b}\" }\n", "P0216", "b", "`a`");
    refuse("task t() -> string { image: \"a/b:1\", run: \"echo > ~{out.a}\" }\n", "P0216", "a", "`out`");
    refuse("task t { image: \"a/b:1\", run: \"echo > ~{out.b}\" }\n", "P0201", "out", "declare the output");
    refuse("task t() -> string { image: \"a/b:1\", lock: out, run: \"echo > ~{out}\" }\n", "P0201", "out", "");
}

#[test]
fn results_have_types_that_a_script_can_write() {
    let with = |ty: &str| {
        format!(
            "record R {{ a: int }}\nartifact A\ntask t() -> (a: {ty}) {{ image: \"a/b:1\", run: \"echo > ~{{out.a}}\" }}\n"
        )
    };
    for ty in ["string", "int", "bool", "duration", "size", "cpu", "path", "image", "Arch", "string?", "A"] {
        accept(&with(ty));
    }
    refuse(&with("R?"), "P0214", "R?", "");
    refuse(&with("workspace"), "P0214", "workspace", "");
    refuse(&with("{string: int}"), "P0214", "{string: int}", "");
    refuse(&with("A?"), "P0214", "A?", ".skip");
    for ty in ["[string]", "[int]", "[bool]", "[size]", "[Arch]", "[path]", "[string]?"] {
        accept(&with(ty));
    }
    for ty in ["[A]", "[R]", "[[string]]", "[string?]", "[workspace]", "[{string: int}]"] {
        refuse(&with(ty), "P0214", ty, "");
    }
}

#[test]
fn artifacts_have_places() {
    accept("artifact A\ntask t(ws: workspace) -> (a: A = ws / \"x\") { image: \"a/b:1\", run: \"echo > ~{out.a}\" }\n");
    accept(
        "artifact A\ntask t(s: A) -> A = s.workspace / \"x\" { image: \"a/b:1\", workdir: s.workspace, run: \"cp ~{s} ~{out}\" }\n",
    );
    refuse(
        "task t(ws: workspace) -> (a: int = ws / \"x\") { image: \"a/b:1\", run: \"echo > ~{out.a}\" }\n",
        "P0405",
        "ws / \"x\"",
        "only an artifact",
    );
    refuse("artifact A\ntask t(a: A) { image: \"a/b:1\", workdir: a, run: \"x\" }\n", "P0301", "a", "a.path");
    refuse("artifact A\npipeline p(a: A) {}\n", "P0214", "A", "");
    refuse("artifact A\ntask t(a: A) { image: \"a/b:1\", run: \"echo ~{a.size}\" }\n", "P0216", "size", "path");
}

#[test]
fn tasks_in_place_see_the_pipeline() {
    super::accept_body(
        "ws: workspace, s: string",
        "b = build(ws)\nfor x in [\"a\"] {\n    task t -> (c: string) { image: base, run: \"echo ~{s} ~{x} ~{b.id} ~{b.disk} > ~{out.c}\" }\n}",
    );
    super::accept_body(
        "",
        "task a -> string { image: base, run: \"x > ~{out}\" }\nsay(a)\ntask b -> (c: string) { image: base, run: \"x > ~{out.c}\" } after a\nsay(b.c)",
    );
    refuse_body("", "task a -> (c: string) { image: base, run: \"x > ~{out.c}\" }\nsay(a.d)", "P0216", "d", "`c`");
    refuse_body("", "task a(s: string) { image: base, run: \"echo ~{s}\" }", "P0101", "s: string", "top level");
    refuse_body("", "task a { image: base, on_exit: { 1: .skip }, run: \"x > ~{out}\" }\n", "P0201", "out", "");
    refuse_body(
        "",
        "task a -> string { image: base, on_exit: { 1: .skip }, run: \"x > ~{out}\" }\nsay(a)",
        "P0306",
        "a",
        "",
    );
}

#[test]
fn the_types_of_two_tasks_are_two_types() {
    assert_eq!(
        findings(
            "u: bool",
            "task a { image: base, run: \"x\" }\ntask b { image: base, run: \"x\" }\nx = if u then a else b"
        ),
        ["P0301 b"]
    );
}

#[test]
fn a_broken_field_hides_no_other_mistake() {
    let codes: Vec<String> =
        run("task t(s: string) {\n    image \"a/b:1\"\n    run: \"echo ~{z}\"\n}\npipeline p() {\n    t(\"x\")\n}\n")
            .findings();
    assert_eq!(codes.iter().filter(|code| code.starts_with("P01")).count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| !code.starts_with("P01")).collect::<Vec<_>>(), ["P0201 z"]);
}
