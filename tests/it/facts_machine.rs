//! What follows for machines from facts about commands: architectures, sizes, exit codes.

use pipec::check::program::PipelineId;
use pipec::check::{Input, check};
use pipec::diag::Diagnostics;
use pipec::plan::build::build;
use pipec::plan::params::from_text;
use pipec::source::{Sources, stdlib};
use pipec::syntax::parse;

use crate::check_rules::{found, mended, messages};

const WORLD: &str = r#"
artifact Everywhere
artifact Pc on x86_64, aarch64
artifact Big on s390x
command "f pc"    makes Pc
command "f big"   makes Big
command "f any"   makes Everywhere
command "f heavy" { needs: { memory: 8Gi, disk: 20Gi, cpu: 2 } }
command "f light" { needs: { memory: 1Gi } }
command "f test"  { flags: { "-p --parallel": int, "--name": string, "--quick": bool }, needs: { memory: 1Gi }, memory_each: { "--parallel": 1536Mi }, exits: { 77: "only warnings" } }
command "f test --quick" { needs: { memory: 512Mi } }
const box: image = "quay.io/x/y:1"
const machine: Arch = .ppc64le
"#;

/// A pipeline in a world of commands.
fn pipeline(body: &str) -> String {
    format!(
        "{WORLD}pipeline p(arch: Arch, n: int = 2, m: size = 4Gi) {{\n    workspace srv {{ size: 1Gi }}\n    {body}\n}}\n"
    )
}

/// One task in place.
fn task(fields: &str) -> String {
    pipeline(&format!("task t {{ image: box, {fields} }}"))
}

#[track_caller]
fn clean(text: &str) {
    assert_eq!(found(text), "", "{text}");
}

/// The codes and messages of a plan.
fn planned(text: &str, pairs: &[(&str, &str)]) -> Vec<String> {
    let mut sources = Sources::default();
    let id = sources.add("a.pipe", text);
    let mut out = Diagnostics::default();
    let prelude_id = stdlib("prelude").expect("the prelude is embedded");
    let prelude = parse(prelude_id, &sources.get(prelude_id).text, &mut out);
    let root = parse(id, text, &mut out);
    let input = Input { root: &root, prelude: &prelude, imports: Default::default(), targets: Vec::new() };
    let program = check(&input, &mut out);
    out.retain_mut(|one| !one.code.is_lint());
    assert!(out.is_empty(), "{out:#?}");
    let pairs: Vec<(String, String)> = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let bindings = from_text(&program, PipelineId(0), &pairs, &mut out);
    build(&program, PipelineId(0), &bindings, "a.pipe", &mut out);
    out.iter().map(|one| format!("{} {}", one.code.id(), one.message)).collect()
}

