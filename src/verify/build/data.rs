//! Secrets and ConfigMaps: keys, sizes, and what a type asks for.

use super::words;
use crate::diag::code::Code;
use crate::source::Span;
use crate::verify::cx::{Cx, finding, listed};
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// What one object may have.
const MOST: usize = 1 << 20;

/// The types of Secrets that ask for keys, with those; one of them is enough for the third.
const TYPES: [(&str, &[&str]); 5] = [
    ("kubernetes.io/dockercfg", &[".dockercfg"]),
    ("kubernetes.io/dockerconfigjson", &[".dockerconfigjson"]),
    ("kubernetes.io/basic-auth", &["username", "password"]),
    ("kubernetes.io/ssh-auth", &["ssh-privatekey"]),
    ("kubernetes.io/tls", &["tls.crt", "tls.key"]),
];

pub(super) fn check(kind: &str, root: &Node, cx: &mut Cx<'_>) {
    let bags: [&str; 2] = if kind == "Secret" { ["data", "stringData"] } else { ["data", "binaryData"] };
    let mut size = 0;
    for bag in bags {
        for (key, node) in root.get(bag).map(Look::entries).unwrap_or_default() {
            size += node.text().map_or(0, |text| {
                if bag == "stringData" || kind == "ConfigMap" && bag == "data" {
                    text.len()
                } else {
                    text.len() / 4 * 3
                }
            });
            if !words::is_key(&key.text) {
                let help = "write at most 253 letters, digits, `-`, `_` and `.`, and not `..` first";
                refused(key.span, format!("`{}` is no key of a {kind}", key.text), help, cx);
            }
            if let Some(text) = node.text().filter(|_| bag == "binaryData" || kind == "Secret" && bag == "data")
                && !is_base64(text)
            {
                let help = if kind == "Secret" {
                    "write the text as it is under `stringData:`, or as base64 here"
                } else {
                    "write it as base64, or as text under `data:`"
                };
                refused(node.span, format!("the value of `{}` is no base64", key.text), help, cx);
            }
        }
    }
    if size > MOST {
        refused(
            root.key_span("data"),
            format!("a {kind} has {size} bytes, and {MOST} are the most"),
            "make several of it",
            cx,
        );
    }
    match kind {
        "Secret" => of_type(root, cx),
        _ => twice(root, cx),
    }
}

fn refused(at: Span, message: String, help: &str, cx: &mut Cx<'_>) {
    cx.push(finding(Code::P0682, at, message, "refused", help));
}

/// The keys that a Secret or ConfigMap has.
pub(super) fn has_key(root: &Node, key: &str) -> bool {
    ["data", "stringData", "binaryData"]
        .into_iter()
        .any(|bag| root.get(bag).is_some_and(|bag| bag.entries().iter().any(|(one, _)| one.text == key)))
}

pub(super) fn keys(root: &Node) -> Vec<&str> {
    let bags = ["data", "stringData", "binaryData"].into_iter().filter_map(|bag| root.get(bag));
    bags.flat_map(Look::entries).map(|(key, _)| key.text.as_str()).collect()
}

fn of_type(root: &Node, cx: &mut Cx<'_>) {
    let Some(kind) = root.text_of("type") else { return };
    let Some((_, wanted)) = TYPES.iter().find(|(name, _)| *name == kind) else { return };
    let missing: Vec<&str> = wanted.iter().copied().filter(|key| !has_key(root, key)).collect();
    let is_short = if kind == "kubernetes.io/basic-auth" { missing.len() == 2 } else { !missing.is_empty() };
    if is_short {
        let at = root.get("type").map_or(root.span, |kind| kind.span);
        let help = format!("add {} under `stringData:`, or leave the type out", listed(&missing));
        refused(at, format!("a Secret of type `{kind}` lacks {}", listed(&missing)), &help, cx);
    }
}

fn twice(root: &Node, cx: &mut Cx<'_>) {
    for (key, _) in root.get("data").map(Look::entries).unwrap_or_default() {
        let other = root.get("binaryData").and_then(|bag| bag.entries().iter().find(|(one, _)| one.text == key.text));
        if let Some((again, _)) = other {
            let help = "keep one of them: the API refuses the document";
            let found =
                finding(Code::P0682, again.span, format!("the key `{}` is there twice", key.text), "again here", help);
            cx.push(found.label(key.span, "first here"));
        }
    }
}

/// Letters of the alphabet in fours, `=` at the end; line ends count nothing.
fn is_base64(text: &str) -> bool {
    let letters: Vec<u8> = text.bytes().filter(|one| !matches!(one, b'\n' | b'\r')).collect();
    let body = letters.iter().position(|one| *one == b'=').unwrap_or(letters.len());
    let legal = |one: &u8| one.is_ascii_alphanumeric() || matches!(one, b'+' | b'/');
    letters.len().is_multiple_of(4)
        && letters.len() - body <= 2
        && letters[..body].iter().all(legal)
        && letters[body..].iter().all(|one| *one == b'=')
}
