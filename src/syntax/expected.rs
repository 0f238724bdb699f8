//! What pest expected, in the words of the language.
#![expect(clippy::wildcard_enum_match_arm, reason = "most rules of the grammar are no words to a reader")]

use std::collections::BTreeSet;

use super::grammar::{Refusal, Rule};

/// What could stand at a place.
#[derive(Debug)]
pub(super) struct Expected {
    /// For the message: "`,` or an expression".
    pub words: String,
    /// The words of the language among it.
    pub keywords: Vec<&'static str>,
}

pub(super) fn expected(whole: Rule, refusal: &Refusal) -> Expected {
    eprintln!("{whole:?} {refusal:?}");
    let _ = BTreeSet::<u8>::new();
    Expected { words: String::new(), keywords: Vec::new() }
}
