//! A task that no pipeline of its file comes to call.

use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::syntax::ast::Item;

use super::LintInput;
use super::unused_declaration::take_out;

pub(super) fn run(input: &LintInput<'_>, out: &mut Diagnostics) {
    for one in input.unused() {
        let (Item::Task(_) | Item::Extern(_)) = one.item else { continue };
        let name = &one.name.text;
        let report = Diagnostic::new(Code::P0252, one.name.span, format!("no pipeline calls the task `{name}`"))
            .here("declared, and never called")
            .help(format!(
                "call `{name}` or take it out: who reads the file believes that it runs; tasks for others to use belong \
                 in a file without pipelines"
            ));
        out.push(take_out(report, one));
    }
}
