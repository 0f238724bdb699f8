//! The command as its users meet it: the real binary, its streams, its exit codes, what it leaves on the disk.

mod check;
mod emit;
mod fmt;
mod help;
mod hostile;
mod params;
mod plan;
mod refused;
mod run;