#[test]
fn what_does_not_exist_on_a_machine_is_not_made_there() {
    insta::assert_snapshot!(found(&task("needs: { arch: .s390x }, run: \"f pc\"")), @r"
    P0531 `t` makes `Pc` on `s390x`, where there is none
      16: `.s390x` `s390x` here
      3: `Pc` `Pc` exists on `x86_64`, `aarch64` only
      16: `f pc` this makes `Pc`
      help: call it on `x86_64` or `aarch64` only, or leave it out for others with `when`: the command fails there after everything before it has run
    ");
    insta::assert_snapshot!(
        messages(&format!(
            "{WORLD}task make(on: Arch = .s390x) -> Pc {{ image: box, needs: {{ arch: on }}, run: \"something\" }}\n\
             pipeline p() {{ workspace srv {{ size: 1Gi }}\n x = make()\n y = make(.aarch64)\n z = make(machine)\n }}\n"
        )),
        @r"
    P0531 `x` makes `Pc` on `s390x`, where there is none
    P0531 `z` makes `Pc` on `ppc64le`, where there is none
    "
    );
    clean(&task("needs: { arch: .aarch64 }, run: \"f pc\""));
    clean(&task("needs: { arch: .s390x }, run: \"f big; f any\""));
    clean(&task("run: \"f pc\""));
    clean(&task("needs: { arch: none }, run: \"f pc\""));
    // A modifier is stronger than the task.
    clean(&format!(
        "{WORLD}task make() {{ image: box, needs: {{ arch: .s390x }}, run: \"f pc\" }}\n\
         pipeline p() {{ make() {{ needs: {{ arch: .x86_64 }} }} }}\n"
    ));
}

#[test]
fn an_architecture_that_is_a_parameter_is_held_against_it_in_a_plan() {
    let text = task("needs: { arch: arch }, run: \"f pc\"");
    assert_eq!(planned(&text, &[("arch", "x86_64")]), [""; 0]);
    insta::assert_snapshot!(planned(&text, &[("arch", "s390x")]).join("\n"), @"P0531 `t` makes `Pc` on `s390x`, where there is none");
    let text = pipeline(
        "for a in [Arch.x86_64, Arch.s390x] { when a != .s390x { task t { image: box, needs: { arch: a }, run: \"f pc\" } } }",
    );
    assert_eq!(planned(&text, &[("arch", "x86_64")]), [""; 0]);
    let text =
        pipeline("for a in [Arch.x86_64, Arch.s390x] { task t { image: box, needs: { arch: a }, run: \"f pc\" } }");
    assert_eq!(planned(&text, &[("arch", "x86_64")]).len(), 1);
}

#[test]
fn who_asks_asks_for_enough() {
    insta::assert_snapshot!(found(&task("needs: { memory: 4Gi }, run: \"f heavy\"")), @r"
    P0532 `t` asks for 4Gi of memory, and `f heavy` needs 8Gi
      16: `4Gi` 4Gi, and 8Gi are needed
      8: `{ memory: 8Gi, disk: 20Gi, cpu: 2 }` what `f heavy` needs is said here
      16: `f heavy` needs 8Gi of memory
      help: write `memory: 8Gi` or more: what asks for less is stopped or refused in the middle of its work
      fix: ask for 8Gi
    ");
    insta::assert_snapshot!(
        messages(&task("needs: { cpu: 1, disk: 10Gi, memory: 8Gi }, run: \"f heavy\"")),
        @r"
    P0532 `t` asks for 1 of cpu, and `f heavy` needs 2
    P0532 `t` asks for 10Gi of disk, and `f heavy` needs 20Gi
    "
    );
    clean(&mended(&task("needs: { cpu: 500m, disk: 10Gi, memory: 4Gi }, run: \"f heavy\"")));
    clean(&task("needs: { cpu: 2, disk: 20Gi, memory: 8Gi }, run: \"f heavy\""));
    clean(&task("needs: { memory: 8Gi }, run: \"f light; f heavy; f light\""));
    clean(&task("needs: { memory: 1Gi }, run: \"f light\\nf light\\nf light\""));
    assert!(messages(&task("needs: { memory: 7Gi }, run: \"f light; f heavy; f light\"")).contains("P0532"));
}

#[test]
fn so_much_for_each_is_counted() {
    insta::assert_snapshot!(
        found(&task("needs: { memory: 6Gi }, run: \"f test --name x --parallel 4\"")),
        @r"
    P0532 `t` asks for 6Gi of memory, and `f test` needs 7Gi: 1Gi and 1536Mi for each of the 4 of `--parallel`
      16: `6Gi` 6Gi, and 7Gi are needed
      10: `{ memory: 1Gi }` what `f test` needs is said here
      16: `f test --name x --parallel 4` needs 7Gi of memory
      help: write `memory: 7Gi` or more: what asks for less is stopped or refused in the middle of its work
      fix: ask for 7Gi
    "
    );
    for run in ["f test -p 4", "f test --parallel=4", "f test --parallel ~{4}", "f test ~{flag(\"--parallel\", 4)}"] {
        let text = |memory: &str| task(&format!("needs: {{ memory: {memory} }}, run: \"{}\"", run));
        assert!(messages(&text("7167Mi")).contains("P0532"), "{run}");
        clean(&text("7Gi"));
    }
    // What is not known counts once, and so does what is left out.
    assert!(messages(&task("needs: { memory: 2Gi }, run: \"f test\"")).contains("needs 2560Mi"));
    clean(&task("needs: { memory: 2560Mi }, run: \"f test --parallel $N\""));
    // A variant says what it needs itself.
    clean(&task("needs: { memory: 512Mi }, run: \"f test --quick\""));
}

#[test]
fn what_depends_on_parameters_is_counted_in_a_plan() {
    let text = task("needs: { memory: m }, run: \"f test --parallel ~{n}\"");
    let given = |n: &str, m: &str| planned(&text, &[("arch", "x86_64"), ("n", n), ("m", m)]);
    assert_eq!(given("2", "4Gi"), [""; 0]);
    insta::assert_snapshot!(given("4", "4Gi").join("\n"), @"P0532 `t` asks for 4Gi of memory, and `f test` needs 7Gi: 1Gi and 1536Mi for each of the 4 of `--parallel`");
    let fits = task("needs: { memory: n * 1536Mi + 1Gi }, run: \"f test --parallel ~{n}\"");
    assert_eq!(planned(&fits, &[("arch", "x86_64"), ("n", "7")]), [""; 0]);
    let passed = format!(
        "{WORLD}task test(n: int) {{ image: box, needs: {{ memory: 4Gi }}, run: \"f test --parallel ~{{n}}\" }}\npipeline p() {{ test(3) }}\n"
    );
    assert!(messages(&passed).contains("5632Mi"), "{}", messages(&passed));
}
