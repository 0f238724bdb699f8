//! The command as its users meet it: the real binary, its streams, its exit codes, what it leaves on the disk.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests touch the machine, and may panic")]

mod check;
mod emit;
mod help;
mod hostile;
mod params;
mod plan;
mod refused;
mod run;
