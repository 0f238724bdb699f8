//! What a failure does, and what is no failure.

use std::time::Instant;

use pipec::contract::store::State;

use super::{Line, task};

#[test]
fn a_failure_ends_what_runs_stops_what_has_not_started_and_lets_finally_run() {
    let bad = task("bad", "until [ -e \"$TOP/slow_runs\" ]; do sleep 0.01; done\nexit 42", "");
    let next = format!("{} after bad", task("next", "touch \"$TOP/next\"", "").trim_end());
    let last = task("last", "echo ~{outcome} ~{bad.status} ~{next.status} >\"$TOP/last\"", "");
    let slow = task("slow", "touch \"$TOP/slow_runs\"\nsleep 60", "");
    let line = Line::of(&format!("pipeline line() {{ {bad}\n{slow}\n{next}\nfinally {{ {last} }} }}"));
    let told = line.run();
    assert_eq!((told.result.exit_code, told.result.outcome), (42, State::Failed), "{told:#?}");
    assert_eq!(line.read("last"), "failed failed cancelled\n");
    assert!(!line.has("next"));
    let expected =
        [("bad", State::Failed), ("slow", State::Cancelled), ("next", State::Cancelled), ("last", State::Succeeded)];
    expected.iter().for_each(|(name, state)| assert_eq!(told.status(name), *state, "{name}"));
    assert_eq!(told.task("bad").exit_code, 42);
    assert_eq!(told.task("bad").steps[0].exit_code, 42);
}

#[test]
fn all_errors_are_told_and_the_first_gives_the_exit_code() {
    let text = [
        task("a", "touch \"$TOP/a\"; until [ -e \"$TOP/b\" ]; do sleep 0.01; done; exit 3", ""),
        task("b", "trap 'exit 4' TERM; touch \"$TOP/b\"; until [ -e \"$TOP/never\" ]; do sleep 0.01; done", ""),
    ];
    let mut line = Line::of(&format!("pipeline line() {{ {} }}", text.concat()));
    line.keep_going = true;
    line.spec.tasks[1].steps[0].script = "#!/bin/sh\ntouch \"$TOP/b\"; sleep 0.3; exit 4\n".to_owned();
    let told = line.run();
    assert_eq!(told.result.exit_code, 3);
    assert_eq!((told.task("a").exit_code, told.task("b").exit_code), (3, 4));
}

#[test]
fn who_keeps_going_leaves_out_what_depends_on_the_failed_only() {
    let next = format!("{} after bad", task("next", "touch \"$TOP/next\"", "").trim_end());
    let over = format!("{} after next", task("over", "touch \"$TOP/over\"", "").trim_end());
    let good = task("good", "sleep 0.2; touch \"$TOP/good\"", "");
    let after = format!("{} after good", task("after_good", "touch \"$TOP/after_good\"", "").trim_end());
    let last = task("last", "echo ~{outcome} >\"$TOP/last\"", "");
    let text = format!("{}\n{next}\n{over}\n{good}\n{after}\nfinally {{ {last} }}", task("bad", "exit 5", ""));
    let mut line = Line::of(&format!("pipeline line() {{ {text} }}"));
    line.keep_going = true;
    let told = line.run();
    assert_eq!((told.result.exit_code, told.result.outcome), (5, State::Failed), "{told:#?}");
    assert!(line.has("good") && line.has("after_good") && !line.has("next") && !line.has("over"));
    assert_eq!((told.status("next"), told.status("over")), (State::Cancelled, State::Cancelled));
    assert_eq!(line.read("last"), "failed\n");
}

const READ: &str = r#"
    task make(how: int) -> (x: string) { image: "a/b:1", on_failure: .go_on, run: "printf v > ~{out.x}; exit ~{how}" }
    task read(x: string) { image: "a/b:1", run: "printf '%s' ~{x} > \"$TOP/read\"" }
    pipeline line(how: int) {
        m = make(how)
        r = read(m.x)
        task far { image: "a/b:1", run: "touch \"$TOP/far\"" } after r
        task other { image: "a/b:1", run: "touch \"$TOP/other\"" } after m
    }"#;

#[test]
fn a_failure_that_may_go_on_does_not_stop_the_run_but_its_readers_have_nothing_to_read() {
    let mut line = Line::of(READ);
    let told = line.give("how", "3").succeed();
    assert_eq!(
        (told.status("m"), told.status("r"), told.status("far")),
        (State::Failed, State::Skipped, State::Succeeded)
    );
    assert!(line.has("other") && line.has("far") && !line.has("read"));
    assert!(told.has_said("`r` is skipped: it reads outputs of `m`, which has none"), "{told:#?}");
    assert_eq!(line.read("work/outputs/m/x"), "");
    // The next time it goes well, and what was skipped for it runs.
    let mut again = line;
    again.earlier = told.earlier();
    let told = again.give("how", "0").succeed();
    assert_eq!((told.status("m"), told.status("r")), (State::Succeeded, State::Succeeded));
    assert_eq!(again.read("read"), "v");
}

