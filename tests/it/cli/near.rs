//! "Did you mean": on every name that a program or a command line can say.

use super::run::{GOOD, Place};

/// Two modules, one task with all that has a name.
const LIB: &str = "\
/// How a disk is written.
enum Format { qcow, vmdk }
record Bucket { name: string, prefix: string = \"\" }
type Build = string matching \"[0-9]+\"
artifact Disk
const registry: string = \"quay.io\"
fn half(number: int) -> int = number / 2
task build(stream: string, jobs: int = 2) -> (commit: string, count: int) {
    image: \"quay.io/x/y:1\"
    run:   \"make ~{stream} ~{jobs}; touch ~{out.commit} ~{out.count}\"
}
";

/// A program with one name misspelt, `«wrong|right»`; `main` stands behind `use lib.base`.
const NAMES: &[(&str, &str)] = &[
    ("a parameter", "fn f(stream: int) -> int = «strem|stream»\n"),
    ("a constant", "const one: string = base.«registri|registry»\n"),
    (
        "a binding",
        "pipeline p() -> (c: string) {\n    built = base.build(\"x\")\n    return (c: «biult|built».commit)\n}\n",
    ),
    ("a function", "const one: int = base.«hlaf|half»(2)\n"),
    ("a function of this file", "fn half(x: int) -> int = x\nconst one: int = «hlaf|half»(2)\n"),
    ("a word", "const one: int = «lne|len»([1])\n"),
    ("a task", "pipeline p() {\n    base.«biuld|build»(\"x\")\n}\n"),
    (
        "a task of this file",
        "task build() { image: \"a/b:1\", run: \"true\" }\npipeline p() {\n    «biuld|build»()\n}\n",
    ),
    (
        "behind after",
        "pipeline p() {\n    task first { image: \"a/b:1\", run: \"true\" }\n    task next { image: \"a/b:1\", run: \"true\" } after «frist|first»\n}\n",
    ),
    ("a module", "const one: string = «bsae|base».registry\n"),
    ("a module before a type", "const one: «bsae|base».Format = .qcow\n"),
    ("a type", "const one: base.«Fromat|Format» = .qcow\n"),
    ("a word for a type", "const one: «strnig|string» = \"x\"\n"),
    ("a case", "const one: base.Format = .«qcwo|qcow»\n"),
    ("a case by its enum", "const one: base.Format = base.Format.«qcwo|qcow»\n"),
    ("a case of a match", "fn f(x: base.Format) -> int = match x { .qcow => 1, .«vdmk|vmdk» => 2 }\n"),
    ("a field of a record", "const one: base.Bucket = { «nmae|name»: \"x\" }\n"),
    ("a part of a record", "fn f(x: base.Bucket) -> string = x.«prefx|prefix»\n"),
    ("a field of a task", "task t() { «iamge|image»: \"a/b:1\", run: \"true\" }\n"),
    ("a need", "task t() { image: \"a/b:1\", needs: { «memroy|memory»: 1Gi }, run: \"true\" }\n"),
    (
        "a field of a step",
        "task t() {\n    image: \"a/b:1\"\n    step one { run: \"true\", «workdr|workdir»: \"x\" }\n}\n",
    ),
    ("a field of a call", "pipeline p() {\n    base.build(\"x\") { «retires|retries»: 1 }\n}\n"),
    (
        "a field of defaults",
        "pipeline p() {\n    defaults { «imgae|image»: \"a/b:1\" }\n    task t { run: \"true\" }\n}\n",
    ),
    (
        "a field of a workspace",
        "pipeline p() {\n    workspace w { «szie|size»: 1Gi }\n    task t { image: \"a/b:1\", run: \"true\" }\n}\n",
    ),
    ("a verdict", "task t() { image: \"a/b:1\", run: \"true\", on_exit: { 77: .«wran|warn» } }\n"),
    ("an argument", "pipeline p() {\n    base.build(\"x\", «jbos|jobs»: 1)\n}\n"),
    ("an argument of a function", "const one: int = base.half(«numbre|number»: 2)\n"),
    ("an output", "pipeline p() -> (c: string) {\n    b = base.build(\"x\")\n    return (c: b.«comit|commit»)\n}\n"),
    (
        "an output in a script",
        "task t() -> (commit: string) { image: \"a/b:1\", run: \"true > ~{out.«comit|commit»}\" }\n",
    ),
    (
        "an output that is returned",
        "pipeline p() -> (commit: string) {\n    b = base.build(\"x\")\n    return («comit|commit»: b.commit)\n}\n",
    ),
    ("a target", "pipeline p() {\n    target «shel|shell» {}\n    task t { image: \"a/b:1\", run: \"true\" }\n}\n"),
    (
        "an option of a target",
        "pipeline p() {\n    target shell { «jbos|jobs»: 2 }\n    task t { image: \"a/b:1\", run: \"true\" }\n}\n",
    ),
    ("a module of the library", "use std.«csoa|cosa»\n"),
    ("an item", "«taks|task» t() { image: \"a/b:1\", run: \"true\" }\n"),
    (
        "a statement",
        "pipeline p(x: bool) {\n    «wehn|when» x {\n        task t { image: \"a/b:1\", run: \"true\" }\n    }\n}\n",
    ),
    ("a keyword", "artifact A\nartifact B «requries|requires» A\n"),
    ("a name of a use", "use lib.base.{ «biuld|build» }\n"),
    ("an artifact", "artifact Table requires base.«Dsik|Disk»\n"),
    (
        "a pipeline in a test",
        "pipeline build() {\n    task t { image: \"a/b:1\", run: \"true\" }\n}\ntest \"x\" {\n    plan = «biuld|build»()\n    assert not plan.t.skipped\n}\n",
    ),
    (
        "a task of a plan",
        "pipeline build() {\n    task first { image: \"a/b:1\", run: \"true\" }\n}\ntest \"x\" {\n    plan = build()\n    assert not plan.«frist|first».skipped\n}\n",
    ),
    (
        "a part of a task of a plan",
        "pipeline build() {\n    task first { image: \"a/b:1\", run: \"true\" }\n}\ntest \"x\" {\n    plan = build()\n    assert not plan.first.«skiped|skipped»\n}\n",
    ),
    (
        "a code",
        "test \"x\" {\n    expect error \"«unknown-nmae|unknown-name»\" in {\n        task t { image: \"a/b:1\", run: \"echo ~{y}\" }\n    }\n}\n",
    ),
    ("a lint in a comment", "// pipec: allow(«unusd-import|unused-import») because x\nuse std.cosa\n"),
];

#[test]
fn every_name_of_a_program_has_its_near_one() {
    let mut wrong = Vec::new();
    for (what, text) in NAMES {
        let (before, rest) = text.split_once('«').unwrap();
        let (inside, after) = rest.split_once('»').unwrap();
        let (bad, good) = inside.split_once('|').unwrap();
        let program = format!("use lib.base\n{before}{bad}{after}");
        let place = Place::with(&[("lib/base.pipe", LIB), ("main.pipe", &program)]);
        let found = place.run(&["check", "--shellcheck=never", "--format=json", "main.pipe"]).json();
        let rows = found["diagnostics"].as_array().unwrap();
        let help = |row: &serde_json::Value| row["help"].as_str().unwrap_or_default().to_owned();
        let meant = |row: &serde_json::Value| help(row).contains(&format!("did you mean `{good}`?"));
        let mends = |row: &serde_json::Value| row["fixes"].as_array().is_some_and(|fixes| !fixes.is_empty());
        let said = rows.iter().any(|row| (meant(row) || help(row).contains(&format!(".{good}`?"))) && mends(row));
        if !said {
            wrong.push(format!("{what}: {found:#}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is typed, and what was meant.
const TYPED: &[(&str, &str)] = &[
    ("chekc", "check"),
    ("check --formt json", "--format"),
    ("check --format jsno", "json"),
    ("check --fxi", "--fix"),
    ("check --deny unusd-import", "unused-import"),
    ("explain P04011", "P0401"),
    ("explain requirement-not-mad", "requirement-not-made"),
    ("emit -t tektn good.pipe", "tekton"),
    ("plan good.pipe gret", "greet"),
    ("plan good.pipe -p naem=x", "name"),
    ("plan good.pipe --params near.yaml", "force"),
    ("plan good.pipe --format mermad", "mermaid"),
    ("completions bsh", "bash"),
    ("man emti", "emit"),
    ("doc std.csoa", "std.cosa"),
    ("check --config near.toml good.pipe", "unused-import"),
    ("check --config keys.toml good.pipe", "exclude"),
    ("check --config tables.toml good.pipe", "lints"),
    ("check --config levels.toml good.pipe", "deny"),
];

#[test]
fn everything_that_is_typed_has_its_near_one() {
    let place = Place::with(&[("good.pipe", GOOD), ("near.yaml", "froce: true\n")]);
    place.put("near.toml", "[lints]\nunusd-import = \"deny\"\n");
    place.put("keys.toml", "[check]\nexclud = []\n");
    place.put("tables.toml", "[lint]\nall = \"deny\"\n");
    place.put("levels.toml", "[lints]\nunused-import = \"deyn\"\n");
    let said = |(line, meant): &&(&str, &str)| {
        let ran = place.shell(&format!("$pipec {line}"));
        let all = ran.out + &ran.err;
        let words: Vec<&str> = all.split_whitespace().collect();
        ran.code != 0 && words.join(" ").contains(&format!("did you mean `{meant}`?"))
    };
    let wrong: Vec<_> = TYPED.iter().filter(|row| !said(row)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
