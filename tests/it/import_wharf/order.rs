//! The graph of an imported program: stages are barriers, and the steps of one run at the same time.

use std::collections::BTreeSet;

use pipec::plan::{Phase, Plan};
use proptest::prelude::*;

use super::{KINDS, fixture, imported, needed, planned};

/// What a task waits for, directly or not.
fn before(plan: &Plan, name: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![name.to_owned()];
    while let Some(name) = open.pop() {
        let id = plan.tasks().find(|(_, task)| task.name == name).map(|(id, _)| id);
        let id = id.unwrap_or_else(|| panic!("there is no `{name}`"));
        for (other, _) in plan.dependencies(id) {
            let name = plan.task(other).name.clone();
            if found.insert(name.clone()) {
                open.push(name);
            }
        }
    }
    found
}

/// The stages in the order of the source, with their tasks.
fn stages(plan: &Plan) -> Vec<(String, Vec<String>)> {
    let mut stages: Vec<(String, Vec<String>)> = Vec::new();
    for (_, task) in plan.tasks().filter(|(_, task)| task.phase == Phase::Main) {
        let stage = task.stage.clone().expect("every task stands in a stage");
        match stages.iter_mut().find(|(name, _)| *name == stage) {
            Some((_, tasks)) => tasks.push(task.name.clone()),
            None => stages.push((stage, vec![task.name.clone()])),
        }
    }
    stages
}

/// Each task waits for all of the stages before its own, and for none of its own.
fn are_barriers(plan: &Plan) {
    let stages = stages(plan);
    for (at, (_, tasks)) in stages.iter().enumerate() {
        let earlier: BTreeSet<String> = stages[..at].iter().flat_map(|(_, tasks)| tasks.clone()).collect();
        for task in tasks {
            assert_eq!(before(plan, task), earlier, "{task}");
        }
    }
}

#[test]
fn capability_3_1_stages_are_barriers_in_each_kind_of_file() {
    for name in KINDS {
        are_barriers(&planned(&imported(&fixture(name)), needed(name)).1);
    }
}

#[test]
fn capability_3_1_the_stages_are_those_of_the_file_in_its_order() {
    let (_, plan) = planned(&imported(&fixture("stages")), &[]);
    let all = stages(&plan);
    let expected: [(&str, &[&str]); 4] = [
        ("prepare", &["check_out"]),
        ("build_it", &["build_it_api", "build_it_site", "docs"]),
        ("test", &["test_api", "test_site"]),
        ("a_release", &["step_source", "step_wharf"]),
    ];
    let expected: Vec<(String, Vec<String>)> = expected
        .iter()
        .map(|(stage, tasks)| ((*stage).to_owned(), tasks.iter().map(|task| (*task).to_owned()).collect()))
        .collect();
    assert_eq!(all, expected);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn capability_3_1_stages_of_any_size_are_barriers(sizes in prop::collection::vec(1usize..5, 1..6)) {
        let step = "container: {image: 'docker.io/library/alpine:3.20.3', cmds: ['true']}";
        let stage = |(at, size): (usize, &usize)| {
            let steps: String = (0..*size).map(|one| format!("  s{one}:\n    {step}\n")).collect();
            format!("stage-{at}:\n{steps}")
        };
        let text: String = sizes.iter().enumerate().map(stage).collect();
        let (_, plan) = planned(&imported(&text), &[]);
        are_barriers(&plan);
        let counts: Vec<usize> = stages(&plan).iter().map(|(_, tasks)| tasks.len()).collect();
        prop_assert_eq!(counts, sizes);
    }
}

#[test]
fn capability_3_1_a_stage_of_some_environments_is_no_hole_in_the_order() {
    let (_, plan) = planned(&imported(&fixture("environments")), &[("environment", "dev")]);
    assert!(plan.tasks().all(|(_, task)| task.name != "mail"));
    let text = fixture("environments").replace(
        "announce:",
        "last:\n  all:\n    container: {image: 'docker.io/library/alpine:3.20.3', cmds: [ls]}\nannounce:",
    );
    let (_, plan) = planned(&imported(&text), &[("environment", "none")].map(|(name, _)| (name, "")));
    assert_eq!(before(&plan, "all"), BTreeSet::from(["compile".to_owned()]));
}
