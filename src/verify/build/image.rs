//! References of images: a tag or an image of a stream, or an image of a registry.

use super::words;
use crate::diag::code::Code;
use crate::diag::did_you_mean;
use crate::source::Span;
use crate::verify::cx::{Cx, finding, listed};
use crate::verify::hygiene;
use crate::yaml_read::look::Look;
use crate::yaml_read::{Node, Yaml};

/// Where a reference stands, and so what it may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// Of a strategy, where no kind is a tag of a stream.
    Strategy,
    /// Of an input, or of a trigger.
    Input,
    /// Where the build goes.
    Output,
}

const KINDS: [&str; 3] = ["ImageStreamTag", "ImageStreamImage", "DockerImage"];

/// The kind that the API reads: what is not said is a tag of a stream in some places, and a stream is its `latest`.
pub(super) fn kind_of(node: &Node, role: Role) -> Option<&str> {
    let kind = node.text_of("kind").unwrap_or_default();
    let is_old = match role {
        Role::Strategy | Role::Output => kind == "ImageStream" || kind.is_empty(),
        Role::Input => false,
    };
    if node.get("kind").is_some_and(|kind| kind.text().is_none()) {
        return None;
    }
    Some(if is_old { "ImageStreamTag" } else { kind })
}

/// The stream and the tag that a reference names.
pub(super) fn stream_tag(node: &Node, role: Role) -> Option<(&str, &str)> {
    let (kind, name) = (kind_of(node, role)?, node.text_of("name")?);
    let is_stream = takes_stream(node, role);
    let split = name.split_once(':').or(Some((name, "latest")).filter(|_| is_stream));
    split.filter(|_| kind == "ImageStreamTag")
}

/// Whether the name is that of a stream, to which the API adds the tag.
fn takes_stream(node: &Node, role: Role) -> bool {
    match node.text_of("kind").unwrap_or_default() {
        "ImageStream" => matches!(role, Role::Strategy | Role::Output),
        "" => role == Role::Output,
        _ => false,
    }
}

/// Checks a reference that is given.
pub(super) fn check(node: &Node, role: Role, cx: &mut Cx<'_>) {
    let Some(kind) = kind_of(node, role).filter(|_| matches!(node.value, Yaml::Map(_))) else { return };
    let name = node.get("name");
    if name.is_some_and(|name| name.text().is_none()) {
        return;
    }
    let text = name.and_then(Look::text).unwrap_or_default();
    match kind {
        "" => no_kind(node, cx),
        "ImageStreamImage" if role != Role::Output => {
            if text.is_empty() {
                no_name(node, cx);
            } else if !text.contains('@') {
                tag(
                    name.map_or(node.span, |name| name.span),
                    format!("`{text}` names no image of a stream"),
                    IMAGE,
                    cx,
                );
            }
        }
        "ImageStreamTag" => stream(node, role, text, cx),
        "DockerImage" => registry(node, role, text, cx),
        other => wrong_kind(node, other, role, cx),
    }
    namespace(node, kind, cx);
}

const IMAGE: &str = "write `STREAM@sha256:…`: the API takes it, and the build finds no image";

fn no_kind(node: &Node, cx: &mut Cx<'_>) {
    let help = format!("add `kind:`, one of {}: there is no default here", listed(&KINDS));
    wrong(node.span, "a reference of an image has no kind".to_owned(), &help, cx);
}

fn no_name(node: &Node, cx: &mut Cx<'_>) {
    let help = "add `name:`, `NAME:TAG` of a stream or `REGISTRY/NAME@sha256:…` of a registry";
    wrong(node.span, "a reference of an image has no name".to_owned(), help, cx);
}

fn wrong_kind(node: &Node, kind: &str, role: Role, cx: &mut Cx<'_>) {
    let legal: &[&str] = if role == Role::Output { &["ImageStreamTag", "DockerImage"] } else { &KINDS };
    let near = did_you_mean(kind, legal.iter().copied()).filter(|_| !KINDS.contains(&kind));
    let hint = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    let at = node.get("kind").map_or(node.span, |kind| kind.span);
    let found = finding(
        Code::P0673,
        at,
        format!("`{kind}` is no kind of an image here"),
        "not one of the kinds",
        format!("{hint}it is one of {}", listed(legal)),
    );
    cx.push(match near {
        Some(near) => found.fix(format!("write `{near}`"), at, near),
        None => found,
    });
}

fn stream(node: &Node, role: Role, text: &str, cx: &mut Cx<'_>) {
    // A stream without a tag is joined to `:latest` before it is looked at.
    if text.is_empty() && !takes_stream(node, role) {
        return no_name(node, cx);
    }
    let at = node.get("name").map_or(node.span, |name| name.span);
    let name = match text.split_once(':') {
        Some((name, _)) => name,
        None if takes_stream(node, role) => text,
        None => {
            let help = format!("write `{text}:latest`, or the tag that is meant: the API refuses the document");
            return wrong(at, format!("`{text}` names a stream, and no tag of it"), &help, cx);
        }
    };
    if !words::is_stream(name) {
        let help = "write small letters and digits with one of `.`, `_`, `-` between, a `:` and the tag; what has `/` is a `DockerImage`, or has its `namespace:` beside";
        return wrong(at, format!("`{name}` is no name of a stream of images"), help, cx);
    }
    doubtful(node, role, text, at, cx);
}

