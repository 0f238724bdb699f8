//! `exclusive`: a ConfigMap that is made and removed on every path.

use super::cluster::Cluster;
use super::program::bundle;

const LOCKED: &str = r#"
    pipeline p(stream: string = "stable") {
        exclusive "build-~{stream}"
        task a { image: "quay.io/x/y:1", run: "true" }
        finally {
            task b { image: "quay.io/x/y:1", run: "true" }
        }
    }
"#;

/// Of `build-stable`, whatever the pipeline.
const NAME: &str = "pipec-lock-4071867db053afbb";

fn cluster() -> Cluster {
    Cluster::new(&bundle(LOCKED, &[]))
}

/// The words of `oc` without the builds, and where these come.
fn order(cluster: &Cluster) -> Vec<String> {
    let short = |call: String| if call.starts_with("start-build") { "build".to_owned() } else { call };
    cluster.calls().into_iter().map(short).collect()
}

fn made() -> String {
    format!("create configmap {NAME} --from-literal=name=build-stable")
}

fn removed() -> String {
    format!("delete configmap {NAME}")
}

#[test]
fn it_is_held_around_the_run() {
    let cluster = cluster();
    assert_eq!(cluster.run(&[]).code, Some(0));
    assert_eq!(order(&cluster), [made(), "build".to_owned(), "build".to_owned(), removed()]);
}

#[test]
fn it_is_given_back_after_a_failure() {
    let cluster = cluster();
    cluster.write("fails", "01-unprivileged\n");
    assert_eq!(cluster.run(&[]).code, Some(1));
    assert_eq!(order(&cluster), [made(), "build".to_owned(), "build".to_owned(), removed()]);
}

#[test]
fn a_run_that_does_not_get_it_starts_nothing_and_leaves_it() {
    for (file, message) in [("held", "another run holds \"build-stable\""), ("forbidden", "cannot be taken")] {
        let cluster = cluster();
        cluster.write(file, "");
        let ended = cluster.run(&[]);
        assert_eq!(ended.code, Some(1));
        assert!(ended.err.contains(message), "{}", ended.err);
        assert_eq!(order(&cluster), [made()]);
    }
}

#[test]
fn its_name_follows_the_text_and_not_the_pipeline() {
    let (one, other) = (cluster(), Cluster::new(&bundle(&LOCKED.replace("pipeline p(", "pipeline q("), &[])));
    one.run(&["--namespace=ci"]);
    other.run(&["--namespace=ci"]);
    assert_eq!(one.calls()[0], other.calls()[0]);
    assert!(one.calls()[0].starts_with("create --namespace ci configmap pipec-lock-"), "{}", one.calls()[0]);
    let another = cluster();
    another.run(&["--stream", "it's\n$(next)\n"]);
    assert_ne!(another.calls()[0].split(' ').nth(2), Some(NAME));
    assert!(another.calls().len() > 3);
}

#[test]
fn a_dry_run_takes_none() {
    let cluster = cluster();
    assert_eq!(cluster.run(&["--dry-run"]).code, Some(0));
    assert_eq!(cluster.calls(), Vec::<String>::new());
}
