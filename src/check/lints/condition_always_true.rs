//! A condition that always holds.

use crate::diag::Diagnostics;
use crate::diag::code::Code;

use super::LintInput;

pub(super) fn run(input: &LintInput<'_>, out: &mut Diagnostics) {
    input.conditions().iter().filter(|one| one.code == Code::P0413).for_each(|one| out.push(one.clone()));
}
