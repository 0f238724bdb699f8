//! What starts a build by itself.

use rustc_hash::FxHashMap;

use super::image::{self, Role};
use super::strategy::Strategies;
use super::{dropped, source};
use crate::diag::code::Code;
use crate::diag::did_you_mean;
use crate::source::Span;
use crate::verify::cx::{Cx, finding, listed};
use crate::verify::hygiene;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// The types, the keys of what belongs to each, and how the first clusters wrote them.
const TYPES: [(&str, &str, &str); 6] = [
    ("GitHub", "github", "github"),
    ("GitLab", "gitlab", ""),
    ("Bitbucket", "bitbucket", ""),
    ("Generic", "generic", "generic"),
    ("ImageChange", "imageChange", "imageChange"),
    ("ConfigChange", "", ""),
];

pub(super) fn check(spec: &Node, all: &Strategies<'_>, namespace: &str, cx: &mut Cx<'_>) {
    let from = all.from();
    let mut images: FxHashMap<String, Span> = FxHashMap::default();
    let mut starts = None;
    for one in spec.list("triggers") {
        let Some((key, at)) = kind(one, cx) else { continue };
        starts = starts.or(Some(at));
        match key {
            "" => {}
            "imageChange" => {
                let change = one.get("imageChange").and_then(|change| change.get("from"));
                changed(change, from, at, cx);
                once(change, from, namespace, at, &mut images, cx);
            }
            key => hook(one, key, at, cx),
        }
    }
    if let Some(at) = starts.filter(|_| source::is_binary(spec) && !source::has(spec, "git")) {
        let help = "leave `triggers:` out, and start it with `oc start-build --from-archive`: a build that starts by itself gets nothing on its input, and fails or builds nothing";
        cx.push(finding(Code::P0697, at, "a binary build is started without its input", "starts it", help));
    }
}

/// The key of what belongs to the type, where it is one that is known.
fn kind(one: &Node, cx: &mut Cx<'_>) -> Option<(&'static str, Span)> {
    let node = one.get("type");
    let text = match node.map(Look::text) {
        Some(None) => return None,
        Some(Some(text)) => text,
        None => "",
    };
    let known = TYPES.iter().find(|(name, _, old)| *name == text || !old.is_empty() && *old == text);
    if let Some((_, key, _)) = known {
        return Some((key, node.map_or(one.span, |node| node.span)));
    }
    let names = TYPES.map(|(name, ..)| name);
    let at = node.map_or(one.span, |node| node.span);
    let near = TYPES.iter().find(|(name, ..)| name.eq_ignore_ascii_case(text)).map(|(name, ..)| *name);
    let near = near.or_else(|| did_you_mean(text, names));
    let message =
        if text.is_empty() { "a trigger has no type".to_owned() } else { format!("there is no trigger `{text}`") };
    let hint = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    let help = format!("{hint}there are {}; the API drops a trigger that it does not know", listed(&names));
    let found = finding(Code::P0685, at, message, "dropped", help);
    cx.push(match near {
        Some(near) => found.fix(format!("write `{near}`"), at, near),
        None => found,
    });
    None
}

fn refused(at: Span, message: String, help: &str, cx: &mut Cx<'_>) {
    cx.push(finding(Code::P0675, at, message, "refused", help));
}

/// A trigger by an image that changes: one that is named, or the one that builds.
fn changed(named: Option<&Node>, from: Option<&Node>, at: Span, cx: &mut Cx<'_>) {
    let is_tag = |node: &Node, role: Role| image::kind_of(node, role).is_none_or(|kind| kind == "ImageStreamTag");
    match named {
        Some(node) if !is_tag(node, Role::Input) => {
            let at = node.get("kind").map_or(node.span, |kind| kind.span);
            let help = "name a tag of a stream: `kind: ImageStreamTag`, `name: NAME:TAG`; nothing watches other images";
            refused(at, "a trigger names an image that is no tag of a stream".to_owned(), help, cx);
        }
        Some(node) => image::check(node, Role::Input, cx),
        None if !from.is_some_and(|from| is_tag(from, Role::Strategy)) => {
            let help = "name the tag: `imageChange:` with `from:`, or build from an `ImageStreamTag`: the API drops this trigger";
            dropped::part(at, "a trigger watches an image that is no tag of a stream".to_owned(), help, cx);
        }
        None => {}
    }
}

fn once(
    named: Option<&Node>,
    from: Option<&Node>,
    namespace: &str,
    at: Span,
    seen: &mut FxHashMap<String, Span>,
    cx: &mut Cx<'_>,
) {
    let (node, role) = match (named, from) {
        (Some(node), _) => (node, Role::Input),
        (None, Some(node)) => (node, Role::Strategy),
        (None, None) => return,
    };
    if image::kind_of(node, role) != Some("ImageStreamTag") {
        return;
    }
    let Some((name, tag)) = image::stream_tag(node, role) else { return };
    let own = node.text_of("namespace").filter(|own| !own.is_empty()).unwrap_or(namespace);
    if let Some(first) = seen.insert(format!("{own}/{name}:{tag}"), at) {
        let help = "keep one of them: the API refuses the document";
        let found = finding(Code::P0675, at, format!("two triggers watch `{name}:{tag}`"), "again here", help);
        cx.push(found.label(first, "first here"));
    }
}

fn hook(one: &Node, key: &str, at: Span, cx: &mut Cx<'_>) {
    let Some(hook) = one.get(key) else {
        let help =
            format!("add `{key}:` with `secretReference:` and its `name:`: who knows the secret may start the build");
        return refused(at, format!("a trigger has nothing under `{key}:`"), &help, cx);
    };
    let secret = hook.get("secret").filter(|secret| secret.text() != Some(""));
    match hook.get("secretReference") {
        None if secret.is_none() => {
            let help = "add `secretReference:` with the `name:` of a Secret that has the key `WebHookSecretKey`";
            refused(one.key_span(key), "a trigger has no secret".to_owned(), help, cx);
        }
        Some(reference) if matches!(reference.get("name").map(Look::text), None | Some(Some(""))) => {
            let help = "add `name:`, that of a Secret that has the key `WebHookSecretKey`";
            refused(hook.key_span("secretReference"), "the secret of a trigger is not named".to_owned(), help, cx);
        }
        None | Some(_) => {}
    }
    if let Some(secret) = secret.filter(|secret| secret.text().is_some()) {
        hygiene::secret(secret.span, cx);
    }
    if key != "generic" && hook.is_true("allowEnv") {
        let help = "leave it out, or take a `Generic` trigger: others carry no variables";
        refused(hook.key_span("allowEnv"), "a trigger of a forge takes variables".to_owned(), help, cx);
    }
}
