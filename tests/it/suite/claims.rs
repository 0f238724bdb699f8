//! Each kind of claim holds where it should, and fails where it should.

use super::{fails, failure, passes, run};

/// Two plans: `up` uploads, `down` does not.
const PLANS: &str =
    "up = ci(upload: true, token: secret(\"t\"))\ndown = ci(kind: .slow_one, bucket: { name: \"b\" })\n";

#[track_caller]
fn both(claim: &str, words: &[&str]) {
    passes(&format!("{PLANS}assert {claim}"));
    let negated = format!("{PLANS}assert not ({claim})");
    fails(&negated, words);
}

#[test]
fn the_parts_of_a_task_have_the_values_of_the_plan() {
    both("up.base.timeout! == 90min", &["left: `90min`", "right: `90min`"]);
    both("up.lint.timeout == none", &["left: `none`"]);
    both("up.base.retries == 1 and up.lint.retries == 0", &["left: `1`", "left: `0`"]);
    both("up.base.retry_delay! > 4s", &["left: `5s`", "right: `4s`"]);
    both("up.base.lock! == \"l\"", &["left: `\"l\"`"]);
    both("up.base.on_failure == .go_on and up.lint.on_failure == .stop", &["`.go_on`", "`.stop`"]);
    both("up.base.stage! == \"build\" and up.bye.stage == none", &["`\"build\"`"]);
    both("up.lint.image == \"a/lint:1\"", &["`\"a/lint:1\"`"]);
    both("up.lint.name == \"lint\"", &["`\"lint\"`"]);
    both("up.lint.needs.kvm", &["this is `true`"]);
    both("up.lint.needs.network", &["this is `true`"]);
    both("not up.lint.needs.privileged", &["this is `false`"]);
    both("up.lint.needs.arch! == .aarch64", &["`.aarch64`"]);
    both("up.base.needs.memory! == 8Gi and up.base.needs.cpu! == 2", &["`8Gi`", "left: `2`"]);
    both("up.base.needs.disk == none", &["left: `none`"]);
    both("up.lint.env.MODE! == \"strict\" and up.lint.env.OTHER == none", &["`\"strict\"`"]);
    both("up.send.env.TOKEN! == \"t\"", &["left: `\"t\"`"]);
    both("up.base.args.kind == .fast and up.base.args.note == \"n\" and up.base.args.jobs == 2", &["`.fast`"]);
}

/// What is there, though its value is known later only, is not `none`.
#[test]
fn a_value_known_later_is_there() {
    passes(&format!("{PLANS}assert up.lint.env.NAME != none"));
    fails(&format!("{PLANS}assert up.lint.env.NAME! == \"x\""), &["known only when running", "the task `base` makes"]);
}

#[test]
fn names_in_every_block_are_members() {
    both("every([up.base.skipped, up.other.skipped, up.lint.skipped, up.free.skipped, up.send.skipped]) == false", &[]);
    both("up.make.args.kind == .slow_one", &["`.slow`"]);
    both("not up.bye.skipped", &[]);
    both("up.other.retries == 1", &[]);
}

#[test]
fn the_parameters_and_values_of_the_pipeline_are_members() {
    both("up.threads == 8 and down.threads == 4", &["left: `8`", "left: `4`"]);
    both("up.params.upload and not down.params.upload", &[]);
    both("down.params.bucket!.name == \"b\" and down.params.bucket!.prefix == \"p\"", &["`\"b\"`"]);
    both("up.params.token != none and down.params.token == none", &[]);
    both("\"aws!\" in up.label", &["right: `[\"aws!\", \"gcp!\"]`"]);
    both("\"send\" in up.tasks and not (\"send\" in down.tasks)", &["left: `\"send\"`"]);
}

