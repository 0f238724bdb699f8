//! 1.16: exit codes that stay, and how a run ended as JSON, for whatever starts `start.sh`.

use serde_json::Value;

use super::cluster::Cluster;
use super::program::{RELEASE, bundle};

fn release() -> Cluster {
    Cluster::new(&bundle(RELEASE, &[("token", "registry-token")]))
}

fn summary(cluster: &Cluster) -> Value {
    serde_json::from_str(&std::fs::read_to_string(cluster.path("summary.json")).unwrap()).unwrap()
}

/// Of each build: name, status, exit code.
fn builds(summary: &Value) -> Vec<(&str, &str, i64)> {
    let row = |build: &'_ Value| -> (String, String, i64) {
        let text = |key: &str| build[key].as_str().unwrap().to_owned();
        (text("name"), text("status"), build["exit_code"].as_i64().unwrap())
    };
    let rows: Vec<(String, String, i64)> = summary["builds"].as_array().unwrap().iter().map(row).collect();
    rows.into_iter().map(|(name, status, code)| (&*name.leak(), &*status.leak(), code)).collect()
}

#[test]
fn a_run_that_succeeds_is_summed_up() {
    let cluster = release();
    assert_eq!(cluster.run(&["--summary", "summary.json"]).code, Some(0));
    let all = summary(&cluster);
    assert_eq!((&all["name"], &all["type"]), (&"release".into(), &"pipeline".into()));
    assert_eq!((&all["success"], &all["outcome"]), (&true.into(), &"succeeded".into()));
    assert_eq!((&all["exit_code"], &all["run"]), (&0.into(), &"build-of-01-kvm".into()));
    assert!(all["duration_ms"].as_i64().unwrap() > 0);
    let first = &all["builds"][0];
    assert_eq!((&first["type"], &first["phase"]), (&"build".into(), &"main".into()));
    assert_eq!((&first["config"], &first["build"]), (&"release-kvm".into(), &"build-of-01-kvm".into()));
    assert_eq!(first["tasks"], serde_json::json!(["compile"]));
    assert!(first["duration_ms"].as_i64().unwrap() > 0);
    assert_eq!(all["builds"][3]["phase"], "finally");
    let good = |name| (name, "succeeded", 0);
    assert_eq!(builds(&all), [good("01-kvm"), good("02-privileged"), good("03-unprivileged"), good("04-unprivileged")]);
}

#[test]
fn a_failure_says_which_build_and_what_never_started() {
    let cluster = release();
    cluster.write("fails", "02-privileged\n");
    assert_eq!(cluster.run(&["--summary=summary.json"]).code, Some(1));
    let all = summary(&cluster);
    assert_eq!((&all["success"], &all["outcome"], &all["exit_code"]), (&false.into(), &"failed".into(), &1.into()));
    assert_eq!(
        builds(&all),
        [
            ("01-kvm", "succeeded", 0),
            ("02-privileged", "failed", 1),
            ("03-unprivileged", "cancelled", 0),
            ("04-unprivileged", "succeeded", 0)
        ]
    );
}

#[test]
fn a_run_that_is_refused_is_summed_up_too() {
    let cluster = release();
    assert_eq!(cluster.run(&["--summary=summary.json", "--kind=daily"]).code, Some(2));
    let all = summary(&cluster);
    assert_eq!((&all["success"], &all["outcome"], &all["exit_code"]), (&false.into(), &"failed".into(), &2.into()));
    assert!(builds(&all).iter().all(|(_, status, _)| *status == "cancelled"));
}

#[test]
fn a_signal_is_a_code_and_a_status() {
    let cluster = release();
    cluster.write("hangs", "01-kvm\n");
    let child = cluster.command(&["--summary=summary.json"]).spawn().unwrap();
    cluster.wait_for("hanging");
    std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert_eq!(cluster.finish(child).code, Some(143));
    let all = summary(&cluster);
    assert_eq!((&all["outcome"], &all["exit_code"]), (&"cancelled".into(), &143.into()));
    let states: Vec<&str> = builds(&all).iter().map(|(_, status, _)| *status).collect();
    assert_eq!(states, ["cancelled", "cancelled", "cancelled", "succeeded"]);
}

#[test]
fn what_did_not_run_has_no_summary() {
    for args in [&["--dry-run"][..], &["--list"], &["--help"]] {
        let cluster = release();
        assert_eq!(cluster.run(&[&["--summary=summary.json"], args].concat()).code, Some(0));
        assert!(!cluster.path("summary.json").exists(), "{args:?}");
    }
}

#[test]
fn archives_are_kept_where_one_says() {
    let cluster = release();
    assert_eq!(cluster.run(&["--keep", "a/kept"]).code, Some(0));
    for segment in ["01-kvm", "04-unprivileged"] {
        let kept = std::fs::read(cluster.path(&format!("a/kept/{segment}.tar"))).unwrap();
        assert!(kept == cluster.archive(segment), "{segment}");
    }
    let cluster = release();
    let dry = cluster.run(&["--keep=kept", "--dry-run"]);
    assert!(dry.out.contains("--from-archive=kept/01-kvm.tar --wait --follow\n"), "{}", dry.out);
    assert!(!cluster.path("kept").exists());
}
