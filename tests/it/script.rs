//! What the emitted bodies do, in real bash and dash.

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
