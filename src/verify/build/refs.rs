//! What documents say of each other. What is not among them may be in the cluster, so only what cannot be meant counts:
//! a name that is nearly one that is given, an account or a role where others are given, a key that a Secret lacks.

use super::docs::{self, Docs};
use super::image::{self, Role};
use super::strategy::Strategies;
use super::{data, output, source};
use crate::diag::code::Code;
use crate::diag::did_you_mean;
use crate::verify::cx::{Cx, finding, listed};
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// Accounts that every namespace has.
const ACCOUNTS: [&str; 4] = ["builder", "default", "deployer", "pipeline"];

pub(super) fn build<'a>(root: &'a Node, spec: &'a Node, all: &Strategies<'a>, cx: &mut Cx<'a>) {
    let docs = &cx.known.docs;
    let namespace = docs::namespace(root);
    if let Some(node) = spec.get("serviceAccount") {
        among("ServiceAccount", node, namespace, &ACCOUNTS, docs, cx);
    }
    for node in secrets(spec, all) {
        near("Secret", node, namespace, docs, cx);
    }
    for node in spec
        .get("source")
        .iter()
        .flat_map(|source| source.list("configMaps"))
        .filter_map(|one| one.get("configMap")?.get("name"))
    {
        near("ConfigMap", node, namespace, docs, cx);
    }
    for variable in all.given().flat_map(|(_, strategy)| strategy.list("env").iter().chain(strategy.list("buildArgs")))
    {
        let from = variable.get("valueFrom");
        for (kind, key) in [("Secret", "secretKeyRef"), ("ConfigMap", "configMapKeyRef")] {
            from.and_then(|from| from.get(key)).into_iter().for_each(|one| keyed(kind, one, namespace, docs, cx));
        }
    }
    hooks(spec, namespace, docs, cx);
    kinds(spec, all, namespace, docs, cx);
    all.from().into_iter().for_each(|from| tag(from, Role::Strategy, namespace, docs, cx));
    for from in spec.get("source").iter().flat_map(|source| source.list("images")).filter_map(|one| one.get("from")) {
        tag(from, Role::Input, namespace, docs, cx);
    }
    injected(spec, namespace, docs, cx);
}

/// The names of Secrets, wherever a build has them.
fn secrets<'a>(spec: &'a Node, all: &Strategies<'a>) -> Vec<&'a Node> {
    let source = spec.get("source");
    let mut found: Vec<&Node> = Vec::new();
    let mut add = |reference: Option<&'a Node>, key: &str| found.extend(reference.and_then(|one| one.get(key)));
    add(source.and_then(|source| source.get("sourceSecret")), "name");
    source.iter().flat_map(|source| source.list("secrets")).for_each(|one| add(one.get("secret"), "name"));
    source.iter().flat_map(|source| source.list("images")).for_each(|one| add(one.get("pullSecret"), "name"));
    add(spec.get("output").and_then(|output| output.get("pushSecret")), "name");
    for (_, strategy) in all.given() {
        add(strategy.get("pullSecret"), "name");
        strategy.list("secrets").iter().for_each(|one| add(one.get("secretSource"), "name"));
        let volumes = strategy.list("volumes").iter().filter_map(|volume| volume.get("source"));
        volumes.for_each(|source| add(source.get("secret"), "secretName"));
    }
    found
}

/// A name that is not given, and nearly is.
fn near(kind: &'static str, node: &Node, namespace: &str, docs: &Docs<'_>, cx: &mut Cx<'_>) {
    let Some(name) = node.text().filter(|name| docs.one(kind, namespace, name).is_none()) else { return };
    if let Some(near) = did_you_mean(name, docs.names(kind, namespace)) {
        let help = format!("did you mean `{near}`? It is given, and `{name}` is not");
        let found =
            finding(Code::P0695, node.span, format!("no {kind} `{name}` is given"), "not among the documents", help);
        cx.push(found.fix(format!("write `{near}`"), node.span, near));
    }
}

/// A name that is not given, where others are.
fn among(kind: &'static str, node: &Node, namespace: &str, always: &[&str], docs: &Docs<'_>, cx: &mut Cx<'_>) {
    let names = docs.names(kind, namespace);
    let unknown =
        |name: &&str| !name.is_empty() && !names.is_empty() && !names.contains(name) && !always.contains(name);
    let Some(name) = node.text().filter(unknown) else { return };
    let near = did_you_mean(name, names.iter().copied());
    let hint = near.map_or_else(|| format!("there are {}", listed(&names)), |near| format!("did you mean `{near}`?"));
    let help = format!("{hint}; give it too, where it is one of the cluster");
    let found =
        finding(Code::P0695, node.span, format!("no {kind} `{name}` is given"), "not among the documents", help);
    cx.push(match near {
        Some(near) => found.fix(format!("write `{near}`"), node.span, near),
        None => found,
    });
}

