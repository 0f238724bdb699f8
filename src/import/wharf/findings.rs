//! What is said about a `.wharf-ci.yml`.

use super::model::{At, Stage, Step};
use super::schema::STEP_TYPES;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, did_you_mean};
use crate::import::tekton::findings::listed;
use crate::source::Span;
use crate::yaml_read::{Key, Node, Yaml};

/// A finding of the YAML reader, which is about parameter files elsewhere.
pub(super) fn unreadable(found: &Diagnostic) -> Diagnostic {
    let help = found.help.clone().unwrap_or_else(|| "a `.wharf-ci.yml` is one YAML document".to_owned());
    Diagnostic { code: Code::P0781, help: Some(help), ..found.clone() }
}

pub(super) fn empty(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0781, span, "there is no stage")
        .here("nothing is run")
        .help("each key beside `environments` and `inputs` is a stage, with its steps below it")
}

pub(super) fn several_documents(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0781, span, "a second document starts here")
        .here("only one is read")
        .help("keep one document in the file: Wharf refuses it too")
}

pub(super) fn unknown_key(what: &str, key: &Key, known: &[&str]) -> Diagnostic {
    let found = Diagnostic::new(Code::P0782, key.span, format!("{what} has no `{}`", key.text))
        .here("Wharf passed over it without a word");
    match did_you_mean(&key.text, known.iter().copied()) {
        Some(near) => found.help(format!("did you mean `{near}`?")).fix(format!("write `{near}`"), key.span, near),
        None => found.help(format!("leave it out, or import with `--lenient`; there are {}", listed(known))),
    }
}

pub(super) fn no_step_type(key: &Key) -> Diagnostic {
    let known: Vec<&str> = STEP_TYPES.iter().map(|one| one.name).collect();
    let found = Diagnostic::new(Code::P0782, key.span, format!("there is no type of steps `{}`", key.text))
        .here("not a type of a step");
    match did_you_mean(&key.text, known.iter().copied()) {
        Some(near) => found.help(format!("did you mean `{near}`?")).fix(format!("write `{near}`"), key.span, near),
        None => found.help(format!("there are {}", listed(&known))),
    }
}

pub(super) fn run_if(key: &Key) -> Diagnostic {
    Diagnostic::new(Code::P0782, key.span, "a stage has no `run-if`")
        .here("Wharf takes it for a step, and refuses the file")
        .help("write `runs-if`, which is what it reads")
        .fix("write `runs-if`", key.span, "runs-if")
}

pub(super) fn wrong_form(what: &str, expected: &str, node: &Node) -> Diagnostic {
    let shown = shown(node);
    let found = Diagnostic::new(Code::P0783, node.span, format!("{what} is {expected}, and this is {shown}"))
        .here(format!("has to be {expected}"));
    match (&node.value, expected) {
        (Yaml::Text { plain: true, .. }, "a list of texts") => {
            let edits = [(node.span.before(), "["), (node.span.after(), "]")];
            let edits = edits.map(|(span, text)| crate::diag::Edit { span, text: text.to_owned() });
            found.help("write a list, also of one").fix_all("make it a list", edits.to_vec())
        }
        (_, "a text") => found.help("put it in quotes"),
        _ => found.help(format!("write {expected}")),
    }
}

pub(super) fn wrong_type(span: Span, what: &str, expected: &str, is: &str) -> Diagnostic {
    Diagnostic::new(Code::P0783, span, format!("{what} is {expected}, and this is {is}"))
        .here(format!("has to be {expected}"))
        .help("a variable that is all of a value keeps its type")
}

pub(super) fn not_one_of(span: Span, what: &str, is: &str, known: &[&str]) -> Diagnostic {
    let found = Diagnostic::new(Code::P0783, span, format!("{what} cannot be `{is}`")).here("not one of its values");
    let near = did_you_mean(is, known.iter().copied()).map(|near| format!("did you mean `{near}`? "));
    found.help(format!("{}it is one of {}", near.unwrap_or_default(), listed(known)))
}

pub(super) fn missing(span: Span, what: &str, field: &str) -> Diagnostic {
    Diagnostic::new(Code::P0783, span, format!("{what} has no `{field}`"))
        .here("incomplete")
        .help(format!("add `{field}`, which has no default"))
}

pub(super) fn number_of_types(step: &str, span: Span, types: &[&str]) -> Diagnostic {
    let message = match types {
        [] => format!("the step `{step}` has no type"),
        types => format!("the step `{step}` has the types {}", listed(types)),
    };
    Diagnostic::new(Code::P0784, span, message)
        .here("one type says what it does")
        .help("make a step of each: those of a stage run at the same time")
}

pub(super) fn no_steps(stage: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0784, span, format!("the stage `{stage}` has no steps"))
        .here("nothing is run")
        .help("write its steps below it, or take it out")
}

pub(super) fn contradiction(span: Span, message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::P0784, span, message).here("does not go together").help(help)
}

