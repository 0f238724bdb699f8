//! What a script runs that nobody can read.

use crate::check::program::{Call, Fields, Program, Script};
use crate::check::rules::made::scripts;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::shell;

use super::LintInput;
use super::kvm::{Once, cases};

pub(super) fn run(input: &LintInput<'_>, out: &mut Diagnostics) {
    if !matters(input.program) {
        return;
    }
    let mut once = Once::default();
    for case in cases(input) {
        let modifiers = case.call.map_or(Fields::NONE, Call::modifiers);
        for script in scripts(case.task, modifiers, case.defaults) {
            if let Some(report) = note(script) {
                once.push(report, out);
            }
        }
    }
}

/// Nothing is missed where nothing that is made is asked for.
fn matters(program: &Program) -> bool {
    program.artifacts.iter().any(|one| !one.requires.is_empty())
        || program.commands.iter().any(|one| !one.requires.is_empty())
}

/// At the first command of a script that runs others unseen; absent in one that names no command of the program.
fn note(script: &Script) -> Option<Diagnostic> {
    let (written, what) =
        script.commands.iter().flatten().find_map(|written| Some((written, shell::unread(&written.words)?)))?;
    let what =
        if what.is_empty() { "a command that is known only when it runs".to_owned() } else { format!("`{what}`") };
    let report = Diagnostic::new(Code::P0564, written.span, format!("what {what} runs is not read"))
        .here("is not looked into")
        .help("write the command out if something is known of it: what it makes and needs is then held to the rules");
    Some(report)
}
