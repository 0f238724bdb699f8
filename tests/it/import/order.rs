//! The plan of an imported program against the order that gangplank documents.

use std::collections::BTreeSet;

use pipec::plan::Plan;

use super::{example, imported, planned, said};

/// What a program's tasks wait for, directly or not.
struct Order {
    plan: Plan,
    program: String,
}

impl Order {
    fn of(text: &str) -> Self {
        let (program, params) = imported(text);
        let (_, plan) = planned(&program, &params);
        Self { plan, program }
    }

    fn before(&self, name: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut open = vec![name.to_owned()];
        while let Some(name) = open.pop() {
            let id = self.plan.tasks().find(|(_, task)| task.name == name).map(|(id, _)| id);
            let id = id.unwrap_or_else(|| panic!("no `{name}` in\n{}", self.program));
            for (other, _) in self.plan.dependencies(id) {
                let name = self.plan.task(other).name.clone();
                if found.insert(name.clone()) {
                    open.push(name);
                }
            }
        }
        found
    }

    #[track_caller]
    fn waits(&self, name: &str, others: &[&str]) {
        let before = self.before(name);
        for other in others {
            assert!(before.contains(*other), "`{name}` waits for {before:?}\n{}", self.program);
        }
    }

    #[track_caller]
    fn beside(&self, one: &str, other: &str) {
        assert!(!self.before(one).contains(other), "{}", self.program);
        assert!(!self.before(other).contains(one), "{}", self.program);
    }
}

fn stages(list: &str) -> String {
    format!("job: {{strict: true}}\nstages:\n{list}")
}

#[test]
fn groups_run_one_behind_the_other_and_their_stages_beside_each_other() {
    let order = Order::of(&stages(
        "- {id: c, execution_order: 7, commands: [ls]}\n- {id: a, execution_order: 1, commands: [ls]}\n\
         - {id: b, execution_order: 1, commands: [ls]}\n- {id: d, commands: [ls]}\n- {id: e, execution_order: 0, commands: [ls]}\n",
    ));
    order.waits("c", &["a", "b", "d", "e", "src"]);
    order.waits("d", &["a", "b"]);
    order.waits("e", &["a", "b"]);
    order.beside("a", "b");
    order.beside("d", "e");
}

#[test]
fn what_is_needed_comes_first_whatever_the_numbers_say() {
    let order = Order::of(&example("orders"));
    order.waits("live", &["metal", "metal4k", "base", "tests"]);
    order.waits("after_disks", &["live", "metal", "tests", "whenever"]);
    order.waits("metal", &["tests", "base"]);
    order.beside("tests", "whenever");
}

#[test]
fn what_a_stage_requires_is_an_edge_also_inside_a_group() {
    let order = Order::of(&stages(
        "- {id: test, require_artifacts: [qemu], commands: [ls]}\n- {id: b, build_artifacts: [base]}\n\
         - {id: optional, request_artifacts: [metal], commands: [ls]}\n- {id: m, build_artifacts: [metal]}\n",
    ));
    order.waits("test", &["base"]);
    order.beside("optional", "metal");
    order.beside("test", "metal");
    let earlier = Order::of(&stages(
        "- {id: b, execution_order: 1, build_artifacts: [base]}\n- {id: m, execution_order: 2, build_artifacts: [metal]}\n\
         - {id: late, execution_order: 3, request_artifacts: [metal], commands: [ls]}\n",
    ));
    earlier.waits("late", &["metal"]);
}

#[test]
fn inside_a_stage_all_is_in_a_row() {
    let order = Order::of(&stages(
        "- id: all\n  prep_commands: [echo a]\n  build_artifacts: ['metal4k+metal,base']\n  commands: [echo b, echo c]\n  \
         post_commands: [echo d]\n  kola_tests: [basicQemu, basicUEFI]\n",
    ));
    order.waits("all_prep", &["src"]);
    order.waits("base", &["all_prep"]);
    order.waits("metal", &["base", "metal4k"]);
    order.waits("all", &["metal", "metal4k"]);
    order.waits("kola_basic_uefi", &["kola_basic_qemu", "all"]);
    let names = |name: &str| -> Vec<String> {
        let (_, task) = order.plan.tasks().find(|(_, task)| task.name == name).unwrap();
        task.steps.iter().map(|step| step.name.clone()).collect()
    };
    assert_eq!(names("all"), ["command_1", "command_2", "post"]);
}

#[test]
fn concurrent_commands_run_beside_each_other() {
    let order = Order::of(&stages(
        "- {id: two, concurrent: true, prep_commands: [ls], commands: [ls, date], post_commands: [ls]}\n\
         - {id: next, execution_order: 3, commands: [ls]}\n",
    ));
    order.beside("two_1", "two_2");
    order.waits("two_1", &["two_prep"]);
    order.waits("two_post", &["two_1", "two_2"]);
    order.waits("next", &["two_post"]);
}

#[test]
fn a_post_that_always_runs_is_a_cleanup_or_at_the_end() {
    let order = Order::of(&stages(
        "- {id: one, prep_commands: [ls], commands: [date], post_commands: [rm -f x], post_always: true}\n",
    ));
    let (_, task) = order.plan.tasks().find(|(_, task)| task.name == "one").unwrap();
    assert!(task.before.is_some() && task.cleanup.is_some() && task.steps.len() == 1);
    let text = stages("- {id: b, build_artifacts: [base], post_commands: [rm -f x], post_always: true}\n");
    let order = Order::of(&text);
    let (_, task) = order.plan.tasks().find(|(_, task)| task.name == "b_post").unwrap();
    assert_eq!(task.phase, pipec::plan::Phase::Finally);
    assert!(said(&super::import(&text)).contains("P0739"));
}

#[test]
fn to_put_the_build_together_needs_every_stage() {
    let order = Order::of(&example("delayed"));
    order.waits("finalize", &["base", "metal", "metal4k", "live", "aws", "cloud"]);
    assert!(order.program.contains("cosa build --delay-meta-merge"));
}

#[test]
fn uploads_and_pushes_come_behind_what_they_hand_on() {
    let order = Order::of(&example("everything"));
    order.waits("publish_aws", &["base", "aws"]);
    order.waits("push_1", &["base"]);
    order.waits("base", &["repos", "overrides", "overrides_2"]);
    order.waits("kola_iso", &["live"]);
    order.waits("hand_on", &["live", "at_once_post"]);
}

#[test]
fn what_no_stage_makes_is_made_first() {
    let text = stages("- {id: iso, build_artifacts: [live]}\n");
    let order = Order::of(&text);
    order.waits("live", &["metal", "metal4k", "base"]);
    assert_eq!(said(&super::import(&text)).matches("P0739").count(), 3);
}

#[test]
fn stages_in_a_circle_are_refused() {
    let text = stages("- {id: a, build_artifacts: [base, live]}\n- {id: b, build_artifacts: [metal, metal4k]}\n");
    let import = super::import(&text);
    assert!(import.imported.is_none());
    assert!(said(&import).contains("P0734]: stages wait for each other in a circle"), "{}", said(&import));
}
