//! Input that nobody means well with: no panic, no hang, a clear word, 1 or 2.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::time::{Duration, Instant};

use super::run::{BAD, GOOD, Place};
use crate::ran::Ran;

/// Generous, for a debug build on a busy machine.
const LIMIT: Duration = Duration::from_secs(90);

#[track_caller]
fn check(place: &Place, name: &str) -> Ran {
    let start = Instant::now();
    let ran = place.run(&["check", name]);
    assert!(start.elapsed() < LIMIT, "{name} took {:?}", start.elapsed());
    assert!(ran.out.len() < 300_000, "{name} gives {} bytes", ran.out.len());
    ran
}

#[track_caller]
fn text(text: impl AsRef<[u8]>) -> Ran {
    let place = Place::new();
    place.put("a.pipe", text);
    check(&place, "a.pipe")
}

#[test]
fn little_or_nothing_is_fine() {
    for one in ["", "\n", "// nothing\n", "//! nothing", "\u{feff}", "\u{feff}// x", "\r\n"] {
        text(one).exits(0);
    }
}

#[test]
fn more_than_64_mib_is_not_read() {
    let place = Place::new();
    fs::File::create(place.path("big.pipe")).unwrap().set_len(100 << 20).unwrap();
    check(&place, "big.pipe").exits(1).says("P0111").says("larger than 64 MiB");
    check(&place, "/dev/zero").exits(1).says("P0111");
    check(&place, "/dev/full").exits(1).says("P0111");
    check(&place, "/dev/null").exits(0);
}

#[test]
fn one_line_of_60_megabytes() {
    let ran = text("x".repeat(60 << 20)).exits(1);
    assert!(ran.out.len() < 20_000);
    text(format!("// {}\n{BAD}", "é".repeat(20 << 20))).exits(1).says("P0204");
}

#[test]
fn bytes_that_are_no_text() {
    let mut state = 1_u64;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()[1]
    };
    let bytes: Vec<u8> = (0..100_000).map(|_| noise()).collect();
    text(&bytes).exits(1).says("P0108").says("not UTF-8");
    // The same as text: whatever it is, it is said.
    let printable: String = bytes.iter().map(|byte| char::from(byte % 96 + 32)).collect();
    text(printable).exits(1);
    text(String::from_utf8_lossy(&bytes).into_owned()).exits(1);
    text(b"pipeline p() {\n // \xff\n}\n").exits(1).says("byte 19");
    text("const a: string = \"x\0y\"\n").exits(1).says("U+0000");
    text("\u{1b}[31mred \u{9b}31m \u{202e}evil").exits(1);
    text("const a: int = \"\u{202e}x\"\n").exits(1);
}

#[test]
fn ends_of_lines_and_marks_of_order_do_not_move_columns() {
    let windows = BAD.replace('\n', "\r\n");
    text(&windows).exits(1).says("a.pipe:2:55");
    text(GOOD.replace('\n', "\r\n")).exits(0);
    text(format!("\u{feff}{BAD}")).exits(1).says("a.pipe:2:55");
    text(format!("\u{feff}{GOOD}")).exits(0);
}

#[test]
fn brackets_inside_each_other() {
    for count in [10_000, 1_000_000] {
        for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("{a:", "}"), ("f(", ")"), ("not ", ""), ("-", "")] {
            for close in [close, ""] {
                let nested = format!("const x: int = {}1{}\n", open.repeat(count), close.repeat(count));
                text(nested).exits(1);
            }
        }
    }
    text(format!("pipeline p() {{\n{}{}}}\n", "when true {\n".repeat(10_000), "}\n".repeat(10_000))).exits(1);
    text(format!("const s: string = {}x{}\n", "\"~{".repeat(10_000), "}\"".repeat(10_000))).exits(1);
    text(format!("const x: {}int{} = none\n", "[".repeat(100_000), "]".repeat(100_000))).exits(1);
}

#[test]
fn a_long_chain_of_else() {
    let program = |count: usize| {
        let task = "task t { image: \"a/b:1\", run: \"true\" }";
        format!("pipeline p(a: bool) {{\nwhen a {{ {task} }}{}\n}}\n", "\nelse when a {}".repeat(count))
    };
    text(program(10_000)).exits(1).says("P0104");
}

