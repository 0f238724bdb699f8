//! Runs that are killed, anywhere: the store reads clean, what succeeded stays, a resume ends it, nothing is left behind.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use pipec::contract::store::State;
use pipec::run::store::logs::{Logs, Wanted};
use pipec::run::store::{Entry, Store};

use super::{Place, until};
use crate::processes::marked;

const PROGRAM: &str = r#"
pipeline build(folder: string) -> string {
    defaults { image: "quay.io/a/b:1.0" }

    task a -> string {
        run: """
            echo a-began >> ~{folder}/trace; sleep 0.04; printf a > ~{out}; echo a-ended >> ~{folder}/trace
        """
    }
    task b -> string {
        run: """
            echo b-began >> ~{folder}/trace; seq 2000; sleep 0.08; printf b > ~{out}; echo b-ended >> ~{folder}/trace
        """
    }
    task c -> string {
        run: """
            echo c-began >> ~{folder}/trace; sleep 0.05; printf %sc ~{a} > ~{out}; echo c-ended >> ~{folder}/trace
        """
    }
    task d -> string {
        run: """
            echo d-began >> ~{folder}/trace; sleep 0.03 & sleep 0.06; wait
            printf %s%sd ~{a} ~{b} > ~{out}; echo d-ended >> ~{folder}/trace
        """
    }
    task e -> string {
        run: """
            echo e-began >> ~{folder}/trace; sleep 0.03; printf %s%se ~{c} ~{d} > ~{out}; echo e-ended >> ~{folder}/trace
        """
    }

    return e
}
"#;

/// A small generator of numbers, the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

#[test]
fn whatever_is_killed_a_resume_ends_it() {
    let runs = std::env::var("PIPEC_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(25);
    let seed = std::env::var("PIPEC_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let mut dice = Dice(seed);
    let mut kills = [0; 4];
    for number in 0..runs {
        let place = Place::new(PROGRAM);
        one(&place, number, &mut dice, &mut kills);
    }
    let [runner, group, task, ended] = kills;
    let said = format!("{runs} runs; killed: runner {runner}, group {group}, a task {task}, terminated {ended}\n");
    std::io::stdout().write_all(said.as_bytes()).unwrap();
}

/// A run that is killed up to three times, and then is let end.
fn one(place: &Place, number: u64, dice: &mut Dice, kills: &mut [u64; 4]) {
    let mark = format!("kills-{}-{number}", std::process::id());
    let mut kept = BTreeSet::new();
    for _ in 0..=dice.roll(3) {
        let mut child = start(place, &mark);
        std::thread::sleep(Duration::from_millis(dice.roll(500)));
        let how = dice.roll(4);
        kills[usize::try_from(how).unwrap()] += 1;
        kill(&child, &mark, how, dice);
        let ended = child.wait().unwrap();
        until(&format!("run {number}: nothing is left behind"), || processes(&mark).is_empty());
        kept = clean(place, number, &kept);
        if ended.success() {
            break;
        }
    }
    let before = trace(place).len();
    let ran = super::Ran::read(&command(place, &mark).output().unwrap());
    assert_eq!(ran.code, 0, "run {number}: {}{}\n{:?}", ran.out, ran.err, trace(place));
    assert!(ran.out.ends_with("value = acabde\n"), "run {number}: {}", ran.out);
    let again: Vec<String> = trace(place).split_off(before);
    for name in &kept {
        assert!(!again.contains(&format!("{name}-began")), "run {number}: `{name}` ran again: {again:?}");
    }
    let store = Store::at(place.path(".pipec/runs"));
    let runs = store.runs().unwrap();
    assert_eq!(runs.last().unwrap().view().state, State::Succeeded, "run {number}");
    assert!(processes(&mark).is_empty(), "run {number}");
}

/// The first time a new run; then the same goes on, unless it never began.
fn command(place: &Place, mark: &str) -> Command {
    let folder = format!("folder={}", place.path("").display());
    let began = !Store::at(place.path(".pipec/runs")).runs().unwrap().is_empty();
    let resume: &[&str] = if began { &["--resume", "last"] } else { &[] };
    let mut command = place.command(&[&["run", "ci.pipe", "-j", "2", "--grace", "1s", "-p", &folder], resume].concat());
    command.env("KILLS_MARK", mark);
    command
}

fn start(place: &Place, mark: &str) -> Child {
    let mut command = command(place, mark);
    command.process_group(0).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn kill(child: &Child, mark: &str, how: u64, dice: &mut Dice) {
    let own = i32::try_from(child.id()).unwrap();
    let target = match how {
        0 | 3 => own,
        1 => -own,
        _ => {
            let tasks: Vec<i32> = processes(mark).into_iter().filter(|pid| *pid != own).collect();
            if tasks.is_empty() { own } else { tasks[usize::try_from(dice.roll(tasks.len() as u64)).unwrap()] }
        }
    };
    let signal = if how == 3 { "-TERM" } else { "-KILL" };
    // It may have ended.
    Command::new("kill").args([signal, "--", &target.to_string()]).stderr(Stdio::null()).status().unwrap();
}

/// Everything that bears the mark in its environment, and is no zombie.
fn processes(mark: &str) -> Vec<i32> {
    marked(&format!("KILLS_MARK={mark}")).into_iter().map(|(number, _)| number).collect()
}

/// Everything can be read, and what had succeeded has; gives what has succeeded now.
fn clean(place: &Place, number: u64, before: &BTreeSet<String>) -> BTreeSet<String> {
    let store = Store::at(place.path(".pipec/runs"));
    let entries = store.entries().unwrap();
    assert!(!entries.iter().any(|entry| matches!(entry, Entry::Unreadable(..))), "run {number}: {entries:?}");
    let Some(run) = store.runs().unwrap().pop() else { return BTreeSet::new() };
    let view = run.view();
    assert!(!matches!(view.state, State::Running | State::Pending), "run {number}: {view:?}");
    let mut logs = Logs::new(&run, Wanted::default(), false);
    let seqs: Vec<u64> = std::iter::from_fn(|| logs.wait(&|| false).unwrap()).map(|line| line.line.seq).collect();
    assert!(seqs.is_sorted_by(|one, next| one < next), "run {number}");
    let done = view.tasks.iter().filter(|task| task.state == State::Succeeded);
    let done: BTreeSet<String> = done.map(|task| task.name.clone()).collect();
    assert!(before.is_subset(&done), "run {number}: {before:?} had succeeded, and now {done:?}");
    let trace = trace(place);
    for name in &done {
        assert!(trace.contains(&format!("{name}-ended")), "run {number}: `{name}` never ended: {trace:?}");
    }
    done
}

fn trace(place: &Place) -> Vec<String> {
    let text = fs::read_to_string(place.path("trace")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}
