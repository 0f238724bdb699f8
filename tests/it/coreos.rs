//! The pipelines of Fedora CoreOS under `examples/coreos`: what is planned for each stream and architecture, what the targets
//! make of it, and that the scripts run to the end with a COSA that refuses what the real one refuses.
#![allow(clippy::disallowed_methods, reason = "these tests run scripts on this machine")]

#[path = "coreos/emitted.rs"]
mod emitted;
#[path = "coreos/plans.rs"]
mod plans;
#[path = "coreos/relayed.rs"]
mod relayed;
#[path = "coreos/runs.rs"]
mod runs;
#[path = "coreos/stand_in.rs"]
mod stand_in;
