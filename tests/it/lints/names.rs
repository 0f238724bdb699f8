//! P0255: names that hide others.

use super::{found, found_with, pipeline, task, words};

#[test]
fn a_value_hides_no_constant() {
    let c = "const c: int = 1\n";
    let bodies = [
        "    c = 2\n    task t { image: \"a/b:1\", run: \"make ~{c}\" }\n",
        "    for c in [1, 2] { task t { image: \"a/b:1\", run: \"make ~{c}\" } }\n",
        "    task c { image: \"a/b:1\", run: \"make\" }\n",
        "    workspace c { size: 1Gi }\n    task t { image: \"a/b:1\", workdir: c, run: \"make\" }\n",
    ];
    let other = "task u(n: int = c) { image: \"a/b:1\", run: \"make ~{n}\" }\n";
    for body in bodies {
        let text = format!("{c}{other}{}", pipeline("", &format!("    u()\n{body}")));
        assert_eq!(found(&text), ["P0255 c"], "{body}");
    }
    assert_eq!(found("const c: int = 1\ntask t(c: int) { image: \"a/b:1\", run: \"make ~{c}\" }\n"), ["P0255 c"]);
    assert_eq!(found("const c: int = 1\nfn f(c: int) -> int = c + 1\n"), ["P0255 c"]);
}

#[test]
fn a_value_hides_no_module_and_nothing_that_is_brought_in() {
    let module = ("m.pipe", "const a: int = 1\ntask t() { image: \"a/b:1\", run: \"make\" }\n");
    let text = format!("use m\n{}", pipeline("m: int = 1", &(task("x", "make ~{m}") + "    m.t()\n")));
    assert_eq!(found_with(&text, &[module]), ["P0255 m"]);
    let text = "use m.{ a }\ntask t(a: int) { image: \"a/b:1\", run: \"make ~{a}\" }\nconst b: int = a\n";
    assert_eq!(found_with(text, &[module]), ["P0255 a"]);
}

#[test]
fn a_binding_may_be_called_like_what_it_calls() {
    let t = "task build(n: int) { image: \"a/b:1\", run: \"make ~{n}\" }\nfn kind(n: int) -> int = n + 1\n";
    let text = format!("{t}{}", pipeline("n: int", "    kind = kind(n)\n    build = build(kind)\n"));
    assert_eq!(found(&text), [""; 0]);
    assert_eq!(
        found(
            "task a(build: string) { image: \"a/b:1\", run: \"make ~{build}\" }\ntask build() { image: \"a/b:1\", run: \"make\" }\n"
        ),
        [""; 0]
    );
}

#[test]
fn what_a_pipeline_does_may_have_its_name() {
    assert_eq!(found(&pipeline("", &task("ci", "make"))), [""; 0]);
    let other = "pipeline other() {\n    task ci { image: \"a/b:1\", run: \"make\" }\n}\n";
    assert_eq!(found(&format!("{other}{}", pipeline("", &task("t", "make")))), ["P0255 ci"]);
}

#[test]
fn a_call_is_not_called_like_another_task() {
    let t = "task build() { image: \"a/b:1\", run: \"make\" }\ntask test() { image: \"a/b:1\", run: \"make test\" }\n";
    let text = format!("{t}{}", pipeline("", "    x = build()\n    build = test()\n"));
    assert_eq!(found(&text), ["P0255 build"]);
    let text = format!("{t}{}", pipeline("", &format!("    x = build()\n    test()\n{}", task("build", "make more"))));
    assert_eq!(found(&text), ["P0255 build"]);
    let module = ("m.pipe", "task make() { image: \"a/b:1\", run: \"make\" }\nfn build() -> int = 1\n");
    let text = format!("use m\n{t}{}", pipeline("", "    test()\n    x = build()\n    build = m.make()\n"));
    assert_eq!(found_with(&text, &[module]), ["P0255 build"]);
    let text = format!(
        "use m\n{t}{}",
        pipeline(
            "",
            "    test()\n    x = build()\n    build = m.build()\n    task u { image: \"a/b:1\", run: \"make ~{build}\" }\n"
        )
    );
    assert_eq!(found_with(&text, &[module]), [""; 0], "a value is no call");
}

#[test]
fn what_every_program_has_keeps_its_name() {
    assert_eq!(
        found("enum Status { good, bad }\nfn f(s: Status) -> int = match s { .good => 1\n .bad => 2 }\n"),
        ["P0255 Status"]
    );
    assert_eq!(found("fn text(n: int) -> string = \"~{n}\"\n"), ["P0255 text"]);
    assert_eq!(
        found("task upload(image: string, path: string) { image: \"a/b:1\", run: \"make ~{image} ~{path}\" }\n"),
        [""; 0]
    );
}

#[test]
fn out_and_outcome_have_a_meaning() {
    let text = "task t(out: string) -> (a: string) { image: \"a/b:1\", run: \"make > ~{out.a}\", env: { A: \"x\" } }\n";
    assert!(found(text).contains(&"P0255 out".to_owned()));
    let finally = "    finally { task z { image: \"a/b:1\", run: \"echo ~{outcome}\" } }\n";
    let text = pipeline("outcome: string", &(task("t", "make") + finally));
    assert_eq!(found(&text), ["P0255 outcome"]);
    assert_eq!(found(&pipeline("outcome: string", &task("t", "make ~{outcome}"))), [""; 0]);
}

#[test]
fn it_says_what_is_hidden() {
    insta::assert_snapshot!(words("const c: int = 1\ntask t(c: int) { image: \"a/b:1\", run: \"make ~{c}\" }\n"));
}
