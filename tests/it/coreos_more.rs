//! RHCOS, COSA's own CI and what Konflux builds, under `examples/coreos`: what is planned for what may be asked for, what the
//! targets make of it, and that the scripts run to the end.
#![allow(clippy::disallowed_methods, reason = "these tests run a linter and scripts on this machine")]

#[path = "coreos_more/emitted.rs"]
mod emitted;
#[path = "coreos_more/plans.rs"]
mod plans;
#[path = "coreos_more/rows.rs"]
mod rows;
#[path = "coreos_more/runs.rs"]
mod runs;
