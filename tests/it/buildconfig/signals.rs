//! INT, TERM and HUP: the build that runs is cancelled, then the end runs.

use std::process::Command;

use super::cluster::{Cluster, Ended};
use super::program::bundle;

const PROGRAM: &str = r#"
    pipeline p() {
        exclusive "x"
        task a { image: "quay.io/x/y:1", run: "true" }
        task b { image: "quay.io/x/y:1", needs: { privileged: true }, run: "true" } after a
        finally {
            task c { image: "quay.io/x/y:1", env: { O: text(outcome) }, run: "true" }
            task d { image: "quay.io/x/y:1", needs: { privileged: true }, run: "true" } after c
        }
    }
"#;

/// Sends a signal while the build of a segment runs.
fn interrupted(segment: &str, signal: &str) -> (Cluster, Ended) {
    let cluster = Cluster::new(&bundle(PROGRAM, &[]));
    cluster.write("hangs", &format!("{segment}\n"));
    let child = cluster.command(&[]).spawn().unwrap();
    cluster.wait_for("hanging");
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    if segment > "02" && segment != "02-privileged" {
        // Nobody cancels the end: it goes on until it is done.
        std::thread::sleep(std::time::Duration::from_millis(300));
        cluster.write("cancelled", "");
    }
    let ended = cluster.finish(child);
    (cluster, ended)
}

#[test]
fn a_signal_cancels_the_build_and_runs_the_end() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let (cluster, ended) = interrupted("01-unprivileged", signal);
        assert_eq!(ended.code, Some(code), "{signal} {ended:#?}");
        assert_eq!(cluster.started(), ["01-unprivileged", "03-unprivileged", "04-privileged"]);
        let calls = cluster.calls();
        assert_eq!(calls[2], "cancel-build build-of-01-unprivileged");
        assert!(calls.last().unwrap().starts_with("delete configmap "), "{calls:?}");
        for segment in ["03-unprivileged", "04-privileged"] {
            assert_eq!(cluster.packed(segment, "outcome").unwrap(), b"cancelled");
        }
    }
}

#[test]
fn a_signal_lets_the_end_run() {
    let (cluster, ended) = interrupted("03-unprivileged", "-TERM");
    assert_eq!(ended.code, Some(143), "{ended:#?}");
    assert_eq!(cluster.started(), ["01-unprivileged", "02-privileged", "03-unprivileged", "04-privileged"]);
    assert!(!cluster.calls().iter().any(|call| call.starts_with("cancel-build")));
    assert_eq!(cluster.packed("04-privileged", "outcome").unwrap(), b"succeeded");
}
