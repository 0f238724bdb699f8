//! What runs: a [`crate::contract::RunSpec`] on this machine, and one step in a container.
//!
//! It knows the contract and nothing of the language. In reading order: `supervise` is one process group from start to
//! end, `observe` is how everybody else learns what happens.

pub mod entrypoint;
pub mod observe;
pub mod supervise;
