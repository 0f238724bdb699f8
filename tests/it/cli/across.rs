//! A finding whose cause is declared in another file shows both places, in every format that has room for them.

use serde_json::Value;

use super::run::Place;

const LIB: &str = "\
record Bucket { name: string }
enum Format { qcow, vmdk }
type Id = string matching \"[0-9]+\"
const jobs: int = 2
task build(format: Format, count: int) -> (commit: string) {
    image: \"a/b:1\"
    run:   \"make ~{format} ~{count}; touch ~{out.commit}\"
}
fn half(number: int) -> int = number / 2
";

/// A mistake, and the line of the other file that it is about.
const CASES: &[(&str, &str, &str)] = &[
    ("pipeline p() {\n    base.build(.qcow, count: \"x\")\n}\n", "lib/base.pipe", "count: int"),
    ("pipeline p() {\n    base.build(.qcow)\n}\n", "lib/base.pipe", "count: int"),
    ("pipeline p() {\n    base.build(.qcow, 1, nope: 1)\n}\n", "lib/base.pipe", "build("),
    ("pipeline p() {\n    base.build(.qcow, 1, 2)\n}\n", "lib/base.pipe", "build("),
    (
        "pipeline p() -> (c: string) {\n    b = base.build(.qcow, 1)\n    return (c: b.nope)\n}\n",
        "lib/base.pipe",
        "build(",
    ),
    ("const b: base.Bucket = { nope: \"x\", name: \"y\" }\n", "lib/base.pipe", "Bucket {"),
    ("const b: base.Bucket = {}\n", "lib/base.pipe", "name: string"),
    ("const b: base.Bucket = { name: 1 }\n", "lib/base.pipe", "name: string"),
    ("fn f(b: base.Bucket) -> string = b.nope\n", "lib/base.pipe", "Bucket {"),
    ("const f: base.Format = .nope\n", "lib/base.pipe", "Format {"),
    ("fn f(x: base.Format) -> int = match x { .qcow => 1 }\n", "lib/base.pipe", "Format {"),
    ("fn f(x: bool) -> bool = x and base.jobs\n", "lib/base.pipe", "jobs: int"),
    ("const s: string = \"~{base.half(\"x\")}\"\n", "lib/base.pipe", "number: int"),
    ("const i: base.Id = \"x\"\n", "lib/base.pipe", "Id = string"),
    ("const s: bool = base.jobs == \"x\"\n", "lib/base.pipe", "jobs: int"),
    ("const s: bool = base.Bucket\n", "lib/base.pipe", "Bucket {"),
    ("pipeline p() {\n    x = base.build\n}\n", "lib/base.pipe", "build("),
    // The library is a file too.
    ("use std.cosa\nconst p: cosa.Platform = .nope\n", "std/cosa.pipe", "Platform {"),
    (
        "use std.cosa\npipeline p() {\n    workspace w { size: 1Gi }\n    s = cosa.init(w, url: 1)\n}\n",
        "std/cosa.pipe",
        "url",
    ),
];

#[test]
fn both_files_are_shown() {
    let mut wrong = Vec::new();
    for (text, file, line) in CASES {
        let place = Place::with(&[("lib/base.pipe", LIB), ("main.pipe", &format!("use lib.base\n{text}"))]);
        let run = |format: &str| {
            place.run(&["check", "--shellcheck=never", "--allow=all", "--format", format, "main.pipe"]).exits(1)
        };
        let json = run("json").json();
        let first = &json["diagnostics"][0];
        let labels = first["labels"].as_array().cloned().unwrap_or_default();
        let other = labels.iter().any(|label| label["file"] == *file && !label["text"].as_str().unwrap().is_empty());
        let full = run("full").out;
        let shown = full.contains(&format!("{file}:")) && full.contains(line) && full.contains("main.pipe:");
        if first["file"] != "main.pipe" || !other || !shown {
            wrong.push(format!("{text}{full}{:#}", Value::Array(labels)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
