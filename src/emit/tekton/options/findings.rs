//! What is wrong with an option, each said by a function.

use crate::diag::code::Code;
use crate::diag::{Diagnostic, did_you_mean};
use crate::emit::kube;
use crate::plan::Task;
use crate::source::Span;

fn listed(all: &[&str]) -> String {
    let mut all: Vec<String> = all.iter().map(|name| format!("`{name}`")).collect();
    all.sort();
    all.dedup();
    match all.len() {
        0 => "there is none".to_owned(),
        1..=8 => format!("there {} {}", if all.len() == 1 { "is" } else { "are" }, all.join(", ")),
        _ => format!("there are {}", all.len()),
    }
}

fn near(name: &str, all: &[&str]) -> String {
    did_you_mean(name, all.iter().copied()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default()
}

/// Of the pipeline.
pub(super) fn unknown(span: Span, kind: &str, name: &str, all: &[&str]) -> Diagnostic {
    Diagnostic::new(Code::P0201, span, format!("the pipeline has no {kind} `{name}`"))
        .here(format!("is said of a {kind} `{name}`"))
        .help(format!("{}{}", near(name, all), listed(all)))
}

/// Of one task.
pub(super) fn unknown_of(span: Span, kind: &str, name: &str, task: &Task, all: &[&str]) -> Diagnostic {
    Diagnostic::new(Code::P0201, span, format!("`{}` has no {kind} `{name}`", task.name))
        .here(format!("is said of a {kind} `{name}`"))
        .label(task.span, "the task")
        .help(format!("{}{}", near(name, all), listed(all)))
}

pub(super) fn sources(span: Span, count: usize, of: &str, all: &str) -> Diagnostic {
    let (message, here) = match count {
        0 => (format!("{of} has no source"), "from nothing"),
        _ => (format!("{of} has several sources"), "from more than one thing"),
    };
    Diagnostic::new(Code::P0608, span, message).here(here).help(format!("give exactly one of {all}"))
}

pub(super) fn bad_path(span: Span, path: &str) -> Diagnostic {
    Diagnostic::new(Code::P0608, span, format!("`{path}` is no path below a directory"))
        .here("not below it")
        .help("write a path without a `/` before it, without `..`, `$(` and `$$`: it is known when compiling, and stays inside")
}

pub(super) fn no_time(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0605, span, "a task may take no time at all")
        .here("no time")
        .help("to tekton that is no limit; write how long one try may take, or leave it out")
}

/// Milliseconds.
pub(super) fn too_long(span: Span, whole: Span, task: &Task, time: i64, all: i64) -> Diagnostic {
    Diagnostic::new(Code::P0605, span, format!("`{}` may take longer than the whole run", task.name))
        .here(format!("has up to {}", kube::go_duration(time)))
        .label(whole, format!("gives all tasks together {}", kube::go_duration(all)))
        .help("raise `timeout` in `target tekton`, or leave it out: then it is what the tasks add up to. Tekton refuses such a run")
}

pub(super) fn negative(span: Span, field: &str) -> Diagnostic {
    Diagnostic::new(Code::P0608, span, format!("`{field}` is less than 0"))
        .here("less than 0")
        .help("write the number of a user or group, 0 or more")
}

pub(super) fn forbidden(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::P0608, span, format!("the cluster lets no pod set `{name}`"))
        .here("is one of `forbidden_env`")
        .help("leave it out: the run would be refused")
}

pub(super) fn reserved(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::P0212, span, format!("`{name}` cannot be the name of a variable of a pod"))
        .here("pipec hands values to scripts in `PIPE_…`")
        .help("give it another name: what a pod sets is stronger than what a step is given")
}

pub(super) fn replaced(span: Span, name: &str, task: &Task) -> Diagnostic {
    Diagnostic::new(Code::P0608, span, format!("the pod of `{}` would replace its `{name}`", task.name))
        .here("set for the whole pod")
        .label(task.span, "sets it in `env` of a step, which is weaker")
        .help("say it in one of the two places")
}

pub(super) fn escalation(span: Span, task: &Task) -> Diagnostic {
    let message = format!("`{}` is privileged, and may not gain privileges", task.name);
    Diagnostic::new(Code::P0608, span, message)
        .here("refused together with `privileged`")
        .label(task.span, "needs `privileged: true`")
        .help("leave one of the two out: a cluster takes no such container")
}

pub(super) fn not_there(span: Span, field: &str, task: &Task) -> Diagnostic {
    let message = format!("tekton cannot set `{field}` of `{}`, which is kept elsewhere", task.name);
    Diagnostic::new(Code::P0602, span, message)
        .here("is of the steps, which are not ours")
        .label(task.span, "an `extern task`")
        .help("say it of its `pod`, or leave it out")
}

/// The engine refuses amounts of a task and of its steps together.
pub(super) fn both_levels(span: Span, task: &Task, other: &str) -> Diagnostic {
    Diagnostic::new(
        Code::P0608,
        span,
        format!("the resources of `{}` are said of the task and of its steps", task.name),
    )
    .here(format!("there is also {other}"))
    .label(task.span, "the task")
    .help("say one of the two: tekton takes no run that says both")
}

pub(super) fn shared_device(span: Span, task: &Task) -> Diagnostic {
    Diagnostic::new(Code::P0602, span, format!("tekton cannot share the KVM device between the steps of `{}`", task.name))
        .here("is of all steps together")
        .label(task.span, "needs `kvm: true`")
        .help("say it of each step by `steps`: what is said of a whole task is divided among its steps, and a device cannot be")
}

pub(super) fn too_much(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::P0608, span, format!("more `{name}` is requested than may be used"))
        .here("the request is above the limit")
        .help("raise the limit or lower the request; what is not said here is what `needs` says, for both")
}

pub(super) fn no_amount(span: Span, name: &str, amount: &str) -> Diagnostic {
    Diagnostic::new(Code::P0608, span, format!("`{amount}` of `{name}` cannot be asked for"))
        .here("no amount of a resource")
        .help("write the name of a resource as the cluster has it, as `nvidia.com/gpu`, and 0 or more of it")
}

pub(super) fn lost(span: Span, workspace: &str, task: &Task, why: &str) -> Diagnostic {
    Diagnostic::new(Code::P0602, span, format!("what `{}` makes in `{workspace}` would be lost", task.name))
        .here(why.to_owned())
        .label(task.span, "makes an artifact there")
        .help("bind the workspace to a `claim` or a `template`")
}

pub(super) fn apart(span: Span, workspace: &str, from: &Task, to: &Task) -> Diagnostic {
    let message = format!("`{}` would not find in `{workspace}` what `{}` makes", to.name, from.name);
    Diagnostic::new(Code::P0602, span, message)
        .here("only one of them sees this directory as the whole workspace")
        .label(from.span, "makes an artifact")
        .label(to.span, "reads it")
        .help("give both the same `sub_path`, or none")
}

pub(super) fn bad_key(span: Span, key: &str) -> Diagnostic {
    Diagnostic::new(Code::P0212, span, format!("`{key}` cannot be the key of a label or annotation"))
        .here("not a key")
        .help("write letters, digits, `-`, `_` and `.`, at most 63, with a domain and `/` before them if you like")
}

pub(super) fn bad_value(span: Span, value: &str) -> Diagnostic {
    Diagnostic::new(Code::P0608, span, format!("`{value}` cannot be the value of a label"))
        .here("not a value of a label")
        .help("write at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit; an annotation takes any text")
}

pub(super) fn contradiction(span: Span, message: &str, here: &str, help: &str) -> Diagnostic {
    Diagnostic::new(Code::P0608, span, message).here(here).help(help)
}
