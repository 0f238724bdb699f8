//! The one integration test binary.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests touch the machine, and may panic")]

mod buildconfig;
mod check;
mod check_rules;
mod cli;
mod emitted_shell;
mod examples;
mod faults;
mod pages;
mod plan;
mod readme;
mod script;
mod shape;
mod shell;
mod syntax;
mod tekton;
mod yaml;
