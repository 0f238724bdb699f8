//! A log larger than anybody's memory: 40 MiB, and 2 GiB where `PIPEC_MEASURE` is set.

#![expect(clippy::print_stderr, reason = "numbers are what the long form is for")]

use std::io::Read as _;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::Place;

const PROGRAM: &str = r#"
pipeline build(bytes: int) {
    task talk {
        image: "quay.io/a/b:1.0"
        run: "yes \"$(head -c 1000 /dev/zero | tr '\\0' x)\" | head -c ~{bytes} || true"
    }
}
"#;

/// Of the queue between who reads a task and who writes its log: one that fills, and one that is written.
const WAITING: u64 = 2 * 8 * 1024;

/// Neither who runs nor who reads holds what was said: what both need has nothing to do with how much it was.
#[test]
fn a_large_log_is_kept_and_read_in_constant_memory() {
    let large: u64 = if std::env::var_os("PIPEC_MEASURE").is_some() { 2 << 30 } else { 40 << 20 };
    let [small, large] = [1 << 20, large].map(said);
    eprintln!("KiB of the runner and the reader: {small:?}, {large:?}");
    assert!(large.0 < small.0 + WAITING + 8 * 1024, "the runner: {small:?} {large:?}");
    assert!(large.1 < small.1 + 8 * 1024, "the reader: {small:?} {large:?}");
}

/// The most memory of who ran a task that says so much, and of who read it.
fn said(bytes: u64) -> (u64, u64) {
    let place = Place::new(PROGRAM);
    let began = Instant::now();
    let given = format!("bytes={bytes}");
    let mut run = place.command(&["run", "-q", "ci.pipe", "-p", &given]);
    let (runner, shown) = watched(run.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    assert!(shown > bytes, "with the name of the task before each line: {shown}");
    let ran = began.elapsed();
    let (reader, read) = watched(place.command(&["logs", "last", "talk"]).stdout(Stdio::piped()).spawn().unwrap());
    assert_eq!(read, bytes, "every byte");
    eprintln!("{bytes} bytes: run in {ran:?}, read in {:?}", began.elapsed() - ran);
    (runner, reader)
}

/// The most memory of a process, in KiB, and how many bytes it wrote.
fn watched(mut child: Child) -> (u64, u64) {
    let mut out = child.stdout.take().unwrap();
    let reading = thread::spawn(move || {
        let (mut piece, mut all) = (vec![0; 1 << 16], 0);
        loop {
            match out.read(&mut piece).unwrap() {
                0 => return all,
                length => all += length as u64,
            }
        }
    });
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        most = most.max(memory(child.id()).unwrap_or(0));
        thread::sleep(Duration::from_millis(5));
    }
    assert!(child.wait().unwrap().success() && most > 0);
    (most, reading.join().unwrap())
}

/// The peak so far.
fn memory(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
