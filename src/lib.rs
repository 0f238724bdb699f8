//! `pipec`: a compiler for typed, declarative CI pipelines.

pub mod check;
pub mod contract;
pub mod diag;
pub mod emit;
pub mod plan;
pub mod shell;
pub mod source;
pub mod syntax;
pub mod yaml_read;
