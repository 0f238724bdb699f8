//! What stands where.

use std::fs;

use pipec::contract::store::{ArtifactsFile, ProcessMark, ResultFile, RunFile, State, StatusFile, StepFile, Stream};
use pipec::run::observe::{Change, Made, Observer};
use pipec::run::store::process;

use super::{Place, artifact, at, change, first, made, names, of, record, runs, spec, turn};

/// Capability 4.2: logs, status and artifacts lie in files, in the shape of Wharf's.
#[test]
fn a_run_is_the_files_of_its_contract() {
    let place = Place::new();
    let spec = spec(&[("compile", &["main"]), ("test", &["main"])]);
    let writing = place.recorded(&spec, |to| {
        runs(to, of(0), b"hello\n", 0);
        runs(to, of(1), b"", 3);
        to.say(Some(of(1)), "`test` failed");
    });
    let run = place.store.folder().join(writing.id());
    assert_eq!(
        names(&run),
        ["lock", "notes.ndjson", "result.json", "run.json", "spec.json", "status.json", "steps", "work"]
    );
    assert_eq!(fs::read_to_string(place.folder.path().join(".pipec/.gitignore")).unwrap(), "*\n");

    let file: RunFile = json(&run.join("run.json"));
    let own: ProcessMark = process::mark().unwrap();
    assert_eq!((file.id.as_str(), file.process, file.resumed), (writing.id(), own, 0));
    let status: StatusFile = json(&run.join("status.json"));
    let states: Vec<_> = status.tasks.iter().map(|task| (&*task.name, task.state, task.exit_code)).collect();
    assert_eq!(states, [("compile", State::Succeeded, Some(0)), ("test", State::Failed, Some(3))]);
    assert!(status.tasks.iter().all(|task| task.started <= task.ended && task.started.is_some()));
    assert_eq!(status.state, State::Succeeded);
    let result: ResultFile = json(&run.join("result.json"));
    assert_eq!(result.outcome, State::Succeeded);

    let step: StepFile = json(&run.join("steps/2/status.json"));
    assert_eq!((step.task.as_str(), step.step.as_str(), step.exit_code, step.last_id), ("test", "main", Some(3), 2));
    let updates: Vec<_> = step.status_updates.iter().map(|update| (update.update_id, update.status)).collect();
    assert_eq!(updates, [(1, State::Running), (2, State::Failed)]);
    let text = fs::read_to_string(run.join("steps/2/status.json")).unwrap();
    for word in ["\"lastId\":2", "\"statusUpdates\":", "\"updateId\":1", "\"timestamp\":"] {
        assert!(text.contains(word), "{text}");
    }
    let log = fs::read_to_string(run.join("steps/1/logs.ndjson")).unwrap();
    assert!(log.starts_with("{\"id\":1,\"seq\":1,\"time\":\"20") && log.ends_with("\"text\":\"hello\\n\"}\n"), "{log}");
    let notes = fs::read_to_string(run.join("notes.ndjson")).unwrap();
    assert!(notes.ends_with(",\"task\":\"test\",\"text\":\"`test` failed\"}\n"), "{notes}");
}

/// Capability 4.10: the ids of what is written are unique, and the same when it is read again.
#[test]
fn steps_have_their_numbers_by_the_plan_and_turns_come_behind() {
    let place = Place::new();
    let spec = spec(&[("a", &["one", "two"]), ("loop", &["main"]), ("b", &["main"])]);
    let writing = place.recorded(&spec, |to| {
        runs(to, turn(1, 0, "x"), b"0\n", 0);
        runs(to, turn(1, 1, "y"), b"1\n", 0);
        runs(to, of(2), b"b\n", 0);
    });
    let run = place.store.folder().join(writing.id());
    assert_eq!(names(&run.join("steps")), ["4", "5", "6"]);
    let step: StepFile = json(&run.join("steps/6/status.json"));
    assert_eq!((step.task.as_str(), step.turn.map(|turn| turn.number)), ("loop[y]", Some(1)));
    let status: StatusFile = json(&run.join("status.json"));
    let names: Vec<_> = status.tasks.iter().map(|task| task.name.as_str()).collect();
    assert_eq!(names, ["a", "loop", "loop[x]", "loop[y]", "b"]);
}

