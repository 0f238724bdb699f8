//! Text that has to arrive as it is, though Tekton and the kubelet replace `$(…)` in it and neither knows an escape.

use std::borrow::Cow;

use crate::emit::yaml;
use crate::source::each_place;

/// A workspace that a task declares as optional and that no run binds: its path is the empty text, put in after every
/// other replacement, so that `$$(workspaces.pipec-nil.path)(params.x)` becomes `$(params.x)`.
pub(super) const NIL: &str = "pipec-nil";

/// A variable whose value is one dollar.
pub(super) const DOLLAR: &str = "PIPEC_DOLLAR";

/// A variable whose value is one opening brace.
pub(super) const BRACE: &str = "PIPEC_BRACE";

const NIL_PATH: &str = "$$(workspaces.pipec-nil.path)(";

/// Nothing, when all is replaced.
const NIL_EMPTY: &str = "$(workspaces.pipec-nil.path)";

/// What is put in behind the workspaces, so that the escape itself would be replaced.
const LATE: &str = "$(credentials.path)";

/// A script such that what Tekton makes of it is the script; changed only where it would read a variable.
pub(super) fn script(body: String) -> String {
    let mut out = String::new();
    let mut copied = 0;
    each_place(b'$', body.as_bytes(), |at| {
        if body.as_bytes().get(at + 1) == Some(&b'(') && is_variable(&body[at + 2..]) {
            out.push_str(&body[copied..at]);
            out.push_str(NIL_PATH);
            copied = at + 2;
        }
    });
    if copied == 0 {
        return body;
    }
    out.push_str(&body[copied..]);
    out
}

/// The script that was escaped: what the engine makes of it.
pub(super) fn undone(escaped: &str) -> String {
    escaped.replace(NIL_PATH, "$(").replace(NIL_EMPTY, "")
}

/// As [`script`], for a file in which something replaces `{{ name }}` before it is read as YAML. The path of the same
/// workspace keeps the braces apart until then.
pub(super) fn script_in_template(body: String) -> String {
    let body = script(body);
    let mut out = String::new();
    let mut copied = 0;
    for at in yaml::templates(&body) {
        out.push_str(&body[copied..=at]);
        out.push_str(NIL_EMPTY);
        copied = at + 1;
    }
    if copied == 0 {
        return body;
    }
    out.push_str(&body[copied..]);
    out
}

/// Whether the escaped script needs the workspace [`NIL`].
pub(super) fn needs_nil(escaped: &str) -> bool {
    escaped.contains(NIL_EMPTY)
}

/// No escape reaches this text.
pub(super) fn cannot_be_escaped(body: &str) -> bool {
    body.contains(LATE)
}

/// A text for `env` and `args`. The kubelet takes `$$` for `$` and `$(NAME)` for a variable, also for [`DOLLAR`].
pub(super) fn value(text: &str) -> Cow<'_, str> {
    if !text.contains('$') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('$', Some('(')) => out.push_str("$(PIPEC_DOLLAR)"),
            ('$', _) => out.push_str("$$"),
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// How long a text of [`value`] is for the process, without what replaces the variables of Tekton.
pub(super) fn length(escaped: &str) -> usize {
    const READ: &str = "$(PIPEC_DOLLAR)";
    if !escaped.contains('$') {
        return escaped.len();
    }
    let dollars = escaped.matches(READ).count();
    let doubled = escaped.replace(READ, "").matches("$$").count();
    escaped.len() - dollars * (READ.len() - 1) - doubled
}

/// As [`value`], for a file in which something replaces `{{ name }}`, before and after it is read as YAML.
pub(super) fn value_in_template(text: &str) -> Cow<'_, str> {
    let text = value(text);
    let mut out = String::new();
    let mut copied = 0;
    for at in yaml::templates(&text) {
        out.push_str(&text[copied..=at]);
        out.push_str("$(PIPEC_BRACE)");
        copied = at + 2;
    }
    if copied == 0 {
        return text;
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// Whether the escaped text needs the variable [`BRACE`].
pub(super) fn needs_brace(escaped: &str) -> bool {
    escaped.contains("$(PIPEC_BRACE)")
}

/// Whether the escaped text needs the variable [`DOLLAR`].
pub(super) fn needs_dollar(escaped: &str) -> bool {
    escaped.contains("$(PIPEC_DOLLAR)")
}

/// A text that Tekton or the kubelet would change on its way through a parameter.
pub(super) fn is_changed_on_the_way(text: &str) -> bool {
    text.contains("$(") || text.contains("$$")
}

/// Stands for a variable of Tekton, or looks so much like one that the webhook refuses it.
fn is_variable(text: &str) -> bool {
    const FIRST: &[&str] = &[
        "params",
        "inputs",
        "outputs",
        "results",
        "step",
        "steps",
        "context",
        "workspaces",
        "tasks",
        "finally",
        "artifacts",
    ];
    let word = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
    let named = text[word.len()..].starts_with(['.', '[']) && FIRST.contains(&word);
    // The webhook's pattern for `step.results` takes any character for the dot.
    let loose =
        text.strip_prefix("step").and_then(|rest| rest.get(1..)).is_some_and(|rest| rest.starts_with("results"));
    named || loose
}
