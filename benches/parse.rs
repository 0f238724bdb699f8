//! How fast text becomes a tree: `cargo bench --bench parse`.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a bench looks at the clock and says what it saw")]

mod program;

use std::time::Instant;

use pipec::diag::Diagnostics;
use pipec::source::FileId;
use pipec::syntax;

fn main() {
    let tasks = std::env::args().nth(1).and_then(|tasks| tasks.parse().ok()).unwrap_or(10_000);
    let text = program::generate(tasks);
    let before = peak_kib();
    let mut best = f64::INFINITY;
    for _ in 0..if tasks < 10_000 { 1 } else { 20 } {
        let mut out = Diagnostics::default();
        let start = Instant::now();
        let file = syntax::parse(FileId(0), &text, &mut out);
        best = best.min(start.elapsed().as_secs_f64());
        assert!(out.is_empty(), "the program is sound: {:?}", out.iter().next());
        assert_eq!(file.items.len(), 1);
    }
    #[expect(clippy::cast_precision_loss, reason = "a few megabytes")]
    let megabytes = text.len() as f64 / 1e6;
    let memory = peak_kib().saturating_sub(before) / 1024;
    println!("{megabytes:.2} MB: {:.1} ms, {:.1} MB/s, {memory} MiB of memory", best * 1e3, megabytes / best);
}

/// The peak of the resident memory of this process, 0 where the system does not tell.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse().ok()).unwrap_or(0)
}
