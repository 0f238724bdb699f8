//! How fast, measured: `PIPEC_MEASURE=1 cargo test --release --test run speed -- --nocapture --test-threads 1`.
//!
//! Times are no tests: without the variable nothing is done here.

#![expect(clippy::print_stderr, reason = "numbers are what they are for")]

use std::fs;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use pipec::contract::RunSpec;
use pipec::contract::store::{State, Stream};
use pipec::run::engine;
use pipec::run::observe::{Change, Made, Observer, StepRef, TaskRef};
use pipec::run::supervise::cancel::Cancel;

use super::{Line, compiled, task};

fn wanted() -> bool {
    std::env::var_os("PIPEC_MEASURE").is_some()
}

/// Counts, and keeps nothing.
#[derive(Default)]
struct Counts {
    bytes: AtomicU64,
    first: Mutex<Option<Instant>>,
}

impl Observer for Counts {
    fn begins(&self, _: &RunSpec) {}
    fn task(&self, _: TaskRef<'_>, _: &Change<'_>) {}
    fn step(&self, _: StepRef<'_>, change: &Change<'_>) {
        if change.state == State::Running {
            self.first.lock().unwrap().get_or_insert_with(Instant::now);
        }
    }
    fn made(&self, _: TaskRef<'_>, _: &[Made], _: bool) {}
    fn output(&self, _: StepRef<'_>, _: Stream, bytes: &[u8]) {
        self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
    }
    fn say(&self, _: Option<TaskRef<'_>>, _: &str) {}
}

fn counted(line: &Line) -> (Counts, Duration, i32) {
    let (counts, work, cancel) = (Counts::default(), line.work(), Cancel::new().unwrap());
    let began = Instant::now();
    let result = engine::run(&line.spec, &line.values, &line.options(&work), &counts, &cancel).unwrap();
    (counts, began.elapsed(), result.exit_code)
}

fn many(count: usize) -> Line {
    let mut spec = compiled(&format!("pipeline line() {{ {} }}", task("t0", "true", "")));
    for at in 1..count {
        let mut task = spec.tasks[0].clone();
        task.name = format!("t{at}");
        spec.tasks.push(task);
    }
    Line::of_spec(spec)
}

/// The same scripts, by the same interpreter, with nothing around them.
fn bare(line: &Line, width: usize) -> Duration {
    let script = &line.spec.tasks[0].steps[0].script;
    let words = script.lines().next().unwrap().trim_start_matches("#!").to_owned();
    let scripts = line.work().join("scripts");
    let began = Instant::now();
    let each = format!("for ((at = 0; at < {}; ++at)); do echo {}/*; done", line.spec.tasks.len(), scripts.display());
    let loops = format!("{each} | xargs -P {width} -n 1 {words}");
    assert!(Command::new("bash").args(["-c", &loops]).status().unwrap().success());
    began.elapsed()
}

#[test]
fn a_thousand_tasks_cost_little_more_than_their_processes() {
    if !wanted() {
        return;
    }
    for width in [2, 8] {
        let mut line = many(1000);
        line.at_once = width;
        let (mut best, mut loops) = (f64::MAX, Vec::new());
        for _ in 0..2 {
            let (_, took, code) = counted(&line);
            assert_eq!(code, 0);
            let bare = bare(&line, width);
            best = best.min(took.as_secs_f64() / bare.as_secs_f64());
            loops.push((took, bare));
        }
        eprintln!("width {width}: {best:.2} times; {loops:?}");
        assert!(best <= 1.5, "{best}");
    }
}

#[test]
fn ten_thousand_tasks_start_the_first_soon() {
    if !wanted() {
        return;
    }
    let mut line = many(10_000);
    for at in 1..10_000 {
        line.spec.tasks[at].after = vec![format!("t{}", (at - 1) / 10)];
    }
    line.spec.tasks[0].steps[0].script = "#!/bin/sh\nexit 1\n".to_owned();
    let began = Instant::now();
    let (counts, took, _) = counted(&line);
    let first = counts.first.lock().unwrap().unwrap() - began;
    eprintln!("first of 10,000 after {first:?}, all settled after {took:?}");
    assert!(first < Duration::from_millis(300));
}

#[test]
fn a_large_log_streams_in_constant_memory() {
    if !wanted() {
        return;
    }
    let line = Line::of_task("head -c 2147483648 /dev/zero", "");
    let before = most_memory();
    let (counts, took, code) = counted(&line);
    let more = most_memory() - before;
    eprintln!("2 GiB in {took:?}, {more} KiB more");
    assert_eq!((counts.bytes.load(Ordering::Relaxed), code), (2 << 30, 0));
    assert!(more < 4096, "{more} KiB");
}

/// KiB.
fn most_memory() -> i64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Not a test: a run for a profiler.
#[test]
fn a_thousand_and_nothing_else() {
    if !wanted() {
        return;
    }
    let mut line = many(1000);
    line.at_once = 2;
    assert_eq!(counted(&line).2, 0);
    std::mem::forget(line.dir);
}
