//! Names, types and rules: from trees to a [`program::Program`].

pub mod program;
pub mod script;