#[test]
fn a_loop_is_a_list() {
    both("len(up.image) == 2", &["left: `2`"]);
    both("\"image_aws\" in up.image", &["`[\"image_aws\", \"image_gcp\"]`"]);
    both("every(up.image.needs.network)", &["this is `[true, true]`"]);
    both("any(up.image.needs.network)", &["this is `[true, true]`"]);
    fails(&format!("{PLANS}assert any(up.image.needs.kvm)"), &["this is `[false, false]`"]);
    fails(&format!("{PLANS}assert every(up.image.needs.kvm)"), &["this is `[false, false]`"]);
    both("every(down.extra.skipped) and len(down.extra) == 0", &["`[true, true]`"]);
    both("not any(up.extra.skipped) and len(up.extra) == 2", &[]);
    both("len(up.image.timeout) == 2", &[]);
    passes("empty = ci(clouds: [])\nassert len(empty.image) == 0 and every(empty.image.skipped)");
}

#[test]
fn a_for_says_it_of_each_task() {
    passes(&format!("{PLANS}for one in up.image {{ assert one.args.jobs == 2\nassert one after up.base }}"));
    let said = failure(&format!("{PLANS}for one in up.image {{ assert one.args.note == \"aws\" }}"));
    assert!(said.contains("left: `\"gcp\"`") && !said.contains("left: `\"aws\"`"), "{said}");
    let said = failure(&format!("{PLANS}for one in up.image {{ assert one after up.free }}"));
    assert!(said.contains("`image_aws` does not come after") && said.contains("`image_gcp` does not come"), "{said}");
}

#[test]
fn order_is_by_whatever_path() {
    passes(&format!("{PLANS}assert up.image after up.base"));
    passes(&format!("{PLANS}assert up.send after [up.image, up.base, up.lint]"));
    passes(&format!("{PLANS}assert [up.send, up.free, up.late] after up.base"));
    passes(&format!("{PLANS}assert up.bye after up.send"));
    passes(&format!("{PLANS}assert not up.free after up.image"));
    passes(&format!("{PLANS}assert not up.base after up.base"));
    passes(&format!("{PLANS}assert not up.base after up.bye"));
}

#[test]
fn an_order_that_is_not_there_shows_the_one_that_is() {
    insta::assert_snapshot!(failure(&format!("{PLANS}assert up.free after up.image")));
    insta::assert_snapshot!(failure(&format!("{PLANS}assert up.base after up.send, \"what is sent is built first\"")));
    insta::assert_snapshot!(failure(&format!("{PLANS}assert not up.send after up.base")));
    insta::assert_snapshot!(failure(&format!("{PLANS}assert not up.bye after up.free")));
}

/// Of several claims only what decides is shown.
#[test]
fn a_failure_shows_the_values_of_its_parts() {
    insta::assert_snapshot!(failure(&format!(
        "{PLANS}assert up.base.retries > limit and up.lint.needs.kvm\nassert big(up.base.needs.memory!) and (down.threads == 8 or not down.send.skipped)"
    )));
}

#[test]
fn what_does_not_run_has_no_parts_and_no_order() {
    fails(
        &format!("{PLANS}assert down.send.retries == 0"),
        &["`send` is not in this plan", "this is false for the given values"],
    );
    fails(&format!("{PLANS}assert down.send after down.base"), &["`send` is not in this plan"]);
    fails(&format!("{PLANS}assert not down.send after down.base"), &["`send` is not in this plan"]);
    fails(&format!("{PLANS}assert down.extra after down.base"), &["`extra` is not in this plan"]);
    passes(&format!("{PLANS}assert down.send.skipped or down.send.retries == 7"));
    passes(&format!("{PLANS}assert not (not down.send.skipped and down.send.retries == 7)"));
}

#[test]
fn a_condition_on_a_result_is_known_only_when_running() {
    fails(
        &format!("{PLANS}assert up.late.skipped"),
        &["known only when running", "depends on what the task `base` makes"],
    );
    fails(&format!("{PLANS}assert not up.late.skipped"), &["known only when running"]);
    passes(&format!("{PLANS}assert up.late.skipped or up.base.retries == 1"));
    passes(&format!("{PLANS}assert up.late.retries == 0"));
}

