//! The library: every task of it is called, planned, emitted for every target and run, and what it says is held against a list.
#![allow(clippy::disallowed_methods, reason = "these tests run scripts on this machine")]

#[path = "stdlib/calls.rs"]
mod calls;
#[path = "stdlib/generation.rs"]
mod generation;
#[path = "stdlib/git.rs"]
mod git;
#[path = "stdlib/modules.rs"]
mod modules;
#[path = "stdlib/refused.rs"]
mod refused;
#[path = "stdlib/table.rs"]
mod table;
#[path = "stdlib/wharf.rs"]
mod wharf;
