//! Commands as scripts write them, read against what libraries say about them.
//!
//! `tree` finds a command by its words, `token` is what is known of each word, `invocation` reads the words of one,
//! `argv` holds it to its facts with the help of `relations` and `value`.

mod argv;
pub mod invocation;
mod relations;
mod token;
pub mod tree;
mod value;
