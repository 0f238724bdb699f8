//! What is checked of a whole program once its names and types are known: one rule, one file, one row.

mod apart;
mod cycles;
mod ended;
pub(super) mod graph;
pub(super) mod homes;
pub(super) mod machine;
pub(super) mod made;
mod names;
mod order;
pub(super) mod ran;
mod reach;
mod requirement;
pub(super) mod runs;
mod sequence;
mod spoilt;
mod spoilt_words;
mod values;
pub(super) mod walk;
mod workspaces;

use crate::diag::Diagnostics;

use super::program::Program;

/// One thing that has to hold of every program.
#[derive(Debug)]
struct Rule {
    #[cfg_attr(not(test), expect(dead_code, reason = "orders the table, which is a test"))]
    name: &'static str,
    /// It says that something is missing, so it is silent when a part of the program could not be read.
    of_whole_programs: bool,
    run: fn(&Program, &mut Diagnostics),
}

/// In the order of their names.
const RULES: &[Rule] = &[
    Rule { name: "cycles", of_whole_programs: false, run: cycles::run },
    Rule { name: "machine", of_whole_programs: false, run: machine::run },
    Rule { name: "names", of_whole_programs: false, run: names::run },
    Rule { name: "order", of_whole_programs: true, run: order::run },
    Rule { name: "workspaces", of_whole_programs: true, run: workspaces::run },
];

/// Runs every rule. A program of which an error was reported is not `whole`, and may be poisoned.
pub fn run(program: &Program, whole: bool, out: &mut Diagnostics) {
    for rule in RULES.iter().filter(|rule| whole || !rule.of_whole_programs) {
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
