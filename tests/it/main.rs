//! The one integration test binary.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests touch the machine, and may panic")]

mod buildconfig;
mod check;
mod check_rules;
mod cli;
mod codes;
mod coreos;
mod emitted_shell;
mod examples;
mod fixes;
mod format;
mod fuzz;
mod inline;
mod installed;
mod levels;
mod lints;
mod pages;
mod peers;
mod plan;
mod precommit;
mod program;
mod readme;
mod script;
mod shape;
mod shell;
mod shellcheck;
mod stdlib;
mod suite;
mod syntax;
mod tekton;
mod transcript;
mod yaml;
