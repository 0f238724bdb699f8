//! P0414 of files that tasks are given: two that race for one name, and all that does not.

use super::{analysis, line, pipeline, words};

/// Tasks that put files into a workspace, and what they may be given.
const TASKS: &str = "artifact A\n\
    enum Arch { x86_64, arm = \"aarch64\" }\n\
    record Keys { aws: secret, name: string }\n\
    const shared: string = \"same\"\n\
    fn keys(aws: secret, name: string) -> Keys = { aws: aws, name: name }\n\
    fn name(arch: Arch) -> string = \"k-~{arch}\"\n\
    task put(s: workspace, k: secret) { image: \"a/b:1\", workdir: s, files: { \"tmp/k\": k }, run: \"use tmp/k\" }\n\
    task opt(s: workspace, k: secret? = none) { image: \"a/b:1\", workdir: s, files: { \"tmp/k\": k }, run: \"use tmp/k\" }\n\
    task text(s: workspace, t: string = \"same\") { image: \"a/b:1\", workdir: s, files: { \"tmp/k\": t }, run: \"use tmp/k\" }\n\
    task named(s: workspace, n: string, k: secret) { image: \"a/b:1\", workdir: s, files: { \"tmp/~{n}\": k }, run: \"use ~{n}\" }\n\
    task of(s: workspace, at: Keys) { image: \"a/b:1\", workdir: s, files: { \"tmp/k\": at.aws }, run: \"use tmp/k ~{at.name}\" }\n\
    task make(s: workspace) -> A = s / \"a\" { image: \"a/b:1\", workdir: s, run: \"make\" }\n\
    task make_k(s: workspace) -> A = s / \"tmp/k\" { image: \"a/b:1\", run: \"make\" }\n\
    task beside(a: A, k: secret) { image: \"a/b:1\", workdir: a.workspace, files: { \"tmp/k\": k }, run: \"use tmp/k ~{a}\" }\n\
    task alone(k: secret) { image: \"a/b:1\", files: { \"tmp/k\": k }, run: \"use tmp/k\" }\n";

/// The names of the calls at which P0414 stands, in the order of the text.
fn racing(body: &str) -> Vec<String> {
    let params = "x: bool = false, n: string = \"n\", m: string = \"n\", one: secret, two: secret, const archs: [Arch] = [.x86_64]";
    let text = format!("{TASKS}{}", pipeline(params, &format!("    workspace s {{ size: 1Gi }}\n{body}")));
    in_text(&text)
}

/// The same of a whole program, which must have no error.
fn in_text(text: &str) -> Vec<String> {
    let analysis = analysis(text, &[]);
    let faults: Vec<_> = analysis.diagnostics.iter().filter(|one| !one.code.is_lint()).collect();
    assert!(faults.is_empty(), "{text}{faults:#?}");
    let races = analysis.diagnostics.iter().filter(|one| one.code.id() == "P0414");
    races.map(|one| line(&analysis, one).replacen("P0414 ", "", 1)).collect()
}

/// Whether two statements without order are said to race, in both orders of the text.
#[track_caller]
fn race(one: &str, other: &str) -> bool {
    let of = |first: &str, second: &str| !racing(&format!("    {first}\n    {second}\n")).is_empty();
    let (there, back) = (of(one, other), of(other, one));
    assert_eq!(there, back, "the order of the text matters: {one} / {other}");
    there
}