#[test]
fn long_literals() {
    let long = "x".repeat(1 << 20);
    text(format!("pipeline p() {{\n    task t {{ image: \"a/b:1\", run: \"echo {long}\" }}\n}}\n")).exits(0);
    text(format!("const x: int = \"{long}\"\n")).exits(1);
    text(format!("const {long}: int = {long}\n")).exits(1);
    text(format!("const x: int = {}\n", "9".repeat(1 << 20))).exits(1);
}

#[test]
fn a_hundred_thousand_mistakes() {
    let line = |at: usize| format!("    task t{at} {{ image: \"a/b:1\", run: \"true\", x: 1 }}\n");
    let tasks: String = (0..100_000).map(line).collect();
    text(format!("pipeline p() {{\n{tasks}}}\n")).exits(1).says("… and 99900 more").says("100000 errors");
    let consts: String = (0..20_000).map(|at| format!("const x{at}: int = y\n")).collect();
    text(consts).exits(1).says("more");
    text("const x: int = = 1\n".repeat(100_000)).exits(1);
}

#[test]
fn what_is_no_file() {
    let place = Place::with(&[("d/a.pipe", GOOD), ("d.pipe/b.pipe", GOOD)]);
    symlink("nowhere", place.path("broken.pipe")).unwrap();
    symlink("loop.pipe", place.path("loop.pipe")).unwrap();
    symlink(".", place.path("here.pipe")).unwrap();
    place.shell("mkfifo fifo.pipe").exits(0);
    check(&place, "broken.pipe").exits(2).says("there is no such file");
    check(&place, "loop.pipe").exits(2).says("P0701");
    check(&place, "fifo.pipe").exits(2).says("a pipe, a socket or a device");
    check(&place, "missing.pipe").exits(2).says("there is no such file");
    check(&place, "d.pipe").exits(0);
    // All at once: each is said, none hides the others, and the folder that links to itself is entered once.
    let all = check(&place, ".").exits(2).says("broken.pipe").says("loop.pipe").says("fifo.pipe");
    assert!(all.err.contains("5 files checked, 3 errors"), "{}", all.err);
    for args in [&["plan", "fifo.pipe"][..], &["plan", "d"], &["emit", "-t", "shell", "d"], &["plan", "broken.pipe"]] {
        place.run(args).exits(2).says("P0701");
    }
    place.run(&["plan", "d/a.pipe", "--params", "fifo.pipe"]).exits(2).says("P0701");
    place.put("use.pipe", format!("use fifo\nuse broken\nuse d\n{GOOD}"));
    check(&place, "use.pipe").exits(1).says("P0205");
}

#[test]
fn no_name_drives_a_terminal() {
    let place = Place::new();
    let name = "a\n\u{1b}[31m\u{202e}.pipe";
    place.put(name, BAD);
    for format in ["full", "concise", "json"] {
        let ran = place.run(&["check", name, "--format", format]).exits(1);
        assert!(!ran.out.contains('\u{202e}') || format == "json", "{}", ran.out);
    }
    assert_eq!(place.run(&["check", name, "--format", "concise"]).out.lines().count(), 1);
    place.run(&["check", "\u{1b}[31m"]).exits(2);
    place.run(&["plan", "\u{1b}[31m"]).exits(2);
    place.put(name, GOOD);
    for format in ["text", "json", "dot", "mermaid"] {
        place.run(&["plan", name, "--format", format]).exits(0);
    }
    place.run(&["plan", name, "\u{1b}[31m"]).exits(1);
    place.run(&["plan", name, "-p", "\u{1b}[31m=\u{1b}[31m"]).exits(1);
    place.run(&["plan", name, "-p", "force=\u{1b}[31m"]).exits(1);
    place.run(&["explain", "\u{1b}[31m"]).exits(2);
    place.run(&["emit", "-t", "\u{1b}[31m", name]).exits(2);
}

#[test]
fn a_name_that_is_no_text() {
    let place = Place::new();
    let name = OsStr::from_bytes(b"a\xff.pipe");
    fs::write(place.path("").join(name), GOOD).unwrap();
    check(&place, ".").exits(2).says("its name is not UTF-8");
    let ran = place.command().arg("check").arg(name).output().unwrap();
    assert_eq!(ran.status.code(), Some(2));
    assert!(!String::from_utf8_lossy(&ran.stderr).contains("panicked"));
}
