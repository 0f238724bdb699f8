//! RHCOS, COSA's own CI and what Konflux builds, under `examples/coreos`: what is planned for what may be asked for, what the
//! targets make of it, and that the scripts run to the end.
#![allow(clippy::disallowed_methods, reason = "these tests run a linter and scripts on this machine")]

#[path = "coreos_ci/emitted.rs"]
mod emitted;
#[path = "coreos_ci/plans.rs"]
mod plans;
#[path = "coreos_ci/rows.rs"]
mod rows;
#[path = "coreos_ci/runs.rs"]
mod runs;
