//! Commands as scripts write them, read against what libraries say about them.
//!
//! `tree` finds a command by its words, `token` is what is known of each word, `invocation` reads the words of one.

pub mod invocation;
mod token;
pub mod tree;
