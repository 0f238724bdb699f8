//! 2.6: what a command writes goes on as it comes, whole, however long its lines are and however slow its reader.

use std::fs;
use std::io::Read as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use pipec::contract::store::{LogLine, Stream};

use super::{command, folder, name, run};

/// What other builds have to do as well.
pub(super) const FOR_EVERY_BUILD: &[fn()] = &[
    capability_2_6_bytes_are_kept_and_logged_exactly,
    capability_2_6_output_comes_while_the_command_runs,
    a_reader_that_goes_away_ends_the_command,
    standard_input_is_empty_unless_asked_for,
];

/// 1.1: Relay lost all that came after a line of 70 kB and hung on one of 400 kB.
#[test]
fn capability_2_6_a_line_has_no_limit() {
    let folder = folder();
    let log = folder.path().join("log");
    for length in [70_000, 400_000, 1_000_000] {
        fs::remove_file(&log).ok();
        for options in [&[][..], &["--log", name(&log)], &["--slow", "drop", "--buffer", "4Mi"]] {
            let script = format!("head -c {length} /dev/zero | tr '\\0' x; echo; echo behind; echo beside >&2");
            let ran = run(&[options, &["--", "sh", "-c", &script]].concat());
            assert_eq!((ran.code, ran.err.as_str()), (0, "beside\n"));
            assert_eq!(ran.out.len(), length + 1 + 7);
            assert!(ran.out.ends_with("x\nbehind\n"));
        }
        assert_eq!(logged(&fs::read(&log).expect("a log"), Stream::Stdout).len(), length + 8);
    }
}

/// 2.6
#[test]
fn capability_2_6_bytes_are_kept_and_logged_exactly() {
    let folder = folder();
    let (file, log) = (folder.path().join("bytes"), folder.path().join("log"));
    let bytes: Vec<u8> = (0..300_000u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect();
    fs::write(&file, &bytes).expect("a file");
    let ran = command(&[
        "--log",
        name(&log),
        "--",
        "sh",
        "-c",
        "cat \"$0\"; printf 'é\\n' >&2; printf 'open' >&2",
        name(&file),
    ]);
    let ran = { ran }.output().expect("it starts");
    assert_eq!(ran.stdout, bytes);
    let text = fs::read(&log).expect("a log");
    assert_eq!(logged(&text, Stream::Stdout), bytes);
    assert_eq!(logged(&text, Stream::Stderr), "é\nopen".as_bytes());
    for (line, at) in lines(&text).iter().zip(1..) {
        assert_eq!((line.id, line.attempt), (at, 1));
        assert!(line.time.ends_with('Z') && line.time.len() == 24, "{}", line.time);
    }
}

/// 2.6
#[test]
fn capability_2_6_a_slow_reader_makes_the_command_wait_and_loses_nothing() {
    let folder = folder();
    for options in [vec![], vec!["--log".to_owned(), name(&folder.path().join("log")).to_owned()]] {
        let words: Vec<String> = ["--", "sh", "-c", "seq 100000; echo done >&2"].map(str::to_owned).to_vec();
        let began = command(&[options, words].concat()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = began.expect("it starts");
        let mut out = child.stdout.take().expect("a pipe");
        let (mut text, mut piece) = (Vec::new(), [0; 30_000]);
        loop {
            std::thread::sleep(Duration::from_millis(2));
            match out.read(&mut piece).expect("a piece") {
                0 => break,
                length => text.extend_from_slice(&piece[..length]),
            }
        }
        let good: String = (1..=100_000).map(|number| format!("{number}\n")).collect();
        assert!(text == good.as_bytes(), "all numbers in order");
        assert_eq!(child.wait().expect("it ends").code(), Some(0));
    }
}

/// 2.6
#[test]
fn capability_2_6_with_drop_nobody_waits_for_a_reader_and_what_is_gone_is_said() {
    let words =
        ["--slow", "drop", "--buffer", "64Ki", "--grace", "300ms", "--", "sh", "-c", "seq 200000; echo done >&2"];
    let began = Instant::now();
    let mut child = command(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut err = String::new();
    // Nobody reads its standard output until it is over.
    child.stderr.take().expect("a pipe").read_to_string(&mut err).expect("text");
    assert!(began.elapsed() < Duration::from_secs(20));
    assert!(err.starts_with("done\n"), "{err}");
    assert!(err.contains(" bytes of standard output were dropped, because nobody read them in time"), "{err}");
    let mut out = String::new();
    child.stdout.take().expect("a pipe").read_to_string(&mut out).expect("text");
    assert!(out.starts_with("1\n2\n3\n"));
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

/// 2.6
#[test]
fn capability_2_6_output_comes_while_the_command_runs() {
    let folder = folder();
    let log = folder.path().join("log");
    let words = ["--log", name(&log), "--", "sh", "-c", "echo first; sleep 20"];
    let mut child = command(&words).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut piece = [0; 6];
    child.stdout.take().expect("a pipe").read_exact(&mut piece).expect("a line");
    assert_eq!(&piece, b"first\n");
    assert_eq!(logged(&fs::read(&log).expect("a log"), Stream::Stdout), b"first\n");
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::TERM)
        .expect("it lives");
    assert_eq!(child.wait().expect("it ends").code(), Some(143));
}

/// A reader that goes away ends its writer, as in a pipe without anything between.
#[test]
fn a_reader_that_goes_away_ends_the_command() {
    for slow in ["block", "drop"] {
        let began = Instant::now();
        let mut child = command(&["--slow", slow, "--", "yes"]).stdout(Stdio::piped()).spawn().expect("it starts");
        drop(child.stdout.take());
        assert_eq!(child.wait().expect("it ends").code(), Some(141), "{slow}");
        assert!(began.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn standard_input_is_empty_unless_asked_for() {
    let folder = folder();
    let file = folder.path().join("in");
    fs::write(&file, "hello").expect("a file");
    let with = |words: &[&str]| {
        let input = fs::File::open(&file).expect("it is there");
        super::done(&command(words).stdin(input).output().expect("it starts")).out
    };
    assert_eq!(with(&["--", "cat"]), "");
    assert_eq!(with(&["--stdin", "--", "cat"]), "hello");
}

fn lines(log: &[u8]) -> Vec<LogLine> {
    let lines = log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).expect("a line of a log")).collect()
}

/// All bytes of one stream.
fn logged(log: &[u8], stream: Stream) -> Vec<u8> {
    let lines = lines(log).into_iter().filter(|line| line.stream == stream);
    let bytes = lines.map(|line| match (line.text, line.base64) {
        (Some(text), None) => text.into_bytes(),
        (None, Some(code)) => decoded(&code),
        both => panic!("one of both: {both:?}"),
    });
    bytes.collect::<Vec<_>>().concat()
}

/// Base64, by its definition.
fn decoded(code: &str) -> Vec<u8> {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits: Vec<u32> = code
        .trim_end_matches('=')
        .chars()
        .map(|c| u32::try_from(letters.find(c).expect("a letter")).expect("small"))
        .collect();
    let word = |four: &[u32]| {
        let all = four.iter().fold(0, |all, digit| all << 6 | digit) << (6 * (4 - four.len()));
        all.to_be_bytes()[1..four.len()].to_vec()
    };
    digits.chunks(4).flat_map(word).collect()
}
