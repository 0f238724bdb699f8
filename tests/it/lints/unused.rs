//! P0251 to P0254 and P0256: what is declared and not used.

use super::{found, found_with, mended, pipeline, task, words};

#[test]
fn a_parameter_is_read_somewhere() {
    assert_eq!(found(&pipeline("a: string, b: int = 1", &task("t", "make ~{a}"))), ["P0251 b"]);
    let uses = [
        "    require b > 0, \"no\"\n",
        "    exclusive \"x-~{b}\"\n",
        "    workspace w { size: b * 1Gi }\n    task u { image: \"a/b:1\", workdir: w, run: \"make\" }\n",
        "    defaults { retries: b }\n",
        "    when b > 1 { task u { image: \"a/b:1\", run: \"make\" } }\n",
        "    for x in [1, 2] if x > b { task u { image: \"a/b:1\", run: \"make ~{x}\" } }\n",
        "    task u { image: \"a/b:1\", env: { B: \"~{b}\" }, run: \"make\" }\n",
        "    task u { image: \"a/b:1\", run: \"make\", cleanup: \"rm ~{b}\" }\n",
        "    task u { image: \"a/b:1\", step s { run: \"make ~{b}\" } }\n",
    ];
    for one in uses {
        assert_eq!(found(&pipeline("b: int = 1", &(one.to_owned() + &task("t", "make")))), [""; 0], "{one}");
    }
}

#[test]
fn a_default_that_reads_another_parameter_uses_it() {
    assert_eq!(found(&pipeline("a: string, b: string = a", &task("t", "make ~{b}"))), [""; 0]);
    assert_eq!(found(&pipeline("a: string, b: string = a", &task("t", "make"))), ["P0251 b"]);
}

#[test]
fn tasks_and_functions_have_parameters_too_also_in_a_library() {
    let library = "task t(a: string, b: string) { image: \"a/b:1\", run: \"make ~{a}\" }\n\
                   fn f(c: int, d: int = 2) -> int = c * 2\n";
    assert_eq!(found(library), ["P0251 b", "P0251 d"]);
}

#[test]
fn what_is_mounted_or_waited_for_is_used_by_being_passed() {
    let library = "artifact A\nrecord R { a: A }\n\
                   task t(w: workspace, a: A, l: [A], r: R) { image: \"a/b:1\", run: \"make\" }\n";
    assert_eq!(found(library), [""; 0]);
}

#[test]
fn what_is_handed_to_another_pipeline_is_used() {
    let text = format!("{}{}", pipeline("a: string", &task("t", "make ~{a}")), "pipeline all(b: string) { ci(b) }\n");
    assert_eq!(found(&text), [""; 0]);
    let text = format!(
        "{}{}",
        pipeline("a: string", &task("t", "make")),
        "pipeline all(b: string) { x = ci(b)\n y = ci(b) }\n"
    );
    assert_eq!(found(&text), ["P0251 a"], "once, where it is declared");
}

#[test]
fn a_task_is_called_by_a_pipeline() {
    let t = "task t() { image: \"a/b:1\", run: \"make\" }\n";
    assert_eq!(found(&format!("{t}{}", pipeline("", &task("u", "make")))), ["P0252 t"]);
    for body in [
        "    t()\n",
        "    x = t()\n",
        "    when true == true { t() }\n",
        "    finally { t() }\n",
        "    stage s { t() }\n",
    ] {
        let unused: Vec<_> =
            found(&format!("{t}{}", pipeline("", body))).into_iter().filter(|one| one.starts_with("P02")).collect();
        assert_eq!(unused, [""; 0], "{body}");
    }
    assert_eq!(found(t), [""; 0], "a library is for others");
}

#[test]
fn what_only_the_unused_uses_is_unused_and_goes_after_it() {
    let text = format!(
        "const n: int = 2\nenum E {{ a, b }}\nfn f(e: E) -> int = match e {{ .a => n\n .b => 1 }}\n{}",
        pipeline("", &task("u", "make"))
    );
    assert_eq!(found(&text), ["P0256 n", "P0256 E", "P0256 f"]);
    insta::assert_snapshot!(words(&text));
}

#[test]
fn every_kind_of_declaration_is_looked_at() {
    let declared = "const c: int = 1\nenum E { a }\nrecord R { a: int }\ntype T = string matching \"a+\"\nartifact A\n\
                    fn f() -> int = 1\n";
    let text = format!("{declared}{}", pipeline("", &task("u", "make")));
    assert_eq!(found(&text), ["P0256 c", "P0256 E", "P0256 R", "P0256 T", "P0256 A", "P0256 f"]);
    let used = format!(
        "{declared}command \"make\" makes A\n{}",
        pipeline(
            "e: E, t: T, r: R = {{ a: c }}".replace("{{", "{").replace("}}", "}").as_str(),
            &task("u", "make ~{e} ~{t} ~{r.a} ~{f()}")
        )
    );
    assert_eq!(found(&used), [""; 0]);
    assert_eq!(found(declared), [""; 0]);
}

#[test]
fn a_doc_comment_is_not_left_behind() {
    let text = format!("/// Two.\nconst n: int = 2\n{}", pipeline("", &task("u", "make")));
    assert_eq!(found(&text), ["P0256 n"]);
    assert!(super::analysis(&text, &[]).diagnostics.iter().all(|one| one.fixes.is_empty()));
    assert_eq!(mended(&text.replace("/// Two.\n", "")), format!("\n{}", pipeline("", &task("u", "make"))));
}

