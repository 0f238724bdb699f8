//! P0411 and P0414: order that is said twice, and order that is missing.

use super::{found, mended, pipeline, words};

/// Tasks `t` with an output, `u` without.
const TASKS: &str = "task t(x: string = \"\") -> (a: string) { image: \"a/b:1\", run: \"make ~{x} > ~{out.a}\" }\n\
                     task u(x: string = \"\") { image: \"a/b:1\", run: \"make ~{x}\" }\n";

fn after(params: &str, body: &str) -> Vec<String> {
    let text = format!("{TASKS}{}", pipeline(params, body));
    found(&text).into_iter().filter(|one| one.starts_with("P0411")).collect()
}

#[test]
fn reading_an_output_is_waiting() {
    assert_eq!(after("", "    a = t()\n    b = u(a.a) after a\n"), ["P0411 a"]);
    assert_eq!(after("", "    a = t()\n    b = u() after a\n    c = u(a.a)\n"), [""; 0]);
    assert_eq!(after("", "    a = t()\n    task b { image: \"a/b:1\", run: \"make ~{a.a}\" } after a\n"), ["P0411 a"]);
    assert_eq!(after("", "    a = t()\n    when a.a == \"x\" { u() after a }\n"), ["P0411 a"]);
    assert_eq!(after("", "    a = t()\n    v = \"~{a.a}!\"\n    b = u(v) after a\n"), ["P0411 a"]);
}

#[test]
fn waiting_for_what_waits_is_waiting() {
    assert_eq!(after("", "    a = t()\n    b = u(a.a)\n    c = u() after a, b\n"), ["P0411 a"]);
    assert_eq!(after("", "    a = t()\n    b = u(a.a)\n    c = u() after b, a\n"), ["P0411 a"]);
    assert_eq!(
        after("", "    a = u()\n    b = u() after a\n    c = u() after b\n    d = u() after a, c\n"),
        ["P0411 a"]
    );
    assert_eq!(after("", "    a = t()\n    b = t(a.a)\n    c = u(b.a) after a, b\n"), ["P0411 a, b"]);
    assert_eq!(after("", "    a = u()\n    b = u() after a, a\n"), ["P0411 a"]);
}

#[test]
fn stages_and_finally_wait() {
    assert_eq!(after("", "    stage one { a = u() }\n    stage two { b = u() after a }\n"), ["P0411 a"]);
    assert_eq!(
        after("", "    stage one { a = u() }\n    stage two { b = u() }\n    stage three { c = u() after a }\n"),
        ["P0411 a"]
    );
    assert_eq!(after("", "    stage one { a = u()\n b = u() after a }\n"), [""; 0]);
    assert_eq!(after("", "    a = u()\n    finally { u() after a }\n"), ["P0411 a"]);
    assert_eq!(after("", "    a = u()\n    finally { b = u()\n c = u() after b }\n"), [""; 0]);
}

#[test]
fn what_may_be_gone_in_another_run_does_not_count() {
    assert_eq!(after("x: bool", "    a = t()\n    b = u(if x then a.a else \"\") after a\n"), [""; 0]);
    assert_eq!(after("x: bool", "    a = t()\n    v = if x then a.a else \"\"\n    b = u(v) after a\n"), [""; 0]);
    assert_eq!(after("x: bool", "    a = t()\n    when x or a.a == \"\" { u() after a }\n"), [""; 0]);
    assert_eq!(after("x: bool", "    a = t()\n    when x { b = u(a.a) }\n    c = u() after a, b\n"), [""; 0]);
    assert_eq!(after("x: bool", "    a = t()\n    when x { b = u(a.a)\n c = u() after a, b }\n"), ["P0411 a"]);
    assert_eq!(after("xs: [string]", "    a = t()\n    for x in xs { b = t(a.a) }\n    c = u() after a, b\n"), [""; 0]);
    assert_eq!(after("x: string?", "    a = t()\n    b = u(x ?? a.a) after a\n"), [""; 0]);
}

