//! `start.sh`, really run: order, failures, archives.

use std::process::Command;

use pipec::contract::RunSpec;

use super::cluster::Cluster;
use super::program::{RELEASE, bundle, text};

const SEGMENTS: [&str; 4] = ["01-kvm", "02-privileged", "03-unprivileged", "04-unprivileged"];

fn release() -> Cluster {
    Cluster::new(&bundle(RELEASE, &[("token", "registry-token")]))
}

#[test]
fn builds_follow_each_other_and_are_waited_for() {
    let cluster = release();
    let ended = cluster.run(&[]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let call = |class: &str, segment: &str| {
        format!("start-build bc/release-{class} --from-archive=TMP/{segment}.tar --wait --follow")
    };
    let wanted = [
        call("kvm", SEGMENTS[0]),
        call("privileged", SEGMENTS[1]),
        call("unprivileged", SEGMENTS[2]),
        call("unprivileged", SEGMENTS[3]),
    ];
    assert_eq!(cluster.calls(), wanted);
    for segment in SEGMENTS {
        assert!(ended.out.contains(&format!("build-of-{segment} started\nthe log of {segment}")), "{}", ended.out);
    }
}

#[test]
fn a_namespace_is_handed_on() {
    for args in [&["--namespace", "ci"][..], &["--namespace=ci"][..]] {
        let cluster = release();
        cluster.run(args);
        assert!(cluster.calls().iter().all(|call| call.contains("start-build --namespace ci bc/")), "{args:?}");
    }
}

#[test]
fn the_same_input_gives_the_same_archive() {
    let (one, other) = (release(), release());
    for cluster in [&one, &other] {
        let mut command = cluster.command(&["--kind", "full"]);
        command.env("LC_ALL", if std::ptr::eq(cluster, &one) { "C" } else { "C.UTF-8" });
        cluster.finish(command.spawn().unwrap());
        // Neither the time nor what the creator's files let others do.
        let made = cluster.path("made/segments/01-kvm.json");
        Command::new("chmod").arg("600").arg(made).status().unwrap();
    }
    other.finish({
        let mut command = Command::new("bash");
        command.args(["-c", "umask 077; exec \"$@\"", "x", "bash"]).arg(other.path("made/start.sh"));
        command
            .args(["--kind", "full"])
            .envs(other.command(&[]).get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        command.spawn().unwrap()
    });
    for segment in SEGMENTS {
        assert_eq!(one.archive(segment), other.archive(segment), "{segment}");
    }
}

#[test]
fn an_archive_holds_the_plan_and_the_values() {
    let cluster = release();
    cluster.run(&[]);
    for (at, segment) in SEGMENTS.iter().enumerate() {
        assert_eq!(cluster.names(segment), ["run.json", "outcome", "run", "params/", "params/kind"]);
        let spec: RunSpec = serde_json::from_slice(&cluster.packed(segment, "run.json").unwrap()).unwrap();
        assert_eq!(spec.segment, *segment);
        assert_eq!(spec.finally, at == 3);
        assert_eq!(cluster.packed(segment, "outcome").unwrap(), b"succeeded");
        let first: &[u8] = if at == 0 { b"" } else { b"build-of-01-kvm" };
        assert_eq!(cluster.packed(segment, "run").unwrap(), first, "no two runs meet in the store");
        assert_eq!(cluster.packed(segment, "params/kind").unwrap(), b"nightly");
    }
}

#[test]
fn after_a_failure_only_the_end_is_started() {
    let cluster = release();
    cluster.write("fails", "02-privileged\n");
    let ended = cluster.run(&[]);
    assert_eq!(ended.code, Some(1), "{ended:#?}");
    assert_eq!(cluster.started(), ["01-kvm", "02-privileged", "04-unprivileged"]);
    assert_eq!(cluster.packed("02-privileged", "outcome").unwrap(), b"succeeded");
    assert_eq!(cluster.packed("04-unprivileged", "outcome").unwrap(), b"failed");
    assert!(ended.err.contains("release: 02-privileged failed\n"), "{}", ended.err);
}

/// `outcome` is of the tasks before `finally`.
#[test]
fn a_failure_of_the_end_fails_the_run_and_changes_no_outcome() {
    let program = r#"
        pipeline p() {
            task a { image: "quay.io/x/y:1", run: "true" }
            finally {
                task b { image: "quay.io/x/y:1", needs: { privileged: true }, run: "true" }
                task c { image: "quay.io/x/y:1", env: { O: text(outcome) }, run: "true" }
            }
        }
    "#;
    let cluster = Cluster::new(&bundle(program, &[]));
    cluster.write("fails", "02-privileged\n");
    let ended = cluster.run(&[]);
    assert_eq!(ended.code, Some(1), "{ended:#?}");
    assert_eq!(cluster.started(), ["01-unprivileged", "02-privileged", "03-unprivileged"]);
    assert_eq!(cluster.packed("03-unprivileged", "outcome").unwrap(), b"succeeded");
}

#[test]
fn what_was_made_together_has_to_be_there() {
    let cluster = release();
    std::fs::remove_file(cluster.path("made/segments/03-unprivileged.json")).unwrap();
    let ended = cluster.run(&[]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.err.contains("03-unprivileged.json"), "{}", ended.err);
    assert_eq!(cluster.calls(), Vec::<String>::new());
}

/// Without it later builds would look in the wrong place.
#[test]
fn a_build_without_a_name_is_a_failure() {
    let cluster = release();
    let oc = std::fs::read_to_string(cluster.path("bin/oc")).unwrap();
    cluster.write("bin/oc", &oc.replace("build.build.openshift.io/", "something "));
    let ended = cluster.run(&[]);
    assert_eq!(ended.code, Some(1), "{ended:#?}");
    assert!(ended.err.contains("did not say the name"), "{}", ended.err);
    assert_eq!(cluster.started(), ["01-kvm", "04-unprivileged"]);
    assert!(ended.out.contains("something build-of-01-kvm started\nthe log of 01-kvm"), "{}", ended.out);
}

#[test]
fn the_driver_is_clean() {
    let cluster = release();
    let lint = Command::new("shellcheck").args(["-S", "style"]).arg(cluster.path("made/start.sh")).output().unwrap();
    assert!(lint.status.success(), "{}", String::from_utf8_lossy(&lint.stdout));
}

#[test]
fn the_driver_is_the_only_program() {
    let bundle = bundle(RELEASE, &[("token", "t")]);
    let programs: Vec<&str> =
        bundle.files.iter().filter(|file| file.executable).map(|file| file.path.as_str()).collect();
    assert_eq!(programs, ["start.sh"]);
    assert!(text(&bundle, "start.sh").starts_with("#!/usr/bin/env bash\n# OpenShift builds"));
}
