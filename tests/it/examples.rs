//! The examples and the library: checked, planned, emitted for every target, and really run with tools that only note what they are told.
#![allow(clippy::disallowed_methods, reason = "these tests run scripts on this machine")]

#[path = "examples/bench.rs"]
pub(crate) mod bench;
#[path = "examples/builds.rs"]
mod builds;
#[path = "examples/emitted.rs"]
pub(crate) mod emitted;
#[path = "examples/fcos.rs"]
mod fcos;
#[path = "examples/held.rs"]
pub(crate) mod held;
#[path = "examples/orders.rs"]
mod orders;
#[path = "examples/plans.rs"]
mod plans;
#[path = "examples/programs.rs"]
pub(crate) mod programs;
#[path = "examples/tools.rs"]
pub(crate) mod tools;
#[path = "examples/wharf.rs"]
mod wharf;
