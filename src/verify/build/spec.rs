//! What a BuildConfig and a Build share, and what only one of them has.

use super::strategy::Strategies;
use super::{docs, dropped, env, mounts, output, refs, resources, same, source, strategy, trigger, words};
use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::diag::did_you_mean;
use crate::source::Span;
use crate::verify::cx::{Cx, finding, listed};
use crate::yaml_read::look::Look;
use crate::yaml_read::{Node, Yaml};

pub(super) fn check<'a>(kind: &str, root: &'a Node, cx: &mut Cx<'a>) {
    let Some(spec) = root.get("spec").filter(|spec| matches!(spec.value, Yaml::Map(_))) else {
        if root.get("spec").is_none() {
            strategy::missing(root.key_span("kind"), cx);
        }
        return;
    };
    let strategies = Strategies::new(spec);
    if kind == "BuildConfig" {
        trigger::check(spec, &strategies, docs::namespace(root), cx);
        policy(spec, cx);
        for key in ["successfulBuildsHistoryLimit", "failedBuildsHistoryLimit"] {
            history(spec, key, cx);
        }
    } else {
        changed(root, cx);
    }
    common(spec, &strategies, cx);
    refs::build(root, spec, &strategies, cx);
}

fn common(spec: &Node, strategies: &Strategies<'_>, cx: &mut Cx<'_>) {
    source::check(spec, strategies, cx);
    if let Some((Yaml::Int(seconds), span)) = spec.get("completionDeadlineSeconds").map(|one| (&one.value, one.span))
        && *seconds <= 0
    {
        let help = "write how many seconds a build may take, 1 or more; without the key it is a week";
        value(span, format!("a deadline of {seconds} seconds"), help, cx);
    }
    output::check(spec, cx);
    strategy::check(spec, strategies, cx);
    post_commit(spec, cx);
    selector(spec, cx);
    resources::check(spec, cx);
    account(spec, cx);
    env::check(strategies, cx);
    mounts::check(spec, strategies, cx);
}

/// A value that is none of its place.
pub(super) fn value(at: Span, message: String, help: &str, cx: &mut Cx<'_>) {
    cx.push(finding(Code::P0677, at, message, "refused", help));
}

