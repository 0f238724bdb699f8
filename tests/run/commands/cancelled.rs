//! Signals, and runs whose process is gone.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::{Place, Ran, until};

const PROGRAM: &str = r#"
pipeline build(folder: string) {
    defaults { image: "quay.io/a/b:1.0" }
    task short { run: "echo short >> ~{folder}/trace" }
    task long {
        run: """
            echo began
            touch ~{folder}/began
            test -e ~{folder}/ok || sleep 60
            echo long >> ~{folder}/trace
        """
    } after short
    finally {
        task tidy { run: "touch ~{folder}/tidied" }
    }
}
"#;

fn started(more: &[&str]) -> (Place, Child, String) {
    let place = Place::new(PROGRAM);
    let folder = format!("folder={}", place.path("").display());
    let args = [&["run", "ci.pipe", "-p", &folder][..], more].concat();
    let child = place.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    place.wait_for("began");
    (place, child, folder)
}

fn signal(child: &Child, name: &str) {
    let done = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status().unwrap();
    assert!(done.success());
}

/// Capability 3.12: what has to be tidied up is, whoever ends the run.
#[test]
fn signals_cancel() {
    for (name, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let (place, child, _) = started(&["--grace", "1s"]);
        signal(&child, name);
        let ran = Ran::read(&child.wait_with_output().unwrap()).exits(code);
        assert!(ran.err.contains("`build` cancelled after"), "{}", ran.err);
        assert!(place.path("tidied").exists(), "{name}");
        let status = place.run(&["status", "--format", "json"]).exits(1).json();
        assert_eq!((&status["state"], &status["result"]["exit_code"]), (&"cancelled".into(), &code.into()));
        assert_eq!(status["tasks"][0]["state"], "succeeded");
        assert_eq!(status["tasks"][1]["state"], "cancelled");
    }
}

/// Capability 4.4: a build that is missing is found out; and it can go on.
#[test]
fn a_killed_run_is_lost_and_goes_on() {
    let (place, mut child, folder) = started(&[]);
    until("the first task is written down", || {
        place.run(&["status", "--format", "json"]).json()["tasks"][0]["state"] == "succeeded"
    });
    until("what was said is written down", || place.run(&["logs", "last", "long"]).out.contains("began"));
    signal(&child, "KILL");
    child.wait().unwrap();
    let ran = place.run(&["status"]).exits(1);
    assert!(ran.out.contains("lost: process "), "{}", ran.out);
    assert!(ran.out.contains("to go on: pipec run ci.pipe build --resume "), "{}", ran.out);
    place.run(&["runs"]).exits(0).says("lost");
    place.run(&["logs", "last", "long"]).exits(0).says("began");
    let status = place.run(&["status", "--format", "json"]).exits(1).json();
    assert_eq!((&status["state"], &status["tasks"][1]["state"]), (&"lost".into(), &"lost".into()));
    place.put("ok", "");
    let ran = place.run(&["run", "ci.pipe", "-p", &folder, "--resume", "last"]).exits(0);
    assert!(ran.err.contains("`short` is kept"), "{}", ran.err);
    assert_eq!(place.read("trace"), "short\nlong\n");
}

#[test]
fn one_process_runs_a_run() {
    let (place, child, folder) = started(&["--grace", "100ms"]);
    let ran = place.run(&["run", "ci.pipe", "-p", &folder, "--resume", "last"]).exits(2);
    assert!(ran.err.contains("error[P0772]") && ran.err.contains("is still running"), "{}", ran.err);
    place.run(&["status"]).exits(0).says("running for");
    signal(&child, "INT");
    std::thread::sleep(Duration::from_millis(10));
    Ran::read(&child.wait_with_output().unwrap()).exits(130);
}