#[test]
fn one_name_and_different_content_is_a_race() {
    for (one, other) in [
        ("a = put(s, one)", "b = put(s, two)"),
        ("a = put(s, one)", "b = opt(s, two)"),
        ("a = text(s)", "b = text(s, \"other\")"),
        ("a = text(s, n)", "b = text(s, m)"),
        ("a = text(s)", "b = put(s, one)"),
        ("a = named(s, \"k\", one)", "b = put(s, two)"),
        ("a = named(s, n, one)", "b = named(s, n, two)"),
        ("a = named(s, name(.arm), one)", "b = named(s, \"k-aarch64\", two)"),
        ("a = of(s, keys(one, \"x\"))", "b = of(s, keys(two, \"x\"))"),
        ("a = of(s, keys(one, \"x\"))", "b = put(s, two)"),
        ("a = put(s, one) { lock: \"l\" }", "b = put(s, two) { lock: \"k\" }"),
        ("a = put(s, one) { lock: \"l\" }", "b = put(s, two)"),
        ("a = put(s, one) { workdir: s / \"sub\", files: { \"../k\": two } }", "b = text(s) { files: { \"k\": one } }"),
        ("when x { a = put(s, one) }", "b = put(s, two)"),
        ("stage g { a = put(s, one) }", "b = put(s, two)"),
        (
            "task a { image: \"a/b:1\", workdir: s / \"tmp\", files: { \"./k\": one }, run: \"use k\" }",
            "b = put(s, two)",
        ),
        (
            "task a { image: \"a/b:1\", files: { \"k\": one }\n step i { workdir: s, run: \"i\" }\n step j { workdir: s / \"tmp\", run: \"j\" } }",
            "b = put(s, two)",
        ),
        ("a = make_k(s)", "b = put(s, two)"),
    ] {
        assert!(race(one, other), "{one} / {other}");
    }
}

#[test]
fn the_same_content_another_name_or_another_place_is_none() {
    for (one, other) in [
        ("a = put(s, one)", "b = put(s, one)"),
        ("a = put(s, one)", "b = opt(s, one)"),
        ("a = opt(s)", "b = put(s, two)"),
        ("a = text(s)", "b = text(s, \"same\")"),
        ("a = text(s, shared)", "b = text(s)"),
        ("a = text(s, \"x~{n}\")", "b = text(s, \"x~{n}\")"),
        ("a = of(s, keys(one, \"x\"))", "b = of(s, { aws: one, name: \"y\" })"),
        ("a = of(s, keys(one, \"x\"))", "b = put(s, one)"),
        ("a = put(s, if true then one else two)", "b = put(s, one)"),
        ("a = named(s, \"a\", one)", "b = named(s, \"b\", two)"),
        ("a = named(s, n, one)", "b = named(s, m, two)"),
        ("a = named(s, name(.arm), one)", "b = named(s, name(.x86_64), two)"),
        ("a = put(s, one) { lock: \"l\" }", "b = put(s, two) { lock: \"l\" }"),
        ("a = put(s, one) { lock: \"l-~{n}\" }", "b = put(s, two) { lock: \"l-~{n}\" }"),
        ("a = put(s, one) { workdir: s / \"sub\" }", "b = put(s, two)"),
        ("a = put(s, one) { files: { \"tmp/k\": two } }", "b = put(s, two)"),
        ("a = alone(one)", "b = alone(two)"),
        ("a = put(s, one) { files: { \"../k\": one } }", "b = put(s, one) { files: { \"../k\": two } }"),
        ("a = put(s, one) { files: { \"/tmp/x\": one } }", "b = put(s, one) { files: { \"/tmp/x\": two } }"),
        ("when x { a = put(s, one) }", "when not x { b = put(s, two) }"),
        ("a = make(s)", "b = put(s, two)"),
    ] {
        assert!(!race(one, other), "{one} / {other}");
    }
}

#[test]
fn order_keeps_files_apart() {
    assert_eq!(racing("    a = put(s, one)\n    b = put(s, two) after a\n"), [""; 0]);
    assert_eq!(
        racing(
            "    a = put(s, one)\n    c = text(s) { files: { \"tmp/k\": one } } after a\n    b = put(s, two) after c\n"
        ),
        [""; 0]
    );
    assert_eq!(racing("    stage f { a = put(s, one) }\n    stage g { b = put(s, two) }\n"), [""; 0]);
    assert_eq!(racing("    a = put(s, one)\n    finally { b = put(s, two) }\n"), [""; 0]);
    assert_eq!(
        racing("    a = make(s)\n    finally {\n        b = put(s, two)\n        c = put(s, one)\n    }\n"),
        ["c = put"]
    );
    assert_eq!(racing("    m1 = make(s)\n    b = beside(m1, one)\n    c = beside(m1, two)\n"), ["c = beside"]);
}