#[test]
fn a_failing_task_is_tried_again() {
    let script = "echo try >>\"$TOP/tries\"\n[ \"$(wc -l <\"$TOP/tries\")\" = 3 ] || exit 7";
    let line = Line::of_task(script, "retries: 3, retry_delay: 50ms,");
    let began = Instant::now();
    let told = line.succeed();
    assert!(began.elapsed().as_millis() >= 100);
    assert_eq!((line.read("tries").lines().count(), told.task("a").attempts), (3, 3));
    assert!(told.has_said("try 2 of 4 failed with exit code 7; again in 0s"), "{told:#?}");
    assert!(told.events.contains(&"a.0 3 succeeded 0".to_owned()), "{told:#?}");
}

#[test]
fn a_time_limit_ends_the_whole_group_of_each_try_even_where_term_is_ignored() {
    let stubborn = "echo try >>\"$TOP/tries\"\n(trap '' TERM; for i in 1 2 3 4 5 6 7 8; do sleep 5; done) &\ntrap '' TERM\nsleep 60";
    let last = task("last", "touch \"$TOP/last\"", "");
    let line = Line::of(&format!(
        "pipeline line() {{ {} finally {{ {last} }} }}",
        task("stuck", stubborn, "timeout: 200ms, retries: 1,")
    ));
    let began = Instant::now();
    let told = line.run();
    assert_eq!(told.result.exit_code, 124, "{told:#?}");
    assert!(began.elapsed().as_secs() < 8 && line.has("last"));
    assert_eq!(line.read("tries").lines().count(), 2);
    assert!(told.has_said("the time limit of `stuck`"), "{told:#?}");
}

#[test]
fn exit_codes_mean_what_the_task_says() {
    let fields = "on_exit: { 3: .ok, 4: .warn, 5: .skip },";
    for (code, state, warning) in
        [(3, State::Succeeded, false), (4, State::Succeeded, true), (5, State::Skipped, false)]
    {
        let told = Line::of_task(&format!("exit {code}"), fields).succeed();
        assert_eq!((told.status("a"), told.task("a").warning), (state, warning), "{code}");
    }
    assert_eq!(Line::of_task("exit 6", fields).run().result.exit_code, 6);
}

#[test]
fn what_cannot_be_started_fails_its_task() {
    let mut line = Line::of_task("true", "");
    line.spec.tasks[0].steps[0].script = "#!/not/there\n".to_owned();
    let told = line.run();
    assert_eq!(told.result.exit_code, 127, "{told:#?}");
    assert!(told.has_said("could not be started"), "{told:#?}");
}

#[test]
fn a_return_that_cannot_be_made_fails_the_run() {
    let text = r#"
        task make() -> (x: string) { image: "a/b:1", run: "printf 'a  b' > ~{out.x}" }
        pipeline line() -> (y: string) { m = make()
            return (y: "<~{m.x}>") }"#;
    let mut line = Line::of(text);
    let told = line.succeed();
    assert_eq!(told.result.outputs, [("y".to_owned(), "<a  b>".to_owned())]);
    line.spec.returns[0].value.script = "#!/bin/sh\necho no; exit 9\n".to_owned();
    let told = line.run();
    assert_eq!((told.result.exit_code, told.result.outcome), (1, State::Failed));
    assert!(told.has_said("the output `y` of the pipeline cannot be made") && told.has_said("no"), "{told:#?}");
}

/// Wharf's race W2 (3.7): there, who ended last said how all had ended. A thousand runs of tasks that end in the same moment,
/// four at a time, so that they disturb each other.
#[test]
fn capability_3_7_a_failure_stays_one_whoever_ends_in_the_same_moment() {
    let tasks = ["good", "bad", "fine"].map(|name| {
        let run = if name == "bad" { "exit 7" } else { "true" };
        task(name, run, "shell: \"sh\",")
    });
    let spec = super::compiled(&format!("pipeline line() {{ {} }}", tasks.concat()));
    let one = || {
        let told = Line::of_spec(spec.clone()).run();
        assert_eq!((told.result.exit_code, told.result.outcome), (7, State::Failed), "{told:#?}");
        assert_eq!(told.status("bad"), State::Failed, "{told:#?}");
        for other in ["good", "fine"] {
            assert!(matches!(told.status(other), State::Succeeded | State::Cancelled), "{told:#?}");
        }
    };
    std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(|| (0..250).for_each(|_| one())))));
}
