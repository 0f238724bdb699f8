//! What runs, but should not stay so: secrets in the text, images and references that may be another tomorrow.

use super::cx::{Cx, finding};
use crate::diag::code::Code;
use crate::source::Span;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// Env, image and script of a container.
pub(super) fn container(node: &Node, cx: &mut Cx<'_>) {
    if let Some(image) = node.get("image") {
        pinned(image, cx);
    }
    for one in node.list("env") {
        let named = one.text_of("name").is_some_and(|name| ends_so(name, &[&SECRET, &OBJECTS]));
        literal(one.get("value"), &|text| named && is_secret(text), cx);
    }
    let texts = node.list("args").iter().chain(node.list("command")).chain(node.get("script"));
    texts.for_each(|one| known_token(one, cx));
}

/// Defaults of params that look like secrets.
pub(super) fn task(spec: &Node, cx: &mut Cx<'_>) {
    params(spec.list("params"), "default", cx);
}

/// Values of params that look like secrets.
pub(super) fn values(list: &[Node], cx: &mut Cx<'_>) {
    params(list, "value", cx);
}

/// Many params have the name of the object that holds the secret: such a name has no digit.
fn params(list: &[Node], key: &str, cx: &mut Cx<'_>) {
    for one in list {
        let named = one.text_of("name").is_some_and(|name| ends_so(name, &[&SECRET]));
        literal(one.get(key), &|text| named && is_secret(text) && text.contains(|one: char| one.is_ascii_digit()), cx);
    }
}

/// What the names of secrets end with, letters and digits only.
const SECRET: [&str; 6] = ["password", "passwd", "passphrase", "token", "apikey", "accesskey"];

/// What names of objects that hold secrets end with too.
const OBJECTS: [&str; 5] = ["secret", "secretkey", "privatekey", "credentials", "signingkey"];

fn ends_so(name: &str, endings: &[&[&str]]) -> bool {
    let plain = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    endings.iter().copied().flatten().any(|one| plain.ends_with(one))
}

fn literal(value: Option<&Node>, looks_so: &dyn Fn(&str) -> bool, cx: &mut Cx<'_>) {
    let Some((node, text)) = value.and_then(|node| Some((node, node.text()?))) else { return };
    if has_token(text) || looks_so(text) {
        secret(node.span, cx);
    }
}

/// Not a variable, a path, an address, a bool, nor the name of an object or variable that holds the secret.
fn is_secret(text: &str) -> bool {
    let speaks = ["secret", "token", "password", "cred", "auth", "key"];
    let speaks = speaks.iter().any(|word| text.to_ascii_lowercase().contains(word));
    let is_name = super::scalars::is_subdomain(text) && (text.contains('-') || text.contains('.')) && speaks;
    let is_variable =
        text.contains('_') && text.bytes().all(|one| one.is_ascii_uppercase() || matches!(one, b'_' | b'0'..=b'9'));
    let harmless = ["$(", "{{", "/", "://", "${", "<"].iter().any(|mark| text.contains(mark));
    let word =
        matches!(text, "true" | "false" | "none" | "null" | "changeme" | "token" | "password" | "secret" | "default");
    text.trim().len() >= 4 && !harmless && !is_name && !is_variable && !word && !text.contains(char::is_whitespace)
}

/// Beginnings of tokens of well-known services, and how long one is at least.
const TOKENS: [(&str, usize); 12] = [
    ("ghp_", 36),
    ("gho_", 36),
    ("ghs_", 36),
    ("github_pat_", 40),
    ("glpat-", 20),
    ("AKIA", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("npm_", 36),
    ("sk_live_", 20),
    ("-----BEGIN RSA PRIVATE KEY", 26),
    ("-----BEGIN OPENSSH PRIVATE KEY", 30),
];

fn has_token(text: &str) -> bool {
    TOKENS.iter().any(|(start, length)| {
        text.match_indices(start).any(|(at, _)| {
            // Only the beginning of a key has blanks: `npm_token is not given` is no token.
            let inside = |one: char| {
                one.is_ascii_alphanumeric() || matches!(one, '_' | '-') || one == ' ' && start.contains(' ')
            };
            let free = text[..at].chars().next_back().is_none_or(|one| !one.is_ascii_alphanumeric());
            let end = text[at..].find(|one| !inside(one)).unwrap_or(text.len() - at);
            free && end >= *length
        })
    })
}

fn known_token(node: &Node, cx: &mut Cx<'_>) {
    if node.text().is_some_and(has_token) {
        secret(node.span, cx);
    }
}

pub(super) fn secret(span: Span, cx: &mut Cx<'_>) {
    let help = "keep it in a Secret, and read it by `valueFrom.secretKeyRef` or a workspace: whoever may read the manifest or the run has it";
    cx.push(finding(Code::P0662, span, "a secret stands in the text", "looks like a secret", help));
}

pub(super) fn pinned(image: &Node, cx: &mut Cx<'_>) {
    let Some(text) = image.text().filter(|text| !text.is_empty() && !text.contains("$(") && !text.contains("{{"))
    else {
        return;
    };
    if text.contains('@') {
        return;
    }
    let last = text.rsplit('/').next().unwrap_or(text);
    let message = match last.split_once(':') {
        None => format!("the image `{text}` has neither a tag nor a digest"),
        Some((_, "latest")) => format!("the image `{text}` has the tag `latest`"),
        Some(_) => return,
    };
    let help = "name a version, or better a digest, `NAME@sha256:…`: what runs may be another text tomorrow";
    cx.push(finding(Code::P0663, image.span, message, "not pinned", help));
}
