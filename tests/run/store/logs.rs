//! Logs: every byte, in order, while they are written.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use pipec::contract::store::{State, Stream};
use pipec::run::observe::Observer;
use pipec::run::store::logs::{Line, Logs, Wanted};
use pipec::run::store::read::Run;
use proptest::prelude::*;

use super::{Place, change, first, of, runs, spec, turn};

fn all(run: &Run, wanted: Wanted) -> Vec<Line> {
    let mut logs = Logs::new(run, wanted, false);
    std::iter::from_fn(|| logs.wait(&|| false).unwrap()).collect()
}

fn bytes(lines: &[Line]) -> Vec<u8> {
    lines.iter().flat_map(Line::bytes).collect()
}

fn run_of(place: &Place) -> Run {
    place.store.runs().unwrap().pop().unwrap()
}

/// A log of any bytes, in any parts, is those bytes.
#[test]
fn every_byte_is_kept() {
    let place = Place::new();
    let spec = spec(&[("a", &["main"])]);
    let mut run = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(40));
    let parts = proptest::collection::vec(
        prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..300),
            "[a-zé€😀\n]{0,80}".prop_map(String::into_bytes),
            Just("😀".repeat(30_000).into_bytes()),
        ],
        0..12,
    );
    run.run(&parts, |parts| {
        place.recorded(&spec, |to| {
            to.step(first(of(0)), &change(State::Running, None));
            for (at, part) in parts.iter().enumerate() {
                let stream = if at % 3 == 2 { Stream::Stderr } else { Stream::Stdout };
                to.output(first(of(0)), stream, part);
            }
        });
        let run = run_of(&place);
        for (stream, which) in [(Stream::Stdout, false), (Stream::Stderr, true)] {
            let wrote: Vec<u8> = parts
                .iter()
                .enumerate()
                .filter(|(at, _)| (at % 3 == 2) == which)
                .flat_map(|(_, part)| part.clone())
                .collect();
            let lines = all(&run, Wanted { stream: Some(stream), ..Wanted::default() });
            prop_assert_eq!(bytes(&lines), wrote);
        }
        let lines = all(&run, Wanted::default());
        let ids: Vec<u64> = lines.iter().map(|line| line.line.id).collect();
        prop_assert_eq!(ids, (1..=lines.len() as u64).collect::<Vec<_>>());
        Ok(())
    })
    .unwrap();
}

/// A letter that two pieces share makes no log base64.
#[test]
fn only_what_is_no_text_is_base64() {
    let place = Place::new();
    let text = "😀".repeat(100_000) + "\nend\n";
    place.recorded(&spec(&[("a", &["main"])]), |to| {
        to.step(first(of(0)), &change(State::Running, None));
        text.as_bytes().chunks(65_537).for_each(|part| to.output(first(of(0)), Stream::Stdout, part));
        to.output(first(of(0)), Stream::Stdout, b"caf\xe9\n");
    });
    let lines = all(&run_of(&place), Wanted::default());
    let (last, rest) = lines.split_last().unwrap();
    assert!(rest.iter().all(|line| line.line.text.is_some()));
    assert_eq!(last.line.base64.as_deref(), Some("Y2Fm6Qo="));
    assert_eq!(bytes(rest), text.as_bytes());
}

#[test]
fn tasks_steps_turns_and_streams_can_be_asked_for() {
    let place = Place::new();
    place.recorded(&spec(&[("a", &["main"]), ("loop", &["main"])]), |to| {
        runs(to, of(0), b"a\n", 0);
        runs(to, turn(1, 0, "x"), b"x\n", 0);
        runs(to, turn(1, 1, "y"), b"y\n", 0);
    });
    let run = run_of(&place);
    let of = |task: &str| bytes(&all(&run, Wanted { task: Some(task.to_owned()), ..Wanted::default() }));
    assert_eq!(of("a"), b"a\n");
    assert_eq!(of("loop"), b"x\ny\n");
    assert_eq!(of("loop[y]"), b"y\n");
    assert_eq!(of("b"), b"");
    let step = |step: &str| bytes(&all(&run, Wanted { step: Some(step.to_owned()), ..Wanted::default() }));
    assert_eq!((step("main"), step("other")), (b"a\nx\ny\n".to_vec(), Vec::new()));
}

