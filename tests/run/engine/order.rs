//! What comes before what, and how much at once.

use std::time::Instant;

use pipec::contract::AmountSpec;
use pipec::contract::store::State;

use super::{Line, compiled, task};

#[test]
fn a_task_starts_when_what_it_comes_after_has_ended() {
    let c = format!("{} after b", task("c", "echo c >>\"$TOP/order\"", "").trim_end());
    let b = format!("{} after a", task("b", "echo b >>\"$TOP/order\"", "").trim_end());
    let line =
        Line::of(&format!("pipeline line() {{ {c}\n{b}\n{} }}", task("a", "sleep 0.1; echo a >>\"$TOP/order\"", "")));
    let told = line.succeed();
    assert_eq!(line.read("order"), "a\nb\nc\n");
    assert_eq!(told.events.iter().position(|event| event == "a succeeded"), Some(3), "{told:#?}");
    assert_eq!((told.result.outcome, told.result.success), (State::Succeeded, true));
    assert_eq!(told.events[..4], ["a running", "a.0 1 running", "a.0 1 succeeded 0", "a succeeded"]);
}

#[test]
fn independent_tasks_run_together_as_many_as_may() {
    let all = "touch \"$TOP/$0.here\"; n=0; until [ \"$(ls \"$TOP\" | grep -c here)\" -ge 3 ]; do sleep 0.02; n=$((n+1)); [ $n -lt 400 ] || exit 9; done";
    let text: String = ["a", "b", "c"].iter().map(|name| task(name, &all.replace("$0", name), "")).collect();
    Line::of(&format!("pipeline line() {{ {text} }}")).succeed();
}

#[test]
fn no_more_than_at_once_run_together() {
    let most = "mkdir \"$TOP/only\" || exit 9; sleep 0.02; rmdir \"$TOP/only\"";
    let text: String = (0..6).map(|at| task(&format!("t{at}"), most, "")).collect();
    let mut line = Line::of(&format!("pipeline line() {{ {text} }}"));
    line.at_once = 1;
    let told = line.succeed();
    let starts: Vec<&str> = told
        .events
        .iter()
        .filter_map(|event| event.strip_suffix(" running"))
        .filter(|name| !name.contains(' '))
        .collect();
    assert_eq!(starts, ["t0", "t1", "t2", "t3", "t4", "t5"]);
}

#[test]
fn what_the_machine_has_bounds_what_runs_together() {
    let most = "mkdir \"$TOP/only\" || exit 9; sleep 0.05; rmdir \"$TOP/only\"";
    let text: String = (0..4).map(|at| task(&format!("t{at}"), most, "needs: { memory: 3Gi },")).collect();
    let mut spec = compiled(&format!(
        "pipeline line() {{ {text} {} }}",
        task("small", "touch \"$TOP/small\"", "needs: { memory: 1Gi },")
    ));
    spec.room = AmountSpec { memory: Some(4 << 30), ..AmountSpec::default() };
    // It asks for more than there is: it runs alone.
    spec.tasks[0].asks.memory = Some(9 << 30);
    let line = Line::of_spec(spec);
    line.succeed();
    assert!(line.has("small"));
}

#[test]
fn tasks_of_one_lock_never_overlap_and_others_pass_them() {
    let most = "mkdir \"$TOP/only\" || exit 9; sleep 0.05; rmdir \"$TOP/only\"";
    let text: String = (0..4).map(|at| task(&format!("t{at}"), most, "lock: \"x\",")).collect();
    let mut line = Line::of(&format!("pipeline line() {{ {text} {} }}", task("free", "touch \"$TOP/free\"", "")));
    line.at_once = 2;
    let told = line.succeed();
    let at = |event: &str| told.events.iter().position(|one| one == event).unwrap();
    assert!(at("free running") < at("t1 running"), "{told:#?}");
}

#[test]
fn stages_stand_in_the_result() {
    let (a, b) = (task("a", "sleep 0.05", ""), task("b", "true", ""));
    let line = Line::of(&format!(
        "pipeline line() {{ stage one {{ {a} {b} }}\nstage two {{ {} }} }}",
        task("c", "exit 3", "")
    ));
    let told = line.run();
    let stages: Vec<(&str, State, usize)> =
        told.result.stages.iter().map(|one| (one.name.as_str(), one.status, one.steps.len())).collect();
    assert_eq!(stages, [("one", State::Succeeded, 2), ("two", State::Failed, 1)]);
    assert!(told.result.stages[0].duration_ms >= 50);
}

#[test]
fn a_graph_of_ten_thousand_starts_its_first_task_soon_and_its_end_is_not_quadratic() {
    let mut spec = compiled(&format!("pipeline line() {{ {} }}", task("a", "true", "")));
    let first = spec.tasks[0].clone();
    for at in 0..10_000 {
        let mut task = first.clone();
        task.name = format!("t{at}");
        task.after = vec![if at == 0 { "a".to_owned() } else { format!("t{}", at - 1) }];
        spec.tasks.push(task);
    }
    spec.tasks[0].steps[0].script = "#!/bin/sh\nexit 3\n".to_owned();
    let line = Line::of_spec(spec);
    let began = Instant::now();
    let told = line.run();
    let took = began.elapsed();
    assert_eq!((told.result.exit_code, told.status("t9999")), (3, State::Cancelled));
    // Unoptimised, and beside other tests.
    assert!(took.as_millis() < 3000, "{took:?}");
}