#[test]
fn values_and_workspaces_of_a_pipeline_are_read() {
    let text = pipeline(
        "a: string",
        &format!("    x = \"~{{a}}!\"\n    y = 2\n    workspace w {{ size: 1Gi }}\n{}", task("t", "make ~{a}")),
    );
    assert_eq!(found(&text), ["P0256 x", "P0256 y", "P0256 w"]);
    let text = pipeline("", &format!("    when true == true {{ x = 1 }}\n{}", task("t", "make ~{x ?? 2}")));
    assert!(!found(&text).contains(&"P0256 x".to_owned()));
}

#[test]
fn a_workspace_may_be_the_home_of_what_has_no_place() {
    let text = "artifact A\ntask t() -> A { image: \"a/b:1\", run: \"make > ~{out}\" }\n".to_owned()
        + &pipeline("", "    workspace w { size: 1Gi }\n    t()\n");
    assert_eq!(found(&text), [""; 0]);
}

#[test]
fn another_name_for_a_call_is_waited_for() {
    let text = pipeline(
        "",
        "    task t { image: \"a/b:1\", run: \"make\" }\n    u = t\n    task v { image: \"a/b:1\", run: \"make\" } after u\n",
    );
    assert_eq!(found(&text), [""; 0]);
}

#[test]
fn outputs_are_read_or_returned() {
    let t = "    task t -> (a: string, b: int) { image: \"a/b:1\", run: \"make > ~{out.a}; make > ~{out.b}\" }\n";
    assert_eq!(found(&pipeline("", t)), ["P0253 a", "P0253 b"]);
    assert_eq!(found(&pipeline("", &(t.to_owned() + &task("u", "make ~{t.a}")))), ["P0253 b"]);
    assert_eq!(found(&pipeline("", &(t.to_owned() + "    v = t\n" + &task("u", "make ~{v.a} ~{v.b}")))), [""; 0]);
    let returned = format!("pipeline ci() -> (x: string, y: int) {{\n{t}    return (x: t.a, y: t.b)\n}}\n");
    assert_eq!(found(&returned), [""; 0]);
}

#[test]
fn outputs_of_blocks_are_read_from_outside() {
    let t = "task t { image: \"a/b:1\", run: \"make\" }\n"
        .replace("t {", "t -> (a: string) {")
        .replace("make", "make > ~{out.a}");
    let looped = format!(
        "    for x in [1, 2] {{\n        e = x\n        {t}        task v {{ image: \"a/b:1\", run: \"make ~{{e}}\" }}\n    }}\n"
    );
    assert_eq!(found(&pipeline("", &looped)), ["P0253 a"]);
    let when = format!(
        "    when b {{ {t} }}\n{}",
        "    when t != none { task u { image: \"a/b:1\", run: \"make ~{t!.a}\" } }\n"
    );
    assert_eq!(found(&pipeline("b: bool", &when)), [""; 0]);
}

#[test]
fn the_tasks_of_a_module_are_for_more_than_one_file() {
    let module = "task t(x: string) -> (a: string) { image: \"a/b:1\", run: \"make > ~{out.a}\" }\n";
    let text = format!("use lib\n{}", pipeline("", "    lib.t(\"x\")\n"));
    assert_eq!(found_with(&text, &[("lib.pipe", module)]), [""; 0]);
    assert_eq!(found_with(&text, &[("lib.pipe", &(module.to_owned() + "pipeline p() { t(\"x\") }\n"))]), [""; 0]);
}

const MODULE: &str =
    "const a: int = 1\nconst b: int = 2\nconst c: int = 3\ntask t() { image: \"a/b:1\", run: \"make\" }\n";

#[test]
fn names_that_are_brought_in_are_used() {
    let with =
        |import: &str, body: &str| found_with(&format!("{import}\n{}", pipeline("", body)), &[("m.pipe", MODULE)]);
    let uses = |names: &str| task("x", names);
    assert_eq!(with("use m.{ a, b, c }", &uses("make ~{a}")), ["P0254 b", "P0254 c"]);
    assert_eq!(with("use m.{ a, b, c }", &uses("make ~{b}")), ["P0254 a", "P0254 c"]);
    assert_eq!(with("use m.{ a, b as d, c, }", &uses("make ~{a} ~{c}")), ["P0254 b as d"]);
    assert_eq!(with("use m.{ a as e, b }", &uses("make ~{b}")), ["P0254 a as e"]);
    assert_eq!(with("use m.{ a, t }", "    t()\n"), ["P0254 a"]);
    assert_eq!(with("use m.{ a, b }", &uses("make")), ["P0254 use m.{ a, b }"]);
    assert_eq!(with("use m.{ a }", &uses("make")), ["P0254 use m.{ a }"]);
    assert_eq!(with("use m.{ a, b as d }", &uses("make ~{a} ~{d}")), [""; 0]);
    assert_eq!(with("use m as n", &uses("make ~{n.a}")), [""; 0]);
    assert_eq!(with("use m as n", &uses("make")), ["P0254 use m as n"]);
}

#[test]
fn a_part_of_a_selection_is_taken_out_with_its_comma() {
    let text = |import: &str| format!("{import}\n{}", pipeline("", &task("x", "make ~{b}")));
    let fix = |import: &str| {
        let analysis = super::analysis(&text(import), &[("m.pipe", MODULE)]);
        let one = analysis.diagnostics.iter().next().expect("one is unused");
        super::applied(&text(import), &one.fixes[0])
    };
    assert_eq!(fix("use m.{ a, b }"), text("use m.{ b }"));
    assert_eq!(fix("use m.{ b, a }"), text("use m.{ b }"));
    assert_eq!(fix("use m.{\n    a as e,\n    b,\n}"), text("use m.{\n    b,\n}"));
}
