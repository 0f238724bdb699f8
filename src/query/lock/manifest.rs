//! The JSON of registries and layouts: an index of platforms, a manifest, the configuration of an image.

use std::collections::BTreeMap;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::Entry;
use super::platform::Platform;

/// What a registry is told that we read.
pub(super) const TYPES: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.v2+json";

/// An index or a manifest.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    /// Of an index.
    #[serde(default)]
    pub(super) manifests: Vec<Descriptor>,
    /// Of a manifest.
    pub(super) config: Option<Descriptor>,
}

/// What a document refers to.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    pub(super) digest: String,
    #[serde(default)]
    pub(super) platform: Option<Runs>,
    #[serde(default)]
    pub(super) annotations: BTreeMap<String, String>,
}

#[derive(Clone, Deserialize)]
pub(super) struct Runs {
    pub(super) os: String,
    pub(super) architecture: String,
    #[serde(default)]
    pub(super) variant: Option<String>,
}

/// What an image runs by itself.
#[derive(Deserialize)]
pub(super) struct Config {
    #[serde(default)]
    pub(super) os: String,
    #[serde(default)]
    pub(super) architecture: String,
    #[serde(default)]
    pub(super) variant: Option<String>,
    #[serde(default)]
    config: Option<Runtime>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Runtime {
    #[serde(default)]
    entrypoint: Option<Vec<String>>,
    #[serde(default)]
    cmd: Option<Vec<String>>,
    #[serde(default)]
    env: Option<Vec<String>>,
    #[serde(default)]
    working_dir: Option<String>,
    #[serde(default)]
    user: Option<String>,
}

impl Document {
    /// The manifest for a platform.
    ///
    /// # Errors
    /// The platforms that there are.
    pub(super) fn choose(&self, platform: &Platform) -> Result<&Descriptor, Vec<String>> {
        let runs = |one: &&Descriptor| one.platform.as_ref().is_some_and(|runs| runs.is(platform));
        self.manifests.iter().find(runs).ok_or_else(|| {
            let known = self.manifests.iter().filter_map(|one| one.platform.as_ref());
            // Attestations stand there as a platform of their own.
            known.filter(|runs| runs.os != "unknown").map(Runs::words).collect()
        })
    }
}

impl Runs {
    fn is(&self, platform: &Platform) -> bool {
        platform.takes(&self.os, &self.architecture, self.variant.as_deref())
    }

    fn words(&self) -> String {
        let variant = self.variant.as_ref().map(|variant| format!("/{variant}")).unwrap_or_default();
        format!("{}/{}{variant}", self.os, self.architecture)
    }
}

impl Config {
    /// Whether it is of the platform; one that does not say is.
    pub(super) fn is_of(&self, platform: &Platform) -> bool {
        self.os.is_empty()
            || platform.takes(&self.os, &self.architecture, self.variant.as_deref().or(platform.variant.as_deref()))
    }

    pub(super) fn platform(&self) -> String {
        format!("{}/{}", self.os, self.architecture)
    }

    pub(super) fn entry(self, image: &str, platform: &Platform, digest: Option<String>) -> Entry {
        let Runtime { entrypoint, cmd, env, working_dir, user } = self.config.unwrap_or_default();
        let variable = |one: String| {
            let (name, value) = one.split_once('=').unwrap_or((&one, ""));
            (name.to_owned(), value.to_owned())
        };
        Entry {
            image: image.to_owned(),
            platform: platform.to_string(),
            digest,
            entrypoint: entrypoint.unwrap_or_default(),
            cmd: cmd.unwrap_or_default(),
            env: env.unwrap_or_default().into_iter().map(variable).collect(),
            workdir: working_dir.unwrap_or_default(),
            user: user.unwrap_or_default(),
        }
    }
}

/// `sha256:…` of bytes.
pub(super) fn digest(bytes: &[u8]) -> String {
    let digits = Sha256::digest(bytes);
    digits.iter().fold("sha256:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}