/// Capability 4.12: artifacts have a size and a checksum.
#[test]
fn artifacts_are_measured() {
    let place = Place::new();
    let mut spec = spec(&[("compile", &["main", "last"])]);
    spec.tasks[0].artifacts = vec![artifact("src", "out")];
    let given = tempfile::tempdir().unwrap();
    fs::write(given.path().join("x"), "x").unwrap();
    let writing = place.create();
    let src = writing.work().join("workspaces/src");
    fs::create_dir_all(src.join("out/deep")).unwrap();
    fs::write(src.join("out/b"), "bb").unwrap();
    fs::write(src.join("out/deep/a"), "a").unwrap();
    fs::write(src.join("image.bin"), "").unwrap();
    let mut all = ["out", "image.bin", "missing"].map(|path| made(&writing, "", path)).to_vec();
    all.push(Made { name: String::new(), place: Ok(at("x", given.path().join("x"))) });
    all.push(Made { name: "no".to_owned(), place: Err("nobody knows".to_owned()) });
    writing.record(&spec, |to| {
        to.task(of(0), &change(State::Running, None));
        to.made(of(0), &all, false);
        to.task(of(0), &change(State::Succeeded, Some(0)));
        Ok(super::result(State::Succeeded))
    });
    let file: ArtifactsFile = json(&place.store.folder().join(writing.id()).join("steps/2/artifacts.json"));
    let found: Vec<_> =
        file.artifacts.iter().map(|one| (one.artifact_id, one.path.as_str(), one.size, &one.sha256[..8])).collect();
    let absolute = given.path().join("x").display().to_string();
    // By `sha256sum`: of a folder that of the lines that it writes of its files.
    let expected = [
        (1, "work/workspaces/src/out", 3, "ee9654fc"),
        (2, "work/workspaces/src/image.bin", 0, "e3b0c442"),
        (3, absolute.as_str(), 1, "2d711642"),
    ];
    assert_eq!(found, expected);
    assert_eq!(file.artifacts.iter().map(|one| one.folder).collect::<Vec<_>>(), [true, false, false]);
    let lost: Vec<_> = file.lost.iter().map(|one| (one.name.as_str(), one.why.as_str())).collect();
    let missing = "`work/workspaces/src/missing` cannot be measured: No such file or directory (os error 2)";
    assert_eq!(lost, [("", missing), ("no", "nobody knows")]);
}

/// Large enough that a status which does not wait is there long before the checksum.
#[test]
fn a_run_has_not_ended_before_all_is_measured() {
    let place = Place::new();
    let mut spec = spec(&[("compile", &["main"])]);
    spec.tasks[0].artifacts = vec![artifact("src", "large")];
    let writing = place.create();
    let src = writing.work().join("workspaces/src");
    fs::create_dir_all(&src).unwrap();
    fs::File::create(src.join("large")).unwrap().set_len(16 << 20).unwrap();
    let run = place.store.runs().unwrap().pop().unwrap();
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let ended = || run.status_file().is_some_and(|status| status.state != State::Running);
            crate::commands::until("the run ends", ended);
            run.step_folder(1).join("artifacts.json").exists()
        });
        record(&writing, &spec, State::Succeeded, |to| to.made(of(0), &[made(&writing, "", "large")], false));
        assert!(reader.join().unwrap());
    });
}

/// A pipe is waited for by whoever opens it.
#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_measured() {
    let place = Place::new();
    let mut spec = spec(&[("compile", &["main"])]);
    spec.tasks[0].artifacts = vec![artifact("src", "pipe"), artifact("src", "file")];
    let writing = place.create();
    let src = writing.work().join("workspaces/src");
    fs::create_dir_all(&src).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(src.join("pipe")).status().unwrap().success());
    fs::write(src.join("file"), "x").unwrap();
    let all = ["pipe", "file"].map(|path| made(&writing, path, path));
    let recorded = writing.record(&spec, |to| {
        to.made(of(0), &all, false);
        Ok(super::result(State::Succeeded))
    });
    let why = "`work/workspaces/src/pipe` cannot be measured: it is neither a file nor a folder";
    assert!(recorded.unwritten.is_none() && recorded.unread == [format!("the artifact {why}")], "{recorded:?}");
    let run = &place.store.runs().unwrap()[0];
    let file: ArtifactsFile = json(&run.step_folder(1).join("artifacts.json"));
    assert_eq!((file.artifacts[0].name.as_str(), file.artifacts.len()), ("file", 1));
    assert_eq!((file.lost[0].name.as_str(), file.lost[0].why.as_str(), file.lost.len()), ("pipe", why, 1));
}

/// A task that runs beside the measuring may put a link where an artifact was, or on the way to it.
#[test]
fn what_a_link_leads_out_to_is_not_measured() {
    let place = Place::new();
    let mut spec = spec(&[("compile", &["main"])]);
    let outputs = ["link", "up/passwd", "inner"];
    spec.tasks[0].artifacts = outputs.map(|path| artifact("src", path)).to_vec();
    let writing = place.create();
    let src = writing.work().join("workspaces/src");
    fs::create_dir_all(&src).unwrap();
    fs::write(src.join("real"), "x").unwrap();
    for (name, to) in [("link", "/etc/passwd"), ("up", "/etc"), ("inner", "real")] {
        std::os::unix::fs::symlink(to, src.join(name)).unwrap();
    }
    let all = outputs.map(|path| made(&writing, path, path));
    writing.record(&spec, |to| {
        to.made(of(0), &all, false);
        Ok(super::result(State::Succeeded))
    });
    let run = &place.store.runs().unwrap()[0];
    let file: ArtifactsFile = json(&run.step_folder(1).join("artifacts.json"));
    let found: Vec<_> = file.artifacts.iter().map(|one| (one.path.as_str(), one.size)).collect();
    assert_eq!(found, [("work/workspaces/src/inner", 1)]);
    let lost: Vec<_> = file.lost.iter().map(|one| one.why.clone()).collect();
    let why =
        |path| format!("`work/workspaces/src/{path}` cannot be measured: a link there leads out of its workspace");
    assert_eq!(lost, ["link", "up/passwd"].map(why));
}