#[test]
fn a_whole_block_is_waited_for_only_when_all_of_it_is() {
    let many = "    for x in [\"1\", \"2\"] { a = t(x) }\n";
    assert_eq!(after("", &format!("{many}    b = u() after a\n")), [""; 0]);
    assert_eq!(
        after("", &format!("    stage one {{\n{many}    }}\n    stage two {{ b = u() after a }}\n")),
        ["P0411 a"]
    );
}

#[test]
fn a_called_pipeline_is_judged_where_it_is_written() {
    let inner = "pipeline inner() {\n    x = t()\n    y = u(x.a)\n}\n";
    let text = format!(
        "{TASKS}{inner}pipeline outer() {{\n    a = u()\n    i = inner() after a\n    j = inner() after i\n}}\n"
    );
    assert_eq!(found(&text), [""; 0]);
    let inner = "pipeline inner() {\n    x = t()\n    y = u(x.a) after x\n}\n";
    let text = format!("{TASKS}{inner}pipeline outer() {{\n    i = inner()\n    j = inner()\n}}\n");
    assert_eq!(found(&text), ["P0411 x"]);
}

#[test]
fn the_clause_or_one_name_of_it_is_taken_out() {
    let text = |body: &str| format!("{TASKS}{}", pipeline("", body));
    let cases = [
        ("    a = t()\n    b = u(a.a) after a\n", "    a = t()\n    b = u(a.a)\n"),
        ("    a = t()\n    b = u(a.a) { retries: 1 } after a\n", "    a = t()\n    b = u(a.a) { retries: 1 }\n"),
        ("    a = t()\n    u(a.a)\n        after a\n", "    a = t()\n    u(a.a)\n"),
        ("    a = t()\n    x = u()\n    b = u(a.a) after a, x\n", "    a = t()\n    x = u()\n    b = u(a.a) after x\n"),
        ("    a = t()\n    x = u()\n    b = u(a.a) after x, a\n", "    a = t()\n    x = u()\n    b = u(a.a) after x\n"),
        (
            "    a = t()\n    u()\n    task b {\n        image: \"a/b:1\"\n        run: \"make ~{a.a}\"\n    } after a\n",
            "    a = t()\n    u()\n    task b {\n        image: \"a/b:1\"\n        run: \"make ~{a.a}\"\n    }\n",
        ),
    ];
    for (before, then) in cases {
        let (before, then) = (before.replace("    u()\n", "    w = u()\n"), then.replace("    u()\n", "    w = u()\n"));
        assert_eq!(mended(&text(&before)), text(&then));
    }
}

#[test]
fn it_says_what_waits_already() {
    let body = "    stage one { a = t() }\n    stage two {\n        b = t(a.a) after a\n        c = u(b.a)\n        d = u() after c, b\n    }\n";
    insta::assert_snapshot!(words(&format!("{TASKS}{}", pipeline("", body))));
}

const PLACES: &str = "artifact A\n\
    task w(s: workspace, x: string = \"\") -> A = s / \"out/a\" { image: \"a/b:1\", run: \"make ~{x}\" }\n\
    task other(s: workspace) -> A = s / \"out/b\" { image: \"a/b:1\", run: \"make\" }\n";

fn writers(body: &str) -> Vec<String> {
    let text = format!(
        "{PLACES}{}",
        pipeline(
            "x: bool = false",
            &format!("    workspace s {{ size: 1Gi }}\n    y = other(s) {{ retries: if x then 1 else 2 }}\n{body}")
        )
    );
    found(&text)
}

#[test]
fn two_at_once_do_not_write_one_place() {
    assert_eq!(writers("    a = w(s)\n    b = w(s)\n"), ["P0414 b = w"]);
    assert_eq!(writers("    a = w(s)\n    b = w(s) after a\n"), [""; 0]);
    assert_eq!(writers("    a = w(s)\n    b = w(s, a.path)\n".replace("a.path", "\"~{a}\"").as_str()), [""; 0]);
    assert_eq!(writers("    stage one { a = w(s) }\n    stage two { b = w(s) }\n"), [""; 0]);
    assert_eq!(writers("    a = w(s) { lock: \"l\" }\n    b = w(s) { lock: \"l\" }\n"), [""; 0]);
    assert_eq!(writers("    workspace s2 { size: 1Gi }\n    a = w(s)\n    b = w(s2)\n"), [""; 0]);
    assert_eq!(
        writers("    a = w(s)\n    task b -> A = s / \"./out//a\" { image: \"a/b:1\", run: \"make\" }\n"),
        ["P0414 b"]
    );
}

