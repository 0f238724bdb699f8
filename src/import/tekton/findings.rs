//! What is said about manifests.

use crate::diag::code::Code;
use crate::diag::{Diagnostic, did_you_mean};
use crate::source::Span;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

pub(super) fn nothing_to_import(span: Option<Span>) -> Diagnostic {
    let message = "there is no Task, Pipeline or PipelineRun to import";
    let found = span
        .map_or_else(|| Diagnostic::global(Code::P0741, message), |span| Diagnostic::new(Code::P0741, span, message));
    found.help("give files with documents of `apiVersion: tekton.dev/v1` and one of these kinds")
}

pub(super) fn of_somebody_else(root: &Node) -> Diagnostic {
    let kind = root.text_of("kind").unwrap_or("no kind");
    Diagnostic::new(
        Code::P0752,
        root.key_span("kind").before(),
        format!("a document is no manifest of Tekton, but `{kind}`"),
    )
    .here("left out")
    .help("what it declares stays where it is: the program names secrets and claims, and does not make them")
}

pub(super) fn incomplete(root: &Node) -> Diagnostic {
    let lacks = if root.has("spec") { "metadata.name" } else { "spec" };
    Diagnostic::new(Code::P0741, root.key_span("kind"), format!("the document has no `{lacks}`"))
        .here("nothing to import")
        .help(format!("add `{lacks}`: the cluster refuses the document too"))
}

pub(super) fn other_kind(node: &Node, kind: &str) -> Diagnostic {
    let near = did_you_mean(kind, ["Task", "Pipeline", "PipelineRun"]);
    let help = match (near, kind) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, "StepAction") => "write its script as a step of the tasks that refer to it".to_owned(),
        (None, "TaskRun") => "import the Task that it runs".to_owned(),
        (None, _) => "leave it out".to_owned(),
    };
    Diagnostic::new(Code::P0742, node.span, format!("a `{kind}` is not imported"))
        .here("no part of a pipeline")
        .help(help)
}

pub(super) fn twice(kind: &str, name: &str, again: &Node, first: &Node) -> Diagnostic {
    Diagnostic::new(Code::P0742, again.key_span("metadata"), format!("the {kind} `{name}` is there twice"))
        .here("again here")
        .label(first.key_span("metadata"), "first here")
        .help("keep one of them: the last that is applied replaces the other")
}

/// What the language cannot say; a warning where it was asked for.
pub(super) fn not_said(span: Span, message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::P0742, span, message).here("cannot be carried over").help(help)
}

pub(super) fn unknown(span: Span, what: &str, name: &str, known: &[&str]) -> Diagnostic {
    let found = Diagnostic::new(Code::P0743, span, format!("{what} `{name}` is not declared")).here("not known here");
    match did_you_mean(name, known.iter().copied()) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None if known.is_empty() || known.len() > 8 => found.help("declare it, or leave the variable out"),
        None => found.help(format!("there are {}", listed(known))),
    }
}

pub(super) fn unpinned(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::P0744, span, format!("{what} may be another text tomorrow"))
        .here("not pinned")
        .help("write a digest or a whole commit; `--unpinned` keeps it, and the program says `unpinned: true`")
}

pub(super) fn in_script(span: Span, whole: &str, place: &str, help: &str) -> Diagnostic {
    Diagnostic::new(Code::P0745, span, format!("`{whole}` stands {place}"))
        .here("a value cannot be put here")
        .help(help.to_owned())
}

pub(super) fn spliced(span: Span, step: &str, names: &[String]) -> Diagnostic {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let verb = if names.len() == 1 { "was" } else { "were" };
    Diagnostic::new(Code::P0746, span, format!("{} {verb} written into the script of `{step}`", listed(&names)))
        .here("as code of the shell, whatever it holds")
        .help("it is a value now, which stays one word; where it had to be several words or code, make it a list or several parameters")
}