/// A run that goes on: what was measured is left, what was not is measured, what is made anew is not what it was.
#[test]
fn a_run_that_is_taken_up_measures_what_was_not() {
    let place = Place::new();
    let mut spec = spec(&[("kept", &["main"]), ("lost", &["main"]), ("again", &["main"])]);
    spec.tasks.iter_mut().for_each(|task| task.artifacts = vec![artifact("src", "x")]);
    let writing = place.create();
    fs::create_dir_all(writing.work().join("workspaces/src")).unwrap();
    fs::write(writing.work().join("workspaces/src/x"), "x").unwrap();
    let x = [made(&writing, "", "x")];
    let sizes = || {
        let run = &place.store.runs().unwrap()[0];
        let size = |id| {
            fs::read(run.step_folder(id).join("artifacts.json"))
                .ok()
                .map(|bytes| serde_json::from_slice::<ArtifactsFile>(&bytes).unwrap().artifacts[0].size)
        };
        [1, 2, 3].map(size)
    };
    record(&writing, &spec, State::Failed, |to| {
        for task in [0, 2] {
            to.task(of(task), &change(State::Running, None));
            to.made(of(task), &x, false);
            to.task(of(task), &change(State::Succeeded, Some(0)));
        }
    });
    drop(writing);
    assert_eq!(sizes(), [Some(1), None, Some(1)]);
    fs::write(&x[0].place.as_ref().unwrap().whole, "xx").unwrap();
    let writing = place.store.resume(&place.store.runs().unwrap()[0], Vec::new()).unwrap().unwrap();
    // Another program.
    spec.tasks[2].artifacts.clear();
    record(&writing, &spec, State::Failed, |to| {
        to.made(of(0), &x, true);
        to.made(of(1), &x, true);
        to.task(of(2), &change(State::Running, None));
        to.task(of(2), &change(State::Failed, Some(1)));
    });
    assert_eq!(sizes(), [Some(1), Some(2), None]);
}

#[test]
fn what_a_change_says_is_kept() {
    let place = Place::new();
    let spec = spec(&[("a", &["main"]), ("b", &["main"])]);
    let writing = place.recorded(&spec, |to| {
        let kept = Change { kept: true, key: Some("k"), ..change(State::Succeeded, Some(0)) };
        to.task(of(0), &kept);
        to.task(of(1), &Change { warning: true, key: Some("l"), ..change(State::Succeeded, Some(0)) });
    });
    let status: StatusFile = json(&place.store.folder().join(writing.id()).join("status.json"));
    let [a, b] = &status.tasks[..] else { panic!("{status:?}") };
    assert_eq!((a.kept, a.key.as_deref(), a.warning), (true, Some("k"), false));
    assert_eq!((b.kept, b.key.as_deref(), b.warning), (false, Some("l"), true));
}

#[test]
fn tries_are_in_one_log_and_one_status() {
    let place = Place::new();
    let spec = spec(&[("a", &["main"])]);
    let writing = place.recorded(&spec, |to| {
        for (attempt, code) in [(1, 1), (2, 0)] {
            let step = pipec::run::observe::StepRef { attempt, ..first(of(0)) };
            to.step(step, &change(State::Running, None));
            to.output(step, Stream::Stderr, b"again\n");
            let state = if code == 0 { State::Succeeded } else { State::Failed };
            to.step(step, &change(state, Some(code)));
        }
    });
    let run = place.store.folder().join(writing.id());
    let step: StepFile = json(&run.join("steps/1/status.json"));
    let states: Vec<_> = step.status_updates.iter().map(|update| update.status).collect();
    assert_eq!(states, [State::Running, State::Failed, State::Running, State::Succeeded]);
    assert_eq!((step.attempt, step.last_id), (2, 4));
    let log = fs::read_to_string(run.join("steps/1/logs.ndjson")).unwrap();
    let heads: Vec<_> = log.lines().map(|line| (line.contains("\"id\":1,"), line.contains("\"attempt\":1,"))).collect();
    assert_eq!(heads, [(true, true), (false, false)]);
}

/// A run whose engine had an error of its own is over too.
#[test]
fn an_error_of_the_engine_is_an_end() {
    let place = Place::new();
    let writing = place.create();
    let spec = spec(&[("a", &["main"])]);
    let recorded = writing.record(&spec, |_| Err(std::io::Error::other("no space")));
    assert!(recorded.result.is_err() && recorded.unwritten.is_none());
    let run = &place.store.runs().unwrap()[0];
    assert_eq!(run.view().state, State::Failed);
    // And that of one that was cancelled.
    let second = place.create();
    record(&second, &spec, State::Cancelled, |_| {});
    assert_eq!(place.store.runs().unwrap()[1].view().state, State::Cancelled);
}

fn json<T: serde::de::DeserializeOwned>(path: &std::path::Path) -> T {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
