//! `extern step`: who may use it, and what it can be given and give.

use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Span;
use crate::syntax::ast;

pub(in crate::check) fn not_a_step(span: Span, name: Option<String>) -> Diagnostic {
    let name = name.map_or_else(|| "this".to_owned(), |name| format!("`{name}`"));
    Diagnostic::new(Code::P0534, span, format!("{name} is no `extern step` that is given its parameters"))
        .here("used by a step")
        .help("write `uses: name(url: \"…\")` with what `extern step name(url: string) { … }` declares; what a task of yours does is called in the pipeline, so that others can wait for it")
}

pub(in crate::check) fn called(span: Span, name: &str, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::P0534, span, format!("`{name}` is a step, and a pipeline runs tasks"))
        .here("called as a task")
        .label(declared, "declared as a step")
        .help(format!("use it in a task: `step first {{ uses: {name}(…) }}`; a cluster runs a step only in a task"))
}

pub(in crate::check) fn beside(name: &ast::Name, uses: Span) -> Diagnostic {
    Diagnostic::new(Code::P0534, name.span, format!("a step that uses another's has no `{}`", name.text))
        .here("says nothing here")
        .label(uses, "what runs is kept elsewhere, with its image, script and environment")
        .help("leave it out, or give it by a parameter of the `extern step`; a script of yours is a step of its own")
}

pub(in crate::check) fn of_its_task(span: Span, field: &str) -> Diagnostic {
    Diagnostic::new(Code::P0534, span, format!("an `extern step` has no `{field}`"))
        .here("is said of a task")
        .help(format!("write `{field}` in the task whose step uses it: a step runs within what its task has"))
}

pub(in crate::check) fn workspace(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0534, span, "a step is given no workspace")
        .here("a workspace")
        .help("make it a `path`, and give it a place: `dir: src / \"code\"`; only a task has workspaces, and its steps are told where they lie")
}

pub(in crate::check) fn not_carried(span: Span, ty: &str) -> Diagnostic {
    Diagnostic::new(Code::P0534, span, format!("a step is given no `{ty}`"))
        .here("neither a text nor a list of texts")
        .help("give each of its fields by a parameter of its own")
}

pub(in crate::check) fn not_gained(span: Span, ty: &str) -> Diagnostic {
    Diagnostic::new(Code::P0534, span, format!("a step gives no `{ty}`"))
        .here("not one text that is always there")
        .help("declare a `string`, or a type of one text: a later step reads it as a variable, and fails to start without it; files are left in the workspace of the task, whose outputs name them")
}

pub(in crate::check) fn last(span: Span, output: Span, task: &str) -> Diagnostic {
    Diagnostic::new(Code::P0534, span, format!("the last step of `{task}` is kept elsewhere, and nobody writes its outputs"))
        .here("the last step")
        .label(output, "has to be there behind it")
        .help("add a step with a `run` behind it that writes the outputs, as `printf %s ~{fetch.commit} > ~{out}`: what a task gives is checked by its last step")
}
