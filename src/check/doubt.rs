//! What of a program is not known because it was reported: rules that say what is missing are silent about it.

use crate::diag::code::Code;
use crate::source::Span;

use super::checker::Checker;

/// Whether a mistake is inside one value: who calls whom and what is made is known all the same.
fn keeps_the_graph(code: Code) -> bool {
    let inside_a_condition = [Code::P0302, Code::P0303, Code::P0304, Code::P0305, Code::P0319];
    let inside_a_script = [
        Code::P0308,
        Code::P0309,
        Code::P0310,
        Code::P0506,
        Code::P0507,
        Code::P0508,
        Code::P0509,
        Code::P0510,
        Code::P0512,
        Code::P0515,
        Code::P0520,
        Code::P0521,
        Code::P0522,
        Code::P0523,
        Code::P0524,
        Code::P0525,
        Code::P0526,
        Code::P0527,
        Code::P0528,
        Code::P0801,
    ];
    let inside_a_value = [Code::P0209, Code::P0311, Code::P0312, Code::P0313, Code::P0315, Code::P0316];
    [&inside_a_condition[..], &inside_a_script, &inside_a_value].iter().any(|codes| codes.contains(&code))
}

impl Checker<'_, '_> {
    /// Takes note of a task or call whose findings since then hide what it does or waits for.
    pub(super) fn doubt_since(&mut self, found: usize, place: Span) {
        if self.out.iter().skip(found).any(|one| !keeps_the_graph(one.code)) {
            self.program.doubts.push(place);
        }
    }
}
