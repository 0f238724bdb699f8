//! What a script runs that nobody can read.

use crate::check::findings::argv as findings;
use crate::check::program::{Program, Script};
use crate::diag::Diagnostic;
use crate::shell;

/// A note at the first command of a script through which commands of the program may run unseen, where it matters what
/// they make: in a program whose artifacts have requirements.
pub(super) fn note(program: &Program, script: &Script) -> Option<Diagnostic> {
    let matters = program.artifacts.iter().any(|one| !one.requires.is_empty())
        || program.commands.iter().any(|one| !one.requires.is_empty());
    let commands = script.commands.as_deref().filter(|_| matters)?;
    commands.iter().find_map(|written| {
        let what = shell::unread(&written.words)?;
        Some(findings::unread(written.span, &what))
    })
}
