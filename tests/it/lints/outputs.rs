//! P0415: what is promised is written.

use super::{found, words};

/// A task of a library.
fn task(outputs: &str, fields: &str) -> String {
    format!("artifact A\ntask t(w: workspace) -> {outputs} {{\n    image: \"a/b:1\"\n    workdir: w\n{fields}\n}}\n")
}

#[test]
fn every_output_is_mentioned_by_a_script() {
    assert_eq!(found(&task("(a: string, b: int)", "    run: \"make > ~{out.a}\"")), ["P0415 b"]);
    assert_eq!(found(&task("string", "    run: \"make\"")), ["P0415 string"]);
    assert_eq!(found(&task("(a: string?)", "    run: \"make\"")), ["P0415 a"]);
    assert_eq!(found(&task("(a: A)", "    run: \"make\"")), ["P0415 a"]);
}

#[test]
fn any_script_will_do_and_a_place_that_is_given() {
    for (outputs, fields) in [
        ("(a: string)", "    run: \"make > ~{out.a}\""),
        ("string", "    run: \"make > ~{out}\""),
        ("(a: string)", "    run: \"make\"\n    cleanup: \"make > ~{out.a}\""),
        ("(a: string)", "    before: \"make > ~{out.a}\"\n    run: \"make\""),
        ("(a: string)", "    step one { run: \"make\" }\n    step two { run: \"make > ~{out.a}\" }"),
        ("(a: string)", "    env: { A: \"~{out.a}\" }\n    run: \"make\""),
        ("(a: A = w / \"a\")", "    run: \"make\""),
        ("A = w / \"a\"", "    run: \"make\""),
        ("(a: string)", "    shell: \"python3\"\n    env: { A: \"~{out.a}\" }\n    run: \"print()\""),
    ] {
        assert_eq!(found(&task(outputs, fields)), [""; 0], "{outputs} {fields}");
    }
}

#[test]
fn every_field_of_a_record_is_mentioned() {
    let with = |outputs: &str, run: &str| {
        found(&format!(
            "record R {{ url: string, note: string? = none }}\n{}",
            task(outputs, &format!("    run: \"{run}\""))
        ))
    };
    assert_eq!(with("(a: R)", "make > ~{out.a.url}"), ["P0415 a"]);
    assert_eq!(with("(a: R)", "make > ~{out.a.url} 2> ~{out.a.note}"), [""; 0]);
    assert_eq!(with("R", "make"), ["P0415 R", "P0415 R"]);
    assert_eq!(with("R", "make > ~{out.url} 2> ~{out.note}"), [""; 0]);
}

#[test]
fn it_says_what_to_write() {
    insta::assert_snapshot!(words(&task("(a: string, disk: A)", "    run: \"make\"")));
}

/// What is kept elsewhere writes its outputs there, wherever it is declared.
#[test]
fn nobody_writes_here_what_is_kept_elsewhere() {
    let elsewhere = "-> (commit: string) { cluster: \"clone\" }";
    let read = "task t { image: \"a/b:1\", run: \"echo ~{clone.commit}\" }";
    assert_eq!(
        found(&format!("extern task clone() {elsewhere}\npipeline p() {{\n    clone = clone()\n    {read}\n}}\n")),
        [""; 0]
    );
    assert_eq!(found(&format!("pipeline p() {{\n    extern task clone {elsewhere}\n    {read}\n}}\n")), [""; 0]);
}
