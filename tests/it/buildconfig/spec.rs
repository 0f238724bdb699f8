//! The plan in the archive: complete for whoever runs it, and the same after a round trip.

use pipec::contract::{PathSpec, ResultRef, RunSpec, Source, VERSION};

use super::program::{RELEASE, bundle, specs};

fn release() -> Vec<RunSpec> {
    specs(&bundle(RELEASE, &[("token", "registry-token")]))
}

#[test]
fn it_survives_a_round_trip() {
    for spec in release() {
        let text = serde_json::to_string(&spec).unwrap();
        assert_eq!(serde_json::from_str::<RunSpec>(&text).unwrap(), spec);
        assert_eq!(spec.version, VERSION);
    }
}

#[test]
fn a_part_says_what_it_is() {
    let specs = release();
    let parts: Vec<_> = specs.iter().map(|one| (one.segment.as_str(), one.class.as_str(), one.finally)).collect();
    let wanted = [
        ("01-kvm", "kvm", false),
        ("02-privileged", "privileged", false),
        ("03-unprivileged", "unprivileged", false),
        ("04-unprivileged", "unprivileged", true),
    ];
    assert_eq!(parts, wanted);
    assert!(specs.iter().all(|one| one.pipeline == "release" && one.secrets == "/var/run/secrets/pipec"));
}

#[test]
fn a_task_says_how_it_is_run() {
    let specs = release();
    let compile = &specs[0].tasks[0];
    assert_eq!((compile.retries, compile.retry_delay, compile.timeout), (1, Some(30_000), Some(7_200_000)));
    assert_eq!((compile.asks.cpu, compile.asks.memory, compile.asks.disk), (Some(2000), Some(4 << 30), None));
    assert_eq!((&compile.workspaces[..], &compile.results[..]), (&["srv".to_owned()][..], &["commit".to_owned()][..]));
    assert_eq!(compile.origin, "ci.pipe:12");
    assert_eq!(compile.steps[0].image, "quay.io/x/cosa:1");
    let place = Source::Place { workspace: "srv".to_owned(), path: String::new() };
    assert_eq!(compile.steps[0].workdir, Some(place));
    let check = &specs[1].tasks[0];
    assert_eq!((check.lock.as_deref(), &check.after[..]), (Some("lab"), &["compile".to_owned()][..]));
    assert!(check.reads.is_empty());
    let push = &specs[2].tasks[0];
    assert_eq!(push.reads, ["compile"]);
    let condition = push.condition.as_ref().unwrap();
    assert!(condition.script.contains("PIPE_DECISION"), "{}", condition.script);
    assert!(condition.env.iter().any(|(_, source)| *source == Source::Param("kind".to_owned())));
}

#[test]
fn what_crosses_is_kept_and_brought() {
    let specs = release();
    let commit = ResultRef { task: "compile".to_owned(), output: "commit".to_owned() };
    assert_eq!(specs[0].kept.results, std::slice::from_ref(&commit));
    assert_eq!(specs[0].kept.statuses, ["compile"]);
    assert_eq!(specs[2].brought.results, [commit]);
    assert_eq!(specs[2].brought.statuses, ["compile"]);
    assert_eq!(specs[3].brought.statuses, ["compile"]);
    assert!(specs[1].brought.results.is_empty() && specs[1].brought.statuses.is_empty());
    let folders: Vec<_> = specs.iter().flat_map(|one| &one.workspaces).map(|one| (one.brought, one.kept)).collect();
    assert_eq!(folders, [(false, true), (true, false)]);
    let store = specs[0].store.as_ref().unwrap();
    assert_eq!((store.place.as_str(), store.secret.as_deref()), ("s3://ci/handover", Some("handover")));
}

#[test]
fn the_last_part_before_the_end_returns() {
    let specs = release();
    let returns: Vec<usize> = specs.iter().map(|one| one.returns.len()).collect();
    assert_eq!(returns, [0, 0, 1, 0]);
    let commit = &specs[2].returns[0];
    assert_eq!(commit.name, "commit");
    let source = Source::Result { task: "compile".to_owned(), output: "commit".to_owned() };
    assert!(commit.value.env.iter().any(|(_, one)| *one == source) && commit.value.script.contains("PIPE_VALUE"));
}

#[test]
fn artifacts_and_failures_that_go_on_are_said() {
    let program = r#"
        artifact Disk
        pipeline p() {
            workspace w { size: 1Gi }
            task a -> (disk: Disk = w / "disk.img", v: string) {
                image: "quay.io/x/y:1"
                workdir: w
                on_failure: .go_on
                run: "touch ~{out.disk}; echo x > ~{out.v}"
            }
        }
    "#;
    let specs = specs(&bundle(program, &[]));
    let task = &specs[0].tasks[0];
    assert!(task.go_on);
    assert_eq!(task.results, ["v"]);
    assert_eq!(task.artifacts.len(), 1);
    let known = PathSpec::Literal("disk.img".to_owned());
    assert_eq!((task.artifacts[0].workspace.as_str(), &task.artifacts[0].path), ("w", &known));
}

#[test]
fn a_path_that_a_run_knows_is_a_script_that_reads_what_it_is_made_of() {
    let program = r#"
        artifact Disk
        pipeline p(name: string) {
            workspace w { size: 1Gi }
            task v -> string { image: "quay.io/x/y:1", run: "echo 1 > ~{out}" }
            task a -> (disk: Disk = w / "~{name}-~{v}.img") { image: "quay.io/x/y:1", run: "touch ~{out.disk}" }
        }
    "#;
    let specs = specs(&bundle(program, &[]));
    let PathSpec::Made(script) = &specs[0].tasks[1].artifacts[0].path else { panic!("{specs:#?}") };
    let sources: Vec<&Source> = script.env.iter().map(|(_, source)| source).collect();
    let result = Source::Result { task: "v".to_owned(), output: String::new() };
    assert_eq!(sources, [&Source::Param("name".to_owned()), &result]);
}
