//! What runs, run: processes, stores, servers. In a binary of its own, which builds fast.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests use the machine, and may panic")]

#[cfg(feature = "serve")]
mod browser;
mod builder;
#[cfg(feature = "compiler")]
mod commands;
#[cfg(feature = "compiler")]
mod engine;
mod entrypoint;
mod object_store;
mod parity;
#[cfg(feature = "compiler")]
mod podman;
#[path = "../it/processes.rs"]
mod processes;
#[cfg(feature = "compiler")]
#[path = "../support/ran.rs"]
mod ran;
#[cfg(feature = "serve")]
mod serve;
mod specs;
mod store;
mod supervise;
