//! What every Kubernetes object has: names, quantities, durations, origins, resources.

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};

use super::yaml::{Map, Node};
use crate::plan::Needs;
use crate::plan::value::{cpu_text, size_text};
use crate::source::{Sources, Span};

/// The longest name of an object, of a label's value and of a task of a pipeline.
pub const LONGEST_NAME: usize = 63;

/// The resource that stands for `/dev/kvm`; a request of it has to equal its limit.
pub const KVM: &str = "devices.kubevirt.io/kvm";

/// A DNS label made from a name of the program: `a_b` is `a-b`. What has no such form, or is too long, gets a short
/// hash of the whole name behind it: declared names are checked before, so that is only for those that a `for` made.
pub fn label(name: &str, longest: usize) -> String {
    let dashed = name.replace('_', "-");
    if is_label(&dashed) && dashed.len() <= longest {
        return dashed;
    }
    let hash = hex(&Sha256::digest(name)[..4]);
    let plain = dashed.to_ascii_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let kept = plain.get(..plain.len().min(longest - hash.len() - 3)).unwrap_or_default().trim_matches('-');
    // A label begins with a letter or digit, for some kinds with a letter only.
    let start = if kept.starts_with(|c: char| c.is_ascii_lowercase()) { "" } else { "x-" };
    format!("{start}{kept}-{hash}").replace("x--", "x-")
}

/// Lower-case letters, digits and inner dashes.
pub fn is_label(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(legal) && !text.starts_with('-') && !text.ends_with('-')
}

/// Labels with dots between: the name of most objects.
pub fn is_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_label)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Milliseconds as Go prints a duration: `5h0m0s`, `1m30s`, `2.5s`, `250ms`.
pub fn go_duration(milliseconds: i64) -> String {
    let (seconds, rest) = (milliseconds / 1000, milliseconds % 1000);
    let (hours, minutes) = (seconds / 3600, seconds % 3600 / 60);
    if seconds == 0 && rest != 0 {
        return format!("{rest}ms");
    }
    let mut text = String::new();
    let mut put = |number: i64, unit: &str| {
        text.push_str(&number.to_string());
        text.push_str(unit);
    };
    if hours != 0 {
        put(hours, "h");
    }
    if (hours, minutes) != (0, 0) {
        put(minutes, "m");
    }
    match rest {
        0 => put(seconds % 60, "s"),
        _ => put(seconds % 60, &[format!(".{rest:03}").trim_end_matches('0'), "s"].concat()),
    }
    text
}

/// The architecture as node labels and image indexes name it.
pub fn node_arch(arch: &str) -> &str {
    match arch {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

/// `apiVersion`, `kind` and what stands for both in every error message of a cluster.
pub fn object(api_version: &'static str, kind: &'static str, metadata: Map, spec: Map) -> Node {
    let head = Map::new().with("apiVersion", api_version).with("kind", kind).with("metadata", metadata);
    head.with("spec", spec).into()
}

/// Name, namespace and where the object comes from.
pub fn metadata(name: &str, namespace: Option<&str>, origin: String) -> Map {
    Map::new()
        .with("name", name.to_owned())
        .with_some("namespace", namespace.map(str::to_owned))
        .with("labels", labels())
        .with("annotations", origin_annotation(origin))
}

pub fn labels() -> Map {
    Map::new().with("app.kubernetes.io/managed-by", "pipec")
}

/// `pipec.dev/origin: file.pipe:12`
pub fn origin_annotation(origin: String) -> Map {
    Map::new().with("pipec.dev/origin", origin)
}

/// What one container asks for: requests and limits are equal, so that what runs once always fits.
pub fn resources(needs: &Needs) -> Map {
    let mut asked = Map::new();
    quantities(needs).into_iter().for_each(|(name, amount)| asked.put(name, amount));
    Map::new().with_filled("requests", asked.clone()).with_filled("limits", asked)
}

/// What it asks for of each resource, where it says so.
pub fn quantities(needs: &Needs) -> Vec<(&'static str, Cow<'static, str>)> {
    let mut asked: Vec<(&'static str, Cow<'static, str>)> = Vec::new();
    asked.extend(needs.cpu.map(|thousandths| ("cpu", cpu_text(thousandths).into())));
    asked.extend(needs.memory.map(|bytes| ("memory", size_text(bytes).into())));
    asked.extend(needs.disk.map(|bytes| ("ephemeral-storage", size_text(bytes).into())));
    asked.extend(needs.kvm.then_some((KVM, Cow::Borrowed("1"))));
    asked
}

/// `file.pipe:12`
pub fn origin(sources: &Sources, span: Span) -> String {
    sources.origin(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_labels() {
        assert_eq!(label("a_b", 63), "a-b");
        assert_eq!(label("image_x86_64", 63), "image-x86-64");
        let long = label(&"a_".repeat(40), 63);
        assert!(is_label(&long) && long.len() <= 63, "{long}");
        assert_ne!(label(&format!("{}1", "a".repeat(80)), 58), label(&format!("{}2", "a".repeat(80)), 58));
        for odd in ["_a", "a_", "A", "9", "é", "___", "a.b"] {
            let made = label(odd, 63);
            assert!(is_label(&made) && made.len() <= 63, "{odd} {made}");
        }
    }

    #[test]
    fn durations_are_those_of_go() {
        let cases = [
            (18_000_000, "5h0m0s"),
            (90_000, "1m30s"),
            (2_500, "2.5s"),
            (250, "250ms"),
            (0, "0s"),
            (61_050, "1m1.05s"),
        ];
        for (milliseconds, text) in cases {
            assert_eq!(go_duration(milliseconds), text);
        }
    }
}
