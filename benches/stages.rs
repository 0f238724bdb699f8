//! Each stage on generated programs: `cargo bench --bench stages`.

mod program;

use std::io;

use divan::{Bencher, black_box};
use pipec::emit::TARGETS;
use pipec::query::{Analysis, Request};
use pipec::source::{FileId, Files};
use pipec::{diag::Diagnostics, syntax};

const SIZES: [usize; 3] = [100, 1_000, 10_000];

fn main() {
    divan::main();
}

/// One program in memory.
struct Text(String);

impl Files for Text {
    fn read(&self, _path: &str) -> io::Result<Vec<u8>> {
        Ok(self.0.clone().into_bytes())
    }
}

#[divan::bench(args = SIZES)]
fn parse(bencher: Bencher<'_, '_>, tasks: usize) {
    let text = program::generate(tasks);
    bencher.bench_local(|| syntax::parse(FileId(0), black_box(&text), &mut Diagnostics::default()));
}

#[divan::bench(args = SIZES)]
fn check(bencher: Bencher<'_, '_>, tasks: usize) {
    let text = Text(program::generate(tasks));
    bencher.bench_local(|| Analysis::open(black_box(&text), "big.pipe"));
}

#[divan::bench(args = SIZES)]
fn plan(bencher: Bencher<'_, '_>, tasks: usize) {
    let text = Text(program::generate(tasks));
    let mut analysis = Analysis::open(&text, "big.pipe");
    bencher.bench_local(|| analysis.plan(&text, &Request::default()).expect("the generated program has a plan"));
}

#[divan::bench(args = SIZES, consts = [0, 1, 2])]
fn emit<const TARGET: usize>(bencher: Bencher<'_, '_>, tasks: usize) {
    let text = Text(program::generate(tasks));
    let mut analysis = Analysis::open(&text, "big.pipe");
    let plan = analysis.plan(&text, &Request::default()).expect("the generated program has a plan");
    bencher.bench_local(|| TARGETS[TARGET].emit(black_box(&plan), &analysis.sources));
}
