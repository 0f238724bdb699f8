//! Whatever a killed writer leaves, the next reader reads the rest.

use std::fs;
use std::path::{Path, PathBuf};

use pipec::contract::store::State;
use pipec::run::observe::Observer;
use pipec::run::store::Entry;
use pipec::run::store::logs::{Logs, Wanted};
use proptest::prelude::*;

use super::{Place, artifact, change, made, of, record, runs, spec, turn};

/// Every file is cut anywhere or is not there; those that are written by renaming are whole or not there when a process is
/// killed, but a machine without power may leave them empty.
#[test]
fn files_that_are_cut_anywhere_are_read_as_far_as_they_go() {
    let place = Place::new();
    let mut plan = spec(&[("a", &["main"]), ("loop", &["main"]), ("b", &["main"])]);
    plan.tasks[0].artifacts = vec![artifact("src", "x")];
    let writing = place.create();
    fs::create_dir_all(writing.work().join("workspaces/src")).unwrap();
    fs::write(writing.work().join("workspaces/src/x"), "x").unwrap();
    record(&writing, &plan, State::Failed, |to| {
        runs(to, of(0), "äöü\n".repeat(50).as_bytes(), 0);
        to.made(of(0), &[made(&writing, "", "x")], false);
        runs(to, turn(1, 0, "x"), b"\xff\xfe\n", 0);
        to.task(of(1), &change(State::Succeeded, Some(0)));
        runs(to, of(2), b"b\n", 1);
        to.say(None, "all");
        to.say(Some(of(2)), "`b` failed");
    });
    drop(writing);
    let original = place.store.runs().unwrap().pop().unwrap();
    let whole = lines(&place);
    let files = below(&original.folder);
    assert!(files.len() >= 14, "{files:?}");
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(400));
    let strategy = (0..files.len(), 0..1000usize, any::<bool>(), any::<bool>());
    runner
        .run(&strategy, |(file, part, gone, zeros)| {
            let (path, bytes) = &files[file];
            let length = bytes.len() * part / 1000;
            let cut = if zeros { vec![0; length] } else { bytes[..length].to_vec() };
            if gone {
                fs::remove_file(path).unwrap()
            } else {
                fs::write(path, cut).unwrap()
            }
            let read = read(&place, &whole);
            // And a writer goes on behind it.
            if let Some(run) = place.store.runs().unwrap().pop() {
                let again = place.store.resume(&run, Vec::new()).unwrap().unwrap();
                record(&again, &plan, State::Succeeded, |to| runs(to, of(2), b"again\n", 0));
                drop(again);
                let view = run.view();
                prop_assert_eq!(view.state, State::Succeeded);
                prop_assert!(lines(&place).last().is_some_and(|(_, text)| text == b"again\n"));
            }
            restore(&original.folder, &files);
            read
        })
        .unwrap();
}

/// Everything that a reader may ask for.
fn read(place: &Place, whole: &[(u64, Vec<u8>)]) -> Result<(), TestCaseError> {
    let entries = place.store.entries().unwrap();
    prop_assert_eq!(entries.len(), 1);
    let Entry::Run(run) = &entries[0] else { return Ok(()) };
    let view = run.view();
    prop_assert!(matches!(view.state, State::Failed | State::Running), "{:?}", view);
    let _ = (run.spec(), run.steps(), run.artifacts(), run.notes(), run.result());
    let read = lines(place);
    prop_assert!(read.iter().all(|line| whole.contains(line)), "nothing is made up");
    prop_assert!(read.is_sorted_by_key(|(seq, _)| *seq));
    Ok(())
}

fn lines(place: &Place) -> Vec<(u64, Vec<u8>)> {
    let run = place.store.runs().unwrap().pop().unwrap();
    let mut logs = Logs::new(&run, Wanted::default(), false);
    let line = || logs.wait(&|| false).unwrap();
    std::iter::from_fn(line).map(|line| (line.line.seq, line.bytes())).collect()
}

fn below(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(below(&path));
        } else {
            files.push((path.clone(), fs::read(&path).unwrap()));
        }
    }
    files.sort();
    files
}

fn restore(folder: &Path, files: &[(PathBuf, Vec<u8>)]) {
    for (path, _) in below(folder) {
        fs::remove_file(path).unwrap();
    }
    files.iter().for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
}

/// Fields that a later pipec adds do not keep this one from reading.
#[test]
fn unknown_fields_are_passed_over() {
    let place = Place::new();
    let writing = place.recorded(&spec(&[("a", &["main"])]), |to| runs(to, of(0), b"a\n", 0));
    let folder = place.store.folder().join(writing.id());
    for (path, bytes) in below(&folder) {
        let text = String::from_utf8(bytes).unwrap();
        if text.starts_with('{') {
            fs::write(path, text.replacen('{', "{\"later\":[1],", 1)).unwrap();
        }
    }
    let run = place.store.runs().unwrap().pop().unwrap();
    assert_eq!((run.view().state, run.view().tasks.len(), run.steps().len()), (State::Succeeded, 1, 1));
    assert_eq!(lines(&place), [(1, b"a\n".to_vec())]);
}
