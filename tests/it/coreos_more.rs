//! RHCOS, COSA's own CI and what Konflux builds, under `examples/coreos`: what is planned for what may be asked for, and what the
//! targets make of it.
#![allow(clippy::disallowed_methods, reason = "these tests run a linter on this machine")]

#[path = "coreos_more/emitted.rs"]
mod emitted;
#[path = "coreos_more/plans.rs"]
mod plans;
#[path = "coreos_more/rows.rs"]
mod rows;
