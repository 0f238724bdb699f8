//! What `pipec check` says of a test, without running it.

use pipec::query::Analysis;

use super::{Program, with_test};

/// The findings of a file, as `CODE text under the primary label`.
fn found(program: &Program) -> Vec<String> {
    let analysis = Analysis::open(program, "ci.pipe");
    let show = |one: &pipec::diag::Diagnostic| {
        assert!(one.help.is_some() && !one.labels[0].text.is_empty(), "{one:?}");
        format!("{} {}", one.code.id(), one.span().map_or("", |span| analysis.sources.text(span)))
    };
    analysis.diagnostics.iter().filter(|one| !one.code.is_lint()).map(show).collect()
}

#[track_caller]
fn refused(body: &str, wanted: &[&str]) {
    assert_eq!(found(&with_test(body)), wanted, "{body}");
}

#[test]
fn names_are_known() {
    refused("plan = cii()", &["P0201 cii"]);
    refused("plan = ci()\nassert plan.bas.skipped", &["P0216 bas"]);
    refused("plan = ci()\nassert plan.upload", &["P0216 upload"]);
    refused("plan = ci()\nassert plan.params.uplod", &["P0216 uplod"]);
    refused("plan = ci()\nassert plan.base.skiped", &["P0216 skiped"]);
    refused("plan = ci()\nassert plan.base.needs.kvn", &["P0216 kvn"]);
    refused("plan = ci()\nassert plan.base.args.knd == .fast", &["P0206 knd"]);
    refused("plan = ci()\nassert plan.lint.args.x == 1", &["P0216 x"]);
    refused("assert plna.base.skipped", &["P0201 plna"]);
    refused("expect error \"P0505x\" in { ci() }", &["P0705 \"P0505x\""]);
    refused("for one in plan.image { assert true }", &["P0201 plan"]);
}

#[test]
fn near_names_are_said() {
    for (body, near) in [
        ("plan = cii()", "`ci`"),
        ("plan = ci()\nassert plan.bas.skipped", "`base`"),
        ("plan = ci()\nassert plan.base.skiped", "`skipped`"),
        ("plan = ci()\nassert plan.params.uplod", "`upload`"),
        ("plan = ci()\nassert plan.upload", "`params.upload`"),
        ("expect error \"requirement-brokn\" in { ci() }", "`requirement-broken`"),
    ] {
        let analysis = Analysis::open(&with_test(body), "ci.pipe");
        let one = analysis.diagnostics.iter().next().unwrap();
        assert!(one.help.as_deref().unwrap().contains(near) && !one.fixes.is_empty(), "{body}: {one:?}");
    }
}

#[test]
fn arguments_are_typed_like_any() {
    refused("plan = ci(upload: \"yes\")", &["P0301 \"yes\""]);
    refused("plan = ci(uplod: true)", &["P0206 uplod"]);
    refused("plan = ci(.fast, .fast)", &["P0301 .fast"]);
    refused("plan = ci(token: \"t\")", &["P0301 \"t\""]);
    let needs = "pipeline needs(x: int) { task a { image: \"a/b:1\", env: { X: x }, run: \"true\" } }\n";
    let program = |body: &str| Program(format!("{needs}test \"t\" {{ {body} }}\n"));
    assert_eq!(found(&program("plan = needs()")), ["P0207 needs()"]);
    assert_eq!(found(&program("plan = needs(1)")), [""; 0]);
}

#[test]
fn claims_are_typed() {
    refused("plan = ci()\nassert plan.base.retries", &["P0303 plan.base.retries"]);
    refused("plan = ci()\nassert plan.base.stage! == 1", &["P0305 =="]);
    refused("plan = ci()\nassert plan.base.timeout == 1h", &["P0306 plan.base.timeout"]);
    refused("plan = ci()\nassert plan.image.skipped", &["P0303 plan.image.skipped"]);
    refused("plan = ci()\nassert every(plan.base.skipped)", &["P0301 plan.base.skipped"]);
    refused("plan = ci()\nassert true, 4", &["P0301 4"]);
}

#[test]
fn plans_and_tasks_are_no_values() {
    refused("plan = ci()\nassert plan", &["P0214 plan"]);
    refused("plan = ci()\nassert plan.base", &["P0214 plan.base"]);
    refused("plan = ci()\nassert plan.base.needs", &["P0214 plan.base.needs"]);
    refused("plan = ci()\nassert plan.params", &["P0214 plan.params"]);
    refused("plan = ci()\nassert plan.base after plan.threads", &["P0214 plan.threads"]);
    refused("plan = ci()\nassert plan.base after 3", &["P0214 3"]);
    refused("plan = ci()\nassert plan.base after plan", &["P0214 plan"]);
    refused("a = ci()\nb = ci()\nassert a.base after b.lint", &["P0214 a.base after b.lint"]);
    refused("x = make(.fast)", &["P0214 make"]);
}

#[test]
fn statements_stand_where_they_belong() {
    refused("workspace w { }", &["P0405 workspace"]);
    refused("when true { }", &["P0405 when"]);
    refused("task a { image: \"a/b:1\", run: \"true\" }", &["P0405 a"]);
    refused("require true", &["P0405 require"]);
    refused("plan = ci()\nplan.base.skipped", &["P0405 plan.base.skipped"]);
    refused(
        "plan = ci()\nfor one in plan.image if true { assert one.skipped }",
        &["P0405 for one in plan.image if true { assert one.skipped }"],
    );
    refused("plan = ci() { retries: 1 }", &["P0405 retries"]);
    let outside = Program("pipeline p() { assert true\ntask a { image: \"a/b:1\", run: \"true\" } }".to_owned());
    assert_eq!(found(&outside), ["P0405 assert"]);
}

#[test]
fn names_are_bound_once_and_follow_ups_are_silent() {
    refused("plan = ci()\nplan = ci()", &["P0202 plan"]);
    refused("plan = ci(uplod: 1)\nassert plan.base.skipped", &["P0206 uplod"]);
    refused(
        "plan = cii()\nassert plan.base.skipped\nassert plan.a after plan.b\nfor x in plan.a { assert x.skipped }",
        &["P0201 cii"],
    );
    let twice = Program(format!("{}test \"a\" {{ ci() }}\ntest \"a\" {{ ci() }}\n", super::PIPELINE));
    assert_eq!(found(&twice), ["P0202 \"a\""]);
    let made = Program(format!("{}test \"a~{{limit}}\" {{ ci() }}\n", super::PIPELINE));
    assert_eq!(found(&made), ["P0501 \"a~{limit}\""]);
}

/// What is wrong in the body of an `expect` is what it is for.
#[test]
fn the_body_of_an_expect_is_not_reported() {
    refused("expect error \"P0301\" in { task a { image: 3, run: 4 }\nfoo() }", &[]);
}

/// A proof is needed in a pipeline, and in a claim the claim is the proof.
#[test]
fn a_pipeline_needs_proofs_all_the_same() {
    let text = "pipeline p(x: int?) { y = x!\ntask a { image: \"a/b:1\", env: { Y: y }, run: \"true\" } }\ntest \"t\" { plan = p(x: 1)\nassert plan.y == 1 }\n";
    assert_eq!(found(&Program(text.to_owned())), ["P0307 x!"]);
}
