//! What never overlaps.

use std::os::unix::fs::symlink;
use std::process::Command;

use pipec::plan::Expr;

use super::draft::Draft;
use super::machine::{Machine, finish, signal};

const ALONE: &str = "mkdir $TOP/alone\nsleep 0.1\nrmdir $TOP/alone\necho done >>$TOP/trace\n";

#[test]
fn tasks_with_the_same_lock_never_overlap() {
    let mut draft = Draft::new();
    for name in ["a", "b", "c"] {
        draft.with(name, ALONE, |task| task.lock = Some("it's $x `y` ]".to_owned()));
    }
    draft.with("d", "true\n", |task| task.lock = Some(String::new()));
    let machine = Machine::new(&draft);
    machine.succeed(&["-j4"]);
    assert_eq!(machine.trace("trace").len(), 3);
}

fn exclusive() -> Draft {
    let mut draft = Draft::new();
    draft.plan.exclusive = Some((Expr::string("build/it's $x"), draft.span()));
    draft.task("a", ALONE);
    draft
}

#[test]
fn runs_that_are_exclusive_wait_for_each_other() {
    let machine = Machine::new(&exclusive());
    let runs: Vec<_> = ["one", "two", "three"].iter().map(|work| machine.start(&["--work", work])).collect();
    for run in runs {
        let ended = finish(run);
        assert_eq!(ended.code, Some(0), "{ended:#?}");
    }
    assert_eq!(machine.trace("trace").len(), 3);
}

/// Only bash and coreutils: everything else that the machine has is out of reach.
fn bare_path(machine: &Machine) -> String {
    let tools = [
        "bash",
        "ls",
        "chmod",
        "sh",
        "cat",
        "mkdir",
        "rm",
        "mkfifo",
        "mktemp",
        "nproc",
        "uname",
        "id",
        "date",
        "ln",
        "readlink",
        "env",
        "mv",
        "head",
        "sha256sum",
        "touch",
        "rmdir",
        "sleep",
        "tr",
        "wc",
        "dirname",
    ];
    machine.write("bin/.keep", "");
    for tool in tools {
        let found = Command::new("bash").args(["-c", &format!("type -P {tool}")]).output().unwrap().stdout;
        symlink(String::from_utf8(found).unwrap().trim(), machine.path("bin").join(tool)).unwrap();
    }
    machine.path("bin").display().to_string()
}

#[test]
fn without_flock_links_are_the_locks_and_those_of_dead_processes_are_broken() {
    let machine = Machine::new(&exclusive());
    let path = bare_path(&machine);
    let start = |work: &str| machine.command(&["--work", work]).env("PATH", &path).spawn().unwrap();
    let ended = finish(start("zero"));
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let lock = std::fs::read_dir(machine.path("locks")).unwrap().flatten().map(|entry| entry.path());
    let lock = lock.into_iter().find(|path| path.extension().is_some_and(|end| end == "lock")).unwrap();
    // The process lives, but it is not the one that took the lock: it started at another time.
    symlink("1:1", format!("{}.held", lock.display())).unwrap();
    let runs: Vec<_> = ["one", "two", "three"].map(start).into();
    for run in runs {
        let ended = finish(run);
        assert_eq!(ended.code, Some(0), "{ended:#?}");
    }
    assert_eq!(machine.trace("trace").len(), 4);
    assert!(!std::fs::exists(format!("{}.held", lock.display())).unwrap());
}

#[test]
fn a_run_that_waits_for_another_can_be_interrupted() {
    let mut draft = exclusive();
    draft.task("long", "touch $TOP/runs\nsleep 60\n");
    let machine = Machine::new(&draft);
    let holder = machine.start(&["--work", "one"]);
    machine.wait_for("runs");
    let waiter = machine.start(&["--work", "two"]);
    machine.wait_for("two/.lock");
    std::thread::sleep(std::time::Duration::from_millis(300));
    signal(&waiter, "-TERM");
    let ended = finish(waiter);
    assert_eq!(ended.code, Some(143), "{ended:#?}");
    assert!(ended.err.contains("waiting for another run"), "{ended:#?}");
    signal(&holder, "-TERM");
    assert_eq!(finish(holder).code, Some(143));
    machine.nothing_is_left();
}

#[test]
fn two_runs_do_not_share_a_work_directory() {
    let mut draft = Draft::new();
    draft.task("long", "touch $TOP/runs\nsleep 60\n");
    let machine = Machine::new(&draft);
    let first = machine.start(&[]);
    machine.wait_for("runs");
    let second = machine.run(&[]);
    assert_eq!(second.code, Some(2), "{second:#?}");
    assert!(second.err.contains("another run uses the work directory"), "{second:#?}");
    signal(&first, "-TERM");
    assert_eq!(finish(first).code, Some(143));
}
