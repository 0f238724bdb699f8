//! References that are resolved when a run starts: what each resolver asks for, and whether that is the same tomorrow.

use super::cx::{Cx, finding, listed};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, did_you_mean};
use crate::source::Span;
use crate::yaml_read::Node;
use crate::yaml_read::look::{Look, find};

/// A resolver that comes with the cluster.
struct Resolver {
    name: &'static str,
    required: &'static [&'static str],
    others: &'static [&'static str],
    /// The param that says which text it is, and how it is said for good.
    pin: Option<(&'static str, &'static str)>,
}

const RESOLVERS: [Resolver; 5] = [
    Resolver {
        name: "bundles",
        required: &["bundle", "name"],
        others: &["kind", "secret", "serviceAccount", "cache"],
        pin: Some(("bundle", "`@sha256:` and its digest")),
    },
    Resolver {
        name: "git",
        required: &["pathInRepo"],
        others: &[
            "url",
            "org",
            "repo",
            "revision",
            "token",
            "tokenKey",
            "gitToken",
            "gitTokenKey",
            "serverURL",
            "scmType",
            "configKey",
            "cache",
        ],
        pin: Some(("revision", "the 40 digits of a commit")),
    },
    Resolver {
        name: "hub",
        required: &["name", "version"],
        others: &["kind", "catalog", "type", "url", "cache"],
        pin: Some(("version", "an exact version")),
    },
    Resolver { name: "cluster", required: &["name"], others: &["kind", "namespace", "cache"], pin: None },
    Resolver {
        name: "http",
        required: &["url"],
        others: &["digest", "http-username", "http-password-secret", "http-password-secret-key", "cache"],
        pin: Some(("digest", "`sha256:` and a digest")),
    },
];

const FAILS: &str = "the run fails before it starts";

/// Checks a reference to a `kind` of document.
pub(super) fn check(reference: &Node, kind: &'static str, cx: &mut Cx<'_>) {
    let Some(node) = reference.get("resolver") else { return };
    let name = node.text().unwrap_or_default();
    let Some(resolver) = RESOLVERS.iter().find(|one| one.name == name) else { return nearly(name, node.span, cx) };
    let params = reference.list("params");
    let named: Vec<(&str, Span)> = crate::yaml_read::look::named(params, "name");
    cx.distinct("the param", &named, "keep one: the document is refused");
    required(resolver, params, node.span, cx);
    unknown(resolver, &named, cx);
    values(resolver, params, cx);
    together(resolver, params, node.span, cx);
    kinds(resolver, params, kind, node.span, cx);
    pinned(resolver, params, node.span, cx);
}

/// Others may be installed; only what is one letter beside a known one is a slip.
fn nearly(name: &str, at: Span, cx: &mut Cx<'_>) {
    let plain = |text: &str| text.to_ascii_lowercase().trim_end_matches('s').to_owned();
    if let Some(near) = RESOLVERS.iter().map(|one| one.name).find(|one| plain(one) == plain(name)) {
        let found = wrong(at, format!("there is no resolver `{name}`"), format!("did you mean `{near}`? {FAILS}"));
        cx.push(found.fix(format!("write `{near}`"), at, near));
    }
}

fn wrong(at: Span, message: String, help: String) -> Diagnostic {
    finding(Code::P0659, at, message, "not resolved", help)
}

/// The text of a param, when it is known before the run.
fn known<'a>(params: &'a [Node], name: &str) -> Option<(&'a str, Span)> {
    let value = find(params, name)?.get("value")?;
    let text = value.text().filter(|text| !is_open(text))?;
    Some((text, value.span))
}

fn is_open(text: &str) -> bool {
    text.contains("$(") || text.contains("{{")
}

fn required(resolver: &Resolver, params: &[Node], at: Span, cx: &mut Cx<'_>) {
    for name in resolver.required {
        let is_empty = known(params, name).is_some_and(|(text, _)| text.is_empty());
        if find(params, name).is_none() || is_empty {
            let message = format!("the resolver `{}` is not given `{name}`", resolver.name);
            let given = crate::yaml_read::look::named(params, "name").into_iter().map(|(name, _)| name);
            let near = did_you_mean(name, given.filter(|one| !resolver.others.contains(one)));
            let hint = near.map(|near| format!("; is `{near}` meant for it?")).unwrap_or_default();
            cx.push(wrong(at, message, format!("add it under `params`: {FAILS}{hint}")));
        }
    }
}

fn unknown(resolver: &Resolver, named: &[(&str, Span)], cx: &mut Cx<'_>) {
    let all: Vec<&str> = resolver.required.iter().chain(resolver.others).copied().collect();
    for (name, span) in named.iter().filter(|(name, _)| !all.contains(name)) {
        let near = did_you_mean(name, all.iter().copied());
        let hint = near.map_or_else(
            || format!("it takes {}", listed(&all)),
            |near| format!("did you mean `{near}`? It is dropped"),
        );
        let message = format!("the resolver `{}` has no param `{name}`", resolver.name);
        let found = finding(Code::P0667, *span, message, "read by nothing", hint);
        cx.push(match near {
            Some(near) => found.fix(format!("write `{near}`"), *span, near),
            None => found,
        });
    }
}

