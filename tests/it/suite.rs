//! Tests in the language: what they may say, what holds and what does not, how a failure is shown.

mod claims;
mod command;
mod expected;
mod refused;

use std::io;

use pipec::diag::render::{Style, full};
use pipec::query::Analysis;
use pipec::query::test::Ran;
use pipec::source::Files;

/// One program, in memory.
pub(crate) struct Program(pub(crate) String);

impl Files for Program {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        match path {
            "ci.pipe" => Ok(self.0.clone().into_bytes()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

/// A pipeline of every kind of block, for tests to look at.
pub(crate) const PIPELINE: &str = r#"
enum Kind { fast, slow_one = "slow" }
record Bucket { name: string, prefix: string = "p" }
fn big(amount: size) -> bool = amount >= 4Gi
const limit: int = 3

task make(kind: Kind, jobs: int = 2, note: string = "") -> (built: bool, name: string) {
    image: "a/make:1"
    needs: { cpu: 2, memory: 8Gi }
    run:   "make > ~{out.built} 2> ~{out.name}"
}

pipeline ci(
    kind: Kind = .fast,
    upload: bool = false,
    token: secret? = none,
    const clouds: [string] = ["aws", "gcp"],
    bucket: Bucket? = none,
    cache: workspace,
) {
    require not upload or token != none, "an upload needs a token"
    threads = if kind == .fast then 8 else 4
    stage build {
        base  = make(kind, note: "n") { retries: 1, timeout: 90min, lock: "l", retry_delay: 5s, on_failure: .go_on }
        other = base
        task lint { image: "a/lint:1", env: { MODE: "strict", NAME: base.name }, needs: { kvm: true, arch: .aarch64 }, run: "true" }
    }
    stage test {
        for cloud in clouds {
            image = make(kind, jobs: len(clouds), note: cloud) after base
            label = "~{cloud}!"
            when upload { extra = make(kind) }
        }
        task free { image: "a/free:1", run: "true" }
        when upload {
            task send { image: "a/send:1", env: { TOKEN: token! }, run: "true" } after image
        }
        when base.built { task late { image: "a/late:1", run: "true" } }
        make(.slow_one)
    }
    finally { task bye { image: "a/bye:1", env: { O: text(outcome) }, run: "true" } }
}
"#;

/// The program with one test of this body.
pub(crate) fn with_test(body: &str) -> Program {
    Program(format!("{}\ntest \"t\" {{\n{body}\n}}\n", PIPELINE.trim_start()))
}

/// Runs the tests of a program that is right.
#[track_caller]
pub(crate) fn run(program: &Program) -> (Analysis, Vec<Ran>) {
    let mut analysis = Analysis::open(program, "ci.pipe");
    let mut ran = Vec::new();
    let whole = analysis.test("", &mut |one| ran.push(one));
    let said: Vec<String> =
        analysis.diagnostics.iter().filter(|one| !one.code.is_lint()).map(|one| show(&analysis, one)).collect();
    assert!(whole && said.is_empty(), "{}", said.join("\n"));
    (analysis, ran)
}

fn show(analysis: &Analysis, one: &pipec::diag::Diagnostic) -> String {
    full(&analysis.sources, one, Style { width: 100, color: false, unicode: true, links: None })
}

/// The test of this body passes.
#[track_caller]
pub(crate) fn passes(body: &str) {
    let (analysis, ran) = run(&with_test(body));
    let said: Vec<String> = ran[0].found.iter().map(|one| show(&analysis, one)).collect();
    assert!(said.is_empty(), "{body}\n{}", said.join("\n"));
}

/// What is shown when the test of this body fails.
#[track_caller]
pub(crate) fn failure(body: &str) -> String {
    let (analysis, ran) = run(&with_test(body));
    assert!(!ran[0].found.is_empty(), "it passes: {body}");
    ran[0].found.iter().map(|one| show(&analysis, one)).collect::<Vec<_>>().join("\n")
}

/// The test of this body has one failure, with these words; and its opposite, where one is given, passes.
#[track_caller]
pub(crate) fn fails(body: &str, words: &[&str]) {
    let (analysis, ran) = run(&with_test(body));
    let said: Vec<String> = ran[0].found.iter().map(|one| show(&analysis, one)).collect();
    assert_eq!(said.len(), 1, "{body}\n{}", said.join("\n"));
    for word in words {
        assert!(said[0].contains(word), "`{word}` is not in\n{}", said[0]);
    }
}

#[test]
fn a_called_pipeline_and_its_tasks_have_names_in_a_test() {
    let text = "task say(word: string) { image: \"a/b:1\", run: \"echo ~{word}\" }\npipeline inner(word: string, more: bool = false) {\n    a = say(word)\n    when more { b = say(word) after a }\n}\npipeline outer() {\n    one = inner(\"x\")\n    two = inner(\"y\", more: true) after one\n    end = say(\"z\") after two\n}\n";
    let test = |claims: &str| format!("{text}test \"t\" {{\n    plan = outer()\n{claims}}}\n");
    let good = "assert plan.two after plan.one\nassert plan.two_b after plan.one_a\nassert plan.end after plan.two\nassert plan.one_b.skipped\nassert not plan.two_b.skipped\nassert plan.two_a.args.word == \"y\"\nassert plan.one_a.args.word == \"x\"\n";
    let (analysis, ran) = run(&Program(test(good)));
    let said: Vec<String> = ran[0].found.iter().map(|one| show(&analysis, one)).collect();
    assert!(said.is_empty(), "{}", said.join("\n"));
    let (_, ran) = run(&Program(test("assert plan.one after plan.two\n")));
    assert_eq!(ran[0].found.len(), 1);
}
