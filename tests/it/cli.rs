//! The command as its users meet it: the real binary, its streams, its exit codes, what it leaves on the disk.

mod across;
mod bodies;
mod check;
mod codes;
mod completions;
mod doc;
mod emit;
mod environments;
mod fix;
mod fmt;
mod formats;
mod help;
mod hostile;
mod import;
mod levels;
mod logic;
mod man;
mod near;
mod new;
mod options;
mod params;
mod plan;
mod refused;
pub(super) mod run;
mod terminal;
mod verify;
mod watch;
