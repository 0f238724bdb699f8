//! Volumes of a task: `volumes: { cache: { mount: "/cache", empty_dir: {} } }`, of its call in the target.

use super::cx::{Cx, is_empty};
use super::model::{Body, Call};
use super::names::snake;
use super::options::{Fields, Options, braced};
use super::{bindings, findings, step};
use crate::import::script::quoted;
use crate::yaml_read::look::Look;
use crate::yaml_read::{Node, Yaml};

/// Where a step sees a volume: path, directory in it, whether it is only read.
type Seen<'n> = (&'n str, Option<&'n str>, bool);

/// One place of a volume, and who sees it there.
struct Place<'n> {
    seen: Seen<'n>,
    /// No names, and no services: all steps.
    steps: Vec<String>,
    services: Vec<String>,
}

/// What a call says of the volumes of its task.
pub(super) fn of_call(spec: &Node, call: &Call<'_>, options: &mut Options, cx: &mut Cx<'_, '_>) {
    let mut entries = Fields::new();
    for volume in spec.list("volumes").iter().filter(|volume| !is_open(volume)) {
        if unknown(volume, cx).is_some() {
            continue;
        }
        let Some(name) = volume.text_of("name") else { continue };
        let Ok(places) = places(spec, name) else { continue };
        let Some((first, more)) = places.split_first() else { continue };
        let mut fields = first.fields();
        if !more.is_empty() {
            let more: Vec<String> = more.iter().map(|place| braced(&place.fields())).collect();
            fields.push(("more".to_owned(), format!("[{}]", more.join(", "))));
        }
        bindings::source(volume, &FILES, &mut fields, cx);
        files(volume, &mut fields, cx);
        entries.push((name.to_owned(), braced(&fields)));
    }
    if !entries.is_empty() {
        options.of_task(&call.ours, "volumes", braced(&entries));
    }
}

/// What of a source is said of the volume.
const FILES: [&str; 3] = ["items", "optional", "defaultMode"];

fn files(volume: &Node, fields: &mut Fields, cx: &mut Cx<'_, '_>) {
    for source in ["secret", "configMap", "projected"].into_iter().filter_map(|key| volume.get(key)) {
        let items = bindings::items(source, cx);
        if !items.is_empty() {
            fields.push(("items".to_owned(), braced(&items)));
        }
        if let Some(Yaml::Bool(optional)) = source.get("optional").map(|node| &node.value) {
            fields.push(("optional".to_owned(), optional.to_string()));
        }
        fields.extend(mode(source, cx).map(|mode| ("default_mode".to_owned(), quoted(&mode))));
    }
}

/// As a cluster reads it, which takes digits behind a zero for octal ones.
fn mode(source: &Node, cx: &Cx<'_, '_>) -> Option<String> {
    let text = cx.number_of(source, "defaultMode")?.text;
    let octal = text.strip_prefix('0').filter(|digits| !digits.is_empty());
    let bits = match octal {
        Some(digits) => u32::from_str_radix(digits.trim_start_matches('o'), 8).ok()?,
        None => text.parse().ok()?,
    };
    (bits <= 0o777).then(|| format!("0{bits:03o}"))
}

/// Reports what of them cannot be said.
pub(super) fn report(body: &Body<'_>, is_called: bool, remarks: &mut Vec<String>, cx: &mut Cx<'_, '_>) {
    for volume in body.spec.list("volumes") {
        let name = volume.text_of("name").unwrap_or("a volume");
        let cannot =
            |what: &str, help: &str| findings::not_said(volume.span, format!("the volume `{name}` {what}"), help);
        if let Some(key) = unknown(volume, cx) {
            let help = "take a Secret, a ConfigMap, a claim or an empty directory as a whole, or a workspace, which a run binds";
            let found = cannot(&format!("has no form in the program: `{key}`"), help);
            cx.cannot(remarks, found);
            continue;
        }
        let found = match places(body.spec, name).map(|places| !places.is_empty()) {
            _ if is_open(volume) => {
                let help = "the program has to know it when it is compiled: take what it names as a workspace, which a run binds";
                Some(cannot("is chosen when the pipeline runs", help))
            }
            Ok(true) if is_called => None,
            Ok(true) => {
                let help = "say it in the pipeline that calls the task: `target tekton { tasks: { NAME: { volumes: { … } } } }`";
                Some(cannot("has no form in a task alone", help))
            }
            Ok(false) => {
                cx.push(findings::left_out(volume.span, "a volume that no step sees", "nothing changes without it"));
                None
            }
            Err(key) => {
                let help = "let a step see all of it, or one directory that is known";
                Some(cannot(&format!("is mounted in a way that has no form in the program: `{key}`"), help))
            }
        };
        found.into_iter().for_each(|found| cx.cannot(remarks, found));
    }
}