/// What the API takes, and makes something of that is hardly meant.
fn doubtful(node: &Node, role: Role, text: &str, at: Span, cx: &mut Cx<'_>) {
    let (name, behind) = text.split_once(':').unwrap_or((text, ""));
    if takes_stream(node, role) && !behind.is_empty() {
        let message = format!("`{text}` becomes the tag `{text}:latest`");
        let help = "add `kind: ImageStreamTag`: without it, and with `ImageStream`, the name is that of a stream, and `:latest` is put behind it";
        tag(at, message, help, cx);
    } else if !behind.is_empty() && !is_tag(behind) {
        let help = format!(
            "write `{name}:TAG` with one tag of letters, digits, `_`, `.` and `-`: no image is ever found under this one"
        );
        tag(at, format!("`{behind}` is no tag"), &help, cx);
    }
}

fn registry(node: &Node, role: Role, text: &str, cx: &mut Cx<'_>) {
    if text.is_empty() {
        return no_name(node, cx);
    }
    let at = node.get("name").map_or(node.span, |name| name.span);
    if !is_reference(text) {
        let help = "write `REGISTRY/NAME:TAG` or `REGISTRY/NAME@sha256:…` with small letters in the name, and no `https://` before it";
        return wrong(at, format!("`{text}` is no reference of an image"), help, cx);
    }
    if let Some(name) = node.get("name").filter(|_| matches!(role, Role::Strategy | Role::Input)) {
        hygiene::pinned(name, cx);
    }
}

fn namespace(node: &Node, kind: &str, cx: &mut Cx<'_>) {
    let Some((span, text)) = node.get("namespace").and_then(|one| Some((one.span, one.text()?))) else { return };
    if text.is_empty() {
        return;
    }
    if kind == "DockerImage" {
        let help = "leave it out: the name of an image of a registry says all; the API refuses the document";
        wrong(span, "an image of a registry has a namespace".to_owned(), help, cx);
    } else if KINDS.contains(&kind) && !words::is_subdomain(text) {
        let help = "write small letters, digits and `-`, with a letter or digit first and last";
        wrong(span, format!("`{text}` is no name of a namespace"), help, cx);
    }
}

fn wrong(at: Span, message: String, help: &str, cx: &mut Cx<'_>) {
    cx.push(finding(Code::P0673, at, message, "refused", help));
}

fn tag(at: Span, message: String, help: &str, cx: &mut Cx<'_>) {
    cx.push(finding(Code::P0690, at, message, "taken, and not what is meant", help));
}

/// `REGISTRY:PORT/PATH/NAME:TAG@DIGEST`, where only the name has to be.
pub(super) fn is_reference(text: &str) -> bool {
    let (named, digest) = match text.split_once('@') {
        Some((named, digest)) => (named, Some(digest)),
        None => (text, None),
    };
    let slash = named.rfind('/').map_or(0, |at| at + 1);
    let (name, tag) = match named[slash..].find(':') {
        Some(at) => (&named[..slash + at], Some(&named[slash + at + 1..])),
        None => (named, None),
    };
    is_name(name) && name.len() <= 255 && tag.is_none_or(is_tag) && digest.is_none_or(is_digest)
}

fn is_name(name: &str) -> bool {
    match name.split_once('/') {
        Some((first, rest)) => (is_host(first) || is_component(first)) && rest.split('/').all(is_component),
        None => is_component(name),
    }
}

fn is_host(text: &str) -> bool {
    let (host, port) = text.split_once(':').unwrap_or((text, "0"));
    let part = |part: &str| {
        let legal = part.bytes().all(|one| one.is_ascii_alphanumeric() || one == b'-');
        !part.is_empty() && legal && !part.starts_with('-') && !part.ends_with('-')
    };
    !port.is_empty() && port.bytes().all(|one| one.is_ascii_digit()) && host.split('.').all(part)
}

/// Small letters and digits; between them one `.`, one or two `_`, or any number of `-`.
fn is_component(text: &str) -> bool {
    let edge = |one: char| one.is_ascii_lowercase() || one.is_ascii_digit();
    let between = |part: &str| matches!(part, "" | "." | "_" | "__") || part.bytes().all(|one| one == b'-');
    text.starts_with(edge) && text.ends_with(edge) && text.split(edge).all(between)
}

fn is_tag(text: &str) -> bool {
    let first = |one: char| one.is_ascii_alphanumeric() || one == '_';
    text.len() <= 128 && text.starts_with(first) && text.chars().all(|one| first(one) || matches!(one, '.' | '-'))
}

fn is_digest(text: &str) -> bool {
    let Some((algorithm, hex)) = text.split_once(':') else { return false };
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => return false,
    };
    hex.len() == length && hex.bytes().all(|one| one.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::is_reference;

    #[test]
    fn references_of_images_have_their_form() {
        let digest = format!("quay.io/a/b@sha256:{}", "a".repeat(64));
        for right in ["a", "a:b", "localhost:5000/a", "Quay.io/a__b/c--d:T_1", "a.b-c_d", digest.as_str()] {
            assert!(is_reference(right), "{right}");
        }
        for wrong in ["", "A", "https://quay.io/a", "a___b", "a:", "a@sha256:12", "a b", "q.io:x/a", "a/", "-a", "a..b"]
        {
            assert!(!is_reference(wrong), "{wrong}");
        }
    }
}
