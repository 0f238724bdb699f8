//! What runs, run: processes, stores, servers. In a binary of its own, which builds fast.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests use the machine, and may panic")]

#[cfg(feature = "serve")]
mod browser;
#[cfg(feature = "serve")]
mod serve;
mod commands;
mod engine;
mod builder;
mod entrypoint;
mod object_store;
mod store;
mod supervise;