/// Params that take only some texts.
fn values(resolver: &Resolver, params: &[Node], cx: &mut Cx<'_>) {
    const WORDS: [(&str, &str, &[&str]); 3] = [
        ("", "cache", &["always", "never", "auto"]),
        ("hub", "type", &["artifact", "tekton"]),
        ("hub", "kind", &["task", "pipeline", "stepaction"]),
    ];
    for (_, name, words) in WORDS.into_iter().filter(|(of, ..)| of.is_empty() || *of == resolver.name) {
        let value = known(params, name).filter(|(text, _)| !text.is_empty());
        if let Some((text, at)) = value.filter(|(text, _)| !words.contains(text)) {
            cx.push(wrong(at, format!("`{text}` is no `{name}`"), format!("it is one of {}: {FAILS}", listed(words))));
        }
    }
    let text = |of: &str, name: &str| known(params, name).filter(|_| resolver.name == of);
    if let Some((text, at)) = text("git", "revision").filter(|(text, _)| text.starts_with('-')) {
        cx.push(wrong(
            at,
            format!("the revision `{text}` begins with `-`"),
            format!("git would read an option: {FAILS}"),
        ));
    }
    if let Some((text, at)) = text("git", "pathInRepo").filter(|(text, _)| text.split('/').any(|one| one == "..")) {
        cx.push(wrong(
            at,
            format!("the path `{text}` leaves the repository"),
            format!("name it without `..`: {FAILS}"),
        ));
    }
    let is_web = |text: &str| text.starts_with("http://") || text.starts_with("https://");
    if let Some((text, at)) = text("http", "url").filter(|(text, _)| !text.is_empty() && !is_web(text)) {
        cx.push(wrong(at, format!("`{text}` is no address of the web"), format!("write `https://…`: {FAILS}")));
    }
}

/// Params that exclude or ask for each other.
fn together(resolver: &Resolver, params: &[Node], at: Span, cx: &mut Cx<'_>) {
    let has = |name: &str| find(params, name).is_some() && known(params, name).is_none_or(|(text, _)| !text.is_empty());
    let both = |first: &str, second: &str| has(first) && has(second);
    if resolver.name == "git" && both("url", "repo") {
        let help = format!("keep `url`, or `repo` with `org`: {FAILS}");
        cx.push(wrong(at, "`url` and `repo` stand together".to_owned(), help));
    }
    const NEEDS: [(&str, &str, &str); 3] = [
        ("git", "repo", "org"),
        ("http", "http-username", "http-password-secret"),
        ("http", "http-password-secret", "http-username"),
    ];
    for (_, one, other) in NEEDS.into_iter().filter(|(of, ..)| *of == resolver.name) {
        if has(one) && !has(other) {
            cx.push(wrong(at, format!("`{one}` is given without `{other}`"), format!("add it: {FAILS}")));
        }
    }
}

/// What is fetched is of the kind that belongs here; where nothing says which, it is a task.
fn kinds(resolver: &Resolver, params: &[Node], kind: &'static str, at: Span, cx: &mut Cx<'_>) {
    if !matches!(resolver.name, "bundles" | "cluster" | "hub") {
        return;
    }
    let (found, at) = match known(params, "kind").filter(|(text, _)| !text.is_empty()) {
        Some((text, at)) => (text.to_ascii_lowercase(), at),
        None if find(params, "kind").is_some() => return,
        None => ("task".to_owned(), at),
    };
    if found != kind {
        let help = format!("add or set the param `kind` to `{kind}`; without it, it is `task`: {FAILS}");
        cx.push(wrong(at, format!("a `{found}` is fetched where a {kind} belongs"), help));
    }
}

fn pinned(resolver: &Resolver, params: &[Node], at: Span, cx: &mut Cx<'_>) {
    let Some((key, how)) = resolver.pin else { return };
    let node = find(params, key).and_then(|one| one.get("value"));
    // What is missing and must be there is said already.
    let is_missing = node.is_none_or(|node| node.text() == Some("")) && resolver.required.contains(&key);
    let is_given = node.is_some_and(|node| node.text().is_none_or(is_open));
    let text = node.and_then(Look::text).unwrap_or_default();
    let is_pinned = match resolver.name {
        "bundles" => text.contains("@sha256:"),
        "git" => text.len() >= 40 && text.bytes().all(|one| one.is_ascii_hexdigit()),
        "http" => text.starts_with("sha"),
        _ => !text.is_empty() && !text.contains(['<', '>', '=', '~', '^', '*', '!', ',']),
    };
    if !is_missing && !is_given && !is_pinned {
        let help = format!("give `{key}` with {how}: what is fetched may be another text tomorrow");
        cx.push(finding(
            Code::P0663,
            node.map_or(at, |node| node.span),
            "what is referred to is not pinned",
            "may change",
            help,
        ));
    }
}
