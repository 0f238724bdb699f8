//! What runs: a [`crate::contract::RunSpec`] on this machine, and one step in a container.
//!
//! It knows the contract and nothing of the language. In reading order: `supervise` is one process group from start to
//! end, `engine` runs a whole plan with it, `observe` is how everybody else learns what happens, `store` is what is written
//! of that, `object_store` is what outlives a machine, `container` is what is started instead of a script where tasks have images, `guard` ends what a killed runner
//! leaves, `lock` keeps two runs out of one place.

pub mod container;
pub mod engine;
pub mod entrypoint;
pub mod guard;
mod lock;
pub mod object_store;
pub mod observe;
pub mod signals;
pub mod store;
pub mod supervise;