#[test]
fn a_file_lies_in_the_workspace_of_what_it_is_beside() {
    let two =
        |more: &str| racing(&format!("    workspace t {{ size: 1Gi }}\n    p = make(s)\n    q = make(t)\n{more}"));
    assert_eq!(two("    a = beside(p, one)\n    b = beside(q, two)\n"), [""; 0]);
    assert_eq!(two("    a = beside(p, one)\n    b = put(s, two)\n"), ["a = beside"]);
    assert_eq!(two("    a = put(s, one)\n    b = put(s, two) { workdir: t }\n"), [""; 0]);
    // What is made without a place lies where all inputs of its task lie.
    let made = "    task r -> A { image: \"a/b:1\", run: \"make ~{q}\" }\n";
    assert_eq!(two(&format!("{made}    a = beside(r, one)\n    b = put(t, two)\n")), ["a = beside"]);
    assert_eq!(two(&format!("{made}    a = beside(r, one)\n    b = put(s, two)\n")), [""; 0]);
}

#[test]
fn many_of_one_content_hide_none_of_another() {
    let same: String = (0..12).map(|at| format!("    a{at} = put(s, one)\n")).collect();
    assert_eq!(racing(&same), [""; 0]);
    assert_eq!(racing(&format!("    b = put(s, two)\n{same}")).len(), 12);
    assert_eq!(racing(&format!("{same}    b = put(s, two)\n")), ["b = put"]);
}

#[test]
fn the_turns_of_a_loop_race_for_a_name_that_is_none_of_theirs() {
    let arch = "    for arch in [Arch.x86_64, .arm] { a = CALL }\n";
    for (call, wanted) in [
        ("text(s, \"~{arch}\")", true),
        ("text(s, name(arch))", true),
        ("put(s, one)", false),
        ("named(s, name(arch), if arch == .arm then one else two)", false),
        ("named(s, \"k\", if arch == .arm then one else two)", true),
        ("text(s, \"~{arch}\") { lock: \"l\" }", false),
        ("text(s, \"~{arch}\") { lock: \"l-~{arch}\" }", true),
        ("text(s, \"~{arch}\") { workdir: s / \"~{arch}\" }", false),
    ] {
        assert_eq!(!racing(&arch.replace("CALL", call)).is_empty(), wanted, "{call}");
    }
    // A list that is given may have more than one; one that is written with one has not.
    assert_eq!(racing("    for arch in archs { a = text(s, \"~{arch}\") }\n"), ["a = text"]);
    assert_eq!(racing("    for arch in [Arch.arm] { a = text(s, \"~{arch}\") }\n"), [""; 0]);
    let both =
        "    for arch in archs, i in [\"1\", \"2\"] { a = named(s, \"~{i}\", if arch == .arm then one else two) }\n";
    assert_eq!(racing(both), ["a = named"]);
    assert_eq!(racing(&both.replace("~{i}", "~{i}~{arch}")), [""; 0]);
    let nested = "    for arch in archs { for i in [\"1\", \"2\"] { a = named(s, \"~{i}\", if arch == .arm then one else two) } }\n";
    assert_eq!(racing(nested), ["a = named"]);
}

#[test]
fn what_a_pipeline_is_called_with_is_what_it_puts() {
    let inner = "pipeline inner(w: workspace, k: secret) {\n    i = put(w, k)\n}\n";
    let of = |second: &str| {
        let body = format!(
            "    workspace s {{ size: 1Gi }}\n    workspace t {{ size: 1Gi }}\n    m1 = make(t)\n    a = inner(s, one)\n    b = put(s, {second})\n"
        );
        let text = format!("{TASKS}{inner}pipeline p(one: secret, two: secret) {{\n{body}}}\n");
        in_text(&text)
    };
    assert_eq!(of("two"), ["b = put"]);
    assert_eq!(of("one"), [""; 0]);
}

#[test]
fn it_says_who_puts_what_where() {
    let body = "    workspace s { size: 1Gi }\n    a = put(s, one)\n    b = put(s, two)\n    c = text(s) { files: { \"plain-~{n}\": \"c\" } }\n    d = put(s, two) { files: { \"plain-~{n}\": \"d\" }, lock: \"l\" }\n    e = make_k(s)\n    for arch in [Arch.x86_64, .arm] { f = text(s, \"~{arch}\") { lock: \"l-~{arch}\" } }\n";
    let text = format!("{TASKS}{}", pipeline("n: string = \"n\", one: secret, two: secret", body));
    let said = words(&text);
    let races = said.split_inclusive("\n").skip_while(|line| !line.starts_with("P0414"));
    insta::assert_snapshot!(races.collect::<String>());
}
