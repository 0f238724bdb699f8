//! The texts in `fuzz/corpus`: what fuzzing began from, what it found, and few more. Each keeps every claim that the
//! fuzzer looks for an exception of.

use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};

#[path = "../../fuzz/claims/format.rs"]
mod format;
#[path = "../../fuzz/claims/parse.rs"]
mod parse;
#[path = "../../fuzz/claims/shell.rs"]
mod shell;

#[test]
fn every_text_is_read_as_a_program() {
    replay("parse", parse::hold);
}

#[test]
fn every_text_is_read_as_a_script() {
    replay("shell", shell::hold);
}

#[test]
fn every_text_is_laid_out() {
    replay("format", format::hold);
}

#[test]
fn the_corpora_stay_small() {
    let sizes = ["parse", "shell", "format"].map(|target| texts(target).iter().map(|(_, text)| text.len()).sum());
    assert!(sizes.iter().sum::<usize>() < 200_000, "{sizes:?}: see `fuzz/run.sh minimise`");
}

#[test]
fn what_does_not_hold_is_seen() {
    let fails = |hold: &dyn Fn()| panic::catch_unwind(AssertUnwindSafe(hold)).is_err();
    assert!(fails(&|| parse::assert_pieces("File { span: 7:0..3 }", "é", 7)), "behind the end");
    assert!(fails(&|| parse::assert_pieces("Name { text: \"\\\"\", span: 7:0..1 }", "é", 7)), "inside a character");
    assert!(fails(&|| parse::assert_pieces("File { span: 8:0..2 }", "é", 7)), "of another file");
    parse::assert_pieces("Name { text: \"1:2..3 \\\\\", span: 7:0..2 }", "é", 7);
}

fn replay(target: &str, hold: fn(&str)) {
    let texts = texts(target);
    assert!(texts.len() > 20, "{target}: {} texts", texts.len());
    let broken = |text: &str| panic::catch_unwind(|| hold(text)).is_err();
    let found: Vec<&PathBuf> = texts.iter().filter(|(_, text)| broken(text)).map(|(path, _)| path).collect();
    assert!(found.is_empty(), "see above for {found:#?}");
}

/// The corpus of a target, as the fuzzer reads it: what is no UTF-8 ends a text.
fn texts(target: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let text = |path: &Path| {
        let bytes = fs::read(path).unwrap();
        let sound = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        sound.to_owned()
    };
    paths.into_iter().map(|path| (path.clone(), text(&path))).collect()
}
