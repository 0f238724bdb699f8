//! Tasks that run what their image runs.

use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Span;
use crate::syntax::ast;

pub(in crate::check) fn args_beside_script(span: Span, task: &ast::Name) -> Diagnostic {
    Diagnostic::new(Code::P0536, span, format!("`{}` has a script of its own, which takes no `args`", task.text))
        .here("words for what the image runs")
        .label(task.span, "of this task")
        .help("values stand in the script as `~{x}`; or leave out the script, and the task runs what its image runs, with these words")
}

pub(in crate::check) fn shell_without_script(span: Span, task: &ast::Name) -> Diagnostic {
    Diagnostic::new(Code::P0536, span, format!("`{}` has no script that `shell` could read", task.text))
        .here("nothing to read")
        .label(task.span, "runs what its image runs")
        .help("remove `shell`; or write the script, `run: \"…\"`")
}
