//! Values from the command line and from parameter files, with every mistake that people make in them.

use super::run::Place;

const PROGRAM: &str = "\
enum Stream { stable, testing }
record Bucket { name: string, prefix: string = \"\" }

pipeline p(
    stream: Stream = .stable,
    force: bool = false,
    count: int = 1,
    name: string = \"x\",
    words: [string] = [],
    const bucket: Bucket = { name: \"b\" },
    memory: size = 1Gi,
    wait: duration = 1min,
    token: secret? = none,
) {
    task t { image: \"a/b:1\", files: { \"token\": token }, run: \"echo ~{stream} ~{flag(\"--force\", force)} ~{count} ~{name} ~{words} ~{bucket.name} ~{memory} ~{wait}\" }
}
";

/// What is said of a parameter file, one line a finding, without the program's own text.
fn said(name: &str, text: &str) -> String {
    let place = Place::with(&[("p.pipe", PROGRAM), (name, text)]);
    let ran = place.run(&["plan", "p.pipe", "--params", name]);
    assert_eq!(ran.code, 1, "{text}\n{}{}", ran.out, ran.err);
    assert_eq!(ran.out, "");
    let heads = |line: &str| line.starts_with("  × ") || line.starts_with("  │ ") || line.contains("─[");
    let foreign = |line: &str| line.contains("─[p.pipe");
    ran.err.lines().filter(|line| heads(line) && !foreign(line)).map(|line| line.trim().to_owned() + "\n").collect()
}

#[test]
fn a_file_binds_what_it_says() {
    let yaml = "stream: testing\nforce: true\ncount: 3\nname: \"yes\"\nwords: [a, b c]\nbucket: { name: n }\nmemory: 2Gi\nwait: 90s\ntoken: t\n";
    let json = "{\"stream\": \"testing\", \"force\": true, \"count\": 3, \"name\": \"yes\", \"words\": [\"a\", \"b c\"], \"bucket\": {\"name\": \"n\"}, \"memory\": \"2Gi\", \"wait\": \"90s\", \"token\": \"t\"}";
    let place = Place::with(&[("p.pipe", PROGRAM), ("v.yaml", yaml), ("v.json", json), ("more.yaml", "count: 4\n")]);
    let plan = |args: &[&str]| place.run(&[&["plan", "p.pipe", "--format", "json"], args].concat()).exits(0).out;
    assert_eq!(plan(&["--params", "v.yaml"]), plan(&["--params", "v.json"]));
    assert!(plan(&["--params", "v.yaml"]).contains("b c"));
    assert_ne!(plan(&["--params", "v.yaml"]), plan(&[]));
}

#[test]
fn every_mistake_in_a_file_has_its_place() {
    let cases = [
        ("a word that YAML took for true", "force: yes\n"),
        ("a string that says true", "force: \"true\"\n"),
        ("a number for a bool", "force: 1\n"),
        ("an unknown key", "count: 1\nstraem: stable\n"),
        ("a wrong case", "stream: stabel\n"),
        ("a number for a string", "name: 42\n"),
        ("a number with a point for a string", "name: 1.10\n"),
        ("a string for a number", "count: \"3\"\n"),
        ("a point in a whole number", "count: 1.5\n"),
        ("a number that is too large", "count: 99999999999999999999\n"),
        ("a key twice", "count: 1\nforce: true\ncount: 2\n"),
        ("a list for a scalar", "name: [a]\n"),
        ("a scalar for a list", "words: a\n"),
        ("a wrong element", "words:\n  - a\n  - 3\n"),
        ("a field that a record has not", "bucket: { name: b, prefx: x }\n"),
        ("a field that is missing", "bucket: { prefix: x }\n"),
        ("a map for a scalar", "count: { a: 1 }\n"),
        ("nothing for a value", "count:\n"),
        ("a size in words", "memory: 1 GB\n"),
        ("a duration in words", "wait: 5 minutes\n"),
        ("a list as a file", "- a\n"),
        ("a scalar as a file", "hello\n"),
        ("a bracket that stays open", "words: [a\n"),
        ("tabs", "bucket:\n\tname: b\n"),
        ("two documents", "count: 1\n---\ncount: 2\n"),
    ];
    let all: String = cases.iter().map(|(what, text)| format!("# {what}\n{}\n", said("v.yaml", text))).collect();
    insta::assert_snapshot!(all);
}

#[test]
fn json_files_are_held_to_the_same() {
    let cases = [
        "{\"force\": \"yes\"}",
        "{\"count\": 1, \"count\": 2}",
        "{\"count\": ",
        "[]",
        "{\"name\": 42}",
        "{\"nmae\": \"x\"}",
    ];
    let all: String = cases.iter().map(|text| format!("# {text}\n{}\n", said("v.json", text))).collect();
    insta::assert_snapshot!(all);
}

#[test]
fn a_file_that_is_not_there_is_trouble() {
    let place = Place::with(&[("p.pipe", PROGRAM)]);
    place.run(&["plan", "p.pipe", "--params", "none.yaml"]).exits(2).says("`none.yaml` cannot be read");
    place.run(&["plan", "p.pipe", "--params", "."]).exits(2).says("it is a directory");
    place.put("empty.yaml", "");
    place.run(&["plan", "p.pipe", "--params", "empty.yaml"]).exits(0);
}

#[test]
fn every_mistake_on_the_command_line_is_said() {
    let place = Place::with(&[("p.pipe", PROGRAM)]);
    let cases = [
        "force=yes",
        "force=",
        "stream=stabel",
        "count=x",
        "count=1.5",
        "memory=lots",
        "wait=5 minutes",
        "straem=stable",
        "bucket=b",
        "token=",
        "noequals",
    ];
    let mut all = String::new();
    for case in cases {
        let ran = place.run(&["plan", "p.pipe", "-p", case]);
        all += &format!("# -p {case}: {}\n{}\n", ran.code, ran.err);
    }
    insta::assert_snapshot!(all);
    place.run(&["plan", "p.pipe", "-p", "count=1", "-p", "count=2"]).exits(1).says("given twice");
}

/// What leaves its workspace is refused with who was given it, where it is joined, and what to give instead.
#[test]
fn a_value_that_leaves_its_workspace_is_told_by_its_parameter() {
    let program = "artifact A\nrecord To { dir: string = \"d\" }\n\
        task make(s: workspace, name: string) -> A = s / \"out/~{name}\" { image: \"a/b:1\", run: \"make ~{name}\" }\n\
        pipeline p(name: string = \"x\", other: string = \"y\", const to: To = {}, const dir: path = \"d\") {\n    \
            workspace s { size: 1Gi }\n    m = make(s, name)\n    \
            task u { image: \"a/b:1\", workdir: s / \"~{to.dir}/~{other}\", run: \"ls ~{m}\" }\n    \
            task v { image: \"a/b:1\", workdir: s / dir, run: \"ls ~{m}\" }\n}\n";
    let place =
        Place::with(&[("p.pipe", program), ("p.yaml", "name: x\ndir: ../x\n"), ("to.yaml", "to: { dir: \"..\" }\n")]);
    for (args, said) in [
        (
            &["-p", "name=../../x"][..],
            &[
                "the value given for `name` is `../../x`: ",
                "p.pipe:3:50",
                "`name` is declared here",
                "give `name` a value that stays below it",
            ][..],
        ),
        (&["-p", "other=../.."], &["the value given for `other` is `../..`: ", "p.pipe:7:43"]),
        (
            &["-p", "other=z", "-p", "to.dir=.."],
            &["the value given for `to.dir` is `..`: ", "`to` is declared here", "give `to.dir` a value"],
        ),
        (&["-p", "dir=/etc"], &["the value given for `dir` is `/etc`: ", "is absolute", "p.pipe:8:43"]),
        (&["--params", "p.yaml"], &["the value given for `dir` is `../x`: ", "p.yaml:2:1", "given here"]),
        (&["-p", "to.dir=.", "-p", "other=.."], &["the value given for `other` is `..`: "]),
    ] {
        for command in [&["plan", "p.pipe"][..], &["emit", "-t", "shell", "p.pipe"], &["run", "p.pipe"]] {
            let ran = place.run(&[command, args].concat());
            let told = ran.err.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
            assert!(ran.code != 0 && told.matches("P0313").count() == 1, "{args:?}: {told}");
            for part in said {
                assert!(told.contains(part.trim()), "{args:?}: no {part:?} in {}", ran.err);
            }
        }
    }
    place.run(&["plan", "p.pipe", "-p", "name=a/../b", "-p", "other=.", "-p", "dir=x"]).exits(0);
}
