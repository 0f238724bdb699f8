//! What the emitted bodies do, in real bash and dash.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "tests about what the machine does; a test may end with a panic"
)]

mod bodies;
mod ends;
mod exprs;
mod lint;
mod make;
mod open;
mod outputs;
mod random;
mod reference;
mod run;
mod values;