pub(super) fn to_variable(span: Span, whole: &str, place: &str, name: &str) -> Diagnostic {
    Diagnostic::new(Code::P0746, span, format!("`{whole}` stands {place}"))
        .here("nothing is put there")
        .help(format!("the script reads it from the environment now, as `{name}`"))
}

pub(super) fn no_text(span: Span, written: &str, read: &str) -> Diagnostic {
    Diagnostic::new(Code::P0747, span, format!("`{written}` is no text"))
        .here(format!("the cluster makes the text `{read}` of it"))
        .help(format!("taken for `\"{read}\"`; put it in quotes, since other numbers come out changed"))
}

/// A field of references that a cluster does not know.
pub(super) fn versions(all: &[Span]) -> Option<Diagnostic> {
    let (first, rest) = all.split_first()?;
    let found = Diagnostic::new(Code::P0747, *first, "`version` of a `taskRef` is unknown to Tekton").here("dropped");
    let shown = 3;
    let found = rest.iter().take(shown).fold(found, |found, span| found.label(*span, "here too"));
    let more = rest.len().saturating_sub(shown);
    let more = if more > 0 { format!("; so are {more} more") } else { String::new() };
    Some(found.help(format!(
        "the build of the Konflux catalog puts a pinned bundle in its place: in the program, name that bundle{more}"
    )))
}

pub(super) fn assumed(span: Span, message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::P0748, span, message).here("taken for something").help(help)
}

pub(super) fn renamed(span: Span, what: &str, theirs: &str, made: &str) -> Diagnostic {
    Diagnostic::new(Code::P0749, span, format!("{what} `{theirs}` is `{made}` now"))
        .here("the name is another one")
        .help("names of the program are letters, digits and `_`, and each has one meaning; whoever looks for the old name does not find it")
}

pub(super) fn one_name_for_several(second: Span, name: &str, count: usize) -> Diagnostic {
    Diagnostic::new(Code::P0742, second, format!("`--name {name}` names one pipeline, and there are {count}"))
        .here("the second one")
        .help("import them one by one, or without `--name`: each has the name of its manifest then")
}

pub(super) fn skipped_with(span: Span, task: &str, others: &[&str]) -> Diagnostic {
    let verb = if others.len() == 1 { "is" } else { "are" };
    Diagnostic::new(Code::P0751, span, format!("`{task}` is left out when {} {verb}", listed(others)))
        .here("needs what they leave")
        .help("the cluster skips it without a word; the program puts it under the same condition")
}

pub(super) fn redundant_order(span: Span, count: usize) -> Diagnostic {
    let message = match count {
        1 => "1 entry of `runAfter` says what is known anyway".to_owned(),
        _ => format!("{count} entries of `runAfter` say what is known anyway"),
    };
    Diagnostic::new(Code::P0752, span, message)
        .here("in this pipeline")
        .help("left out: whoever reads the result of a task waits for it")
}

pub(super) fn left_out(span: Span, what: &str, why: &str) -> Diagnostic {
    Diagnostic::new(Code::P0752, span, format!("{what} is not carried over")).here("left out").help(why.to_owned())
}

pub(super) fn circle(span: Span, names: &[&str]) -> Diagnostic {
    Diagnostic::new(Code::P0742, span, format!("{} wait for each other in a circle", listed(names)))
        .here("waits")
        .help("take one `runAfter` or one reading of a result out: the cluster refuses the pipeline too")
}

/// A place of the program that was refused, said of what it was made of.
pub(super) fn refused(found: &Diagnostic, origin: Span) -> Diagnostic {
    let help = found.help.clone().unwrap_or_default();
    Diagnostic::new(Code::P0750, origin, format!("{} ({})", found.message, found.code.id()))
        .here("what this becomes is refused")
        .help(help)
}

pub(super) fn unwritable(span: Option<Span>) -> Diagnostic {
    let message = "the program cannot be written";
    span.map_or_else(|| Diagnostic::global(Code::P0750, message), |span| Diagnostic::new(Code::P0750, span, message))
        .help("this is a mistake of pipec: please report it with the file")
}

/// Names in backticks.
pub(in crate::import) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
