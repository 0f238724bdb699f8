//! What runs when.

use pipec::plan::{Expr, Ty, Value};

use super::draft::{Draft, equal};
use super::machine::Machine;

/// Ends only when both have been there at the same time.
fn meet(me: &str, other: &str) -> String {
    format!("touch $TOP/{me}\nfor i in {{1..200}}; do [[ ! -e $TOP/{other} ]] || exit 0; sleep 0.02; done\nexit 1\n")
}

#[test]
fn tasks_without_order_run_together() {
    let mut draft = Draft::new();
    draft.task("a", &meet("a", "b"));
    draft.task("b", &meet("b", "a"));
    Machine::new(&draft).succeed(&["-j", "2"]);
}

#[test]
fn one_job_is_one_task_at_a_time_in_a_fixed_order() {
    let mut draft = Draft::new();
    let step = |name: &str| format!("echo start {name} >>$TOP/trace\nsleep 0.02\necho end {name} >>$TOP/trace\n");
    let late = draft.task("late", &step("late"));
    let ids: Vec<_> = ["b", "c", "d"].iter().map(|name| draft.task(name, &step(name))).collect();
    draft.after(ids[1], late);
    draft.after(ids[2], ids[0]);
    draft.finally("last", &step("last"));
    let machine = Machine::new(&draft);
    machine.succeed(&["-j1"]);
    let order: Vec<String> = ["c", "late", "d", "b", "last"]
        .iter()
        .flat_map(|name| [format!("start {name}"), format!("end {name}")])
        .collect();
    assert_eq!(machine.trace("trace"), order);
}

#[test]
fn a_diamond_keeps_its_order_with_many_jobs() {
    let mut draft = Draft::new();
    let top = draft.task("top", "sleep 0.05; echo top >>$TOP/trace\n");
    let bottom = draft.task("bottom", "echo bottom >>$TOP/trace\n");
    for name in ["left", "right"] {
        let side = draft.task(name, "echo side >>$TOP/trace\n");
        draft.after(top, side);
        draft.after(side, bottom);
    }
    draft.after(top, bottom);
    let machine = Machine::new(&draft);
    machine.succeed(&["-j8"]);
    assert_eq!(machine.trace("trace"), ["top", "side", "side", "bottom"]);
}

#[test]
fn an_empty_plan_succeeds() {
    let machine = Machine::new(&Draft::new());
    machine.succeed(&[]);
    assert_eq!(machine.result()["success"], true);
    assert_eq!(machine.result()["tasks"].as_array().unwrap().len(), 0);
    machine.succeed(&["--list"]);
    machine.succeed(&["--dry-run"]);
}

#[test]
fn a_known_condition_skips_and_what_only_comes_after_runs() {
    let mut draft = Draft::new();
    let upload = draft.param("upload", Ty::Bool, Some(Value::Bool(false)));
    let condition = Expr::param(&draft.plan, upload);
    let maker = draft.maker_with("make", "made", |task| task.condition = Some(condition));
    draft.reader("read", maker);
    let machine = Machine::new(&draft);
    machine.succeed(&[]);
    assert_eq!(machine.status("make"), "skipped");
    assert_eq!(machine.read("line.work/results/make/value"), "");
    assert_eq!(machine.status("read"), "succeeded");
    assert_eq!(machine.trace("got"), ["<>"]);
    machine.succeed(&["--upload", "true"]);
    assert_eq!(machine.trace("got"), ["<>", "<made>"]);
}

#[test]
fn a_condition_over_a_result_is_decided_when_the_result_is_there() {
    for (made, status) in [("yes", "succeeded"), ("no", "skipped")] {
        let mut draft = Draft::new();
        let maker = draft.maker("make", made);
        let result = Expr::output(&draft.plan, maker, 0);
        let condition = equal(result, "yes");
        let task = draft.with("go", "touch $TOP/went\n", |task| task.condition = Some(condition));
        draft.reads(maker, task);
        let machine = Machine::new(&draft);
        let dry = machine.succeed(&["--dry-run"]);
        assert!(dry.out.contains("decided when"), "{dry:#?}");
        machine.succeed(&[]);
        assert_eq!(machine.status("go"), status);
        assert_eq!(machine.path("went").exists(), status == "succeeded");
    }
}