#[test]
fn branches_that_are_never_there_together_may() {
    assert_eq!(writers("    when x { a = w(s) } else { b = w(s) }\n"), [""; 0]);
    assert_eq!(writers("    when x { a = w(s) }\n    when not x { b = w(s) }\n"), [""; 0]);
    assert_eq!(writers("    when x { a = w(s) }\n    b = w(s)\n"), ["P0414 b = w"]);
}

#[test]
fn the_turns_of_a_loop_run_at_once() {
    assert_eq!(writers("    for i in [\"1\", \"2\"] { a = w(s, i) }\n"), ["P0414 a = w"]);
    assert_eq!(writers("    for i in [\"1\"] { a = w(s, i) }\n"), [""; 0]);
    assert_eq!(writers("    for i in [\"1\", \"2\"] { a = w(s, i) { lock: \"l\" } }\n"), [""; 0]);
}

#[test]
fn commands_make_things_in_the_working_directory() {
    let library = "artifact A\ncommand \"mk\" makes A\n";
    let body = |rest: &str| {
        format!(
            "{library}{}",
            pipeline(
                "",
                &format!(
                    "    workspace s {{ size: 1Gi }}\n    task a {{ image: \"a/b:1\", workdir: s, run: \"mk\" }}\n    task b {{ image: \"a/b:1\", workdir: s, run: \"mk\" }}{rest}\n"
                )
            )
        )
    };
    assert_eq!(found(&body("")), ["P0414 b"]);
    assert_eq!(found(&body(" after a")), [""; 0]);
}

#[test]
fn a_place_of_a_called_pipeline_is_held_against_others() {
    let inner = "pipeline inner(s: workspace) {\n    a = w(s)\n}\n";
    let text = format!(
        "{PLACES}{inner}pipeline outer() {{\n    workspace s {{ size: 1Gi }}\n    o = other(s)\n    i = inner(s)\n    b = w(s)\n}}\n"
    );
    assert_eq!(found(&text), ["P0414 b = w"]);
}

#[test]
fn it_says_who_writes() {
    let body = "    workspace s { size: 1Gi }\n    y = other(s)\n    a = w(s)\n    b = w(s)\n    for i in [\"1\", \"2\"] { task c -> A = s / \"c\" { image: \"a/b:1\", run: \"make ~{i}\" } }\n";
    insta::assert_snapshot!(words(&format!("{PLACES}{}", pipeline("", body))));
}

/// 4.8: it is an error, unless the project or the place says otherwise; workspaces are told apart by their places.
#[test]
fn capability_4_8_two_writers_stop_a_build() {
    let program = "artifact A\ntask w(s: workspace) -> A = s / \"a\" { image: \"a/b:1\", run: \"make\" }\n\
                   pipeline p() {\n    workspace s { size: 1Gi }\n    one = w(s)\n    other = w(s)\n}\n";
    let place = crate::cli::run::Place::with(&[("ci.pipe", program)]);
    place.run(&["check", "ci.pipe"]).exits(1).says("error[P0414]");
    let ran = place.run(&["emit", "-t", "tekton", "ci.pipe"]).exits(1);
    assert!(ran.out.is_empty() && ran.err.contains("error[P0414]"), "{}", ran.err);
    place.run(&["check", "ci.pipe", "--warn", "two-writers"]).exits(0).says("warning[P0414]");
    place.put("pipec.toml", "[lints]\ntwo-writers = \"warn\"\n");
    place.run(&["emit", "-t", "tekton", "-o", "made", "ci.pipe"]).exits(0).says("warning[P0414]");
    place.run(&["check", "ci.pipe", "--deny", "two-writers"]).exits(1).says("error[P0414]");
    place.put("pipec.toml", "");
    let known = program
        .replace("    other = w", "    // pipec: allow(two-writers) because both write the same bytes\n    other = w");
    place.put("ci.pipe", &known);
    assert!(!place.run(&["check", "ci.pipe"]).exits(0).err.contains("P0414"));
}
