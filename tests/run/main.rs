//! What runs, run: processes, stores, servers. In a binary of its own, which builds fast.

#![allow(clippy::disallowed_methods, reason = "tests use the machine")]

mod commands;
mod store;
mod supervise;
