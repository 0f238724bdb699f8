//! Builds of OpenShift: what its API refuses, what it takes and drops or fails on later, and what goes with a build:
//! streams of images, accounts, roles, Secrets and ConfigMaps, held against each other as far as they are given.

mod access;
mod address;
mod data;
pub(super) mod docs;
pub(super) mod dropped;
mod env;
mod image;
pub(super) mod lists;
pub(super) mod meta;
mod mounts;
mod network;
mod output;
mod path;
mod refs;
mod resources;
mod same;
mod source;
mod spec;
mod strategy;
mod stream;
mod trigger;
mod volume;
pub(super) mod words;

use super::cx::{Cx, finding, listed};
use super::decode;
use crate::diag::code::Code;
use crate::diag::did_you_mean;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// The kinds and the versions that they are served in; the short one is of the first clusters.
const SERVED: [(&str, &[&str]); 9] = [
    ("BuildConfig", &["build.openshift.io/v1", "v1"]),
    ("Build", &["build.openshift.io/v1", "v1"]),
    ("ImageStream", &["image.openshift.io/v1", "v1"]),
    ("ServiceAccount", &["v1"]),
    ("Secret", &["v1"]),
    ("ConfigMap", &["v1"]),
    ("Role", &["rbac.authorization.k8s.io/v1"]),
    ("RoleBinding", &["rbac.authorization.k8s.io/v1"]),
    ("NetworkPolicy", &["networking.k8s.io/v1"]),
];

/// Those that are checked where they stand alone; the others only beside one of them.
const OWN: [&str; 3] = ["BuildConfig", "Build", "ImageStream"];

/// Kinds of the same groups that are not checked here, though their names are near.
const OTHERS: [&str; 9] = [
    "BuildList",
    "BuildConfigList",
    "BuildRequest",
    "ImageStreamTag",
    "ImageStreamImage",
    "ImageStreamImport",
    "ImageStreamMapping",
    "ImageStreamList",
    "ImageTag",
];

/// The kind of a document that has to do with builds, in a version that is served.
pub(super) fn kind_of(root: &Node) -> Option<&'static str> {
    let (kind, version) = (root.text_of("kind")?, root.text_of("apiVersion")?);
    SERVED.iter().find(|(name, versions)| *name == kind && versions.contains(&version)).map(|(name, _)| *name)
}

/// Checks a document that has to do with builds; whether it was checked, `None` where it has nothing to do with them.
pub(super) fn document<'a>(root: &'a Node, cx: &mut Cx<'a>) -> Option<bool> {
    let Some(kind) = kind_of(root) else { return unknown(root, cx) };
    if !OWN.contains(&kind) && !cx.known.docs.has_builds {
        return None;
    }
    cx.drops = true;
    decode::object(kind, root, cx);
    meta::check(kind, root, cx);
    match kind {
        "BuildConfig" | "Build" => spec::check(kind, root, cx),
        "ImageStream" => stream::check(root, cx),
        "Secret" | "ConfigMap" => data::check(kind, root, cx),
        "Role" | "RoleBinding" | "ServiceAccount" => access::check(kind, root, cx),
        _ => network::check(root, cx),
    }
    Some(true)
}

/// A document of a group of builds whose kind or version there is not.
fn unknown(root: &Node, cx: &mut Cx<'_>) -> Option<bool> {
    let (kind, version) = (root.get("kind")?, root.get("apiVersion"));
    let name = kind.text()?;
    let group = version.and_then(Look::text).and_then(|text| text.split_once('/')).map(|(group, _)| group);
    let ours = matches!(group, Some("build.openshift.io" | "image.openshift.io"));
    if let Some((_, versions)) = SERVED.iter().filter(|(one, _)| OWN.contains(one)).find(|(one, _)| *one == name) {
        let Some(version) = version else { return Some(no_version(name, versions[0], kind, root, cx)) };
        if !ours && group.is_none_or(|group| !versions[0].starts_with(group)) && !version.text()?.starts_with('v') {
            return None;
        }
        let message = format!("there is no version `{}` of `{name}`", version.text()?);
        let found = finding(Code::P0648, version.span, message, "not served", format!("write `{}`", versions[0]));
        cx.push(found.fix("write the version", version.span, versions[0]));
        return Some(true);
    }
    if !ours {
        return None;
    }
    if let Some(near) = did_you_mean(name, OWN).filter(|_| !OTHERS.contains(&name)) {
        let help = format!("did you mean `{near}`? There are {}", listed(&OWN));
        let found = finding(Code::P0648, kind.span, format!("there is no kind `{name}`"), "not known", help);
        cx.push(found.fix(format!("write `{near}`"), kind.span, near));
        return Some(true);
    }
    Some(false)
}

fn no_version(name: &str, version: &str, kind: &Node, root: &Node, cx: &mut Cx<'_>) -> bool {
    let is_manifest = root.has("spec") && root.has("metadata");
    if is_manifest {
        let help = format!("add `apiVersion: {version}`: a `{name}` is of that group");
        cx.push(finding(Code::P0644, kind.span, "`apiVersion` is missing", "of which version?", help));
    }
    is_manifest
}
