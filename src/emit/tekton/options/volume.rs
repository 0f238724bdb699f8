//! Volumes of the pod of one task: `volumes: { cache: { mount: "/cache", empty_dir: {} } }`.

use super::binding::{Binding, Source};
use super::read::Fields;
use crate::emit::kube;
use crate::emit::tekton::names;
use crate::emit::yaml::Map;
use crate::plan::Value;

/// A volume, and where steps see it.
#[derive(Clone, PartialEq, Debug)]
pub(in super::super) struct Volume {
    /// As the pod has it.
    pub(in super::super) name: String,
    /// Exactly one, or it is a gap.
    pub(in super::super) sources: Vec<Source>,
    pub(in super::super) mount: String,
    /// Their names in the program; none: all steps.
    pub(in super::super) steps: Vec<String>,
    read_only: bool,
    sub_path: Option<String>,
}

impl Volume {
    pub(super) fn read(name: &str, value: &Value) -> Self {
        let fields = Fields::of(value);
        let Binding { sources, sub_path, .. } = Binding::read(name, value);
        Self {
            name: kube::label(name, kube::LONGEST_NAME),
            sources,
            mount: fields.text("mount").unwrap_or_default(),
            steps: fields.texts("steps"),
            read_only: fields.flag("read_only") == Some(true),
            sub_path,
        }
    }

    /// As it stands among those of the task.
    pub(in super::super) fn entry(&self) -> Map {
        let entry = Map::new().with("name", self.name.clone());
        match self.sources.first().and_then(|source| Some((source.key(), source.of_pod()?))) {
            Some((key, source)) => entry.with(key, source),
            None => entry,
        }
    }

    /// As it stands in a step of the pod, when that sees it.
    pub(in super::super) fn mounted(&self, step: &str) -> Option<Map> {
        let sees = self.steps.is_empty() || self.steps.iter().any(|name| names::step(name) == step);
        sees.then(|| {
            Map::new()
                .with("name", self.name.clone())
                .with("mountPath", self.mount.clone())
                .with_some("subPath", self.sub_path.clone())
                .with_some("readOnly", self.read_only.then_some(true))
        })
    }

    /// Whether a step sees both.
    pub(super) fn meets(&self, other: &Self) -> bool {
        let all = self.steps.is_empty() || other.steps.is_empty();
        all || self.steps.iter().any(|name| other.steps.contains(name))
    }
}