/// Capability 4.3: who follows gets every line once, in order, wherever he begins; and so does who comes later.
#[test]
fn who_follows_reads_the_same_as_who_comes_later() {
    let place = Place::new();
    let spec = spec(&[("a", &["main"]), ("b", &["main"]), ("c", &["main"])]);
    let writing = place.create();
    let run = run_of(&place);
    let begun = AtomicBool::new(false);
    let followed = std::thread::scope(|scope| {
        let follow = scope.spawn(|| {
            let mut logs = Logs::new(&run, Wanted::default(), true);
            let mut lines = Vec::new();
            while let Some(line) = logs.wait(&|| false).unwrap() {
                begun.store(true, Ordering::SeqCst);
                lines.push((line.line.seq, line.task.clone(), line.bytes()));
            }
            lines
        });
        super::record(&writing, &spec, State::Succeeded, |to| {
            std::thread::scope(|scope| {
                for task in 0..3 {
                    scope.spawn(move || {
                        to.task(of(task), &change(State::Running, None));
                        to.step(first(of(task)), &change(State::Running, None));
                        for at in 0..200 {
                            to.output(first(of(task)), Stream::Stdout, format!("{task} {at}\n").as_bytes());
                            if at % 20 == 0 {
                                std::thread::sleep(Duration::from_millis(7));
                            }
                        }
                        to.step(first(of(task)), &change(State::Succeeded, Some(0)));
                        to.task(of(task), &change(State::Succeeded, Some(0)));
                    });
                }
            });
            let until = Instant::now() + Duration::from_secs(5);
            while !begun.load(Ordering::SeqCst) && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(5));
            }
            assert!(begun.load(Ordering::SeqCst), "it is read before the run has ended");
        });
        follow.join().unwrap()
    });
    let seqs: Vec<u64> = followed.iter().map(|(seq, _, _)| *seq).collect();
    assert_eq!(seqs, (1..=600).collect::<Vec<_>>());
    let later: Vec<_> =
        all(&run, Wanted::default()).iter().map(|line| (line.line.seq, line.task.clone(), line.bytes())).collect();
    assert_eq!(later, followed);
    let rest = all(&run, Wanted { from: 301, ..Wanted::default() });
    assert_eq!(rest.iter().map(|line| line.line.seq).collect::<Vec<_>>(), (301..=600).collect::<Vec<_>>());
}

/// A reader sees what is written within a moment, also of a line that has not ended.
#[test]
fn it_is_read_at_once() {
    let place = Place::new();
    let spec = spec(&[("a", &["main"])]);
    let writing = place.create();
    let run = run_of(&place);
    super::record(&writing, &spec, State::Succeeded, |to| {
        to.step(first(of(0)), &change(State::Running, None));
        to.output(first(of(0)), Stream::Stdout, b"question? ");
        let until = Instant::now() + Duration::from_secs(5);
        let mut logs = Logs::new(&run, Wanted::default(), true);
        let line = logs.wait(&|| Instant::now() > until).unwrap().expect("the line");
        assert_eq!(line.bytes(), b"question? ");
    });
}

/// 90 MB in little memory, and nobody waits for long.
#[test]
fn a_long_log_streams() {
    let place = Place::new();
    let piece = [b"0123456789abcde ".repeat(6), b"\n".to_vec()].concat().repeat(600);
    let pieces = 1_500;
    let before = peak();
    place.recorded(&spec(&[("a", &["main"])]), |to| {
        to.step(first(of(0)), &change(State::Running, None));
        (0..pieces).for_each(|_| to.output(first(of(0)), Stream::Stdout, &piece));
    });
    let run = run_of(&place);
    let mut logs = Logs::new(&run, Wanted::default(), false);
    let length = || logs.wait(&|| false).unwrap().map(|line| line.bytes().len());
    let read: usize = std::iter::from_fn(length).sum();
    assert_eq!(read, piece.len() * pieces);
    assert!(peak() - before < 64 * 1024, "{} KiB more", peak() - before);
}

/// Who asks for what is behind a line is not made to wait until everything before it was read.
#[test]
fn a_long_log_is_read_from_where_it_is_asked_for() {
    let place = Place::new();
    let lines = 3_000_u64;
    place.recorded(&spec(&[("a", &["main"])]), |to| {
        to.step(first(of(0)), &change(State::Running, None));
        let text = |number: u64| format!("{number}{}\n", " ".repeat(usize::try_from(number * 7919 % 4_000).unwrap()));
        (1..=lines).for_each(|number| to.output(first(of(0)), Stream::Stdout, text(number).as_bytes()));
    });
    let run = run_of(&place);
    let whole = all(&run, Wanted::default());
    let log = run.step_folder(whole[0].id).join("logs.ndjson");
    // What a killed writer has left in the middle is no line.
    let mut bytes = std::fs::read(&log).unwrap();
    let half = bytes.len() / 2;
    let place = half + bytes[half..].iter().position(|byte| *byte == b'\n').unwrap() + 1;
    bytes.splice(place..place, format!("{{\"torn{}\n", "x".repeat(300_000)).into_bytes());
    std::fs::write(&log, &bytes).unwrap();
    for from in [0, 1, 2, 700, lines / 2, lines / 2 + 1, lines - 40, lines, lines + 1] {
        let before = bytes_read();
        let found: Vec<u64> =
            all(&run, Wanted { from, ..Wanted::default() }).iter().map(|line| line.line.seq).collect();
        let read = bytes_read() - before;
        assert_eq!(found, (from.max(1)..=lines).collect::<Vec<_>>(), "{from}");
        assert!(from < lines - 40 || read < 3_000_000, "{from}: {read} of {}", bytes.len());
    }
}

/// By this thread alone.
fn bytes_read() -> u64 {
    let io = std::fs::read_to_string("/proc/thread-self/io").unwrap();
    io.lines().find_map(|line| line.strip_prefix("rchar: ")).unwrap().parse().unwrap()
}

/// The most memory that this process has had, in KiB.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
