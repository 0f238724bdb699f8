//! How tasks in containers end, and that none is left.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{engine, lines, pipeline};
use crate::commands::{Place, until};
use crate::ran::Ran;

const TASKS: &str = r#"
    workspace src { size: 1Gi }
    task no { run: "exit 42" }
    task missing { run: "no-such-command" }
    task killed { run: "bash -c 'kill -KILL $$'" }
    task again {
        workdir: src
        retries: 2
        run: """
            echo try >> tries
            [ "$(wc -l < tries)" = 2 ] || exit 5
            wc -l < tries
        """
    }
    task slow { timeout: 1s, run: "trap '' TERM; echo began; while :; do sleep 0.1; done" }
    task offline { needs: { network: false }, run: "ls /sys/class/net" }
    task online { run: "ls /sys/class/net" }"#;

/// 2.2, 2.17, 3.8: exit codes, tries, time and network, by either runner.
#[test]
fn capability_2_17_a_container_ends_as_its_task_is_to() {
    let Some(engine) = engine() else { return };
    let place = Place::new(&pipeline("ways", "()", TASKS));
    let more = ["--keep-going", "--grace", "1s", "-j", "4"];
    for scripted in [false, true] {
        let ran = if scripted { engine.script(&place, "ways", &more) } else { engine.run(&place, &more) };
        assert!(ran.code != 0, "{}{}", ran.out, ran.err);
        let result = if scripted { place.path("work/result.json") } else { place.last().join("result.json") };
        let result: serde_json::Value = serde_json::from_slice(&std::fs::read(result).unwrap()).unwrap();
        let task = |name: &str| {
            let tasks = result["tasks"].as_array().unwrap();
            tasks.iter().find(|task| task["name"] == name).unwrap_or_else(|| panic!("{name}: {result:#}"))
        };
        let codes = ["no", "missing", "killed", "slow", "again"].map(|name| task(name)["exit_code"].as_i64().unwrap());
        assert_eq!(codes, [42, 127, 137, 124, 0], "{}{}", ran.out, ran.err);
        assert_eq!(task("again")["attempts"], 2);
        // A second, the grace, and what it takes to remove it: not the ten seconds that podman gives by itself.
        assert!(task("slow")["duration_ms"].as_u64().unwrap() < 8_000, "{result:#}");
        let said: Vec<&str> = lines(&ran.out).into_iter().filter(|line| !line.starts_with("killed")).collect();
        let [offline, online] = ["offline", "online"]
            .map(|name| said.iter().filter_map(|line| line.strip_prefix(&format!("{name} | "))).collect::<Vec<_>>());
        assert!(offline == ["lo"] && online.len() == 2 && online.contains(&"lo"), "{}{}", ran.out, ran.err);
        assert_eq!(engine.containers("ways"), [""; 0]);
    }
}

const CLEANS: &str = r#"
    task long {
        run: """
            touch ~{top / "began"}
            sleep 60
        """
        cleanup: "touch ~{top / "cleaned"}"
    }
    task deaf {
        run: """
            trap '' TERM
            touch ~{top / "deaf"}
            while :; do sleep 0.1; done
        """
    }
    finally { task last { run: "touch ~{top / "last"}" } }"#;

fn signal(id: u32, name: &str) {
    assert!(Command::new("kill").args([&format!("-{name}"), &id.to_string()]).status().unwrap().success());
}

/// 3.12: who interrupts the runner has cleanups and `finally`, and no container is left.
#[test]
fn capability_3_12_an_interrupted_run_cleans_up_in_its_containers() {
    let Some(engine) = engine() else { return };
    for (scripted, name, code) in [(false, "INT", 130), (true, "TERM", 143)] {
        let place = Place::new(&pipeline("cleans", "(top: workspace)", CLEANS));
        place.put("top/.keep", "");
        let more = ["--top", "top", "--grace", "1s", "-j", "2"];
        let mut command =
            if scripted { engine.script_command(&place, "cleans", &more) } else { engine.run_command(&place, &more) };
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        ["top/began", "top/deaf"].iter().for_each(|name| place.wait_for(name));
        let began = Instant::now();
        signal(child.id(), name);
        let ran = Ran::read(&child.wait_with_output().unwrap()).exits(code);
        let took = began.elapsed();
        assert!(took < Duration::from_secs(10), "{took:?}: {}", ran.err);
        for name in ["cleaned", "last"] {
            assert!(place.path("top").join(name).exists(), "{name}: {}{}", ran.out, ran.err);
        }
        assert_eq!(engine.containers("cleans"), [""; 0]);
    }
}

/// 3.6: a runner that is killed leaves no container.
#[test]
fn capability_3_6_a_killed_runner_leaves_no_container() {
    let Some(engine) = engine() else { return };
    let place = Place::new(&pipeline("killed", "(top: workspace)", CLEANS));
    place.put("top/.keep", "");
    let mut command = engine.run_command(&place, &["--top", "top", "-j", "2"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    ["top/began", "top/deaf"].iter().for_each(|name| place.wait_for(name));
    assert_eq!(engine.containers("killed").len(), 2);
    let began = Instant::now();
    signal(child.id(), "KILL");
    child.wait().unwrap();
    until("no container is left", || engine.containers("killed").is_empty());
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}
