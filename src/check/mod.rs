//! Names, types and rules: from trees to a [`program::Program`].

pub mod pattern;
pub mod program;
pub mod proof;
pub mod rules;
