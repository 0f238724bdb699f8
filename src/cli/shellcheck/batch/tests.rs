//! Processes that misbehave, and who reads what.

use super::*;

/// A program of this name that says its version and else does as it is told.
fn fake(batch: &Batch, does: &str) -> Tool {
    use std::os::unix::fs::PermissionsExt;
    let path = batch.folder.join("fake");
    write(&path, &format!("#!/bin/sh\n{does}\n")).expect("the folder is ours");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("the file is ours");
    Tool::at(&path).expect("it can be run")
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it is about time")]
fn a_process_that_does_not_end_is_ended_and_one_that_fails_leaves_the_others() {
    let mut batch = Batch::new().expect("a folder");
    batch.limit = Duration::from_millis(200);
    // What it leaves behind holds the streams open, and is not waited for.
    let tool = fake(&batch, "sleep 5 & sleep 5");
    let start = Instant::now();
    assert_eq!(batch.version(&tool), Err("took longer than 0 seconds".to_owned()));
    let answers = batch.read(&tool, &["a", "b"]);
    assert!(answers.iter().all(|answer| answer.is_err()) && answers.len() == 2);
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());

    // In the same test, since a file that is written while another thread starts a process cannot be run at once.
    let batch = Batch::new().expect("a folder");
    let tool = fake(&batch, "case \"$*\" in *' 3 '*) exit 3 ;; *) echo '{\"comments\":[]}' ;; esac");
    let texts = vec!["x"; 3 * MOST_SCRIPTS];
    let answers = batch.read(&tool, &texts);
    let failed = answers.iter().filter(|answer| answer.is_err()).count();
    assert!((1..=MOST_SCRIPTS).contains(&failed), "{failed}");
}

#[test]
fn shares_are_about_as_long_and_every_text_is_in_one() {
    let long = "x".repeat(500);
    let texts: Vec<&str> = (0..1203).map(|at| if at % 100 == 0 { long.as_str() } else { "short" }).collect();
    for cores in [1, 2, 3, 64] {
        let shares = shares(&texts, cores);
        let mut all: Vec<usize> = shares.concat();
        all.sort_unstable();
        assert_eq!(all, (0..texts.len()).collect::<Vec<_>>());
        assert!(shares.len() >= cores && shares.iter().all(|share| share.len() <= MOST_SCRIPTS));
        let length = |share: &Vec<usize>| share.iter().map(|at| texts[*at].len() + 100).sum::<usize>();
        let lengths: Vec<usize> = shares.iter().map(length).collect();
        assert!(lengths.iter().max() <= lengths.iter().min().map(|least| least + 700).as_ref(), "{lengths:?}");
    }
    assert_eq!(shares(&["a"; 5], 8), [vec![0, 1, 2, 3, 4]]);
    assert_eq!(shares(&["a"; 16], 8).len(), 2);
    assert_eq!(shares(&["x".repeat(MOST_TEXT).as_str(); 3], 1), [[0], [1], [2]]);
    assert_eq!(shares(&[], 2), [Vec::<usize>::new()]);
}
