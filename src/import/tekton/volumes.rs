//! Volumes of a task: `volumes: { cache: { mount: "/cache", empty_dir: {} } }`, of its call in the target.

use super::cx::{Cx, is_empty};
use super::model::{Body, Call};
use super::options::{Fields, Options, braced};
use super::{bindings, findings, step};
use crate::import::script::quoted;
use crate::yaml_read::look::Look;
use crate::yaml_read::{Node, Yaml};

/// Where a step sees a volume: path, directory in it, whether it is only read.
type Seen<'n> = (&'n str, Option<&'n str>, bool);

/// What a call says of the volumes of its task.
pub(super) fn of_call(spec: &Node, call: &Call<'_>, options: &mut Options, cx: &mut Cx<'_, '_>) {
    let mut entries = Fields::new();
    for volume in spec.list("volumes").iter().filter(|volume| !is_open(volume) && unknown(volume).is_none()) {
        let Some(name) = volume.text_of("name") else { continue };
        let Ok(Some((seen, steps))) = places(spec, name) else { continue };
        let mut fields: Fields = vec![("mount".to_owned(), quoted(seen.0))];
        if !steps.is_empty() {
            let steps: Vec<String> = steps.iter().map(|name| quoted(name)).collect();
            fields.push(("steps".to_owned(), format!("[{}]", steps.join(", "))));
        }
        if seen.2 {
            fields.push(("read_only".to_owned(), "true".to_owned()));
        }
        bindings::source(volume, &mut fields, cx);
        fields.extend(seen.1.map(|below| ("sub_path".to_owned(), quoted(below))));
        entries.push((name.to_owned(), braced(&fields)));
    }
    if !entries.is_empty() {
        options.of_task(&call.ours, "volumes", braced(&entries));
    }
}

/// Reports what of them cannot be said.
pub(super) fn report(body: &Body<'_>, is_called: bool, remarks: &mut Vec<String>, cx: &mut Cx<'_, '_>) {
    for volume in body.spec.list("volumes") {
        let name = volume.text_of("name").unwrap_or("a volume");
        let cannot =
            |what: &str, help: &str| findings::not_said(volume.span, format!("the volume `{name}` {what}"), help);
        if let Some(key) = unknown(volume) {
            let help = "take a Secret, a ConfigMap, a claim or an empty directory as a whole, or a workspace, which a run binds";
            let found = cannot(&format!("has no form in the program: `{key}`"), help);
            cx.cannot(remarks, found);
            continue;
        }
        let found = match places(body.spec, name) {
            _ if is_open(volume) => {
                let help = "the program has to know it when it is compiled: take what it names as a workspace, which a run binds";
                Some(cannot("is chosen when the pipeline runs", help))
            }
            Ok(Some(_)) if is_called => None,
            Ok(Some(_)) => {
                let help = "say it in the pipeline that calls the task: `target tekton { tasks: { NAME: { volumes: { … } } } }`";
                Some(cannot("has no form in a task alone", help))
            }
            Ok(None) => {
                cx.push(findings::left_out(volume.span, "a volume that no step sees", "nothing changes without it"));
                None
            }
            Err(key) => {
                let help = "let all steps see it in one place, whole or one directory of it";
                Some(cannot(&format!("is mounted in a way that has no form in the program: `{key}`"), help))
            }
        };
        found.into_iter().for_each(|found| cx.cannot(remarks, found));
    }
}

/// The first key of a volume that has no form.
fn unknown(volume: &Node) -> Option<&str> {
    const SOURCES: [(&str, &[&str]); 6] = [
        ("emptyDir", &["medium", "sizeLimit"]),
        ("secret", &["secretName"]),
        ("configMap", &["name"]),
        ("persistentVolumeClaim", &["claimName"]),
        ("projected", &["sources"]),
        ("csi", &["driver", "readOnly", "fsType", "volumeAttributes", "nodePublishSecretRef"]),
    ];
    for (key, value) in volume.entries().iter().filter(|(key, _)| key.text != "name") {
        let Some((_, known)) = SOURCES.iter().find(|(source, _)| *source == key.text) else { return Some(&key.text) };
        let inner = value.entries().iter().find(|(key, value)| !known.contains(&key.text.as_str()) && !is_empty(value));
        if let Some((key, _)) = inner {
            return Some(&key.text);
        }
    }
    None
}

/// A variable stands somewhere in it.
fn is_open(node: &Node) -> bool {
    match &node.value {
        Yaml::Text { text, .. } => text.contains("$("),
        Yaml::List(items) => items.iter().any(is_open),
        Yaml::Map(entries) => entries.iter().any(|(_, value)| is_open(value)),
        Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) => false,
    }
}

/// Where the steps see the volume, and which of them do; no names: all. An error is the field that is not alike, or that has
/// no form.
fn places<'n>(spec: &'n Node, name: &str) -> Result<Option<(Seen<'n>, Vec<String>)>, &'n str> {
    let template = spec.get("stepTemplate");
    let mut found: Option<Seen<'n>> = None;
    let mut steps = Vec::new();
    let names = step::names(spec);
    for (step, ours) in spec.list("steps").iter().zip(&names) {
        let own = step.list("volumeMounts").iter();
        let all = own.chain(template.filter(|_| !step.has("ref")).map_or(&[][..], |one| one.list("volumeMounts")));
        for mount in all.filter(|mount| mount.text_of("name") == Some(name)) {
            let seen = seen(mount)?;
            if found.is_some_and(|found| found != seen) || steps.last() == Some(ours) {
                return Err("mountPath");
            }
            found = Some(seen);
            steps.push(ours.clone());
        }
    }
    let ours = spec.list("steps").iter().filter(|step| !step.has("ref")).count();
    if steps.len() == ours {
        steps.clear();
    }
    Ok(found.map(|seen| (seen, steps)))
}

fn seen(mount: &Node) -> Result<Seen<'_>, &str> {
    const KNOWN: [&str; 4] = ["name", "mountPath", "subPath", "readOnly"];
    let other = mount.entries().iter().find(|(key, value)| !KNOWN.contains(&key.text.as_str()) && !is_empty(value));
    if let Some((key, _)) = other {
        return Err(&key.text);
    }
    let path = mount.text_of("mountPath").filter(|path| !path.contains("$(")).ok_or("mountPath")?;
    let below = mount.text_of("subPath").filter(|below| !below.is_empty());
    match below.filter(|below| below.contains("$(")) {
        Some(_) => Err("subPath"),
        None => Ok((path, below, mount.is_true("readOnly"))),
    }
}
