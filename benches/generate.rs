//! Writes a generated program of N tasks to standard output: `cargo run --release --example generate 10000 > big.pipe`.

#[path = "program.rs"]
mod program;

use std::io::{self, Write};

fn main() -> io::Result<()> {
    let tasks = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1000);
    io::stdout().write_all(program::generate(tasks).as_bytes())
}
