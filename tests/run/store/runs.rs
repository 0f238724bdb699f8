//! Many runs: their names, how they stand, who has them, how they go.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use pipec::contract::store::{ProcessMark, RunFile, State, StatusFile, Stream};
use pipec::run::observe::{Change, Observer};
use pipec::run::store::logs::{Logs, Wanted};
use pipec::run::store::{Entry, Store, process};

use super::{Place, about, change, first, of, record, runs, spec};

/// Capability 4.10: also when many begin in the same moment, and in several processes.
#[test]
fn names_are_unique_and_sort_by_time() {
    let place = Place::new();
    let ids: Vec<String> = std::thread::scope(|scope| {
        let one = || (0..20).map(|_| place.create().id().to_owned()).collect::<Vec<_>>();
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(one)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 80);
    // A clock that was set back.
    fs::create_dir(place.store.folder().join("29991231-235959-999")).unwrap();
    assert_eq!(place.create().id(), "30000101-000000-000");
    let last = place.store.find("last").unwrap();
    assert_eq!(last.iter().map(Entry::id).collect::<Vec<_>>(), ["30000101-000000-000"]);
}

#[test]
fn a_run_is_found_by_the_beginning_of_its_name() {
    let place = Place::new();
    for id in ["20240102-030405-678", "20240102-030406-000", "20250101-000000-000"] {
        fs::create_dir_all(place.store.folder().join(id)).unwrap();
    }
    let found =
        |wanted: &str| place.store.find(wanted).unwrap().iter().map(|one| one.id().to_owned()).collect::<Vec<_>>();
    assert_eq!(found("2025"), ["20250101-000000-000"]);
    assert_eq!(found("20240102-030405-678"), ["20240102-030405-678"]);
    assert_eq!(found("2024").len(), 2);
    assert_eq!(found("1999"), Vec::<String>::new());
    assert_eq!(found("last"), Vec::<String>::new(), "none of them is a run");
}

#[test]
fn what_is_no_run_is_told_as_such() {
    let place = Place::new();
    assert!(place.store.entries().unwrap().is_empty(), "a store that is not there");
    place.create();
    for (id, text) in [
        ("20240101-000000-000", None),
        ("20240101-000000-001", Some("{")),
        ("20240101-000000-002", Some(r#"{"version":1}"#)),
    ] {
        fs::create_dir_all(place.store.folder().join(id)).unwrap();
        if let Some(text) = text {
            fs::write(place.store.folder().join(id).join("run.json"), text).unwrap();
        }
    }
    fs::create_dir(place.store.folder().join("notes of mine")).unwrap();
    let entries = place.store.entries().unwrap();
    let [Entry::Unmade(_), Entry::Unreadable(..), Entry::Unreadable(..), Entry::Run(_)] = &entries[..] else {
        panic!("{entries:?}")
    };
}

/// Capability 4.4: a run whose process died is lost, and so is what ran in it.
#[test]
fn a_run_without_its_process_is_lost() {
    let place = Place::new();
    let spec = spec(&[("a", &["main"]), ("b", &["main"]), ("c", &["main"])]);
    let writing = place.create();
    record(&writing, &spec, State::Succeeded, |to| {
        runs(to, of(0), b"", 0);
        to.task(of(1), &change(State::Running, None));
    });
    let folder = place.store.folder().join(writing.id());
    fs::remove_file(folder.join("result.json")).unwrap();
    let status = fs::read_to_string(folder.join("status.json")).unwrap();
    fs::write(folder.join("status.json"), status.replacen("succeeded", "running", 1)).unwrap();
    let run = place.store.runs().unwrap().pop().unwrap();
    assert_eq!(run.view().state, State::Running, "this process is there");

    let mut child = Command::new("true").spawn().unwrap();
    let dead = ProcessMark { pid: child.id(), ..process::mark().unwrap() };
    child.wait().unwrap();
    let file = RunFile { process: dead, ..run.file.clone() };
    fs::write(folder.join("run.json"), serde_json::to_vec(&file).unwrap()).unwrap();
    let view = run.view();
    assert_eq!(view.state, State::Lost);
    let states: Vec<State> = view.tasks.iter().map(|task| task.state).collect();
    assert_eq!(states, [State::Succeeded, State::Lost, State::Pending]);
}

#[test]
fn one_process_has_a_run() {
    let place = Place::new();
    let writing = place.create();
    let run = place.store.runs().unwrap().pop().unwrap();
    assert!(place.store.resume(&run, Vec::new()).unwrap().is_none(), "it is being written");
    drop(writing);
    let again = place.store.resume(&run, Vec::new()).unwrap().expect("nobody has it");
    assert_eq!(again.file.resumed, 1);
    assert!(place.store.resume(&run, Vec::new()).unwrap().is_none());
}

/// What succeeded is not forgotten by taking the run up, even when it is killed again at once; logs go on.
#[test]
fn a_run_is_taken_up_where_it_was() {
    let place = Place::new();
    let first_spec = spec(&[("a", &["main"]), ("b", &["main"])]);
    let writing = place.create();
    record(&writing, &first_spec, State::Failed, |to| {
        runs(to, of(0), b"one\n", 0);
        to.task(of(0), &Change { key: Some("k"), ..change(State::Succeeded, Some(0)) });
        runs(to, of(1), b"two\n", 1);
    });
    drop(writing);
    let run = place.store.runs().unwrap().pop().unwrap();
    let log = run.step_folder(2).join("logs.ndjson");
    let whole = fs::read(&log).unwrap();
    fs::write(&log, [&whole[..], b"{\"id\":2,\"se"].concat()).unwrap();
    // The program has changed: a task came to stand before the others.
    let second_spec = spec(&[("new", &["main"]), ("a", &["main"]), ("b", &["main"])]);
    let again = place.store.resume(&run, vec![]).unwrap().unwrap();
    assert_eq!(again.earlier().unwrap().tasks[0].key.as_deref(), Some("k"));
    record(&again, &second_spec, State::Succeeded, |to| {
        let until = std::time::Instant::now() + std::time::Duration::from_secs(5);
        let kept = || {
            let status: StatusFile =
                serde_json::from_slice(&fs::read(run.folder.join("status.json")).unwrap()).unwrap();
            let states: Vec<_> = status.tasks.iter().map(|task| (task.name.clone(), task.state)).collect();
            let of = |name: &str, state| (name.to_owned(), state);
            states == [of("new", State::Pending), of("a", State::Succeeded), of("b", State::Pending)]
        };
        while !kept() {
            assert!(std::time::Instant::now() < until, "{:?}", run.status_file());
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        to.task(of(1), &Change { kept: true, key: Some("k"), ..change(State::Succeeded, Some(0)) });
        runs(to, of(0), b"zero\n", 0);
        to.step(first(of(2)), &change(State::Running, None));
        to.output(first(of(2)), Stream::Stdout, b"three\n");
    });
    let mut logs = Logs::new(&run, Wanted::default(), false);
    let lines: Vec<_> = std::iter::from_fn(|| logs.wait(&|| false).unwrap())
        .map(|line| (line.id, line.line.seq, line.line.id, line.task, line.line.text.unwrap()))
        .collect();
    let expected =
        [(1, 1, 1, "a", "one\n"), (2, 2, 1, "b", "two\n"), (4, 3, 1, "new", "zero\n"), (2, 4, 2, "b", "three\n")];
    let expected: Vec<_> =
        expected.map(|(id, seq, line, task, text)| (id, seq, line, task.to_owned(), text.to_owned())).into();
    assert_eq!(lines, expected);
    assert_eq!(run.view().state, State::Succeeded);
}

#[test]
fn the_earliest_go() {
    let place = Place::new();
    let spec = spec(&[("a", &["main"])]);
    let ids: Vec<String> = (0..4).map(|_| place.recorded(&spec, |_| {}).id().to_owned()).collect();
    let running = place.create();
    let never = place.store.folder().join("20200101-000000-000");
    fs::create_dir(&never).unwrap();
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(600);
    fs::File::open(&never).unwrap().set_modified(long_ago).unwrap();
    // What nobody may write to goes all the same.
    let shut = place.store.folder().join(&ids[0]).join("work/shut");
    fs::create_dir_all(shut.join("deep")).unwrap();
    fs::write(shut.join("deep/file"), "").unwrap();
    fs::set_permissions(&shut, std::os::unix::fs::PermissionsExt::from_mode(0o500)).unwrap();
    let gone = place.store.prune(2).unwrap();
    let gone: Vec<&str> = gone.iter().map(|(id, done)| done.as_ref().map(|()| id.as_str()).unwrap()).collect();
    assert_eq!(gone, ["20200101-000000-000", &ids[0], &ids[1]]);
    assert_eq!(super::names(place.store.folder()), [ids[2].as_str(), &ids[3], running.id()]);
}

#[test]
fn a_store_may_be_anywhere() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path().join("mine"));
    store.create(about()).unwrap();
    assert_eq!(super::names(folder.path()), ["mine"], "nothing beside it");
}
