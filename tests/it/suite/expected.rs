//! `expect error`: found, not found, something else found.

use super::{fails, passes};

/// A body that needs what nothing makes.
const LIVE: &str = "workspace srv { size: 60Gi }\ntask live { image: \"a/b:1\", run: \"make live\" }";

#[test]
fn an_error_is_expected_by_code_or_name() {
    passes("expect error \"P0505\" in { ci(upload: true) }");
    passes("expect error \"requirement-broken\" in { x = ci(upload: true) }");
    passes("expect error \"P0301\" in { task a { image: \"a/b:1\", retries: \"x\", run: \"true\" } }");
    passes("expect error \"P0201\" in { foo() }");
    passes("expect error \"P0207\" in { make() }");
    passes("expect error \"P0514\" in { workspace w { } }");
    passes("expect error \"P0405\" in { assert true }");
}

#[test]
fn calls_of_pipelines_are_planned() {
    passes("expect error \"P0505\" in { ci()\nci(upload: true) }");
    fails("expect error \"P0505\" in { ci() }", &["P0712", "nothing is wrong with the body"]);
    fails(
        "expect error \"P0207\" in { ci(upload: true) }",
        &["P0207 (missing-argument) was expected, and P0505 was found"],
    );
    passes("expect error \"P0206\" in { ci(uplaod: true) }");
}

/// The rules of whole programs look at a body as if it were the only pipeline.
#[test]
fn the_rules_look_at_a_body() {
    let declared = "artifact Metal\nartifact Live requires Metal\ncommand \"make live\" makes Live\ncommand \"make metal\" makes Metal\n";
    let program = |body: &str| {
        super::Program(format!(
            "{declared}{}\ntest \"t\" {{ expect error \"P0401\" in {{ {body} }} }}\n",
            super::PIPELINE
        ))
    };
    let (_, ran) = super::run(&program(LIVE));
    assert!(ran[0].found.is_empty(), "{:?}", ran[0].found);
    let made = LIVE.replace("make live", "make metal && make live");
    let (_, ran) = super::run(&program(&made));
    assert_eq!(ran[0].found.len(), 1, "the requirement is made");
    assert!(ran[0].found[0].message.contains("nothing is wrong"), "{:?}", ran[0].found);
}

#[test]
fn another_error_beside_the_expected_one_fails() {
    fails(
        "expect error \"P0301\" in { task a { image: \"a/b:1\", retries: \"x\", run: \"true\" }\nfoo() }",
        &["P0301 (type-mismatch) was found, and also P0201", "P0201: there is no task or function `foo`"],
    );
    fails("expect error \"P0401\" in { foo() }", &["was expected, and P0201 was found"]);
}

#[test]
fn several_in_one_test_see_nothing_of_each_other() {
    passes(
        "plan = ci()\nexpect error \"P0201\" in { foo() }\nexpect error \"P0201\" in { x = plan.base }\nassert plan.base.retries == 1",
    );
}
