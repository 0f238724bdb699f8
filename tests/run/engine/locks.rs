//! Locks between runs.

use std::fs::OpenOptions;
use std::time::Duration;

use pipec::run::engine;
use pipec::run::supervise::cancel::Cancel;

use super::{Line, Log};

const LINE: &str = r#"pipeline line(name: string) {
    exclusive "build-~{name}"
    task a { image: "a/b:1", run: "touch \"$TOP/ran\"" }
}"#;

#[test]
fn a_run_waits_for_another_of_the_same_name() {
    let mut line = Line::of(LINE);
    line.give("name", "ü /x");
    // The name that the shell runner gives to the same lock.
    let lock = line.path("locks/build-%c3%bc%20%2fx.lock");
    std::fs::create_dir_all(line.path("locks")).unwrap();
    let held = OpenOptions::new().append(true).create(true).open(lock).unwrap();
    held.lock().unwrap();
    let told = line.run_while(|_| {
        std::thread::sleep(Duration::from_millis(300));
        assert!(!line.has("ran"));
        drop(held);
    });
    assert!(line.has("ran") && told.has_said("waiting for another run that holds "), "{told:#?}");
}

#[test]
fn the_wait_can_be_cancelled() {
    let mut line = Line::of(LINE);
    line.give("name", "x");
    std::fs::create_dir_all(line.path("locks")).unwrap();
    let held = OpenOptions::new().append(true).create(true).open(line.path("locks/build-x.lock")).unwrap();
    held.lock().unwrap();
    let told = line.run_while(|cancel| {
        std::thread::sleep(Duration::from_millis(100));
        cancel.heed(2);
    });
    assert!(told.result.exit_code == 130 && !line.has("ran"), "{told:#?}");
}

#[test]
fn two_runs_do_not_share_a_work_folder() {
    let line = Line::of_task("touch \"$TOP/runs\"; until [ -e \"$TOP/go\" ]; do sleep 0.01; done", "");
    line.run_while(|_| {
        line.wait_for("runs");
        let work = line.work();
        let cancel = Cancel::new().unwrap();
        let refused = engine::run(&line.spec, &line.values, &line.options(&work), &Log::default(), &cancel);
        line.write("go", "");
        assert!(refused.unwrap_err().to_string().contains("another run uses the work folder"));
    });
}