/// The first key of a volume that has no form.
fn unknown<'n>(volume: &'n Node, cx: &Cx<'_, '_>) -> Option<&'n str> {
    const SOURCES: [(&str, &[&str]); 6] = [
        ("emptyDir", &["medium", "sizeLimit"]),
        ("secret", &["secretName", "items", "optional", "defaultMode"]),
        ("configMap", &["name", "items", "optional", "defaultMode"]),
        ("persistentVolumeClaim", &["claimName"]),
        ("projected", &["sources", "defaultMode"]),
        ("csi", &["driver", "readOnly", "fsType", "volumeAttributes", "nodePublishSecretRef"]),
    ];
    for (key, value) in volume.entries().iter().filter(|(key, _)| key.text != "name") {
        let Some((_, known)) = SOURCES.iter().find(|(source, _)| *source == key.text) else { return Some(&key.text) };
        let inner = value.entries().iter().find(|(key, value)| !known.contains(&key.text.as_str()) && !is_empty(value));
        if let Some((key, _)) = inner {
            return Some(&key.text);
        }
        let mut of_items = value.list("items").iter().flat_map(Node::entries);
        if let Some((key, _)) = of_items.find(|(key, _)| !matches!(key.text.as_str(), "key" | "path")) {
            return Some(&key.text);
        }
        if value.has("defaultMode") && mode(value, cx).is_none() {
            return Some("defaultMode");
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

impl Place<'_> {
    fn fields(&self) -> Fields {
        let mut fields: Fields = vec![("mount".to_owned(), quoted(self.seen.0))];
        for (field, names) in [("steps", &self.steps), ("services", &self.services)] {
            if !names.is_empty() {
                let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
                fields.push((field.to_owned(), format!("[{}]", names.join(", "))));
            }
        }
        if self.seen.2 {
            fields.push(("read_only".to_owned(), "true".to_owned()));
        }
        fields.extend(self.seen.1.map(|below| ("sub_path".to_owned(), quoted(below))));
        fields
    }
}

/// Where the volume is seen, each place with those who see it there; an error is the field that has no form.
fn places<'n>(spec: &'n Node, name: &str) -> Result<Vec<Place<'n>>, &'n str> {
    let template = spec.get("stepTemplate");
    let mut places: Vec<Place<'n>> = Vec::new();
    let names = step::names(spec);
    for (step, ours) in spec.list("steps").iter().zip(&names) {
        let own = step.list("volumeMounts").iter();
        let all = own.chain(template.filter(|_| !step.has("ref")).map_or(&[][..], |one| one.list("volumeMounts")));
        for mount in all.filter(|mount| mount.text_of("name") == Some(name)) {
            let steps = &mut at(&mut places, seen(mount)?).steps;
            // What the template says as well is there once.
            if steps.last() != Some(ours) {
                steps.push(ours.clone());
            }
        }
    }
    for sidecar in spec.list("sidecars") {
        for mount in sidecar.list("volumeMounts").iter().filter(|mount| mount.text_of("name") == Some(name)) {
            let service = snake(sidecar.text_of("name").unwrap_or("service"));
            at(&mut places, seen(mount)?).services.push(service);
        }
    }
    let ours = spec.list("steps").iter().filter(|step| !step.has("ref")).count();
    for place in places.iter_mut().filter(|place| place.steps.len() == ours && place.services.is_empty()) {
        place.steps.clear();
    }
    Ok(places)
}

/// The place, which may be new.
fn at<'p, 'n>(places: &'p mut Vec<Place<'n>>, seen: Seen<'n>) -> &'p mut Place<'n> {
    let known = places.iter().position(|place| place.seen == seen);
    let at = known.unwrap_or_else(|| {
        places.push(Place { seen, steps: Vec::new(), services: Vec::new() });
        places.len() - 1
    });
    &mut places[at]
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