/// One of some words; another is refused.
pub(super) fn word(node: &Node, what: &str, legal: &[&'static str], cx: &mut Cx<'_>) {
    let Some(text) = node.text().filter(|text| !legal.contains(text)) else { return };
    cx.push(one_of(Code::P0677, node.span, text, what, legal));
}

fn one_of(code: Code, at: Span, text: &str, what: &str, legal: &[&'static str]) -> Diagnostic {
    let near = did_you_mean(text, legal.iter().copied());
    let hint = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    let message = format!("`{text}` is no {what}");
    let found = finding(code, at, message, "not one of them", format!("{hint}it is one of {}", listed(legal)));
    match near {
        Some(near) => found.fix(format!("write `{near}`"), at, near),
        None => found,
    }
}

const POLICIES: [&str; 3] = ["Parallel", "Serial", "SerialLatestOnly"];

/// A binary build has to run within five minutes, or it is cancelled: one that waits for another may not.
fn policy(spec: &Node, cx: &mut Cx<'_>) {
    let policy = spec.get("runPolicy").filter(|policy| policy.text() != Some(""));
    if let Some(policy) = policy {
        word(policy, "policy of runs", &POLICIES, cx);
    }
    let text = policy.map_or(Some("Serial"), Look::text);
    let waits = text.is_some_and(|text| text != "Parallel" && POLICIES.contains(&text));
    if waits && source::is_binary(spec) && !source::has(spec, "git") {
        let (at, message) = match policy {
            Some(policy) => (policy.span, format!("a binary build waits with `{}`", text.unwrap_or_default())),
            None => (
                spec.key_span("source"),
                "a binary build waits, since `runPolicy` is `Serial` where it is not given".to_owned(),
            ),
        };
        let help = "write `runPolicy: Parallel`: a build that does not run five minutes after its upload began is cancelled, and this one waits for those before it";
        let found = finding(Code::P0692, at, message, "waits for the build before", help);
        cx.push(match policy {
            Some(policy) => found.fix("write `Parallel`", policy.span, "Parallel"),
            None => found,
        });
    }
}

fn history(spec: &Node, key: &str, cx: &mut Cx<'_>) {
    let Some(node) = spec.get(key) else { return };
    let Yaml::Int(count) = node.value else { return };
    if i32::try_from(count).map_or(true, |count| count < 0) {
        let help = "write how many finished builds are kept, 0 or more; without the key it is 5";
        value(node.span, format!("`{key}` is {count}"), help, cx);
    }
}

fn post_commit(spec: &Node, cx: &mut Cx<'_>) {
    let Some(hook) = spec.get("postCommit") else { return };
    let has_script = hook.text_of("script").is_some_and(|script| !script.is_empty());
    if has_script && !hook.list("command").is_empty() {
        let help = "keep `script:`, or `command:`; `args:` goes with either: the API refuses the document";
        let found =
            finding(Code::P0678, hook.key_span("command"), "a hook has a script and a command", "the command", help);
        cx.push(found.label(hook.key_span("script"), "the script"));
    }
}

fn selector(spec: &Node, cx: &mut Cx<'_>) {
    const HELP: &str = "write a label of a node, `kubernetes.io/arch: amd64`: a value has at most 63 letters, digits, `-`, `_` and `.`";
    for (key, node) in spec.get("nodeSelector").map(Look::entries).unwrap_or_default() {
        let trimmed = |text: &str| text.trim_matches([' ', '\t', '\r', '\n']).to_owned();
        if !words::is_qualified(&trimmed(&key.text)) {
            value(key.span, format!("`{}` is no label of a node", key.text), HELP, cx);
        }
        if let Some(text) = node.text().filter(|text| !words::is_label_value(&trimmed(text))) {
            value(node.span, format!("`{text}` is no value of a label"), HELP, cx);
        }
    }
}

/// Any text is taken, and then no pod is made.
fn account(spec: &Node, cx: &mut Cx<'_>) {
    let Some((node, text)) = spec.get("serviceAccount").and_then(|node| Some((node, node.text()?))) else { return };
    if !text.is_empty() && !words::is_subdomain(text) {
        let help = "write the name of a ServiceAccount of the namespace: the API takes any text here, and no pod is made with this one";
        cx.push(finding(
            Code::P0688,
            node.span,
            format!("`{text}` is no name of an account"),
            "not in this form",
            help,
        ));
    }
}

/// A Build that is there is never another one.
fn changed(root: &Node, cx: &mut Cx<'_>) {
    let namespace = docs::namespace(root);
    let known = cx.known;
    let first = docs::name(root).and_then(|name| known.docs.one("Build", namespace, name));
    let Some(first) = first.filter(|first| first.span != root.span) else { return };
    let phase = |root: &Node| root.get("status").and_then(|status| Some(status.text_of("phase")?.to_owned()));
    let is_over = |phase: &String| matches!(phase.as_str(), "Complete" | "Failed" | "Error" | "Cancelled");
    let ended = phase(first).filter(is_over);
    let spec = |root: &'_ Node| root.get("spec").cloned();
    let differs = match (spec(first), spec(root)) {
        (Some(one), Some(other)) => !same::same(&one, &other, &["pushSecret"]),
        (one, other) => one.is_some() != other.is_some(),
    };
    let message = match (differs, ended) {
        (true, _) => "a Build is given twice, and not with the same spec",
        (false, Some(ended)) if phase(root).as_ref() != Some(&ended) => "a Build that has ended gets another phase",
        (false, _) => return,
    };
    let help =
        "give the second a name of its own: what a Build does is never changed, and one that has ended stays as it is";
    let found = finding(Code::P0678, root.key_span("spec"), message, "again here", help);
    cx.push(found.label(first.key_span("spec"), "first here"));
}

/// What is said of a kind that is not used.
pub(super) fn type_astray(node: &Node, kind: &str, is: &str, cx: &mut Cx<'_>) {
    let message = format!("`type: {kind}` stands beside what is {is}");
    dropped::part(
        node.span,
        message,
        "leave it out, or write what there is: the API takes what stands beside and rewrites the type",
        cx,
    );
}