pub(super) fn endless(span: Span, chain: &[String]) -> Diagnostic {
    let shown: Vec<String> = chain.iter().map(|name| format!("`{name}`")).collect();
    Diagnostic::new(Code::P0784, span, format!("a variable is made of itself: {}", shown.join(" of ")))
        .here("has no end")
        .help("give one of them a value of its own")
}

pub(super) fn undefined(span: Span, name: &str, whole: &str, known: &[&str], in_script: bool) -> Diagnostic {
    let found = Diagnostic::new(Code::P0785, span, format!("the variable `{name}` is not defined"))
        .here(format!("Wharf left `{whole}` as it is, without a word"));
    let otherwise = if in_script {
        format!("; where the shell is meant, write `${{%{name}%}}` or `${name}`")
    } else {
        ", or give the file that declares it too (`.wharf-vars.yml`)".to_owned()
    };
    let found = match did_you_mean(name, known.iter().copied()) {
        Some(near) => {
            let fixed = whole.replace(name, near);
            found.help(format!("did you mean `{near}`{otherwise}")).fix(format!("write `{near}`"), span, fixed)
        }
        None => found.help(format!("declare it in `inputs` or `environments`{otherwise}")),
    };
    if in_script { found.fix("leave it to the shell", span, format!("${{%{name}%}}")) } else { found }
}

pub(super) fn undefined_in(span: Span, name: &str, stage: &str, environments: &[&str]) -> Diagnostic {
    let list = listed(environments);
    Diagnostic::new(Code::P0785, span, format!("the variable `{name}` is not defined in {list}"))
        .here("has no value there")
        .help(format!("add it there, or let the stage `{stage}` run only where it is: `environments: […]`"))
}

pub(super) fn no_environment(at: &At, known: &[&str]) -> Diagnostic {
    let found = Diagnostic::new(Code::P0785, at.span, format!("there is no environment `{}`", at.text))
        .here("not one of `environments`");
    match did_you_mean(&at.text, known.iter().copied()) {
        Some(near) => found.help(format!("did you mean `{near}`?")).fix(format!("write `{near}`"), at.span, near),
        None if known.is_empty() => found.help("declare it under `environments`"),
        None => found.help(format!("there are {}", listed(known))),
    }
}

/// What the language cannot say; a warning where it was asked for.
pub(super) fn not_said(span: Span, message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::P0786, span, message).here("cannot be carried over").help(help)
}

/// A place of the program that was refused, said of what it was made of.
pub(super) fn refused(found: &Diagnostic, origin: Span) -> Diagnostic {
    let help = found.help.clone().unwrap_or_default();
    Diagnostic::new(Code::P0787, origin, format!("{} ({})", found.message, found.code.id()))
        .here("what this becomes is refused")
        .help(help)
}

pub(super) fn nothing_left(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0787, span, "no step is left that a program could have")
        .here("the first stage")
        .help("the warnings say why each was left out")
}

pub(super) fn unwritable(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0787, span, "the program cannot be written")
        .here("begins here")
        .help("this is a mistake of pipec: please report it with the file")
}

/// Something that never did what it says, or that was taken for something.
pub(super) fn assumed(span: Span, message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::P0788, span, message).here("look here").help(help)
}

pub(super) fn spliced(span: Span, step: &str, names: &[&str]) -> Diagnostic {
    let verb = if names.len() == 1 { "was" } else { "were" };
    assumed(
        span,
        format!("{} {verb} written into the script of `{step}`, as code of the shell", listed(names)),
        "it is a value now, which stays one word; where it had to be several words or code, make several inputs of it",
    )
}

pub(super) fn unused(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::P0788, span, format!("nothing reads {what}"))
        .here("left out")
        .help("take it out, or look for the place that was meant to read it")
}

/// What the program does better than what it was made of.
pub(super) fn otherwise(span: Span, message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::P0789, span, message).here("begins here").help(help)
}

pub(super) fn commands_stop(step: &Step<'_>) -> Diagnostic {
    otherwise(
        step.span,
        "scripts stop at the first command that fails, and at a variable that is not set",
        "Wharf went on, and only the last command counted; write `command || true` where a failure does not matter",
    )
}

pub(super) fn shared_source(stage: &Stage<'_>) -> Diagnostic {
    otherwise(
        stage.span,
        "all tasks see one `source`, and what one writes there the later ones find",
        "Wharf gave each step a copy of the repository; let steps that run at once write to different places",
    )
}

pub(super) fn certificates_count(step: &Step<'_>) -> Diagnostic {
    otherwise(
        step.span,
        "the certificate of the registry is looked at",
        "Wharf never did, whatever `REG_INSECURE` said: where it is one of the house, add that to the image of the task",
    )
}

/// The kind of a value, for messages.
pub(super) fn shown(node: &Node) -> String {
    match &node.value {
        Yaml::Null => "nothing".to_owned(),
        Yaml::Bool(value) => format!("`{value}`"),
        Yaml::Int(value) => format!("`{value}`"),
        Yaml::Float(text) => format!("`{text}`"),
        Yaml::Text { .. } => "a text".to_owned(),
        Yaml::List(_) => "a list".to_owned(),
        Yaml::Map(_) => "a map".to_owned(),
    }
}