/// A key of a Secret or ConfigMap that is given.
fn keyed(kind: &'static str, one: &Node, namespace: &str, docs: &Docs<'_>, cx: &mut Cx<'_>) {
    let Some(name) = one.get("name") else { return };
    near(kind, name, namespace, docs, cx);
    let given = name.text().and_then(|name| docs.one(kind, namespace, name));
    let (Some(given), Some((node, key))) = (given, one.get("key").and_then(|node| Some((node, node.text()?)))) else {
        return;
    };
    if !data::has_key(given, key) && !one.is_true("optional") {
        let keys = data::keys(given);
        let near = did_you_mean(key, keys.iter().copied());
        let hint = near.map_or_else(|| format!("it has {}", listed(&keys)), |near| format!("did you mean `{near}`?"));
        let what = format!("the {kind} `{}` has no key `{key}`", name.text().unwrap_or_default());
        let found = finding(
            Code::P0695,
            node.span,
            what,
            "not among its keys",
            format!("{hint}; the pod waits for it until the deadline"),
        );
        let found = found.label(given.key_span("metadata"), "given here");
        cx.push(match near {
            Some(near) => found.fix(format!("write `{near}`"), node.span, near),
            None => found,
        });
    }
}

/// The Secret of a web hook has one key that counts.
fn hooks(spec: &Node, namespace: &str, docs: &Docs<'_>, cx: &mut Cx<'_>) {
    for key in ["github", "gitlab", "bitbucket", "generic"] {
        let references =
            spec.list("triggers").iter().filter_map(|one| one.get(key)?.get("secretReference")?.get("name"));
        for node in references {
            near("Secret", node, namespace, docs, cx);
            let given = node.text().and_then(|name| docs.one("Secret", namespace, name));
            if let Some(given) = given.filter(|given| !data::has_key(given, "WebHookSecretKey")) {
                let help = "give it the key `WebHookSecretKey`: every call is refused without it";
                let found = finding(
                    Code::P0695,
                    node.span,
                    "the Secret of a trigger has no key `WebHookSecretKey`",
                    "lacks the key",
                    help,
                );
                cx.push(found.label(given.key_span("metadata"), "given here"));
            }
        }
    }
}

/// Secrets of registries are of their types.
fn kinds(spec: &Node, all: &Strategies<'_>, namespace: &str, docs: &Docs<'_>, cx: &mut Cx<'_>) {
    let output = spec.get("output").and_then(|output| output.get("pushSecret"));
    let pulls = all.given().filter_map(|(_, strategy)| strategy.get("pullSecret"));
    for node in output.into_iter().chain(pulls).filter_map(|one| one.get("name")) {
        let given = node.text().and_then(|name| docs.one("Secret", namespace, name));
        let kind = given.and_then(|given| given.text_of("type")).unwrap_or("Opaque");
        if let Some(given) =
            given.filter(|_| !matches!(kind, "kubernetes.io/dockercfg" | "kubernetes.io/dockerconfigjson"))
        {
            let help = "make it of type `kubernetes.io/dockerconfigjson`, with the key `.dockerconfigjson`: another is passed over, and the registry refuses";
            let found = finding(
                Code::P0695,
                node.span,
                format!("a Secret for a registry is of type `{kind}`"),
                "of another type",
                help,
            );
            cx.push(found.label(given.key_span("metadata"), "given here"));
        }
    }
}

