//! Volumes of the pod of one task: `volumes: { cache: { mount: "/cache", empty_dir: {} } }`.

use super::binding::{self, Binding, Source};
use super::read::Fields;
use crate::emit::kube;
use crate::emit::tekton::names;
use crate::emit::yaml::Map;
use crate::plan::Value;

/// A volume, and where it is seen.
#[derive(Clone, PartialEq, Debug)]
pub(in super::super) struct Volume {
    /// As the pod has it.
    pub(in super::super) name: String,
    /// Exactly one, or it is a gap.
    pub(in super::super) sources: Vec<Source>,
    /// At least one.
    pub(in super::super) seen: Vec<Seen>,
    pub(super) files: Files,
}

/// Where steps and services see a volume.
#[derive(Clone, PartialEq, Debug)]
pub(in super::super) struct Seen {
    pub(in super::super) mount: String,
    /// Their names in the program; none: all steps, unless it is services that see it.
    pub(in super::super) steps: Vec<String>,
    pub(in super::super) services: Vec<String>,
    read_only: bool,
    sub_path: Option<String>,
}

/// What is said of the files of a volume.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Files {
    /// Keys, and the file of each.
    pub(super) items: Vec<(String, String)>,
    pub(super) optional: Option<bool>,
    /// As it was written.
    pub(super) mode: Option<String>,
}

impl Volume {
    pub(super) fn read(name: &str, value: &Value) -> Self {
        let fields = Fields::of(value);
        let Binding { sources, .. } = Binding::read(name, value);
        let more = fields.list("more").iter().map(|one| Seen::read(Fields::of(one)));
        let first = Seen::read(fields);
        Self {
            name: kube::label(name, kube::LONGEST_NAME),
            sources,
            seen: std::iter::once(first).chain(more).collect(),
            files: Files {
                items: fields.entries("items"),
                optional: fields.flag("optional"),
                mode: fields.text("default_mode"),
            },
        }
    }

    /// As it stands among those of the task.
    pub(in super::super) fn entry(&self) -> Map {
        let entry = Map::new().with("name", self.name.clone());
        match self.sources.first().and_then(|source| Some((source.key(), source.of_pod()?))) {
            Some((key, mut source)) => {
                source.entries.extend(self.files.fields().entries);
                entry.with(key, source)
            }
            None => entry,
        }
    }

    /// As it stands in a step of the pod, as often as that sees it.
    pub(in super::super) fn of_step(&self, step: &str) -> impl Iterator<Item = Map> {
        let seen = self.seen.iter().filter(move |seen| seen.by_step(step));
        seen.map(|seen| seen.entry(&self.name))
    }

    /// As it stands in a service.
    pub(in super::super) fn of_service(&self, service: &str) -> impl Iterator<Item = Map> {
        let seen = self.seen.iter().filter(move |seen| seen.services.iter().any(|one| names::sidecar(one) == service));
        seen.map(|seen| seen.entry(&self.name))
    }
}

impl Seen {
    fn read(fields: Fields<'_>) -> Self {
        Self {
            mount: fields.text("mount").unwrap_or_default(),
            steps: fields.texts("steps"),
            services: fields.texts("services"),
            read_only: fields.flag("read_only") == Some(true),
            sub_path: fields.text("sub_path"),
        }
    }

    fn by_all_steps(&self) -> bool {
        self.steps.is_empty() && self.services.is_empty()
    }

    fn by_step(&self, step: &str) -> bool {
        self.by_all_steps() || self.steps.iter().any(|name| names::step(name) == step)
    }

    fn entry(&self, name: &str) -> Map {
        Map::new()
            .with("name", name.to_owned())
            .with("mountPath", self.mount.clone())
            .with_some("subPath", self.sub_path.clone())
            .with_some("readOnly", self.read_only.then_some(true))
    }

    /// Whether a step or a service sees both.
    pub(super) fn meets(&self, other: &Self) -> bool {
        let steps = |one: &Self| one.by_all_steps() || !one.steps.is_empty();
        let all = (self.by_all_steps() && steps(other)) || (other.by_all_steps() && steps(self));
        all || self.steps.iter().any(|name| other.steps.contains(name))
            || self.services.iter().any(|name| other.services.contains(name))
    }
}

impl Files {
    /// Beside the source.
    fn fields(&self) -> Map {
        let mode = self.mode.as_deref().and_then(bits);
        Map::new()
            .with_filled("items", binding::items(&self.items))
            .with_some("defaultMode", mode)
            .with_some("optional", self.optional)
    }
}

/// `0400`
pub(super) fn bits(mode: &str) -> Option<i64> {
    let digits = mode.strip_prefix('0').filter(|digits| digits.len() == 3)?;
    digits.bytes().all(|digit| (b'0'..=b'7').contains(&digit)).then(|| i64::from_str_radix(digits, 8).ok()).flatten()
}