#[test]
fn opening_what_is_none_fails() {
    fails(&format!("{PLANS}assert up.lint.timeout! > 1h"), &["this is `none`"]);
    fails(&format!("{PLANS}assert up.lint.timeout! == 1h"), &["left: `none`", "right: `1h`"]);
    passes(&format!("{PLANS}assert (up.lint.timeout ?? 2h) > 1h"));
    fails(&format!("{PLANS}assert up.threads / up.lint.retries == 2"), &["divides by zero"]);
}

#[test]
fn values_have_names() {
    passes(&format!("{PLANS}n = len(up.image)\nm = n + limit\nassert m == 5"));
    fails(&format!("{PLANS}n = len(up.image)\nassert n == 5"), &["left: `2`"]);
    fails(&format!("{PLANS}late = up.late.skipped\nassert late"), &["known only when running"]);
    passes("plan = ci()\nother = ci(clouds: plan.tasks)\nassert len(other.image) == len(plan.tasks)");
}

/// A plan that cannot be made is one failure, and what is claimed of it is none.
#[test]
fn a_requirement_that_does_not_hold_fails_the_test() {
    let body = "plan = ci(upload: true)\nassert plan.base.skipped\nassert plan.base after plan.free\nn = plan.threads\nassert n == 1";
    fails(body, &["P0505", "an upload needs a token", "`upload` is `true` here", "the plan that the test makes"]);
    fails("ci(upload: true)", &["P0505"]);
    passes("ci()");
}

#[test]
fn every_failure_of_a_test_is_shown_and_no_test_hides_another() {
    let program = super::Program(format!(
        "{}\ntest \"a\" {{ plan = ci()\nassert plan.base.skipped\nassert plan.base.retries == 2 }}\ntest \"b\" {{ plan = ci()\nassert plan.base.retries == 1 }}\n",
        super::PIPELINE
    ));
    let (_, ran) = run(&program);
    let found: Vec<(&str, usize)> = ran.iter().map(|one| (one.name.as_str(), one.found.len())).collect();
    assert_eq!(found, [("a", 2), ("b", 0)]);
}

/// A plan is made once for the same arguments: a thousand tests of a hundred tasks are no matter.
#[test]
fn a_thousand_tests_are_quick() {
    let tasks: String = (0..100)
        .map(|at| {
            format!(
                "    t{at} = make(.fast) {{ retries: {} }}{}\n",
                at % 4,
                if at == 0 { String::new() } else { format!(" after t{}", at - 1) }
            )
        })
        .collect();
    let tests: String = (0..1000)
        .map(|at| {
            format!(
                "test \"t{at}\" {{ plan = long()\nassert plan.t99 after plan.t{}\nassert plan.t{}.retries == {} }}\n",
                at % 99,
                at % 100,
                at % 4
            )
        })
        .collect();
    let program = super::Program(format!("{}\npipeline long() {{\n{tasks}}}\n{tests}", super::PIPELINE));
    let start = std::time::Instant::now();
    let (_, ran) = run(&program);
    assert_eq!(ran.iter().filter(|one| one.found.is_empty()).count(), 1000);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn tests_change_nothing_of_the_program() {
    let text = "pipeline p() { task a { image: \"a/b:1\", run: \"true\" } }\ntest \"t\" {\n    p()\n    expect error \"P0201\" in { foo() }\n}\n";
    let files = super::Program(text.to_owned());
    let mut analysis = pipec::query::Analysis::open(&files, "ci.pipe");
    let request = pipec::query::Request::default();
    let before = analysis.plan(&files, &request).map(|plan| plan.len());
    for _ in 0..2 {
        let mut passed = Vec::new();
        assert!(analysis.test("", &mut |ran| passed.push(ran.found.is_empty())));
        assert_eq!(passed, [true]);
    }
    assert_eq!(analysis.plan(&files, &request).map(|plan| plan.len()), before);
    assert_eq!(before, Some(1));
}