/// A tag of a stream that is given, which neither the stream has nor a build that is given makes.
fn tag(node: &Node, role: Role, namespace: &str, docs: &Docs<'_>, cx: &mut Cx<'_>) {
    let Some((stream, tag)) = image::stream_tag(node, role) else { return };
    let own = node.text_of("namespace").filter(|own| !own.is_empty()).unwrap_or(namespace);
    let at = node.get("name").map_or(node.span, |name| name.span);
    let Some(given) = docs.one("ImageStream", own, stream) else {
        if let Some(near) = did_you_mean(stream, docs.names("ImageStream", own)) {
            let help = format!("did you mean `{near}:{tag}`? It is given, and `{stream}` is not");
            let found = finding(
                Code::P0695,
                at,
                format!("no ImageStream `{stream}` is given"),
                "not among the documents",
                help,
            );
            cx.push(found.fix(format!("write `{near}:{tag}`"), at, format!("{near}:{tag}")));
        }
        return;
    };
    let spec = given.get("spec");
    let tags: Vec<&str> =
        spec.iter().flat_map(|spec| spec.list("tags")).filter_map(|one| one.text_of("name")).collect();
    let is_open = spec.is_none_or(|spec| spec.has("dockerImageRepository")) || tags.is_empty();
    let is_made = || {
        let outputs =
            docs.all("BuildConfig", namespace).iter().filter_map(|root| root.get("spec").and_then(output::to));
        outputs.filter_map(|to| image::stream_tag(to, Role::Output)).any(|made| made == (stream, tag))
    };
    if !is_open && !tags.contains(&tag) && !is_made() {
        let help = format!(
            "it has {}; add the tag to the stream, or write one of these: the build waits for it",
            listed(&tags)
        );
        let found =
            finding(Code::P0695, at, format!("the stream `{stream}` has no tag `{tag}`"), "not among its tags", help);
        cx.push(found.label(given.key_span("metadata"), "given here"));
    }
}

/// A Secret that says which repositories it is for is given to builds of these, named or not.
fn injected(spec: &Node, namespace: &str, docs: &Docs<'_>, cx: &mut Cx<'_>) {
    const START: &str = "build.openshift.io/source-secret-match-uri-";
    if source::has(spec, "sourceSecret") {
        return;
    }
    let uri = spec.get("source").and_then(|source| source.get("git")).and_then(|git| git.get("uri"));
    let Some((node, text)) = uri.and_then(|node| Some((node, node.text()?))) else { return };
    for secret in docs.all("Secret", namespace) {
        let annotations = secret.get("metadata").and_then(|meta| meta.get("annotations"));
        let patterns =
            annotations.map(Look::entries).unwrap_or_default().iter().filter(|(key, _)| key.text.starts_with(START));
        let Some((_, pattern)) =
            patterns.into_iter().find(|(_, pattern)| pattern.text().is_some_and(|pattern| matches(pattern, text)))
        else {
            continue;
        };
        let name = docs::name(secret).unwrap_or_default();
        let help = format!(
            "write `sourceSecret: {{name: {name}}}`, so that who reads the build sees it; where none is meant, narrow the pattern"
        );
        let found = finding(
            Code::P0694,
            node.span,
            format!("the Secret `{name}` is given to this build without a word"),
            "no `sourceSecret` beside it",
            help,
        );
        return cx.push(found.label(pattern.span, "by this pattern"));
    }
}

/// `https://github.com/team/*`: `*` stands for anything but what follows it.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, inner)) = parts.split_last() else { return rest.is_empty() };
    for part in inner {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// The BuildConfigs that a rule names.
pub(super) fn role(root: &Node, namespace: &str, cx: &mut Cx<'_>) {
    let docs = &cx.known.docs;
    for rule in root.list("rules") {
        let speaks = |node: &Node| node.text().is_some_and(|text| text.split('/').next() == Some("buildconfigs"));
        if !rule.list("resources").is_empty() && rule.list("resources").iter().all(speaks) {
            rule.list("resourceNames").iter().for_each(|node| among("BuildConfig", node, namespace, &[], docs, cx));
        }
    }
}

pub(super) fn binding(root: &Node, namespace: &str, cx: &mut Cx<'_>) {
    let docs = &cx.known.docs;
    let role = root.get("roleRef").filter(|role| role.text_of("kind") == Some("Role"));
    if let Some(node) = role.and_then(|role| role.get("name")) {
        among("Role", node, namespace, &[], docs, cx);
    }
    for subject in root.list("subjects").iter().filter(|one| one.text_of("kind") == Some("ServiceAccount")) {
        let own = subject.text_of("namespace").filter(|own| !own.is_empty()).unwrap_or(namespace);
        subject.get("name").into_iter().for_each(|node| among("ServiceAccount", node, own, &ACCOUNTS, docs, cx));
    }
}

pub(super) fn account(root: &Node, namespace: &str, cx: &mut Cx<'_>) {
    let docs = &cx.known.docs;
    for node in root.list("secrets").iter().chain(root.list("imagePullSecrets")).filter_map(|one| one.get("name")) {
        near("Secret", node, namespace, docs, cx);
    }
}
