//! What is checked of a whole program once its names and types are known: one rule, one file, one row.

mod apart;
mod cycles;
mod doubts;
mod ended;
pub(super) mod graph;
pub(super) mod homes;
pub(super) mod machine;
pub(super) mod made;
mod names;
mod order;
pub(super) mod places;
pub(super) mod ran;
mod reach;
mod requirement;
pub(super) mod runs;
mod sequence;
mod spoilt;
mod spoilt_words;
pub(super) mod told;
pub(super) mod values;
pub(super) mod walk;
mod workspaces;

use crate::diag::Diagnostics;

use super::program::Program;

/// One thing that has to hold of every program.
#[derive(Debug)]
struct Rule {
    #[cfg_attr(not(test), expect(dead_code, reason = "orders the table, which is a test"))]
    name: &'static str,
    run: fn(&Program, &mut Diagnostics),
}

/// In the order of their names.
const RULES: &[Rule] = &[
    Rule { name: "cycles", run: cycles::run },
    Rule { name: "machine", run: machine::run },
    Rule { name: "names", run: names::run },
    Rule { name: "order", run: order::run },
    Rule { name: "workspaces", run: workspaces::run },
];

/// Runs every rule. A program of which an error was reported may be poisoned: what is in doubt is no rule's business.
pub fn run(program: &Program, out: &mut Diagnostics) {
    for rule in RULES {
        (rule.run)(program, out);
    }
}

#[cfg(test)]
mod tests {
    use super::RULES;

    #[test]
    fn rules_are_sorted_and_named_once() {
        assert!(RULES.windows(2).all(|pair| pair[0].name < pair[1].name));
    }
}
